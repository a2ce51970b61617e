"""Annals: days in a world, told in order, resting on events, and never in the same words twice."""

import asyncio
from pathlib import Path

import pytest
from tests.chronicle.annals_days import EVERYONE, a_day, a_lively_day, a_theft, a_theft_and_its_end, hour, many_days
from tests.chronicle.test_pages import HOSTILE, read
from tests.environments.world.worlds import a_person, a_setting

from fabula.app.tale import UNPOLISHED, Polisher, Tale, tell_run, written_log
from fabula.chronicle import Account, Polished, Story, to_html, to_markdown
from fabula.chronicle.annals import tell_annals, written_annals
from fabula.chronicle.story import Sentence, Table
from fabula.engine import Cast, Ending, Run, VirtualClock, perform
from fabula.engine.values import Event
from fabula.environments.world import World
from fabula.environments.world import events as ev
from fabula.store import SqliteStore


def told(events: list[Event]) -> list[str]:
    return [sentence.text for sentence in tell_annals(events).sentences()]


def about(events: list[Event], *kinds: type[Event]) -> list[Sentence]:
    """The sentences that rest on events of these kinds and stand in a day."""
    days = [block for chapter in tell_annals(events).chapters if "Day" in chapter.title for block in chapter.blocks]
    sentences = [sentence for block in days for sentence in getattr(block, "sentences", ())]
    return [one for one in sentences if any(isinstance(events[at], kinds) for at in one.events)]


def test_a_theft_is_told_from_the_deed_to_the_amends() -> None:
    events = a_theft_and_its_end()
    steps = [next(at for at in one.events if at == max(one.events)) for one in about(events, Event)]
    assert steps == sorted(steps)
    kinds = {type(events[at]) for at in steps}
    assert kinds >= {ev.Stole, ev.Missed, ev.Accused, ev.Amended}


def test_peoples_own_words_are_quoted() -> None:
    text = " ".join(told(a_theft_and_its_end()))
    assert "“Where is my bread?”" in text
    assert "“Here is what I owe" in text


def test_a_theft_that_was_made_good_ends_as_settled_and_another_as_open() -> None:
    last = tell_annals(a_theft_and_its_end()).chapters[-1]
    open_ = tell_annals(a_day(hour(9), a_theft(seen_by=["Cora Lane"]))).chapters[-1]
    assert last.title == open_.title == "What Came of It"
    assert words(last) != words(open_)
    assert "twelve pence" in words(open_).casefold()


def words(chapter: object) -> str:
    blocks = getattr(chapter, "blocks", ())
    return " ".join(sentence.text for block in blocks for sentence in getattr(block, "sentences", ()))


def test_an_owner_who_suspects_the_wrong_one_is_told_to_be_wrong() -> None:
    missed = ev.Missed(agent="Ada Brook", place="the Bakery", what="bread", amount=3, suspect="Cora Lane")
    (sentence,) = about(a_day(hour(8), a_theft(), hour(12), missed), ev.Missed)
    assert "Cora" in sentence.text
    assert "Ben" in sentence.text


def test_who_is_accused_of_what_they_did_not_do_is_not_called_a_liar() -> None:
    accused = ev.Accused(agent="Ada Brook", whom="Cora Lane", of="taking 3 bread from the Bakery")
    sentences = about(a_day(hour(8), a_theft(), accused), ev.Accused)
    assert not any("lied" in one.text or "had done it" in one.text for one in sentences)
    assert any(
        "denied" in one.text or "none of it" in one.text or "un" in one.text or "not so" in one.text
        for one in sentences
    )


def test_words_about_a_theft_stand_in_its_thread() -> None:
    what = "taking 3 bread from the Bakery"
    quarrel = ev.Quarrelled(agent="Ada Brook", whom="Ben Reed", about=what, bond=-40)
    events = a_day(
        hour(8), a_theft(seen_by=["Ada Brook"]), quarrel, ev.MadeUp(agent="Ada Brook", whom="Ben Reed", bond=0)
    )
    (paragraph,) = [
        block
        for chapter in tell_annals(events).chapters
        if chapter.title == "The First Day"
        for block in chapter.blocks
        if hasattr(block, "sentences")
    ]
    assert len(paragraph.sentences) == 3


def test_word_goes_from_mouth_to_mouth() -> None:
    news = "Ada Brook made up with Dan Stone"
    tellings = [
        ev.Said(agent="Ada Brook", to="Ben Reed", text="Dan and I are friends.", news=news),
        ev.Said(agent="Ben Reed", to="Cora Lane", text="Have you heard?", news=news),
    ]
    first, second = about(a_day(hour(9), *tellings), ev.Said)
    assert "“Dan and I are friends" in first.text
    assert "Ben" in second.text
    assert "Cora" in second.text


def test_what_a_price_did_is_told_with_its_cause() -> None:
    moves = [
        ev.PriceMoved(place="the Bakery", what="bread", before=4, now=6, why="scarce"),
        ev.RanOut(place="the Bakery", what="bread"),
    ]
    (sentence,) = about(a_day(hour(9), *moves), ev.PriceMoved)
    assert "four pence" in sentence.text
    assert "six pence" in sentence.text


def test_a_plan_is_told_with_what_became_of_it() -> None:
    sentences = about(a_lively_day(), ev.PlanMade)
    assert len(sentences) == 1
    assert "it was closed" in sentences[0].text


