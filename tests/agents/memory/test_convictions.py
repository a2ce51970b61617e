"""Convictions: beliefs with their sources, and relationships that move by what happens."""

from tests.agents.memory.lives import ADA, BAS, CATO, DORA, blow, bond, deed, gift, learned, lived_through, memory

from fabula.agents.memory.experience import Experience, Kind


def test_a_belief_says_where_it_comes_from_and_how_sure_it_is() -> None:
    kept = lived_through(memory(), learned(ADA, "the dyke", "The dyke is rotten.", source=BAS, sure=0.45, step=9))
    held = kept.beliefs["the dyke"]
    assert (held.claim, held.source, held.sure, held.step) == ("The dyke is rotten.", BAS, 45, 9)


def test_a_new_belief_remembers_the_one_it_took_the_place_of() -> None:
    kept = lived_through(
        memory(),
        learned(ADA, "the dyke", "The dyke is sound.", source=BAS, sure=0.4, step=3),
        learned(ADA, "the dyke", "The dyke is rotten.", source="seen", sure=1.0, step=8),
    )
    held = kept.beliefs["the dyke"]
    assert (held.claim, held.source) == ("The dyke is rotten.", "seen")
    assert [(former.claim, former.source) for former in held.former] == [("The dyke is sound.", BAS)]


def test_seeing_that_one_was_told_wrong_costs_the_teller_trust_and_right_wins_some() -> None:
    def trust_after(claim: str) -> int:
        kept = memory(feels={BAS: 0.0})
        lived_through(
            kept,
            learned(ADA, "the dyke", claim, source=BAS, sure=0.4),
            learned(ADA, "the dyke", "The dyke is rotten.", source="seen", sure=1.0, step=5),
        )
        return kept.relationships[BAS].trust

    assert trust_after("The dyke is sound.") < 50 < trust_after("The dyke is rotten.")


def said(doer: str, claim: str) -> Experience:
    words = f"told Ada: {claim}", f"tell Ada: {claim}"
    return deed(doer, *words, to=ADA, kind=Kind.WORDS, about="the dyke", claim=claim)


def test_words_are_believed_as_far_as_the_speaker_is_trusted() -> None:
    kept = lived_through(memory(feels={BAS: -0.8, CATO: 0.8}), said(BAS, "The dyke is sound."))
    doubted = kept.beliefs["the dyke"].sure
    kept.perceive(said(CATO, "The dyke is rotten."))
    assert (kept.beliefs["the dyke"].claim, kept.beliefs["the dyke"].sure > doubted) == ("The dyke is rotten.", True)


def test_words_that_are_not_believed_leave_a_dispute() -> None:
    kept = lived_through(memory(feels={CATO: -0.9}), learned(ADA, "the dyke", "The dyke is rotten.", source="seen"))
    kept.perceive(said(CATO, "The dyke is sound."))
    held = kept.beliefs["the dyke"]
    assert (held.claim, held.disputed) == ("The dyke is rotten.", (CATO,))


def test_a_feeling_stands_where_the_environment_says() -> None:
    kept = memory(feels={BAS: 0.2})
    lived_through(kept, blow(BAS, ADA), bond(BAS, -0.05, by=-0.25, why="Ada came to think worse of Bas for the blow."))
    known = kept.relationships[BAS]
    assert (known.value, known.why) == (-5, ("Ada came to think worse of Bas for the blow.",))


def test_where_the_environment_says_nothing_kindness_and_harm_move_it() -> None:
    kept = lived_through(memory(), gift(BAS, ADA), blow(CATO, ADA))
    assert kept.relationships[BAS].value > 0 > kept.relationships[CATO].value


def test_what_is_done_to_others_moves_nobodys_feeling_by_itself() -> None:
    kept = lived_through(memory(), blow(BAS, DORA))
    assert (kept.relationships[BAS].value, kept.relationships[BAS].trust) == (0, 50)


def test_the_last_contact_is_kept() -> None:
    kept = lived_through(memory(), gift(BAS, ADA, step=4), gift(BAS, ADA, step=21))
    assert (kept.relationships[BAS].step, kept.relationships[BAS].turn) == (21, 5)


def test_nobody_stands_in_a_relationship_to_itself() -> None:
    kept = lived_through(memory(), bond(ADA, 0.0, side="the Wards"), gift(ADA, BAS))
    assert (kept.side, set(kept.relationships)) == ("the Wards", {BAS})
