"""Staging: which beats of a chapter are shown, in which scenes, around whom; what is left is summed up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from fabula.chronicle.account import Account, Known
from fabula.chronicle.beats import CHANGES, HAPPENINGS, UNTOLD, Beat
from fabula.chronicle.endings import elegy
from fabula.chronicle.grammar import Fact, People
from fabula.chronicle.history import foretold, recalled
from fabula.chronicle.landscape import Change, dangers, stakes
from fabula.chronicle.names import ordinal, titled
from fabula.chronicle.salience import heaviest
from fabula.chronicle.segments import Segment, focus
from fabula.chronicle.story import Paragraph
from fabula.chronicle.telling import Passage, Sign, Telling
from fabula.chronicle.terms import Facts, named
from fabula.chronicle.wording import clauses

TITLES_TRIED = 5
COMPANY_MAX = 4
STEEP = 6
"""Points by which tension has to rise or fall over a chapter to set its tone."""
RECENT = 2
"""Turns that are still on everyone's mind."""
WORTH_FORETELLING = 5.0
WORTH_SUMMING = 0.9
"""Deeds of less weight, such as waiting, are passed over."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of one place in one chapter."""

    place: str
    beats: tuple[Beat, ...]

    @property
    def begins(self) -> int:
        """Number of its first event."""
        return self.beats[0].head


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a chapter shows, and what it only sums up."""

    scenes: tuple[Scene, ...]
    """In the order they begin."""
    happenings: tuple[Beat, ...]
    rest: tuple[Beat, ...]
    """Beats of agents that no scene shows."""


def stage(telling: Telling, segment: Segment, *, scenes: int, beats: int) -> Plan:
    """The chapter's plan: at most so many scenes, with about so many beats between them."""
    acted = [beat for beat in segment.beats if beat.family not in HAPPENINGS | CHANGES | UNTOLD and beat.place]
    chosen = heaviest(acted, telling.weights, beats)
    by_place: dict[str, list[Beat]] = {}
    for beat in chosen:
        by_place.setdefault(beat.place, []).append(beat)
    ranked = sorted(by_place, key=lambda place: (-sum(telling.weights[beat.head] for beat in by_place[place]), place))
    shown = [Scene(place=place, beats=tuple(by_place[place])) for place in ranked[:scenes]]
    told = {beat.head for scene in shown for beat in scene.beats}
    return Plan(
        scenes=tuple(sorted(shown, key=lambda scene: scene.begins)),
        happenings=tuple(beat for beat in segment.beats if beat.family in HAPPENINGS),
        rest=tuple(beat for beat in acted if beat.head not in told and beat.doer in telling.account.people),
    )


def lead(telling: Telling, beats: Iterable[Beat], *, besides: Sequence[str] = ()) -> str:
    """The agent that most of what matters is done by, or to; empty if nobody does anything."""
    weights: Counter[str] = Counter()
    for beat in beats:
        for name, share in ((beat.doer, 100), (beat.other, 60)):
            if name in telling.account.people and name not in besides:
                weights[name] += round(share * telling.weights[beat.head])
    return max(weights, key=lambda name: (weights[name], name)) if weights else ""


def company(account: Account, place: str, moment: int, *, besides: Sequence[str] = ()) -> People | None:
    """Who is at a place just before a moment; None if nobody is, or too many to name."""
    there = [known for known in account.present(place, moment) if known.value not in besides]
    if not 0 < len(there) <= COMPANY_MAX:
        return None
    return People(tuple(known.value for known in there), tuple(known.event for known in there))


def sketched(telling: Telling, place: str, event: int) -> Facts:
    """The fill `sketch`: what a place is like, the first time a story comes there."""
    sketch = telling.account.sketch(place)
    return {"sketch": Fact(sketch, (event,))} if sketch and telling.once("sketch", place) else {}


