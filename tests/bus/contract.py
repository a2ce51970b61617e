"""What every bus promises, as tests. A bus's own test module imports them all and gives them `buses` and `inject`.

`buses` opens another client of the same broker each time; `inject` puts raw bytes before a group, or is None where
nothing gets onto the bus but by `publish`.
"""

import asyncio
from collections import defaultdict
from typing import Any

import msgspec
import pytest
from tests.bus.samples import (
    SETTLE_S,
    Buses,
    Handled,
    Held,
    Inject,
    Notes,
    a_request,
    a_session,
    an_event,
    letters_until,
    number_of,
    until,
)

from fabula.bus import (
    BadMessage,
    BusFull,
    Delivery,
    Message,
    NoAnswer,
    NobodyThere,
    NoSuchLetter,
    Priority,
    Unanswerable,
    What,
)

# --- keeping and order ---


async def test_what_is_published_before_anybody_subscribes_is_kept(buses: Buses) -> None:
    async with buses() as bus, buses() as other:
        await bus.declare("player")
        await bus.declare("player")
        for number in range(5):
            await bus.publish(an_event(number))
        handled = Handled()
        await other.subscribe("player", handled)
        await until(lambda: len(handled.numbers) == 5)
        assert handled.numbers == [0, 1, 2, 3, 4]
        first = handled.deliveries[0]
        assert (first.tries, first.group, first.message.metadata.retry_count) == (1, "main", 0)


async def test_a_message_arrives_as_it_was_sent_and_belongs_to_whoever_gets_it(buses: Buses) -> None:
    async with buses() as bus:
        one, two = Handled(), Handled()
        await bus.subscribe("player", one, group="one")
        await bus.subscribe("player", two, group="two")
        sent = an_event(1)
        await bus.publish(sent)
        await until(lambda: bool(one.deliveries and two.deliveries))
        assert one.deliveries[0].message == two.deliveries[0].message == sent
        one.deliveries[0].message.payload["data"]["number"] = 99
        assert (two.numbers, number_of(sent)) == ([1], 1)


async def test_what_is_not_handled_when_a_subscription_ends_is_handled_by_the_next(buses: Buses) -> None:
    async with buses(concurrent=1) as bus, buses(concurrent=1) as other:
        held, rest = Held(), Handled()
        first = await bus.subscribe("player", held)
        for number in range(6):
            await bus.publish(an_event(number))
        await until(lambda: held.begun == [0])
        await other.subscribe("player", rest)
        leaving = asyncio.create_task(first.close())
        await asyncio.sleep(0.05)
        assert not leaving.done()
        assert rest.numbers == []
        held.free.set()
        await leaving
        await until(lambda: len(rest.numbers) == 5)
        assert (held.numbers, rest.numbers) == ([0], [1, 2, 3, 4, 5])
        await first.close()


async def test_within_a_session_and_a_priority_one_follows_another_each_after_the_end_of_the_one_before(
    buses: Buses,
) -> None:
    async with buses() as bus:
        at_work = set[str]()
        order = defaultdict[str, list[int]](list)

        async def handle(delivery: Delivery) -> None:
            session = delivery.message.session_id
            assert session not in at_work
            at_work.add(session)
            await asyncio.sleep(0.001)
            order[session].append(number_of(delivery.message))
            at_work.remove(session)

        await bus.subscribe("player", handle)
        for number in range(20):
            for session in range(5):
                await bus.publish(an_event(number, session=session))
        await until(lambda: sum(map(len, order.values())) == 100)
        assert order == {a_session(session): list(range(20)) for session in range(5)}
        assert await bus.dead_letters() == []


async def test_of_what_waits_high_goes_before_normal_before_low(buses: Buses) -> None:
    async with buses(concurrent=1) as bus:
        order: list[int] = []

        async def handle(delivery: Delivery) -> None:
            if not order:
                await asyncio.sleep(0.5)  # Time for the others to come and wait.
            order.append(number_of(delivery.message))

        await bus.declare("player")
        for number, priority in enumerate([Priority.LOW, Priority.NORMAL, Priority.HIGH] * 3):
            await bus.publish(an_event(number, session=number, priority=priority))
        await bus.subscribe("player", handle)
        await until(lambda: len(order) == 9)
        assert [number % 3 for number in order[1:]] == sorted((number % 3 for number in order[1:]), reverse=True)


