"""The grammar: templates with choices and conditions, filled from facts and lexicon, never the same sentence twice."""

from collections.abc import Sequence

import pytest

from fabula.chronicle.grammar import Draft, Fact, Fills, Grammar, People, finished, parsed
from fabula.chronicle.lexicon import RECURRING, Decks, stock
from fabula.chronicle.names import listed
from fabula.engine.chance import Chance
from fabula.environments.campaign.pack import SLOTS


class ByName:
    """Calls everyone by name."""

    def called(self, name: str, form: str, draft: Draft) -> str | None:
        if form == "his":
            return "her" if name in "".join(draft.parts) else None
        return f"{name}'s" if form == "s" else name

    def all_called(self, names: Sequence[str], draft: Draft) -> str:
        return listed(list(names))

    def small(self, text: str) -> str:
        return text[:1].lower() + text[1:]

    def accept(self, draft: Draft) -> None:
        pass


OWN = {"any": {"light": ("grey light",), "strike": ("struck",), "sound": ("rain", "bells")}}


def a_grammar(*, seed: int = 1, **rules: tuple[str, ...]) -> Grammar:
    chance = Chance(seed).stream
    return Grammar(
        {name.replace("_", "."): words for name, words in rules.items()},
        Decks(OWN, "plain", chance("deck")),
        chance("words"),
    )


def say(grammar: Grammar, rule: str, fills: Fills | None = None, **how: str) -> str | None:
    draft = grammar.compose([rule], fills or {}, ByName(), **how)
    return draft.text() if draft else None


def test_a_template_is_filled_and_finished() -> None:
    facts: Fills = {"A": "Mira", "B": "Tom", "place": Fact("the Quay", (3,)), "C": People(("Ann", "Bo"), (5, 6))}
    draft = a_grammar(hit=("{A} saw {B}  at {place} , with {C}, and {A.his} a(n) hour",)).compose(
        ["hit"], facts, ByName()
    )
    assert draft is not None
    assert draft.text() == "Mira saw Tom at the Quay, with Ann and Bo, and her an hour."
    assert draft.events == [3, 5, 6]


def test_what_lacks_its_facts_is_not_said() -> None:
    grammar = a_grammar(hit=("{A} hit {B}[ with {weapon}| at {place}]",), miss=("{A} missed",))
    assert say(grammar, "hit", {"A": "Mira"}) is None
    assert say(grammar, "hit", {"A": "Mira", "B": "Tom", "weapon": Fact("a hook")}) == "Mira hit Tom with a hook."
    assert say(grammar, "hit", {"A": "Mira", "B": "Tom"}) is None
    assert say(grammar, "unknown", {"A": "Mira"}) is None


def test_conditions_hold_or_the_alternative_is_not_chosen() -> None:
    grammar = a_grammar(hit=("{A} won[{?late} late|{!late} early]",))
    assert say(grammar, "hit", {"A": "Mira", "late": Fact("")}) == "Mira won late."
    assert say(grammar, "hit", {"A": "Tom"}) == "Tom won early."


def test_a_choice_that_cannot_be_worded_gives_way_to_another() -> None:
    grammar = a_grammar(hit=("[{A.his} own|the other] was {A}",))
    assert say(grammar, "hit", {"A": "Mira"}) == "The other was Mira."


def test_no_sentence_is_said_twice() -> None:
    grammar = a_grammar(hit=("{A} [won|lost]",))
    said = {say(grammar, "hit", {"A": "Mira"}) for _ in range(2)}
    assert said == {"Mira won.", "Mira lost."}
    assert say(grammar, "hit", {"A": "Mira"}) is None
    assert not grammar.claim("mira  WON.")


def test_templates_are_used_in_turn_and_do_not_begin_alike() -> None:
    grammar = a_grammar(hit=("{A} one", "{A} two", "then {A} three"))
    texts = [say(grammar, "hit", {"A": "Mira"}, after="Mira zero.") for _ in range(3)]
    assert texts[0] == "Then Mira three."
    assert set(texts) == {"Mira one.", "Mira two.", "Then Mira three."}


def test_a_lead_ties_a_sentence_to_the_one_before() -> None:
    grammar = a_grammar(hit=("The bell rang for {A}",), lead_then=("meanwhile",))
    assert say(grammar, "hit", {"A": "Mira"}, lead="lead.then") == "Meanwhile the bell rang for Mira."


def test_the_same_chance_says_the_same() -> None:
    def told(seed: int) -> list[str | None]:
        grammar = a_grammar(seed=seed, hit=("{A} [a|b|c|d] [e|f|g|h] <sound>",))
        return [say(grammar, "hit", {"A": name}) for name in ("Mira", "Tom")]

    assert told(4) == told(4)
    assert len({tuple(told(seed)) for seed in range(10)}) > 5


@pytest.mark.parametrize("template", ["{A", "A}", "[a|b", "a]b", "<a", "a{b}c{", "[a[b]"])
def test_a_template_with_a_lone_bracket_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        parsed(template)


def test_finishing_puts_spaces_and_stops_in_order() -> None:
    assert finished(" it rained ,, and , well . ") == "It rained, and, well."
    assert finished("“who goes there?”") == "“Who goes there?”"
    assert finished("a(n) hour, A(n) lamp") == "An hour, A lamp."


def test_a_settings_own_phrases_come_first_and_none_comes_twice_before_all_have() -> None:
    decks = Decks(OWN, "plain", Chance(1).stream("deck"))
    assert decks.peek("light", 0) in {"grey light", *stock("plain")["light"]}
    seen = []
    while (phrase := decks.peek("sound", 0)) is not None:
        seen.append(phrase)
        decks.discard("sound")
    assert {"rain", "bells"} <= set(seen[:4])
    assert len(seen) == len(set(seen)) == len({"rain", "bells", *stock("plain")["sound"], *stock("any")["sound"]})
    assert not decks.has("sound")
    for _ in range(500):
        assert decks.has("strike")
        decks.discard("strike")
    assert "strike" in RECURRING
    assert set(SLOTS) == set(stock("any"))
