"""The opening: the state before the first step, and what its first step tells."""

from fabula.engine.chance import Chance
from fabula.environments.dialogue.closing import go_on
from fabula.environments.dialogue.events import Opened
from fabula.environments.dialogue.policy import give_turn
from fabula.environments.dialogue.scene import Scene
from fabula.environments.dialogue.setting import DialogueSetting, Policy
from fabula.environments.dialogue.speaking import Words, say
from fabula.environments.dialogue.speech import heard
from fabula.environments.dialogue.state import DialogueState, Phase


def first_state(setting: DialogueSetting, chance: Chance) -> DialogueState:
    """The state before step 0."""
    return DialogueState(present=list(setting.names), next=_first(setting, chance))


def open_dialogue(scene: Scene) -> None:
    """Step 0: what it is about, who speaks, and the greeting, where there is one."""
    setting, state = scene.setting, scene.state
    scene.add(
        Opened(
            title=setting.title,
            topic=setting.topic,
            background=setting.background,
            speakers=setting.names,
            first=state.next,
            seen_by=scene.everyone,
        )
    )
    if setting.greeting and state.next:
        # Written by whoever made the setting, not by a mind: no rule of a domain is held against it.
        own = heard(setting.greeting, state.next, scene.others(state.next))
        say(scene, state.next, Words(own.text, own.to, own.cut))
    if state.spoken:
        go_on(scene)
    elif state.next and state.next != scene.leader:
        state.phase = Phase.SPEAK
    else:
        give_turn(scene)


def _first(setting: DialogueSetting, chance: Chance) -> str:
    """Who begins; empty where bids or a moderator will say."""
    if setting.first:
        return setting.first
    if setting.policy is Policy.MODERATOR:
        return setting.moderator if setting.greeting else ""
    if setting.policy is Policy.BIDS and not setting.greeting:
        return ""
    return chance.stream("first").choice(setting.names)