async def test_a_slow_session_holds_up_no_other(buses: Buses) -> None:
    async with buses() as bus:
        quick_is_done = asyncio.Event()
        order: list[int] = []

        async def handle(delivery: Delivery) -> None:
            number = number_of(delivery.message)
            if number == 0:
                await quick_is_done.wait()
            order.append(number)
            if number == 9:
                quick_is_done.set()

        await bus.subscribe("player", handle)
        await bus.publish(an_event(0, session=1))
        for number in range(1, 10):
            await bus.publish(an_event(number, session=2))
        await until(lambda: len(order) == 10)
        assert order == [*range(1, 10), 0]


# --- failing ---


async def test_what_fails_is_tried_again_and_says_how_often_it_failed(buses: Buses) -> None:
    async with buses() as bus:
        tries: list[tuple[int, int, int]] = []

        async def handle(delivery: Delivery) -> None:
            number = number_of(delivery.message)
            tries.append((number, delivery.tries, delivery.message.metadata.retry_count))
            if number == 0 and delivery.tries < 4:
                raise ConnectionError("the map table is taken")

        await bus.subscribe("player", handle)
        await bus.publish(an_event(0))
        await bus.publish(an_event(1))
        await until(lambda: len(tries) == 5)
        assert tries == [(0, 1, 0), (0, 2, 1), (0, 3, 2), (0, 4, 3), (1, 1, 0)]
        assert await bus.dead_letters() == []
        figures = bus.figures.report()["player"]
        assert (figures.errors, figures.dead) == (3, 0)


async def test_poison_ends_among_the_dead_letters_with_its_cause_and_the_rest_goes_on(buses: Buses) -> None:
    async with buses() as bus:
        handled = defaultdict[str, list[int]](list)
        tries = defaultdict[int, int](int)

        async def handle(delivery: Delivery) -> None:
            number = number_of(delivery.message)
            if number % 6 == 5:
                tries[number] += 1
                raise ValueError(f"poison {number}")
            handled[delivery.message.session_id].append(number)

        await bus.subscribe("player", handle)
        for number in range(300):
            await bus.publish(an_event(number, session=number % 10))
        causes = await letters_until(bus, 50)
        await until(lambda: sum(map(len, handled.values())) >= 250)
        poison = set(range(5, 300, 6))
        assert set(causes) == {f"ValueError: poison {number}" for number in poison}
        assert set(tries) == poison
        assert set(tries.values()) == {5}
        for session in range(10):
            assert handled[a_session(session)] == [n for n in range(300) if n % 10 == session and n not in poison]
        letters = await bus.dead_letters()
        assert {(letter.address, letter.group, letter.tries) for letter in letters} == {("player", "main", 5)}


async def test_what_will_never_succeed_is_tried_once(buses: Buses) -> None:
    async with buses() as bus:

        async def handle(delivery: Delivery) -> None:
            raise Unanswerable("there is no such place")

        await bus.subscribe("player", handle)
        await bus.publish(an_event(1))
        assert await letters_until(bus, 1) == ["Unanswerable: there is no such place"]
        assert (await bus.dead_letters())[0].tries == 1


class Unsaid(BaseException):
    """An error of the kind that libraries raise past everybody, of which not even the text can be had."""

    def __str__(self) -> str:
        raise ValueError("no text")


async def _cancel_myself() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)


async def _cancel_myself_at_the_very_end() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


async def _raise_past_everybody() -> None:
    raise Unsaid


async def test_whatever_a_handler_does_to_its_task_the_rest_goes_on(buses: Buses) -> None:
    async with buses(concurrent=2, tries_max=2) as bus:
        handled = Handled()
        deeds = [_cancel_myself, _raise_past_everybody, _cancel_myself_at_the_very_end]

        async def handle(delivery: Delivery) -> None:
            number = number_of(delivery.message)
            if number < 9:
                await deeds[number % 3]()
            await handled(delivery)

        await bus.subscribe("player", handle)
        for number in range(20):
            await bus.publish(an_event(number, session=number))
        causes = await letters_until(bus, 6)
        await until(lambda: len(handled.numbers) == 14)
        assert sorted(set(causes)) == ["RuntimeError: it was cancelled, or what it waited for was", "Unsaid"]
        assert sorted(handled.numbers) == [2, 5, 8, *range(9, 20)]


