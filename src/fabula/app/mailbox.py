"""The mailbox desk: where a person at another terminal is asked, through the store that both share."""

import asyncio

import msgspec

from fabula.agents.minds.human import LeftToRules, Question
from fabula.engine import Action, Observation
from fabula.store import Store

POLL_S = 0.1
"""How often an answer is looked for."""
TO_RULES = b"null"
"""The answer of a person who would rather have rules decide."""


class MailboxDesk:
    """Puts questions where `fabula take` finds them, and waits for the answers."""

    def __init__(self, store: Store, run: str, *, who: str) -> None:
        """who: the name of the mind that is to answer, such as `person:ann`."""
        self._store = store
        self._run = run
        self._who = who

    async def ask(self, observation: Observation, question: Question) -> Action:
        """The person's action. A question that nobody answered is withdrawn when it is no longer waited for; an answer
        stays, so that one given before a crash is there after it.
        """
        agent, asked = observation.agent, observation.step
        await self._store.put_question(self._run, agent, asked, who=self._who, question=msgspec.json.encode(question))
        try:
            # The answer comes from another process, so nothing here can be waited on.
            while (answer := await self._store.question_answer(self._run, agent, asked)) is None:  # noqa: ASYNC110
                await asyncio.sleep(POLL_S)
        except asyncio.CancelledError:
            await asyncio.shield(self._store.withdraw_question(self._run, agent, asked))
            raise
        if answer == TO_RULES:
            raise LeftToRules
        action: Action = msgspec.json.decode(answer, type=observation.accepts)
        return action
