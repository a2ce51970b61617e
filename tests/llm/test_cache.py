"""The cache: the very same question is answered once, and only good answers are kept."""

import asyncio
from typing import Any

import msgspec
import pytest
from tests.llm.leaves import Heard, Leaf, Purse, a_call, a_failure, a_reply
from tests.llm.virtual_time import in_virtual_time, now_s

from fabula.engine import Spent
from fabula.llm.layer import Call
from fabula.llm.layers.cache import Cache, Shelf
from fabula.llm.values import Asker, FailureKind, Finish, ModelFailed, ModelName, Reply, Role, Source

TOLD = Role.CHRONICLER


def a_cache(leaf: Leaf, shelf: Shelf | None = None, *, decisions: bool = True) -> Cache:
    return Cache(leaf, Shelf() if shelf is None else shelf, decisions=decisions)


def nested(depth: int) -> list[Any]:
    inside: list[Any] = []
    for _ in range(depth):
        inside = [inside]
    return inside


def test_the_same_question_is_asked_once_and_costs_once() -> None:
    async def story() -> None:
        leaf, shelf = Leaf("north"), Shelf()
        cache = a_cache(leaf, shelf)
        first, second = await cache.ask(a_call()), await cache.ask(a_call())
        assert (first.source, first.spent.cost_nano_usd) == (Source.MODEL, 500)
        assert (second.text, second.source, second.spent) == ("north", Source.CACHE, Spent())
        assert (second.model, len(leaf.asked_s), shelf.hits, shelf.misses) == (first.model, 1, 1, 1)

    in_virtual_time(story())


def test_who_asks_makes_no_difference_what_is_asked_does() -> None:
    async def story() -> int:
        leaf = Leaf()
        cache = a_cache(leaf)
        call, other = a_call("north?"), a_call("south?")
        asker = Asker(run="ashfall-1", agent="Tom", step=9, role=Role.PLAYER)
        same = Call(msgspec.structs.replace(call.request, asker=asker), call.model, deadline_s=call.deadline_s)
        elsewhere = Call(call.request, ModelName("ollama", "llama3"), deadline_s=call.deadline_s)
        for one in (call, other, same, elsewhere):
            await cache.ask(one)
        return len(leaf.asked_s)

    assert in_virtual_time(story()) == 3


@pytest.mark.parametrize(
    ("role", "decisions", "times"),
    [
        (Role.CHARACTER, False, 2),
        (Role.DIRECTOR, False, 2),
        (Role.PLAYER, False, 2),
        (Role.CHRONICLER, False, 1),
        (Role.CHECK, False, 2),
        (Role.CHARACTER, True, 1),
        (Role.DIRECTOR, True, 1),
        (Role.PLAYER, True, 1),
        (Role.CHECK, True, 2),
    ],
)
def test_decisions_are_cached_only_where_wanted_and_checks_never(role: Role, decisions: bool, times: int) -> None:
    async def story() -> int:
        leaf = Leaf()
        cache = a_cache(leaf, decisions=decisions)
        await cache.ask(a_call(role=role))
        await cache.ask(a_call(role=role))
        return len(leaf.asked_s)

    assert in_virtual_time(story()) == times


@pytest.mark.parametrize(
    "reply",
    [
        Reply(text="north", finish=Finish.LENGTH),
        Reply(text="I cannot", finish=Finish.REFUSED),
        Reply(text=" \n"),
        Reply(),
        Reply(text="half a \ud83d character"),
        Reply(data={"deep": nested(100_000)}),
    ],
    ids=["truncated", "refused", "blank", "empty", "half a character", "too deep"],
)
def test_only_good_answers_are_kept(reply: Reply) -> None:
    async def story() -> tuple[Reply, Reply, int]:
        cache = a_cache(Leaf(reply), shelf := Shelf())
        return await cache.ask(a_call()), await cache.ask(a_call()), len(shelf)

    first, second, kept = in_virtual_time(story())
    assert (first, second.text, kept) == (reply, "yes", 1)


def test_failures_are_not_kept() -> None:
    async def story() -> str:
        cache = a_cache(Leaf(FailureKind.REJECTED))
        with pytest.raises(ModelFailed):
            await cache.ask(a_call())
        return (await cache.ask(a_call())).text

    assert in_virtual_time(story()) == "yes"


def test_nobody_can_change_what_others_get() -> None:
    async def story() -> Any:
        cache = a_cache(Leaf(Reply(data={"to": ["north"]})))
        for _ in range(3):
            (await cache.ask(a_call())).data["to"].append("south")
        return (await cache.ask(a_call())).data

    assert in_virtual_time(story()) == {"to": ["north"]}


def test_what_was_not_wanted_for_longest_goes_first() -> None:
    shelf = Shelf(entries_max=2)
    for key in ("a", "b"):
        shelf.put(key, a_reply(key))
    assert shelf.get("a")
    shelf.put("c", a_reply("c"))
    assert (shelf.get("b"), bool(shelf.get("a")), bool(shelf.get("c"))) == (None, True, True)


def test_bytes_are_bounded_whatever_is_put() -> None:
    shelf = Shelf(bytes_max=1000)
    for number in range(50):
        shelf.put(str(number % 7), a_reply("x" * (number * 13 % 400)))
    assert sum(len(msgspec.json.encode(shelf.get(str(key)))) for key in range(7) if shelf.get(str(key))) <= 1000
    before = len(shelf)
    shelf.put("giant", a_reply("x" * 2000))
    assert (shelf.get("giant"), len(shelf)) == (None, before)


