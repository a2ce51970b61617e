"""The tactical voice: a report for each stretch of turns - situation, contact with its table, intelligence,
influence, ground, assessment.
"""

from collections.abc import Iterator, Sequence

from fabula.chronicle.beats import HAPPENINGS, Beat
from fabula.chronicle.grammar import Fact
from fabula.chronicle.landscape import clock_changes, dangers, stakes, stance_changes, way_changes
from fabula.chronicle.names import listed
from fabula.chronicle.salience import heaviest
from fabula.chronicle.segments import Segment, focus
from fabula.chronicle.sides import tell_side, two_sides
from fabula.chronicle.staging import (
    aftermath,
    begin_story,
    focal,
    foremost,
    mourn,
    next_stroke,
    signpost,
    summed_up,
)
from fabula.chronicle.story import Block, Paragraph, Table
from fabula.chronicle.telling import Passage, Telling
from fabula.chronicle.terms import Facts, condition, numbers
from fabula.chronicle.voices import Voice
from fabula.chronicle.words import words_of
from fabula.environments.campaign import events as ev

_TASTE = {
    "strike": 1.4,
    "fight": 1.4,
    "maul": 1.4,
    "defend": 1.6,
    "move": 1.0,
    "sneak": 1.4,
    "talk": 0.8,
    "search": 1.2,
}

_SECTIONS: tuple[tuple[str, frozenset[str], int], ...] = (
    ("Contact", frozenset({"strike", "fight", "maul", "hurt", "weaken", "beaten"}), 5),
    ("Intelligence", frozenset({"search", "talk", "learn", "notice"}), 4),
    ("Influence", frozenset({"persuade", "threaten"}), 3),
    ("Support", frozenset({"aid", "shield", "defend", "use", "give", "take", "steal", "attempt", "appear"}), 4),
    ("Ground", HAPPENINGS, 4),
)
"""Label, families of deeds reported under it, and how many of them at most."""
_TABLE_MIN = 2
"""Fewer engagements are told in words alone."""


def _chapter(telling: Telling, segment: Segment) -> Sequence[Block]:
    blocks: list[Block | None] = [_background(telling, segment), _situation(telling, segment)]
    for label, families, most in _SECTIONS:
        beats = [beat for beat in segment.beats if beat.family in families]
        if label == "Contact":
            blocks.append(_engagements(telling, beats))
        blocks.append(_section(telling, label, heaviest(beats, telling.weights, most)))
    blocks += [*_accounts(telling, segment), _other(telling, segment), _assessment(telling, segment)]
    return [block for block in blocks if block is not None]


def _background(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling, label="Background")
    if segment.turns[0] == telling.account.turns[0]:
        begin_story(telling, passage, segment)
    return passage.done()


def _situation(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling, label="Situation")
    period, positions = _period(telling, segment), _positions(telling, segment.begins)
    running = list(stakes(telling.account, segment.begins))[:3]
    passage.say_together([("situation", period), ("positions", positions), *running], last="; ")
    if past := foremost(telling, segment.begins):
        passage.say(["recap"], past)
    return passage.done()


def _period(telling: Telling, segment: Segment) -> Facts:
    first, last = segment.turns[0], segment.turns[-1]
    span = f"turn {first.number}" if first is last else f"turns {first.number} to {last.number}"
    facts: Facts = {"span": Fact(span, segment.opens)}
    facts |= numbers("tension_before", segment.tension_before, segment.measured_before)
    facts |= numbers("tension", segment.tension, last.measured)
    change = segment.tension - segment.tension_before
    facts["risen" if change > 0 else "sunk" if change < 0 else "same"] = condition(last.measured)
    place = focus(segment.beats, telling.weights)
    if place:
        facts["place"] = Fact(
            telling.account.names.full(place), tuple(beat.head for beat in segment.beats if beat.place == place)[:1]
        )
    return facts


def _positions(telling: Telling, moment: int) -> Facts:
    account = telling.account
    parts: list[str] = []
    events: list[int] = []
    for place in account.all_places:
        there = account.present(place, moment)
        if there:
            parts.append(
                f"{account.names.full(place)}, {listed([account.names.short(known.value) for known in there])}"
            )
            events += [known.event for known in there]
    return {"positions": Fact("; ".join(parts), tuple(events))} if parts else {}


