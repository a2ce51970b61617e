"""What passes through the gateway: which model is asked, what, by whom, and what came of it."""

from enum import StrEnum
from typing import Any, Literal, Protocol

import msgspec

from fabula.engine import Spent


class ModelName(msgspec.Struct, frozen=True):
    """A model, as people name it: `anthropic:claude-sonnet-4-6`, `ollama:llama3`, `openai@http://127.0.0.1:1234/v1:mine`."""

    provider: str
    """Whose way of speaking: `anthropic`, `google`, `ollama`, `openai`, `openrouter`, `perplexity`, `xai`."""
    model: str
    """As the provider calls it."""
    url: str = ""
    """Base address, where it is not the provider's own."""

    def __str__(self) -> str:
        return f"{self.provider}@{self.url}:{self.model}" if self.url else f"{self.provider}:{self.model}"


class Role(StrEnum):
    """What a model is asked as."""

    CHARACTER = "character"
    """To decide for an agent."""
    DIRECTOR = "director"
    CHRONICLER = "chronicler"
    PLAYER = "player"
    CHECK = "check"
    """A person wants to know whether the model answers at all."""
    EMBEDDER = "embedder"
    """To make vectors of texts, by which an agent's memories are found."""


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """For whom, and at which moment of which run, a model is asked. (run, agent, step, number) names one question."""

    run: str = ""
    """Empty: outside any run."""
    agent: str = ""
    step: int = 0
    number: int = 0
    """0: the question itself; 1, 2: asked again, since the answer could not be used."""
    role: Role = Role.CHARACTER


class Message(msgspec.Struct, frozen=True):
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    text: str


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The form an answer should have, asked for natively where the provider can."""

    name: str
    """Letters, digits and `_`."""
    schema: dict[str, Any]
    """JSON Schema of an object."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a model. Its canonical encoding without `asker` is what caches and records know it by."""

    asker: Asker = Asker()
    messages: tuple[Message, ...]
    """At most one `system` message, the first; then `user` and `assistant` in turn, `user` last."""
    shape: Shape | None = None
    """None: prose."""
    tokens_max: int = 600
    """Of the answer, reasoning included."""
    temperature: float | None = None
    """None: the model's own."""


class Finish(StrEnum):
    """Why a model ceased to write."""

    STOP = "stop"
    LENGTH = "length"
    """It ran into `tokens_max`."""
    REFUSED = "refused"
    """It, or the provider's filter, would not."""
    OTHER = "other"


class Source(StrEnum):
    """Where an answer came from."""

    MODEL = "model"
    """The first model of the list."""
    CACHE = "cache"
    FALLBACK = "fallback"
    """Another model of the list."""
    RECORD = "record"
    """It had been answered, and paid, before a break."""
    RULES = "rules"
    """No model answered: whoever asks falls back on rules."""


class FailureKind(StrEnum):
    """How asking a model can fail, and so whether to ask again."""

    RATE_LIMITED = "rate limited"
    """429: again, after as long as the provider says."""
    OVERLOADED = "overloaded"
    """5xx: again, later."""
    UNREACHABLE = "unreachable"
    """No connection could be made: again, later."""
    CUT_OFF = "cut off"
    """The connection ended before the answer did: again, later."""
    TIMED_OUT = "timed out"
    """No answer in the time that was left: again, if time is left after all."""
    GARBLED = "garbled"
    """A success whose body is not what the protocol says: again, once."""
    TOO_LARGE = "too large"
    """A body beyond what is read: never again."""
    REJECTED = "rejected"
    """4xx: the same request will fail again; never."""
    NO_KEY = "no key"
    """The provider needs a key that the environment does not hold, or refuses the one it holds; never."""
    BREAKER_OPEN = "breaker open"
    """Not asked: it failed too often of late."""
    LIMITED = "limited"
    """Not asked: our own rate limit leaves no room before the deadline."""
    OVER_BUDGET = "over budget"
    """Not asked: it could cost more than is left."""
    NOT_INSTALLED = "not installed"
    """The provider's package is missing."""


class Failure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way in which one model did not answer."""

    kind: FailureKind
    model: str
    why: str
    """A sentence for people; holds no key and nothing the provider sent beyond a short, plain message."""
    retry_after_s: float | None = None
    """What the provider asked to be waited."""
    billed: bool = False
    """The provider may have counted it all the same: it had begun to answer."""


class ModelFailed(Exception):
    """How layers tell one another that a model did not answer; never leaves the gateway."""

    def __init__(self, failure: Failure, earlier: tuple[Failure, ...] = ()) -> None:
        super().__init__(failure.why)
        self.failure = failure
        """What it came to in the end."""
        self.failures = (*earlier, failure)
        """Of every attempt, in order, the last included."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question. A model's text is foreign text: whoever shows it makes it harmless first."""

    text: str = ""
    data: Any = None
    """The object, where the provider gave structured output; not checked against the shape."""
    finish: Finish = Finish.STOP
    model: str = ""
    """The name of the model that answered; empty: none did."""
    source: Source = Source.MODEL
    spent: Spent = Spent()
    failures: tuple[Failure, ...] = ()
    """What went wrong on the way, in order."""

    @property
    def why(self) -> str:
        """The failures in a sentence; empty if there were none."""
        told = dict.fromkeys(f"{failure.model}: {failure.why}" for failure in self.failures)
        return "; ".join(told)


class Listener(Protocol):
    """Whoever watches an answer as it is written."""

    def text(self, delta: str) -> None:
        """The next piece."""
        ...

    def again(self) -> None:
        """The pieces so far count for nothing: it is written anew."""
        ...
