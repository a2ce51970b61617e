"""The trial of a pack's own templates: each is put to use for every kind of question, so that a slip in it is told
before a dialogue begins.

Loads jinja2: only a pack with prompts of its own needs it.
"""

from collections.abc import Iterator, Mapping

from fabula.agents.prompts import Prompter, Template, read_template
from fabula.engine.values import AgentId, Observation
from fabula.environments.dialogue.actions import Bid, Consent, Leading, Pass, Propose, Speaking, Vote
from fabula.environments.dialogue.outlook import Line, Other, Outlook, Proposal
from fabula.environments.dialogue.prompts.names import DECIDING, FOLDER, NAMES, SCENE, SPEAKER, SUFFIX
from fabula.environments.dialogue.prompts.speech import speech_of
from fabula.environments.dialogue.setting import DialogueSetting, Speaker
from fabula.errors import RunError, UsageError

_DECIDED = (Bid, Leading, Propose, Vote, Consent)


def try_prompts(setting: DialogueSetting, prompts: Mapping[str, str]) -> None:
    """Write the prompts of every speaker's first turn, and of a later one. prompts: by name, all there are. Raises
    UsageError with file and line.
    """
    templates = {name: read_template(prompts[name], where=f"{FOLDER}/{name}{SUFFIX}") for name in NAMES}
    try:
        for speaker in setting.speakers:
            for outlook in _outlooks(setting, speaker):
                _try(setting, speaker, outlook, templates)
    except RunError as wrong:
        raise UsageError(str(wrong)) from wrong


def _try(setting: DialogueSetting, speaker: Speaker, outlook: Outlook, templates: Mapping[str, Template]) -> None:
    speech = speech_of(setting, speaker.persona.name)
    for name, accepts in ((SPEAKER, (Speaking,)), (SCENE, (Speaking,)), (DECIDING, _DECIDED)):
        for each in accepts:
            asked = Observation(
                agent=AgentId(speaker.persona.name), step=0, due=0, perceives=outlook, accepts=each, reflex=Pass()
            )
            Prompter(speaker.persona, templates[name]).prompt(speech.told(asked))


def _outlooks(setting: DialogueSetting, speaker: Speaker) -> Iterator[Outlook]:
    """What the speaker may perceive: as the talk begins, and as much as there can be later."""
    me = speaker.persona.name
    others = tuple(
        Other(name=other.persona.name, role=other.persona.role)
        for other in setting.speakers
        if other.persona.name != me
    )
    for lines in ((), (Line(number=1, speaker=others[0].name, text="Good day.", to=me),) if others else ()):
        yield Outlook(
            me=me,
            others=others,
            topic=setting.topic,
            background=setting.background,
            turn=len(lines) + 1,
            turns=setting.ends.turns,
            lines=lines,
            addressed_by=lines[0].speaker if lines else "",
            nudge="It goes round in circles." if lines else "",
            take=len(lines),
            stance=speaker.stance,
            points=speaker.points,
            wants_to_know=speaker.wants_to_know,
            leads=me == setting.moderator,
            silent=tuple(other.name for other in others),
            options=setting.options,
            proposals=(Proposal(number=1, speaker=me, text="To begin anew."),),
            round=1,
        )
