"""The matter: what a dialogue is about for one of its speakers - the topic or what they came to, the side it takes,
what it and the others have argued so far.
"""

from collections.abc import Sequence
from functools import cached_property

from fabula.agents.drives import Drive, drives
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.grounds import Ground, care, lot
from fabula.environments.dialogue.rhetoric.guesses import answers, is_of_a_plan, is_of_fact
from fabula.environments.dialogue.rhetoric.life import Life, life_of
from fabula.environments.dialogue.rhetoric.names import calls, is_name, short_name
from fabula.environments.dialogue.rhetoric.options import Named, between, named_options, option_in, preferred
from fabula.environments.dialogue.rhetoric.reading import Heard, all_heard, runs_of, sentences_said
from fabula.environments.dialogue.rhetoric.sides import (
    STATING,
    argued_side,
    drawn_side,
    gave_way,
    of_action,
    side_in,
    valued,
)
from fabula.environments.dialogue.rhetoric.themes import theme_in
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.rhetoric.values import dearest
from fabula.environments.dialogue.rhetoric.voice import Voice, voice_of
from fabula.environments.dialogue.rhetoric.wordfiles import words_of
from fabula.environments.dialogue.setting import Speaker

STANCE_DRAWN = (45, 80)
"""Of whoever was given no stance: how far it is from the middle."""
MOVED_BY_POINT = 22
"""In hundredths, how far a stance moves for each ground one gave way on."""

_KINDS = {Kind.ACTION: "action", Kind.CHOICE: "choice"}


