"""Plausible campaigns to write down and to tell: a small seeded simulation that emits a campaign's events, cause
before consequence.
"""

from typing import Any

import msgspec

from fabula.engine.chance import Chance, Stream
from fabula.engine.values import AgentId, Event
from fabula.environments.campaign import events as ev


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """What a synthetic campaign is made of."""

    title: str
    question: str
    opening: tuple[str, ...]
    places: dict[str, tuple[str, ...]]
    """Place -> details."""
    cast: tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...]
    """Name, faction, role, origin, pronouns, traits."""
    objects: tuple[str, ...]
    secrets: tuple[tuple[str, str, str], ...]
    """Name, truth, what hearsay makes of it."""
    clocks: tuple[tuple[str, int], ...]
    threats: tuple[tuple[str, str, int], ...]
    """Name, description, strength."""
    complications: tuple[tuple[str, str], ...]
    endings: dict[str, tuple[str, str]]


HARBOUR = Where(
    title="The Lamps of Saltmere",
    question="Will the harbour lamps be lit before the grain fleet comes?",
    opening=(
        "The grain fleet is two nights out and the harbour is dark.",
        "Somebody has put out every lamp on the mole, and nobody has said why.",
        "In Saltmere a light is a promise, and this week the promises stopped.",
        "The oil came in on Monday and by Tuesday nobody had seen it.",
        "There is a rule about the mole after dark, and a reason for the rule, and nobody remembers which came first.",
        "The gulls have been walking.",
        "A pilot who will not say what she saw has been bought three drinks by three different parties.",
    ),
    places={
        "the Iron Gate": ("a hinge that has been oiled from the outside", "a sentry's cup still warm"),
        "the Lamp House": (
            "a ledger with the last page cut out",
            "wicks trimmed by an unsteady hand",
            "an empty oil cask with a fresh seal",
        ),
        "the Rope Walk": ("three lengths of chain painted to look like rope", "a child's drawing of a ship on fire"),
        "Saint Orla's Stair": ("candle ends in a row, all lit from the same flame", "a boot print filled with tar"),
        "the Counting Room": ("a tally that counts one ship too many", "a chair pulled close to the keyhole"),
        "the Quay": ("a mooring line cut and knotted again", "gulls that will not land on the third bollard"),
    },
    cast=(
        (
            "Maren Tolliver",
            "the Harbour Guild",
            "pilot-master of the east channel",
            "Saltmere",
            "she/her",
            ("patient", "sceptical", "dry-humoured"),
        ),
        (
            "Brother Aurelio",
            "the Lamplighters",
            "keeper of the chapel light",
            "the hill monastery",
            "he/him",
            ("gentle", "stubborn"),
        ),
        (
            "Lady Ysolde Ashgrove",
            "House Ashgrove",
            "regent for her nephew",
            "Ashgrove Hall",
            "she/her",
            ("proud", "generous", "watchful"),
        ),
        ("Korr", "House Ashgrove", "her man of business", "", "he/him", ("ruthless", "exact")),
        ("Tom Pell", "the Lamplighters", "lamp boy", "the Low Quays", "he/him", ("quick", "frightened", "loyal")),
        (
            "Zdenka of the Nine Wells",
            "the Harbour Guild",
            "rope-maker and widow",
            "the Nine Wells",
            "she/her",
            ("blunt", "brave"),
        ),
        ("Seven", "", "a smuggler without a surname", "nowhere in particular", "they/them", ("amused", "careful")),
        (
            "Chancellor Voss",
            "House Ashgrove",
            "chancellor of the port",
            "the capital",
            "",
            ("courteous", "cold", "ambitious"),
        ),
    ),
    objects=("the harbour ledger", "Orla's key", "a boathook", "the signal lantern", "a pouch of lamp oil"),
    secrets=(
        (
            "the cut anchor chains",
            "The anchor chains were cut from inside the Rope Walk.",
            "The pilots cut the anchor chains themselves.",
        ),
        (
            "who paid for the dark",
            "House Ashgrove paid the oil merchants to keep the lamps dry.",
            "The Lamplighters sold their own oil.",
        ),
        (
            "the second ledger",
            "Chancellor Voss keeps a second ledger under the counting room floor.",
            "Maren Tolliver forged the harbour accounts.",
        ),
        ("the fleet's true course", "The fleet has turned for the east channel.", "The fleet has been lost."),
    ),
    clocks=(("the coming of the fleet", 8), ("the lighting of the mole", 6), ("the Chancellor's hold on the port", 6)),
    threats=(
        ("the wrecking crew", "men with covered lanterns and no ship of their own", 6),
        ("the fire in the oil store", "a low blue fire that nobody admits to having lit", 5),
    ),
    complications=(
        ("the fog", "Fog came in over the mole and took the far lamps one by one."),
        ("the riot", "A crowd gathered on the quay and asked for bread and got speeches."),
        ("the missing clerk", "The night clerk was found gone, and his coat still on its hook."),
    ),
    endings={
        "won": (
            "The lamps are lit",
            "The mole burned from end to end, and the fleet came in along it like beads on a string.",
        ),
        "lost": ("The dark harbour", "The first ship struck an hour before dawn, and the rest followed her sound."),
        "spent": (
            "Neither light nor wreck",
            "The fleet stood off in the roads, and no one ashore could say who had won.",
        ),
    },
)

