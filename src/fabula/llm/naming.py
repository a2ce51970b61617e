"""How people name models: `provider:model`, `provider@url:model`, and lists of them that may end in `rules`.

One name reads in one way only, although models are called `llama3:8b` or `meta/llama-3:free`:

- the provider ends at the first `:` or `@`;
- an address is `http(s)://host`, then perhaps `:port` (digits alone), then perhaps `/path`, which holds no `:`;
- all that follows the next `:` is the model, whatever it holds.
"""

import re
from collections.abc import Iterator

import msgspec

from fabula.errors import UsageError, did_you_mean
from fabula.llm.values import ModelName

PROVIDERS = ("anthropic", "google", "ollama", "openai", "openrouter", "perplexity", "xai")
"""Who can be asked, by the word that stands before the model."""

NAME_CHARS_MAX = 400
MODELS_MAX = 10
"""Models of one list."""

_RULES = "rules"
_EXAMPLE = "such as 'ollama:llama3' or 'openai@http://127.0.0.1:1234/v1:my-model'"
_PROVIDER = re.compile(r"(?P<provider>[^:@]*)(?P<mark>[:@]?)(?P<rest>.*)", re.DOTALL)
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>[0-9]+))?(?P<path>/[^:]*)?"
    r"(?::(?P<model>.*))?",
    re.IGNORECASE | re.DOTALL,
)


class Rules(msgspec.Struct, frozen=True):
    """The end of a list: no further model is asked, whoever asks decides by rules."""

    def __str__(self) -> str:
        return _RULES


def read_model(text: str) -> ModelName:
    """The model that `text` names. Raises UsageError, which says what is wrong with it."""
    name = text.strip()
    if name == _RULES:
        raise UsageError("A model is needed here, and 'rules' is none.")
    if not name.isprintable() or " " in name or "," in name or len(name) > NAME_CHARS_MAX:
        raise _unreadable(
            name, f"it must be {NAME_CHARS_MAX} characters at most, with no spaces, commas or control characters"
        )
    return _parsed(name)


def read_models(text: str) -> tuple[ModelName | Rules, ...]:
    """The models that a list names, first choice first, at least one; `rules` stands at the end or nowhere.

    Raises UsageError, which says what is wrong with which of them.
    """
    names = [part.strip() for part in text.split(",")]
    if not all(names):
        raise UsageError(f"The list of models {text!r:.200} has an empty place. Write models, {_EXAMPLE}, or 'rules'.")
    if len(names) > MODELS_MAX:
        raise UsageError(f"The list of models {text!r:.200} is too long: {MODELS_MAX} at most.")
    if _RULES in names[:-1]:
        raise UsageError(f"The list of models {text!r:.200} goes on after 'rules', which always answer. Put them last.")
    models = tuple(Rules() if name == _RULES else read_model(name) for name in names)
    for twice in _repeated(models):
        raise UsageError(f"The list of models {text!r:.200} names {str(twice)!r} twice.")
    return models


def _parsed(name: str) -> ModelName:
    parts = _PROVIDER.fullmatch(name)
    assert parts is not None, "the expression matches any text"
    provider, mark, rest = parts["provider"], parts["mark"], parts["rest"]
    if not mark:
        nearest = did_you_mean(name, PROVIDERS)
        raise _unreadable(name, f"it needs a provider and a model, {_EXAMPLE}.{nearest}", end="")
    if provider not in PROVIDERS:
        raise _unreadable(name, f"there is no provider {provider!r:.40}.{did_you_mean(provider, PROVIDERS)}", end="")
    if mark == "@":
        return _at_address(name, provider, rest)
    if not rest:
        raise _unreadable(name, f"the model is missing after '{provider}:'")
    if rest.startswith("//"):
        raise _unreadable(name, f"an address follows an '@', as in '{provider}@http://127.0.0.1:1234/v1:my-model'")
    return ModelName(provider, rest)


def _at_address(name: str, provider: str, rest: str) -> ModelName:
    if re.match(r"https?://[^/]*@", rest, re.IGNORECASE):
        # Not repeated in the message: what stands before the @ may be a password.
        raise UsageError(
            f"A model of {provider} is named with a user or password in its address. Keys come from the environment "
            f"only; name the variable under models.keys in fabula.yaml."
        )
    address = _ADDRESS.fullmatch(rest)
    if address is None:
        raise _unreadable(name, "after '@' comes an address of http:// or https:// and a host, then ':' and the model")
    url = _url(name, address)
    if not address["model"]:
        raise _unreadable(name, f"the model is missing after the address {url!r}")
    return ModelName(provider, address["model"], url)


def _url(name: str, address: re.Match[str]) -> str:
    """The address in one spelling, so that the same place has one name, one breaker and one limit."""
    port, path = address["port"], address["path"] or ""
    if port is not None and not 1 <= int(port[:9]) <= 65_535:
        raise _unreadable(name, f"there is no port {port:.10}")
    if re.search(r"[?#\\]", path):
        raise _unreadable(name, "its address may hold a path, but no '?', '#' or '\\'")
    host = address["host"].lower() + (f":{int(port)}" if port else "")
    return f"{address['scheme'].lower()}://{host}{path.rstrip('/')}"


def _unreadable(name: str, why: str, *, end: str = ".") -> UsageError:
    # What follows a '?' is where people put keys, and is not repeated.
    return UsageError(f"Cannot read the model's name {name.partition('?')[0]!r:.200}: {why}{end}")


def _repeated(models: tuple[ModelName | Rules, ...]) -> Iterator[ModelName | Rules]:
    return (model for place, model in enumerate(models) if model in models[:place])