async def test_an_answer_that_is_none_is_a_failure_and_whoever_asked_is_told(buses: Buses) -> None:
    async with buses(tries_max=2) as bus:
        answers: list[Any] = [[1, 2], "hello", {"self": object()}]

        async def handle(delivery: Delivery) -> Any:
            return answers[number_of(delivery.message)]

        await bus.subscribe("generator", handle)
        for number in range(3):
            response = await bus.request(a_request(number), deadline_s=10)
            assert response.payload["data"]["dead"] is True
        figures = bus.figures.report()["generator"]
        assert (figures.processed, figures.errors, figures.dead) == (0, 6, 3)
        causes = await letters_until(bus, 3)
        assert "TypeError: its handler returned a list, but must return a mapping or None" in causes


async def test_a_handler_that_takes_too_long_has_failed(buses: Buses) -> None:
    async with buses(handle_s_max=0.05, tries_max=2) as bus:
        handled = Handled()

        async def handle(delivery: Delivery) -> None:
            if number_of(delivery.message) == 0 or delivery.tries == 1:
                await asyncio.sleep(60)
            await handled(delivery)

        await bus.subscribe("player", handle)
        await bus.publish(an_event(0))
        await bus.publish(an_event(1))
        assert await letters_until(bus, 1) == ["TimeoutError: it was not done within 0.05 s"]
        await until(lambda: handled.numbers == [1])
        assert handled.deliveries[0].tries == 2


async def test_bytes_that_are_no_message_are_a_dead_letter_that_can_be_looked_at(buses: Buses, inject: Inject) -> None:
    if inject is None:
        pytest.skip("nothing gets onto this bus but by `publish`")
    async with buses() as bus:
        handled = Handled()
        await bus.subscribe("player", handled)
        await inject(bus, "player", "main", b'{"messageId": "\xff')
        await bus.publish(an_event(1))
        (cause,) = await letters_until(bus, 1)
        assert "no message" in cause
        (letter,) = await bus.dead_letters()
        assert (letter.body, letter.message) == (b'{"messageId": "\xff', None)
        with pytest.raises(BadMessage):
            await bus.redrive(letter.id)
        await until(lambda: handled.numbers == [1])
        await bus.drop(letter.id)
        assert await bus.dead_letters() == []


# --- requests ---


async def test_a_request_is_answered_with_what_its_handler_returns(buses: Buses) -> None:
    async with buses() as bus, buses() as other:

        async def handle(delivery: Delivery) -> dict[str, Any]:
            return {"rooms": number_of(delivery.message) * 2}

        await other.subscribe("generator", handle)
        request = a_request(21)
        response = await bus.request(request)
        assert response.payload == {"success": True, "data": {"rooms": 42}}
        assert response.correlation_id == request.message_id
        assert (response.from_agent, response.to_agent, response.session_id) == ("generator", "dm", request.session_id)
        many = await asyncio.gather(*(bus.request(a_request(number, session=number)) for number in range(30)))
        assert [response.payload["data"]["rooms"] for response in many] == [number * 2 for number in range(30)]
        assert await bus.dead_letters() == []


async def test_a_handler_may_reply_itself_also_that_it_did_not_succeed(buses: Buses) -> None:
    async with buses() as bus, buses() as other:

        async def handle(delivery: Delivery) -> None:
            await other.reply(delivery, {"error": "no paper"}, success=False)

        await other.subscribe("generator", handle)
        response = await bus.request(a_request())
        assert response.payload == {"success": False, "data": {"error": "no paper"}}


async def test_a_request_that_cannot_be_answered_is_told_so_at_once(buses: Buses) -> None:
    async with buses() as bus:

        async def handle(delivery: Delivery) -> dict[str, Any]:
            raise Unanswerable("there is no terrain called 'cheese'")

        await bus.subscribe("generator", handle)
        response = await bus.request(a_request())
        assert response.payload == {"success": False, "data": {"error": "there is no terrain called 'cheese'"}}
        assert await bus.dead_letters() == []


async def test_a_request_that_failed_is_answered_once_it_succeeds(buses: Buses) -> None:
    async with buses() as bus:

        async def handle(delivery: Delivery) -> dict[str, Any]:
            if delivery.tries < 3:
                raise OSError("the pen is dry")
            return {"tries": delivery.tries}

        await bus.subscribe("generator", handle)
        assert (await bus.request(a_request())).payload["data"] == {"tries": 3}


