"""The words that ship: each template is of the grammar, each beat has words in each voice, phrases fit their slots."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pytest
from tests.chronicle.runs import a_run

from fabula.chronicle import STYLES, account_from_events
from fabula.chronicle.beats import CHANGES, UNTOLD
from fabula.chronicle.clauses import DEEDS
from fabula.chronicle.grammar import Draft, Fact, Fill, Grammar, People, finished, parsed
from fabula.chronicle.lexicon import Decks, stock
from fabula.chronicle.names import listed
from fabula.chronicle.salience import _WEIGHTS
from fabula.chronicle.voices import _MODULES, voice_of
from fabula.chronicle.words import words_of
from fabula.engine.chance import Chance
from fabula.environments.campaign.pack import SLOTS
from fabula.environments.campaign.setting import Style

FILES = (*_MODULES.values(), "shared")
PEOPLE = tuple("ABCMXY")
NUMBER = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|twice|third|fourth|\d+)\b"
)
FILLS = re.compile(r"\{[?!]?(\w+)")


def templates(name: str) -> Iterator[tuple[str, str]]:
    for rule, lines in words_of(name).items():
        yield from ((rule, line) for line in lines)


class Anyone:
    """Calls everyone something, in every form."""

    def called(self, name: str, form: str, draft: Draft) -> str | None:
        forms = {
            "": name,
            "s": f"{name}'s",
            "he": "she",
            "own": "she",
            "him": "her",
            "his": "her",
            "self": "herself",
            "hewas": "she was",
        }
        return forms[form]

    def all_called(self, names: Sequence[str], draft: Draft) -> str:
        return listed(list(names))

    def small(self, text: str) -> str:
        return text

    def accept(self, draft: Draft) -> None:
        pass


def everything(rules: Mapping[str, Sequence[str]]) -> dict[str, Fill]:
    """A fill for every name that a template asks for."""
    asked = {fill for lines in rules.values() for line in lines for fill in FILLS.findall(line)}
    fills: dict[str, Fill] = {fill: Fact("the thing", (1,)) for fill in asked}
    fills |= {fill: f"Name{fill}" for fill in (*PEOPLE, "believer", "source", "mover", "spy", "witness")}
    return fills | {fill: People(("One", "Other")) for fill in ("company", "witnesses")}


@pytest.mark.parametrize("name", FILES)
def test_every_template_grows_into_a_clean_sentence(name: str) -> None:
    rules = {**words_of("shared"), **words_of(name)}
    chance = Chance(1).stream
    luck, fills = chance("words"), everything(rules)
    for rule, template in templates(name):
        forbidden = re.findall(r"!(\w+)", template)
        for _ in range(3):
            grammar = Grammar({**rules, "it": (template,)}, Decks({}, "plain", luck), luck)
            fact = grammar.phrase("it", {fill: fact for fill, fact in fills.items() if fill not in forbidden}, Anyone())
            assert fact is not None, (rule, template)
            text = finished(fact.text)
            assert not re.search(r"[{}<>\[\]|]|  | [,.;:]|,,|\.\.|,\.|\(\)", text), (rule, text)
            assert text.count("(") == text.count(")"), (rule, text)
            assert text.count("“") == text.count("”"), (rule, text)


@pytest.mark.parametrize("name", FILES)
def test_a_template_names_rules_and_slots_that_there_are(name: str) -> None:
    known = {*words_of("shared"), *words_of(name), *SLOTS}
    unknown = {rule for _, line in templates(name) for rule in re.findall(r"<([^>]*)>", line) if rule not in known}
    assert unknown == set()


@pytest.mark.parametrize("name", FILES)
def test_a_template_claims_no_number(name: str) -> None:
    assert [line for _, line in templates(name) if NUMBER.search(re.sub(r"\{[^}]*\}|<[^>]*>", "", line))] == []


@pytest.mark.parametrize("name", FILES)
def test_no_template_stands_twice_in_a_rule(name: str) -> None:
    assert [rule for rule, lines in words_of(name).items() if len(set(lines)) < len(lines)] == []


@pytest.mark.parametrize("style", STYLES)
def test_every_voice_has_words_for_every_beat(style: Style) -> None:
    words = voice_of(style).words
    told = {key for key in _WEIGHTS if key.partition(".")[0] not in CHANGES | UNTOLD}
    assert {key for key in told if key not in words and key.partition(".")[0] not in words} == set()


def test_every_beat_that_happens_has_a_weight_and_a_word() -> None:
    for seed in range(6):
        for beat in account_from_events(a_run(seed)).beats:
            assert beat.key in _WEIGHTS, beat.key
    assert set(DEEDS) <= set(_WEIGHTS)


@pytest.mark.parametrize("style", ["any", *STYLES])
def test_stock_phrases_fit_their_slots(style: str) -> None:
    words = stock(style)
    least = 25 if style == "any" else 12
    for slot, phrases in words.items():
        assert len(set(phrases)) == len(phrases) >= least, slot
        for phrase in phrases:
            assert not phrase.endswith((".", "!", "?")), phrase
            assert not NUMBER.search(phrase.casefold()), phrase
            assert phrase[0].isupper() == (slot in {"saying", "chapter"}), phrase
            assert slot != "simile" or phrase.startswith(("like ", "as if ", "as though ")), phrase
            assert slot != "gesture" or not re.search(r"\b(his|her|their)\b", phrase), phrase
    assert set(words) == set(SLOTS)


def test_templates_parse_once() -> None:
    assert parsed("{A} won") is parsed("{A} won")
