"""Trades: what touches somebody's work, and what they say then as one who knows it."""

from collections.abc import Iterator

from fabula.agents.persona import Persona
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.wordfiles import words_of


def trade_touched(persona: Persona, text: str) -> str:
    """The rule of what somebody of this trade says to that; empty where it is none of their trade's."""
    said = set(words_in(text))
    return next((f"{trade}.say" for trade in _trades(persona) if said & _words(f"{trade}.of")), "")


def _trades(persona: Persona) -> Iterator[str]:
    expert = [skill.name for skill in persona.knowledge if skill.said.casefold().startswith("expert")]
    skills = " ".join([*expert, *(skill.name for skill in persona.skills)])
    # What somebody is comes before what they know.
    for told in (persona.role, skills):
        known = set(words_in(told))
        for rule in words_of("trades"):
            if rule.endswith(".who") and known & _words(rule):
                yield rule.removesuffix(".who")


def _words(rule: str) -> frozenset[str]:
    return frozenset(" ".join(words_of("trades")[rule]).split())
