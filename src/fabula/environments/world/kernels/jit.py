"""The kernel decorator: compiles a hot loop, and keeps what was compiled on disk.

A kernel takes plain arrays and integers and gives the same integers on every machine: no floats that sum, no threads,
no chance but `mixing`. What is kept on disk lies in a folder named after the sources of all kernels, since numba looks
only at the file of the function it compiles, not at those it calls.
"""

import os
import shutil
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numba.core.config
import platformdirs

_NAME = "kernels-"
_VERSIONS_KEPT = 4

F = TypeVar("F", bound=Callable[..., object])


def _folder() -> Path | None:
    """Where compiled kernels are kept; None if nothing can be written there."""
    sources = blake2b(numba.__version__.encode(), digest_size=8)
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        sources.update(source.name.encode() + source.read_bytes())
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_path("fabula"))
    folder = base / f"{_NAME}{sources.hexdigest()}"
    try:
        if not folder.is_dir():
            _forget_old(base)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def _forget_old(base: Path) -> None:
    """Remove what older versions compiled, but for the last few: another Fabula may be using them."""
    old = sorted(base.glob(f"{_NAME}*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in old[_VERSIONS_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


_KEPT = _folder()
if _KEPT is not None:
    setattr(numba.core.config, "CACHE_DIR", str(_KEPT))  # noqa: B010 - set by name at its import, unseen by checkers


def is_compiled() -> bool:
    """Whether something was compiled and kept before; if not, the first tick takes its time."""
    return _KEPT is not None and next(_KEPT.rglob("*.nbc"), None) is not None


def kernel(function: F) -> F:
    """The function, compiled at its first call or taken from disk."""
    return cast("F", numba.njit(cache=_KEPT is not None, error_model="numpy", nogil=True)(function))


def lean(function: F) -> F:
    """As `kernel`, for what is called in an innermost loop, and for who calls it there: it makes no arrays and keeps
    none, so that nothing counts the references to those it is given - which costs more than many a piece does.
    """
    # `_nrt` is numba's own name for what counts references; it is known to no checker.
    options: dict[str, Any] = {"cache": _KEPT is not None, "error_model": "numpy", "nogil": True, "_nrt": False}
    return cast("F", numba.njit(**options)(function))