async def test_a_request_that_is_given_up_is_answered_with_its_cause_at_once(buses: Buses) -> None:
    async with buses(tries_max=2) as bus, buses(tries_max=2) as other:

        async def handle(delivery: Delivery) -> dict[str, Any]:
            raise ValueError("there is no ink")

        await other.subscribe("generator", handle)
        response = await bus.request(a_request(), deadline_s=SETTLE_S)
        assert response.payload == {"success": False, "data": {"error": "ValueError: there is no ink", "dead": True}}
        assert await letters_until(bus, 1) == ["ValueError: there is no ink"]
        assert other.figures.report()["generator"].dead == 1


@pytest.mark.parametrize("leaves", [False, True])
async def test_a_request_that_is_given_up_when_nobody_waits_any_more_is_one_dead_letter(
    buses: Buses, leaves: bool
) -> None:
    async with buses(tries_max=1) as other:
        late = asyncio.Event()

        async def handle(delivery: Delivery) -> dict[str, Any]:
            await late.wait()
            raise ValueError("there is no ink")

        await other.subscribe("generator", handle)
        async with buses(tries_max=1) as bus:
            with pytest.raises(NoAnswer):
                await bus.request(a_request(), deadline_s=0.3)
            if not leaves:
                late.set()
                await letters_until(other, 1)
        late.set()
        await letters_until(other, 1)
        await asyncio.sleep(0.1)
        assert [letter.cause for letter in await other.dead_letters()] == ["ValueError: there is no ink"]


async def test_an_error_whose_text_cannot_be_sent_is_a_cause_all_the_same(buses: Buses) -> None:
    async with buses(tries_max=1) as bus:

        async def handle(delivery: Delivery) -> None:
            raise ValueError("torn \udc80")

        await bus.subscribe("generator", handle)
        await bus.subscribe("player", handle)
        response = await bus.request(a_request(), deadline_s=SETTLE_S)
        assert response.payload["data"]["error"] == "ValueError: torn \\udc80"
        await bus.publish(an_event(1))
        assert await letters_until(bus, 2) == ["ValueError: torn \\udc80"] * 2


@pytest.mark.parametrize(("timeout_ms", "deadline_s"), [(600, None), (30_000, 0.6)])
async def test_who_asks_waits_no_longer_than_they_said_and_what_comes_later_is_a_dead_letter(
    buses: Buses, timeout_ms: int, deadline_s: float | None
) -> None:
    async with buses() as bus, buses() as other:
        late = asyncio.Event()

        async def handle(delivery: Delivery) -> dict[str, Any]:
            await late.wait()
            return {"map": "the attic"}

        await other.subscribe("generator", handle)
        with pytest.raises(NoAnswer, match=r"'generator'.*'generate_map'"):
            await bus.request(a_request(timeout_ms=timeout_ms), deadline_s=deadline_s)
        late.set()
        assert await letters_until(other, 1) == ["nobody waits for this response"]
        (letter,) = await other.dead_letters()
        assert letter.message is not None
        assert letter.message.payload == {"success": True, "data": {"map": "the attic"}}
        with pytest.raises(NobodyThere):
            await other.redrive(letter.id)


async def test_a_response_to_whoever_has_left_is_a_dead_letter(buses: Buses) -> None:
    async with buses() as other:
        late = asyncio.Event()

        async def handle(delivery: Delivery) -> dict[str, Any]:
            await late.wait()
            return {}

        async with buses() as bus:
            await other.subscribe("generator", handle)
            with pytest.raises(NoAnswer):
                await bus.request(a_request(), deadline_s=0.3)
        late.set()
        assert await letters_until(other, 1) == ["nobody waits for this response"]


async def test_a_response_to_a_request_that_was_only_published_is_a_dead_letter(buses: Buses) -> None:
    async with buses() as bus:

        async def handle(delivery: Delivery) -> dict[str, Any]:
            return {}

        await bus.subscribe("generator", handle)
        await bus.publish(a_request())
        assert await letters_until(bus, 1) == ["nobody waits for this response"]


async def test_only_a_request_can_be_asked(buses: Buses) -> None:
    async with buses() as bus:
        await bus.declare("player")
        with pytest.raises(BadMessage, match="event"):
            await bus.request(an_event(1))


# --- who hears what ---


