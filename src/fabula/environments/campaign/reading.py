"""Reading: what kind of deed a free text means, and whom or what it is aimed at, judged by its words alone."""

import re
from collections.abc import Callable, Sequence

from fabula.environments.campaign import names
from fabula.environments.campaign.actions import (
    Aid,
    Attack,
    Attempt,
    CharacterAction,
    Defend,
    Give,
    Investigate,
    Move,
    Persuade,
    Rest,
    Sneak,
    Take,
    Talk,
    Threaten,
    Use,
    Wait,
)
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.state import Agent

UNREAD = "attempt"
"""What a text is read as that fits no kind of deed."""

_WORDS: tuple[tuple[str, str], ...] = (
    (
        "sneak",
        r"sneak|creep|crept|slip out|slip away|slip into|slip past|steal away|steal into|hide|unseen|tiptoe|shadow",
    ),
    ("attack", r"attack|strike|stab|shoot|kill|hit|punch|kick|slash|charge|fight|wound|ambush|throttle|tackle"),
    ("threaten", r"threaten|threat|menace|intimidate|warn|scare|frighten|bully|blackmail|demand"),
    ("defend", r"defend|guard|hold|protect|shield|barricade|fortify|block|brace|man the|keep watch"),
    ("aid", r"aid|help|heal|bandage|bind|tend|nurse|comfort|rescue|carry \w+ to safety|free|untie"),
    ("give", r"give|hand|offer|return|pass"),
    ("use", r"use|light|fire|ring|unlock|open|turn|play|read from|drink|wear"),
    ("take", r"take|grab|seize|snatch|pick up|pocket|steal|rob|loot|fetch"),
    (
        "persuade",
        r"persuade|convince|beg|plead|appeal|bargain|negotiate|charm|flatter|bribe|woo|urge|ask \w+ to|apologi[sz]e",
    ),
    ("investigate", r"investigate|search|look|examine|inspect|study|read|listen|watch|track|follow|spy|explore|find"),
    ("talk", r"talk|speak|tell|say|ask|whisper|shout|announce|confess|sing|discuss|gossip|greet"),
    ("move", r"go|walk|run|climb|cross|flee|leave|ride|swim|jump|return to|head|enter|escape"),
    ("rest", r"rest|sleep|eat|sit down|recover|pray|breathe"),
    ("wait", r"wait|linger|stay|stand still|do nothing"),
)
"""Kinds in the order in which their words are looked for: the rarer the word, the earlier its kind."""


def _forms(words: str) -> str:
    """The words and their forms: grab, grabs, grabbed, grabbing; strike, strikes, striking."""
    forms = []
    for word in words.split("|"):
        if not word.isalpha():
            forms.append(word)
        elif word.endswith("e"):
            forms.append(f"{word[:-1]}(?:e|es|ed|ing)")
        else:
            forms.append(f"{word}(?:e?s|{word[-1]}?(?:ed|ing))?")
    return "|".join(forms)


_PATTERNS = tuple((kind, re.compile(rf"\b(?:{_forms(words)})\b")) for kind, words in _WORDS)


def kind_in(text: str) -> str:
    """The kind of deed a text speaks of: that of its earliest telling word; `attempt` if there is none."""
    folded = text.casefold()
    found = [
        (match.start(), number, kind)
        for number, (kind, words) in enumerate(_PATTERNS)
        if (match := words.search(folded))
    ]
    return min(found)[2] if found else UNREAD


