"""The semantic embedder: texts near in meaning are near, by the word vectors that the package wordllama carries.

Its two data files are read from where it is installed; its own code is never run, since that looks for its tokenizer on
the network. Whoever asks for it needs the extra: pip install 'fabula[semantic]'.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from fabula.agents.memory.embedding import TEXT_CHARACTERS_MAX, Vector, telling_words, vector_along
from fabula.errors import UsageError

WEIGHTS, TOKENIZER = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
"""Within the package."""
HEADER_BYTES_MAX = 2**20
TEXTS_KEPT = 4096
"""Texts whose vectors are not worked out again."""

_TABLE = "embedding.weight"
_UNITS = 2**24
"""Every float16 is a whole number of 2**-24; counted in those, sums are exact, whatever their order."""
_BITS_MAX = 24
"""Of each sum, so that it can be squared."""

Tokens = Callable[[str], Sequence[int]]
"""The numbers of a text's tokens."""


class SemanticEmbedder:
    """Averages the vectors of a text's tokens."""

    def __init__(self, name: str, tokens: Tokens, weights: NDArray[np.float16]) -> None:
        """weights: a row for each token."""
        self.name = name
        self.dimensions = weights.shape[1]
        self._tokens = tokens
        self._weights = weights
        self._known = lru_cache(maxsize=TEXTS_KEPT)(self._embedded)

    def knows(self, text: str) -> bool:
        """See Embedder.knows."""
        return True

    def embed(self, text: str) -> Vector:
        """See Embedder.embed."""
        return self._known(text[:TEXT_CHARACTERS_MAX])

    def _embedded(self, text: str) -> Vector:
        # Halves of characters, which no tokenizer takes, become question marks.
        whole = text.encode("utf-8", "replace").decode()
        tokens = self._tokens(whole) if telling_words(whole) else ()
        rows = np.minimum(np.array(tokens, dtype=np.intp), len(self._weights) - 1)
        exact = (self._weights[rows].astype(np.float64) * _UNITS).astype(np.int64).sum(axis=0)
        largest = int(np.abs(exact).max())
        return vector_along(exact >> max(0, largest.bit_length() - _BITS_MAX))


@cache
def semantic_embedder() -> SemanticEmbedder:
    """The one of this process. Raises UsageError if wordllama is not installed, or carries other data."""
    spec = find_spec("wordllama")  # Does not run it.
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders:
        raise _missing()
    folder = Path(folders[0])
    weights = read_table(folder / WEIGHTS)
    return SemanticEmbedder(f"semantic/1 ({_release()}, {Path(WEIGHTS).stem})", _tokenizer(folder / TOKENIZER), weights)


class _Tensor(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[Annotated[int, msgspec.Meta(ge=1)], Annotated[int, msgspec.Meta(ge=1)]]
    data_offsets: tuple[Annotated[int, msgspec.Meta(ge=0)], Annotated[int, msgspec.Meta(ge=0)]]


class _Header(msgspec.Struct, frozen=True, rename={"table": _TABLE}):
    table: _Tensor


def read_table(path: Path) -> NDArray[np.float16]:
    """The table of word vectors in a file of the format safetensors: the length of a header (8 bytes), a header in
    JSON, then the numbers as they are. It stays on the disk, and only the rows that are asked for are read.

    Raises UsageError if that is not what the file holds.
    """
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            head = file.read(size) if size <= HEADER_BYTES_MAX else b""
        tensor = msgspec.json.decode(head, type=_Header).table
        begin, end = tensor.data_offsets
        if tensor.dtype != "F16" or end - begin != math.prod(tensor.shape) * 2 or 8 + size + end > path.stat().st_size:
            raise ValueError("no table of that shape")
        return np.memmap(path, dtype="<f2", mode="r", offset=8 + size + begin, shape=tensor.shape)
    except (OSError, ValueError, OverflowError) as error:
        raise _other_data(path, error) from error


def _tokenizer(path: Path) -> Tokens:
    try:
        library: Any = import_module("tokenizers")  # Of the extra: where this is checked it need not be installed.
    except ImportError:
        raise _missing() from None
    try:
        tokenizer = library.Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:
        # It raises plain Exception over whatever it cannot read.
        raise _other_data(path, error) from error

    def tokens(text: str) -> Sequence[int]:
        numbers: Sequence[int] = tokenizer.encode(text, add_special_tokens=False).ids
        return numbers

    return tokens


def _release() -> str:
    try:
        return f"wordllama {version('wordllama')}"
    except PackageNotFoundError:
        return "wordllama"


def _missing() -> UsageError:
    return UsageError("memory.embedder: 'semantic' needs: pip install 'fabula[semantic]'")


def _other_data(path: Path, error: Exception) -> UsageError:
    return UsageError(
        f"memory.embedder: 'semantic' cannot use what is installed as {_release()}: {path} is missing or holds "
        f"something else ({type(error).__name__}). Install it anew: pip install --force-reinstall 'fabula[semantic]'"
    )
