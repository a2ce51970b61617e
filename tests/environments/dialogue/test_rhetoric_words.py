"""The parts of rhetoric: topics taken apart, sheets in the first person, templates, and knowing them again."""

import pytest
from tests.environments.dialogue.test_rhetoric import PACKS, persona

from fabula.agents.drives import Drive
from fabula.engine.chance import Chance
from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.rhetoric.ending import took_leave
from fabula.environments.dialogue.rhetoric.english import dressed, gerund, is_plural, sentences, third_singular
from fabula.environments.dialogue.rhetoric.first_person import in_first_person
from fabula.environments.dialogue.rhetoric.grammar import Grammar, parsed
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_of_life
from fabula.environments.dialogue.rhetoric.guesses import guess_of
from fabula.environments.dialogue.rhetoric.life import life_of
from fabula.environments.dialogue.rhetoric.marks import BOOKS, TRUSTED_FROM, known_of
from fabula.environments.dialogue.rhetoric.phrases import head_of
from fabula.environments.dialogue.rhetoric.reading import heard
from fabula.environments.dialogue.rhetoric.sides import STATING, gave_way, short_side
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
    "so": "it is so",
    "guess": "a hired hand",
    "plan": "asking first",
    "clause": "was so",
    "label": "trust",
    "ally": "Tom",
    "third": "Bob",
    "topic_asked": "“Is it so?”",
    "moved_by": "Ann",
    **dict.fromkeys(("mine_label", "moved_label", "third_label", "common_label"), "the cost"),
}
ARGUING = ("action", "choice", "thesis", "fact", "plan")


