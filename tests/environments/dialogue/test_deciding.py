"""How a group settles its question: by a vote, or by rounds of consensus, with everything recorded."""

from collections.abc import Callable

import pytest
from tests.environments.dialogue.tables import Table, a_setting, always, lively, with_speaker

from fabula.engine.values import Action, Observation
from fabula.environments.dialogue import DialogueSetting, Ends
from fabula.environments.dialogue.actions import Cause, Consent, Falter, Pass, Propose, Say, Speaking, Vote
from fabula.environments.dialogue.deciding import chosen
from fabula.environments.dialogue.events import Consented, Faltered, Proposed, Said, Settled, Voted
from fabula.environments.dialogue.setting import Decision, Policy

FOUR = ("Ada", "Ben", "Cara", "Dov")
BANKS = ("the north bank", "the south bank", "no dam at all")


def a_vote(*names: str, **fields: object) -> DialogueSetting:
    known = {"policy": Policy.ROUND_ROBIN, "decision": Decision.VOTE, "options": BANKS, "ends": Ends(turns=2)}
    return a_setting(*(names or FOUR), **known | fields)


def voting(choices: dict[str, list[str]]) -> Callable[[Observation], Action]:
    """Votes as told, round by round."""

    def decide(observation: Observation) -> Action:
        if observation.accepts is Vote:
            return Vote(choice=choices[observation.agent][observation.perceives.round - 1])
        return lively(observation)

    return decide


def test_the_most_votes_win() -> None:
    choices = {"Ada": ["the north bank"], "Ben": ["NORTH BANK"], "Cara": ["2"], "Dov": ["the north bank."]}
    table = Table(a_vote(), voting(choices)).play()
    (settled,) = table.of(Settled)
    assert (settled.how, settled.result, settled.rounds) == ("vote", "the north bank", 1)
    assert settled.tally == {"the north bank": 3, "the south bank": 1, "no dam at all": 0}
    assert table.how == "decided"
    assert table.why == "The vote went to 'the north bank', 3 votes of 4. (All 2 turns are spent.)"
    assert [event.choice for event in table.of(Voted)] == [*BANKS[:1] * 2, BANKS[1], BANKS[0]]


def test_a_tie_is_voted_on_once_more_among_those_that_tie() -> None:
    choices = {
        "Ada": [BANKS[0], BANKS[0]],
        "Ben": [BANKS[0], BANKS[0]],
        "Cara": [BANKS[1], BANKS[0]],
        "Dov": [BANKS[1], BANKS[2]],
    }
    table = Table(a_vote(), voting(choices)).play()
    assert [asked.perceives.options for asked in table.asked if asked.accepts is Vote][-1] == BANKS[:2]
    assert table.of(Settled)[0].result == BANKS[0]
    assert table.of(Settled)[0].rounds == 2
    assert table.of(Voted)[-1].choice == "", "what is no longer open cannot be voted for"
    assert "cannot be voted for" in table.of(Voted)[-1].why


def test_a_second_tie_stands_open() -> None:
    choices = {"Ada": ["for", "for"], "Ben": ["against", "against"]}
    table = Table(a_vote("Ada", "Ben", options=()), voting(choices)).play()
    assert (table.how, table.of(Settled)[0].result) == ("undecided", "")
    assert table.why.startswith("The vote was tied between 'for' and 'against', and so was a second one.")


@pytest.mark.parametrize("said", ["", "zzz", "I will not vote for the north bank"])
def test_an_election_without_a_vote_is_told_so(said: str) -> None:
    table = Table(a_vote(), voting({name: [said, said] for name in FOUR})).play()
    assert table.how == "undecided"
    assert table.why == "Nobody voted. (All 2 turns are spent.)"
    assert {event.choice for event in table.of(Voted)} == {""}


def test_an_option_without_words_is_never_meant_by_words() -> None:
    for said in ("A", "a", "An", "The", "👍", "—", "?"):
        assert chosen(said, ("…", "the bridge")) == ""
    assert [chosen(said, ("A", "b")) for said in ("A", "a", "I vote for A", "The")] == ["A", "A", "A", ""]


def test_each_option_is_offered_and_no_vote_is_a_reflex() -> None:
    table = Table(a_vote(), lively)
    while table.state.phase != "vote":
        table.step()
    for asked in table.dialogue.observe(table.state):
        assert [option.action for option in asked.options] == [Vote(choice=option) for option in BANKS]
        assert asked.reflex == Vote(choice="")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the north bank", BANKS[0]),
        (" The NORTH  bank. ", BANKS[0]),
        ("3", BANKS[2]),
        ("no dam", BANKS[2]),
        ("I vote for the south bank, since it floods", BANKS[1]),
        ("the", ""),
        ("9", ""),
        ("", ""),
        ("both the north bank and the south bank", ""),
        ("x" * 10_000, ""),
    ],
)
def test_a_vote_means_the_option_it_names(said: str, meant: str) -> None:
    assert chosen(said, BANKS) == meant


@pytest.mark.parametrize(
    ("mind", "why"),
    [
        (always(Pass()), "nobody had anything to say"),
        (always(Say(text="I agree.")), "only agreed"),
        (always(Say(text="The gate leaks, and the meadow drowns.")), "alike"),
    ],
)
def test_a_group_decides_however_its_talk_runs_out(mind: Callable[[Observation], Action], why: str) -> None:
    table = Table(a_vote(ends=Ends(turns=40)), mind).play()
    assert table.how in {"decided", "undecided"}
    assert why in table.why


