"""The state of a dialogue: plain data, whole in a snapshot."""

from enum import StrEnum

from msgspec import Struct

from fabula.engine.values import Ending
from fabula.environments.dialogue.events import AnyEvent
from fabula.environments.dialogue.outlook import Line, Proposal

NEWS_MAX = 48
"""Events that are kept for those who were not asked since; what came before is the memory's."""


class Phase(StrEnum):
    """What the next step asks, and of whom."""

    OPEN = "open"
    """Nobody: the dialogue begins."""
    BID = "bid"
    """All present: how much they want to speak."""
    CALL = "call"
    """The moderator: who is next."""
    SPEAK = "speak"
    """`next`: to speak."""
    PROPOSE = "propose"
    """All present: for a proposal."""
    VOTE = "vote"
    CONSENT = "consent"


class ServiceState(Struct, kw_only=True, omit_defaults=True):
    """How far a service agent has come with whom it serves."""

    guide: str = ""
    step: int = 0
    """Index of the step that was said last; -1: it is called for and has not begun."""
    open: list[str] = []
    """Rules whose questions were put and not answered."""
    read: int = 0
    """How many of the lines were read for what follows here; each is read once."""
    known: list[str] = []
    """Rules whose questions were answered, put or not."""
    asked: dict[str, int] = {}
    """Rule -> how often its question was put."""
    asked_last: list[str] = []
    """Rules whose questions stand in the agent's last words."""
    answered: bool = False
    """Whether the last words to it answer one of those."""
    caveats: list[str] = []
    """Rules for want of whose answer a caveat was said."""
    done: list[str] = []
    added: dict[str, int] = {}
    """Rule -> the agent's turn in which its text was last added."""
    used: list[str] = []
    """Replies by rules that were said already."""
    turns: int = 0
    handed_over: bool = False


class DialogueState(Struct, kw_only=True, omit_defaults=True):
    """Everything there is."""

    phase: Phase = Phase.OPEN
    step: int = 0
    next: str = ""
    """Whose turn it is."""
    spoken: int = 0
    """Turns so far, passed ones included."""
    lines: list[Line] = []
    """What was said, all of it, in order."""
    present: list[str] = []
    """Who has not taken leave, in the setting's order."""
    last: dict[str, int] = {}
    """Speaker -> number of its last turn."""
    quiet: int = 0
    """Turns in a row in which nobody said anything."""
    agreed: int = 0
    """Turns in a row that only agreed."""
    agreeing: list[int] = []
    """How far each of the last turns only agreed (see agreement.Agreeing)."""
    stale: list[int] = []
    """How much of each of the last turns, of 100, had been said before."""
    fresh: list[int] = []
    """How many new words each of the last turns brought."""
    faltered: dict[str, int] = {}
    """Speaker -> turns in a row in which its mind could not answer."""
    causes: dict[str, str] = {}
    """Speaker -> why, the last time."""
    nudged: int = 0
    """Number of the turn after which the speakers were last told that they go round in circles; 0: never."""
    nudge: str = ""
    take: int = 0
    taker: str = ""
    """Who asked for another answer."""
    skipped: list[str] = []
    """Who passed, or could not speak, since somebody last said something."""
    news: list[AnyEvent] = []
    """The last NEWS_MAX events."""
    happened: int = 0
    """How many events there were, those that are no longer kept among them."""
    heard: dict[str, int] = {}
    """Speaker -> how many events there had been when it was last asked."""
    talked_out: str = ""
    """Why there is no more talk, while the group decides; empty: it talks."""
    round: int = 0
    """Of votes or of consensus, from 1."""
    proposed: int = 0
    """How many proposals there were."""
    proposals: list[Proposal] = []
    tied: list[str] = []
    """Of a second vote: what it is between."""
    services: dict[str, ServiceState] = {}
    ended: Ending | None = None
