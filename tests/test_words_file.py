"""Words files: rules and their templates, read in order, and refused with the line that is wrong."""

import re

import pytest

from fabula.words_file import read_words


def test_rules_have_the_templates_below_them_in_order() -> None:
    text = "# Of lamps.\nlamp.out\n  it is dark\n\n  # And worse.\n    nobody sees {A}  \nlamp\nlamp.lit\n  light\n"
    assert list(read_words(text, source="lamps.txt").items()) == [
        ("lamp.out", ("it is dark", "nobody sees {A}")),
        ("lamp", ()),
        ("lamp.lit", ("light",)),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lamp\n  a\ndoor\nlamp\n  b\n", "lamps.txt, line 4: the rule 'lamp' stands twice; put its templates together"),
        ("# x\n  a\nlamp\n", "lamps.txt, line 2: a template before any rule; name its rule at the margin"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        read_words(text, source="lamps.txt")
