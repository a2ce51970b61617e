"""Embedding: asks a provider's model for vectors of texts, in batches, as carefully as any question is asked.

Importing it is light: what asks is loaded with the gateway.
"""

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec.structs import replace

from fabula.errors import UsageError
from fabula.llm.layer import Call, Layer
from fabula.llm.naming import read_model
from fabula.llm.values import Asker, Failure, Message, ModelFailed, ModelName, Request, Role

if TYPE_CHECKING:
    from fabula.llm.gateway import Gateway

BATCH_MAX = 16
"""Texts of one call: their vectors, of 4096 numbers each, are within what is read of an answer."""
NUMBER_FIRST = 100
"""Calls for vectors are numbered from here on, beside the questions asked for the same agent at the same step."""

_SPEAKING = ("ollama", "openai", "openrouter")
"""Those that can be asked for vectors in OpenAI's way."""


class Embedded(NamedTuple):
    """What came of some texts."""

    vectors: Sequence[Sequence[float]]
    """In the order of the texts; fewer if it failed on the way."""
    failures: tuple[Failure, ...] = ()
    """Why there are fewer; what failed and then succeeded is not told."""


class Embeds(Protocol):
    """Whoever makes vectors of texts; an Embedding is one."""

    async def embed(self, texts: Sequence[str], asker: Asker, *, deadline_s: float) -> Embedded:
        """The vectors of texts, the first ones first, as many as can be had until the running loop's `time()` is
        `deadline_s`. Raises RunError if what they cost cannot be kept, and nothing else, cancellation apart.
        """
        ...


class Providing(Protocol):
    """The providers, of which one makes the vectors."""

    def vectors(self, model: ModelName) -> Layer:
        """One attempt: each message of a request is a text, the reply's data are their vectors."""
        ...


class Embedding:
    """One model that makes vectors."""

    def __init__(self, model: ModelName, gateway: "Gateway", providers: Providing) -> None:
        self._model = model
        self._way = gateway.guarded(providers.vectors(model), model)

    async def embed(self, texts: Sequence[str], asker: Asker, *, deadline_s: float) -> Embedded:
        """As Embeds says."""
        vectors: list[Sequence[float]] = []
        for number, start in zip(count(NUMBER_FIRST), range(0, len(texts), BATCH_MAX), strict=False):
            batch = texts[start : start + BATCH_MAX]
            request = Request(
                asker=replace(asker, number=number, role=Role.EMBEDDER),
                messages=tuple(Message("user", _sound(text)) for text in batch),
                tokens_max=0,
            )
            try:
                reply = await self._way.ask(Call(request, self._model, deadline_s=deadline_s))
            except ModelFailed as error:
                return Embedded(vectors, error.failures)
            vectors += reply.data
        return Embedded(vectors)


def _sound(text: str) -> str:
    """The text with question marks in the place of halves of characters, which nothing can be sent with."""
    return text.encode("utf-8", "replace").decode()


def read_embedder(text: str) -> ModelName:
    """The model of a provider that `text` names, for vectors. Raises UsageError, which says what is wrong with it."""
    try:
        model = read_model(text)
    except UsageError as error:
        raise UsageError(f"memory.embedder: {error}") from None
    if model.provider not in _SPEAKING:
        raise UsageError(
            f"memory.embedder: {text!r:.200} cannot be asked for vectors. Those that can are called "
            "'openai:text-embedding-3-small', 'ollama:nomic-embed-text', 'openrouter:…' or "
            "'openai@http://127.0.0.1:1234/v1:my-model'; 'ngrams' and 'semantic' need nobody"
        )
    return model
