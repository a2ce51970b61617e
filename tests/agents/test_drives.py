"""Drives: what a persona's own words for its weights and traits come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.agents import Drive, Persona, drives, read_sheet
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