@pytest.mark.parametrize("kind", [ev.Stole, ev.Accused, ev.Quarrelled, ev.MadeUp, ev.Died, ev.PriceMoved, ev.PlanMade])
def test_nothing_is_told_that_did_not_happen(kind: type[Event]) -> None:
    """Without its event, a sentence is gone; and every number of an event is one of the run."""
    events = [event for event in a_lively_day() if not isinstance(event, kind)]
    assert not about(events, kind)
    assert all(0 <= at < len(events) for one in tell_annals(events).sentences() for at in one.events)
    assert all(one.events for one in tell_annals(events).sentences())


def test_a_quiet_day_has_no_thieves() -> None:
    text = " ".join(
        told(a_day(hour(9), ev.Worked(agent="Ada Brook", place="the Bakery", made="bread", amount=4)))
    ).casefold()
    assert not any(word in text for word in ("stole", "took", "accuse", "quarrel", "died"))


@pytest.mark.parametrize(
    "events", [a_lively_day(), many_days(3), many_days(45)], ids=["a day", "three days", "45 days"]
)
def test_no_sentence_stands_twice(events: list[Event]) -> None:
    sentences = told(events)
    assert len(sentences) == len(set(sentences))


def test_long_runs_are_of_readable_length() -> None:
    story = tell_annals(many_days(200))
    assert len(story.chapters) <= 33
    assert sum(1 for _ in story.sentences()) < 700


def test_equal_events_give_equal_words() -> None:
    assert tell_annals(a_lively_day()) == tell_annals(a_lively_day())


def test_people_go_by_their_whole_name_first_and_shortly_afterwards() -> None:
    (first, *later) = about(a_theft_and_its_end(), Event)
    assert "Ben Reed" in first.text
    assert not any("Ben Reed" in one.text for one in later)


def test_the_small_hours_after_the_last_midnight_belong_to_the_day_before() -> None:
    night = [ev.DayBegan(day=2), hour(0, day=2), hour(4, day=2), ev.Died(agent="Ben Reed", cause="age")]
    titles = [chapter.title for chapter in tell_annals([*a_lively_day(), *night]).chapters]
    assert "The Second Day" not in titles


def test_a_day_ends_with_its_figures() -> None:
    tables = [
        block
        for chapter in tell_annals(a_lively_day()).chapters
        for block in chapter.blocks
        if isinstance(block, Table)
    ]
    counts = {row[0]: row[1] for row in tables[0].rows}
    assert counts["Thefts"] == counts["Quarrels"] == counts["Deaths"] == "1"
    assert counts["Pieces made"] == "4"
    assert ("bread", "the Bakery", "4", "6") in tables[1].rows
    assert tables[-1].caption == "The Vale"


@pytest.mark.parametrize(
    "events",
    [
        [],
        a_day(people=()),
        a_day(),
        a_lively_day()[5:],
        a_theft_and_its_end()[-1:],
        [a_theft(), ev.Died(agent="", cause="")],
    ],
    ids=["nothing", "nobody", "one tick", "without a beginning", "only the end", "without names"],
)
def test_odd_runs_make_sound_pages(events: list[Event]) -> None:
    story = tell_annals(events)
    read(to_html(story))
    assert to_markdown(story).startswith("# ")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_words_stay_text(text: str) -> None:
    what = f"taking 3 bread from {text}"
    events = a_day(
        hour(9),
        a_theft(text, text, seen_by=EVERYONE),
        ev.Accused(agent=text, whom=text, of=what, text=text),
        ev.Said(agent=text, to=text, text=text, news=text),
        ev.Quarrelled(agent=text, whom="Ada Brook", about=text, bond=0),
        ev.PlanMade(agent=text, what=text, why=text),
        ev.PriceMoved(place=text, what=text, before=1, now=2, why=text),
        ev.Tallied(faction=text, lives=3, starved=1),
        people=(*EVERYONE, text),
    )
    page, log = to_html(tell_annals(events)), written_annals(events)
    read(page)
    assert "<img" not in page
    assert not any(ord(letter) < 32 and letter != "\n" for letter in page + to_markdown(tell_annals(events)) + log)


def test_the_plain_log_has_day_hour_and_line() -> None:
    lines = written_annals(a_theft_and_its_end()).splitlines()
    assert lines[0] == "Elmford"
    assert lines[1].startswith("day 1, 08h  Ben Reed steals 3 bread")


def test_the_tale_of_a_world_is_annals_without_a_campaign_log(tmp_path: Path) -> None:
    async def no_polish(story: Story, account: Account) -> Polished:
        raise AssertionError("nobody was to be asked")

    polish: Polisher = no_polish

    async def body() -> None:
        environment = World(a_setting(a_person("Ada Brook"), a_person("Ben Reed"), ticks=40))
        async with SqliteStore.open(tmp_path / "home") as store:
            run = await Run.create(store, environment, seed=1, pack=environment.pack)
            async with run, Cast(environment.casting(run.chance())) as cast:
                with Tale(tmp_path / "tale", run.row, environment) as tale:
                    async for moment in perform(run, environment, cast, VirtualClock()):
                        tale.write(moment.events)
                    tale.tell()
            assert isinstance(run.ending, Ending)
            assert tale.turns == 1
            assert sorted(path.name for path in (tmp_path / "tale").iterdir()) == ["story.html", "story.md"]
            told_again = await tell_run(store, run.id, polish=polish)
            assert told_again.markdown == (tmp_path / "tale" / "story.md").read_text(encoding="utf-8")
            assert told_again.problems == (UNPOLISHED,)
            assert (await written_log(store, run.id)).startswith(environment.setting.title)

    asyncio.run(body())
