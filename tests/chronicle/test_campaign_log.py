"""The campaign log: what is written reads back equal, and what a person does to it is read as far as it can be."""

import io
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from tests.chronicle.runs import HARBOUR, SIEGE, Where, a_run

from fabula.chronicle import LogHeader, LogWriter, load_log, read_header, read_log
from fabula.chronicle.campaign_log import BYTES_MAX, PROBLEMS_MAX
from fabula.engine.values import AgentId, Event
from fabula.environments.campaign import events as ev
from fabula.errors import UsageError

HOSTILE = (
    "<script>alert(1)</script>",
    "a; b · seen by Tom",
    "**bold** _it_ `code` [link](http://evil.example)",
    "first\nsecond\r\nthird\u2028fourth",
    " padded ",
    '"quoted" and \\ back',
    "\x1b[31mred\x1b[0m\x07",
    "\u202edrowkcab\u202c",
    "👩\u200d🚀 astronaut",
    "Ω" * 500,
    "",
    "all",
    "Korr, the Elder",
    "&lt;b&gt; &amp;",
    "| cell | - **Moved** — agent: X",
    "-->",
    "<!-- hidden",
    "javascript:alert(1) www.evil.example",
    "\U000e0041tag\ud800",
)


def written(events: list[Event], header: LogHeader | None = None) -> str:
    stream = io.StringIO()
    LogWriter(stream, header).write(events)
    return stream.getvalue()


def read(text: str) -> tuple[list[Event], list[str]]:
    events, problems = read_log(text, "log.md")
    return events, [str(problem) for problem in problems]


def heard(text: str, *seen_by: str) -> ev.Noted:
    return ev.Noted(text=text, by="Mira", seen_by=tuple(AgentId(name) for name in seen_by))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("where", [HARBOUR, SIEGE], ids=["harbour", "siege"])
def test_a_run_reads_back_equal(seed: int, where: Where) -> None:
    events = a_run(seed, where=where)
    assert read(written(events)) == (events, [])


def test_every_kind_of_event_reads_back_equal_at_its_defaults_and_away_from_them() -> None:
    text = "words; with · marks"
    bare: list[Event] = [
        ev.Attempted(
            agent="Mira", place="the Quay", text=text, read_as="sneak", roll=3, against=12, outcome="disaster"
        ),
        ev.Learned(agent="Mira", secret="who lied", text=text, source="seen", sure=0),
        ev.WayChanged(between=("the Quay", "the Stair, upper"), open=False, because=""),
        ev.Joined(agent="Tom", place="the Quay", traits=("sly", "quick, too", "")),
        ev.Spoke(agent="Mira", to="Tom", place="the Quay", aloud=True, seen_by=(AgentId("Tom"),)),
        ev.StanceChanged(faction="A", toward="B", by=-100, now=-100, because="Tom"),
        ev.CampaignEnded(outcome="stopped", name="", text=""),
    ]
    assert read(written(bare)) == (bare, [])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_read_back_equal_and_stay_on_their_line(text: str) -> None:
    events: list[Event] = [heard(text, text, "Tom"), ev.Rested(agent=text, place=text, recovered=1)]
    log = written(events)
    assert read(log) == (events, [])
    assert sum(line.startswith("- ") for line in log.splitlines()) == len(events)


def test_hostile_words_render_as_words() -> None:
    opened = ev.CampaignOpened(title=HOSTILE[0], question=HOSTILE[2], turns=1, text=HOSTILE[0])
    turn = ev.TurnBegan(turn=1, tension=5, act=HOSTILE[0])
    log = written([opened, *(heard(text, text) for text in HOSTILE), turn])
    assert not any(letter in log for letter in "\x1b\x07\u202e\u202c\u2028\ud800")
    page = MarkdownIt("commonmark", {"html": True}).render(log)
    for tag in ("<script", "<a ", "<b>", "<em>", "<code>", "<table"):
        assert tag not in page


def test_all_stands_for_whoever_is_in_the_action() -> None:
    mira, tom = AgentId("Mira"), AgentId("Tom")
    events: list[Event] = [
        ev.Joined(agent="Tom", place="the Quay", seen_by=(tom,)),
        ev.Joined(agent="Mira", place="the Quay", seen_by=(mira, tom)),
        ev.TurnBegan(turn=1, tension=1, seen_by=(mira, tom)),
        ev.Fell(who="Tom", place="the Quay", by="Mira", seen_by=(mira, tom)),
        ev.TurnEnded(turn=1, tension=1, deeds=1, successes=1, harm=1, seen_by=(mira,)),
        ev.Noted(text="only Tom", seen_by=(tom,)),
        ev.Noted(text="unsorted", seen_by=(tom, mira)),
    ]
    log = written(events)
    assert log.count("seen by all") == 5
    assert read(log) == (events, [])


def test_a_log_can_be_written_in_parts_and_after_a_stop() -> None:
    events = a_run(1)
    whole, parts = written(events), io.StringIO()
    first = LogWriter(parts)
    for event in events[:50]:
        first.write([event])
    LogWriter(parts, already=events[:50]).write(events[50:])
    assert parts.getvalue() == whole


