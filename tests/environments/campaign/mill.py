"""A rich setting made in code: a mill town in flood, three parties, eight people. What the campaign's tests play in."""

from typing import Any

from fabula.agents.persona import Field, Persona, Skill, Trait, Weight
from fabula.environments.campaign.setting import (
    Advance,
    Aim,
    Appear,
    Arrive,
    Block,
    Character,
    Clock,
    Complication,
    Condition,
    Deed,
    Faction,
    Harm,
    Heal,
    Open,
    Outcome,
    Place,
    Reveal,
    Secret,
    Setting,
    Sway,
    Thing,
    Threat,
    Way,
    Weaken,
)

MILLERS, WARDS, FERRY = "the Millers", "the Wards", "the Ferry"


def persona(name: str, *traits: str, skills: tuple[str, ...] = (), pronouns: str = "", **weights: Any) -> Persona:
    """A persona whose sheet says just that; weights are 0.0 to 1.0, `self_preservation=0.8`."""
    return Persona(
        name=name,
        traits=tuple(Trait(name=trait) for trait in traits),
        weights=tuple(Weight(name=weight.replace("_", " "), value=value) for weight, value in weights.items()),
        skills=tuple(Skill(name=skill) for skill in skills),
        identity=(Field(label="Pronouns", text=pronouns),) if pronouns else (),
    )


def the_mill(*, turns: int = 14) -> Setting:
    """The whole setting."""
    return Setting(
        pack="mill",
        title="High Water at Oxbow",
        summary="A mill town behind a bad dyke has to choose between its mill, its ferry and its secrets.",
        question="Will Oxbow stand when the water falls?",
        turns=turns,
        opening=(
            "It had rained for nine days.",
            "The dyke was older than the town.",
            "Nobody slept.",
            "The mill ground on.",
        ),
        places=_places(),
        factions=(
            Faction(name=MILLERS, aim="to keep the wheel turning", stances={WARDS: -15, FERRY: -30}),
            Faction(name=WARDS, aim="to hold the dyke", stances={MILLERS: -10, FERRY: 10}),
            Faction(name=FERRY, aim="to get the people out", stances={MILLERS: -35, WARDS: 15}),
        ),
        characters=_characters(),
        things=_things(),
        secrets=_secrets(),
        clocks=_clocks(),
        threats=_threats(),
        complications=_complications(),
        outcomes=_outcomes(),
    )


def _places() -> tuple[Place, ...]:
    return (
        Place(
            name="the Mill",
            description="Four floors of dust and noise.",
            details=("a cracked millstone", "a sack with the wrong seal", "flour on the stair, and a footprint"),
            ways=(
                Way(to="the Square", how="over the race"),
                Way(to="the Sluice", how="down the cog ladder", hidden=True),
            ),
            shelter=60,
            peril=15,
        ),
        Place(
            name="the Square",
            description="Cobbles, a pump, and everybody's windows.",
            details=("a proclamation turned to pulp", "a child's boat in the gutter"),
            ways=(
                Way(to="the Dyke", how="up the long ramp"),
                Way(to="the Chapel"),
                Way(to="the Landing", how="down Eel Lane"),
            ),
            shelter=35,
            peril=15,
        ),
        Place(
            name="the Dyke",
            description="A wall of clay with a river leaning on it.",
            details=("a stake with nineteen notches", "a spring of clear water where there should be none"),
            ways=(Way(to="the Sluice", how="along the crown"),),
            shelter=10,
            peril=55,
        ),
        Place(
            name="the Sluice",
            description="Iron gates and a wheel that takes two to turn.",
            details=("grease on the pawl, new", "a lamp still warm"),
            shelter=20,
            peril=45,
        ),
        Place(
            name="the Chapel",
            description="High, dry and full of blankets.",
            details=("a register with a page cut out", "a bell rope tied off short"),
            ways=(Way(to="the Crypt", how="down behind the altar", hidden=True),),
            shelter=70,
            peril=5,
        ),
        Place(
            name="the Crypt",
            description="Older than the chapel and lower than the river.",
            details=("a dry shelf",),
            shelter=55,
            peril=30,
        ),
        Place(
            name="the Landing",
            description="Two piles, one plank, one ferry.",
            details=("a rope spliced by two different hands", "a passenger list in pencil"),
            shelter=15,
            peril=40,
        ),
    )


