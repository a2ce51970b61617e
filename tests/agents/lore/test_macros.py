"""Macros: what each becomes, that chance is fair and repeatable, and that nothing put in is read again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.agents.lore import Names, expand
from fabula.agents.lore.macros import EXPANDED_CHARACTERS_MAX, NESTING_MAX
from fabula.engine.chance import Chance

MIRA = Names(char="Mira", user="Tom")


def said(text: str, names: Names = MIRA, *, step: int = 0, seed: int = 7) -> str:
    return expand(text, names=names, stream=Chance(seed, step).stream("lore"), seed=seed)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("{{char}} and {{user}}", "Mira and Tom"),
        ("{{Char}} <BOT> <bot> {{ USER }} <User> <CHAR>", "Mira Mira Mira Tom Tom Mira"),
        ("a{{// a note to myself}}b", "ab"),
        ("a{{comment: hidden}}{{noop}}b", "ab"),
        ("{{reverse:abc}} {{reverse:{{char}}}}", "cba ariM"),
        ("a{{newline}}b{{newline::2}}c", "a\nb\n\nc"),
        ("a\n\n{{trim}}\n\nb", "ab"),
        ("{{random:only}} {{random::only}} {{pick:only}}", "only only only"),
        ("{{random: }}", "{{random: }}"),
        ("{{roll:1d1}} {{roll:d1}} {{roll:1}} {{roll 2d1+3}}", "1 1 1 5"),
        ("{{roll:d0}} {{roll:999d6}} {{roll:many}}", "{{roll:d0}} {{roll:999d6}} {{roll:many}}"),
        ("{{time}} {{getvar::x}} {{unknown:{{char}}}}", "{{time}} {{getvar::x}} {{unknown:{{char}}}}"),
        ("{{ {{char}}", "{{ Mira"),
        ("}} {{}} {{{char}}} <b>", "}} {{}} {{{char}}} <b>"),
        ("{{original}}", "{{original}}"),
        ("{{charm}} {{char}}acter", "{{charm}} Miraacter"),
        ("", ""),
    ],
)
def test_a_macro_becomes_what_it_stands_for_and_the_rest_stays(text: str, becomes: str) -> None:
    assert said(text) == becomes


def test_the_original_stands_where_it_is_named_and_is_not_read_again() -> None:
    names = Names(char="Mira", user="Tom", original="Be {{char}}.")
    assert said("{{original}} Stay {{char}}.", names) == "Be {{char}}. Stay Mira."


@pytest.mark.parametrize("name", ["{{random:a,b}}", "{{user}}", "<USER>", "{{char}}", "a,b", "a::b", "{{", "{{trim}}"])
def test_a_name_is_never_read_as_a_macro(name: str) -> None:
    names = Names(char=name, user="Tom")
    assert said("I am {{char}}.", names) == f"I am {name}."
    assert said("<BOT>", names) == name
    assert said("{{random:{{char}},{{char}}}}", names) == name
    assert said("{{random::{{char}}::{{char}}}}", names) == name
    assert said("{{reverse:{{reverse:{{char}}}}}}", names) == name


def test_random_draws_from_the_stream_and_pick_from_the_place() -> None:
    steps = range(60)
    assert {said("{{random:a,b,c}}", step=step) for step in steps} == {"a", "b", "c"}
    assert {said("{{random::a::b,c}}", step=step) for step in steps} == {"a", "b,c"}
    assert {said("{{random:a\\,b,c}}", step=step) for step in steps} == {"a,b", "c"}
    assert len({said("{{pick:a,b,c}} {{pick:a,b,c}}", step=step) for step in steps}) == 1
    assert len({said("{{pick:a,b,c}}", seed=seed) for seed in steps}) == 3
    several = said(" ".join(["{{pick:a,b,c}}"] * 20)).split()
    assert set(several) == {"a", "b", "c"}, "each place has a pick of its own"
    assert said("{{random:a,b,c}}{{roll:d20}}") == said("{{random:a,b,c}}{{roll:d20}}")


def test_dice_stay_within_what_they_can_show() -> None:
    rolled = {int(said("{{roll:2d6+1}}", step=step)) for step in range(300)}
    assert rolled == set(range(3, 14))
    assert {int(said("{{roll:3}}", step=step)) for step in range(40)} == {1, 2, 3}


def test_macros_nested_too_deep_stay() -> None:
    assert said("{{reverse:" * NESTING_MAX + "ab" + "}}" * NESTING_MAX) == "ab"
    deep = "{{reverse:" * 50 + "ab" + "}}" * 50
    assert said("{{reverse:" * 1000 + "ab").startswith("{{reverse:")
    assert "ab" in said(deep) or "ba" in said(deep)


def test_no_text_grows_beyond_its_bound() -> None:
    names = Names(char="x" * 10_000, user="Tom")
    assert len(said("{{char}}" * 10_000, names)) < EXPANDED_CHARACTERS_MAX + 100_000


@given(st.text(alphabet=st.sampled_from("{}<>:,/\\\n ab"), max_size=60) | st.text())
def test_any_text_can_be_expanded(text: str) -> None:
    said(text)
    if not re.search(r"\{\{|<", text):
        assert said(text) == text


@given(st.text(max_size=30), st.text(max_size=30).filter(lambda name: "\0" not in name))
def test_a_name_is_put_in_as_it_is(around: str, name: str) -> None:
    around = around.replace("{", "").replace("}", "").replace("<", "").replace("\0", "")
    assert said(f"{around}{{{{user}}}}{around}", Names(char="Mira", user=name)) == around + name + around
