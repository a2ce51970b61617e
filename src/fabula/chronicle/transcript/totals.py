"""What a dialogue came to, by speaker: turns, words, tokens, money, time."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from fabula.chronicle.transcript.transcript import Answer, Answered, Entry, Transcript
from fabula.environments.dialogue.events import (
    Called,
    Consented,
    Faltered,
    HandedOver,
    Passed,
    Proposed,
    Said,
    Voted,
    passed,
)
from fabula.llm.price import dollars


class Total(Struct, frozen=True, kw_only=True):
    """What one speaker came to."""

    speaker: str
    minds: tuple[tuple[str, int], ...] = ()
    """Who decided for it and how often, the most often first."""
    turns: int = 0
    """In which it said something."""
    silent: int = 0
    """Turns that passed."""
    words: int = 0
    tokens: int = 0
    cost_nano_usd: int = 0
    """Of what has a price that is known."""
    unpriced: int = 0
    """Answers whose price is not known."""
    billed: int = 0
    """Answers that were billed for at all."""
    latency_ms: float | None = None
    """Mean time from question to answer; None: nobody took any."""

    @property
    def cost(self) -> str:
        """For people: `$0.0123`, `$0.0123 and more`, `free`, `price unknown`; empty: nothing was billed."""
        if not self.billed:
            return ""
        if self.unpriced == self.billed:
            return "price unknown"
        known = dollars(self.cost_nano_usd) if self.cost_nano_usd or self.unpriced else "free"
        return f"{known} and more" if self.unpriced else known


def totals(transcript: Transcript) -> list[Total]:
    """Of every speaker, in the order of the heading; whoever else spoke comes after."""
    by_speaker: dict[str, list[Entry]] = {name: [] for name in transcript.heading.speakers}
    for entry in transcript.entries:
        if (who := acting(entry)) is not None:
            by_speaker.setdefault(who, []).append(entry)
    return [_total(speaker, entries) for speaker, entries in by_speaker.items()]


def acting(entry: Entry) -> str | None:
    """Who did what an entry tells of; None: nobody in particular."""
    event = entry.event
    if isinstance(event, Called):
        return event.by
    acts = Said | Passed | Faltered | HandedOver | Proposed | Voted | Consented | Answered
    return event.speaker if isinstance(event, acts) else None


def _total(speaker: str, entries: list[Entry]) -> Total:
    answers = [entry.answer for entry in entries if entry.answer is not None]
    texts = list(_texts(entries))
    latencies = [answer.latency_ms for answer in answers if answer.latency_ms is not None]
    spent = [answer.spent for answer in answers if answer.spent is not None]
    return Total(
        speaker=speaker,
        # Who could not answer decided nothing.
        minds=_minds([each.answer for each in entries if each.answer and not isinstance(each.event, Faltered)]),
        turns=len(texts),
        silent=sum(passed(entry.event) for entry in entries),
        words=sum(len(text.split()) for text in texts),
        tokens=sum(each.input_tokens + each.output_tokens for each in spent),
        cost_nano_usd=sum(each.cost_nano_usd or 0 for each in spent),
        unpriced=sum(each.cost_nano_usd is None for each in spent),
        billed=len(spent),
        latency_ms=round(sum(latencies) / len(latencies), 1) if latencies else None,
    )


def _minds(answers: list[Answer]) -> tuple[tuple[str, int], ...]:
    counted = Counter(answer.by for answer in answers)
    return tuple(sorted(counted.items(), key=lambda mind: (-mind[1], mind[0])))


def _texts(entries: list[Entry]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry.event, Said) or (isinstance(entry.event, Called) and entry.event.text):
            yield entry.event.text
