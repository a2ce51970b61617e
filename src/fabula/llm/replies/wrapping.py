"""Wrapping: what stands around an answer and is none of it: reasoning, template tokens, stream frames, quote marks."""

import re

INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f\x00"
"""Signs that show nothing; they are taken off at both ends."""

_REASONED = re.compile(
    r"<(/?)(?:think|thinking|thought|reasoning|reflection|analysis|scratchpad)>|\[(/?)THINK\]", re.IGNORECASE
)
_TOKEN = re.compile(
    r"<\|[\w/ ]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|<｜[^｜<>\n]{1,40}｜>|<\|(?:im_)?\w{0,20}\Z"
)
_SPEAKER = re.compile(r"\A\s*(?:assistant|model|system|user|final)[ \t]*(?:\n|\Z)", re.IGNORECASE)
_FINAL = "<|channel|>final<|message|>"
_FRAME = re.compile(r"(?:data|event|id|retry):")
_SOMEONE = (
    r"user|human|player(?: \d{1,2})?|system|dm|gm|game ?master|dungeon ?master|narrator|storyteller|"
    r"observation|environment|result"
)
_TURN = re.compile(rf"^[ \t]*[*#_\[(]{{0,3}}(?:{_SOMEONE})[*_\])]{{0,3}}[ \t]*:", re.IGNORECASE | re.MULTILINE)


def bare(text: str) -> str:
    """The text without blanks and invisible signs at its ends."""
    while True:
        shorter = text.strip().strip(INVISIBLE)
        if len(shorter) == len(text):
            return text
        text = shorter


def unwrapped(text: str) -> str:
    """The answer within its wrapping; empty if there is nothing but wrapping."""
    text = bare(_without_reasoning(text))
    text = bare(_without_tokens(text))
    return bare(_without_quoting(_without_frames(text)))


def made_up_turn(text: str, start: int) -> int:
    """Where, behind `start`, the model begins to speak for somebody else (`Player: …`); the text's end if it never
    does.
    """
    found = _TURN.search(text, start)
    return found.start() if found else len(text)


def _without_reasoning(text: str) -> str:
    """Closed blocks of reasoning go wherever they stand; one never closed hides all that follows it, unless an object
    stands before it; one never opened (the template had opened it) all before it, unless nothing follows.
    """
    kept: list[str] = []
    position, open_at, end = 0, -1, len(text.rstrip())
    for mark in _REASONED.finditer(text):
        if not (mark[1] or mark[2]):
            open_at = mark.start() if open_at < 0 else open_at
            continue
        before = text[position : mark.start() if open_at < 0 else open_at]
        if open_at >= 0 or mark.end() >= end:
            kept.append(before)
        position, open_at = mark.end(), -1
    if open_at >= 0 and "{" not in text[position:open_at]:
        return "".join(kept) + text[position:open_at]
    return "".join(kept) + text[position:]


def _without_tokens(text: str) -> str:
    """What stands before the second of the template's tokens, or between the first and the next."""
    if _FINAL in text:
        text = text[text.rindex(_FINAL) + len(_FINAL) :]
    position = 0
    for token in _TOKEN.finditer(text):
        said = _without_speaker(text[position : token.start()], position)
        if said.strip():
            return said
        position = token.end()
    return _without_speaker(text[position:], position)


def _without_speaker(text: str, position: int) -> str:
    """`assistant` right behind a token names who speaks, and is none of the answer."""
    return _SPEAKER.sub("", text, count=1) if position else text


def _without_frames(text: str) -> str:
    """The data of an event stream, where the text is one."""
    if not _FRAME.match(text):
        return text
    lines = [line for line in text.splitlines() if line.strip()]
    if not all(_FRAME.match(line) for line in lines):
        return text
    data = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
    return "\n".join(line for line in data if line != "[DONE]")


def _without_quoting(text: str) -> str:
    """The text without the `> ` before each of its lines."""
    if not text.startswith(">"):
        return text
    lines = text.splitlines()
    if not all(line.startswith(">") or not line.strip() for line in lines):
        return text
    return "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines)
