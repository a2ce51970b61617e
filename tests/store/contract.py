"""What every store promises, as tests. A store's own test module imports them all and gives them `open_store`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.samples import (
    SETUP,
    OpenStore,
    Wall,
    a_branch,
    a_branch_of,
    a_call,
    a_held_run,
    a_record,
    a_reply,
    a_run,
    a_run_of,
    a_snapshot,
    an_answer,
    hex_of,
    records_of,
    some_records,
)

from fabula.errors import RunError, UsageError
from fabula.store import (
    Account,
    AccountRow,
    AnswerRow,
    Conflict,
    Fenced,
    Held,
    Lease,
    Limits,
    NoOpenQuestion,
    NoSuchRun,
    RecordRow,
    Refused,
    RunIsOpen,
    Scope,
    Settled,
    SnapshotRow,
    Store,
)

# --- runs ---


async def test_a_new_run_is_kept_as_given_with_its_times_filled_in(open_store: OpenStore) -> None:
    async with open_store(now=Wall(0.0)) as store:
        row = await store.create_run(a_run("ashfall"), SETUP)
        assert row == a_run("ashfall", created_at="1970-01-01T00:00:00Z", changed_at="1970-01-01T00:00:00Z")
        assert await store.run("ashfall") == row
        assert await store.setup("ashfall") == SETUP


async def test_a_starred_name_is_given_the_next_free_number(open_store: OpenStore) -> None:
    async with open_store() as store:
        names = ["harbour-*", "harbour-*", "harbour-9", "harbour-x", "harbour-1234567890", "harbour-*", "har-*", "-*"]
        kept = [(await store.create_run(a_run(name), SETUP)).id for name in names]
        assert kept == [
            *("harbour-1", "harbour-2", "harbour-9", "harbour-x", "harbour-1234567890", "harbour-10", "har-1", "-1")
        ]


async def test_many_starred_runs_made_at_once_get_different_names(open_store: OpenStore) -> None:
    async with open_store() as store, open_store() as other:
        rows = await asyncio.gather(*(place.create_run(a_run(), SETUP) for place in [store, other] * 10))
        assert {row.id for row in rows} == {f"tale-{number}" for number in range(1, 21)}


async def test_a_name_that_is_taken_is_a_conflict(open_store: OpenStore) -> None:
    async with open_store() as store:
        await store.create_run(a_run("ashfall"), SETUP)
        with pytest.raises(Conflict, match="ashfall"):
            await store.create_run(a_run("ashfall", seed=8), SETUP)
        assert [row.seed for row in await store.runs()] == [7]


@pytest.mark.parametrize("name", ["", "two\nlines", "\udcff", "nul\0"])
async def test_a_name_that_cannot_be_printed_is_refused(open_store: OpenStore, name: str) -> None:
    async with open_store() as store:
        with pytest.raises(UsageError, match="name of a run"):
            await store.create_run(a_run(name), SETUP)


async def test_runs_are_listed_oldest_first(open_store: OpenStore) -> None:
    async with open_store(now=Wall(1000.0)) as store:
        assert await store.runs() == []
        names = [(await store.create_run(a_run(name), SETUP)).id for name in ("zeta", "alpha", "mid")]
        assert [row.id for row in await store.runs()] == names


async def test_every_setup_comes_back_whichever_run_shares_it(open_store: OpenStore) -> None:
    async with open_store() as store:
        other = b'{"places":[]}'
        first = await store.create_run(a_run(), SETUP)
        second = await store.create_run(a_run(), SETUP)
        third = await store.create_run(a_run(setup_digest=hex_of(other.decode())), other)
        assert [await store.setup(row.id) for row in (first, second, third)] == [SETUP, SETUP, other]


async def test_a_setup_that_is_not_what_its_digest_says_is_refused(open_store: OpenStore) -> None:
    async with open_store() as store:
        with pytest.raises(Conflict, match="setup"):
            await store.create_run(a_run(), b"something else")
        assert await store.runs() == []


@pytest.mark.parametrize("name", ["ashfal", "\udcff", "nul\0"])
async def test_whatever_is_asked_of_an_unknown_run_names_it_and_the_nearest(open_store: OpenStore, name: str) -> None:
    async with open_store() as store:
        await store.create_run(a_run("ashfall"), SETUP)
        lease = Lease(run=name, fence=1, until=0.0)
        calls: list[Callable[[], Awaitable[Any]]] = [
            lambda: store.run(name),
            lambda: store.setup(name),
            lambda: store.acquire(name, ttl_s=30),
            lambda: store.held(name),
            lambda: store.renew(lease, ttl_s=30),
            lambda: store.append(lease, [a_record(0)]),
            lambda: store.keep_answer(lease, an_answer("mira", 0)),
            lambda: store.answers(name),
            lambda: store.post_command(name, b"{}"),
            lambda: store.commands(name, after=0),
            lambda: records_of(store, name),
            lambda: store.snapshots(name, at_most=9),
            lambda: store.snapshot(name, 0),
            lambda: store.calls(name),
            lambda: store.put_question(name, "mira", 0, who="person:ann", question=b"{}"),
            lambda: store.questions(name),
            lambda: store.answer_question(name, "mira", 0, b"{}"),
            lambda: store.create_run(a_branch(name, at=0), SETUP),
        ]
        for call in calls:
            with pytest.raises(NoSuchRun) as caught:
                await call()
            assert repr(name) in str(caught.value)
            assert "'ashfall'" in str(caught.value)


# --- the right to write ---


async def test_a_run_is_held_by_one_handle_at_a_time(open_store: OpenStore) -> None:
    async with open_store() as store, open_store() as other:
        lease = await a_held_run(store)
        for place in (store, other):
            with pytest.raises(RunIsOpen, match=rf"{lease.run}.* process \d+ on .* since \d{{4}}-.*Z"):
                await place.acquire(lease.run, ttl_s=30)
        await store.release(lease)
        assert (await other.acquire(lease.run, ttl_s=30)).fence == lease.fence + 1


async def test_who_has_a_run_can_be_seen_and_looking_takes_nothing(open_store: OpenStore) -> None:
    wall = Wall()
    async with open_store(now=wall) as store, open_store(now=wall) as other:
        row = await store.create_run(a_run(), SETUP)
        assert await other.held(row.id) is Held.LEFT, "nobody has had it yet"
        lease = await store.acquire(row.id, ttl_s=30)
        assert {await place.held(row.id) for place in (store, other, other)} == {Held.PLAYED}
        wall.now += 29
        assert await other.held(row.id) is Held.PLAYED
        wall.now += 1
        assert await other.held(row.id) is Held.LEFT, "nothing was heard of its holder for as long as a lease lasts"
        await store.append(lease, [a_record(0)])
        assert await other.held(row.id) is Held.PLAYED, "its holder writes again, since nobody took it"
        await store.release(lease)
        assert await other.held(row.id) is Held.LEFT
        lease = await store.acquire(row.id, ttl_s=30)
        await store.append(lease, [], ending=b"{}")
        assert await other.held(row.id) is Held.ENDED, "whoever still has it"


async def test_a_run_of_a_holder_that_is_gone_is_left(open_store: OpenStore) -> None:
    async with open_store() as store:
        async with open_store() as gone:
            run = (await a_held_run(gone)).run
            assert await store.held(run) is Held.PLAYED
        assert await store.held(run) is Held.LEFT


async def test_of_many_who_want_a_run_at_once_one_gets_it(open_store: OpenStore) -> None:
    async with open_store() as store, open_store() as other:
        row = await store.create_run(a_run(), SETUP)
        wanting = (place.acquire(row.id, ttl_s=30) for place in [store, other] * 8)
        results = await asyncio.gather(*wanting, return_exceptions=True)
        assert sorted(type(result).__name__ for result in results) == ["Lease"] + ["RunIsOpen"] * 15


async def test_a_lease_that_ran_out_is_taken_over_and_its_holder_can_write_no_more(open_store: OpenStore) -> None:
    wall = Wall()
    async with open_store(now=wall) as store, open_store(now=wall) as other:
        lost = await a_held_run(store, ttl_s=30)
        wall.now += 29
        with pytest.raises(RunIsOpen):
            await other.acquire(lost.run, ttl_s=30)
        wall.now += 1
        lease = await other.acquire(lost.run, ttl_s=30)
        calls: list[Callable[[], Awaitable[Any]]] = [
            lambda: store.append(lost, [a_record(0)]),
            lambda: store.append(lost, [], ending=b"{}"),
            lambda: store.append(lost, [], snapshot=a_snapshot(0)),
            lambda: store.keep_answer(lost, an_answer("mira", 0)),
            lambda: store.renew(lost, ttl_s=30),
        ]
        for call in calls:
            with pytest.raises(Fenced, match=f"{lost.run}.*fence {lost.fence}.*fence {lease.fence}"):
                await call()
        await store.release(lost)  # Says nothing, and takes nothing from the new holder.
        await other.append(lease, [a_record(0)])
        assert await records_of(other, lost.run) == [a_record(0)]
        assert await other.answers(lost.run) == []
        assert await other.snapshots(lost.run, at_most=9) == []
        assert (await other.run(lost.run)).ending is None


async def test_a_lease_that_ran_out_still_holds_while_nobody_wants_it(open_store: OpenStore) -> None:
    wall = Wall()
    async with open_store(now=wall) as store:
        lease = await a_held_run(store, ttl_s=30)
        wall.now += 1000
        await store.append(lease, [a_record(0)])
        assert (await store.run(lease.run)).steps == 1


@pytest.mark.parametrize("how", ["append", "keep_answer", "renew"])
async def test_writing_and_renewing_lengthen_a_lease(open_store: OpenStore, how: str) -> None:
    wall = Wall()
    async with open_store(now=wall) as store, open_store(now=wall) as other:
        lease = await a_held_run(store, ttl_s=30)
        assert lease.until == wall.now + 30
        wall.now += 20
        if how == "append":
            await store.append(lease, [a_record(0)])
        elif how == "keep_answer":
            await store.keep_answer(lease, an_answer("mira", 0))
        else:
            assert (await store.renew(lease, ttl_s=30)).until == wall.now + 30
        wall.now += 29
        with pytest.raises(RunIsOpen):
            await other.acquire(lease.run, ttl_s=30)
        wall.now += 1
        assert (await other.acquire(lease.run, ttl_s=30)).fence == lease.fence + 1


async def test_a_lease_that_was_given_back_is_good_for_nothing(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.release(lease)
        with pytest.raises(Fenced, match="given back"):
            await store.append(lease, [a_record(0)])
        await store.release(lease)


# --- appending ---


async def test_what_is_appended_comes_back_and_the_run_follows(open_store: OpenStore) -> None:
    wall = Wall(0.0)
    async with open_store(now=wall) as store:
        lease = await a_held_run(store, "ashfall")
        wall.now = 60.0
        await store.append(lease, some_records(0, 2))
        await store.append(lease, [a_record(2)])
        await store.append(lease, [a_record(3)], ending=b'{"kind":"won"}')
        row = await store.run("ashfall")
        assert (row.steps, row.digest, row.seal) == (4, a_record(3).digest, a_record(3).seal)
        assert (row.ending, row.changed_at) == (b'{"kind":"won"}', "1970-01-01T00:01:00Z")
    async with open_store() as store:
        assert await records_of(store, "ashfall") == some_records(0, 4)
        assert await store.runs() == [row]


async def test_the_same_append_again_is_a_success_and_changes_nothing(open_store: OpenStore) -> None:
    async with open_store(now=Wall()) as store:
        lease = await a_held_run(store)
        await store.append(lease, some_records(0, 5))
        before = await store.run(lease.run)
        for again in (some_records(0, 5), some_records(1, 3), [a_record(4)], []):
            await store.append(lease, again)
        assert await store.run(lease.run) == before
        assert await records_of(store, lease.run) == some_records(0, 5)


async def test_an_append_may_begin_with_what_is_kept_already(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.append(lease, some_records(0, 3))
        await store.append(lease, some_records(1, 6))
        assert await records_of(store, lease.run) == some_records(0, 6)
        assert (await store.run(lease.run)).steps == 6


@pytest.mark.parametrize(
    ("wrong", "step"),
    [
        ([a_record(0, "else")], 0),
        ([a_record(1), a_record(2, "else"), a_record(3)], 2),
        ([a_record(4)], 4),
        ([a_record(3), a_record(5)], 5),
        ([a_record(2), a_record(2)], 2),
        ([a_record(3), a_record(2)], 2),
    ],
)
async def test_another_record_or_one_out_of_turn_is_a_conflict_naming_run_and_step(
    open_store: OpenStore, wrong: list[Any], step: int
) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.append(lease, some_records(0, 3))
        with pytest.raises(Conflict, match=rf"{lease.run}.*step {step}\b"):
            await store.append(lease, wrong, snapshot=a_snapshot(3), ending=b"{}")
        assert await records_of(store, lease.run) == some_records(0, 3)
        assert await store.snapshots(lease.run, at_most=9) == []
        assert (await store.run(lease.run)).ending is None


async def test_nothing_is_added_to_a_run_that_has_ended(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.append(lease, some_records(0, 2), ending=b'{"kind":"won"}')
        for records, ending in (([a_record(2)], None), ([], b'{"kind":"lost"}'), ([a_record(2)], b'{"kind":"won"}')):
            with pytest.raises(Conflict, match=f"{lease.run}.*ended after 2 steps"):
                await store.append(lease, records, ending=ending)
        await store.append(lease, some_records(0, 2), ending=b'{"kind":"won"}')  # The very same call again.
        assert await records_of(store, lease.run) == some_records(0, 2)
        assert (await store.run(lease.run)).ending == b'{"kind":"won"}'


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_appended_in_whatever_order_a_run_is_one_unbroken_log(open_store: OpenStore, data: Any) -> None:
    """Against a list: an append keeps what the list lacks, or is refused whole if it does not fit on the list."""

    async def scene() -> None:
        async with open_store() as store:
            lease = await a_held_run(store)
            log: list[Any] = []
            for _ in range(data.draw(st.integers(1, 8))):
                start = data.draw(st.integers(0, len(log) + 1))
                records = some_records(start, start + data.draw(st.integers(0, 5)))
                if records and data.draw(st.booleans()):
                    odd = data.draw(st.integers(0, len(records) - 1))
                    records[odd] = a_record(records[odd].step, "odd")
                fits = not records or (
                    start <= len(log) and log[start : start + len(records)] == records[: len(log) - start]
                )
                if fits:
                    await store.append(lease, records)
                    log = log + records[len(log) - start :] if records else log
                else:
                    with pytest.raises(Conflict):
                        await store.append(lease, records)
                assert await records_of(store, lease.run) == log
                assert (await store.run(lease.run)).steps == len(log)

    asyncio.run(scene())


async def test_many_writers_at_once_each_keep_all_of_theirs(open_store: OpenStore) -> None:
    async with open_store() as store:

        async def write(number: int) -> str:
            lease = await a_held_run(store, f"run-{number}")
            for step in range(10):
                await store.append(lease, [a_record(step, lease.run)])
                with pytest.raises(Conflict):  # Beside the others', so that a refusal undoes no neighbour.
                    await store.append(lease, [a_record(step, "else")])
            return lease.run

        for run in await asyncio.gather(*(write(number) for number in range(64))):
            assert await records_of(store, run) == some_records(0, 10, run)


async def test_an_append_whose_caller_was_cancelled_is_kept_whole_or_not_at_all(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        appending = asyncio.create_task(store.append(lease, some_records(0, 50)))
        await asyncio.sleep(0)
        appending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await appending
        await store.append(lease, some_records(0, 50))
        assert await records_of(store, lease.run) == some_records(0, 50)


# --- reading ---


async def test_records_are_read_from_and_up_to_any_step(open_store: OpenStore) -> None:
    async with open_store() as store:
        run = await a_run_of(store, 700)
        everything = some_records(0, 700, run)
        assert await records_of(store, run) == everything
        ranges = [(0, 0), (0, 1), (255, 257), (256, 512), (300, None), (699, 2**80), (700, None), (2**80, None), (5, 2)]
        for start, stop in ranges:
            assert await records_of(store, run, start=start, stop=stop) == everything[start:stop]


async def test_large_records_come_back_too(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        records = [msgspec.structs.replace(a_record(step), events=bytes([step]) * 2**20) for step in range(12)]
        await store.append(lease, records)
        assert await records_of(store, lease.run) == records


async def test_a_reader_that_stops_or_waits_midway_hinders_nobody(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.append(lease, some_records(0, 600))
        reading = store.records(lease.run)
        assert await anext(reading) == a_record(0)
        await store.append(lease, some_records(600, 700))
        assert [record.step async for record in reading] == list(range(1, 700))
        async for record in store.records(lease.run, start=5):
            assert record == a_record(5)
            break
        await store.append(lease, [a_record(700)])


# --- answers and commands ---


async def test_an_answer_is_kept_once_and_stands(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        for answer in (an_answer("tom", 1), an_answer("mira", 1), an_answer("mira", 0), an_answer("mira", 1)):
            await store.keep_answer(lease, answer)
        with pytest.raises(Conflict, match=f"{lease.run}.*step 1.*'mira'"):
            await store.keep_answer(lease, an_answer("mira", 1, "attack"))
        kept = [an_answer("mira", 0), an_answer("mira", 1), an_answer("tom", 1)]
        assert await store.answers(lease.run) == kept
        assert await store.answers(lease.run, since=1) == kept[1:]
        assert await store.answers(lease.run, since=2) == []


async def test_commands_are_numbered_in_the_order_received_whoever_leaves_them(open_store: OpenStore) -> None:
    async with open_store() as store, open_store() as other:
        lease = await a_held_run(store)
        numbers = [await place.post_command(lease.run, b"%d" % i) for i, place in enumerate([store, other, other])]
        assert numbers == [1, 2, 3]
        assert [(row.number, row.command) for row in await store.commands(lease.run, after=0)] == [
            *((1, b"0"), (2, b"1"), (3, b"2"))
        ]
        assert [row.number for row in await store.commands(lease.run, after=2)] == [3]
        assert await store.commands(lease.run, after=3) == []


# --- calls and accounts ---

RUN = Account(scope=Scope.RUN, key="tale")
MIRA = Account(scope=Scope.AGENT, key="tale", agent="mira")
EACH = Account(scope=Scope.AGENT, key="tale")
TODAY = Account(scope=Scope.DAY, key="")


async def stands_at(store: Store, account: Account) -> tuple[int, int]:
    row = await store.account(account)
    return row.tokens, row.cost_nano_usd


async def reserved(store: Store, **changes: Any) -> int:
    call = await store.reserve(a_call(**changes))
    assert isinstance(call, int), call
    return call


async def test_a_call_counts_as_reserved_until_it_is_settled_for_its_agent_its_run_and_the_day(
    open_store: OpenStore,
) -> None:
    async with open_store() as store:
        call = await reserved(store, tokens=100, nano_usd=2000)
        for account in (MIRA, RUN, TODAY):
            assert await stands_at(store, account) == (100, 2000)
        store.settle(call, Settled(outcome="answered", input_tokens=30, output_tokens=9, cost_nano_usd=700))
        for account in (MIRA, RUN, TODAY):
            assert await stands_at(store, account) == (39, 700)
        for account in (Account(scope=Scope.AGENT, key="tale", agent="tom"), Account(scope=Scope.RUN, key="other")):
            assert await stands_at(store, account) == (0, 0)


async def test_calls_are_listed_in_their_order_as_they_were_made_and_settled(open_store: OpenStore) -> None:
    async with open_store(now=Wall(0.0)) as store:
        first = await reserved(store, step=3, number=1)
        second = await reserved(store, agent="tom", nano_usd=None)
        third = await reserved(store, agent="tom")
        await reserved(store, run="other")
        settled = Settled(outcome="timed out", cost_nano_usd=None, latency_ms=12.5, attempts=3)
        store.settle(second, settled)
        store.settle(third, Settled(outcome="cache"))
        at = "1970-01-01T00:00:00Z"
        assert await store.calls("tale") == [
            a_call(id=first, step=3, number=1, at=at),
            a_call(
                id=second,
                agent="tom",
                nano_usd=None,
                at=at,
                outcome="timed out",
                cost_nano_usd=None,
                latency_ms=12.5,
                attempts=3,
            ),
            a_call(id=third, agent="tom", at=at, outcome="cache", cost_nano_usd=0),
        ]


async def test_what_is_asked_outside_any_run_counts_for_the_day_alone(open_store: OpenStore) -> None:
    async with open_store(now=Wall(0.0)) as store:
        await reserved(store, run="", tokens=100, nano_usd=2000)
        assert [call.run for call in await store.calls("")] == [""]
        assert await store.accounts("") == []
        day = await store.account(TODAY)
        assert day == AccountRow(scope=Scope.DAY, key="1970-01-01", tokens=100, cost_nano_usd=2000)


@pytest.mark.parametrize("account", [MIRA, EACH, RUN, TODAY], ids=lambda account: account.scope + account.agent)
@pytest.mark.parametrize("in_money", [False, True], ids=["tokens", "money"])
async def test_no_account_is_reserved_beyond_its_limit_and_the_refusal_says_what_is_left(
    open_store: OpenStore, account: Account, in_money: bool
) -> None:
    async with open_store() as store:
        limits = Limits(cost_nano_usd_max=250) if in_money else Limits(tokens_max=250)
        await store.set_limits(account, limits)
        for _ in range(2):
            await reserved(store, tokens=100, nano_usd=100)
        refused = await store.reserve(a_call(tokens=100, nano_usd=100))
        assert isinstance(refused, Refused)
        assert refused.account.scope is account.scope
        assert (refused.in_money, refused.maximum, refused.left, refused.needed) == (in_money, 250, 50, 100)
        assert len(await store.calls("tale")) == 2
        assert await stands_at(store, RUN) == (200, 200)
        await reserved(store, tokens=50, nano_usd=50)
        assert await stands_at(store, TODAY) == (250, 250)


async def test_an_agents_own_limit_goes_before_that_of_each_agent(open_store: OpenStore) -> None:
    async with open_store() as store:
        await store.set_limits(EACH, Limits(tokens_max=100, cost_nano_usd_max=7))
        await store.set_limits(MIRA, Limits(tokens_max=300))
        assert (await store.account(MIRA)).tokens_max == 300
        assert (await store.account(MIRA)).cost_nano_usd_max == 7
        await reserved(store, tokens=300, nano_usd=0)
        assert isinstance(await store.reserve(a_call(agent="tom", tokens=101, nano_usd=0)), Refused)
        assert await store.accounts("tale") == [
            AccountRow(scope=Scope.AGENT, key="tale", tokens_max=100, cost_nano_usd_max=7),
            AccountRow(scope=Scope.AGENT, key="tale", agent="mira", tokens=300, tokens_max=300),
            AccountRow(scope=Scope.RUN, key="tale", tokens=300),
        ]


async def test_a_limit_for_the_day_may_come_with_the_call(open_store: OpenStore) -> None:
    wall = Wall(86_000.0)
    async with open_store(now=wall) as store:
        day = Limits(cost_nano_usd_max=150)
        call = await store.reserve(a_call(nano_usd=100), day=day)
        assert isinstance(call, int)
        assert await store.reserve(a_call(nano_usd=100, run="other"), day=day) == Refused(
            account=Account(scope=Scope.DAY, key="1970-01-01"), in_money=True, maximum=150, left=50, needed=100
        )
        wall.now += 86_400
        # Another day, another account; but a call counts on the day it began.
        assert isinstance(await store.reserve(a_call(nano_usd=100), day=day), int)
        assert await store.reserve_again(call) is None
        assert (await store.account(Account(scope=Scope.DAY, key="1970-01-01"))).cost_nano_usd == 200
        assert (await store.account(TODAY)).cost_nano_usd == 100


async def test_what_has_no_price_is_refused_where_money_is_limited_and_counted_in_tokens_elsewhere(
    open_store: OpenStore,
) -> None:
    async with open_store() as store:
        call = await reserved(store, tokens=100, nano_usd=None)
        store.settle(call, Settled(outcome="answered", input_tokens=9, cost_nano_usd=None))
        assert await stands_at(store, RUN) == (9, 0)
        await store.set_limits(RUN, Limits(cost_nano_usd_max=10**9))
        refused = await store.reserve(a_call(nano_usd=None))
        assert refused == Refused(account=RUN, in_money=True, maximum=10**9, left=10**9, needed=None)


async def test_a_further_attempt_sets_as_much_aside_again_or_is_refused(open_store: OpenStore) -> None:
    async with open_store() as store:
        await store.set_limits(RUN, Limits(tokens_max=350))
        call = await reserved(store, tokens=100, nano_usd=30)
        assert await store.reserve_again(call) is None
        assert await store.reserve_again(call) is None
        assert isinstance(await store.reserve_again(call), Refused)
        assert await stands_at(store, RUN) == (300, 90)
        [row] = await store.calls("tale")
        assert (row.attempts, row.reserved_tokens, row.reserved_nano_usd) == (3, 300, 90)
        store.settle(call, Settled(outcome="answered", input_tokens=1, cost_nano_usd=1))
        assert await stands_at(store, RUN) == (1, 1)
        with pytest.raises(Conflict, match=f"call {call}.*settled"):
            await store.reserve_again(call)


async def test_a_call_is_settled_once(open_store: OpenStore) -> None:
    async with open_store() as store:
        call = await reserved(store)
        store.settle(call, Settled(outcome="answered", input_tokens=5))
        store.settle(call, Settled(outcome="cancelled", input_tokens=50))
        store.settle(4711, Settled(outcome="answered", input_tokens=50))
        assert [row.outcome for row in await store.calls("tale")] == ["answered"]
        assert await stands_at(store, RUN) == (5, 0)


async def test_limits_and_open_reservations_outlast_the_handle_and_a_later_limit_replaces_an_earlier(
    open_store: OpenStore,
) -> None:
    async with open_store() as store:
        await store.set_limits(RUN, Limits(tokens_max=150, cost_nano_usd_max=5000))
        await reserved(store, tokens=100)
    async with open_store() as store:
        refused = await store.reserve(a_call(tokens=100))
        assert isinstance(refused, Refused)
        assert refused.left == 50
        await store.set_limits(RUN, Limits(tokens_max=200))
        assert await store.account(RUN) == AccountRow(
            scope=Scope.RUN, key="tale", tokens=100, cost_nano_usd=1000, tokens_max=200
        )
        await reserved(store, tokens=100)


async def test_closing_settles_what_was_accepted_and_a_closed_store_settles_nothing(open_store: OpenStore) -> None:
    async with open_store() as store:
        calls = [await reserved(store, tokens=100) for _ in range(20)]
        for call in calls[1:]:
            store.settle(call, Settled(outcome="answered", input_tokens=1))
    store.settle(calls[0], Settled(outcome="answered", input_tokens=1))
    async with open_store() as store:
        assert (await store.account(RUN)).tokens == 100 + 19
        assert [call.outcome for call in await store.calls("tale")] == ["", *["answered"] * 19]


async def test_of_many_who_reserve_at_once_as_many_succeed_as_there_is_room_for(open_store: OpenStore) -> None:
    async with open_store() as store, open_store() as other:
        await store.set_limits(RUN, Limits(cost_nano_usd_max=1050))
        wanting = (
            place.reserve(a_call(agent=f"agent-{i}", nano_usd=100)) for i, place in enumerate([store, other] * 25)
        )
        results = await asyncio.gather(*wanting)
        assert sum(isinstance(result, int) for result in results) == 10
        assert (await store.account(RUN)).cost_nano_usd == 1000


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_account_is_the_sum_of_its_open_reservations_and_settled_costs_and_never_beyond_its_wall(
    open_store: OpenStore, data: Any
) -> None:
    amount = st.integers(0, 100)

    async def scene() -> None:
        async with open_store() as store:
            run = (await store.create_run(a_run("*-*"), SETUP)).id
            account = Account(scope=Scope.RUN, key=run)
            wall = data.draw(st.integers(0, 400))
            await store.set_limits(account, Limits(tokens_max=wall))
            open_: dict[int, tuple[int, int]] = {}
            settled = 0
            for _ in range(data.draw(st.integers(1, 15))):
                match data.draw(st.sampled_from(["reserve", "again", "settle"])) if open_ else "reserve":
                    case "reserve":
                        tokens = data.draw(amount)
                        call = await store.reserve(a_call(run=run, tokens=tokens))
                        fits = settled + sum(map(sum, open_.values())) + tokens <= wall
                        assert isinstance(call, int) == fits
                        if isinstance(call, int):
                            open_[call] = (tokens, 0)
                    case "again":
                        number = data.draw(st.sampled_from(sorted(open_)))
                        tokens, more = open_[number]
                        if await store.reserve_again(number) is None:
                            open_[number] = (tokens, more + tokens)
                    case "settle":
                        number = data.draw(st.sampled_from(sorted(open_)))
                        spent = data.draw(st.integers(0, sum(open_.pop(number))))
                        store.settle(number, Settled(outcome="answered", output_tokens=spent))
                        settled += spent
                stands = (await store.account(account)).tokens
                assert stands == settled + sum(map(sum, open_.values()))
                assert stands <= wall
            rows = await store.calls(run)
            assert stands == sum(
                row.input_tokens + row.output_tokens if row.outcome else row.reserved_tokens for row in rows
            )

    asyncio.run(scene())


# --- replies ---


async def test_a_reply_is_found_again_by_its_question_alone(open_store: OpenStore) -> None:
    async with open_store() as store:
        kept = a_reply()
        assert await store.keep_reply(kept) == kept.reply
    async with open_store() as store:
        question = ("tale", "mira", 3, 0, hex_of("prompt"))
        assert await store.reply_to(*question) == kept.reply
        others: list[tuple[str, str, int, int, str]] = [
            ("other", *question[1:]),
            ("tale", "tom", *question[2:]),
            ("tale", "mira", 4, *question[3:]),
            ("tale", "mira", 3, 1, question[4]),
            (*question[:4], hex_of("another prompt")),
        ]
        assert [await store.reply_to(*other) for other in others] == [None] * 5


async def test_the_first_reply_to_a_question_stands(open_store: OpenStore) -> None:
    async with open_store() as store:
        assert await store.keep_reply(a_reply(b"yes")) == b"yes"
        assert await store.keep_reply(a_reply(b"no")) == b"yes"
        assert await store.keep_reply(a_reply(b"no", number=1)) == b"no"


# --- vectors ---


async def test_a_vector_is_found_again_by_its_model_and_its_text_alone(open_store: OpenStore) -> None:
    async with open_store() as store:
        kept = {hex_of("one"): b"\x01\xff", hex_of("two"): b""}
        assert await store.put_vectors("openai:small", kept) == kept
    async with open_store() as store:
        assert await store.vectors("openai:small", [*kept, hex_of("three")]) == kept
        assert await store.vectors("openai:large", list(kept)) == {}
        assert await store.vectors("openai:small", []) == {}


async def test_the_first_vector_of_a_text_stands(open_store: OpenStore) -> None:
    async with open_store() as store, open_store() as other:
        first, second, third = hex_of("one"), hex_of("two"), hex_of("three")
        assert await store.put_vectors("m", {first: b"a", second: b"b"}) == {first: b"a", second: b"b"}
        assert await other.put_vectors("m", {second: b"c", third: b"d"}) == {second: b"b", third: b"d"}
        assert await store.put_vectors("n", {second: b"c"}) == {second: b"c"}
        assert await store.vectors("m", [third, first, second]) == {first: b"a", second: b"b", third: b"d"}


async def test_many_vectors_are_kept_at_once(open_store: OpenStore) -> None:
    async with open_store() as store:
        many = {hex_of(str(number)): bytes([number % 256]) * 1536 for number in range(2000)}
        await store.put_vectors("m", many)
        assert await store.vectors("m", list(many)) == many


# --- questions to persons ---


async def test_a_question_waits_until_it_is_answered_from_wherever(open_store: OpenStore) -> None:
    async with open_store() as asking, open_store() as answering:
        run = await a_run_of(asking, 0)
        await asking.put_question(run, "mira", 3, who="person:ann", question=b"what now?")
        assert await asking.question_answer(run, "mira", 3) is None
        [question] = await answering.questions(run)
        assert (question.run, question.agent, question.asked) == (run, "mira", 3)
        assert (question.who, question.question, question.answer) == ("person:ann", b"what now?", None)
        await answering.answer_question(run, "mira", 3, b"wait")
        assert await answering.questions(run) == []
        assert await answering.question_answer(run, "mira", 3) == b"wait"
        await asyncio.sleep(0.05)
        assert await asking.question_answer(run, "mira", 3) == b"wait"


async def test_open_questions_are_listed_by_step_and_agent_of_one_run_or_one_agent(open_store: OpenStore) -> None:
    async with open_store() as store:
        run, other = await a_run_of(store, 0), await a_run_of(store, 0)
        assert await store.questions(run) == []
        for agent, asked in (("tom", 2), ("mira", 2), ("tom", 1)):
            await store.put_question(run, agent, asked, who="person:ann", question=b"?")
        await store.put_question(other, "ada", 1, who="person:ann", question=b"?")
        listed = [(question.agent, question.asked) for question in await store.questions(run)]
        assert listed == [("tom", 1), ("mira", 2), ("tom", 2)]
        assert [question.asked for question in await store.questions(run, agent="tom")] == [1, 2]
        assert await store.questions(run, agent="nobody") == []


async def test_only_an_open_question_can_be_answered(open_store: OpenStore) -> None:
    async with open_store() as store:
        run = await a_run_of(store, 0)
        await store.put_question(run, "mira", 3, who="person:ann", question=b"?")
        await store.answer_question(run, "mira", 3, b"first")
        with pytest.raises(NoOpenQuestion, match=rf"{run}.*'mira'.*step 3.*already"):
            await store.answer_question(run, "mira", 3, b"second")
        for agent, asked in (("mira", 4), ("tom", 3), ("\udcff", 3)):
            with pytest.raises(NoOpenQuestion, match=rf"{run}.*step {asked}"):
                await store.answer_question(run, agent, asked, b"?")
        assert await store.question_answer(run, "mira", 3) == b"first"


async def test_the_same_question_again_keeps_its_answer_and_another_one_does_not(open_store: OpenStore) -> None:
    """A run that is resumed asks again."""
    async with open_store() as store:
        run = await a_run_of(store, 0)

        async def answer_after(who: str, question: bytes) -> bytes | None:
            await store.put_question(run, "mira", 3, who=who, question=question)
            return await store.question_answer(run, "mira", 3)

        assert await answer_after("person:ann", b"?") is None
        await store.answer_question(run, "mira", 3, b"wait")
        assert await answer_after("person:ann", b"?") == b"wait"
        assert await answer_after("person:bob", b"?") is None
        await store.answer_question(run, "mira", 3, b"go")
        assert await answer_after("person:bob", b"what now?") is None


async def test_a_question_can_be_withdrawn(open_store: OpenStore) -> None:
    async with open_store() as store:
        run = await a_run_of(store, 0)
        await store.put_question(run, "mira", 3, who="person:ann", question=b"?")
        for _ in range(2):
            await store.withdraw_question(run, "mira", 3)
            assert await store.questions(run) == []
        with pytest.raises(NoOpenQuestion):
            await store.answer_question(run, "mira", 3, b"wait")


# --- branches ---


async def test_a_branch_shares_its_past_and_differs_after_it(open_store: OpenStore) -> None:
    async with open_store() as store:
        parent = await a_run_of(store, 5)
        branch = await store.create_run(a_branch(parent, at=3), SETUP)
        assert (branch.parent, branch.parent_step, branch.steps) == (parent, 3, 3)
        assert (branch.digest, branch.seal) == (hex_of("before 3"), hex_of("before 3"))
        assert await records_of(store, branch.id) == some_records(0, 3, parent)
        lease = await store.acquire(branch.id, ttl_s=30)
        await store.append(lease, some_records(3, 7, branch.id))
        shared, own = some_records(0, 3, parent), some_records(3, 7, branch.id)
        assert await records_of(store, branch.id) == shared + own
        assert await records_of(store, branch.id, start=2, stop=4) == shared[2:] + own[:1]
        assert await records_of(store, parent) == some_records(0, 5, parent)
        with pytest.raises(Conflict, match=rf"{branch.id}.*step 2\b"):
            await store.append(lease, [a_record(2, parent)])


@pytest.mark.parametrize("at", [-1, 6])
async def test_a_branch_leaves_its_parent_at_a_step_that_this_has(open_store: OpenStore, at: int) -> None:
    async with open_store() as store:
        parent = await a_run_of(store, 5)
        with pytest.raises(UsageError, match=f"{parent}.*step {at}.* 0 to 5"):
            await store.create_run(a_branch(parent, at=at), SETUP)


async def test_a_branch_of_an_ended_run_goes_on(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.append(lease, some_records(0, 2), ending=b"{}")
        branch = await a_branch_of(store, lease.run, at=2, steps=1)
        assert ((await store.run(branch)).steps, (await store.run(branch)).ending) == (3, None)


async def test_a_branch_of_a_branch_may_leave_before_that_one_began(open_store: OpenStore) -> None:
    async with open_store() as store:
        root = await a_run_of(store, 10)
        middle = await a_branch_of(store, root, at=6, steps=4)
        early = await a_branch_of(store, middle, at=2, steps=2)
        late = await a_branch_of(store, middle, at=8, steps=1)
        assert await records_of(store, early) == some_records(0, 2, root) + some_records(2, 4, early)
        assert await records_of(store, late) == [
            *some_records(0, 6, root),
            *some_records(6, 8, middle),
            *some_records(8, 9, late),
        ]


async def test_a_chain_of_branches_is_read_like_a_run(open_store: OpenStore) -> None:
    async with open_store() as store:
        line = [await a_run_of(store, 1)]
        for generation in range(1, 50):
            line.append(await a_branch_of(store, line[-1], at=generation, steps=1))
        assert await records_of(store, line[-1]) == [a_record(step, name) for step, name in enumerate(line)]


async def test_a_branch_has_the_answers_asked_for_before_it_left(open_store: OpenStore) -> None:
    async with open_store() as store:
        root = await a_held_run(store)
        await store.append(root, some_records(0, 10))
        for asked in (0, 2, 4):
            await store.keep_answer(root, an_answer("mira", asked, "of_root"))
        branch = await store.acquire((await store.create_run(a_branch(root.run, at=4), SETUP)).id, ttl_s=30)
        await store.keep_answer(branch, an_answer("mira", 4, "of_branch"))
        # Asked before the branch, still thinking there: the root's answer came first, the branch's own stands.
        await store.keep_answer(branch, an_answer("tom", 3, "of_branch"))
        await store.keep_answer(root, an_answer("tom", 3, "of_root"))
        twig = (await store.create_run(a_branch(branch.run, at=2), SETUP)).id
        of_branch = [an_answer("mira", 0, "of_root"), an_answer("mira", 2, "of_root")]
        of_branch += [an_answer("tom", 3, "of_branch"), an_answer("mira", 4, "of_branch")]
        assert await store.answers(branch.run) == of_branch
        assert await store.answers(branch.run, since=3) == of_branch[2:]
        assert await store.answers(twig) == of_branch[:1]


async def test_a_branch_begins_with_no_commands_and_numbers_its_own_above_its_ancestors(open_store: OpenStore) -> None:
    async with open_store() as store:
        root = await a_run_of(store, 3)
        assert [await store.post_command(root, b"pause") for _ in range(2)] == [1, 2]
        branch = await a_branch_of(store, root, at=3)
        twig = await a_branch_of(store, branch, at=3)
        assert await store.commands(branch, after=0) == []
        assert await store.post_command(twig, b"stop") == 3
        assert await store.post_command(branch, b"resume") == 3
        assert [(row.number, row.command) for row in await store.commands(twig, after=2)] == [(3, b"stop")]


class Life(msgspec.Struct):
    """A run as plain lists: what it recorded itself, and whom it left when."""

    lease: Lease
    parent: "Life | None" = None
    start: int = 0
    records: list[RecordRow] = []
    own_answers: dict[tuple[int, str], AnswerRow] = {}
    own_snapshots: dict[int, SnapshotRow] = {}

    def log(self) -> list[RecordRow]:
        return (self.parent.log()[: self.start] if self.parent else []) + self.records

    def answers(self) -> dict[tuple[int, str], AnswerRow]:
        inherited = self.parent.answers() if self.parent else {}
        return {key: row for key, row in inherited.items() if row.asked < self.start} | self.own_answers

    def snapshots(self) -> dict[int, SnapshotRow]:
        inherited = self.parent.snapshots() if self.parent else {}
        return {step: row for step, row in inherited.items() if step <= self.start} | self.own_snapshots


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_any_family_of_runs_each_has_its_ancestors_past_and_its_own_life(open_store: OpenStore, data: Any) -> None:
    async def scene() -> None:
        async with open_store() as store:
            family = [Life(await a_held_run(store))]
            for _ in range(data.draw(st.integers(1, 8))):  # As many snapshots as are kept of one run.
                life = family[data.draw(st.integers(0, len(family) - 1))]
                name, steps = life.lease.run, len(life.log())
                match data.draw(st.sampled_from(["append", "branch", "answer"])):
                    case "append":
                        fresh = some_records(steps, steps + data.draw(st.integers(1, 3)), name)
                        snapshot = a_snapshot(steps + len(fresh), name.encode())
                        await store.append(life.lease, fresh, snapshot=snapshot)
                        life.records.extend(fresh)
                        life.own_snapshots[snapshot.step] = snapshot
                    case "branch":
                        at = data.draw(st.integers(0, steps))
                        row = await store.create_run(a_branch(name, at=at), SETUP)
                        family.append(Life(await store.acquire(row.id, ttl_s=30), life, at))
                    case "answer":
                        answer = an_answer("mira", data.draw(st.integers(0, steps)), f"of_{name}")
                        await store.keep_answer(life.lease, answer)
                        life.own_answers[answer.asked, answer.agent] = answer
            start, stop = data.draw(st.integers(0, 12)), data.draw(st.integers(0, 12))
            for life in family:
                name, answers, snapshots = life.lease.run, life.answers(), life.snapshots()
                assert await records_of(store, name) == life.log()
                assert await records_of(store, name, start=start, stop=stop) == life.log()[start:stop]
                assert await store.answers(name, since=start) == [
                    answers[key] for key in sorted(answers) if key[0] >= start
                ]
                assert await store.snapshots(name, at_most=stop) == sorted(
                    (step for step in snapshots if step <= stop), reverse=True
                )
                assert [await store.snapshot(name, step) for step in snapshots] == list(snapshots.values())

    asyncio.run(scene())


# --- snapshots ---


async def test_a_snapshot_is_kept_with_the_step_before_it(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.append(lease, some_records(0, 5), snapshot=a_snapshot(5, b"five"))
        await store.append(lease, some_records(5, 8), snapshot=a_snapshot(8, b"eight"))
        await store.append(lease, some_records(5, 8), snapshot=a_snapshot(8, b"eight again"))
        assert await store.snapshots(lease.run, at_most=100) == [8, 5]
        assert await store.snapshots(lease.run, at_most=7) == [5]
        assert await store.snapshot(lease.run, 8) == a_snapshot(8, b"eight again")
        assert await store.snapshot(lease.run, 6) is None


async def test_a_branch_uses_snapshots_from_before_it_left(open_store: OpenStore) -> None:
    async with open_store() as store:
        root = await a_held_run(store)
        for step in (2, 4, 6):
            await store.append(root, some_records(step - 2, step), snapshot=a_snapshot(step, b"root"))
        branch = await store.acquire((await store.create_run(a_branch(root.run, at=4), SETUP)).id, ttl_s=30)
        await store.append(branch, some_records(4, 7, "branch"), snapshot=a_snapshot(7, b"branch"))
        assert await store.snapshots(branch.run, at_most=100) == [7, 4, 2]
        assert await store.snapshot(branch.run, 4) == a_snapshot(4, b"root")
        assert await store.snapshot(branch.run, 6) is None
        await store.append(branch, [], snapshot=a_snapshot(4, b"branch"))
        assert await store.snapshots(branch.run, at_most=100) == [7, 4, 2]
        assert await store.snapshot(branch.run, 4) == a_snapshot(4, b"branch")
        assert await store.snapshot(root.run, 4) == a_snapshot(4, b"root")


async def test_a_few_snapshots_remain_spread_over_the_run_the_latest_among_them(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        for step in range(10, 1001, 10):
            await store.append(lease, some_records(step - 10, step), snapshot=a_snapshot(step))
            kept = sorted(await store.snapshots(lease.run, at_most=step))
            assert len(kept) <= 8
            assert kept[-1] == step
            gaps = [after - before for before, after in zip([0, *kept], kept, strict=False)]
            assert max(gaps) <= max(10, step / 4)


# --- the end ---


async def test_closing_finishes_what_was_accepted(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        appends = [asyncio.create_task(store.append(lease, some_records(0, step))) for step in range(100)]
        await asyncio.sleep(0)
    await asyncio.gather(*appends)
    async with open_store() as store:
        assert await records_of(store, lease.run) == some_records(0, 99)


async def test_a_closed_store_says_so_and_may_be_closed_again(open_store: OpenStore) -> None:
    async with open_store() as store:
        lease = await a_held_run(store)
        await store.close()
        await store.close()
        with pytest.raises(RunError, match="closed"):
            await store.run(lease.run)
        with pytest.raises(RunError, match="closed"):
            await store.append(lease, [a_record(0)])