def test_the_header_is_read_back() -> None:
    header = LogHeader(pack="harbour", seed=-3, style="tactical", run="harbour: 7; <b>")
    assert read_header(written([], header)) == header
    assert read_header("# A log without one\n") == LogHeader()
    text = "---\nlog: campaign/1\npak: harbour\nseed: many\n---\n"
    _, problems = read(text)
    assert problems == [
        "log.md, line 3: the header has no field 'pak'. Did you mean 'pack'?",
        "log.md, line 1: seed: expected a whole number, got 'many'",
    ]


def test_a_log_of_another_format_is_read_with_a_warning() -> None:
    _, problems = read("---\nlog: table/9\n---\n- Mira waited.\n")
    assert len(problems) == 1
    assert "only 'campaign/1' is known here" in problems[0]


def test_an_edited_log_is_read_as_edited() -> None:
    log = """\ufeff# My log\r
\r
A line of nobody's.\r
<!-- a comment\r
- **Moved** — agent: Nobody; origin: a; to: b\r
-->\r
* **attacked** - target: Korr; agent: Mira Kest; outcome: success; against: 13; roll: 17; place: the Iron Gate\r
- Mira burned the letter.\r
- **Mira** burned another.\r
***\r
+ **turn_began** -- tension: 41; turn: 3\r
- **Waited** — agent: Mira; place: "the \\"old\\" Quay" · seen by Tom\r
"""
    events, problems = read(log)
    assert events == [
        ev.Attacked(agent="Mira Kest", target="Korr", place="the Iron Gate", roll=17, against=13, outcome="success"),
        ev.Noted(text="Mira burned the letter."),
        ev.Noted(text="**Mira** burned another."),
        ev.TurnBegan(turn=3, tension=41),
        ev.Waited(agent="Mira", place='the "old" Quay', seen_by=(AgentId("Tom"),)),
    ]
    assert problems == [
        "log.md, line 3: \"A line of nobody's.\" is no event; begin the line with '- ' to keep it as a note"
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("- **Atacked** — agent: Mira", "no event is called 'Atacked'. Did you mean 'Attacked'?"),
        ("- **Moved** — agnet: Mira", "'Moved' has no field 'agnet'. Did you mean 'agent'?"),
        ("- **Moved** — agent: Mira; origin: a", "'Moved' needs the field 'to'"),
        ("- **Moved** — Mira went", "'Mira went' is no field"),
        ("- **Moved** — agent: Mira; agent: Tom; origin: a; to: b", "the field 'agent' stands twice"),
        ("- **Turn began** — turn: three; tension: 1", "turn: expected a number, got 'three'"),
        ("- **Turn began** — turn: 1" + "0" * 5000 + "; tension: 1", "turn: expected a number"),
        ("- **Way changed** — between: a; open: yes; because: b", "between: expected 2 names"),
        ("- **Way changed** — between: a, b; open: maybe; because: b", "open: expected yes or no, got 'maybe'"),
        ("- **Campaign ended** — outcome: one; name: x; text: y", "'one' is not one of the words it can be."),
        ('- **Noted** — text: "never closed', "a quotation mark opens and none closes"),
        ('- **Noted** — text: "one" two', "is not a whole quotation"),
        ("- **Noted** — text: a · heard by Tom", "after '·' stands who saw it"),
        ("<!-- never closed", "this comment is never closed"),
        ("1. Mira burned the letter", "is no event"),
    ],
)
def test_a_broken_line_is_reported_and_the_rest_is_read(line: str, why: str) -> None:
    kept = "- **Noted** — text: kept"
    events, problems = read(f"{kept}\n{line}\n{kept}\n" if "<!--" not in line else f"{kept}\n{kept}\n{line}\n")
    assert events == [ev.Noted(text="kept")] * 2
    assert len(problems) == 1
    assert problems[0].startswith(f"log.md, line {3 if '<!--' in line else 2}: ")
    assert why in problems[0]


def test_problems_beyond_reading_are_counted() -> None:
    _, problems = read("stray\n" * (PROBLEMS_MAX + 50))
    assert len(problems) == PROBLEMS_MAX + 1
    assert problems[-1].endswith("and 50 more lines after it that cannot be read")


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    binary, latin, huge, missing = (tmp_path / name for name in ("binary.md", "latin.md", "huge.md", "missing.md"))
    binary.write_bytes(b"- one\n\x00\x01")
    latin.write_bytes("- caf\xe9".encode("latin-1"))
    with huge.open("wb") as file:
        file.truncate(BYTES_MAX + 1)
    for path, why in (
        (binary, "holds zero bytes"),
        (latin, "byte 5 is no UTF-8 text"),
        (huge, "larger than 64 MiB"),
        (missing, "No such file"),
        (tmp_path, "directory"),
    ):
        with pytest.raises(UsageError, match=why):
            load_log(path)


def test_a_log_file_is_loaded_whatever_its_line_ends(tmp_path: Path) -> None:
    events = a_run(2)
    path = tmp_path / "campaign-log.md"
    path.write_text("\ufeff" + written(events), encoding="utf-8", newline="\r\n")
    text, loaded, problems = load_log(path)
    assert (loaded, problems) == (events, [])
    assert read_header(text) == LogHeader()


def test_long_hostile_lines_cost_little() -> None:
    """Time that grows with the square of the length would make this test hang."""
    for line in ('- **Noted** — text: "' + "\\" * 100_000, "- **Noted** — " + "a: " * 100_000, "- " + "*" * 300_000):
        events, problems = read(line + "\n")
        assert len(events) + len(problems) == 1
