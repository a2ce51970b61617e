"""Why: the chain by which something came to be known, back to whoever saw it or knew it from the start."""

import pytest
from tests.agents.memory.lives import ADA, BAS, CATO, DORA, blow, deed, learned, news

from fabula.agents.memory.experience import Experience, Kind
from fabula.agents.memory.why import How, Why, why
from fabula.agents.memory.witnesses import Witnesses
from fabula.errors import UsageError

CODES = "the lantern codes"
TRUTH, TWISTED = "Edda sold the lantern codes to the Wardenry.", "Edda gave the lantern codes away in her cups."


def witnesses(*met: tuple[str, Experience]) -> Witnesses:
    told = Witnesses()
    for agent, lived in met:
        told.add(agent, lived)
    return told


def told_on() -> Witnesses:
    """Dora saw it; she told Cato, he (in other words) Bas, he Ada."""
    return witnesses(
        (DORA, deed(DORA, "searched the Oil Loft", "search the Oil Loft", step=3, place="the Oil Loft")),
        (DORA, learned(DORA, CODES, TRUTH, step=3)),
        (CATO, deed(DORA, "told Cato", "tell Cato", to=CATO, step=8, place="the Quay", kind=Kind.WORDS)),
        (CATO, learned(CATO, CODES, TRUTH, source=DORA, step=8)),
        (BAS, learned(BAS, CODES, TWISTED, source=CATO, step=12)),
        (ADA, learned(ADA, CODES, TWISTED, source=BAS, step=20)),
        (CATO, learned(CATO, CODES, "Edda burned the lantern codes.", source="seen", step=30)),
        (ADA, news("A roof slid into the street.", step=31)),
        (ADA, blow(BAS, DORA, step=32)),
    )


def chain(answer: Why) -> list[tuple[str, How, int]]:
    return [(link.agent, link.how, link.step) for link in answer.links]


@pytest.mark.parametrize("statement", ["Edda gave the lantern codes away", "edda and the LANTERN CODES", CODES])
def test_the_chain_goes_back_to_who_saw_it(statement: str) -> None:
    answer = why(told_on(), ADA, statement)
    assert chain(answer) == [
        (ADA, How.HEARD, 20),
        (BAS, How.HEARD, 12),
        (CATO, How.HEARD, 8),
        (DORA, How.FOUND, 3),
    ]
    assert [link.source for link in answer.links] == [BAS, CATO, DORA, ""]
    assert [link.place for link in answer.links][2:] == ["the Quay", "the Oil Loft"]


def test_it_reads_like_an_answer() -> None:
    assert why(told_on(), ADA, "Edda gave the lantern codes away").lines() == [
        f"Ada takes this to be so: “{TWISTED}”",
        "- turn 5 (step 20): Bas told Ada.",
        "- turn 3 (step 12): Cato told Bas.",
        f"  On the way the words changed; Cato had it so: “{TRUTH}”",
        "- turn 2 (step 8), the Quay: Dora told Cato.",
        "- turn 0 (step 3), the Oil Loft: Dora found it out.",
    ]


def test_what_was_known_from_the_start_ends_the_chain() -> None:
    told = witnesses(
        (BAS, learned(BAS, CODES, TRUTH, source="known", step=0)), (ADA, learned(ADA, CODES, TRUTH, source=BAS))
    )
    assert chain(why(told, ADA, TRUTH)) == [(ADA, How.HEARD, 1), (BAS, How.KNEW, 0)]
    assert why(told, ADA, TRUTH).lines()[-1] == "- turn 0 (step 0): Bas knew it from the start."


def test_what_somebody_saw_with_its_own_eyes_needs_no_chain() -> None:
    answer = why(told_on(), ADA, "Bas struck Dora")
    assert chain(answer) == [(ADA, How.SAW, 32)]
    assert answer.lines() == ["Ada was there: Bas struck Dora at the Mill.", "- turn 8 (step 32), the Mill"]


def test_a_teller_of_whom_nothing_is_on_record_ends_the_chain_and_says_so() -> None:
    answer = why(witnesses((ADA, learned(ADA, CODES, TRUTH, source="a stranger"))), ADA, TRUTH)
    assert chain(answer)[-1] == ("a stranger", How.UNRECORDED, 0)
    assert "not on record" in answer.lines()[-1]


def test_two_who_tell_each_other_make_no_endless_chain() -> None:
    told = witnesses(
        (ADA, learned(ADA, CODES, TRUTH, source="known", step=0)),
        (BAS, learned(BAS, CODES, TRUTH, source=ADA, step=4)),
        (ADA, learned(ADA, CODES, TWISTED, source=BAS, step=8)),
        (BAS, learned(BAS, CODES, TWISTED, source=ADA, step=12)),
    )
    assert [link.step for link in why(told, BAS, TWISTED).links] == [12, 8, 4, 0]


@pytest.mark.parametrize("statement", ["Tom drank the brandy", "Dora sold the lantern codes", "zzz", "…"])
def test_what_it_does_not_know_it_says_and_offers_what_comes_nearest(statement: str) -> None:
    answer = why(witnesses((ADA, learned(ADA, CODES, TRUTH, source=BAS)), (DORA, news("x"))), ADA, statement)
    assert answer.links == ()
    assert len(answer.nearest) <= 3
    assert answer.lines()[0] == f"Ada remembers nothing like “{statement}”."


def test_nobody_answers_for_somebody_who_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"no agent 'Adda' in this run. Did you mean 'Ada'\?"):
        why(told_on(), "Adda", TRUTH)
    with pytest.raises(UsageError, match="Give the statement"):
        why(told_on(), ADA, "  ")


@pytest.mark.parametrize("statement", ["x" * 100_000, "\x1b[31m", "\ud800", "{0} %s"])
def test_hostile_statements_are_only_words(statement: str) -> None:
    assert why(told_on(), ADA, statement).links == ()
