"""A world on a terminal: its chart, its screen, the keys, the console, the feed."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console
from tests.cli.program import Program
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.chronicle.doings import doing_line, pence, pieces
from fabula.cli.terminal import Terminal
from fabula.cli.worlds import Screen, WorldFeed
from fabula.cli.worlds.chart import Window, chart, window_about
from fabula.cli.worlds.keeper import Keeper
from fabula.cli.worlds.keys import keys
from fabula.engine import AgentId, Cast, Commanded, Moment, Run, Stop, Take, VirtualClock, perform
from fabula.environments.world import Spawn, World
from fabula.environments.world import events as happened
from fabula.store import SqliteStore

WHOLE = Window(0, 0, 24, 13)


def a_terminal(*, width: int = 120, height: int = 40) -> Terminal:
    terminal = Terminal()
    terminal.people = Console(
        file=io.StringIO(), width=width, height=height, force_terminal=True, color_system="truecolor", soft_wrap=True
    )
    return terminal


def written(terminal: Terminal) -> str:
    file = terminal.people.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def a_trial(**more: Any) -> Trial:
    trial = Trial(a_setting(a_person("Ada Fell"), a_person("Bram", home="Kiln House"), **more))
    trial.step()
    return trial


def a_moment(trial: Trial, *events: Any) -> Moment:
    return Moment(step=trial.state.tick, inputs=(), events=events, notes=(), digest="", state=trial.state)


def test_the_chart_shows_the_ground_and_people_by_their_letter() -> None:
    trial = a_trial()
    trial.put("Ada Fell", 5, 0)
    rows = chart(trial.world, trial.state, WHOLE).plain.split("\n")
    assert len(rows) == 13
    assert rows[0][5] == "A"
    assert rows[1].startswith(".#####")


def test_a_part_of_the_map_follows_whom_it_is_about_and_stays_on_it() -> None:
    world = a_trial().world
    assert window_about(world, x=12, y=6, width=10, height=5) == Window(7, 4, 10, 5)
    assert window_about(world, x=0, y=12, width=10, height=5) == Window(0, 8, 10, 5)
    assert window_about(world, x=0, y=0, width=500, height=500) == WHOLE


def test_keys_are_told_by_name() -> None:
    assert list(keys("a\x1b[A\t\r\x7f\x01é")) == ["a", "up", "tab", "enter", "erase", "é"]


def test_the_screen_shows_map_person_and_news_within_its_bounds() -> None:
    trial, terminal = a_trial(), a_terminal()
    screen = Screen(terminal, trial.world, typing=True)
    screen(a_moment(trial, happened.Gave(agent="Ada Fell", to="Bram\x1b[31m", what="bread", amount=2)))
    screen.press("/he")
    terminal.people.print(screen.picture())
    shown = written(terminal)
    assert "Ada Fell gives 2 bread to Bram" in shown
    assert "\x1b[31mwhat" not in shown
    assert "A Village" in shown
    assert "> /he" in shown


def test_tab_looks_at_the_next_person_and_help_lists_the_words() -> None:
    trial, terminal = a_trial(), a_terminal()
    screen = Screen(terminal, trial.world, typing=True)
    screen(a_moment(trial))
    screen.press(["tab"])
    terminal.people.print(screen.picture())
    assert "Bram (#1)" in written(terminal)
    screen.press([*"/help", "enter"])
    terminal.people.print(screen.picture())
    assert "/figures" in written(terminal)


def test_the_screen_tells_the_time_and_that_the_run_is_held() -> None:
    trial, terminal = a_trial(begins_h=9), a_terminal()
    screen = Screen(terminal, trial.world, typing=True)
    trial.steps(30)
    screen(a_moment(trial))
    screen.keeper.is_paused = True
    terminal.people.print(screen.picture())
    assert "day 1, 09:05" in written(terminal)
    assert "paused" in written(terminal)


def with_a_run(tmp_path: Path, lines: list[str], check: Callable[[list[Any], list[str], World], None]) -> None:
    """Play a village for a few ticks with these lines typed before it begins."""
    said: list[str] = []

    async def body() -> None:
        world = World(a_setting(a_person("Ada Fell"), a_person("Bram"), ticks=12))
        async with SqliteStore.open(tmp_path) as store:
            created = await Run.create(store, world, seed=7, pack="village")
            chance = created.chance()
            async with created as run, Cast(world.casting(chance)) as cast:
                keeper = Keeper(world, said.append)
                keeper.begin(store, run.id)
                inputs: list[Any] = []
                async for moment in perform(run, world, cast, VirtualClock()):
                    keeper.follow(moment)
                    if moment.step == 1:
                        for line in lines:
                            keeper.hear(line)
                        await asyncio.sleep(0.05)
                    inputs += [item.command for item in moment.inputs if isinstance(item, Commanded)]
                check(inputs, said, world)

    asyncio.run(body())


def test_what_is_typed_becomes_an_input_of_the_run(tmp_path: Path) -> None:
    def check(inputs: list[Any], said: list[str], world: World) -> None:
        assert inputs == [
            Spawn(what="wolf", count=2),
            Take(agent=AgentId("Ada Fell"), mind="rules"),
            Stop(why="enough"),
        ]

    with_a_run(tmp_path, ["/spawn wolf 2", "/take ada rules", "/stop enough"], check)


def test_what_only_looks_leaves_no_trace_and_what_is_wrong_is_said(tmp_path: Path) -> None:
    def check(inputs: list[Any], said: list[str], world: World) -> None:
        assert inputs == []
        assert any("Ada Fell (#0)" in line for line in said)
        assert any("by habit" in line or "plan:" in line for line in said)
        assert any("bread:" in line for line in said)
        assert any("nobody is called 'Zed'" in line for line in said)
        assert any("Did you mean 'pause'" in line for line in said)

    with_a_run(tmp_path, ["/debug ada", "/why Ada Fell", "/find bread", "/debug Zed", "/puase", ""], check)


def test_before_the_run_begins_nothing_can_be_ordered() -> None:
    said: list[str] = []
    Keeper(a_trial().world, said.append).hear("/pause")
    assert said == ["the run has not begun yet"]


def test_the_feed_prints_a_line_for_what_is_worth_one() -> None:
    trial, terminal = a_trial(), a_terminal()
    feed = WorldFeed(terminal, trial.world, quiet=False)
    feed(
        a_moment(
            trial,
            happened.HourStruck(day=1, hour=9),
            happened.Quarrelled(agent="Ada Fell", whom="Bram", about="the well", bond=-40, place="the Crow"),
            happened.StateDigested(digest="abc"),
        )
    )
    assert "09:00" in written(terminal)
    assert "Ada Fell and Bram quarrel about the well at the Crow" in written(terminal)
    assert "abc" not in written(terminal)


def test_money_and_goods_in_words() -> None:
    assert (pence(1), pence(1200), pieces("bread", 1), pieces("bread", 3)) == (
        "1 penny",
        "1,200 pence",
        "bread",
        "3 bread",
    )
    assert pieces("coin", 2) == "2 pence"


@pytest.mark.parametrize("kind", happened.AnyEvent.__args__)
def test_every_event_has_a_line_or_goes_without_saying(kind: type[Any]) -> None:
    """None raises, whatever is in it."""
    values = {
        field.name: {int: 3, str: "x", bool: True, tuple: ()}.get(field.type, "x")
        for field in msgspec.structs.fields(kind)
        if field.required
    }
    line = doing_line(kind(**values))
    assert line is None or line


def test_what_has_ended_hears_no_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FABULA_HOME", str(tmp_path))
    fabula = Program(monkeypatch, capfd)
    fabula("play", "ashfall", "--seed", "7", "--turns", "1", "--quiet")
    for call in (("order", "ashfall-1", "/pause"), ("save", "ashfall-1")):
        refused = fabula(*call)
        assert refused.code == 2
        assert "has ended" in refused.err