SIEGE = Where(
    title="Ashfall",
    question="Will Ashfall hold until the fleet returns?",
    opening=(
        "The guns have not stopped for ninety days.",
        "There are more names on the wall than people behind it.",
        "The water tastes of the pipe and the pipe tastes of the siege.",
        "Somebody has been painting doors on the inside of the wall.",
        "The fleet has a date, and the date has been moved twice.",
        "In the furnace hall they are burning the good chairs.",
    ),
    places={
        "the Breach": ("a boot with the lace still tied", "shell cases stacked like firewood"),
        "the Furnace Hall": ("a valve chained open", "chalk marks counting something other than days"),
        "the Vox Chapel": ("a transmitter humming on a dead channel",),
        "the Cistern": ("a ring of rust where the water used to reach",),
        "the Ward Steps": ("stretchers folded and ready",),
    },
    cast=(
        (
            "Sergeant Ilse Krane",
            "the Ninth Wall",
            "sergeant of the breach",
            "the lower hives",
            "she/her",
            ("grim", "fair"),
        ),
        ("Dovan Marr", "the Ninth Wall", "sapper", "the slag fields", "he/him", ("reckless", "funny")),
        ("Mother Cassiel", "the Ember Church", "confessor", "", "she/her", ("serene", "merciless")),
        ("Acolyte Finn", "the Ember Church", "bell-ringer", "the undercroft", "he/him", ("devout", "scared")),
        (
            "Archmagos Tethys",
            "the Furnace Guild",
            "keeper of the reactor",
            "the forge world",
            "they/them",
            ("precise", "secretive"),
        ),
        ("Rhee", "the Furnace Guild", "stoker", "Ashfall", "she/her", ("angry", "kind")),
        ("Old Bastian", "", "scavenger", "the ruins", "he/him", ("greedy", "wise")),
        ("Captain Yoren Hale", "the Ninth Wall", "captain of the wall", "a better city", "he/him", ("proud", "tired")),
    ),
    objects=("the reactor rod", "a flare pistol", "the captain's sealed orders", "a medicae satchel"),
    secrets=(
        (
            "the sealed orders",
            "The captain's orders are to blow the cistern and leave.",
            "The captain has been bought.",
        ),
        ("the dead channel", "The fleet answered three nights ago.", "There is no fleet."),
        (
            "the chained valve",
            "The Furnace Guild is bleeding the reactor for a way out.",
            "The Church sabotaged the furnace.",
        ),
    ),
    clocks=(("the fall of the breach", 8), ("the reactor's last heat", 6), ("the fleet's return", 10)),
    threats=(
        ("the ash-wights", "grey shapes that do not hurry", 7),
        ("the siege walker", "a tower on legs with a furnace for a heart", 8),
    ),
    complications=(
        ("the barrage", "The barrage began again, lower and nearer than before."),
        ("the bad water", "The cistern water came up red, and the men drank it anyway."),
    ),
    endings={
        "won": ("The wall held", "Lights came down through the ash, and they were friendly."),
        "lost": ("The breach", "What came over the wall did not stop to take names."),
        "spent": ("Ninety-first day", "The guns went on, and so did whoever was left."),
    },
)