async def test_only_an_event_may_go_where_nobody_is(buses: Buses) -> None:
    async with buses() as bus:
        await bus.declare("player")
        await bus.publish(an_event(1, to="nobody"))
        update = Message.update({}, sender="dm", to="plaier", session=a_session(1))
        with pytest.raises(NobodyThere, match="'plaier'"):
            await bus.publish(update)
        with pytest.raises(NobodyThere, match="'generator'"):
            await bus.request(a_request())


async def test_each_group_gets_a_message_and_each_listener_hears_it(buses: Buses) -> None:
    async with buses() as bus, buses() as other:
        groups, listeners = [Handled(), Handled()], [Handled(), Handled()]
        await bus.subscribe("player", groups[0], group="page")
        await other.subscribe("player", groups[1], group="metrics")
        await bus.listen("player", listeners[0])
        left = await other.listen("player", listeners[1])
        for number in range(5):
            await bus.publish(an_event(number))
        await until(lambda: all(len(one.numbers) == 5 for one in (*groups, *listeners)))
        assert all(one.numbers == [0, 1, 2, 3, 4] for one in (*groups, *listeners))
        assert {delivery.group for delivery in listeners[0].deliveries} == {""}
        await left.close()
        await bus.publish(an_event(5))
        await until(lambda: all(len(one.numbers) == 6 for one in (*groups, listeners[0])))
        assert len(listeners[1].numbers) == 5


async def test_a_listener_hears_only_what_comes_after_it_and_nothing_is_kept_for_it(buses: Buses) -> None:
    async with buses() as bus:
        await bus.publish(an_event(0))
        heard = Handled()
        await bus.listen("player", heard)
        await bus.publish(an_event(1))
        await until(lambda: bool(heard.numbers))
        assert heard.numbers == [1]


async def test_a_listener_that_fails_goes_on_listening(buses: Buses) -> None:
    async with buses() as bus:
        heard = Handled()

        async def hear(delivery: Delivery) -> None:
            if number_of(delivery.message) == 0:
                raise ValueError("deaf")
            await heard(delivery)

        await bus.listen("player", hear)
        await bus.publish(an_event(0))
        await bus.publish(an_event(1))
        await until(lambda: heard.numbers == [1])
        assert await bus.dead_letters() == []
        counts = bus.figures.counts()
        assert (counts.listener_errors, counts.listener_error) == (1, "ValueError: deaf")


async def test_a_listener_whose_handler_cancels_it_goes_on_listening(buses: Buses) -> None:
    async with buses() as bus:
        heard = Handled()

        async def hear(delivery: Delivery) -> None:
            if number_of(delivery.message) % 2 == 0:
                await (_cancel_myself() if number_of(delivery.message) else _raise_past_everybody())
            await heard(delivery)

        await bus.listen("player", hear)
        for number in range(6):
            await bus.publish(an_event(number))
        await until(lambda: heard.numbers == [1, 3, 5])
        assert bus.figures.counts().listener_errors == 3


async def test_a_listener_that_is_behind_loses_the_oldest(buses: Buses) -> None:
    async with buses(behind_max=5) as bus:
        held = Held()
        await bus.listen("player", held)
        await bus.publish(an_event(0))
        await until(lambda: held.begun == [0])
        for number in range(1, 21):
            await bus.publish(an_event(number))
        await until(lambda: bus.figures.counts().unheard == 15)
        held.free.set()
        await until(lambda: len(held.numbers) == 6)
        assert held.numbers == [0, 16, 17, 18, 19, 20]


async def test_of_those_who_subscribe_to_a_group_one_is_active_and_the_next_takes_over(buses: Buses) -> None:
    async with buses() as bus, buses() as other:
        first, second, third = Handled(), Handled(), Handled()
        one = await bus.subscribe("player", first)
        two = await other.subscribe("player", second)
        await bus.subscribe("player", third)
        for number in range(20):
            await bus.publish(an_event(number, session=number % 4))
        await until(lambda: len(first.numbers) == 20)
        assert (second.numbers, third.numbers) == ([], [])
        await one.close()
        for number in range(20, 40):
            await bus.publish(an_event(number, session=number % 4))
        await until(lambda: len(second.numbers) + len(third.numbers) == 20)
        assert [] in (second.numbers, third.numbers)
        await two.close()
        await bus.publish(an_event(40))
        await until(lambda: 40 in second.numbers + third.numbers)


