"""A turn of a dialogue: by rules beside its environment and minds alone, and on models beside the bare calls.

By rules: two speakers who take turns, and four who answer whoever addressed them, all from the shipped packs, on one
question, with all that ends a dialogue looked at. They go through the engine's own loop into an SQLite store on disk,
where steps of rules alone wait up to 50 ms to share a commit; a turn's time is that of a whole talk, from the making of
the run until its last step is durable, by the number of its turns. Beside it: the same turns by the environment and its
minds alone, without loop, encoding, digests and disk.

On models: the two with everything that `fabula talk --model` has - memory, prompts, the gateway, HTTP to the shipped
provider in a process of its own, which answers at once, and the store, where every reply and every turn is durable
before the next begins. A turn is timed from the end of the one before; the first, in which libraries are loaded, does
not count. Beside it: the very same requests posted one after the other by httpx2 as it comes. What a turn adds is the
difference of the two in one round.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from itertools import count, pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns
from benchmarks.plays import SEED, recorded, unrecorded
from benchmarks.posts import Poster
from benchmarks.programs import provider

from fabula.app import UNTOLD_S_MAX
from fabula.app.assigning import EVERYONE
from fabula.app.seating import Seating
from fabula.app.talking import Talk, talk_of
from fabula.engine import Assign, Cast, Event, Run, VirtualClock, perform, post
from fabula.environments.dialogue import Dialogue
from fabula.environments.dialogue.events import Faltered, Passed, Said
from fabula.settings import Settings
from fabula.store import SqliteStore

SPEAKERS = ("Edda", "Oskar", "Emeric", "Marit")
TOPIC = "Should the old bridge be rebuilt?"
MODELLED = 2
"""Speakers of the dialogue on models."""


class Spent(NamedTuple):
    """On one talk on models."""

    turns: int
    """That were timed."""
    turn_s: float
    bare_s: float
    """A request of such a turn, posted bare."""


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    names = (f"talk-{number}" for number in count())
    for speakers, turns in scale.talks.items():
        yield _by_rules(_dialogue(speakers, turns), scale, folder, names)
    with provider(folder) as url:
        yield from _on_models(_dialogue(MODELLED, scale.talks[MODELLED]), scale, folder / "models", url)


def _dialogue(speakers: int, turns: int) -> Dialogue:
    dialogue, _ = talk_of(Talk(who=SPEAKERS[:speakers], topic=TOPIC, turns=turns))
    return dialogue


def _by_rules(dialogue: Dialogue, scale: Scale, folder: Path, names: Iterator[str]) -> Figure:
    kept_s, alone_s = in_turns(
        scale.plays,
        lambda: asyncio.run(_kept_s(dialogue, folder, next(names))),
        lambda: _alone_s(dialogue),
    )
    return Figure(
        what=f"a turn of {len(dialogue.setting.speakers)} by rules",
        unit="ms",
        sample=Sample.of(kept_s, per_s=MS),
        beside=(Beside(what="environment and minds alone", sample=Sample.of(alone_s, per_s=MS)),),
        note=f"{sum(map(_turns_in, unrecorded(dialogue)))} turns",
    )


async def _kept_s(dialogue: Dialogue, folder: Path, name: str) -> float:
    """Seconds a turn of a talk that is kept."""
    async with SqliteStore.open(folder) as store:
        began_s = time.perf_counter()
        turns = sum([_turns_in(moment.events) async for moment in recorded(store, dialogue, name=name)])
        return (time.perf_counter() - began_s) / turns


def _alone_s(dialogue: Dialogue) -> float:
    began_s = time.perf_counter()
    turns = sum(map(_turns_in, unrecorded(dialogue)))
    return (time.perf_counter() - began_s) / turns


def _turns_in(events: Sequence[Event]) -> int:
    return sum(isinstance(event, Said | Passed | Faltered) for event in events)


def _on_models(dialogue: Dialogue, scale: Scale, home: Path, url: str) -> Iterator[Figure]:
    with asyncio.Runner() as runner:
        poster = Poster(url)
        try:
            (spent,) = in_turns(scale.plays, lambda: runner.run(_spent(dialogue, home, url, poster)))
        finally:
            runner.run(poster.aclose())
    bare = Beside(what="the bare call", sample=Sample.of((each.bare_s for each in spent), per_s=MS))
    turn, added = (
        Sample.of(map(seconds, spent), per_s=MS)
        for seconds in (lambda each: each.turn_s, lambda each: each.turn_s - each.bare_s)
    )
    note = f"{spent[0].turns} turns"
    yield Figure(what=f"a turn of {MODELLED} on models", unit="ms", sample=turn, beside=(bare,), note=note)
    yield Figure(what="what a turn adds to the bare call", unit="ms", sample=added)


async def _spent(dialogue: Dialogue, home: Path, url: str, poster: Poster) -> Spent:
    """Play a talk, then post what it asked."""
    turns_s = await _turns_s(dialogue, home, f"openai@{url}/v1:demo")
    posts = await poster.last(len(turns_s))
    await poster.send(posts[0])
    began_s = time.perf_counter()
    for each in posts:
        await poster.send(each)
    return Spent(len(turns_s), sum(turns_s) / len(turns_s), (time.perf_counter() - began_s) / len(posts))


async def _turns_s(dialogue: Dialogue, home: Path, model: str) -> list[float]:
    """Seconds of each turn but the first, with that model in every seat."""
    ends_s: list[float] = []
    async with SqliteStore.open(home) as store:
        opened = await Run.create(store, dialogue, seed=SEED, pack=dialogue.pack)
        await post(store, opened.id, Assign(agent=EVERYONE, mind=model))
        async with (
            opened as run,
            Seating(store, Settings(), run.row, dialogue, environ={}) as seating,
            Cast(seating.casting(), minds=seating.mind) as cast,
        ):
            async for moment in perform(run, dialogue, cast, VirtualClock(), untold_s_max=UNTOLD_S_MAX):
                seating.follow(moment)
                if failed := [note for note in moment.notes if note.why]:
                    raise RuntimeError(f"{len(failed)} answers did not come as they should: {failed[0].why}")
                ends_s += [time.perf_counter()] * _turns_in(moment.events)
    return [end_s - began_s for began_s, end_s in pairwise(ends_s)]
