"""Asking a language model: the only room that knows a provider, an SDK or HTTP.

Whoever needs an answer makes a `Request` (messages, perhaps the `Shape` of an answer) and asks the `Gateway` for it,
with a list of models and a deadline. What comes back is always a `Reply`: a model's text and finish, what it cost, and
every `Failure` on the way; where no model answered, its source is `RULES` and whoever asked decides by rules. No
failure of a model is an exception outside this room.

The gateway is a stack of small layers, one file each in `layers/`, with one signature (`layer.py`), in a fixed order:
record, budget, cache, limits, breaker, retry, provider, the next model of the list, rules. `gateway.py` shows it on one
page.

- `read_model` and `read_models` read the names people write: `ollama:llama3`, `anthropic:claude-…, ollama:phi, rules`.
- `Providers` (in `providers/`) speak to the providers, through pydantic-ai.
- `Ledger` keeps what was asked, spent and replied in the store; `price`, `prices` and `digest` are its tools.
- `replies/` makes sense of what models write.
- `process/` is a provider that ships: real wire formats, no model, every fault on request.

Nothing is sent anywhere unless a model is named. A key is read from the environment by `providers/` alone and goes only
to the origin it belongs to. A model's text is foreign text: it grants no rights, and whoever shows it makes it
harmless.

Importing this room is light. The names in `_HEAVY` load what they need when they are first used: whoever plays without
a model never pays for them.

May touch: engine, store, settings, errors.
"""

import importlib
from typing import TYPE_CHECKING, Any

from fabula.llm.naming import PROVIDERS, Rules, read_model, read_models
from fabula.llm.values import (
    Asker,
    Failure,
    FailureKind,
    Finish,
    Listener,
    Message,
    ModelName,
    Reply,
    Request,
    Role,
    Shape,
    Source,
)

if TYPE_CHECKING:
    from fabula.llm.gateway import Gateway, Reading
    from fabula.llm.ledger import Ledger

_HEAVY = {"Gateway": "fabula.llm.gateway", "Ledger": "fabula.llm.ledger", "Reading": "fabula.llm.gateway"}
"""Name -> the module that defines it."""

__all__ = [
    "PROVIDERS",
    "Asker",
    "Failure",
    "FailureKind",
    "Finish",
    "Gateway",
    "Ledger",
    "Listener",
    "Message",
    "ModelName",
    "Reading",
    "Reply",
    "Request",
    "Role",
    "Rules",
    "Shape",
    "Source",
    "read_model",
    "read_models",
]


def __getattr__(name: str) -> Any:  # Of any type: whatever the module defines.
    if name not in _HEAVY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HEAVY[name]), name)
