"""The setting of a dialogue: who speaks, about what, who is next, and what ends it. Plain values, kept with the run."""

from enum import StrEnum

from msgspec import Struct

from fabula.agents.persona import Persona
from fabula.environments.dialogue.service.form import Service

SPEAKERS_MAX = 24
TOPIC_CHARACTERS_MAX = 2_000
TEXT_CHARACTERS_MAX = 8_000
"""Of one turn; what is longer is cut off there, and the record says so."""


class Policy(StrEnum):
    """Who speaks next."""

    ALTERNATE = "alternate"
    """Two take turns; whoever is addressed does not matter."""
    ROUND_ROBIN = "round_robin"
    """Everyone in order, round after round."""
    BIDS = "bids"
    """All say how much they want to speak; the keenest does."""
    MODERATOR = "moderator"
    """One speaker leads: it says who is next, may put a question, and closes."""
    FREE = "free"
    """Whoever was addressed; if nobody was, or they have spoken twice in a round, whoever was silent longest. Two who
    speak to one another are interrupted after a few turns."""


class Decision(StrEnum):
    """How the group settles its question, once talked out. Who takes leave before that stays for it; persons do not."""

    NONE = "none"
    VOTE = "vote"
    """Each names an option; the most votes win. At a tie those that tie are voted on once more, then it stands open."""
    CONSENSUS = "consensus"
    """A proposal stands when nobody objects; each round the proposal with the fewest objections goes on."""


class OnFailure(StrEnum):
    """What happens to a turn when the speaker's mind cannot answer."""

    SUBSTITUTE = "substitute"
    """Rules speak in its place, and the transcript says so."""
    SKIP = "skip"
    """The turn passes, and the transcript says so."""
    END = "end"
    """The dialogue ends."""


class Speaker(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One who speaks. The persona's name is the agent's."""

    persona: Persona
    stance: int = 0
    """Toward the topic, -100 dead against it to 100 all for it; rules speak from it."""
    points: tuple[str, ...] = ()
    """What it has to say about the topic, a sentence each, in its own words; rules find their own where there are none.
    """
    wants_to_know: tuple[str, ...] = ()
    """Questions it means to put, a sentence each."""
    on_failure: OnFailure = OnFailure.SUBSTITUTE
    service: Service | None = None
    """Of a service agent: its personality and the rules of its domain, which hold whatever mind speaks."""
    person: bool = False
    """A person's seat, of whom nothing is known but the name: rules say little there."""


class Ends(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What ends a dialogue. Each leaves its reason."""

    turns: int = 24
    """Turns at most; 0: as many as they like."""
    phrases: tuple[str, ...] = ()
    """Said as a whole, whatever the case, they end it: `that settles it`."""
    similarity: int = 85
    """In hundredths, how alike the turns of a window are on the whole when it goes round in circles; 0: never looked
    at."""
    window: int = 6
    """Turns that are compared."""
    agreement: int = 4
    """Turns in a row that only agree; somewhat more turns of which by far the most agree count as well. 0: never looked
    at."""
    silence: int = 0
    """Turns in a row in which nobody has anything to say; 0: as many as there are speakers."""
    budget: bool = True
    """Whether it ends when a speaker's model may spend no more; else its `on_failure` says what happens."""


class DialogueSetting(Struct, frozen=True, kw_only=True):
    """All that a dialogue follows from besides the seed."""

    pack: str = "talk"
    """What its runs are called after: `talk`, `chat`, or a pack's name."""
    title: str = ""
    topic: str = ""
    """What it is about, a phrase or a question; empty in a chat."""
    background: str = ""
    """What all of them know, a paragraph at most."""
    speakers: tuple[Speaker, ...]
    policy: Policy = Policy.ALTERNATE
    first: str = ""
    """Who begins; empty: chance draws it, the same for the same seed."""
    moderator: str = ""
    """Of MODERATOR: which speaker leads."""
    greeting: str = ""
    """What the first speaker says without being asked, as a character card has it."""
    decision: Decision = Decision.NONE
    options: tuple[str, ...] = ()
    """Of VOTE: what can be voted for; empty: for or against the topic."""
    rounds: int = 3
    """Of CONSENSUS: rounds at most."""
    ends: Ends = Ends()
    prompts: dict[str, str] = {}
    """Templates of its own, by name, before those that ship."""

    def speaker(self, name: str) -> Speaker | None:
        """Whoever has that name."""
        return next((each for each in self.speakers if each.persona.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The speakers, in their order."""
        return tuple(each.persona.name for each in self.speakers)