class Matter:
    """What is before a speaker when it is asked. Everything follows from the speaker and the outlook."""

    def __init__(self, speaker: Speaker, outlook: Outlook) -> None:
        self.speaker = speaker
        self.outlook = outlook
        self.me = outlook.me
        self.life: Life = life_of(speaker.persona)
        self.voice: Voice = voice_of(speaker.persona)
        self.drives = drives(speaker.persona)
        self.heard: list[Heard] = all_heard(outlook.lines)
        self.mine: list[Heard] = [each for each in self.heard if each.line.speaker == self.me]
        self.others: list[Heard] = [each for each in self.heard if each.line.speaker != self.me]
        self.names: tuple[str, ...] = tuple(other.name for other in outlook.others)
        self.said = sentences_said(outlook.lines)
        self._sides: dict[str, int] = {}
        self._options: dict[str, Named | None] = {}
        self.runs = frozenset(run for line in outlook.lines for run in runs_of(line.text))
        """Every RUN_WORDS words in a row that were heard."""

    # What it is about.

    @cached_property
    def topic(self) -> Topic:
        """The topic; where none was given, the theme they came to, if they did."""
        given = topic_of(self.outlook.topic)
        if self.options:
            return between(given, self.mine_of_options, self._other_option)
        if given.kind is not Kind.NONE:
            return given
        for each in self.heard:
            if (theme := theme_in(each.line.text)) is not None:
                return theme
        return given

    @cached_property
    def options(self) -> tuple[Named, ...]:
        """What can be voted for, where it has names that the topic's own sides have not."""
        return named_options(topic_of(self.outlook.topic), self.outlook.options)

    @cached_property
    def mine_of_options(self) -> Named:
        """The option it speaks for."""
        given = topic_of(self.outlook.topic)
        taken = [named for name in self.names if (named := self._option_of(name))]
        stance, said = self.outlook.stance, " ".join(self.outlook.points)
        return self._option_of(self.me) or preferred(
            given, self.options, name=self.me, stance=stance, said=said, taken=taken
        )

    @property
    def _other_option(self) -> Named:
        """What it argues against: what another spoke for, whoever did so last."""
        spoken = [self._option_of(each.line.speaker) for each in reversed(self.others)]
        named = [*(each for each in spoken if each), *self.options]
        return next(each for each in named if each != self.mine_of_options)

    def _option_of(self, name: str) -> Named | None:
        if name not in self._options:
            turns = [each for each in self.heard if each.line.speaker == name]
            self._options[name] = option_in(turns, self.options, STATING)
        return self._options[name]

    @property
    def book(self) -> str:
        """Which words argue it."""
        if self.topic.kind is Kind.OPEN:
            return "fact" if is_of_fact(self.topic) else "plan" if is_of_a_plan(self.topic) else "thesis"
        return _KINDS.get(self.topic.kind, "thesis")

    @cached_property
    def side(self) -> int:
        """1 for the topic's view, -1 for its contrary."""
        if self.options:
            return 1  # Its own option stands first.
        if self.outlook.stance:
            return 1 if self.outlook.stance > 0 else -1
        if shown := self.shown(self.me):
            return shown
        drawn = drawn_side(self.topic, self.drives, self.me, self.names)
        if len(self.names) == 1 and self.shown(self.names[0]) == drawn:
            return -drawn
        return drawn

    @property
    def stance(self) -> int:
        """From -100 to 100, as it is by now: the given or drawn one, moved by what it gave way on."""
        low, high = STANCE_DRAWN
        strength = abs(self.outlook.stance) or low + lot(self.me, self.outlook.topic, "stance") * (high - low) // 100
        return self.side * (strength - MOVED_BY_POINT * len(self.conceded))

    def shown(self, name: str) -> int:
        """Which side somebody takes, by what they said; 0 where it does not show, and of an open question."""
        if name not in self._sides:
            turns = [each for each in self.heard if each.line.speaker == name]
            if self.options:
                named = self._option_of(name)
                self._sides[name] = 0 if named is None else 1 if named == self.mine_of_options else -1
            else:
                found = (side for each in turns if (side := self._side_in(each)))
                # What it argued since shows what it said first.
                self._sides[name] = (self._forgets and argued_side(self.topic, turns)) or next(found, 0)
        return self._sides[name]

    def sides_with(self, name: str) -> bool:
        """Whether somebody is of its own side."""
        return self.shown(name) == self.side and self.topic.kind is not Kind.OPEN

    def _side_in(self, said: Heard) -> int:
        if side := side_in(self.topic, said):
            return side
        # By words of their own: yes and no are said of what was said before.
        before = [
            each
            for each in self.heard
            if each.line.number < said.line.number and each.line.speaker != said.line.speaker
        ]
        if said.agrees and before and not before[-1].foreign:
            return said.agrees * self.shown(before[-1].line.speaker)
        return 0

    @property
    def _forgets(self) -> bool:
        """Whether what was said first is too long ago to be heard."""
        return self.outlook.earlier > 0 or bool(self.outlook.lines and self.outlook.lines[0].number > 1)

    @property
    def for_or_against(self) -> str:
        """Whose words of an action's it speaks."""
        return "for" if of_action(self.topic, self.side) > 0 else "against"

    @cached_property
    def value(self) -> Drive:
        """What it answers an open question with: what is dearest to it, unless another said so before."""
        if (mine := valued(self.topic, self.mine)) is not None:
            return mine
        said = (valued(self.topic, [each for each in self.others if each.line.speaker == name]) for name in self.names)
        taken = {drive for drive in said if drive is not None}
        ranked = dearest(self.drives, self.me, self.outlook.topic)
        return next((drive for drive in ranked if drive not in taken), ranked[0])

    @cached_property
    def view(self) -> str:
        """What it holds, a clause."""
        if self.topic.kind is Kind.OPEN:
            return answers(self.topic, self.value)[0]
        return self.topic.view if self.side > 0 else self.topic.nay

    @cached_property
    def nay(self) -> str:
        """What is held against it, a clause."""
        if self.topic.kind is Kind.OPEN:
            return self._held[0]
        return self.topic.nay if self.side > 0 else self.topic.view

    @cached_property
    def _held(self) -> tuple[str, ...]:
        """What another answers to an open question, in several ways."""
        for each in reversed(self.others):
            held = valued(self.topic, [other for other in self.others if other.line.speaker == each.line.speaker])
            if held is not None and held is not self.value:
                return answers(self.topic, held)
        return ("it is all the same in the end", "nobody can say")

    def ways(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Other words for what it holds, and for what is held against it, where everybody knows what is meant."""
        if self.topic.kind is Kind.OPEN:
            return answers(self.topic, self.value)[1:], self._held[1:]
        yes, no = self.topic.ways
        return (yes, no) if self.side > 0 else (no, yes)

    # What was argued.

    def rule(self, ground: Ground, part: str) -> str:
        """The rule of this topic's words for what it would say on a ground."""
        return f"{ground}.{self.for_or_against}.{part}" if self.book == "action" else f"{ground}.{part}"

    @cached_property
    def grounds(self) -> list[Ground]:
        """The grounds that there are words for, what it cares for most first."""
        rules = words_of(self.book)
        known = [ground for ground in Ground if self.rule(ground, "reason") in rules]
        return sorted(known, key=lambda ground: -care(ground, self.drives, self.me, self.outlook.topic))

    def care(self, ground: Ground) -> int:
        """How much it cares for a ground here, in hundredths."""
        return care(ground, self.drives, self.me, self.outlook.topic)

    @cached_property
    def argued(self) -> list[Ground]:
        """The grounds it gave reasons on."""
        return list(dict.fromkeys(ground for each in self.mine for ground in (*each.on("reason"), *each.on("counter"))))

    @cached_property
    def conceded(self) -> list[Ground]:
        """The grounds it gave way on."""
        given = (ground for each in self.mine for ground in each.on("concede") if gave_way(each, ground))
        return list(dict.fromkeys(given))

    @cached_property
    def unsaid_points(self) -> list[str]:
        """What it was given to say and has not said."""
        return self._left_of(self.outlook.points)

    @cached_property
    def unasked(self) -> list[str]:
        """What it means to ask and has not asked."""
        return self._left_of(self.outlook.wants_to_know)

    def _left_of(self, given: Sequence[str]) -> list[str]:
        whole = " ".join(" ".join(words_in(each.line.text)) for each in self.mine)
        return [each for each in given if " ".join(words_in(each)) not in whole]

    def addressed(self, said: Heard) -> bool:
        """Whether it was said to this speaker: by name, or there is nobody else."""
        if said.line.to:
            return said.line.to == self.me
        return len(self.names) == 1 or calls(self.me, said.line.text)

    @cached_property
    def asked(self) -> Heard | None:
        """The turn with a question to this speaker that it has not answered; None if there is none."""
        for each in reversed(self.heard):
            if each.line.speaker == self.me:
                return None
            if each.question and self.addressed(each):
                return each
        return None

    @cached_property
    def last(self) -> Heard | None:
        """What it turns to: the last thing said to it, else the last that another said."""
        for each in reversed(self.heard):
            if each.line.speaker == self.me:
                break
            if self.addressed(each):
                return each
        return self.others[-1] if self.others else None

    def left(self) -> int:
        """Turns to come, this one included; 99 where nobody knows."""
        return self.outlook.turns - self.outlook.turn + 1 if self.outlook.turns else 99

    @property
    def seats(self) -> int:
        """How many speak."""
        return len(self.names) + 1

    @cached_property
    def short_names(self) -> dict[str, str]:
        """What it calls each of the others."""
        return {name: short_name(name, self.speaker.persona.name, self.names) for name in self.names if is_name(name)}

    @cached_property
    def proper(self) -> frozenset[str]:
        """The words of every name it knows, which keep their capital."""
        names = (self.me, *self.names, *(name for name, _ in self.life.ties))
        return frozenset(word for name in names for word in name.split())