def _characters() -> tuple[Character, ...]:
    return (
        Character(
            persona=persona("Ada Lorne", "stubborn", skills=("Reads ledgers", "Commands a room"), pronouns="she/her",
                            duty=0.8, loyalty=0.8, curiosity=0.5, self_preservation=0.4, ambition=0.6),
            faction=MILLERS, place="the Mill", carries=("the mill seal",), knows=("the false weights",),
            aims=(Aim(want="protect", what="the Mill", text="to see the wheel turn in spring", weight=70),
                  Aim(want="win_over", what="Bas Tiler", text="to have the Wards open the race", weight=50)),
            bonds={"Bas Tiler": -20, "Cato Reed": 45, "Fen Marsh": -45},
        ),
        Character(
            persona=persona("Bas Tiler", "patient", skills=("Holds a wall", "Digs"), pronouns="he/him",
                            duty=0.9, loyalty=0.8, compassion=0.6, self_preservation=0.3, aggression=0.4),
            faction=WARDS, place="the Dyke", carries=("the long spade",),
            aims=(Aim(want="hinder", what="the breach", text="to hold the dyke one more night", weight=80),),
            bonds={"Dora Wick": 60, "Ada Lorne": -10},
        ),
        Character(
            persona=persona("Cato Reed", "sly", skills=("Picks locks", "Moves unseen"), pronouns="he/him",
                            cunning=0.9, greed=0.8, loyalty=0.2, self_preservation=0.7, compassion=0.2),
            faction=MILLERS, place="the Square", knows=("the cut page",),
            aims=(Aim(want="get", what="the toll box", text="to leave Oxbow richer", weight=75),
                  Aim(want="ruin", what="Fen Marsh", text="to see Fen Marsh ashore for good", weight=45)),
            bonds={"Ada Lorne": 30, "Fen Marsh": -60},
        ),
        Character(
            persona=persona("Dora Wick", "kind", skills=("Nurses the sick", "Listens"), pronouns="she/her",
                            compassion=0.9, affection=0.8, self_preservation=0.4, aggression=0.1),
            faction=WARDS, place="the Chapel", carries=("the salve",), knows=("the sealed crypt",),
            aims=(Aim(want="protect", what="Bas Tiler", text="to bring Bas Tiler through it alive", weight=70),
                  Aim(want="find", what="the false weights", text="to learn why the poor starve", weight=40)),
            bonds={"Bas Tiler": 70, "Hal Oakes": 30},
        ),
        Character(
            persona=persona("Esk Vane", "hot-tempered", skills=("Fights with anything",), pronouns="he/him",
                            aggression=0.9, self_preservation=0.2, loyalty=0.6, compassion=0.2),
            faction=WARDS, place="the Square", carries=("the boathook",), vigour=7,
            aims=(Aim(want="ruin", what="Cato Reed", text="to make Cato Reed pay", weight=60),),
            bonds={"Cato Reed": -65, "Ada Lorne": -45, "Fen Marsh": 20},
        ),
        Character(
            persona=persona("Fen Marsh", "brave", skills=("Swims", "Handles a boat", "Talks anyone round"),
                            pronouns="she/her", affection=0.7, duty=0.6, ambition=0.6, curiosity=0.5, aggression=0.5),
            faction=FERRY, place="the Landing", carries=("the toll box",), knows=("the drowned surveyor",),
            aims=(Aim(want="advance", what="the crossing", text="to carry every child over", weight=80),),
            bonds={"Gil Sand": 55, "Cato Reed": -50, "Ada Lorne": -40},
        ),
        Character(
            persona=persona("Gil Sand", "curious", skills=("Reads charts", "Searches wrecks"), pronouns="they/them",
                            curiosity=0.9, affection=0.6, self_preservation=0.5, greed=0.3),
            faction=FERRY, place="the Landing",
            aims=(Aim(want="find", what="the sealed crypt", text="to know what lies under the Chapel", weight=70),
                  Aim(want="reach", what="the Crypt", text="to stand in the Crypt once", weight=40)),
            bonds={"Fen Marsh": 60},
        ),
        Character(
            persona=persona("Hal Oakes", "timid", skills=("Keeps accounts",), pronouns="he/him",
                            self_preservation=0.95, cunning=0.5, duty=0.3, aggression=0.1, curiosity=0.4),
            faction=MILLERS, place="the Chapel", knows=("the false weights", "the drowned surveyor"), vigour=5,
            aims=(Aim(want="hold", what="the Chapel", text="to be dry and forgotten", weight=40),),
            bonds={"Dora Wick": 40, "Esk Vane": -30},
        ),
    )  # fmt: skip


