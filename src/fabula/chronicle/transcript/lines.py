"""The plain log of a dialogue: the step, and a line for everything that happened."""

from typing import assert_never

from fabula.chronicle.letters import visible
from fabula.chronicle.transcript.transcript import Answered, Happened, Transcript
from fabula.chronicle.transcript.wording import ended_words, happening, held_words, stood_in_words
from fabula.environments.dialogue.events import (
    Bade,
    Called,
    Consented,
    DialogueEnded,
    Faltered,
    HandedOver,
    Held,
    Nudged,
    Passed,
    Proposed,
    Said,
    Settled,
    Voted,
)


def transcript_lines(transcript: Transcript) -> str:
    """The log as text; whatever was said stands on one line."""
    lines = [visible(transcript.heading.called)]
    for entry in transcript.entries:
        words = (happened_line(entry.event), stood_in_words(entry))
        lines.append(f"{entry.step:>5}  {visible(' '.join(filter(None, words)))}".rstrip())
    return "".join(f"{line}\n" for line in lines)


def happened_line(event: Happened) -> str:
    """One thing that happened, in a line; its words are foreign text."""
    match event:
        case Said(speaker=speaker, to=to, text=text):
            return f"{speaker}{f' (to {to})' if to else ''}: {text}"
        case Called(by=by, speaker=speaker, text=text) if text:
            return f"{by} (to {speaker}): {text}"
        case Passed() | Faltered() | HandedOver() | Called() | Nudged():
            return happening(event)
        case Held(speaker=speaker):
            return f"{speaker} {held_words(event)}"
        case Bade(wishes=wishes, next=keenest):
            return f"Wishes to speak: {_figures(wishes)}" + (f"; next: {keenest}" if keenest else "")
        case Proposed() | Voted() | Consented() | Settled():
            return _deciding(event)
        case Answered(speaker=speaker):
            return f"{speaker} answered"
        case DialogueEnded():
            return ended_words(event)
        case _:
            assert_never(event)


def _deciding(event: Proposed | Voted | Consented | Settled) -> str:
    match event:
        case Proposed(speaker=speaker, number=number, text=text):
            return f"{speaker} proposed ({number}): {text}"
        case Voted(speaker=speaker, choice=choice, why=why):
            voted = f"{speaker} voted: {choice}" if choice else f"{speaker} cast no vote"
            return voted + (f": {why}" if why else "")
        case Consented(speaker=speaker, objects_to=objects_to, objection=objection):
            to = f"objected to {', '.join(map(str, objects_to))}" if objects_to else "objected to nothing"
            return f"{speaker} {to}" + (f": {objection}" if objection else "")
        case Settled(how=how, result=result, tally=tally):
            came = f"Decided by {how}: {result}" if result else f"Nothing was decided by {how}"
            return came + (f" (votes: {_figures(tally)})" if tally and how == "vote" else "")
        case _:
            assert_never(event)


def _figures(by_name: dict[str, int]) -> str:
    return ", ".join(f"{name} {figure}" for name, figure in by_name.items())
