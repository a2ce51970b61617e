"""Sets up .venv from the hash-locked files. Make calls it first: `set_up.py runtime` to play, `set_up.py dev` to test.

A finished stage leaves a stamp of what it was made from, so that the next call ends at once. Whoever works on .venv
holds a lock that dies with it, and leaves a mark that does not: a marked .venv was killed half-made, and is made anew.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
MARK = VENV / ".unfinished"


def set_up(last_stage: str) -> None:
    """Make .venv whole up to the stage `runtime` or `dev`; what is done already is not done again."""
    with _alone():
        if not _is_whole():
            _make_venv()
        _once("runtime", _install_runtime, made_from=("pyproject.toml", "requirements.lock"))
        if last_stage == "dev":
            _once("dev", _install_dev, made_from=("requirements-dev.lock",))


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other call is at work. The lock lies on this file, since .venv may have to go."""
    with Path(__file__).open("r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Waiting for another make that is setting up .venv …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_whole() -> bool:
    """Whether .venv is finished, has a Python that is alive and new enough, and was neither moved nor copied here."""
    if MARK.exists() or not _runs(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        return False
    place = VENV / ".place"
    if not place.exists():  # Somebody else made it: welcome.
        place.write_text(str(VENV), encoding="utf-8")
    return place.read_text(encoding="utf-8") == str(VENV)


def _make_venv() -> None:
    _say("Setting up .venv (once, about a minute) …")
    old = ROOT / ".venv-old"
    shutil.rmtree(old, ignore_errors=True)
    if VENV.exists():
        VENV.rename(old)  # In one go: a deletion that is cut short could lose the mark and keep the rest.
        shutil.rmtree(old, ignore_errors=True)
    VENV.mkdir()
    MARK.touch()
    venv.create(VENV, with_pip=True, symlinks=True)
    (VENV / ".place").write_text(str(VENV), encoding="utf-8")
    MARK.unlink()


def _once(stage: str, install: Callable[[], None], *, made_from: tuple[str, ...]) -> None:
    stamp = VENV / f".{stage}"
    digest = hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in made_from)).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    MARK.touch()
    try:
        install()
    except subprocess.CalledProcessError as failure:
        # An installer that gives up has said why and changed nothing yet, so what worked before still works.
        MARK.unlink()
        sys.exit(f"Setting up .venv stopped: {failure.cmd[0]} ended with {failure.returncode}. Mend it and make again.")
    stamp.write_text(digest, encoding="utf-8")
    MARK.unlink()


def _install_runtime() -> None:
    _say("Installing what playing needs …")
    _uv_pip_install("--compile-bytecode", "--require-hashes", "--requirement", "requirements.lock")
    _uv_pip_install("--no-deps", "--no-build-isolation", "--editable", ".")
    # Only for a quicker start, so a file in the middle of an edit may fail to.
    _runs(PYTHON, "-m", "compileall", "-qq", "src")


def _install_dev() -> None:
    _say("Installing what the tests need …")
    _uv_pip_install("--require-hashes", "--requirement", "requirements-dev.lock")


def _uv_pip_install(*what: str) -> None:
    _call(_uv(), "pip", "install", "--quiet", "--python", PYTHON, *what)


def _uv() -> str | Path:
    """Ours, else the machine's, else ours once pip has fetched it."""
    if not UV.exists():
        if _runs("uv", "--version"):
            return "uv"
        _call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.8,<1")
    return UV


def _call(*command: str | Path) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def _runs(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    set_up(sys.argv[1])
