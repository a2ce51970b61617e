"""The opening: the town, who lives there, and how they stand with one another."""

from collections import Counter
from collections.abc import Iterator, Mapping

from fabula.chronicle.annals.fates import number_of
from fabula.chronicle.annals.history import Character, History, busiest
from fabula.chronicle.annals.moments import Moment, Slot, Who
from fabula.chronicle.annals.scribe import Scribe
from fabula.chronicle.names import capitalised, listed, number
from fabula.chronicle.story import Chapter, Entry, Listing, Paragraph, Sentence
from fabula.chronicle.wording import clause, statement
from fabula.environments.world import events as ev
from fabula.environments.world.setting import Resident

CAST_MAX = 40
"""Of more people the busiest are listed."""
DEAR, LOATHED = 80, -50
"""Bonds, on both sides, from which on they are told."""
_TIES_TOLD = 4


def cast(history: History, scribe: Scribe) -> Listing:
    """Who lives there, as they came."""
    entries = [_entry(history, scribe, history.people[name]) for name in busiest(history, CAST_MAX)]
    return Listing(entries=tuple(entries))


def _entry(history: History, scribe: Scribe, person: Character) -> Entry:
    names, together = history.names, [
        one.name for one in history.people.values() if one.home and one.home == person.home and one.name != person.name
    ]  # fmt: skip
    sharing = f" with {listed(list(map(names.short, together[:4])))}" if together else ""
    home = f"lives at {names.full(person.home)}{sharing}" if person.home else ""
    work = f"works at {names.full(person.work)}" if person.work else ""
    side = f"of {names.full(person.faction)}" if person.faction else ""
    who = ", ".join(part for part in (statement(person.role, names), side) if part)
    told = "; ".join(part for part in (who, listed([one for one in (home, work) if one])) if part)
    texts = [f"{capitalised(told)}." if told else "", _wish(person)]
    new = [Sentence(text=text, events=(person.came,)) for text in texts if text and scribe.is_new(text)]
    return Entry(term=capitalised(names.full(person.name)), sentences=tuple(new))


def _wish(person: Character) -> str:
    wish = person.wants.strip().rstrip(".")
    return f"Wants {wish[0].lower()}{wish[1:]}." if wish else ""


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