async def test_all_who_share_a_group_take_part(buses: Buses) -> None:
    async with buses(concurrent=1, at_hand_max=2) as bus, buses(concurrent=1, at_hand_max=2) as other:
        held, free = Held(), Handled()
        await bus.subscribe("player", held, shared=True)
        await other.subscribe("player", free, shared=True)
        for number in range(20):
            await bus.publish(an_event(number, session=number))
        await until(lambda: bool(held.begun) and len(free.numbers) >= 18)
        held.free.set()
        await until(lambda: len(held.numbers) + len(free.numbers) == 20)
        assert sorted(held.numbers + free.numbers) == list(range(20))


# --- bounds ---


async def test_where_as_many_wait_as_may_a_publisher_waits_and_is_then_refused(buses: Buses) -> None:
    async with buses(queue_max=10) as bus:
        await bus.declare("player")
        kept = 0
        with pytest.raises(BusFull, match="'player'"):  # noqa: PT012 - which of them is refused, a broker decides
            while kept < 20:
                await bus.publish(an_event(kept), wait_s=0.2)
                kept += 1
        assert kept >= 10
        waiting = asyncio.create_task(bus.publish(an_event(1000)))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        handled = Handled()
        await bus.subscribe("player", handled)
        await waiting
        await until(lambda: len(handled.numbers) > kept)
        assert handled.numbers == [*range(kept), 1000]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"payload": {"eventType": "turn_end", "data": {"map": "x" * 50_000_000}}}, "bytes"),
        ({"payload": {"eventType": "turn_end"}}, r"payload\.data"),
        ({"payload": {"eventType": "turn_end", "data": {"odd": object()}}}, "JSON"),
        ({"version": 2}, "version"),
        ({"message_type": "shout"}, "messageType"),
        ({"priority": "urgent"}, "priority"),
        ({"session_id": "tale-1"}, "sessionId"),
        ({"from_agent": "dm\x1b[2J"}, "fromAgent"),
        ({"to_agent": ""}, "toAgent"),
        ({"timestamp": "yesterday"}, "timestamp"),
    ],
)
async def test_what_is_no_message_is_refused_and_nothing_of_it_is_kept(
    buses: Buses, change: dict[str, Any], why: str
) -> None:
    async with buses() as bus:
        handled = Handled()
        await bus.subscribe("player", handled)
        with pytest.raises(BadMessage, match=why):
            await bus.publish(msgspec.structs.replace(an_event(0), **change))
        await bus.publish(an_event(1))
        await until(lambda: bool(handled.numbers))
        assert handled.numbers == [1]
        assert await bus.dead_letters() == []


# --- dead letters ---


async def test_a_dead_letter_is_listed_shown_redriven_and_dropped(buses: Buses) -> None:
    async with buses(tries_max=2) as bus, buses() as keeper:
        healed = False
        handled = Handled()

        async def handle(delivery: Delivery) -> None:
            if not healed:
                raise OSError("no ink")
            await handled(delivery)

        await bus.subscribe("player", handle)
        await bus.subscribe("player", Handled(), group="page")
        sent = [an_event(number, session=number) for number in range(2)]
        for number, message in enumerate(sent):
            await bus.publish(message)
            await letters_until(keeper, number + 1)
        latest, oldest = await keeper.dead_letters()
        assert await keeper.dead_letters(most=1) == [latest]
        assert await keeper.dead_letter(oldest.id) == oldest
        assert (oldest.cause, oldest.tries, oldest.address, oldest.group) == ("OSError: no ink", 2, "player", "main")
        assert oldest.message is not None
        assert latest.message is not None
        assert (oldest.message.message_id, latest.message.message_id) == tuple(message.message_id for message in sent)
        assert msgspec.json.decode(oldest.body)["messageId"] == sent[0].message_id
        assert oldest.at.endswith("Z")
        healed = True
        await keeper.redrive(oldest.id)
        await until(lambda: bool(handled.deliveries))
        again = handled.deliveries[0]
        assert (again.message, again.tries, again.message.metadata.retry_count) == (sent[0], 1, 0)
        await keeper.drop(latest.id)
        assert await keeper.dead_letters() == []
        for gone in (oldest.id, latest.id, "no-such-letter", ""):
            for act in (keeper.dead_letter, keeper.redrive, keeper.drop):
                with pytest.raises(NoSuchLetter):
                    await act(gone)
        await asyncio.sleep(0.05)
        assert handled.numbers == [0]


