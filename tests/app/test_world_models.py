"""Worlds on models: people are asked as the world lives on, late and failing answers do not stop it, and replay needs
nobody.
"""

import asyncio
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.app.model_runs import settings
from tests.environments.world.worlds import a_person, a_setting
from tests.llm.providing import a_provider_here

from fabula.agents.minds.human import Desk, LeftToRules, Question
from fabula.app import HERE, Live, Played, Stage, Wanted, play
from fabula.engine import Acted, Action, Moment, Note, Observation, replay
from fabula.environments.world import World
from fabula.environments.world.actions import CarryOn, Go, Plan
from fabula.environments.world.events import Arrived, PlanMade, Refused
from fabula.environments.world.setting import Herd
from fabula.llm.process import FAULTS
from fabula.store import SqliteStore

THINKING = 3
"""Ticks that a mind has."""


def a_village(*, ticks: int = 60, wolves: int = 2, ponder: int = 6) -> World:
    """Three people with something to think about, on a morning, and wolves near by."""
    people = [
        a_person("Ada", weights={"Courage": 0.8}, goods={"bread": 2}),
        a_person("Bram", home="Kiln House", work="", weights={"Greed": 0.9}, coin=0),
        a_person("Cora", home="Kiln House", bonds={"Bram": -60}, goods={"bread": 2}),
    ]
    herds = [Herd(kind="wolf", faction="Raiders", count=wolves)] if wolves else []
    return World(a_setting(*people, herds=herds, ticks=ticks, thinking_ticks=THINKING, ponder_ticks=ponder, begins_h=7))


class Lived(NamedTuple):
    """What came of a run, and what was seen on the way."""

    played: Played
    moments: list[Moment]
    home: Path

    @property
    def notes(self) -> list[Note]:
        return [note for moment in self.moments for note in moment.notes]

    def waited(self) -> list[int]:
        """For each answer, how many ticks after its question it was applied."""
        return [
            moment.step - given.asked for moment in self.moments for given in moment.inputs if isinstance(given, Acted)
        ]

    def replays(self) -> bool:
        """Whether the recorded inputs, run again in virtual time without any mind, give the same digest."""

        async def again() -> bool:
            async with SqliteStore.open(self.home) as store:
                environment = World.from_setup(await store.setup(self.played.run))
                replayed = await replay(store, self.played.run, environment)
                return replayed.identical and replayed.digest == self.played.digest

        return asyncio.run(again())


def live(
    home: Path,
    model: str = "rules",
    *,
    world: World | None = None,
    by_name: dict[str, str] | None = None,
    desk: Desk | None = None,
    fast: bool = True,
    **flags: object,
) -> Lived:
    """Play a village with a model in all seats; not `fast`: by the clock on the wall."""
    moments: list[Moment] = []

    async def body() -> Played:
        async with SqliteStore.open(home) as store:
            stage = Stage(
                store=store,
                settings=settings(home, **flags),
                out=lambda run: home / "tales" / run,
                watch=moments.append,
                wanted=Wanted(default=model, by_name=by_name or {}),
                desk=desk,
                fast=fast,
                environ={},
            )
            return await play(stage, world or a_village(), seed=7)

    return Lived(asyncio.run(body()), moments, home)


def deciders(lived: Lived) -> Counter[str]:
    return Counter(note.by.rpartition(":")[2] for note in lived.notes)


def test_a_world_lives_by_the_clock() -> None:
    assert isinstance(a_village(), Live)


