"""A story rests on its log: every name, number, wound and death told stands in the events that the sentence names."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from tests.chronicle.runs import HARBOUR, SIEGE, Where, a_run
from tests.chronicle.tracing import faults, table_faults

from fabula.chronicle import STYLES, LogWriter, Sentence, account_from_events, read_log, tell
from fabula.chronicle.account import Account
from fabula.chronicle.story import Story, Table
from fabula.engine.values import AgentId, Event
from fabula.environments.campaign import events as ev
from fabula.environments.campaign.setting import Style

PLACES = {"harbour": HARBOUR, "siege": SIEGE}


def tables(story: Story) -> Iterator[Table]:
    for chapter in story.chapters:
        yield from (block for block in chapter.blocks if isinstance(block, Table))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("where", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("seed", range(4))
def test_every_name_number_and_wound_told_is_in_the_log(style: Style, where: Where, seed: int) -> None:
    account = account_from_events(a_run(seed, where=where))
    story = tell(account, style=style)
    found = {sentence.text: wrong for sentence in story.sentences() if (wrong := faults(account, sentence))}
    assert found == {}
    assert [row for table in tables(story) for row in table_faults(account, table)] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Brother Aurelio left.", "name 'Brother Aurelio'"),
        ("They counted nine hundred and twelve lamps.", "number 'twelve'"),
        ("There were 73 lamps.", "number '73'"),
        ("There was blood on the stair.", "a wound"),
        ("Everyone there was dead.", "a death"),
        ("It happened in Elsewhere.", "word 'Elsewhere'"),
    ],
)
def test_the_tracer_finds_what_was_made_up(text: str, fault: str) -> None:
    moved = ev.Moved(agent="Korr", origin="the Quay", to="the Iron Gate")
    account = account_from_events([*a_run(1), moved])
    assert (
        faults(account, Sentence(text="Korr went from the Quay to the Iron Gate.", events=(len(account.events) - 1,)))
        == []
    )
    assert fault in faults(account, Sentence(text=text, events=(len(account.events) - 1,)))


def test_a_story_from_the_written_log_is_the_story_from_the_run() -> None:
    events = a_run(5)
    log = io.StringIO()
    LogWriter(log).write(events)
    read, _ = read_log(log.getvalue(), "log.md")
    for style in STYLES:
        assert tell(account_from_events(read), style=style) == tell(account_from_events(events), style=style)


def test_equal_events_give_equal_stories_and_other_events_other_words() -> None:
    one, same, other = (account_from_events(a_run(seed)) for seed in (3, 3, 4))
    assert tell(one, style="plain") == tell(same, style="plain")
    told = {sentence.text for sentence in tell(one, style="plain").sentences()}
    assert len(told & {sentence.text for sentence in tell(other, style="plain").sentences()}) < len(told) / 50


def a_quarrel(*events: Event) -> Account:
    """Two people at one place and what happens there."""
    mira, tom = AgentId("Mira"), AgentId("Tom")
    both = (mira, tom)
    start: list[Event] = [
        ev.CampaignOpened(title="A Quarrel", question="Who will stay?", turns=1, text="It was raining."),
        ev.Joined(agent="Mira", place="the Quay", pronouns="she/her", seen_by=both),
        ev.Joined(agent="Tom", place="the Quay", pronouns="he/him", seen_by=both),
        ev.TurnBegan(turn=1, tension=10, seen_by=both),
    ]
    return account_from_events([*start, *events])


@pytest.mark.parametrize("style", STYLES)
def test_a_blow_that_missed_draws_no_blood_and_one_that_hit_is_told_with_who_did_it(style: Style) -> None:
    blow: Any = {"agent": "Mira", "target": "Tom", "place": "the Quay", "against": 13}
    seen = (AgentId("Mira"), AgentId("Tom"))
    miss = ev.Attacked(**blow, roll=5, outcome="failure", seen_by=seen)
    hit = ev.Attacked(**blow, roll=15, harm=2, outcome="success", seen_by=seen)
    wound = ev.Wounded(who="Tom", place="the Quay", by="Mira", harm=2, left=4, seen_by=seen)
    missed, struck = a_quarrel(miss), a_quarrel(hit, wound)
    assert [faults(missed, s) for s in tell(missed, style=style).sentences() if faults(missed, s)] == []
    told = [s.text for s in tell(struck, style=style).sentences() if 4 in s.events]
    assert any("Mira" in text and "Tom" in text for text in told)


@pytest.mark.parametrize("style", STYLES)
def test_the_reader_is_told_what_hearsay_got_wrong(style: Style) -> None:
    wrong = "wrong|not so|not true|false|lie|untrue|error|know better|deceived|lost|misinformed".split("|")
    chain, lie = "the chain", "The pilots cut the chain."
    spoke = ev.Spoke(agent="Mira", to="Tom", place="the Quay", about=chain, told=chain)
    heard = ev.Learned(agent="Tom", secret=chain, text=lie, source="Mira", sure=60, true=False)
    account = a_quarrel(spoke, heard)
    told = " ".join(s.text for s in tell(account, style=style).sentences() if 5 in s.events)
    assert "pilots cut the chain" in told
    assert any(word in told for word in wrong)


@pytest.mark.parametrize("style", STYLES)
def test_words_that_were_spoken_are_quoted(style: Style) -> None:
    spoke = ev.Spoke(agent="Mira", to="Tom", place="the Quay", text='I said "no" and I meant it')
    story = tell(a_quarrel(spoke), style=style)
    assert any("“I said ’no’ and I meant it" in s.text for s in story.sentences())


@pytest.mark.parametrize("style", STYLES)
def test_everyone_of_the_cast_has_an_entry_and_a_fate(style: Style) -> None:
    account = account_from_events(a_run(7, where=SIEGE))
    story = tell(account, style=style)
    assert [entry.term for entry in story.cast.entries] == list(account.people)
    end = story.chapters[-1]
    told = " ".join(s.text for block in end.blocks if hasattr(block, "sentences") for s in block.sentences)
    assert [name for name in account.people if account.names.short(name) not in told] == []


@pytest.mark.parametrize("style", STYLES)
def test_the_ending_follows_from_what_happened(style: Style) -> None:
    for seed in range(3):
        account = account_from_events(a_run(seed))
        assert account.ended is not None
        text = account.ended.value.text.rstrip(".")
        assert any(text in s.text for s in tell(account, style=style).sentences())