def test_the_same_question_at_the_same_time_is_asked_once() -> None:
    async def story() -> tuple[list[Reply], int]:
        leaf = Leaf("north", takes_s=1.0)
        cache = a_cache(leaf)
        return await asyncio.gather(*(cache.ask(a_call()) for _ in range(100))), len(leaf.asked_s)

    replies, times = in_virtual_time(story())
    assert times == 1
    assert [reply.source for reply in replies] == [Source.MODEL] + [Source.CACHE] * 99
    assert sum(reply.spent.cost_nano_usd or 0 for reply in replies) == 500


@pytest.mark.parametrize("leaving", [0, 1])
def test_one_that_leaves_does_not_hurt_the_others(leaving: int) -> None:
    async def story() -> tuple[list[Reply], int, int]:
        leaf = Leaf("north", takes_s=2.0)
        cache = a_cache(leaf)
        tasks = [asyncio.create_task(cache.ask(a_call())) for _ in range(3)]
        await asyncio.sleep(1)
        tasks.pop(leaving).cancel()
        replies = list(await asyncio.gather(*tasks))
        assert now_s() == 2.0
        return replies, len(leaf.asked_s), leaf.cancelled

    replies, times, cancelled = in_virtual_time(story())
    assert (times, cancelled) == (1, 0)
    assert [reply.source for reply in replies] == [Source.MODEL, Source.CACHE], "one of those who stayed pays"


def test_when_all_have_left_the_model_is_no_longer_asked() -> None:
    async def story() -> tuple[int, int, str]:
        leaf = Leaf("north", takes_s=2.0)
        cache = a_cache(leaf)
        tasks = [asyncio.create_task(cache.ask(a_call())) for _ in range(3)]
        await asyncio.sleep(1)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)
        return leaf.under_way, leaf.cancelled, (await cache.ask(a_call())).text

    assert in_virtual_time(story()) == (0, 1, "yes")


def test_whoever_leaves_last_waits_until_the_connection_is_closed_and_newcomers_ask_anew() -> None:
    async def story() -> tuple[bool, str, float]:
        cache = Cache(inner := _ClosesSlowly(), Shelf(), decisions=True)
        last = asyncio.create_task(cache.ask(a_call()))
        await asyncio.sleep(1)
        last.cancel()
        await asyncio.sleep(0.5)
        newcomer = asyncio.create_task(cache.ask(a_call()))
        await asyncio.wait([last])
        return inner.closed, (await newcomer).text, now_s()

    assert in_virtual_time(story()) == (True, "answer 2", 1.0 + 0.5 + 5.0)


class _ClosesSlowly:
    def __init__(self) -> None:
        self.asked = 0
        self.closed = False

    async def ask(self, call: Call) -> Reply:
        self.asked += 1
        text = f"answer {self.asked}"
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
            self.closed = True
            raise
        return a_reply(text)


def test_a_failure_reaches_all_and_is_billed_to_one() -> None:
    async def story() -> list[bool]:
        cache = a_cache(Leaf(a_failure(FailureKind.CUT_OFF, billed=True), takes_s=1.0))
        errors = await asyncio.gather(*(cache.ask(a_call()) for _ in range(3)), return_exceptions=True)
        assert all(isinstance(error, ModelFailed) for error in errors)
        return [error.failure.billed for error in errors if isinstance(error, ModelFailed)]

    assert in_virtual_time(story()) == [True, False, False]


def test_each_waits_until_its_own_deadline() -> None:
    async def story() -> tuple[FailureKind, float, str]:
        cache = a_cache(Leaf("north", takes_s=5.0))
        patient = asyncio.create_task(cache.ask(a_call(within_s=9.0)))
        await asyncio.sleep(0)
        with pytest.raises(ModelFailed) as failed:
            await cache.ask(a_call(within_s=2.0))
        return failed.value.failure.kind, now_s(), (await patient).text

    assert in_virtual_time(story()) == (FailureKind.TIMED_OUT, 2.0, "north")


def test_whoever_has_more_time_than_the_first_asks_again() -> None:
    async def story() -> str:
        cache = a_cache(Leaf(FailureKind.TIMED_OUT, "at last", takes_s=5.0))
        hurried = asyncio.create_task(cache.ask(a_call(within_s=5.0)))
        await asyncio.sleep(0)
        reply = await cache.ask(a_call(within_s=20.0))
        with pytest.raises(ModelFailed):
            await hurried
        return reply.text

    assert in_virtual_time(story()) == "at last"


def test_another_attempt_is_paid_by_whoever_still_waits() -> None:
    async def story() -> list[int]:
        inner = _AsksThePurse()
        cache = Cache(inner, Shelf(), decisions=True)
        purses = [Purse(5), Purse(5)]
        tasks = []
        for purse in purses:
            call = a_call()
            call.purse = purse
            tasks.append(asyncio.create_task(cache.ask(call)))
        await asyncio.sleep(0.5)
        tasks[0].cancel()
        await tasks[1]
        return [purse.attempts for purse in purses]

    assert in_virtual_time(story()) == [5, 4]


class _AsksThePurse:
    async def ask(self, call: Call) -> Reply:
        await asyncio.sleep(1)
        assert call.purse is not None
        await call.purse.again()
        return a_reply("paid")


def test_a_listener_hears_a_cached_answer_too() -> None:
    async def story() -> list[str]:
        cache = a_cache(Leaf("north", says="north", takes_s=1.0))
        ears = [Heard(), Heard(), Heard()]
        await asyncio.gather(*(cache.ask(a_call(listener=heard)) for heard in ears[:2]))
        await cache.ask(a_call(listener=ears[2]))
        return [heard.all for heard in ears]

    assert in_virtual_time(story()) == ["north"] * 3
