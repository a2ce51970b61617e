"""The semantic embedder: near in meaning is near, where no word is the same; read from files as they lie, offline."""

import importlib
import importlib.util
import json
import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.agents.memory.lives import ADA, deed, lived_through, news

from fabula.agents.memory.embedding import NORM, Embedder, NgramEmbedder, embedder, nearness
from fabula.agents.memory.memory import Memory
from fabula.agents.memory.semantic import WEIGHTS, SemanticEmbedder, read_table, semantic_embedder
from fabula.agents.persona import Persona
from fabula.errors import UsageError

INSTALLED = all(importlib.util.find_spec(name) for name in ("wordllama", "tokenizers"))
needs_the_extra = pytest.mark.skipif(not INSTALLED, reason="needs the extra: pip install 'fabula[semantic]'")

LABELLED = {
    "a doctor healed the soldier": "The physician cured the wounded man.",
    "who stole the money?": "A thief took the coins from the chest.",
    "the boat went under": "The ship sank in the storm.",
    "fire in the house": "Flames burned down the cottage.",
    "somebody was murdered": "The baker was killed with a knife.",
    "the king is angry": "His majesty flew into a rage.",
    "we are starving": "There is no food left, and all are hungry.",
    "a wedding": "The two were married in the chapel.",
    "the infant is ill": "The child has a fever and is sick.",
    "they are scared": "Everyone was afraid and hid in terror.",
    "the army attacked": "Troops assaulted the wall at dawn.",
    "a hidden message": "A secret letter was found under the floor.",
}
"""What is asked -> what happened, with no telling word in common."""

GOLDEN_FIRST, GOLDEN_SUM = [6, -2, -5, -7, -6, 4, 1, -9], -18462
"""Of a vector: its first numbers, and the sum of all, each times its dimension."""

Table = dict[str, Any]


def first_hits(chosen: Embedder) -> int:
    """For how many questions the right one of all texts is the nearest."""
    texts = list(LABELLED.values())
    hits = 0
    for asked, wanted in LABELLED.items():
        question = chosen.embed(asked)
        near = [nearness(question, chosen.embed(text)) for text in texts]
        hits += texts[near.index(max(near))] == wanted and max(near) > 0
    return hits


def a_file(folder: Path, *, weights: Any = None, table: Table | None = None, name: str = "embedding.weight") -> Path:
    data = np.arange(6, dtype="<f2").reshape(2, 3) if weights is None else weights
    told = {"dtype": "F16", "shape": list(data.shape), "data_offsets": [0, data.nbytes], **(table or {})}
    head = json.dumps({"__metadata__": {"format": "pt"}, name: told}).encode()
    path = folder / "table.safetensors"
    path.write_bytes(len(head).to_bytes(8, "little") + head + data.tobytes())
    return path


def of_letters(weights: Any) -> SemanticEmbedder:
    """Whose tokens are the letters of a text."""
    return SemanticEmbedder("letters/1", lambda text: [ord(char) - ord("a") for char in text], weights)


@needs_the_extra
def test_what_means_the_same_is_found_where_no_word_is_the_same() -> None:
    assert first_hits(embedder("semantic")) >= 11
    assert first_hits(NgramEmbedder()) <= 4


@needs_the_extra
def test_a_memory_with_it_recalls_by_meaning() -> None:
    chosen = embedder("semantic")
    kept = lived_through(
        Memory(Persona(name=ADA), embedder=chosen),
        news("The ship sank in the storm.", importance=0.5),
        deed("Gil", "swept the yard", "sweep", importance=0.5),
        deed("Dora", "baked three loaves", "bake", importance=0.5),
    )
    (found,) = kept.recall("did the boat go under?", turn=1, most=1)
    assert "ship sank" in found.entry.plain
    assert kept.view()["embedder"] == chosen.name


@needs_the_extra
def test_its_vectors_are_whole_numbers_written_down_once() -> None:
    vector = semantic_embedder().embed("Edda sold the lantern codes.")
    assert vector.dtype == np.int8
    assert len(vector) == semantic_embedder().dimensions == 256
    assert [int(value) for value in vector[:8]] == GOLDEN_FIRST
    assert int(np.dot(vector.astype(int), np.arange(256))) == GOLDEN_SUM


@needs_the_extra
@given(st.text(st.characters(), max_size=300))
def test_every_text_has_a_vector_of_the_right_length(text: str) -> None:
    length = float(np.sqrt(np.sum(semantic_embedder().embed(text).astype(float) ** 2)))
    assert length == 0 or abs(length - NORM) < NORM / 10


@needs_the_extra
@pytest.mark.parametrize("silent", ["", " ", "!?…", "\u200b", "\ud800"])
def test_a_text_that_says_nothing_is_near_to_nothing(silent: str) -> None:
    assert not semantic_embedder().embed(silent).any()


@needs_the_extra
def test_nothing_of_wordllama_is_run_and_no_network_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("somebody looked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    semantic_embedder.cache_clear()
    assert semantic_embedder().embed("the ship sank").any()
    assert "wordllama" not in sys.modules


@pytest.mark.skipif(INSTALLED, reason="the extra is installed")
def test_without_the_extra_it_says_how_to_get_it() -> None:
    with pytest.raises(UsageError, match=r"'semantic' needs: pip install 'fabula\[semantic\]'"):
        embedder("semantic")


def test_an_installation_that_carries_other_data_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wordllama").mkdir()
    (tmp_path / "wordllama" / "__init__.py").write_text("raise AssertionError('run')")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    semantic_embedder.cache_clear()
    with pytest.raises(UsageError, match=rf"{WEIGHTS} is missing.*--force-reinstall"):
        semantic_embedder()


def test_a_table_is_read_as_it_lies(tmp_path: Path) -> None:
    assert read_table(a_file(tmp_path)).tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    "table",
    [
        {"dtype": "F32"},
        {"shape": [2, 4]},
        {"shape": [6]},
        {"shape": [0, 3], "data_offsets": [0, 0]},
        {"shape": [-2, -3]},
        {"data_offsets": [12, 24]},
        {"data_offsets": [12, 0]},
        {"shape": [10**12, 10**12], "data_offsets": [0, 2 * 10**24]},
    ],
)
def test_a_table_that_is_not_what_it_says_is_refused(tmp_path: Path, table: Table) -> None:
    with pytest.raises(UsageError, match=r"table\.safetensors"):
        read_table(a_file(tmp_path, table=table))


@given(st.binary(max_size=40))
def test_whatever_else_a_file_holds_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "other.safetensors"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="holds something else"):
        read_table(path)


def test_a_text_points_where_its_tokens_do_on_average() -> None:
    letters = of_letters(np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float16))
    assert letters.embed("aa").tolist() == [NORM, 0]
    assert letters.embed("ab").tolist() == [90, 90]
    assert letters.embed("ac").tolist() == [0, 0]


def test_sums_are_exact_whatever_the_order_and_size() -> None:
    weights = np.array([[65504, 1], [-65504, 0], [2**-24, 0]], dtype=np.float16)
    letters = of_letters(weights)
    assert letters.embed("cab").tolist() == letters.embed("bca").tolist() == letters.embed("abc").tolist() == [0, NORM]
    assert letters.embed("a" * 2000).tolist() == letters.embed("a" * 9000).tolist() == [NORM, 0]
