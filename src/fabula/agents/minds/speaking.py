"""SpokenMind: a mind that asks a language model for plain words where it is to speak, and for a decision elsewhere.

The model is given the conversation as a chat: who it is and what the talk is about (`system`), what it said itself
(`assistant`), what others said (`user`), and last what applies now. What it answers is said as it stands, without what
models put around words; see `spoken.words`. Words that repeat what it was told of its part are not taken: neither a
piece of its instructions, nor whole stretches of who it is. What the talk is about it may say, and quote.

Loads jinja2 and the reading of replies: import it only where a model is asked.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from fabula.agents.minds.asking import Manner, Understood
from fabula.agents.minds.discretion import Told, repeats
from fabula.agents.minds.model import ModelMind
from fabula.agents.minds.spoken.conversation import UTTERANCE_CHARACTERS_MAX, conversation
from fabula.agents.minds.spoken.heard import Heard
from fabula.agents.minds.spoken.speech import Speech, Turn
from fabula.agents.minds.spoken.words import WHYS, Words, Wrong, words_of
from fabula.agents.persona import Persona
from fabula.agents.prompts import Card, Prompter, Remembers, Template
from fabula.engine.values import AgentId, Decided, Observation
from fabula.llm.values import Listener, Message, Reply

Hearing = Callable[[AgentId], Listener | None]
"""Who listens to an agent as it speaks; None: nobody."""

PLAINLY = "Write only what you say, and nothing before or after it."

_CORRECTIONS = "\n".join(f"{wrong} {PLAINLY}" for wrong in Wrong)


def nobody_hears(_: AgentId) -> None:
    """Hearing where nobody listens."""
    return


class Prompted(NamedTuple):
    """A question to speak as a model gets it."""

    messages: tuple[Message, ...]
    part: Told
    """What is between the model and us."""


class SpeakerPrompter:
    """Writes the questions to speak of one agent."""

    def __init__(
        self,
        persona: Persona,
        speech: Speech,
        *,
        speaking: Template,
        scene: Template,
        memory: Remembers | None = None,
        card: Card | None = None,
        manner: Manner | None = None,
    ) -> None:
        """speaking, scene: the templates that `speech` names. memory: the agent's own; None: it remembers nothing."""
        manner = manner or Manner()
        self.speech = speech
        self._speaking = Prompter(
            persona,
            speaking,
            memory=memory,
            card=card,
            recalled_max=manner.recalled_max,
            news_steps=manner.news_steps,
        )
        self._scene = Prompter(persona, scene, card=card)

    def query(self, observation: Observation) -> str:
        """What memories will be called up by."""
        return self._speaking.query(self.speech.told(observation))

    def prompted(self, observation: Observation, turn: Turn) -> Prompted:
        """The question. Raises RunError if a template cannot say it."""
        told = self.speech.told(observation)
        part, now = self._speaking.prompt(told, heard=[line.text[:UTTERANCE_CHARACTERS_MAX] for line in turn.lines])
        scene = self._scene.prompt(told).user
        outside, inside = _parted(part)
        return Prompted(
            messages=conversation("\n\n".join(filter(None, (part, scene))), turn, now),
            part=Told(f"{outside}\n{_CORRECTIONS}", f"{inside}\n{now}"),
        )


class SpokenMind:
    """Asks a model for what an agent says, once more if that cannot be said, and then gives up, so that whoever stands
    in answers. Other questions it puts as a ModelMind does.
    """

    repeatable = False

    def __init__(self, prompter: SpeakerPrompter, deciding: ModelMind, *, hearing: Hearing = nobody_hears) -> None:
        """deciding: puts the other questions, to the same models; the mind is named like it.

        hearing: who listens as it speaks. They hear words before anybody has judged them, and are told `again` where
        those are not what was said in the end. Where the prompter's speech does not stream, as for a service agent,
        whose rules hold only once the whole is there, nobody hears anything before it was said.
        """
        self.label = deciding.label
        self._asking = deciding.asking
        self._deciding = deciding
        self._prompter = prompter
        self._speech = prompter.speech
        self._hearing = hearing if self._speech.streams else nobody_hears

    def query(self, observation: Observation) -> str:
        """What it will call memories up by as it is asked that."""
        if self._speech.turn(observation) is None:
            return self._deciding.query(self._speech.told(observation))
        return self._prompter.query(observation)

    async def decide(self, observation: Observation) -> Decided:
        """What the model says or decides, by whom and for how much. Raises RunError if no model gave a usable answer,
        and whatever cancels it.
        """
        turn = self._speech.turn(observation)
        if turn is None:
            return await self._deciding.decide(self._speech.told(observation))
        listener = self._hearing(observation.agent)
        heard = Heard(listener, turn.me) if listener is not None else None
        try:
            words, decided = await self._spoken(observation, turn, heard)
        except BaseException:
            if heard is not None:
                heard.again()
            raise
        if heard is not None:
            heard.settle(words.text)
        return decided

    async def _spoken(self, observation: Observation, turn: Turn, heard: Heard | None) -> tuple[Words, Decided]:
        messages, part = self._prompter.prompted(observation, turn)
        said = Words()

        def understands(reply: Reply, _: Sequence[Message], number: int) -> Understood:
            nonlocal said
            said = _said(reply, turn, part)
            return self._understood(said, number)

        decided = await self._asking.decided(observation, messages, understands, listener=heard)
        return said, decided

    def _understood(self, said: Words, number: int) -> Understood:
        if said.wrong is Wrong.EMPTY and number:
            # Asked twice, it has nothing to say.
            return Understood(self._speech.keep_silent("It said nothing."))
        if said.wrong is not None:
            return Understood(None, WHYS[said.wrong], f"{said.wrong} {PLAINLY}")
        if said.passes:
            return Understood(self._speech.keep_silent(""))
        return Understood(self._speech.say(said.text, leaving=said.leaving))


def _said(reply: Reply, turn: Turn, part: Told) -> Words:
    said = words_of(reply.text, me=turn.me, others=turn.others, finish=reply.finish)
    return Words(wrong=Wrong.REPEATS) if repeats(said.text, part) else said


def _parted(part: str) -> tuple[str, str]:
    """What stands outside the blocks of a message, and what within."""
    outside: list[str] = []
    inside: list[str] = []
    within = False
    for line in part.split("\n"):
        if line.startswith("<<<"):
            within = True
        elif line == ">>>":
            within = False
        else:
            (inside if within else outside).append(line)
    return "\n".join(outside), "\n".join(inside)
