"""A run whose memories are found by a provider's vectors: asked for once, kept, paid within budgets, never needed."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tests.app.model_runs import Watched, play_on_models, settings
from tests.llm.providing import Provided, a_provider_here

from fabula.agents.memory.asked import AskedEmbedder
from fabula.app.embedders import embedder_of
from fabula.app.environments import environment_of_pack
from fabula.app.remembering import memories_of
from fabula.engine import AgentId
from fabula.errors import UsageError
from fabula.llm.values import Asker, Role
from fabula.store import CallRow, RunRow, SqliteStore


def played(home: Path, provider: Provided, *, turns: int = 3, **flags: Any) -> Watched:
    """A campaign on a model, whose memories are found by another model's vectors."""
    flags = {"memory__embedder": f"openai@{provider.openai}:small", **flags}
    return play_on_models(home, model=f"openai@{provider.openai}:demo, rules", turns=turns, **flags)


def texts_embedded(provider: Provided) -> list[str]:
    """What the provider was asked to make vectors of, in order."""
    asked = (json.loads(each["body"]) for each in provider.requests(100_000) if each["path"].endswith("/embeddings"))
    return [text for body in asked for text in body["input"]]


def prompts(provider: Provided) -> list[str]:
    """What the model was asked to decide since the provider was reset, sorted."""
    return sorted(each["body"] for each in provider.requests(100_000) if each["path"].endswith("/chat/completions"))


def calls_for_vectors(home: Path, run: str) -> list[CallRow]:
    async def story() -> list[CallRow]:
        async with SqliteStore.open(home) as store:
            return [row for row in await store.calls(run) if row.role == Role.EMBEDDER]

    return asyncio.run(story())


def test_every_text_is_asked_for_once_and_every_call_is_counted(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        run = played(tmp_path, provider)
        texts = texts_embedded(provider)
        assert set(provider.count()["asked"].values()) == {1}
    assert {note.by.rpartition(":")[2] for note in run.notes} == {"demo"}
    assert len(texts) == len(set(texts)) > 20
    rows = calls_for_vectors(tmp_path, run.played.run)
    assert {row.outcome for row in rows} == {"answered"}
    assert all(0 < row.input_tokens <= row.reserved_tokens for row in rows)


def test_the_same_again_is_found_and_not_paid(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        first = played(tmp_path, provider)
        asked = len(texts_embedded(provider))
        second = played(tmp_path, provider)
        assert len(texts_embedded(provider)) == asked
    assert second.played.digest == first.played.digest
    assert calls_for_vectors(tmp_path, second.played.run) == []


def test_what_was_kept_recalls_with_nobody_there(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        run = played(tmp_path, provider)
        name = f"openai@{provider.openai}:small"
        query = texts_embedded(provider)[0]

    async def story() -> None:
        chosen = settings(tmp_path, memory__embedder=name)
        environment, _ = environment_of_pack("ashfall", turns=3)
        async with SqliteStore.open(tmp_path) as store:
            memories = await memories_of(store, run.played.run, environment, chosen)
            embedder = embedder_of(chosen.memory, store)
            assert isinstance(embedder, AskedEmbedder)
            assert await embedder.learn([query], Asker(), deadline_s=0)
            agent = memories.agents[0]
            assert memories.of(AgentId(agent)).view()["embedder"] == name
            assert memories.of(AgentId(agent)).recall(query, turn=3, most=3)

    asyncio.run(story())


@pytest.mark.parametrize("fault", ["500", "garbage", "timeout", "401"])
def test_without_vectors_the_run_goes_on_as_by_ngrams(tmp_path: Path, fault: str) -> None:
    with a_provider_here() as provider:
        provider.faults({fault: 1.0}, model="small")
        quick = {"cast__reply_s_max": 5, "models__attempts_max": 1, "models__breaker_failures": 2}
        run = played(tmp_path, provider, turns=2, **quick)
        asked = prompts(provider)
        provider.reset()
        plain = played(tmp_path, provider, turns=2, memory__embedder="ngrams")
        assert asked == prompts(provider)
    assert run.played.digest == plain.played.digest
    assert {note.by.rpartition(":")[2] for note in run.notes} == {"demo"}


def test_with_vectors_other_memories_come_to_mind_than_by_ngrams(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        played(tmp_path, provider, turns=3)
        asked = prompts(provider)
        provider.reset()
        played(tmp_path, provider, turns=3, memory__embedder="ngrams")
        assert asked != prompts(provider)


def test_vectors_stop_at_the_wall_of_the_budget(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        played_ = played(tmp_path, provider, models__budget__run_tokens=3000)
    rows = calls_for_vectors(tmp_path, played_.played.run)
    assert sum(row.input_tokens for row in rows) <= 3000
    assert played_.played.ending is not None


@pytest.mark.parametrize("name", ["n-grams", "anthropic:claude", "openai:", "openai:text-embedding-3-small", ""])
def test_an_embedder_that_cannot_be_had_is_told_before_a_run_is_begun(tmp_path: Path, name: str) -> None:
    """The last but one needs a key, which is not there."""
    with a_provider_here() as provider:
        with pytest.raises(UsageError, match=r"memory\.embedder: "):
            played(tmp_path, provider, memory__embedder=name)
        assert provider.count()["requests"] == 0
    assert runs(tmp_path) == []


def test_a_run_by_rules_needs_no_embedder(tmp_path: Path) -> None:
    run = play_on_models(tmp_path, model="rules", turns=1, memory__embedder="n-grams")
    assert run.played.ending is not None


def runs(home: Path) -> list[RunRow]:
    async def story() -> list[RunRow]:
        async with SqliteStore.open(home) as store:
            return list(await store.runs())

    return asyncio.run(story())