def _things() -> tuple[Thing, ...]:
    return (
        Thing(name="the mill seal", description="Brass, with a wheel on it.", uses=2, where="the Square",
              effects=(Advance(clock="the vote", by=1),)),
        Thing(name="the long spade", description="Ash and iron.", harm=1),
        Thing(name="the boathook", description="Nine feet of trouble.", harm=2),
        Thing(name="the salve", description="Goose fat and hope.", uses=4, effects=(Heal(vigour=2),)),
        Thing(name="the toll box", description="It rattles.", uses=1, where="the Square",
              effects=(Advance(clock="the vote", by=-2), Sway(faction=WARDS, toward=FERRY, by=10))),
        Thing(name="the powder", description="Three kegs.", place="the Crypt", hidden=True, uses=1, where="the Sluice",
              effects=(Weaken(threat="the logjam", strength=5), Advance(clock="the breach", by=-1))),
        Thing(name="the surveyor's book", description="Swollen with water.", uses=1, where="the Square",
              effects=(Reveal(secret="the drowned surveyor", place="the Square"),)),
        Thing(name="the quilted coat", description="Somebody's good one.", place="the Chapel", guard=1),
    )  # fmt: skip


def _secrets() -> tuple[Secret, ...]:
    return (
        Secret(name="the false weights", truth="The mill has weighed short for a year.", about=MILLERS,
               place="the Mill", difficulty=12,
               twisted=("The mill has sold the town's seed corn.", "The Wards have been robbing the mill."),
               effects=(Advance(clock="the vote", by=-2), Sway(faction=WARDS, toward=MILLERS, by=-20))),
        Secret(name="the cut page", truth="Ada Lorne cut the page from the chapel register.", about="Ada Lorne",
               place="the Chapel",
               difficulty=13, twisted=("The priest burned the register.", "Hal Oakes sold the register to the Ferry.")),
        Secret(name="the sealed crypt", truth="There is powder walled up under the Chapel.", about="the Crypt",
               place="the Crypt",
               difficulty=11, twisted=("There is gold walled up under the Chapel.",),
               effects=(Open(between=("the Chapel", "the Crypt")),)),
        Secret(name="the drowned surveyor",
               truth="The surveyor said the dyke would fail, and Hal Oakes drowned his book.",
               about="Hal Oakes", place="the Sluice", difficulty=14,
               twisted=("The surveyor took money from the Ferry.", "The surveyor is alive and lives upriver."),
               effects=(Appear(object="the surveyor's book", place="the Sluice"), Advance(clock="the vote", by=-1))),
        Secret(name="the loose pawl", truth="Someone has filed the pawl of the sluice wheel.", about="the Sluice",
               place="the Sluice",
               difficulty=12, twisted=("The sluice wheel was broken by frost.",),
               effects=(Advance(clock="the breach", by=-1),)),
    )  # fmt: skip


