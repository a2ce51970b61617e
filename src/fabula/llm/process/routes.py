"""The routes: which address means what, whatever stands before it in the path."""

import re

import msgspec

from fabula.llm.process.http import HttpRequest
from fabula.llm.process.wires import ANTHROPIC, GOOGLE, GOOGLE_EMBEDDINGS, OPENAI, OPENAI_EMBEDDINGS, Wire


class Route(msgspec.Struct, frozen=True):
    """An address that was found."""

    wire: Wire
    method: str = "POST"
    lists_models: bool = False
    """It tells which models there are; otherwise it answers a question."""


_ROUTES: tuple[tuple[re.Pattern[str], Route], ...] = (
    (re.compile(r"/chat/completions/?$"), Route(OPENAI)),
    (re.compile(r"/embeddings/?$"), Route(OPENAI_EMBEDDINGS)),
    (re.compile(r"/messages/?$"), Route(ANTHROPIC)),
    (re.compile(r"/models/.+:(generateContent|streamGenerateContent)$"), Route(GOOGLE)),
    (re.compile(r"/models/.+:(embedContent|batchEmbedContents)$"), Route(GOOGLE_EMBEDDINGS)),
    (re.compile(r"/v1beta\w*/models/?$"), Route(GOOGLE, "GET", lists_models=True)),
    (re.compile(r"/models/?$"), Route(OPENAI, "GET", lists_models=True)),
)


def route_of(request: HttpRequest) -> Route | None:
    """Where a request leads; None: nowhere."""
    return next((route for pattern, route in _ROUTES if pattern.search(request.path)), None)