def summed_up(telling: Telling, beats: Sequence[Beat], *, people: int, deeds: int) -> Iterator[tuple[str, Fact]]:
    """Agents and what else they did, in a few words each. Deeds that bore are left out first."""
    weights = telling.weights
    by_doer: dict[str, list[Beat]] = {}
    for beat in beats:
        by_doer.setdefault(beat.doer, []).append(beat)
    ranked = sorted(by_doer, key=lambda name: (-sum(weights[beat.head] for beat in by_doer[name]), name))
    for name in ranked[:people]:
        words: list[str] = []
        events: list[int] = []
        seen: set[tuple[str, ...]] = set()
        worth = [beat for beat in by_doer[name] if weights[beat.head] >= WORTH_SUMMING]
        for beat in heaviest(worth, weights, deeds):
            same = (beat.thing,) if beat.thing else (beat.key, beat.other)
            phrase = None if same in seen else telling.grammar.phrase(f"sum.{beat.key}", telling.facts(beat), telling)
            if phrase is not None:
                seen.add(same)
                words.append(phrase.text)
                events += [*phrase.events, beat.head]
        if words:
            joint = ", and " if any(" and " in phrase or "," in phrase for phrase in words) else " and "
            yield name, Fact(joint.join(words), tuple(events))


def tone(segment: Segment) -> str:
    """`rising`, `falling` or `level`: where tension goes over a chapter."""
    change = segment.tension - segment.tension_before
    return "rising" if change >= STEEP else "falling" if change <= -STEEP else "level"


def focal(telling: Telling, segment: Segment, moment: int) -> Facts:
    """Whom a chapter turns about, as A, the place that one is at, and the company there."""
    account = telling.account
    name = lead(telling, segment.beats)
    at = account.places.before(name, moment) or account.places.before(name, segment.ends) if name else None
    if at is not None and at.value:
        facts: Facts = {"A": name, "place": named(account, at.value, at.event)}
        others = company(account, at.value, moment, besides=[name])
        return facts | {"company": others} if others else facts
    facts = {"A": name} if name else {}
    place = focus(segment.beats, telling.weights)
    if place:
        there = next(beat.head for beat in segment.beats if beat.place == place)
        facts["place"] = named(account, place, there)
    return facts


def foremost(telling: Telling, before: int) -> Facts:
    """The weightiest deed of the last turns before a moment, as A and `deed`; empty if there is none to recall."""
    account = telling.account
    recent = [turn for turn in account.turns if turn.begins < before][-RECENT:]
    deeds = [beat for turn in recent for beat in turn.beats if beat.doer in account.people and recalled(account, beat)]
    if not deeds:
        return {}
    beat = max(deeds, key=lambda beat: (telling.weights[beat.head], beat.head))
    if not telling.once("foremost", beat.head):
        return {}
    return {"A": beat.doer, "deed": Fact(recalled(account, beat), beat.events)}


def next_stroke(telling: Telling, segment: Segment) -> Facts:
    """The weightiest deed of the turn after a chapter, as A, `deed_to_come` and `turn`; empty if nothing is worth
    foretelling.
    """
    account = telling.account
    following = next((turn for turn in account.turns if turn.begins >= segment.ends), None)
    if following is None:
        return {}
    deeds = [beat for beat in following.beats if beat.doer in account.people and foretold(account, beat)]
    beat = max(deeds, key=lambda beat: (telling.weights[beat.head], -beat.head), default=None)
    if beat is None or telling.weights[beat.head] < WORTH_FORETELLING:
        return {}
    turn = Fact(ordinal(following.number), (following.begins,))
    return {"A": beat.doer, "deed_to_come": Fact(foretold(account, beat), beat.events), "turn": turn}


_AFTERMATHS = (
    ("recoil_killed", "after.recoil_fell", 1.0),
    ("recoil_felled", "after.recoil_fell", 1.0),
    ("recoil", "after.recoil", 0.8),
    ("clock_full", "after.clock_full", 1.0),
    ("closed", "after.way_closed", 0.8),
    ("opened", "after.way_open", 0.8),
    ("kept", "after.kept", 0.9),
    ("unkept", "after.unkept", 0.5),
    ("colder", "after.stance", 0.5),
    ("warmer", "after.stance", 0.5),
    ("clock_up", "after.clock_up", 0.5),
    ("clock_down", "after.clock_down", 0.5),
    ("object_left", "after.object", 0.7),
)
"""What can come of a deed, the weightiest first: condition, rule, and the chance that it is told."""
_COUNTS = frozenset({"clock_up", "clock_down"})
"""Those that say how far a clock has come."""


