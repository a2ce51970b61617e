"""The desk of a speaker at this terminal, beside the feed: what the feed has told is not told again with a question."""

from msgspec.structs import replace

from fabula.agents.minds.human import Desk, Phrases, Question
from fabula.engine import Action, Observation


class TalkingDesk:
    """Asks at another desk, without what was said before."""

    def __init__(self, desk: Desk, phrases: Phrases, *, from_start: bool) -> None:
        """from_start: the feed shows the dialogue from its first step; else the first question tells what came before
        it.
        """
        self._desk = desk
        self._phrases = phrases
        self._from_start = from_start
        self._has_asked = False

    async def ask(self, observation: Observation, question: Question) -> Action:
        """See Desk.ask."""
        unheard = replace(observation.perceives, lines=(), earlier=0)
        fresh = self._phrases.question(replace(observation, perceives=unheard, events=()))
        if self._has_asked:
            question = replace(question, brief=fresh.brief)
        elif self._from_start:
            question = fresh
        self._has_asked = True
        return await self._desk.ask(observation, question)
