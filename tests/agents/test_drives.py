"""Drives: what a persona's own words for its weights and traits come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.agents import Drive, Persona, drives, lexicon, read_sheet
from fabula.agents.drives import SHIFT_MAX, leanings
from fabula.agents.persona import Trait, Weight


def a_persona(*traits: str, note: str = "", **weights: float) -> Persona:
    return Persona(
        name="Mira",
        traits=tuple(Trait(name=trait, note=note) for trait in traits),
        weights=tuple(Weight(name=name.replace("_", " "), value=value) for name, value in weights.items()),
    )


def test_who_says_nothing_is_middling_in_everything() -> None:
    assert drives(a_persona()) == dict.fromkeys(Drive, 0.5)


@pytest.mark.parametrize(
    ("name", "drive", "level"),
    [
        ("Self-Preservation", Drive.SELF_PRESERVATION, 0.9),
        ("Risk Tolerance", Drive.SELF_PRESERVATION, 0.1),
        ("BRAVERY", Drive.SELF_PRESERVATION, 0.1),
        ("Faction Loyalty", Drive.LOYALTY, 0.9),
        ("family", Drive.AFFECTION, 0.9),
        ("Mercy", Drive.COMPASSION, 0.9),
        ("Justice", Drive.DUTY, 0.9),
        ("Honesty", Drive.CUNNING, 0.1),
        ("Weight of the moon", Drive.CUNNING, 0.5),
    ],
)
def test_a_weight_sets_the_drive_it_names(name: str, drive: Drive, level: float) -> None:
    persona = Persona(name="Mira", weights=(Weight(name=name, value=0.9),))
    assert drives(persona)[drive] == level


def test_weights_that_name_one_drive_are_averaged() -> None:
    assert drives(a_persona(Loyalty=0.2, Faction_Loyalty=0.8))[Drive.LOYALTY] == 0.5


def test_an_undecided_weight_decides_nothing() -> None:
    assert drives(Persona(name="Grix", weights=(Weight(name="Bravery", said="??"),)))[Drive.SELF_PRESERVATION] == 0.5


@pytest.mark.parametrize(
    ("more", "less", "drive"),
    [
        ("Cautious", "Reckless", Drive.SELF_PRESERVATION),
        ("loyal (to snacks)", "Treacherous", Drive.LOYALTY),
        ("Gentle", "Cruel", Drive.COMPASSION),
        ("Inquisitive", "Incurious", Drive.CURIOSITY),
        ("Ambitious", "Humble", Drive.AMBITION),
        ("Hot-tempered", "Patient", Drive.AGGRESSION),
        ("Honourable", "Corrupt", Drive.DUTY),
        ("greedy", "Generous", Drive.GREED),
        ("Sly", "Candid", Drive.CUNNING),
        ("Affectionate", "Cold", Drive.AFFECTION),
        ("Recklessly brave", "Cautiously kind", Drive.AGGRESSION),
    ],
)
def test_a_trait_shifts_what_it_means(more: str, less: str, drive: Drive) -> None:
    assert drives(a_persona(more))[drive] > 0.5 > drives(a_persona(less))[drive]


def test_a_note_says_the_same_with_less_force() -> None:
    in_the_note = drives(a_persona("Odd", note="greedy as a gull"))[Drive.GREED]
    assert 0.5 < in_the_note < drives(a_persona("Greedy"))[Drive.GREED]


def test_a_sheet_comes_to_drives() -> None:
    persona, _ = read_sheet("name: Ash\n\n## Decision Making Weights\n\n- Greed: 8/10\n- Courage: high\n", source="ash")
    found = drives(persona)
    assert found[Drive.GREED] == 0.8
    assert found[Drive.SELF_PRESERVATION] < 0.4


@given(
    traits=st.lists(st.sampled_from(["reckless", "cautious", "greedy", "loyal", "sly", "kind", "zzz"]), unique=True),
    value=st.floats(0, 1),
)
def test_every_drive_stays_between_nothing_and_everything(traits: list[str], value: float) -> None:
    found = drives(a_persona(*traits, Greed=value, Loyalty=1 - value))
    assert list(found) == list(Drive)
    assert all(0.0 <= level <= 1.0 for level in found.values())


@pytest.mark.parametrize(
    "forms",
    [
        ("brave", "Bravery", "bravely", "BRAVE"),
        ("greedy", "greed", "greedily", "greediness"),
        ("loyal", "loyalty", "loyally"),
        ("cautious", "cautiously", "cautiousness"),
        ("hot-headed", "hot headed", "Hot_headed"),
        ("kind", "kindness", "kindly"),
    ],
)
def test_all_forms_of_a_word_say_the_same(forms: tuple[str, ...]) -> None:
    first, *others = (drives(a_persona(form)) for form in forms)
    assert first != drives(a_persona())
    assert all(other == first for other in others)


@pytest.mark.parametrize("trait", ["not brave", "never very brave", "isn't brave", "hardly brave"])
def test_a_negation_turns_a_trait_round(trait: str) -> None:
    assert drives(a_persona("brave"))[Drive.SELF_PRESERVATION] < 0.5 < drives(a_persona(trait))[Drive.SELF_PRESERVATION]


@pytest.mark.parametrize("trait", ["compass", "fear less", "xyzzy", "Přesná", "👩\u200d🚀", "kindling", "bravado"])
def test_a_word_that_only_looks_alike_says_nothing(trait: str) -> None:
    assert drives(a_persona(trait)) == drives(a_persona())


def test_traits_move_a_drive_so_far_and_no_further() -> None:
    found = drives(a_persona("greedy", "miserly", "mercenary", "grasping", Greed=0.1))
    assert found[Drive.GREED] == pytest.approx(0.1 + SHIFT_MAX)


def test_a_trait_can_be_weighed() -> None:
    assert leanings("Cowardice") == {Drive.SELF_PRESERVATION: 1.0}
    assert leanings("Greediness") == {Drive.GREED: 1.0}
    assert leanings("Loyalty to the Crown") == {Drive.LOYALTY: 1.0}
    assert leanings("Frobnication") == {}


def test_the_lexicon_moves_every_drive_both_ways() -> None:
    assert len(lexicon.TRAITS) >= 250
    for table in (lexicon.TRAITS, lexicon.WEIGHED):
        for drive in Drive:
            moved = [leaning[drive] for leaning in table.values() if drive in leaning]
            assert min(moved) < 0 < max(moved) or (table is lexicon.WEIGHED and drive in ONE_WAY)


ONE_WAY = {Drive.LOYALTY, Drive.AFFECTION, Drive.CURIOSITY, Drive.AMBITION}
"""Drives whose opposite nobody puts on a list of weights."""


def test_words_of_one_stem_say_one_thing() -> None:
    for entries in (lexicon._WEIGHED, lexicon._TRAITS):
        said: dict[str, dict[str, dict[Drive, float]]] = {}
        for leaning, phrases in entries:
            for phrase in (" ".join(words.split()) for words in phrases.split(",")):
                word = said.setdefault(" ".join(map(lexicon.stem, phrase.split())), {}).setdefault(phrase, {})
                for drive, by in leaning.items():
                    word[drive] = word.get(drive, 0.0) + by
        differing = {stem: words for stem, words in said.items() if len({str(word) for word in words.values()}) > 1}
        assert not differing
