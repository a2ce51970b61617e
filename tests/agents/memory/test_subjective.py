"""Subjective: the same event is another memory for a friend than for an enemy, and nothing is added that was not."""

import re
import string

import pytest
from tests.agents.memory.lives import ADA, BAS, CATO, DORA, blow, bond, deed, gift, learned, memory, news

from fabula.agents.drives import Drive
from fabula.agents.memory import phrases
from fabula.agents.memory.entries import Entry
from fabula.agents.memory.experience import Experience, Kind
from fabula.agents.memory.memory import Memory

WORDS = deed(
    BAS, "spoke to Dora about the dyke", "speak to Dora about the dyke", to=DORA, kind=Kind.WORDS, importance=0.4
)
THEFT = deed(BAS, "took the lamp from Dora", "take the lamp from Dora", to=DORA, kindness=-0.45, importance=0.55)
EVENTS = [blow(BAS, DORA), gift(BAS, DORA), WORDS, THEFT, learned(CATO, "the dyke", "The dyke is rotten.", source=BAS)]


def remembered(kept: Memory, lived: Experience) -> Entry:
    kept.perceive(lived)
    return kept.entries[-1]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.text)
def test_a_friend_and_an_enemy_of_the_doer_tell_it_differently(event: Experience) -> None:
    friend = remembered(memory(CATO, feels={BAS: 0.8}), event)
    enemy = remembered(memory(CATO, feels={BAS: -0.8}), event)
    assert friend.text != enemy.text
    assert friend.plain == enemy.plain == event.text


@pytest.mark.parametrize("event", [blow(BAS, DORA), gift(BAS, DORA), THEFT], ids=lambda event: event.text)
def test_it_weighs_more_for_those_who_feel_something_for_either(event: Experience) -> None:
    stranger = remembered(memory(CATO), event)
    assert remembered(memory(CATO, feels={DORA: 0.8}), event).importance > stranger.importance
    assert remembered(memory(CATO, feels={BAS: -0.8}), event).importance > stranger.importance


def test_a_friend_excuses_a_blow_and_an_enemy_does_not() -> None:
    friend = {remembered(memory(CATO, feels={BAS: 0.8}), blow(BAS, DORA, step=step)).text for step in range(12)}
    enemy = {remembered(memory(CATO, feels={BAS: -0.8}), blow(BAS, DORA, step=step)).text for step in range(12)}
    assert "Bas had no choice but to strike Dora at the Mill." in friend
    assert "Without cause, Bas chose to strike Dora at the Mill." in enemy
    assert not friend & enemy


def test_the_friend_of_one_struck_feels_it_more_than_the_friend_of_the_striker() -> None:
    of_victim = remembered(memory(CATO, feels={DORA: 0.7}), blow(BAS, DORA))
    of_striker = remembered(memory(CATO, feels={BAS: 0.7}), blow(BAS, DORA))
    assert of_victim.importance > of_striker.importance


def test_harm_to_oneself_weighs_most_and_from_a_friend_the_most() -> None:
    to_me = remembered(memory(DORA), blow(BAS, DORA))
    betrayed = remembered(memory(DORA, feels={BAS: 0.9}), blow(BAS, DORA))
    witness = remembered(memory(CATO), blow(BAS, DORA))
    assert betrayed.importance > to_me.importance > witness.importance


def test_an_enemys_gift_is_not_taken_at_its_face() -> None:
    texts = {remembered(memory(ADA, feels={BAS: -0.6}), gift(BAS, ADA, step=step)).text for step in range(8)}
    assert texts <= {
        "Bas gave Ada bread at the Mill; Ada wonders what it will cost.",
        "Bas found it useful to give Ada bread at the Mill.",
    }


def test_sides_colour_what_strangers_do() -> None:
    def as_seen_by(side: str, feeling: float) -> str:
        kept = memory(CATO)
        kept.perceive(bond(CATO, 0.0, side="the Wards"))
        kept.perceive(bond(BAS, feeling, side=side))
        return remembered(kept, blow(BAS, DORA)).text

    ours, theirs = as_seen_by("the Wards", 0.2), as_seen_by("the Ferry", -0.1)
    assert "the Ferry" in theirs
    assert ours != theirs


def test_temper_speaks_up_in_what_matters() -> None:
    kind = {remembered(memory(CATO, compassion=0.95), blow(BAS, DORA, step=step)).text for step in range(8)}
    fierce = {remembered(memory(CATO, aggression=0.95), blow(BAS, DORA, step=step)).text for step in range(8)}
    assert any("hard to watch" in text for text in kind)
    assert any("Blows at least are honest" in text for text in fierce)


def test_a_compassionate_witness_is_moved_more_by_harm() -> None:
    assert (
        remembered(memory(CATO, compassion=0.9), blow(BAS, DORA)).importance
        > remembered(memory(CATO, compassion=0.1), blow(BAS, DORA)).importance
    )


def test_what_an_enemy_says_is_doubted_and_a_friends_word_taken() -> None:
    told = learned(CATO, "the dyke", "The dyke is rotten.", source=BAS)
    assert re.search("lie|wants? that", remembered(memory(CATO, feels={BAS: -0.6}), told).text)
    assert re.search("word for it|would not lie", remembered(memory(CATO, feels={BAS: 0.6}), told).text)


def test_what_nobody_did_is_remembered_as_it_was() -> None:
    assert remembered(memory(), news("The bell rang by itself.")).text == "The bell rang by itself."


def test_the_same_memory_is_told_the_same_every_time() -> None:
    texts = {remembered(memory(CATO, feels={BAS: 0.8}), blow(BAS, DORA)).text for _ in range(5)}
    assert len(texts) == 1


def test_phrases_say_nothing_that_is_not_in_the_experience() -> None:
    """A phrase is filled with names, the deed and the plain sentence; each one holds the deed or the sentence."""
    known = {"doer", "to", "me", "side", "deed", "body"}
    for table in (phrases.HARM, phrases.KIND, phrases.WORDS, phrases.DEEDS, phrases.BEFELL):
        for phrase in (phrase for ways in table.values() for phrase in ways):
            fields = {field for _, field, _, _ in string.Formatter().parse(phrase) if field}
            assert fields <= known, phrase
            assert len(fields & {"deed", "body"}) == 1, phrase


def test_asides_are_about_drives_that_there_are() -> None:
    tables = (phrases.HARM_SUFFERED, phrases.HARM_WITNESSED, phrases.KINDNESS_MET, phrases.LEARNING)
    assert all(drive in Drive and ways for table in tables for drive, ways in table.items())


def test_names_that_look_like_templates_are_only_names() -> None:
    odd = "{to.__class__}"
    entry = remembered(memory(CATO, feels={odd: -0.9}), blow(odd, DORA))
    assert odd in entry.text