def _clocks() -> tuple[Clock, ...]:
    return (
        Clock(name="the breach", description="Clay, hour by hour, going.", segments=16, filled=1, each_turn=1,
              moved_by=(Deed(kind="defend", place="the Dyke", by=-1), Deed(kind="aid", place="the Dyke", by=-1),
                        Deed(kind="defend", place="the Sluice", by=-1), Deed(kind="use", place="the Sluice", by=-1),
                        Deed(kind="investigate", place="the Dyke", by=-1)),
              bad_for=(MILLERS, WARDS, FERRY), effects=(Block(between=("the Square", "the Dyke")),)),
        Clock(name="the crossing", description="People over the water, boat by boat.", segments=10,
              moved_by=(Deed(kind="defend", place="the Landing"), Deed(kind="aid", place="the Landing"),
                        Deed(kind="persuade", place="the Chapel"), Deed(kind="persuade", place="the Square"),
                        Deed(kind="attack", place="the Landing", on="any", by=-1)),
              good_for=(FERRY, WARDS)),
        Clock(name="the vote", description="Hands raised for the mill.", segments=7, filled=1,
              moved_by=(Deed(kind="persuade", place="the Square", faction=MILLERS), Deed(kind="threaten",
              faction=MILLERS),
                        Deed(kind="persuade", place="the Square", faction=FERRY, by=-1)),
              good_for=(MILLERS,), bad_for=(FERRY,)),
        Clock(name="the fever", description="It began in the blankets.", segments=12, each_turn=1, hidden=True,
              moved_by=(Deed(kind="aid", place="the Chapel", by=-1), Deed(kind="investigate", place="the Chapel",
              by=-1)),
              bad_for=(WARDS,), effects=(Harm(harm=2, place="the Chapel", most=3),)),
    )  # fmt: skip


def _threats() -> tuple[Threat, ...]:
    return (
        Threat(name="the looters", description="Six men with sacks.", place="the Landing", arrives=4, strength=4,
               harm=2,
               difficulty=11, toward="the Mill", advances="the breach"),
        Threat(name="the logjam", description="A forest on its way to sea.", place="the Sluice", arrives=7, strength=7,
               harm=2,
               difficulty=13, toward="the Dyke", advances="the breach"),
        Threat(name="the river pike", description="It was only ever a story.", place="the Crypt", arrives=-1,
               strength=5, harm=3, difficulty=12),
    )  # fmt: skip


def _complications() -> tuple[Complication, ...]:
    return (
        Complication(name="a roof goes", texts=("A roof slid into the street like a hat.",), place="the Square",
                     effects=(Harm(harm=1, most=2),)),
        Complication(name="the bell", texts=("The bell rang by itself.", "The bell spoke once and cracked."),
                     place="the Chapel"),
        Complication(name="cattle", texts=("Cattle came down the lane, swimming.",), place="the Landing", tension=15,
                     effects=(Advance(clock="the crossing", by=-1),)),
        Complication(name="a slip", texts=("A yard of the dyke lay down and slept.",), place="the Dyke", tension=25,
                     effects=(Advance(clock="the breach", by=1), Harm(harm=2, most=1))),
        Complication(name="the race bursts", texts=("The race burst its boards.",), place="the Mill", tension=35,
                     effects=(Block(between=("the Mill", "the Square")), Open(between=("the Mill", "the Sluice")))),
        Complication(name="something in the crypt", texts=("Something in the crypt turned over.",), place="the Crypt",
                     tension=45,
                     effects=(Arrive(threat="the river pike"),)),
        Complication(name="the second crest", texts=("The second crest came before the first was past.",), tension=55,
                     effects=(Advance(clock="the breach", by=1), Harm(harm=2, place="the Sluice", most=3))),
    )  # fmt: skip


def _outcomes() -> tuple[Outcome, ...]:
    return (
        Outcome(kind="lost", name="The dyke is gone", when=(Condition(clock_full="the breach"),),
                texts=("The river took its bed back.",)),
        Outcome(kind="won", name="Everyone is over", when=(Condition(clock_full="the crossing"),),
                texts=("The last boat came back empty.",)),
        Outcome(kind="won", name="The mill has the town", when=(Condition(clock_full="the vote"),),
                texts=("The hands went up, wet and all.",)),
        Outcome(kind="lost", name="The Wards are down", when=(Condition(faction_down=WARDS),),
                texts=("There was nobody left to dig.",)),
        Outcome(kind="spent", name="The water falls", texts=("The water fell, and what stood stood.",)),
    )  # fmt: skip
