"""What is typed at the console, and what it means."""

import pytest

from fabula.app.console import GUEST, LINE_MAX, USAGES, Look, Ordered, meant
from fabula.engine import Advance, AgentId, Command, Pace, Pause, Release, Resume, Save, Stop, Take
from fabula.environments.world import Grant, Kill, Put, Spawn
from fabula.environments.world.orders import ORDERS
from fabula.errors import UsageError


def command(line: str) -> Command:
    ordered = meant(line, own=ORDERS)
    assert isinstance(ordered, Ordered)
    return ordered.command


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/pause", Pause()),
        ("resume", Resume()),
        ("/step", Advance(steps=1)),
        ("  /STEP 12 ", Advance(steps=12)),
        ("/speed 2.5x", Pace(factor=2.5)),
        ("/save", Save()),
        ("/stop it is late", Stop(why="it is late")),
        ("/take Ada Fell", Take(agent=AgentId("Ada Fell"), mind=f"person:{GUEST}")),
        ("/take Ada Fell ollama:llama3", Take(agent=AgentId("Ada Fell"), mind="ollama:llama3")),
        ("/release Ada", Release(agent=AgentId("Ada"))),
        ("/spawn wolf", Spawn(what="wolf")),
        ("/spawn wolf 3 at 12,30", Spawn(what="wolf", count=3, at="12,30")),
        ("/spawn bog wolf 3 at the Mill", Spawn(what="bog wolf", count=3, at="the Mill")),
        ("/spawn villager at the Mill named Nan O'Dell", Spawn(what="villager", at="the Mill", name="Nan O'Dell")),
        ("/kill Ada Fell", Kill(whom="Ada Fell")),
        ("/kill #12", Kill(whom="#12")),
        ("/give Ada Fell 3 bread", Grant(to="Ada Fell", what="bread", amount=3)),
        ("/give Ada bread", Grant(to="Ada", what="bread")),
        ('/give "Ada of 3 Mills" 2 red wool', Grant(to="Ada of 3 Mills", what="red wool", amount=2)),
        ("/put Ada at 3,4", Put(whom="Ada", at="3,4")),
    ],
)
def test_a_line_becomes_a_command(line: str, expected: Command) -> None:
    assert command(line) == expected


@pytest.mark.parametrize("word", ["debug", "why", "find"])
def test_what_only_looks_is_no_command(word: str) -> None:
    assert meant(f"/{word} Ada Fell", own=ORDERS) == Look(what=word, about="Ada Fell")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "/help lists"),
        ("/", "/help lists"),
        ("/puase", "Did you mean 'pause'"),
        ("/step 0", r"/step \[N\]"),
        ("/step many", r"/step \[N\]"),
        ("/speed", "/speed X"),
        ("/speed -1", "give 0.01 to 100"),
        ("/speed nan", "give 0.01 to 100"),
        ("/spawn", "/spawn KIND"),
        ("/kill", "/kill NAME"),
        ("/give Ada", "/give NAME"),
        ("/put Ada", "/put NAME at"),
        ("/take", "/take NAME"),
        ("/debug", "/debug NAME"),
        ('/give "Ada', "No closing quotation"),
        ("/find " + "x" * LINE_MAX, "at most"),
    ],
)
def test_what_cannot_be_meant_says_how_it_is_said(line: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        meant(line, own=ORDERS)


def test_a_word_of_worlds_means_nothing_elsewhere() -> None:
    with pytest.raises(UsageError, match="means nothing in this environment"):
        meant("/spawn wolf", own={})


def test_every_word_can_be_used_as_its_help_says() -> None:
    for word, usage in USAGES.items():
        assert usage.form.startswith(f"/{word}")
