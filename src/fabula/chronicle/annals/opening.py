"""The opening: the town, who lives there, and how they stand with one another."""

from collections import Counter
from collections.abc import Iterator, Mapping

from fabula.chronicle.annals.fates import number_of
from fabula.chronicle.annals.history import Character, History, busiest
from fabula.chronicle.annals.moments import Moment, Slot, Who
from fabula.chronicle.annals.scribe import Scribe
from fabula.chronicle.names import capitalised, listed, number
from fabula.chronicle.story import Chapter, Entry, Listing, Paragraph, Sentence
from fabula.chronicle.wording import clause
from fabula.environments.world import events as ev
from fabula.environments.world.setting import Resident

CAST_MAX = 40
"""Of more people the busiest are listed."""
DEAR, LOATHED = 80, -50
"""Bonds, on both sides, from which on they are told."""
_TIES_TOLD = 4


def cast(history: History, scribe: Scribe) -> Listing:
    """Who lives there, house by house as they came; a house with several people stands once, its people after it."""
    houses: dict[str, list[Character]] = {}
    for name in busiest(history, CAST_MAX):
        person = history.people[name]
        houses.setdefault(person.home or f" {name}", []).append(person)
    return Listing(entries=tuple(_entry(history, scribe, its) for its in houses.values()))


def _entry(history: History, scribe: Scribe, people: list[Character]) -> Entry:
    """One who lives alone stands by name; those of one house under it."""
    names = history.names
    if len(people) == 1:
        return Entry(term=capitalised(names.full(people[0].name)), sentences=_lines(history, scribe, people, ""))
    sides = {one.faction for one in people}
    side = f", {names.full(sides.pop())}" if len(sides) == 1 and people[0].faction else ""
    term = capitalised(f"{names.full(people[0].home)}{side}")
    return Entry(term=term, sentences=_lines(history, scribe, people, side))


def _lines(history: History, scribe: Scribe, people: list[Character], side: str) -> tuple[Sentence, ...]:
    """One for each: who they are and what they want. side: of the whole house, if it was said."""
    names, new = history.names, []
    for person in people:
        faction = "" if side or not person.faction else f"of {names.full(person.faction)}"
        name = names.full(person.name) if len(people) > 1 else ""
        who = ", ".join(part for part in (_named(name, clause(person.role, names)), faction) if part)
        text = capitalised("; ".join(part for part in (who, _wish(person)) if part))
        if text and scribe.is_new(f"{text}."):
            new.append(Sentence(text=f"{text}.", events=(person.came,)))
    return tuple(new)


def _named(name: str, role: str) -> str:
    """`Edmund Garrod, miller`; a role that is a sentence begins with what they do: `Hester Garrod keeps the dairy`."""
    role = role[:1].lower() + role[1:]
    does = role.split(" ")[0]
    is_deed = does.endswith("s") and not does.endswith(("'s", "ss")) and " " in role
    return f"{name} {role}".strip() if is_deed else ", ".join(part for part in (name, role) if part)


def _wish(person: Character) -> str:
    """What they want, as far as one line holds: the first of several things."""
    wish = person.wants.strip().rstrip(".").split(";")[0]
    return f"wants {wish[0].lower()}{wish[1:]}" if wish else ""


def opening(history: History, scribe: Scribe, number_: int) -> Chapter:
    """What was so before the first day began."""
    about = Sentence(text=history.about, events=(0,)) if history.about and scribe.is_new(history.about) else None
    first = [sentence for moment in _numbers(history) if (sentence := scribe.write(moment))]
    ties = [sentence for moment in _ties(history) if (sentence := scribe.write(moment))]
    paragraphs = [*([about] if about else []), *first], ties
    blocks = tuple(Paragraph(sentences=tuple(one)) for one in paragraphs if one)
    return Chapter(title="How Things Stood", blocks=blocks, number=number_)


def _numbers(history: History) -> Iterator[Moment]:
    came = [one for one in history.people.values() if not _is_later(history, one)]
    if came:
        sides = Counter(one.faction for one in came if one.faction)
        told = listed([f"{number(count)} of {history.names.full(side)}" for side, count in sides.most_common(6)])
        slots: dict[str, Slot] = {
            "count": number(len(came)),
            "town": history.names.full(history.title),
            "sides": told if len(sides) > 1 else "",
        }
        yield Moment(
            at=came[0].came, group="", weight=0, rule="town", slots=slots, events=tuple(one.came for one in came)
        )
    for at, event in enumerate(history.events):
        if isinstance(event, ev.WorldOpened) and event.lives > event.people:
            lives = number_of(event.lives - event.people)
            yield Moment(at=at, group="", weight=0, rule="hosts", slots={"lives": lives})
            return


def _is_later(history: History, person: Character) -> bool:
    event = history.events[person.came]
    return isinstance(event, ev.Came) and event.later


def _ties(history: History) -> Iterator[Moment]:
    """The grudges of the setting, and who loves and hates whom, of the people who are there."""
    residents = {one.persona.name: one for one in (history.setting.people if history.setting else ())}
    for name, resident in residents.items():
        whom, _, about = (part.strip() for part in resident.grudge.partition(":"))
        if name in history.people and whom in history.people and about:
            yield _tie(history, "grudge", name, whom, clause(about, history.names))
    told = 0
    for name, resident in residents.items():
        for other, bond in sorted(resident.bonds.items(), key=lambda tie: -abs(tie[1])):
            back = residents[other].bonds.get(name, 0) if other in residents else 0
            if name >= other or not {name, other} <= history.people.keys() or told >= _TIES_TOLD:
                continue
            if min(bond, back) >= DEAR or (max(bond, back) <= LOATHED and not _has_grudge(residents, name, other)):
                told += 1
                yield _tie(history, "fond" if bond > 0 else "bitter", name, other)


def _has_grudge(residents: Mapping[str, Resident], one: str, other: str) -> bool:
    return any(residents[a].grudge.startswith(f"{b}:") for a, b in ((one, other), (other, one)))


def _tie(history: History, rule: str, one: str, other: str, about: str = "") -> Moment:
    at = history.people[one].came
    slots: dict[str, Slot] = {"a": Who(one), "b": Who(other), "about": about}
    return Moment(at=at, group="", weight=0, rule=rule, slots=slots, events=(history.people[other].came,))