async def test_of_too_many_dead_letters_the_oldest_are_dropped(buses: Buses) -> None:
    async with buses(tries_max=1, dead_max=3) as bus:

        async def handle(delivery: Delivery) -> None:
            raise ValueError(f"poison {number_of(delivery.message)}")

        await bus.subscribe("player", handle)
        for number in range(6):
            await bus.publish(an_event(number))
        await until(lambda: bus.figures.report()["player"].dead == 6)
        async with asyncio.timeout(SETTLE_S):
            kept = [f"ValueError: poison {number}" for number in (5, 4, 3)]
            while await letters_until(bus, 3) != kept:  # noqa: ASYNC110 - a broker drops them when it likes
                await asyncio.sleep(0.01)


# --- watching and ending ---


async def test_the_journal_tells_a_whole_conversation(buses: Buses) -> None:
    notes = Notes()
    async with buses(journal=notes) as bus, buses(journal=notes) as other:

        async def handle(delivery: Delivery) -> dict[str, Any]:
            follows = Message.event("map_made", sender="generator", to="page", session=a_session(1), follows=request)
            await other.publish(follows)
            if delivery.tries == 1:
                raise OSError("torn")
            return {}

        heard = Handled()
        await bus.listen("page", heard)
        await other.subscribe("generator", handle)
        request = a_request()
        response = await bus.request(request)
        await until(lambda: len(heard.deliveries) == 2 and len(notes.hops) >= 9)
        told = sorted((hop.kind, hop.what, hop.about, hop.group, hop.why) for hop in notes.hops)
        assert told == [
            *[("event", What.HEARD, "map_made", "", "")] * 2,
            *[("event", What.PUBLISHED, "map_made", "", "")] * 2,
            ("request", What.FAILED, "generate_map", "main", "OSError: torn"),
            ("request", What.HANDLED, "generate_map", "main", ""),
            ("request", What.PUBLISHED, "generate_map", "", ""),
            ("response", What.ANSWERED, "ok", "", ""),
            ("response", What.REPLIED, "ok", "", ""),
        ]
        assert {hop.correlation for hop in notes.hops} == {request.message_id}
        assert {hop.message for hop in notes.hops if hop.kind == "response"} == {response.message_id}
        assert all(hop.took_ms > 0 for hop in notes.hops if hop.what in (What.HANDLED, What.FAILED, What.ANSWERED))


async def test_the_journal_tells_of_the_end_of_a_message_and_that_it_was_sent_again(buses: Buses) -> None:
    notes = Notes()
    async with buses(journal=notes, tries_max=2) as bus:

        async def handle(delivery: Delivery) -> None:
            if not any(hop.what is What.REDRIVEN for hop in notes.hops):
                raise OSError("torn")

        await bus.subscribe("player", handle)
        await bus.publish(an_event(1))
        await letters_until(bus, 1)
        await bus.redrive((await bus.dead_letters())[0].id)
        await until(lambda: any(hop.what is What.HANDLED for hop in notes.hops))
        whats = [hop.what for hop in notes.hops if hop.what is not What.PUBLISHED]
        assert whats == [What.FAILED, What.FAILED, What.DEAD, What.REDRIVEN, What.HANDLED]
        assert min(notes.hops, key=lambda hop: hop.at).what is What.PUBLISHED


async def test_leaving_a_bus_finishes_what_is_being_handled(buses: Buses) -> None:
    held = Held()
    async with buses() as bus:
        await bus.subscribe("player", held)
        await bus.publish(an_event(1))
        await until(lambda: held.begun == [1])
        asyncio.get_running_loop().call_later(0.05, held.free.set)
        await bus.close()
        assert held.numbers == [1]
        await bus.close()


async def test_a_handler_may_end_its_own_subscription(buses: Buses) -> None:
    async with buses(concurrent=1) as bus:
        handled, rest = Handled(), Handled()

        async def handle(delivery: Delivery) -> None:
            await subscription.close()
            await handled(delivery)

        await bus.declare("player")
        subscription = await bus.subscribe("player", handle)
        for number in range(3):
            await bus.publish(an_event(number))
        await until(lambda: handled.numbers == [0])
        await bus.subscribe("player", rest)
        await until(lambda: len(rest.numbers) == 2)
        assert (handled.numbers, rest.numbers) == ([0], [1, 2])
