"""`find`: what was said anywhere, by its words, by who said it, and when."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text
from typer.core import TyperCommand, TyperOption

from fabula.chronicle import visible
from fabula.cli.columns import counted
from fabula.cli.context import Call, Json
from fabula.cli.dates import moment
from fabula.cli.later import later
from fabula.cli.terminal import Terminal
from fabula.errors import UsageError, did_you_mean
from fabula.knowledge.query import is_called
from fabula.store import SqliteStore

if TYPE_CHECKING:
    from fabula.app.finding import Findings, Watch
    from fabula.knowledge import Found

_find = later("fabula.app.finding", "find")

STEPS_WATCHED = 500
"""Where more of them have to be read first, a bar says how far that is."""
LETTERS_MAX = 400
"""Of a line that is shown; what is longer is cut."""


_LEFT_OUT = re.compile(r'-(?!h$)(?:"|[^\W\d_]).*', re.DOTALL)
"""`-word`, `-"two words"`; -h is the help, and -7 no word."""


class _Finding(TyperCommand):
    """The command, to whose words a dash in front belongs: `find bridge -toll`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # The class of contexts is the library's own.
        """Has all that is meant as a word stand behind `--`, where no option is looked for."""
        return super().parse_args(ctx, _words_last(args, _options_with_value(self)))


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("find", cls=_Finding, rich_help_panel="Look")(find)


def find(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help='All of them; "a phrase", begin*, -without. None: the latest.'),
    ] = None,
    speaker: Annotated[str, typer.Option("--speaker", metavar="NAME", help="Only what NAME said.")] = "",
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Only in runs that went on since: 2026-03-01, 7d, 2h. All of such a run is searched: a turn has no "
            "date of its own.",
        ),
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="Only in runs begun until then; all of such a run.")
    ] = "",
    run: Annotated[str, typer.Option("--run", metavar="RUN", help="Only in that run, and the past it shares.")] = "",
    most: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="So many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Find what was said: in dialogues, and in the words of campaigns and worlds.

    fabula find '"the old bridge"' -toll --speaker Ada --since 7d looks for the phrase without the word, in what Ada
    said in runs that went on in the last week. Case, accents, width and ligatures do not matter; in scripts without
    blanks between words any letters in a row are found. The best come first; without words, the latest.
    """
    call = Call(as_json=as_json)
    looked_for = " ".join(words or ())
    now = datetime.now(UTC)
    begins = moment(since, "--since", now=now)
    ends = moment(until, "--until", now=now, is_end=True)
    if begins and ends and ends < begins:
        raise UsageError(f"--until {until} is before --since {since}: no run is of both")
    # Bytes that are no text can be typed, and nobody is called so.
    speaker = speaker.encode("utf-8", "replace").decode()

    async def body(store: SqliteStore) -> "Findings":
        with _progress(call.shown) as watch:
            findings: Findings = await _find(
                store,
                call.settings.home,
                looked_for,
                speaker=speaker,
                since=begins,
                until=ends,
                run=run,
                most=most,
                watch=watch,
            )
        return findings

    findings = call.in_store(body)
    for note in findings.notes:
        call.shown.say(visible(note), style="yellow")
    for found in findings.found:
        _show(call.shown, found)
    if findings.found:
        _show_how_to_open(call.shown, findings, most=most)
    else:
        call.shown.say(_nothing(findings, speaker))
    call.shown.result(
        {
            "words": looked_for,
            "found": [_as_json(found) for found in findings.found],
            "searched": findings.searched,
            "runs": findings.runs,
            "notes": list(findings.notes),
        }
    )


def _options_with_value(command: TyperCommand) -> set[str]:
    valued = (each for each in command.params if isinstance(each, TyperOption) and not each.is_flag)
    return {name for option in valued for name in option.opts}


def _words_last(args: list[str], with_value: set[str]) -> list[str]:
    """The arguments, those that leave a word out behind `--`."""
    end = args.index("--") if "--" in args else len(args)
    before, words = list[str](), list[str]()
    for at, argument in enumerate(args[:end]):
        is_value = at > 0 and args[at - 1] in with_value
        (words if _LEFT_OUT.fullmatch(argument) and not is_value else before).append(argument)
    return [*before, "--", *words, *args[end + 1 :]]


@contextmanager
def _progress(shown: Terminal) -> Iterator["Watch"]:
    """What is told how far reading the records is; it shows a bar where that takes a while and somebody watches."""
    bar = Progress(
        TextColumn("reading what was said"),
        BarColumn(),
        TaskProgressColumn(),
        console=shown.people,
        transient=True,
        disable=not shown.lively,
    )
    task = bar.add_task("steps", total=None)

    def watch(done: int, steps: int) -> None:
        if steps > STEPS_WATCHED:
            bar.start()
            bar.update(task, completed=done, total=steps)

    try:
        yield watch
    finally:
        bar.stop()


def _show(shown: Terminal, found: "Found") -> None:
    where = found.run + (f", turn {found.number}" if found.number else f", step {found.step}")
    when = found.changed[:16].replace("T", " ")
    about = f"  {visible(found.topic, letters_max=60)}" if found.topic else ""
    line = Text.assemble((visible(found.speaker), "bold"), (f"  {visible(where)}  {when}{about}", "dim"))
    shown.people.print(line)
    shown.people.print(Text("  ") + _excerpt(found))


def _excerpt(found: "Found") -> Text:
    """The words around what was looked for, which stands in brackets: not everybody sees colours."""
    excerpt, left = Text(), LETTERS_MAX
    for piece in found.excerpt:
        text = _plain(piece.text)
        excerpt.append(f"[{text}]" if piece.is_hit else text[:left], "bold yellow" if piece.is_hit else "")
        left -= len(text)
        if left <= 0:
            excerpt.append("…")
            break
    return excerpt


def _plain(text: str) -> str:
    """A piece of a line, harmless, with a space where it had spaces at an end."""
    return " " * text[:1].isspace() + visible(text) + " " * text[-1:].isspace()


def _show_how_to_open(shown: Terminal, findings: "Findings", *, most: int) -> None:
    first = findings.found[0]
    command = "transcript" if first.environment == "dialogue" else "log"
    more = "; there may be more: --limit shows them" if len(findings.found) == most else ""
    shown.say()
    shown.say(f"{counted(len(findings.found), 'find')}{more}. Read on with: fabula {command} {first.run}", style="dim")


def _nothing(findings: "Findings", speaker: str) -> str:
    searched = f"{counted(findings.searched, 'thing')} said in {counted(findings.runs, 'run')}"
    if not speaker or any(is_called(name, speaker) for name in findings.speakers):
        return f"Nothing found in {searched}."
    return visible(
        f"Nothing found in {searched}: nobody is called {speaker!r}.{did_you_mean(speaker, findings.speakers)}"
    )


def _as_json(found: "Found") -> dict[str, Any]:
    return {
        "run": found.run,
        "environment": found.environment,
        "topic": found.topic,
        "step": found.step,
        "turn": found.number or None,
        "speaker": found.speaker,
        "text": found.words,
        "began": found.began,
        "changed": found.changed,
        "excerpt": "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in found.excerpt),
    }
