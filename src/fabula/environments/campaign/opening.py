"""The opening: the state before the first step, and what its first step tells."""

from fabula.engine.values import AgentId
from fabula.environments.campaign.beliefs import KNOWN, SURE_KNOWN
from fabula.environments.campaign.events import Aimed, CampaignOpened, ClockStarted, Joined
from fabula.environments.campaign.ground import Ground
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.setting import Character, Setting
from fabula.environments.campaign.sightings import first_sightings
from fabula.environments.campaign.state import Agent, Belief, CampaignState, Danger, Dial, Item

OPENING_SENTENCES = 3
"""Sentences of the setting's opening that are drawn for one run."""
TRAITS_MOST = 6
AIMS_MOST = 2
"""Aims that are told of an agent; it acts on all of them."""


def first_state(ground: Ground) -> CampaignState:
    """The state before step 0."""
    setting = ground.setting
    return CampaignState(
        agents={agent.name: agent for agent in sorted(_agents(ground), key=lambda agent: agent.name)},
        items=dict(sorted(_items(setting).items())),
        dangers={
            threat.name: Danger(place=threat.place, strength=threat.strength, here=threat.arrives == 0)
            for threat in sorted(setting.threats, key=lambda threat: threat.name)
        },
        dials={clock.name: Dial(filled=clock.filled) for clock in sorted(setting.clocks, key=lambda clock: clock.name)},
        stances={faction.name: dict(faction.stances) for faction in setting.factions},
    )


def new_agent(ground: Ground, character: Character, *, turn: int = 1) -> Agent:
    """A character as it enters the campaign: whole, with what it knows."""
    beliefs = {name: Belief(text=ground.secrets[name].truth, source=KNOWN, sure=SURE_KNOWN) for name in character.knows}
    return Agent(
        name=character.persona.name,
        place=character.place,
        vigour=character.vigour,
        vigour_max=character.vigour,
        came=turn,
        bonds={other: max(-100, min(100, bond)) for other, bond in character.bonds.items()},
        beliefs=beliefs,
    )


def open_campaign(scene: Scene) -> None:
    """Step 0: the stage is set, the cast is named."""
    setting = scene.ground.setting
    luck = scene.chance.stream("opening")
    kept = set(luck.shuffled(range(len(setting.opening)))[:OPENING_SENTENCES])
    # In the order in which they were written, whichever were drawn.
    text = " ".join(sentence for number, sentence in enumerate(setting.opening) if number in kept)
    first_sightings(scene)
    everyone = scene.everyone()
    scene.add(
        CampaignOpened(title=setting.title, question=setting.question, turns=setting.turns, text=text, seen_by=everyone)
    )
    for clock in setting.clocks:
        scene.add(
            ClockStarted(
                clock=clock.name,
                description=clock.description,
                filled=clock.filled,
                segments=clock.segments,
                good_for=clock.good_for,
                bad_for=clock.bad_for,
                seen_by=() if clock.hidden else everyone,
            )
        )
    for name in scene.state.agents:
        enter(scene, name)


def enter(scene: Scene, name: str) -> None:
    """Tell who enters, and, to itself alone, what it is after: first what matters most to it."""
    scene.add(_joined(scene, name))
    aims = sorted(scene.role(name).character.aims, key=lambda aim: -aim.weight)
    for aim in aims[:AIMS_MOST]:
        scene.add(Aimed(agent=name, aim=aim.text, about=aim.what, seen_by=(AgentId(name),)))


def _joined(scene: Scene, name: str) -> Joined:
    agent, role = scene.state.agents[name], scene.role(name)
    persona = role.character.persona
    return Joined(
        agent=name,
        place=agent.place,
        faction=role.faction,
        role=persona.role,
        origin=persona.origin,
        traits=tuple(trait.name for trait in persona.traits[:TRAITS_MOST]),
        pronouns=role.pronouns,
        seen_by=scene.at(agent.place) or (AgentId(name),),
    )


def _agents(ground: Ground) -> list[Agent]:
    return [new_agent(ground, character) for character in ground.setting.characters]


def _items(setting: Setting) -> dict[str, Item]:
    holders = {thing: character.persona.name for character in setting.characters for thing in character.carries}
    return {
        thing.name: Item(
            place="" if thing.name in holders else thing.place,
            holder=holders.get(thing.name, ""),
            hidden=thing.hidden,
            left=thing.uses,
        )
        for thing in setting.things
    }
