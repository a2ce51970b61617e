"""Transcripts of dialogues, of a run or in a file. Loads the dialogue; import it only where one is wanted."""

from pathlib import Path

from msgspec.structs import replace

from fabula.app.tale import LINES, told_teller
from fabula.app.tales.dialogue import DialogueTeller, transcript_told
from fabula.app.tales.teller import Told
from fabula.chronicle.transcript import Transcript, read_transcript
from fabula.errors import UsageError
from fabula.store import Store

BYTES_MAX = 64 * 2**20
"""Of a transcript that is read from a file; a larger one is refused."""


async def transcript_of(store: Store, run: str, *, before: int | None = None) -> Transcript:
    """The transcript of a run, as it is recorded, of the steps before that one. Raises NoSuchRun, and UsageError if it
    is no dialogue.
    """
    teller = await told_teller(store, run)
    if not isinstance(teller, DialogueTeller):
        environment = (await store.run(run)).environment
        raise UsageError(f"run {run!r} is a {environment} and has no transcript: `fabula story {run}` tells it")
    transcript = teller.transcript()
    if before is None:
        return transcript
    return replace(transcript, entries=tuple(entry for entry in transcript.entries if entry.step < before))


def transcript_in(file: Path) -> Transcript:
    """The transcript in a file of JSON lines. Raises UsageError that names the line."""
    if file.suffix != LINES:
        raise UsageError(f"{file}: transcripts are read from the lines for programs, such as transcript{LINES}")
    try:
        size_bytes = file.stat().st_size
        if size_bytes > BYTES_MAX:
            raise UsageError(f"{file}: {size_bytes:,} bytes; a transcript has {BYTES_MAX:,} at most")
        return read_transcript(file.read_bytes().decode(), source=str(file))
    except OSError as failure:
        raise UsageError(f"{file} cannot be read: {failure.strerror or failure}") from failure
    except UnicodeDecodeError as failure:
        raise UsageError(f"{file}: byte {failure.start} is no UTF-8 text; is this a transcript?") from failure


def told_file(file: Path, *, polishing: bool = False) -> Told:
    """The pages of the transcript in a file. polishing: a model was to go over it; none does. Raises UsageError."""
    told = transcript_told(transcript_in(file))
    return replace(told, problems=(DialogueTeller.unpolished,)) if polishing else told
