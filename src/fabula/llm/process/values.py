"""What is asked of the provider and what it answers, whatever the wire format."""

from typing import Any, Literal

import msgspec

from fabula.llm.values import Finish


class Unfit(Exception):
    """A request that the format does not allow; the text names the field."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Turn(msgspec.Struct, frozen=True):
    """One message of the prompt."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str


class Tool(msgspec.Struct, frozen=True):
    """A tool the model may call."""

    name: str
    schema: dict[str, Any]


class Vectors(msgspec.Struct, frozen=True):
    """What vectors are wanted in the place of words."""

    dimensions: int
    packed: bool = False
    """Each as base64 of little-endian floats of 32 bits."""
    single: bool = False
    """One alone, not a list."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a request asks for."""

    model: str
    """As the client wrote it, without what follows a `+`."""
    wants: tuple[str, ...] = ()
    """What followed: faults and manners asked for by the model's name, as in `demo+500`."""
    turns: tuple[Turn, ...]
    schema: dict[str, Any] | None = None
    """The form the answer must have; None: prose, unless `json` holds."""
    json: bool = False
    """Any JSON object will do."""
    tools: tuple[Tool, ...] = ()
    call: Literal["never", "may", "must"] = "may"
    """Whether a tool is to be called."""
    call_name: str = ""
    """The tool that must be called; empty: any."""
    tokens_max: int | None = None
    """None: no bound."""
    vectors: Vectors | None = None
    """Wanted for each of the turns, in the place of an answer."""
    stops: tuple[str, ...] = ()
    """Texts before which the answer ends."""
    stream: bool = False
    usage_in_stream: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    """As they came; what an obeying model may be made to tell."""

    @property
    def prompt(self) -> str:
        """All that was said."""
        return "\n\n".join(turn.text for turn in self.turns)

    @property
    def last(self) -> str:
        """What was said last."""
        return self.turns[-1].text if self.turns else ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a manner answers: a text, or a call of a tool."""

    text: str = ""
    tool: str = ""
    """Name of the tool that is called; empty: none."""
    finish: Finish = Finish.STOP
    uncut: bool = False
    """It is sent whole, however many tokens were allowed."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What goes onto the wire."""

    id: str
    text: str
    """Of a tool's call: its arguments, as JSON."""
    tool: str = ""
    finish: Finish = Finish.STOP
    tokens_in: int = 0
    tokens_out: int = 0