class Glance:
    """A text, and what its words could mean where the doer stands."""

    def __init__(self, board: Board, doer: Agent, text: str, target: str = "") -> None:
        """target: whom or what the director says it is aimed at; empty: judged by the words."""
        self.board, self.doer = board, doer
        self.text, self.target = text, target
        self.people = board.visible(doer)
        self.threats = board.threats(doer.place)
        self.ways = [way.to for way in board.exits(doer)]
        self.carried = list(board.carried(doer.name))
        self.lying = board.lying(doer.place)
        self.shown = [thing for name in self.people for thing in board.shown(name)]

    def aimed_at(self, candidates: Sequence[str]) -> str:
        """The one of the candidates that it is aimed at; empty if none."""
        named = names.find(self.target, candidates) if self.target else None
        return named or names.mentioned(self.text, candidates)

    def also(self, candidates: Sequence[str]) -> str:
        """The one of the candidates that it speaks of besides; empty if none."""
        return names.mentioned(self.text, candidates)

    @property
    def whom(self) -> str:
        """The person it is aimed at."""
        return self.aimed_at(self.people)

    @property
    def subject(self) -> str:
        """What is talked about: a secret the doer holds, or somebody or something that everyone knows of."""
        ground = self.board.ground
        others = [name for name in self.board.state.agents if name not in (self.doer.name, self.whom)]
        return self.also(sorted(self.doer.beliefs)) or self.also([*others, *ground.places, *ground.public_clocks])


def _move(seen: Glance) -> CharacterAction | None:
    to = seen.aimed_at(seen.ways)
    return Move(to=to) if to else None


def _sneak(seen: Glance) -> CharacterAction | None:
    to = seen.aimed_at(seen.ways)
    return Sneak(to=to) if to else None


def _investigate(seen: Glance) -> CharacterAction | None:
    return Investigate(what=seen.aimed_at([*seen.people, *seen.lying, seen.doer.place]))


def _talk(seen: Glance) -> CharacterAction | None:
    return Talk(to=seen.whom, about=seen.subject) if seen.whom else None


def _persuade(seen: Glance) -> CharacterAction | None:
    return Persuade(whom=seen.whom, to_what=seen.also([*seen.shown, *seen.ways])) if seen.whom else None


def _threaten(seen: Glance) -> CharacterAction | None:
    return Threaten(whom=seen.whom, demand=seen.also(seen.shown)) if seen.whom else None


def _aid(seen: Glance) -> CharacterAction | None:
    return Aid(whom=seen.whom) if seen.whom else None


def _attack(seen: Glance) -> CharacterAction | None:
    foe = seen.aimed_at([*seen.people, *seen.threats])
    return Attack(target=foe) if foe else None


def _defend(seen: Glance) -> CharacterAction | None:
    return Defend(what=seen.aimed_at([*seen.people, seen.doer.place]))


def _take(seen: Glance) -> CharacterAction | None:
    thing = seen.aimed_at([*seen.lying, *seen.shown])
    return Take(object=thing) if thing else None


def _give(seen: Glance) -> CharacterAction | None:
    thing = seen.aimed_at(seen.carried)
    return Give(object=thing, to=seen.whom) if thing and seen.whom else None


def _use(seen: Glance) -> CharacterAction | None:
    thing = seen.aimed_at(seen.carried)
    return Use(object=thing, on=seen.whom) if thing else None


def _rest(_: Glance) -> CharacterAction | None:
    return Rest()


def _wait(_: Glance) -> CharacterAction | None:
    return Wait()


_READERS: dict[str, Callable[[Glance], CharacterAction | None]] = {
    "move": _move,
    "sneak": _sneak,
    "investigate": _investigate,
    "talk": _talk,
    "persuade": _persuade,
    "threaten": _threaten,
    "aid": _aid,
    "attack": _attack,
    "defend": _defend,
    "take": _take,
    "give": _give,
    "use": _use,
    "rest": _rest,
    "wait": _wait,
}
"""Kind of deed -> the deed of that kind that a text means, or None if it lacks what that kind needs."""


def read(board: Board, doer: Agent, text: str, *, kind: str = "", target: str = "") -> CharacterAction | None:
    """The deed that a text means, or None if it is of no kind or lacks what that kind needs.

    kind, target: the director's own reading, which comes before that by words.
    """
    reader = _READERS.get(kind) or _READERS.get(kind_in(text))
    return reader(Glance(board, doer, text, target)) if reader else None


def reading_of(board: Board, doer: Agent, attempt: Attempt) -> tuple[str, str]:
    """How the rules read a text: the kind of deed, and whom or what at hand it is aimed at, if anything."""
    seen = Glance(board, doer, attempt.text)
    near = [*seen.people, *seen.threats, *seen.ways, *seen.lying, *seen.carried, *seen.shown, doer.place]
    return kind_in(attempt.text), seen.also(near)