@pytest.mark.parametrize(
    ("topic", "kind", "view"),
    [
        ("Should the old tower be rebuilt?", Kind.ACTION, "the old tower should be rebuilt"),
        ("Should we eat meat?", Kind.ACTION, "we should eat meat"),
        ("Should the mayor resign?", Kind.ACTION, "the mayor should resign"),
        ("Should the mayor frobnicate?", Kind.ACTION, "the mayor should frobnicate"),
        ("closing the harbour", Kind.ACTION, "closing the harbour is right"),
        ("The harbour must be closed", Kind.ACTION, "the harbour must be closed"),
        ("tea or coffee", Kind.CHOICE, "tea is better than coffee"),
        ("Is remote work better than the office?", Kind.CHOICE, "remote work is better than the office"),
        (
            "Is it better to live in town or in the country?",
            Kind.CHOICE,
            "living in town is better than living in the country",
        ),
        (
            "Should the harbour be closed at night or kept open?",
            Kind.CHOICE,
            "closing the harbour at night is better than keeping the harbour open",
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


@pytest.mark.parametrize("book", ARGUING)
def test_what_rules_argue_they_know_again(book: str) -> None:
    argued = {rule: ways for rule, ways in words_of(book).items() if not rule.endswith(".label")}
    for rule, templates in argued.items():
        for at, template in enumerate(templates):
            for seed in range(3):
                said = dressed(Grammar({"it": [template]}, Chance(seed).stream(rule, str(at))).one("it", SLOTS))
                assert Ground(rule.split(".")[0]) in {known.ground for known in known_of(said)}, said


@pytest.mark.parametrize("book", ["thesis", "fact", "plan"])
def test_what_is_argued_can_do_without_the_claim(book: str) -> None:
    slots = {slot: "" if slot in {"view", "nay", "clause", "plan"} else words for slot, words in SLOTS.items()}
    for templates in words_of(book).values():
        for template in templates:
            assert Grammar({"it": [template]}, Chance(1).stream(template)).one("it", slots), template


@pytest.mark.parametrize("book", ["shared", "fact", "plan"])
def test_a_concession_is_known_for_one_however_short(book: str) -> None:
    conceding = {rule: ways for rule, ways in words_of(book).items() if rule.endswith(".concede")}
    for rule, templates in conceding.items():
        for template in templates:
            for seed in range(3):
                said = dressed(Grammar({"it": [template]}, Chance(seed).stream(rule, template)).one("it", SLOTS))
                turn = heard(Line(number=1, speaker="Ann", text=said), TRUSTED_FROM)
                assert gave_way(turn, Ground(rule.split(".")[0])), said


def test_a_farewell_is_known_for_one() -> None:
    for rule, templates in words_of("voices").items():
        for template in templates if rule.endswith(".part") else ():
            for seed in range(4):
                said = dressed(Grammar({"it": [template]}, Chance(seed).stream(rule, template)).one("it", SLOTS))
                turn = Line(number=1, speaker="Ann", text=f"So I end where I stood: it is so. {said}")
                assert took_leave(heard(turn)), said


def test_a_statement_is_known_again_by_the_sentence_that_states() -> None:
    stating = {rule: ways for rule, ways in words_of("moves").items() if rule.startswith(("open.", "sum."))}
    for rule, templates in stating.items():
        for template in (each for each in templates if "{view}" in each or "{so}" in each):
            for seed in range(3):
                said = dressed(Grammar({"it": [template]}, Chance(seed).stream(rule, template)).one("it", SLOTS))
                states = [each for each in sentences(said) if "it is so" in each.casefold()]
                assert any(known.rule.startswith(STATING) for known in known_of(states[0])), said


@pytest.mark.parametrize(
    ("topic", "short", "contrary"),
    [
        ("Should we open the gates to the refugees?", "we should", "we should not"),
        ("Should the old towers be rebuilt?", "they should", "they should not"),
        ("Should the mayor resign?", "they should", "they should not"),
        ("Does money make people happy?", "it does", "it does not"),
        ("Did the gods make the world?", "they did", "they did not"),
        ("Are ghosts real?", "they are", "they are not"),
        ("Can a machine think?", "it can", "it cannot"),
        ("tea or coffee", "tea comes first", "coffee comes first"),
    ],
)
def test_a_claim_has_a_short_form(topic: str, short: str, contrary: str) -> None:
    yes, no = topic_of(topic).ways
    assert (yes[0], no[0]) == (short, contrary)
    assert short_side(topic_of(topic), f"So I say that {short}.") == 1
    assert short_side(topic_of(topic), f"So I say that {contrary}.") == -1


@pytest.mark.parametrize(
    ("topic", "deeds"),
    [
        ("Should we open the gates to the refugees?", ("opening them", "keeping them shut")),
        ("Should we sell the bakery?", ("selling it", "keeping it")),
        ("Should the old tower be rebuilt?", ("rebuilding it", "leaving it alone")),
        ("Should we leave the town?", ("leaving it", "staying")),
        ("Should we go to war?", ("going to war", "not going to war")),
        ("Should we wait for spring?", ("waiting for spring", "acting now")),
    ],
)
def test_a_deed_has_a_short_form(topic: str, deeds: tuple[str, str]) -> None:
    assert topic_of(topic).short == deeds


def test_a_thing_is_called_by_its_head() -> None:
    assert head_of("the rats in the granary") == "the rats"
    assert head_of("the question of guilt") == "the question"
    assert head_of("money") == "money"


@pytest.mark.parametrize("ask", ["Who killed the miller?", "Where did the money go?", "Which of them lies?"])
def test_every_drive_has_a_guess_of_its_own(ask: str) -> None:
    guesses = [guess_of(topic_of(ask), drive) for drive in Drive]
    assert len(set(guesses)) == len(guesses)
    assert all(len(guess.split()) <= 9 for guess in guesses)


def test_a_life_speaks_to_a_ground_by_what_it_says_and_not_by_a_chance_word() -> None:
    assert Ground.COST in grounds_of_life("I have never entered a room without pricing it")
    assert Ground.TIME in grounds_of_life("I spent forty winters waiting, or it felt so; I waited")
    assert Ground.TRUST not in grounds_of_life("The statutes hold that blood is water in trust")


def test_a_question_and_its_answer_have_their_templates_in_the_same_order() -> None:
    for book in ARGUING:
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
