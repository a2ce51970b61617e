"""The mind of a speaker without a model: everything it does follows from who it is, what it heard, and chance."""

from typing import get_args

from fabula.engine.chance import Chance
from fabula.engine.values import Action, Observation
from fabula.environments.dialogue.actions import Bid, Call, Consent, Pass, Propose, Vote
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.rhetoric.leading import lead
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.settling import bid, consent, propose, vote
from fabula.environments.dialogue.rhetoric.speaking import speak
from fabula.environments.dialogue.setting import Speaker

TOPIC_CHARACTERS_MAX = 200


class SpeakerRules:
    """Answers every question that a dialogue puts to one speaker. Keeps nothing between two questions."""

    label = "rules"
    repeatable = True

    def __init__(self, speaker: Speaker, chance: Chance) -> None:
        self._speaker = speaker
        self._chance = chance

    async def decide(self, observation: Observation) -> Action:
        """The action; the same for the same observation."""
        outlook = observation.perceives
        assert isinstance(outlook, Outlook), f"a speaker perceives an Outlook, not {type(outlook).__name__}"
        matter = Matter(self._speaker, outlook)
        # The topic is among the names, so that one seed does not open every talk with the same words.
        about = (outlook.topic[:TOPIC_CHARACTERS_MAX],) if outlook.topic else ()
        name = self._speaker.persona.name
        stream = self._chance.at(observation.step).stream("rhetoric", name, str(outlook.take), *about)
        open_ = get_args(observation.accepts) or (observation.accepts,)
        if Bid in open_:
            return bid(matter, stream)
        if Call in open_:
            return lead(matter, stream)
        if Propose in open_:
            return propose(matter, stream)
        if Vote in open_:
            return vote(matter, stream)
        if Consent in open_:
            return consent(matter, stream)
        return speak(matter, stream) if Pass in open_ else Pass(reason="nothing that it knows is open")
