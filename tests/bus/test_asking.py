"""Asking: each response reaches whoever asked, once, and nobody waits for ever."""

import asyncio

import pytest
from tests.bus.samples import a_request, an_event

from fabula.bus import BadMessage, Message, NoAnswer
from fabula.bus.asking import Asking
from fabula.bus.protocol import death_notice


async def sent(wait_s: float) -> None:
    """It is on its way at once."""


async def test_a_response_reaches_whoever_asked() -> None:
    asking, request = Asking(), a_request()
    response = request.response({"tiles": 9})

    async def answered(wait_s: float) -> None:
        assert wait_s == 30.0
        assert asking.take(response)

    found, took_ms = await asking.ask(request, answered, deadline_s=None)
    assert found is response
    assert took_ms >= 0


async def test_a_response_that_comes_twice_is_known_and_one_that_comes_too_late_is_not() -> None:
    asking, prompt, late = Asking(), a_request(), a_request()

    async def answered_twice(wait_s: float) -> None:
        assert asking.take(prompt.response())
        assert asking.take(prompt.response())

    await asking.ask(prompt, answered_twice, deadline_s=None)
    assert asking.take(prompt.response())
    with pytest.raises(NoAnswer, match=r"'generator' did not answer 'generate_map' within 0.01 s \(message "):
        await asking.ask(late, sent, deadline_s=0.01)
    assert not asking.take(late.response())
    assert asking.take(death_notice(late, "it burnt"))


async def test_where_nothing_comes_twice_a_second_response_is_one_too_many() -> None:
    asking, request = Asking(answered_max=0), a_request()
    taken: list[bool] = []

    async def answered_twice(wait_s: float) -> None:
        taken.extend(asking.take(request.response()) for _ in range(2))

    await asking.ask(request, answered_twice, deadline_s=None)
    assert taken == [True, False]


async def test_only_so_many_answered_requests_are_remembered() -> None:
    asking = Asking(answered_max=2)
    requests = [a_request(number) for number in range(3)]

    async def ask(request: Message) -> None:
        async def answered(wait_s: float) -> None:
            asking.take(request.response())

        await asking.ask(request, answered, deadline_s=None)

    for request in requests:
        await ask(request)
    assert [asking.take(request.response()) for request in requests] == [False, True, True]


async def test_only_a_request_is_asked_and_only_once_at_a_time() -> None:
    asking, request = Asking(), a_request()
    with pytest.raises(BadMessage, match="only a request is answered"):
        await asking.ask(an_event(1), sent, deadline_s=None)
    first = asyncio.create_task(asking.ask(request, sent, deadline_s=None))
    await asyncio.sleep(0)
    with pytest.raises(BadMessage, match="a request is asked once"):
        await asking.ask(request, sent, deadline_s=None)
    assert asking.take(request.response())
    await first


async def test_what_could_not_be_sent_is_not_waited_for() -> None:
    asking, request = Asking(), a_request()

    async def refused(wait_s: float) -> None:
        raise BadMessage("no")

    with pytest.raises(BadMessage, match="no"):
        await asking.ask(request, refused, deadline_s=None)
    assert not asking.take(request.response())


async def test_whoever_waits_when_it_is_closed_is_told() -> None:
    asking = Asking()
    waiting = asyncio.create_task(asking.ask(a_request(), sent, deadline_s=None))
    await asyncio.sleep(0)
    asking.close()
    with pytest.raises(NoAnswer, match="closed before an answer came"):
        await waiting