_OUTCOMES: tuple[tuple[int, ev.Outcome], ...] = ((8, "triumph"), (0, "success"), (-3, "setback"), (-9, "failure"))


class _Sim:
    """One synthetic campaign as it goes; every method appends events."""

    def __init__(self, where: Where, seed: int, agents: int) -> None:
        self.where = where
        self.chance = Chance(seed)
        self.dice: Stream = self.chance.stream("sim")
        self.events: list[Event] = []
        self.cast = where.cast[:agents]
        self.at = {row[0]: self.dice.choice(list(where.places)) for row in self.cast}
        self.vigour = {row[0]: 6 for row in self.cast}
        self.side = {row[0]: row[1] for row in self.cast}
        self.held: dict[str, str] = {}
        self.lies = {thing: self.dice.choice(list(where.places)) for thing in where.objects}
        self.knows: dict[str, dict[str, bool]] = {row[0]: {} for row in self.cast}
        self.bonds: dict[tuple[str, str], int] = {}
        self.filled = {clock: 0 for clock, _ in where.clocks}
        self.threats: dict[str, tuple[str, int]] = {}
        self.stances: dict[tuple[str, str], int] = {}

    def all(self) -> list[str]:
        return sorted(name for name, left in self.vigour.items() if left > 0)

    def here(self, place: str) -> list[str]:
        return [name for name in self.all() if self.at[name] == place]

    def emit(self, kind: type[Event], seen: list[str], **fields: Any) -> Event:
        event = kind(seen_by=tuple(AgentId(name) for name in sorted(set(seen))), **fields)
        self.events.append(event)
        return event

    def check(self, against: int) -> dict[str, Any]:
        roll = self.dice.roll("d20+3")
        margin = roll - against
        outcome: ev.Outcome = next((word for least, word in _OUTCOMES if margin >= least), "disaster")
        return {"roll": roll, "against": against, "outcome": outcome}

    def bond(self, agent: str, toward: str, by: int, because: str) -> None:
        now = max(-100, min(100, self.bonds.get((agent, toward), 0) + by))
        self.bonds[agent, toward] = now
        self.emit(ev.BondChanged, [agent], agent=agent, toward=toward, by=by, now=now, because=because)

    def clock(self, clock: str, by: int, because: str) -> None:
        segments = dict(self.where.clocks)[clock]
        filled = max(0, min(segments, self.filled[clock] + by))
        if filled != self.filled[clock]:
            moved, self.filled[clock] = filled - self.filled[clock], filled
            self.emit(
                ev.ClockMoved, self.all(), clock=clock, by=moved, filled=filled, segments=segments, because=because
            )

    def hurt(self, who: str, by: str, harm: int) -> None:
        place, seen = self.at[who], self.here(self.at[who])
        self.vigour[who] -= harm
        self.emit(ev.Wounded, seen, who=who, place=place, by=by, harm=harm, left=max(0, self.vigour[who]))
        if self.vigour[who] <= 0:
            self.emit(ev.Fell, seen, who=who, place=place, by=by, dead=self.dice.chance(0.6))

    def begin(self, turns: int) -> None:
        where = self.where
        text = " ".join(self.dice.shuffled(where.opening)[:3])
        self.emit(ev.CampaignOpened, self.all(), title=where.title, question=where.question, turns=turns, text=text)
        for name, faction, role, origin, pronouns, traits in self.cast:
            self.emit(
                ev.Joined,
                self.all(),
                agent=name,
                place=self.at[name],
                faction=faction,
                role=role,
                origin=origin,
                traits=traits,
                pronouns=pronouns,
            )

    def turn(self, number: int, turns: int) -> None:
        share = number / turns
        tension = min(100, int(20 + 70 * share + self.dice.integer(-12, 12)))
        act = (
            "setup"
            if share < 0.2
            else "rising"
            if share < 0.55
            else "crisis"
            if share < 0.75
            else "climax"
            if share < 0.92
            else "falling"
        )
        self.emit(ev.TurnBegan, self.all(), turn=number, tension=tension, act=act)
        before = len(self.events)
        deeds = self.all()
        for agent in deeds:
            if self.vigour[agent] > 0:
                self.dice.choice(self.moves(agent, share))(agent)
        self.world(number, share)
        harm = sum(event.harm for event in self.events[before:] if isinstance(event, ev.Wounded))
        good = sum(
            isinstance(event, ev.Check) and event.outcome in {"triumph", "success"} for event in self.events[before:]
        )
        self.emit(
            ev.TurnEnded,
            self.all(),
            turn=number,
            tension=min(100, tension + harm),
            deeds=len(deeds),
            successes=good,
            harm=harm,
        )

    def moves(self, agent: str, share: float) -> list[Any]:
        others = [name for name in self.here(self.at[agent]) if name != agent]
        open_to: list[Any] = [
            self.move,
            self.search,
            self.search,
            self.defend,
            self.rest,
            self.wait,
            self.take,
            self.refused,
        ]
        if others:
            open_to += [self.talk] * 4 + [self.persuade, self.threaten, self.aid, self.give]
            open_to += [self.attack] * (1 + int(4 * share))
        if any(place == self.at[agent] for place, _ in self.threats.values()):
            open_to += [self.fight] * 5
        return open_to + ([self.use] if agent in self.held.values() else []) + [self.attempt]

    def other(self, agent: str) -> str:
        return self.dice.choice([name for name in self.here(self.at[agent]) if name != agent])

    def move(self, agent: str) -> None:
        origin = self.at[agent]
        to = self.dice.choice([place for place in self.where.places if place != origin])
        quietly = self.dice.chance(0.25)
        seen = sorted({*self.here(origin), *self.here(to)})
        self.at[agent] = to
        how = self.dice.choice(["", "", "up the stair", "through the cellars"])
        self.emit(ev.Moved, [agent] if quietly else seen, agent=agent, origin=origin, to=to, how=how, quietly=quietly)
        if quietly and self.here(to)[0] != agent:
            self.emit(
                ev.Noticed,
                [self.here(to)[0]],
                agent=self.here(to)[0],
                whom=agent,
                place=to,
                doing=f"slipping in from {origin}",
            )

    def search(self, agent: str) -> None:
        place, check = self.at[agent], self.check(12)
        done = check["outcome"] in {"triumph", "success", "setback"}
        unknown = [row for row in self.where.secrets if row[0] not in self.knows[agent]]
        found = self.dice.choice(unknown) if done and unknown and self.dice.chance(0.4) else None
        detail = self.dice.choice(self.where.places[place]) if self.dice.chance(0.6) else ""
        self.emit(
            ev.Searched,
            self.here(place),
            agent=agent,
            place=place,
            found=found[0] if found else "",
            detail=detail,
            **check,
        )
        if found:
            self.knows[agent][found[0]] = True
            self.emit(ev.Learned, [agent], agent=agent, secret=found[0], text=found[1], source="seen", sure=95)

    def talk(self, agent: str) -> None:
        to, place = self.other(agent), self.at[agent]
        aloud = self.dice.chance(0.3)
        heard = self.here(place) if aloud else [agent, to]
        told = next((secret for secret in sorted(self.knows[agent]) if secret not in self.knows[to]), "")
        about = told or self.dice.choice(
            [
                self.dice.choice(list(self.where.places)),
                self.dice.choice(self.where.clocks)[0],
                self.dice.choice(self.cast)[0],
            ]
        )
        text = self.dice.choice(
            ["", "", "I will not say it twice.", "You know what this costs.", "Then we are agreed on nothing."]
        )
        self.emit(ev.Spoke, heard, agent=agent, to=to, place=place, about=about, text=text, told=told, aloud=aloud)
        if told:
            secret = next(row for row in self.where.secrets if row[0] == told)
            true = self.knows[agent][told] and self.dice.chance(0.7)
            self.knows[to][told] = true
            text = secret[1] if true else secret[2]
            self.emit(
                ev.Learned,
                [to],
                agent=to,
                secret=told,
                text=text,
                source=agent,
                sure=self.dice.integer(30, 80),
                true=true,
            )
        else:
            self.bond(to, agent, self.dice.integer(1, 6), "talked")

    def persuade(self, agent: str) -> None:
        whom, check = self.other(agent), self.check(13)
        self.emit(
            ev.Persuaded,
            self.here(self.at[agent]),
            agent=agent,
            whom=whom,
            place=self.at[agent],
            to_what=self.dice.choice(["", "stand down", "keep the door"]),
            **check,
        )
        if check["roll"] >= check["against"]:
            self.bond(whom, agent, 12, "persuaded")
            if self.side[agent] and self.side[whom] and self.side[agent] != self.side[whom]:
                self.sway(self.side[whom], self.side[agent], 8, agent)

    def threaten(self, agent: str) -> None:
        whom, check = self.other(agent), self.check(13)
        self.emit(
            ev.Threatened,
            self.here(self.at[agent]),
            agent=agent,
            whom=whom,
            place=self.at[agent],
            demand=self.dice.choice(["", "to leave", "the truth"]),
            **check,
        )
        self.bond(whom, agent, -15, "threatened")

    def aid(self, agent: str) -> None:
        whom, check = self.other(agent), self.check(10)
        healed = min(2, 6 - self.vigour[whom]) if check["roll"] >= check["against"] else 0
        self.vigour[whom] += healed
        self.emit(
            ev.Aided, self.here(self.at[agent]), agent=agent, whom=whom, place=self.at[agent], healed=healed, **check
        )
        if healed:
            self.bond(whom, agent, 15, "aided")

    def attack(self, agent: str) -> None:
        foes = sorted(
            (name for name in self.here(self.at[agent]) if name != agent),
            key=lambda name: (self.side[name] == self.side[agent], self.bonds.get((agent, name), 0)),
        )
        target, check = foes[0], self.check(13)
        harm = self.dice.integer(1, 3) if check["roll"] >= check["against"] else 0
        weapon = next((thing for thing, holder in self.held.items() if holder == agent), "")
        seen = self.here(self.at[agent])
        self.emit(
            ev.Attacked, seen, agent=agent, target=target, place=self.at[agent], weapon=weapon, harm=harm, **check
        )
        if harm:
            self.hurt(target, agent, harm)
            if self.vigour[target] > 0:
                self.bond(target, agent, -25, "attacked")
            if self.side[agent] and self.side[target] and self.side[agent] != self.side[target]:
                self.sway(self.side[target], self.side[agent], -10, agent)

    def sway(self, faction: str, toward: str, by: int, because: str) -> None:
        now = max(-100, min(100, self.stances.get((faction, toward), 0) + by))
        self.stances[faction, toward] = now
        self.emit(ev.StanceChanged, self.all(), faction=faction, toward=toward, by=by, now=now, because=because)

    def fight(self, agent: str) -> None:
        place = self.at[agent]
        threat = next(name for name, (where, _) in self.threats.items() if where == place)
        check = self.check(12)
        harm = self.dice.integer(1, 3) if check["roll"] >= check["against"] else 0
        self.emit(ev.Attacked, self.here(place), agent=agent, target=threat, place=place, harm=harm, **check)
        if harm:
            left = max(0, self.threats[threat][1] - harm)
            self.emit(ev.Wounded, self.here(place), who=threat, place=place, by=agent, harm=harm, left=left)
            self.threats[threat] = (place, left)
            if left == 0:
                self.emit(ev.Beaten, self.here(place), threat=threat, place=place, by=agent)
                del self.threats[threat]

    def defend(self, agent: str) -> None:
        check = self.check(11)
        self.emit(
            ev.Defended, self.here(self.at[agent]), agent=agent, what=self.at[agent], place=self.at[agent], **check
        )
        if check["roll"] >= check["against"]:
            self.clock(self.where.clocks[0][0], -1, agent)

    def rest(self, agent: str) -> None:
        recovered = min(1, 6 - self.vigour[agent])
        self.vigour[agent] += recovered
        self.emit(ev.Rested, self.here(self.at[agent]), agent=agent, place=self.at[agent], recovered=recovered)

    def wait(self, agent: str) -> None:
        self.emit(ev.Waited, self.here(self.at[agent]), agent=agent, place=self.at[agent])

    def take(self, agent: str) -> None:
        place = self.at[agent]
        thing = next((name for name, lies in self.lies.items() if lies == place), "")
        if not thing:
            return self.wait(agent)
        check = self.check(8)
        self.emit(ev.Took, self.here(place), agent=agent, object=thing, place=place, **check)
        if check["roll"] >= check["against"]:
            del self.lies[thing]
            self.held[thing] = agent
        return None

    def give(self, agent: str) -> None:
        thing = next((name for name, holder in self.held.items() if holder == agent), "")
        if not thing:
            return self.wait(agent)
        to = self.other(agent)
        self.held[thing] = to
        self.emit(ev.Gave, self.here(self.at[agent]), agent=agent, object=thing, to=to, place=self.at[agent])
        return None

    def use(self, agent: str) -> None:
        thing = next(name for name, holder in self.held.items() if holder == agent)
        self.emit(ev.Used, self.here(self.at[agent]), agent=agent, object=thing, place=self.at[agent])
        self.clock(self.where.clocks[1][0], 1, agent)

    def attempt(self, agent: str) -> None:
        text = self.dice.choice(["listen at the wall for voices", "bar the door with whatever is to hand"])
        self.emit(
            ev.Attempted,
            self.here(self.at[agent]),
            agent=agent,
            place=self.at[agent],
            text=text,
            read_as="investigate",
            **self.check(12),
        )

    def refused(self, agent: str) -> None:
        self.emit(ev.Refused, [agent], agent=agent, tried="take the moon", why="nothing here is called 'the moon'")

    def world(self, number: int, share: float) -> None:
        places = list(self.where.places)
        self.clock(self.where.clocks[0][0], 1, "time")
        if self.dice.chance(0.3):
            self.clock(self.dice.choice(self.where.clocks)[0], 1, self.dice.choice(self.all() or ["time"]))
        for threat, description, strength in self.where.threats:
            if share > 0.25 and threat not in self.threats and self.dice.chance(0.15):
                place = self.dice.choice(places)
                self.threats[threat] = (place, strength)
                self.emit(ev.ThreatArrived, self.all(), threat=threat, place=place, description=description)
        for threat, (place, strength) in sorted(self.threats.items()):
            prey = self.here(place)
            if prey:
                check = self.check(13)
                harm = 2 if check["roll"] >= check["against"] else 0
                target = self.dice.choice(prey)
                self.emit(ev.Attacked, prey, agent=threat, target=target, place=place, harm=harm, **check)
                if harm:
                    self.hurt(target, threat, harm)
            elif self.dice.chance(0.5):
                to = self.dice.choice([other for other in places if other != place])
                self.threats[threat] = (to, strength)
                self.emit(ev.ThreatMoved, self.here(to), threat=threat, origin=place, to=to)
        if number % 5 == 3:
            self.complicate(number)

    def complicate(self, number: int) -> None:
        places = list(self.where.places)
        name, text = self.where.complications[(number // 5) % len(self.where.complications)]
        self.emit(ev.Complicated, self.all(), complication=name, text=text, place=self.dice.choice(places))
        one, two = self.dice.shuffled(places)[:2]
        self.emit(ev.WayChanged, self.all(), between=(one, two), open=self.dice.chance(0.4), because=name)

    def end(self) -> None:
        if self.filled[self.where.clocks[0][0]] == self.where.clocks[0][1]:
            outcome = "lost"
        else:
            outcome = "won" if self.dice.chance(0.4) else "spent"
        name, text = self.where.endings[outcome]
        self.emit(ev.CampaignEnded, self.all(), outcome=outcome, name=name, text=text)


def a_run(seed: int, *, where: Where = HARBOUR, turns: int = 14, agents: int = 8, ended: bool = True) -> list[Event]:
    """The events of one campaign; the same seed gives the same campaign."""
    sim = _Sim(where, seed, agents)
    sim.begin(turns)
    for number in range(1, turns + 1):
        if sim.all():
            sim.turn(number, turns)
    if ended:
        sim.end()
    return sim.events
