"""The record: after a break the same question gets the same answer, and nobody pays for it twice."""

import math
from pathlib import Path
from typing import Any

import pytest
from tests.llm.money import a_failure, a_request, kept

from fabula.engine import Spent
from fabula.errors import RunError
from fabula.llm.digest import digest_of
from fabula.llm.layers.record import Record
from fabula.llm.ledger import Ledger
from fabula.llm.values import FailureKind, Finish, Reply, Request, Role, Source
from fabula.store import Store

ANSWER = Reply(
    text="I wait.",
    data={"action": "wait", "because": ["of the rain", None, 1.5]},
    finish=Finish.LENGTH,
    model="openai:tiny",
    source=Source.FALLBACK,
    spent=Spent(input_tokens=7, output_tokens=3, cost_nano_usd=44),
    failures=(a_failure(FailureKind.RATE_LIMITED),),
)


def keep(home: Path, reply: Reply, request: Request | None = None) -> Reply:
    async def story(ledger: Ledger, store: Store) -> Reply:
        return await Record(ledger).keep(request or a_request(), reply)

    return kept(home, story)


def find(home: Path, request: Request | None = None) -> Reply | None:
    async def story(ledger: Ledger, store: Store) -> Reply | None:
        return await Record(ledger).find(request or a_request())

    return kept(home, story)


def test_a_reply_that_was_kept_is_found_after_a_break_and_costs_nothing_then(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    assert keep(tmp_path, ANSWER) == ANSWER
    found = find(tmp_path)
    assert found is not None
    assert (found.source, found.spent) == (Source.RECORD, Spent())
    assert (found.text, found.data, found.finish) == (ANSWER.text, ANSWER.data, ANSWER.finish)
    assert (found.model, found.failures) == (ANSWER.model, ANSWER.failures)


@pytest.mark.parametrize(
    "other",
    [{"run": "another"}, {"agent": "tom"}, {"step": 1}, {"number": 1}, {"text": "And now?"}, {"tokens_max": 101}],
    ids=lambda other: next(iter(other)),
)
def test_another_question_has_another_answer(tmp_path: Path, other: dict[str, Any]) -> None:
    keep(tmp_path, ANSWER)
    assert find(tmp_path, a_request(**other)) is None


def test_an_answer_from_the_cache_stays_one(tmp_path: Path) -> None:
    from_cache = Reply(text="yes", source=Source.CACHE)
    assert keep(tmp_path, from_cache) == from_cache
    assert find(tmp_path) == from_cache


def test_where_no_model_answered_nothing_is_kept(tmp_path: Path) -> None:
    by_rules = Reply(source=Source.RULES, failures=(a_failure(),))
    assert keep(tmp_path, by_rules) == by_rules
    assert find(tmp_path) is None


def test_what_is_asked_outside_any_run_is_not_kept(tmp_path: Path) -> None:
    request = a_request(run="", role=Role.CHECK)
    assert keep(tmp_path, ANSWER, request) == ANSWER
    assert find(tmp_path, request) is None


def test_the_first_reply_stands_and_is_what_a_later_one_is_answered_with(tmp_path: Path) -> None:
    keep(tmp_path, ANSWER)
    again = keep(tmp_path, Reply(text="I go.", model="openai:tiny"))
    assert (again.text, again.source, again.spent) == (ANSWER.text, Source.RECORD, Spent())


@pytest.mark.parametrize(
    "odd",
    [
        Reply(text="half a character \ud83d, a null \0 and \u202e"),
        Reply(data={"amount": 10**30, "share": math.inf, "\udfff": True}),
        Reply(data={"amount": 10**6000}),
        Reply(data={"deep": [[[[1]]]], "numbers": [1e308, -0.0]}),
        Reply(text="x" * 1_000_000),
    ],
    ids=["text", "numbers", "digits", "deep", "long"],
)
def test_whatever_a_model_wrote_those_who_act_on_it_now_and_after_a_break_act_on_the_same(
    tmp_path: Path, odd: Reply
) -> None:
    now = keep(tmp_path, odd)
    later = find(tmp_path)
    assert later is not None
    assert (now.text, now.data) == (later.text, later.data)
    assert now.text == odd.text


def test_what_cannot_be_written_down_is_not_acted_on(tmp_path: Path) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert keep(tmp_path, Reply(text="deep", data=deep)) == Reply(text="deep")


@pytest.mark.parametrize("damage", [b"", b"\xff", b"[]", b'{"source":"nowhere"}', b"[" * 100_000])
def test_a_damaged_reply_is_an_error_that_names_its_place(tmp_path: Path, damage: bytes) -> None:
    async def story(ledger: Ledger, store: Store) -> None:
        request = a_request(step=4)
        await ledger.keep_reply(request.asker, digest_of(request), damage)
        with pytest.raises(RunError, match="'tale', step 4: the reply kept for 'mira' is damaged"):
            await Record(ledger).find(request)

    kept(tmp_path, story)
