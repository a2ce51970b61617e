"""The asked embedder: vectors are asked for once and kept; a recall is by one kind of vector, whatever is missing."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pytest
from tests.agents.memory.lives import ADA, BAS, CATO, deed, lived_through, news

from fabula.agents.memory.asked import AskedEmbedder
from fabula.agents.memory.embedding import NORM, nearness
from fabula.agents.memory.memory import Memory
from fabula.agents.persona import Persona
from fabula.llm.embedding import Embedded
from fabula.llm.values import Asker, Failure, FailureKind

MEANINGS = {"ship": [1.0, 0.0, 0.1], "boat": [1.0, 0.0, 0.1], "bread": [0.0, 1.0, 0.1]}
ASKER = Asker(run="tale", agent=ADA)
DOWN = Failure(kind=FailureKind.OVERLOADED, model="m", why="it answered 503")


def meaning(text: str) -> list[float]:
    return next((vector for word, vector in MEANINGS.items() if word in text), [0.0, 0.0, 1.0])


class Kept:
    """Keeps vectors."""

    def __init__(self) -> None:
        self.all: dict[tuple[str, str], bytes] = {}

    async def put_vectors(self, model: str, vectors: Mapping[str, bytes]) -> Mapping[str, bytes]:
        await asyncio.sleep(0)
        return {digest: self.all.setdefault((model, digest), vector) for digest, vector in vectors.items()}

    async def vectors(self, model: str, digests: Collection[str]) -> Mapping[str, bytes]:
        await asyncio.sleep(0)
        return {digest: self.all[model, digest] for digest in digests if (model, digest) in self.all}


class Maker:
    """Makes vectors; `most` at a time, then it fails."""

    def __init__(self, *, most: int = 1000, longer: int = 0) -> None:
        self.most = most
        self.longer = longer
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str], asker: Asker, *, deadline_s: float) -> Embedded:
        self.asked += texts
        await asyncio.sleep(0)
        vectors = [meaning(text) + [0.0] * self.longer for text in texts[: self.most]]
        return Embedded(vectors, () if len(vectors) == len(texts) else (DOWN,))


class Scene:
    """A memory whose embedder asks, and all around it."""

    def __init__(self, maker: Maker | None, kept: Kept | None = None, *, kept_max: int = 2000) -> None:
        self.kept = kept or Kept()
        self.embedder = AskedEmbedder("m", self.kept, maker)
        self.memory = Memory(Persona(name=ADA), embedder=self.embedder, kept_max=kept_max)
        lived_through(
            self.memory,
            news("The ship sank.", importance=0.5),
            deed(BAS, "swept the yard", "sweep", importance=0.5),
            deed(CATO, "baked bread", "bake", importance=0.5),
        )

    def recalled(self, query: str) -> str:
        return self.memory.recall(query, turn=1, most=1)[0].entry.plain

    def relevances(self, query: str) -> list[int]:
        found = self.memory.recall(query, turn=1, most=100)
        return [each.relevance for each in sorted(found, key=lambda each: each.entry.number)]

    async def prepare(self, query: str) -> None:
        await self.embedder.prepare(self.memory, query, ASKER, deadline_s=asyncio.get_running_loop().time() + 5)


def test_what_was_learned_is_recalled_by_meaning() -> None:
    scene = Scene(Maker())
    asyncio.run(scene.prepare("a boat"))
    assert "ship" in scene.recalled("a boat")
    assert scene.embedder.why == ""
    assert scene.memory.view()["embedder"] == "m"


def test_only_what_is_new_is_asked_for() -> None:
    maker = Maker()
    scene = Scene(maker)
    asyncio.run(scene.prepare("a boat"))
    assert len(maker.asked) == 4
    lived_through(scene.memory, news("The mill burned."))
    asyncio.run(scene.prepare("a boat"))
    assert len(maker.asked) == 5
    asyncio.run(scene.prepare("some bread"))
    assert maker.asked[5:] == ["some bread"]


def test_what_was_kept_is_not_asked_for_again_and_recalls_the_same() -> None:
    first = Scene(Maker())
    asyncio.run(first.prepare("a boat"))
    again = Scene(None, first.kept)
    asyncio.run(again.prepare("a boat"))
    assert again.relevances("a boat") == first.relevances("a boat")


def test_an_empty_memory_asks_nobody() -> None:
    maker = Maker()
    scene = Scene(maker)
    scene.memory = Memory(Persona(name=ADA), embedder=scene.embedder)
    asyncio.run(scene.prepare("a boat"))
    assert maker.asked == []


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_if_any_vector_is_missing_all_is_recalled_by_ngrams(most: int) -> None:
    scene = Scene(Maker(most=most))
    asyncio.run(scene.prepare("a boat"))
    assert scene.relevances("a boat") == Scene(None).relevances("a boat")
    assert scene.embedder.why == DOWN.why


def test_what_was_missing_is_asked_for_again_later() -> None:
    maker = Maker(most=2)
    scene = Scene(maker)
    asyncio.run(scene.prepare("a boat"))
    by_ngrams = scene.relevances("a boat")
    maker.most = 100
    asyncio.run(scene.prepare("a boat"))
    assert scene.relevances("a boat") != by_ngrams
    assert "ship" in scene.recalled("a boat")
    assert len(maker.asked) == 4 + 2
    assert scene.embedder.why == ""


def test_both_kinds_of_recall_outlast_condensing() -> None:
    maker = Maker()
    scene = Scene(maker, kept_max=12)
    scene.recalled("the ship")
    asyncio.run(scene.prepare("a boat"))
    for day in range(3, 40):
        lived_through(scene.memory, deed(BAS, f"swept yard {day}", "sweep", step=day * 4, importance=0.2))
        if day % 3:
            asyncio.run(scene.prepare("a boat"))
        assert len(scene.relevances("a boat")) <= 12
    asyncio.run(scene.prepare("a boat"))
    assert scene.memory.unknown("a boat", most=100) == ()
    known = [entry.plain for entry in scene.memory.entries]
    near = [nearness(scene.embedder.embed("a boat"), scene.embedder.embed(text)) for text in known]
    assert scene.relevances("a boat") == near


def test_a_thousand_memories_are_learned_in_parts() -> None:
    maker = Maker()
    scene = Scene(maker)
    lived_through(scene.memory, *(news(f"It rained on day {day}.") for day in range(1000)))
    asyncio.run(scene.prepare("a boat"))
    assert len(maker.asked) == 1004
    assert "ship" in scene.recalled("a boat")


def test_what_two_learn_at_once_is_asked_for_once() -> None:
    maker = Maker()
    scene = Scene(maker)
    other = Memory(Persona(name=BAS), embedder=scene.embedder)
    lived_through(other, news("The ship sank.", importance=0.5))

    async def both() -> None:
        deadline_s = asyncio.get_running_loop().time() + 5
        await asyncio.gather(
            scene.prepare("a boat"), scene.embedder.prepare(other, "a boat", ASKER, deadline_s=deadline_s)
        )

    asyncio.run(both())
    assert sorted(maker.asked) == sorted(set(maker.asked))
    assert other.unknown("a boat", most=9) == ()


def test_who_waits_for_another_that_is_cancelled_goes_on_without() -> None:
    class Slow(Maker):
        async def embed(self, texts: Sequence[str], asker: Asker, *, deadline_s: float) -> Embedded:
            await asyncio.sleep(60)
            raise AssertionError("nobody waits for that long")

    scene = Scene(Slow())

    async def story() -> None:
        first = asyncio.create_task(scene.prepare("a boat"))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(scene.prepare("a boat"))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.wait_for(second, 1)

    asyncio.run(story())
    assert scene.relevances("a boat") == Scene(None).relevances("a boat")


def test_another_model_under_the_same_name_is_never_compared_nor_asked_again() -> None:
    first = Scene(Maker())
    asyncio.run(first.prepare("a boat"))
    maker = Maker(longer=2)
    again = Scene(maker, first.kept)
    asyncio.run(again.prepare("a boat"))
    asyncio.run(again.prepare("some bread"))
    asyncio.run(again.prepare("a loaf"))
    assert maker.asked == ["some bread"]
    assert "another model bears the name" in again.embedder.why
    assert again.relevances("some bread") == Scene(None).relevances("some bread")
    assert "ship" in again.recalled("a boat")


@pytest.mark.parametrize("damaged", [b"", b"\x01", b"\x01" * 4000])
def test_a_kept_vector_of_another_length_is_not_compared(damaged: bytes) -> None:
    first = Scene(Maker())
    asyncio.run(first.prepare("a boat"))
    last = list(first.kept.all)[-1]
    first.kept.all[last] = damaged
    again = Scene(None, first.kept)
    asyncio.run(again.prepare("a boat"))
    assert again.relevances("a boat") == Scene(None).relevances("a boat")


def test_a_blank_text_is_near_to_nothing_and_never_asked_for() -> None:
    maker = Maker()
    scene = Scene(maker)
    lived_through(scene.memory, news(" "))
    asyncio.run(scene.prepare(""))
    asyncio.run(scene.prepare("a boat"))
    assert all(text.strip() for text in maker.asked)
    assert "ship" in scene.recalled("a boat")


@pytest.mark.parametrize("numbers", [[1e9, -1e9], [5e-324, 0.0], [1e-300, -1e-300], [0.0, 0.0]])
def test_vectors_of_any_size_are_of_the_same_length_or_nothing(numbers: list[float]) -> None:
    class Odd(Maker):
        async def embed(self, texts: Sequence[str], asker: Asker, *, deadline_s: float) -> Embedded:
            return Embedded([numbers for _ in texts])

    scene = Scene(Odd())
    asyncio.run(scene.prepare("a boat"))
    length = float(np.sqrt(np.sum(scene.embedder.embed("a boat").astype(float) ** 2)))
    assert length == 0 or abs(length - NORM) < NORM / 50
