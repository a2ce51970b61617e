"""Speech: how models are asked to speak in a dialogue; see fabula.agents.minds.spoken.Speech."""

from typing import get_args

from msgspec.structs import replace

from fabula.agents.minds.spoken import Turn, Utterance
from fabula.engine.values import Observation
from fabula.environments.dialogue.actions import Pass, Say
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.prompts.cue import cue_of
from fabula.environments.dialogue.prompts.names import SCENE, SPEAKER
from fabula.environments.dialogue.service.form import Service
from fabula.environments.dialogue.setting import DialogueSetting

GOODBYE = "Goodbye."
"""Said by one who leaves without a word."""


class DialogueSpeech:
    """The Speech of one speaker."""

    speaking = SPEAKER
    scene = SCENE

    def __init__(self, service: Service | None = None) -> None:
        """service: of a service agent. What it says is held to its rules once it is all there, so it never streams."""
        self._service = service
        self.streams = service is None

    def turn(self, observation: Observation) -> Turn | None:
        """As Speech says."""
        if not asks_to_speak(observation):
            return None
        outlook: Outlook = observation.perceives
        lines = tuple(Utterance(speaker=line.speaker, text=line.text, to=line.to) for line in outlook.lines)
        others = tuple(other.name for other in outlook.others)
        return Turn(me=outlook.me, others=others, lines=lines, earlier=outlook.earlier)

    def told(self, observation: Observation) -> Observation:
        """As Speech says: what is perceived is a Cue."""
        return replace(observation, perceives=cue_of(observation.perceives, self._service))

    def say(self, words: str, *, leaving: bool) -> Say:
        """As Speech says."""
        return Say(text=words or self._goodbye(), leaving=leaving)

    def keep_silent(self, why: str) -> Pass:
        """As Speech says."""
        return Pass(why=why)

    def _goodbye(self) -> str:
        return (self._service.personality.goodbye if self._service else "") or GOODBYE


def asks_to_speak(observation: Observation) -> bool:
    """Whether a question is to speak, not to decide."""
    return Say in (get_args(observation.accepts) or (observation.accepts,))


def speech_of(setting: DialogueSetting, agent: str) -> DialogueSpeech:
    """How a model in an agent's seat is asked to speak."""
    speaker = setting.speaker(agent)
    return DialogueSpeech(speaker.service if speaker else None)
