"""Meaning: a deed as a mind wrote it, made one that can be carried out: names as the world has them, amounts and texts
within bounds.
"""

from typing import TypeVar, assert_never

import msgspec

from fabula.environments.world import actions
from fabula.environments.world.components import NOBODY
from fabula.environments.world.naming import (
    Unknown,
    ability_named,
    cell_named,
    clean,
    good_named,
    kind_named,
    life_numbered,
    person_named,
    place_named,
    place_or_person_named,
    thing_named,
)
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

AMOUNT_MAX = 1000
"""Pieces, or pence, that one deed moves."""
TICKS_MAX = 8640
"""That one deed is told to last."""
TONES = ("", "warm", "cold", "angry", "sorry", "asking")

D = TypeVar("D", bound=actions.Deed)


def meant(tick: Tick, person: Person, deed: actions.Deed) -> actions.Deed:  # noqa: PLR0911, PLR0912
    """The deed that a person means. Raises Unknown if it names what is not there, or asks for what can never be."""
    who = _Reader(tick, person)
    match deed:
        case actions.Go():
            return _with(deed, to=who.spot(deed.to))
        case actions.Work():
            return _with(deed, at=who.workplace(deed.at), ticks=_ticks(deed.ticks))
        case actions.Rest():
            return _with(deed, ticks=_ticks(deed.ticks))
        case actions.Sleep():
            return _with(deed)
        case actions.Eat():
            return _with(deed, what=who.food(deed.what))
        case actions.Buy():
            return _with(deed, what=who.good(deed.what), amount=_amount(deed.amount), at=who.dealer(deed.at))
        case actions.Sell():
            return _with(deed, what=who.good(deed.what), amount=_amount(deed.amount), to=who.dealer(deed.to))
        case actions.Give():
            return _with(deed, what=who.thing(deed.what), amount=_amount(deed.amount), to=who.other(deed.to))
        case actions.PickUp():
            return _with(deed, what=who.thing(deed.what) if deed.what.strip() else "")
        case actions.Drop():
            return _with(deed, what=who.thing(deed.what), amount=_amount(deed.amount))
        case actions.Use():
            return _with(deed, what=who.good(deed.what), on=who.anyone(deed.on))
        case actions.Steal():
            return _with(
                deed, what=who.thing(deed.what), amount=_amount(deed.amount), from_=who.place_or_person(deed.from_)
            )
        case actions.Say():
            tone = deed.tone if deed.tone in TONES else TONES[0]
            about = thing_named(tick, deed.about)
            return _with(deed, to=who.other(deed.to), text=clean(deed.text), about=about, tone=tone)
        case actions.Accuse():
            return _with(deed, whom=who.other(deed.whom), of=clean(deed.of), text=clean(deed.text))
        case actions.Amend() | actions.Forgive():
            return _with(deed, whom=who.other(deed.whom), text=clean(deed.text))
        case actions.Attack():
            return _with(deed, whom=who.opponent(deed.whom))
        case actions.Guard():
            return _with(deed, what=who.place_or_person(deed.what), ticks=_ticks(deed.ticks))
        case actions.Flee():
            return _with(deed, from_=who.opponent(deed.from_) if deed.from_.strip() else "")
        case actions.UseAbility():
            return _with(deed, ability=who.ability(deed.ability), on=who.target(deed.on))
        case _ as never:
            assert_never(never)


class _Reader:
    """What a person means by the fields of a deed. Everything raises Unknown."""

    def __init__(self, tick: Tick, person: Person) -> None:
        self.tick, self.person = tick, person
        self.row = tick.lives.row(person.life)

    def spot(self, text: str) -> str:
        """A place, a cell or somebody else."""
        if (cell := cell_named(self.tick, text)) != NOBODY:
            y, x = divmod(cell, self.tick.ground.width)
            return f"{x},{y}"
        return self.place_or_person(text)

    def place_or_person(self, text: str) -> str:
        """A place or somebody else."""
        found = place_or_person_named(self.tick, text, by=self.row)
        return self.tick.setting.places[found].name if isinstance(found, int) else self._not_oneself(found)

    def workplace(self, text: str) -> str:
        """A place where something is made or a wage is paid; their own if none is named."""
        catalogue, places = self.tick.catalogue, self.tick.setting.places
        number = place_named(self.tick, text, by=self.row) if text.strip() else int(self.tick.lives.work[self.row])
        if number == NOBODY:
            raise Unknown("there is no place of work that is theirs")
        if catalogue.place_makes[number] == NOBODY and not catalogue.place_wage[number]:
            raise Unknown(f"there is no work at {places[number].name}")
        return places[number].name

    def dealer(self, text: str) -> str:
        """A place or a person to trade with; empty if none is named."""
        return self.place_or_person(text) if text.strip() else ""

    def other(self, text: str) -> str:
        """Somebody else."""
        return self._not_oneself(person_named(self.tick, text))

    def anyone(self, text: str) -> str:
        """Somebody; empty for oneself."""
        if not text.strip() or text.strip().casefold() in ("me", "myself", "self"):
            return ""
        person = person_named(self.tick, text)
        return "" if person is self.person else person.name

    def target(self, text: str) -> str:
        """Somebody, a life by `#id`, or a kind of lives; empty for oneself."""
        try:
            return self.anyone(text)
        except Unknown:
            return self.opponent(text)

    def opponent(self, text: str) -> str:
        """Somebody else, a life by `#id`, or a kind of lives."""
        if (life := life_numbered(self.tick, text)) != NOBODY:
            if life == self.person.life:
                raise Unknown("that is oneself")
            return f"#{life}"
        try:
            return self.other(text)
        except Unknown:
            if kind := kind_named(self.tick, text):
                return kind
            raise

    def good(self, text: str) -> str:
        return good_named(self.tick, text)

    def thing(self, text: str) -> str:
        """A good, or coin."""
        return good_named(self.tick, text, coin=True)

    def food(self, text: str) -> str:
        """A good that they eat; empty if none is named."""
        if not text.strip():
            return ""
        name = good_named(self.tick, text)
        if not self.tick.catalogue.kind_eats[int(self.tick.lives.kind[self.row]), self.tick.catalogue.good[name]]:
            raise Unknown(f"{name} is nothing to eat")
        return name

    def ability(self, text: str) -> str:
        """An ability that their kind has."""
        name = ability_named(self.tick, text)
        kind = int(self.tick.lives.kind[self.row])
        if not self.tick.catalogue.kind_ability[kind, self.tick.catalogue.ability[name]]:
            raise Unknown(f"a {self.tick.setting.kinds[kind].name} cannot {name}")
        return name

    def _not_oneself(self, person: Person) -> str:
        if person is self.person:
            raise Unknown(f"{person.name} is oneself")
        return person.name


def _with(deed: D, **fields: object) -> D:
    """The deed with these fields, and without the thoughts that came with it: those are the memory's."""
    return msgspec.structs.replace(deed, reason="", thoughts=(), **fields)


def _amount(amount: int) -> int:
    if not 1 <= amount <= AMOUNT_MAX:
        raise Unknown(f"an amount of {_number(amount)}: give 1 to {AMOUNT_MAX:,}")
    return amount


def _ticks(ticks: int) -> int:
    if ticks < 1:
        raise Unknown(f"{_number(ticks)} ticks: give 1 to {TICKS_MAX:,}")
    return min(ticks, TICKS_MAX)


def _number(number: int) -> str:
    """The number, if it is not of an absurd length."""
    return f"{number:,}" if abs(number) < 10**12 else "so many"
