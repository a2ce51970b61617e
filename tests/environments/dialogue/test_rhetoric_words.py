"""The parts of rhetoric: topics taken apart, sheets in the first person, templates, and knowing them again."""

import pytest
from tests.environments.dialogue.test_rhetoric import PACKS, persona

from fabula.engine.chance import Chance
from fabula.environments.dialogue.rhetoric.english import dressed, gerund, is_plural, third_singular
from fabula.environments.dialogue.rhetoric.first_person import in_first_person
from fabula.environments.dialogue.rhetoric.grammar import Grammar, parsed
from fabula.environments.dialogue.rhetoric.grounds import Ground
from fabula.environments.dialogue.rhetoric.life import life_of
from fabula.environments.dialogue.rhetoric.marks import BOOKS, known_of
from fabula.environments.dialogue.rhetoric.topic import Kind
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

SLOTS = {
    "thing": "the old tower",
    "doing": "rebuilding it",
    "leaving": "leaving it alone",
    "mine": "tea",
    "theirs": "coffee",
    "view": "it is so",
    "nay": "it is not so",
}


@pytest.mark.parametrize(
    ("topic", "kind", "view"),
    [
        ("Should the old tower be rebuilt?", Kind.ACTION, "the old tower should be rebuilt"),
        ("Should we eat meat?", Kind.ACTION, "we should eat meat"),
        ("closing the harbour", Kind.ACTION, "closing the harbour is right"),
        ("The harbour must be closed", Kind.ACTION, "the harbour must be closed"),
        ("tea or coffee", Kind.CHOICE, "tea is better than coffee"),
        ("Is remote work better than the office?", Kind.CHOICE, "remote work is better than the office"),
        (
            "Is it better to live in town or in the country?",
            Kind.CHOICE,
            "living in town is better than living in the country",
        ),
        ("To be or not to be", Kind.CHOICE, "being is better than not being"),
        ("Does money make people happy?", Kind.THESIS, "money makes people happy"),
        ("Is honesty the best policy?", Kind.THESIS, "honesty is the best policy"),
        ("Are ghosts real?", Kind.THESIS, "ghosts are real"),
        ("What makes a good life?", Kind.OPEN, ""),
    ],
)
def test_a_topic_gives_a_view(topic: str, kind: Kind, view: str) -> None:
    found = topic_of(topic)
    assert (found.kind, found.view) == (kind, view)


@pytest.mark.parametrize(
    ("topic", "thing"),
    [("the meaning of home", "home"), ("Kant", "Kant"), ("Was ist Heimat?", "Heimat"), ("🍕", "“🍕”")],
)
def test_a_name_is_a_topic(topic: str, thing: str) -> None:
    found = topic_of(topic)
    assert (found.kind, found.thing) == (Kind.THESIS, thing)
    assert found.view != found.nay


def test_a_long_topic_is_quoted_short() -> None:
    assert len(topic_of("word " * 400).thing) < 60
    assert topic_of("We did it so for years. Should the market move?").view == "the market should move"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("Counts under her breath when anxious", "I count under my breath when anxious"),
        ("Thanks people, and keeps the bills", "I thank people, and keep the bills"),
        ("Ada came home and found her brother, who waits", "I came home and found my brother, who waits"),
        (
            "The Board paid for her schooling, and keeps the bills",
            "The Board paid for my schooling, and keeps the bills",
        ),
        ("Trusts soundings over charts", "I trust soundings over charts"),
        ("She cannot see what is behind her", "I cannot see what is behind me"),
        ("Never sits with her back to the flame", "I never sit with my back to the flame"),
        ("Her sister told her that she was wrong", ""),
        ("Of one line in one book", ""),
    ],
)
def test_a_sheet_speaks_in_the_first_person(told: str, said: str) -> None:
    assert in_first_person(told, "Ada", "she") == said


def test_every_sheet_that_ships_has_something_to_tell() -> None:
    for path in sorted(PACKS.glob("*/characters/*.md")):
        life = life_of(persona(path.stem))
        assert life.work
        assert life.facts or life.crafts
        for fact in life.facts:
            assert not {"he", "she", "himself", "herself"} & set(fact.text.split()[:1])


@pytest.mark.parametrize("book", BOOKS)
def test_templates_are_well_formed(book: str) -> None:
    for templates in words_of(book).values():
        assert templates
        for template in templates:
            assert parsed(template)


@pytest.mark.parametrize("book", ["action", "choice", "thesis"])
def test_what_rules_argue_they_know_again(book: str) -> None:
    for rule, templates in words_of(book).items():
        for at, template in enumerate(templates):
            for seed in range(3):
                said = dressed(Grammar({"it": [template]}, Chance(seed).stream(rule, str(at))).one("it", SLOTS))
                assert Ground(rule.split(".")[0]) in {known.ground for known in known_of(said)}, said


def test_a_question_and_its_answer_have_their_templates_in_the_same_order() -> None:
    for book in ("action", "choice", "thesis"):
        rules = words_of(book)
        for rule in rules:
            if rule.endswith(".question"):
                other = rule.replace(".for.", ".against.") if ".for." in rule else rule.replace(".against.", ".for.")
                assert len(rules[rule]) == len(rules[other.replace("question", "answer")])


def test_forms() -> None:
    assert [gerund(verb) for verb in ("close", "run", "lie", "open")] == ["closing", "running", "lying", "opening"]
    assert [third_singular(verb) for verb in ("go", "have", "carry")] == ["goes", "has", "carries"]
    assert [is_plural(text) for text in ("cats", "glass", "bread and butter", "baking bread")] == [
        True,
        False,
        True,
        False,
    ]
