"""YAML is read within bounds, without surprises, and every value knows its line."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from fabula import yaml_text
from fabula.errors import UsageError
from fabula.yaml_text import DEPTH_MAX, NODES_MAX, SIZE_MAX_BYTES, Tree, path_text, read_yaml

LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


@pytest.fixture(params=LOADERS, ids=["python", "libyaml"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule holds for both parsers."""
    monkeypatch.setattr(yaml_text, "_FAST", request.param)


def read(text: str | bytes) -> Tree:
    return read_yaml(text.encode() if isinstance(text, str) else text, source="pack.yaml")


def value(text: str) -> Any:
    return read(text).value


def refusal(text: str | bytes) -> str:
    with pytest.raises(UsageError) as error:
        read(text)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("7", 7),
        ("-7", -7),
        ("+007", 7),
        ("1.5", 1.5),
        (".5e1", 5.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("1:30", "1:30"),
        ("2026-11-01", "2026-11-01"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 30, "9" * 30),
        ("9" * 5000, "9" * 5000),
        ('"7"', "7"),
        ("'true'", "true"),
        ('""', ""),
        ("|\n  7\n", "7\n"),
        ("a b", "a b"),
    ],
)
def test_a_scalar_is_what_its_author_meant(text: str, meant: object) -> None:
    found = value(f"{text}\n")
    assert found == meant
    assert type(found) is type(meant)


def test_a_key_is_always_text() -> None:
    assert value("on: 1\nno: 2\n7: 3\nnull: 4\n<<: 5\n") == {"on": 1, "no": 2, "7": 3, "null": 4, "<<": 5}


def test_nested_values_and_both_notations_are_read() -> None:
    text = "a:\n  - {b: [1, 2], c: two}\n  - d: |\n      x\n      y\n  -\n"
    assert value(text) == {"a": [{"b": [1, 2], "c": "two"}, {"d": "x\ny\n"}, None]}


def test_an_alias_is_what_it_stands_for() -> None:
    assert value("a: &x [1, {b: 2}]\nc: *x\nd: &k key\n&k2 e: *k\nf: *k2\n") == {
        "a": [1, {"b": 2}],
        "c": [1, {"b": 2}],
        "d": "key",
        "e": "key",
        "f": "e",
    }


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    tree = read("a: 1\r\nb:\r\n  - 2\r\n".encode("utf-8-sig"))
    assert tree.value == {"a": 1, "b": [2]}
    assert tree.where(("b", 0)) == "pack.yaml, line 3, b[0]"


def test_every_value_knows_its_line() -> None:
    tree = read("places:\n  - id: attic\n    ways: [hall,\n      yard]\n  - id: hall\n")
    assert tree.where(()) == "pack.yaml, line 1"
    assert tree.where(("places",)) == "pack.yaml, line 1, places"
    assert tree.where(("places", 0, "id")) == "pack.yaml, line 2, places[0].id"
    assert tree.where(("places", 0, "ways", 1)) == "pack.yaml, line 4, places[0].ways[1]"
    assert tree.where(("places", 1)) == "pack.yaml, line 5, places[1]"


def test_what_is_missing_has_the_line_of_what_would_hold_it() -> None:
    assert read("a:\n- b: 1\n").where(("a", 0, "name", "x")) == "pack.yaml, line 2, a[0].name.x"
    assert read("").where(("a",)) == "pack.yaml, line 1, a"


def test_what_stands_in_another_file_keeps_its_lines_there() -> None:
    tree = read("title: x\ndeep: [{}, {list: more.yaml}]\n")
    other = read_yaml(b"\n- one\n- {two: 2}\n", source="more.yaml")
    grafted = tree.grafted(("deep", 1, "list"), other)
    assert grafted.value == {"title": "x", "deep": [{}, {"list": ["one", {"two": 2}]}]}
    assert tree.value["deep"][1] == {"list": "more.yaml"}
    assert grafted.where(("deep", 1, "list", 1, "two")) == "more.yaml, line 3, deep[1].list[1].two"
    assert grafted.where(("deep", 0)) == "pack.yaml, line 2, deep[0]"


def test_a_path_is_written_as_people_write_it() -> None:
    assert path_text(("places", 3, "ways", 0, "to")) == "places[3].ways[0].to"
    assert path_text((2, "name")) == "[2].name"


def test_a_key_given_twice_names_both_lines() -> None:
    assert refusal("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n") == (
        "pack.yaml, line 5: 'c' stands here again after line 3. Keep one of the two."
    )


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: b: c\n", 1, "mapping values are not allowed"),
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "in what began in line 2. Is a bracket never closed?"),
        ("a: 1\n\tb: 2\n", 2, "spaces"),
        ('a: "open\n', 2, "a quote never closed"),
        ("a: @x\n", 1, "quotes"),
        ("a: *nobody\n", 1, "&nobody"),
        ("- 1\na: 2\n", 2, "indentation"),
        ("a:\n  b: 1\n c: 2\n", 3, "indentation"),
        ("a: 'it's'\n", 1, "quotes"),
        ("a: - 1\n", 1, "a line of its own"),
        ("a: 1\nb\n", 3, "a ':' after it"),
    ],
)
def test_yaml_that_does_not_parse_names_its_line(text: str, line: int, part: str) -> None:
    message = refusal(text)
    assert message.startswith(f"pack.yaml, line {line}")
    assert part in message


