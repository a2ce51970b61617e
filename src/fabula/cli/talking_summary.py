"""A dialogue in short: who talks on which minds about what, how it stands or ended, and what was said last.

Everything here is foreign text until `visible` has made it harmless.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fabula.chronicle import visible
from fabula.chronicle.transcript import Answer, Entry, Total, Transcript, happened_line, totals
from fabula.chronicle.transcript.blocks import TOTALS_HEADS, paragraphs, total_row
from fabula.chronicle.transcript.wording import stood_in_words
from fabula.cli.columns import aligned, counted
from fabula.engine import AgentId
from fabula.environments.dialogue import Dialogue
from fabula.environments.dialogue.events import Faltered, Passed, Said, Settled
from fabula.environments.dialogue.setting import Decision, DialogueSetting, Policy
from fabula.llm.price import dollars
from fabula.store import RunRow

LAST_TURNS = 4
"""So many are shown."""
LETTERS_MAX = 240
"""Of each."""
ROLE_LETTERS_MAX = 60
MIND_LETTERS_MAX = 48

_POLICIES = {
    Policy.ALTERNATE: "they take turns",
    Policy.ROUND_ROBIN: "everyone in order",
    Policy.BIDS: "the keenest is next",
    Policy.FREE: "whoever was addressed is next",
}
_TURN = Said | Passed | Faltered


def talking_summary(
    row: RunRow,
    dialogue: Dialogue,
    view: Mapping[str, Any],
    transcript: Transcript,
    mind: Callable[[AgentId], str],
    *,
    onward: str,
) -> Iterator[str]:
    """The lines below those that every run begins with.

    view: the whole state's. transcript: of what happened until then. mind: names the mind that sits in a seat, of those
    for whom nobody has decided yet. onward: the command by which it goes on; empty: it has ended.
    """
    yield from _about(dialogue.setting)
    yield _standing(view)
    yield ""
    yield from _speakers(dialogue.setting, view, transcript, mind)
    yield from _decisions(transcript)
    yield from _last_said(transcript)
    yield ""
    yield from _where_next(row, transcript, onward)


def entries_of_turn(transcript: Transcript, number: int) -> Sequence[Entry]:
    """What happened after the turn before, to the end of that one; empty if there is none of that number."""
    steps = {entry.event.number: entry.step for entry in transcript.entries if isinstance(entry.event, _TURN)}
    if number not in steps:
        return ()
    return [entry for entry in transcript.entries if steps.get(number - 1, -1) < entry.step <= steps[number]]


def turn_told(row: RunRow, entries: Sequence[Entry], number: int) -> Iterator[str]:
    """One turn in full. entries: as `entries_of_turn` gave them."""
    yield f"{row.id}, turn {number}, step {entries[-1].step}"
    for entry in entries:
        yield ""
        yield from _in_full(entry)
    yield ""
    yield f"fabula branch {row.id} --at {entries[-1].step} goes another way from before it."


def _about(setting: DialogueSetting) -> Iterator[str]:
    for text in dict.fromkeys(filter(None, (setting.title, setting.topic))):
        yield visible(text, letters_max=LETTERS_MAX)
    how = [_POLICIES.get(setting.policy) or f"{setting.moderator} leads"]
    if setting.ends.turns:
        how.append(f"{counted(setting.ends.turns, 'turn')} at most")
    if setting.ends.phrases:
        how.append(f"it ends at {', '.join(map(repr, setting.ends.phrases))}")
    if setting.decision is not Decision.NONE:
        how.append(f"then {setting.decision}" + (f" on {', '.join(setting.options)}" if setting.options else ""))
    yield visible(f"{setting.policy.value.replace('_', ' ')}: {'; '.join(how)}", letters_max=2 * LETTERS_MAX)


def _standing(view: Mapping[str, Any]) -> str:
    of = f" of {view['turns']}" if view["turns"] else ""
    if view["ending"] is not None:
        return f"turn {view['turn']}{of}"
    following = f"next: {view['next']}" if view["next"] else f"phase: {view['phase']}"
    return visible(f"turn {view['turn']}{of}; {following}")


def _speakers(
    setting: DialogueSetting, view: Mapping[str, Any], transcript: Transcript, mind: Callable[[AgentId], str]
) -> Iterator[str]:
    rows = [tuple(head.lower() for head in TOTALS_HEADS)]
    of = {total.speaker: total for total in totals(transcript)}
    for called in setting.names:
        name, decided, *figures = total_row(of.get(called) or Total(speaker=called))
        gone = "" if called in view["present"] else " (left)"
        on = visible(decided or mind(AgentId(called)), letters_max=MIND_LETTERS_MAX)
        rows.append((visible(name) + gone, on, *figures))
    yield from aligned(rows, figures=range(2, len(rows[0])))
    for speaker in setting.speakers:
        known = [
            visible(speaker.persona.role, letters_max=ROLE_LETTERS_MAX),
            "a person" if speaker.person else "",
            f"service agent: {speaker.service.domain}" if speaker.service else "",
            f"when it cannot answer: {speaker.on_failure}" if speaker.on_failure != "substitute" else "",
        ]
        if told := "; ".join(filter(None, known)):
            yield f"  {visible(speaker.persona.name)}: {visible(told)}"


def _decisions(transcript: Transcript) -> Iterator[str]:
    decided = [entry for entry in transcript.entries if isinstance(entry.event, Settled)]
    if decided:
        yield ""
        yield from map(_line, decided)


def _last_said(transcript: Transcript) -> Iterator[str]:
    turns = [entry for entry in transcript.entries if isinstance(entry.event, _TURN)]
    if not turns:
        return
    yield ""
    yield "said last"
    for entry in turns[-LAST_TURNS:]:
        number = f"{entry.event.number:>5}" if isinstance(entry.event, _TURN) else ""
        yield f"{number}  {visible(happened_line(entry.event), letters_max=LETTERS_MAX)}"


def _where_next(row: RunRow, transcript: Transcript, onward: str) -> Iterator[str]:
    turns = [entry.event.number for entry in transcript.entries if isinstance(entry.event, _TURN)]
    speakers = transcript.heading.speakers
    commands = [
        ("fabula transcript " + row.id, "all that was said"),
        (f"fabula show {row.id} --turn {turns[-1]}", "one turn in full, and who decided it") if turns else None,
        (f"fabula show {row.id} --agent {visible(speakers[0])!r}", "what one of them knows") if speakers else None,
        ("fabula log " + row.id, "a line for each thing that happened"),
        (f"fabula find WORDS --run {row.id}", "where it was said"),
        (onward, "how it goes on") if onward else (f"fabula branch {row.id} --at STEP", "another way from there"),
    ]
    yield from aligned([each for each in commands if each is not None])


def _line(entry: Entry) -> str:
    return visible(happened_line(entry.event), letters_max=2 * LETTERS_MAX)


def _in_full(entry: Entry) -> Iterator[str]:
    event = entry.event
    if isinstance(event, Said):
        yield visible(f"{event.speaker} (to {event.to})" if event.to else event.speaker)
        yield from (f"  {visible(line)}" for text in paragraphs(event.text) for line in text.splitlines())
    else:
        yield visible(happened_line(event))
    if words := stood_in_words(entry):
        yield f"  {visible(words)}"
    elif entry.answer is not None:
        yield f"  {visible(_decided(entry.answer))}"


def _decided(answer: Answer) -> str:
    """By whom, how long that took, and what it cost."""
    spent = answer.spent
    return ", ".join(
        filter(
            None,
            (
                f"decided by {answer.by}",
                "" if answer.latency_ms is None else f"{answer.latency_ms / 1000:,.1f} s",
                f"{spent.input_tokens + spent.output_tokens:,} tokens" if spent else "",
                dollars(spent.cost_nano_usd) if spent and spent.cost_nano_usd else "",
            ),
        )
    )
