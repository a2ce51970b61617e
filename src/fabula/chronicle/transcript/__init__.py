"""Transcripts: a dialogue as it was held, for people and for programs.

A `Stenographer` hears the steps of a dialogue - its events, and the notes that say who decided - and keeps a
`Transcript`. `to_markdown` and `to_html` make pages of that, `to_jsonl` lines for programs, which `read_transcript`
reads back into an equal transcript; `heading_line` and `entry_line` are those lines one by one, for a file that grows
as the dialogue goes.

    stenographer = Stenographer(run="talk-1")
    stenographer.hear(events, notes)            # once a step
    page = to_html(stenographer.transcript())

    transcript, totals      what was said, with who decided for whom; and what it came to, by speaker
    stenographer            joins events and notes
    jsonl, lines            lines for programs, and back; lines for people
    blocks, wording         what the pages consist of, in plain words
    markdown, html          the pages

What was said is foreign text: on no page is it markup, and nothing in it acts. What a rule took from a speaker's words
is the keeper's alone and stands in no transcript.

It may use `fabula.environments.dialogue.events`, `fabula.engine.values` and the chronicle's letters. Unlike the rest
of the chronicle it loads the dialogue: import it where it is needed.
"""

from fabula.chronicle.transcript.html import to_html
from fabula.chronicle.transcript.jsonl import entry_line, heading_line, read_transcript, to_jsonl
from fabula.chronicle.transcript.lines import happened_line, transcript_lines
from fabula.chronicle.transcript.markdown import to_markdown
from fabula.chronicle.transcript.stenographer import Stenographer
from fabula.chronicle.transcript.totals import Total, totals
from fabula.chronicle.transcript.transcript import Answer, Answered, Entry, Heading, Transcript

__all__ = [
    "Answer",
    "Answered",
    "Entry",
    "Heading",
    "Stenographer",
    "Total",
    "Transcript",
    "entry_line",
    "happened_line",
    "heading_line",
    "read_transcript",
    "to_html",
    "to_jsonl",
    "to_markdown",
    "totals",
    "transcript_lines",
]