def aftermath(telling: Telling, passage: Passage, beat: Beat) -> None:
    """Tell the weightiest thing that came of a beat, if it is worth telling."""
    facts = telling.facts(beat)
    if beat.family in CHANGES:
        return
    for outcome, rule, share in _AFTERMATHS:
        if outcome in facts and telling.stream.chance(share):
            if outcome in _COUNTS and not telling.counts(facts):
                continue
            if outcome == "unkept" and not telling.once("unkept"):
                continue
            if not passage.go_on(rule, facts, beat.events) and share == 1.0:
                passage.say([rule], facts, beat.events)
            return


def mourn(telling: Telling, passage: Passage, beat: Beat) -> None:
    """A word for whoever falls in a beat."""
    if beat.key.endswith((".kill", ".fell")) and beat.other in telling.account.people:
        passage.say(["elegy"], elegy(telling, beat))


def signpost(telling: Telling, rule: str, facts: Facts) -> str:
    """A title by a rule, one that no chapter has yet: names are short in it, and nobody is introduced."""
    for _ in range(TITLES_TRIED):
        words = telling.grammar.phrase(rule, facts, Sign(telling.account.names))
        if words is not None and telling.once("title", words.text):
            return titled(words.text)
    return ""


def prologue(account: Account) -> list[tuple[str, Facts]]:
    """The words the campaign opened with, clause by clause: `opening`."""
    if account.opened is None:
        return []
    text, event = account.opened
    return [("opening", {"clause": Fact(words, (event,))}) for words in clauses(text.text, account.names)]


def open_chapter(telling: Telling, segment: Segment, *, rules: str) -> Paragraph | None:
    """Begin the story, or a later chapter: with what mattered before, its tone, and what is at stake.

    rules: the family that sets the tone, such as `open` for `open.rising` and `open.level`.
    """
    passage = Passage(telling)
    if segment.turns[0] == telling.account.turns[0]:
        begin_story(telling, passage, segment)
        return passage.done()
    if past := foremost(telling, segment.begins):
        passage.say(["recap"], past)
    tones = [f"{rules}.{tone(segment)}", f"{rules}.level"]
    passage.say(tones, focal(telling, segment, segment.begins), segment.opens)
    for rule, facts in list(stakes(telling.account, segment.begins))[:1]:
        if telling.counts(facts):
            passage.say([rule], facts)
    return passage.done()


def begin_story(telling: Telling, passage: Passage, segment: Segment) -> None:
    """Open the first chapter: the words the campaign opened with, two sentences in one, the last of them with where
    the first person stood.
    """
    first = ("begin", focal(telling, segment, segment.begins))
    said = prologue(telling.account)
    while len(said) > 2:
        passage.say_together(said[:2], last="; ")
        said = said[2:]
    passage.say_together([*said, first], last="; ")


def looming(telling: Telling, moment: int) -> list[Change]:
    """Dangers that are where the reader has not yet been told they are."""
    return [
        change
        for change in dangers(telling.account, moment)
        if telling.once("danger", *(fill.text for fill in change[1].values() if isinstance(fill, Fact)))
    ]


def arrive(telling: Telling, passage: Passage, place: str, moment: int) -> None:
    """Say where the last to have come to a place came from, if that was lately."""
    account = telling.account
    begun = max((turn.begins for turn in account.turns if turn.begins <= moment), default=0)
    before = max((turn.begins for turn in account.turns if turn.begins < begun), default=0)
    came = [
        beat for beat in account.beats if before <= beat.head < moment and beat.key == "move" and beat.place == place
    ]
    if (
        came
        and account.places.before(came[-1].doer, moment) == Known(place, came[-1].head)
        and telling.once("came", came[-1].head)
        and telling.stream.chance(0.6)
    ):
        passage.say(["arrival"], telling.facts(came[-1]), came[-1].events)