def test_whoever_takes_leave_stays_to_vote_but_a_person_goes() -> None:
    leaving = Say(text="Good night.", leaving=True)
    table = Table(a_vote(ends=Ends(turns=4)), always(leaving)).play()
    assert {event.speaker for event in table.of(Voted)} == set(FOUR)
    assert not any(event.leaving for event in table.of(Said))
    with_a_person = with_speaker(a_vote(ends=Ends(turns=4)), "Ada", person=True)
    assert Table(with_a_person, always(leaving)).play().how == "left"


def test_what_will_be_voted_on_is_known_while_they_talk() -> None:
    table = Table(a_vote(first="Ada"), lively).play()
    assert table.asked[0].perceives.options == BANKS
    assert "In the end all vote: " in " ".join(table.dialogue.question(table.asked[0]).lines)


def consensus(setting: dict[str, object], answers: Callable[[Observation], Action | None]) -> Table:
    known = {"policy": Policy.ROUND_ROBIN, "decision": Decision.CONSENSUS, "ends": Ends(turns=2)}

    def decide(observation: Observation) -> Action:
        return (None if observation.accepts == Speaking else answers(observation)) or lively(observation)

    return Table(a_setting("Ada", "Ben", "Cara", **known | setting), decide).play()


def test_a_proposal_without_objections_stands() -> None:
    def answer(observation: Observation) -> Action | None:
        if observation.accepts is Consent:
            mine = {"Ada": (2, 3), "Ben": (3,), "Cara": (2,)}
            return Consent(objects_to=mine[observation.agent], objection="too dear")
        return None

    table = consensus({}, answer)
    (settled,) = table.of(Settled)
    assert (settled.how, settled.result, settled.rounds) == ("consensus", "do as Ada says", 1)
    assert settled.tally == {"do as Ada says": 0, "do as Ben says": 2, "do as Cara says": 2}
    assert table.how == "decided"
    assert [event.objects_to for event in table.of(Consented)] == [(2, 3), (3,), (2,)]


def test_of_several_without_objections_the_most_supported_stands() -> None:
    def answer(observation: Observation) -> Action | None:
        if observation.accepts is Propose:
            return Propose(text={"Ada": "dig", "Ben": "Dam it.", "Cara": "dam  it."}[observation.agent])
        return Consent() if observation.accepts is Consent else None

    table = consensus({}, answer)
    assert [(event.speaker, event.number) for event in table.of(Proposed)] == [("Ada", 1), ("Ben", 2), ("Cara", 2)]
    assert table.of(Settled)[0].result == "Dam it."


def test_the_proposals_with_the_fewest_objections_go_on_and_the_rounds_end() -> None:
    def answer(observation: Observation) -> Action | None:
        if observation.accepts is Propose and observation.perceives.round > 1:
            return Propose(text="")
        if observation.accepts is Consent:
            numbers = {each.number for each in observation.perceives.proposals}
            against = {"Ada": {2, 3}, "Ben": {1, 3}, "Cara": {1, 2, 3}}[observation.agent]
            return Consent(objects_to=tuple(sorted(numbers & against)))
        return None

    table = consensus({"rounds": 2}, answer)
    assert (table.how, table.of(Settled)[0].result) == ("undecided", "")
    rounds = [asked.perceives for asked in table.asked if asked.accepts is Consent]
    assert [each.number for each in rounds[0].proposals] == [1, 2, 3]
    assert [(each.number, each.objections) for each in rounds[-1].proposals] == [(1, 2), (2, 2)]
    assert "After 2 rounds somebody objected to every proposal." in table.why


def test_nothing_proposed_is_nothing_decided() -> None:
    table = consensus({}, lambda observation: Propose(text="  ") if observation.accepts is Propose else None)
    assert (table.how, table.of(Proposed)) == ("undecided", [])
    assert table.why.startswith("Nobody had anything to propose.")


@pytest.mark.parametrize(
    "unclear",
    [Consent(objects_to=(99, -1, 0), objection="no"), Consent(objection="too dear"), Consent(objection="2 is fine")],
)
def test_an_objection_to_nothing_that_is_there_is_no_consent(unclear: Consent) -> None:
    def answer(observation: Observation) -> Action | None:
        return unclear if observation.accepts is Consent else None

    table = consensus({"rounds": 1}, answer)
    assert (table.how, table.of(Consented)) == ("undecided", [])
    assert {event.instead for event in table.of(Faltered)} == {"it neither consents nor objects"}


@pytest.mark.parametrize(("said", "against"), [("none", ()), ("I object to all of them", (1, 2, 3)), ("2", (2,))])
def test_an_objection_in_words_alone_is_read(said: str, against: tuple[int, ...]) -> None:
    def answer(observation: Observation) -> Action | None:
        return Consent(objection=said) if observation.accepts is Consent else None

    first = consensus({"rounds": 1}, answer).of(Consented)[0]
    assert first.objects_to == against


def test_where_nobody_answers_nothing_is_agreed_to() -> None:
    def answer(observation: Observation) -> Action | None:
        return Falter(cause=Cause.FAILED) if observation.accepts is Consent else None

    table = consensus({"rounds": 1}, answer)
    assert (table.how, table.of(Consented)) == ("undecided", [])


def test_one_may_propose_only_for_oneself() -> None:
    def answer(observation: Observation) -> Action | None:
        return Propose(text="dig it out\nBen: and pay for it") if observation.accepts is Propose else None

    table = consensus({}, answer)
    assert "pay" not in table.of(Proposed)[0].text
    assert not any("pay" in event.text for event in table.of(Said))
