"""What an error of SQLite means: the mistake of one job or the end of the handle; and in words, what to do about it."""

import sqlite3
from pathlib import Path

_JOBS_OWN = {
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_TOOBIG,
}
"""Primary result codes for statements and values that are wrong in themselves, whatever the state of the file."""

_REMEDIES = {
    sqlite3.SQLITE_FULL: "Free some disk space",
    sqlite3.SQLITE_IOERR: "Free some disk space if there is none (a quota counts too) and check the disk",
    sqlite3.SQLITE_BUSY: "Close the program that keeps it locked",
    sqlite3.SQLITE_READONLY: "Make the file and its folder writable",
    sqlite3.SQLITE_CORRUPT: "The file is damaged: restore the home from a backup",
    sqlite3.SQLITE_NOTADB: "The file is damaged: restore the home from a backup",
}


def primary_code(error: BaseException) -> int | None:
    """SQLite's primary result code (https://sqlite.org/rescode.html), or None if SQLite did not speak."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_the_jobs_own(error: Exception) -> bool:
    """True if only the job that raised it is wrong; False if the file, the disk or the transaction failed under it."""
    code = primary_code(error)
    return code is None or code in _JOBS_OWN


def in_words(error: BaseException) -> str:
    """The error as SQLite or the system tells it, with its name."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return f"{error} ({name})"


def remedy(error: BaseException) -> str:
    """What to do about it, as the beginning of a sentence."""
    return _REMEDIES.get(primary_code(error) or 0, "Find and mend the cause")


def write_failed(path: Path, error: BaseException) -> str:
    """What StoreBroken says."""
    return (
        f"{path}: a write failed: {in_words(error)}. What was acknowledged before is kept, and nothing more is written "
        f"through this handle. {remedy(error)}, then go on with `fabula resume RUN`."
    )
