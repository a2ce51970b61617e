"""Causes: an error as it is kept, shown and sent: its kind and as much of its text as there is room for."""

CAUSE_CHARS_MAX = 500
"""Of an error's text this much is kept as the cause of a failure."""


def cause_of(error: BaseException) -> str:
    """What to say of it. It may be anything that somebody else's code raised, even one whose text cannot be had."""
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - then there is only its name
        text = ""
    return writable(f"{name}: {text}" if text else name)


def writable(text: str) -> str:
    """As much of a text as is kept. What cannot be sent is written down: a text may hold anything."""
    return text.encode("utf-8", "backslashreplace").decode()[:CAUSE_CHARS_MAX]