@pytest.mark.parametrize(
    "text", ["a: !!python/object/apply:os.system [ls]\n", "!x {a: 1}\n", "a: !!str 1\n", "a: ! b\n"]
)
def test_tags_are_refused(text: str) -> None:
    assert "tag" in refusal(text)


def test_a_second_document_is_refused() -> None:
    assert refusal("a: 1\n---\nb: 2\n").startswith("pack.yaml, line 2: a second document")


@pytest.mark.parametrize("text", ["? [a, b]\n: 1\n", "? {a: b}\n: 1\n", "a: &x k\n? *x\n: 1\n", "{[a]: 1}\n"])
def test_a_key_that_is_no_word_is_refused(text: str) -> None:
    assert "a key has to be a word" in refusal(text)


@pytest.mark.parametrize("text", ["a: &x [1, *x]\n", "a: &x {b: {c: *x}}\n", "&x [*x]\n"])
def test_a_circle_of_aliases_is_refused(text: str) -> None:
    assert refusal(text) == "pack.yaml, line 1: '*x' stands inside the very thing it stands for. Break the circle."


def test_an_anchor_used_again_stands_for_the_latest() -> None:
    assert value("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


@pytest.mark.parametrize(
    "bomb",
    [
        # A billion laughs, as lists and as mappings.
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
        "a0: &a0 {x: y}\n"
        + "".join(f"a{n}: &a{n} {{{', '.join(f'k{k}: *a{n - 1}' for k in range(10))}}}\n" for n in range(1, 12)),
        "a: &a [" + "1, " * 40_000 + "]\nb: *a\n",
    ],
    ids=["lists", "mappings", "flat"],
)
def test_a_bomb_ends_at_once(bomb: str) -> None:
    before = time.process_time()
    assert f"more than {NODES_MAX:,} values" in refusal(bomb)
    assert time.process_time() - before < 10


def test_more_values_than_allowed_are_refused_and_as_many_as_allowed_are_not() -> None:
    assert len(value("- 1\n" * (NODES_MAX - 1))) == NODES_MAX - 1
    assert f"more than {NODES_MAX:,} values" in refusal("- 1\n" * NODES_MAX)


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_depth_is_bounded_before_it_is_built(opening: str) -> None:
    closing = {"[": "]", "{a: ": "}"}[opening]
    assert value(opening * DEPTH_MAX + closing * DEPTH_MAX) is not None
    assert f"more than {DEPTH_MAX} levels" in refusal(opening * (DEPTH_MAX + 1) + closing * (DEPTH_MAX + 1))
    assert f"more than {DEPTH_MAX} levels" in refusal(opening * 20_000)


def test_aliases_do_not_hide_depth() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, DEPTH_MAX + 1))
    assert f"more than {DEPTH_MAX} levels" in refusal(chain)


SIGNS = st.sampled_from(
    [*"ab1.:-[]{},\"'#&*!|>?~%@\\<= \t\n\r", ": ", "- ", "\n  ", "\n- ", "&a ", "*a", "é", "\u2028", "\ufeff"]
)


def outcome(text: str, parser: Any) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_text, "_FAST", parser)
        try:
            return read(text).value
        except UsageError:
            return UsageError


@given(text=st.lists(SIGNS, max_size=30).map("".join))
@example(text="a:\tb\n")
def test_both_parsers_give_the_same_or_one_refuses(text: str) -> None:
    """Whatever the text: a value or a refusal, and never two values."""
    slow, fast = (outcome(text, parser) for parser in LOADERS)
    assert slow == fast or UsageError in (slow, fast)


def test_a_file_above_the_size_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as huge:
        huge.truncate(50 * 2**20)
    with pytest.raises(UsageError, match=r"huge\.yaml: 50\.0 MiB are more than the 2 MiB"):
        read_yaml(file, source="huge.yaml")
    assert "2 MiB" in refusal(b"#" * (SIZE_MAX_BYTES + 1))
    assert read(b"#" * SIZE_MAX_BYTES).value is None


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ("a: b\n".encode("utf-16"), "UTF-16"),
        ("a: b\n".encode("utf-16-be"), "U+0000"),
        (b"a: 1\nb: caf\xe9\n", "line 2: byte 0xe9 is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1: byte 0x89 is not UTF-8"),
        (b"a: 1\nb: \x1b[31mred\n", "line 2: the control character U+001B"),
        (b'a: "\\e[31mred"\n', "line 1: the control character U+001B"),
        (b'a: "\\ud800"\n', ""),
        (b'a: "\\U00110000"\n', ""),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, part: str) -> None:
    message = refusal(data)
    assert message.startswith("pack.yaml")
    assert part in message


def test_a_file_that_is_not_there_or_is_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml: no such file"):
        read_yaml(tmp_path / "nowhere.yaml")
    with pytest.raises(UsageError, match="this is no file"):
        read_yaml(tmp_path)


def test_a_file_is_called_by_its_path_unless_named(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\na: 2\n")
    with pytest.raises(UsageError) as error:
        read_yaml(file)
    assert str(error.value).startswith(f"{file}, line 2")