def test_people_are_asked_their_answers_are_applied_when_due_and_replay_needs_no_model(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        lived = live(tmp_path, f"openai@{provider.openai}:demo")
        asked = provider.requests()
    assert lived.played.ending is not None
    assert set(deciders(lived)) == {"demo"}
    assert len(lived.notes) >= 5
    assert set(lived.waited()) == {THINKING}
    told = [request["body"] for request in asked]
    assert any("what just happened" in body for body in told)
    assert all("why this is worth a thought" in body for body in told)
    assert lived.replays()


def test_a_plan_that_a_model_answers_with_is_carried_out(tmp_path: Path) -> None:
    plan = {
        "action": "plan",
        "goal": "see the world",
        "deeds": [{"action": "go", "target": "the Market"}, "go to the Crow"],
        "reason": "There is more than the farm.",
    }
    with a_provider_here(script=[{"agent": "Ada", "answer": plan}]) as provider:
        model = f"openai@{provider.openai}:demo"
        lived = live(tmp_path, world=a_village(wolves=0), by_name={"Ada": model})
    first = next(given for moment in lived.moments for given in moment.inputs if isinstance(given, Acted))
    assert first.action == Plan(
        deeds=(Go(to="the Market"), Go(to="the Crow")), goal="see the world", reason="There is more than the farm."
    )
    events = [event for moment in lived.moments for event in moment.events]
    made = next(event for event in events if isinstance(event, PlanMade) and event.agent == "Ada")
    assert made.what == "go to the Market and go to the Crow"
    assert "the Market" in [event.place for event in events if isinstance(event, Arrived) and event.agent == "Ada"]
    assert lived.replays()


def test_what_cannot_be_done_is_refused_and_the_world_goes_on(tmp_path: Path) -> None:
    nowhere = {"action": "go", "target": "the Moon", "reason": "It is bright."}
    with a_provider_here(script=[{"agent": "Ada", "answer": nowhere}]) as provider:
        lived = live(tmp_path, by_name={"Ada": f"openai@{provider.openai}:demo"})
    refused = [event for moment in lived.moments for event in moment.events if isinstance(event, Refused)]
    assert [(event.agent, event.seen_by) for event in refused][:1] == [("Ada", ("Ada",))]
    assert lived.played.ending is not None


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_a_provider_does_rules_stand_in_and_the_run_ends(tmp_path: Path, seed: int) -> None:
    faults = ",".join(f"{name}={0.5 / len(FAULTS):.4f}" for name in FAULTS)
    with a_provider_here(faults=faults, seed=seed) as provider:
        model = f"openai@{provider.openai}:demo"
        lived = live(tmp_path, model, cast__reply_s_max=0.5, models__breaker_s=0.1, models__attempts_max=2)
    assert lived.played.ending is not None
    assert {"demo", "rules"} == set(deciders(lived))
    assert all(note.why for note in lived.notes if note.by == "rules")
    assert lived.replays()


def test_an_answer_that_means_nothing_is_stood_in_for(tmp_path: Path) -> None:
    script = [{"agent": "Ada", "text": "The light had changed by the time anyone spoke.", "times": 2}]
    with a_provider_here(script=script) as provider:
        lived = live(tmp_path, by_name={"Ada": f"openai@{provider.openai}:demo"})
    first = next(note for note in lived.notes if note.agent == "Ada")
    assert first.by == "rules"
    assert "asked twice, and the answer cannot be used" in first.why


def test_in_real_time_the_world_does_not_wait_and_late_answers_come_at_later_ticks(tmp_path: Path) -> None:
    with a_provider_here(latency_ms=300, latency_spread=0.3) as provider:
        model = f"openai@{provider.openai}:demo"
        lived = live(tmp_path, model, world=a_village(ticks=75), fast=False, world__tick_hz=50)
    assert len(lived.moments) == 75
    assert len(lived.waited()) >= 3
    # 0.3 s are 15 ticks; a machine that is slow now and then ticks fewer in that time.
    assert max(lived.waited()) > 2 * THINKING
    assert "demo" in deciders(lived)
    assert lived.replays()


def test_in_real_time_a_mind_that_never_answers_is_stood_in_for(tmp_path: Path) -> None:
    with a_provider_here(latency_ms=60_000) as provider:
        model = f"openai@{provider.openai}:demo"
        lived = live(tmp_path, model, world=a_village(ticks=60), fast=False, world__tick_hz=50, cast__reply_s_max=0.3)
    assert set(deciders(lived)) == {"rules"}
    assert all("demo" in note.why for note in lived.notes)
    assert lived.replays()


class _AtTheDesk:
    """Somebody who takes the first offer that is not to go on as before, once, and then leaves it to rules."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    async def ask(self, observation: Observation, question: Question) -> Action:
        self.questions.append(question)
        if len(self.questions) > 1:
            raise LeftToRules
        return Go(to="the Crow", reason="I feel like it.")


def test_a_person_in_a_seat_is_asked_in_the_second_person_and_does_what_they_say(tmp_path: Path) -> None:
    desk = _AtTheDesk()
    lived = live(tmp_path, by_name={"Ada": HERE}, desk=desk)
    assert all(question.agent == "Ada" and question.offers for question in desk.questions)
    assert any(line.startswith("You are at ") for line in desk.questions[0].lines)
    by = [note.by for note in lived.notes if note.agent == "Ada"]
    assert by[0] == HERE
    assert set(by[1:]) <= {"rules"}
    assert Go(to="the Crow", reason="I feel like it.") in [
        given.action for moment in lived.moments for given in moment.inputs if isinstance(given, Acted)
    ]
    assert lived.replays()


def test_a_person_who_only_looks_on_is_told_what_their_character_perceives(tmp_path: Path) -> None:
    world = a_village()
    lived = live(tmp_path, world=world)
    told = [line for moment in lived.moments for line in world.told(moment.events, agent="Ada", state=moment.state)]
    assert any(line.startswith("You ") for line in told)
    assert not any(" Ada " in line for line in told)


def test_a_budget_is_never_exceeded_and_then_rules_go_on(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        model = f"openai@{provider.openai}:demo"
        lived = live(tmp_path, model, models__budget__run_tokens=8_000)
        count = provider.count()
    assert 0 < count["tokens_in"] + count["tokens_out"] <= 8_000
    assert any("budget of the run" in note.why for note in lived.notes if note.by == "rules")
    assert lived.played.ending is not None
    assert lived.replays()


def test_thoughts_and_silence_are_answers_too(tmp_path: Path) -> None:
    quiet = {"action": "carry on", "reason": "All is well.", "thoughts": ["The wolves come nearer every year."]}
    with a_provider_here(script=[{"agent": "Ada", "answer": quiet}]) as provider:
        model = f"openai@{provider.openai}:demo"
        lived = live(tmp_path, world=a_village(wolves=0, ponder=2), by_name={"Ada": model})
        later = [request["body"] for request in provider.requests()][1:]
    first = next(given for moment in lived.moments for given in moment.inputs if isinstance(given, Acted))
    assert isinstance(first.action, CarryOn)
    assert any("every year" in body for body in later)
