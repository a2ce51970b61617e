"""Lives: experiences in a line of code, and those who have them."""

from collections.abc import Iterable
from typing import Any

from fabula.agents.memory.experience import Experience, Kind
from fabula.agents.memory.memory import Memory
from fabula.agents.persona import Persona, Weight

ADA, BAS, CATO, DORA = "Ada", "Bas", "Cato", "Dora"


def who(name: str = ADA, **weights: float) -> Persona:
    """A persona whose sheet weighs just these: `compassion=0.9`."""
    named = tuple(Weight(name=name.replace("_", " "), value=value) for name, value in weights.items())
    return Persona(name=name, weights=named)


def memory(name: str = ADA, *, feels: dict[str, float] | None = None, kept_max: int = 2000, **weights: float) -> Memory:
    """A memory of somebody who feels so about others, -1.0 to 1.0."""
    kept = Memory(who(name, **weights), kept_max=kept_max)
    for other, now in (feels or {}).items():
        kept.perceive(bond(other, now))
    return kept


def deed(doer: str, did: str, do: str, *, to: str = "", step: int = 1, **more: Any) -> Experience:
    """Somebody does something: `deed(BAS, "struck Cato", "strike Cato", to=CATO, kindness=-0.6)`."""
    fields: dict[str, Any] = {"kind": Kind.DEED, "turn": step // 4, "importance": 0.5} | more
    return Experience(text=f"{doer} {did}.", deed=do, doer=doer, to=to, step=step, **fields)


def blow(doer: str, to: str, *, step: int = 1, place: str = "the Mill") -> Experience:
    """A blow that wounds."""
    where = f"{to} at {place}"
    words = f"struck {where}", f"strike {where}"
    return deed(doer, *words, to=to, step=step, place=place, kindness=-0.6, importance=0.6)


def gift(doer: str, to: str, *, step: int = 1, place: str = "the Mill") -> Experience:
    """A gift."""
    words = f"gave {to} bread at {place}", f"give {to} bread at {place}"
    return deed(doer, *words, to=to, step=step, place=place, kindness=0.5, importance=0.5)


def bond(other: str, now: float, *, by: float = 0.0, side: str = "", step: int = 0, why: str = "") -> Experience:
    """How one feels about somebody."""
    text = why or f"It is so with {other}."
    return Experience(kind=Kind.BOND, step=step, text=text, to=other, now=now, feels=by, side=side, importance=0.1)


def learned(
    agent: str, about: str, claim: str, *, source: str = "seen", sure: float = 0.8, step: int = 1, turn: int = 0
) -> Experience:
    """Somebody comes to take something to be so."""
    how = f"{agent} found out about {about}" if source in ("seen", "known") else f"{source} told {agent} about {about}"
    return Experience(
        kind=Kind.LEARNED,
        step=step,
        turn=turn or step // 4,
        text=f"{how}: {claim}",
        doer="" if source in ("seen", "known") else source,
        to=agent,
        about=about,
        claim=claim,
        source=source,
        sure=sure,
        importance=0.75,
    )


def news(text: str, *, step: int = 1, importance: float = 0.4, place: str = "") -> Experience:
    """Something happens."""
    return Experience(kind=Kind.WORLD, step=step, turn=step // 4, text=text, place=place, importance=importance)


def lived_through(kept: Memory, *lived: Experience) -> Memory:
    """The memory after that."""
    return after(kept, lived)


def after(kept: Memory, lived: Iterable[Experience]) -> Memory:
    """The memory after all that."""
    for each in lived:
        kept.perceive(each)
    return kept
