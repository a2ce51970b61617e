"""What comes to an agent's mind out of ten thousand memories: `Memory.recall` of the eight best, by many questions.

The memories are made of the words of the shipped packs, no two alike; they are embedded before the first question, as
they are in a run by the question before. A figure is the mean over five questions, so that a lucky one does not count
more. Beside it stands what a few lines of plain Python do over the same vectors: a dictionary for each memory with the
numbers that are not zero, the cosine of each, the best of them. Taking in a memory is measured with its embedding, each
text a new one; what it takes to keep one is counted by `tracemalloc` over all of them, texts and the shared cache of
vectors with them.
"""

import gc
import heapq
import tracemalloc
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns, timed

from fabula.agents.memory.embedding import NORM, NgramEmbedder
from fabula.agents.memory.experience import Experience, Kind
from fabula.agents.memory.memory import Memory
from fabula.agents.persona import Persona
from fabula.environments.campaign import load_setting
from fabula.packs import find_pack

MARK_MS = 5.0
RECALLED = 8
QUESTIONS = (
    "who sells the watch-list to the Column?",
    "Marit Holub and the water of those who cannot live",
    "what did Jory Penhallow do on the night of the ninth",
    "the lamps are dark and the oil was watered",
    "",
)
_MEMORIES_PER_EVENT = 100
"""So that a report of 100 events goes with 10,000 memories, and a tiny one with few."""


def measure(scale: Scale, _folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    lived = _experiences(scale.events * _MEMORIES_PER_EVENT)
    kept = _memory(lived)
    naive = _Naive([each.text for each in lived])
    ours_s, naive_s = in_turns(scale.rounds, timed(partial(_ask_all, kept)), timed(partial(_ask_naively, naive)))
    per_question = MS / len(QUESTIONS)
    yield Figure(
        what=f"the {RECALLED} best of {len(lived):,} memories",
        unit="ms",
        sample=Sample.of(ours_s, per_s=per_question),
        mark=MARK_MS,
        beside=(Beside(what="cosines in plain Python", sample=Sample.of(naive_s, per_s=per_question)),),
    )
    rounds = max(1, scale.rounds // 6)
    # Not measured twice with the same texts, whose vectors would be known by then.
    parts = iter([lived[at :: rounds + 1] for at in range(rounds + 1)])
    (taken_in_s,) = in_turns(rounds, timed(lambda: _memory(next(parts))))
    yield Figure(
        what="a memory taken in and embedded",
        unit="ms",
        sample=Sample.of(taken_in_s, per_s=MS * (rounds + 1) / len(lived)),
        note="what is never searched is never embedded",
    )
    yield Figure(what="a memory kept", unit="KB", sample=Sample.of([_kept_kb(len(lived))]))


def _ask_all(kept: Memory) -> None:
    for question in QUESTIONS:
        kept.recall(question, turn=40, most=RECALLED)


def _memory(lived: list[Experience]) -> Memory:
    kept = Memory(Persona(name="Ada"), kept_max=len(lived))
    for each in lived:
        kept.perceive(each)
    kept.recall(QUESTIONS[0], turn=40, most=1)
    return kept


def _experiences(count: int) -> list[Experience]:
    """As many different ones, in words of the packs."""
    settings = [load_setting(find_pack(pack)).setting for pack in ("ashfall", "harbour")]
    people = [character.persona.name for setting in settings for character in setting.characters]
    places = [place.name for setting in settings for place in setting.places]
    things = [detail for setting in settings for place in setting.places for detail in place.details]
    made: list[Experience] = []
    for number, (doer, thing, place) in enumerate(product(people, things, places)):
        if len(made) == count:
            break
        text = f"{doer} searched {place} and noticed {thing}."
        importance = (number * 7 % 10 + 1) / 10
        made.append(
            Experience(
                kind=Kind.DEED, step=number, turn=number * 40 // count, text=text, doer=doer, importance=importance
            )
        )
    return made


def _kept_kb(count: int) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        kept = _memory(_experiences(count))
        gc.collect()
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return now / len(kept.entries) / 1024


class _Naive:
    """Cosines, one by one."""

    def __init__(self, texts: list[str]) -> None:
        self.vectors = [_sparse(text) for text in texts]

    def ask(self, question: str) -> list[tuple[float, int]]:
        asked = _sparse(question)
        scored = (
            (sum(value * vector.get(at, 0) for at, value in asked.items()) / NORM**2, number)
            for number, vector in enumerate(self.vectors)
        )
        return heapq.nlargest(RECALLED, scored)


def _ask_naively(naive: _Naive) -> None:
    for question in QUESTIONS:
        naive.ask(question)


def _sparse(text: str) -> dict[int, int]:
    vector = NgramEmbedder().embed(text)
    return {int(at): int(vector[at]) for at in vector.nonzero()[0]}