def _engagements(telling: Telling, beats: Sequence[Beat]) -> Table | None:
    rows = [row for beat in beats if (row := _row(telling, beat))]
    if len(rows) < _TABLE_MIN:
        return None
    heads = ("Turn", "Place", "By", "Against", "Roll", "Harm", "Result")
    return Table(caption="Engagements", heads=heads, rows=tuple(rows), events=tuple(beat.head for beat in beats))


def _row(telling: Telling, beat: Beat) -> tuple[str, ...]:
    names = telling.account.names
    event = telling.account.events[beat.head]
    if not isinstance(event, ev.Attacked):
        return ()
    result = _RESULTS[beat.key.partition(".")[2]]
    roll = f"{event.roll} / {event.against}"
    return (
        str(beat.turn),
        names.full(beat.place),
        names.short(beat.doer),
        names.short(beat.other),
        roll,
        str(event.harm),
        result,
    )


_RESULTS = {"kill": "killed", "fell": "down", "beaten": "beaten", "hit": "hit", "glance": "no effect", "miss": "missed"}


def _section(telling: Telling, label: str, beats: Sequence[Beat]) -> Paragraph | None:
    passage = Passage(telling, label=label)
    for beat in beats:
        passage.tell(beat)
        aftermath(telling, passage, beat)
        mourn(telling, passage, beat)
    return passage.done()


def _accounts(telling: Telling, segment: Segment) -> Iterator[Paragraph | None]:
    found = two_sides(telling, segment.beats)
    if found is None:
        return
    _, *sides = found
    passage = Passage(telling, label="Two accounts")
    for side in sides:
        tell_side(passage, side)
    yield passage.done()


def _other(telling: Telling, segment: Segment) -> Paragraph | None:
    shown = frozenset.union(*(families for _, families, _ in _SECTIONS))
    rest = [beat for beat in segment.beats if beat.family not in shown and beat.doer in telling.account.people]
    passage = Passage(telling, label="Movement")
    moves: list[tuple[str, Facts]] = [
        ("summary", {"A": name, "deeds": deeds}) for name, deeds in summed_up(telling, rest, people=5, deeds=2)
    ]
    passage.say_together(moves, last="; ")
    return passage.done()


def _assessment(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling, label="Assessment")
    account, begins, ends = telling.account, segment.begins, segment.ends
    tally = _tally(telling, segment)
    clocks = [change for change in clock_changes(account, begins, ends) if telling.counts(change[1], exact=True)]
    figures = [*([("tally", tally)] if tally else []), *clocks, *dangers(account, ends)]
    passage.say_together(figures, last="; ")
    passage.say_together([*stance_changes(account, begins, ends), *way_changes(account, begins, ends)], last="; ")
    coming = next_stroke(telling, segment)
    if coming and telling.stream.chance(0.3):
        passage.say(["hook"], coming)
    else:
        passage.say(["close"], focal(telling, segment, segment.ends), segment.opens)
    return passage.done()


def _tally(telling: Telling, segment: Segment) -> Facts:
    events = telling.account.events
    closed = [
        (at, event) for at in range(segment.begins, segment.ends) if isinstance(event := events[at], ev.TurnEnded)
    ]
    if not closed:
        return {}
    at = tuple(at for at, _ in closed)
    sums = {"deeds": 0, "successes": 0, "harm": 0}
    for _, event in closed:
        sums = {
            "deeds": sums["deeds"] + event.deeds,
            "successes": sums["successes"] + event.successes,
            "harm": sums["harm"] + event.harm,
        }
    facts = {f"{name}_n": Fact(str(total), at) for name, total in sums.items()}
    return {**facts, "harm_pts": Fact(f"{sums['harm']} {'point' if sums['harm'] == 1 else 'points'}", at)}


def _title(telling: Telling, segment: Segment) -> str:
    return signpost(telling, "title.tactical", _period(telling, segment))


VOICE = Voice(
    words=words_of("tactical"),
    taste=_TASTE,
    title=_title,
    chapter=_chapter,
    headings=("Personnel", "Final State of Personnel", "Outstanding"),
)
