"""Words: what people say is in their own voice, about what is there, and not twice the same."""

from string import punctuation

from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.environments.world.state import Person
from fabula.environments.world.words import speech
from fabula.environments.world.words.phrases import phrase, stock, written

KINDS = (
    "",
    "plain",
    "small",
    "warm",
    "cold",
    "angry",
    "sorry",
    "asking",
    "accuse",
    "amend",
    "forgive",
    "own_up",
    "deny",
)


def a_village(lexicon: dict[str, tuple[str, ...]] | None = None) -> Trial:
    return Trial(
        a_setting(
            a_person("Ada Elm", weights={"aggression": 1.0}, bonds={"Tom Reed": -40}),
            a_person("Tom Reed", weights={"compassion": 1.0}),
            a_person("Eve Reed"),
            lexicon=lexicon or {},
        )
    )


def person(trial: Trial, name: str) -> Person:
    found = trial.state.person(name)
    assert found is not None
    return found


def said(trial: Trial, kind: str, speaker: str, hearer: str, about: str = "", news: str = "") -> str:
    return speech(trial.tick(), kind, person(trial, speaker), person(trial, hearer), about, news)


def test_everything_that_can_be_said_is_a_whole_sentence_without_a_slot_left_over() -> None:
    trial = a_village()
    for kind in KINDS:
        for about in ("taking 3 bread from the Market", "Eve Reed", "the Market"):
            for _ in range(12):
                text = said(trial, kind, "Ada Elm", "Tom Reed", about)
                assert text[0].isupper() or text[0] in punctuation
                assert text.endswith((".", "!", "?"))
                assert not set("{}[]|<>") & set(text)
                assert "  " not in text
                assert ".." not in text


def test_nobody_says_the_same_twice_in_a_row() -> None:
    trial = a_village()

    words = [said(trial, "small", "Ada Elm", "Eve Reed") for _ in range(40)]

    assert all(text not in words[at + 1 : at + 12] for at, text in enumerate(words))


def test_the_same_seed_gives_the_same_words() -> None:
    first, second = ([said(a_village(), kind, "Ada Elm", "Tom Reed") for kind in KINDS] for _ in range(2))

    assert first == second


def test_two_people_do_not_speak_alike() -> None:
    trial = a_village()

    ada = {said(trial, "reply", "Ada Elm", "Eve Reed") for _ in range(12)}
    tom = {said(trial, "reply", "Tom Reed", "Eve Reed") for _ in range(12)}

    assert "Is that all." in ada or "And." in ada or "Hm." in ada or "So they say." in ada
    assert ada != tom


def test_friends_are_called_by_the_first_name_and_enemies_by_the_last() -> None:
    trial = a_village()
    person(trial, "Ada Elm").bonds["Eve Reed"] = 50

    assert "Eve" in said(trial, "greeting", "Ada Elm", "Eve Reed")
    assert "Tom" in said(trial, "greeting", "Ada Elm", "Tom Reed"), "two are called Reed"
    assert "Elm" not in said(trial, "greeting", "Tom Reed", "Ada Elm")


def test_the_one_spoken_to_is_you_and_the_speaker_is_me() -> None:
    trial = a_village()

    texts = [said(trial, "accuse", "Ada Elm", "Tom Reed", "taking 3 bread from Ada Elm") for _ in range(4)]
    asked = said(trial, "amend", "Tom Reed", "Ada Elm", "taking 3 bread from Ada Elm")

    assert any("aking bread from me" in text for text in texts)
    assert "aking bread from you" in asked


def test_nobody_speaks_of_goods_that_they_do_not_see() -> None:
    trial = a_village()
    trial.put("Ada Elm", 0, 0)
    person(trial, "Ada Elm")

    words = " ".join(said(trial, "small", "Ada Elm", "Tom Reed") for _ in range(40))

    assert "pence" not in words


def test_who_speaks_plainly_of_somebody_tells_what_the_hearer_does_not_know() -> None:
    trial = a_village()
    person(trial, "Ada Elm").heard.append("Eve Reed quarrelled with Bob over a hat")

    assert "quarrelled with Bob over a hat" in said(trial, "plain", "Ada Elm", "Tom Reed", "Eve Reed")


def test_a_pack_adds_sentences_of_its_own() -> None:
    trial = a_village(lexicon={"greeting": ("The reeds are listening, {hearer} {nonsense}",)})

    words = [said(trial, "greeting", "Eve Reed", "Ada Elm") for _ in range(30)]

    assert not any("nonsense" in text for text in words)

    trial = a_village(lexicon={"greeting": ("The reeds are listening, {hearer}.",)})
    words = [said(trial, "greeting", "Eve Reed", "Ada Elm") for _ in range(30)]

    assert "The reeds are listening, Ada." in words


def test_every_sentence_that_ships_can_be_said() -> None:
    """Its slots and conditions are known ones, and its brackets close."""
    slots = (
        "speaker hearer about news whom place work made their_work their_made part shop good price dear dear_price "
        "cheap cheap_price scarce plenty"
    ).split()
    conditions = "morning afternoon evening night early midday late hungry tired hurt well poor working theirs kin"
    draw = a_village().tick().chance.stream("try")
    for voices in stock().values():
        for phrases in voices.values():
            for one in phrases:
                assert one.slots <= set(slots)
                assert one.conditions <= set(conditions.split())
                assert not set("{}[]|") & set(written(one.text, dict.fromkeys(slots, "x"), draw))


def test_a_slot_that_every_option_needs_is_needed() -> None:
    one = phrase("There is [{plenty} enough|more {plenty} than one wants] at {shop}.")

    assert one.slots == {"plenty", "shop"}
