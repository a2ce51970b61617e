"""What the program says: of an agent for people, of a name that is not quite one, of a call that is wrong."""

from pathlib import Path

import pytest
from tests.agents.cards.made import DATA
from tests.cli.program import Program


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


def test_an_agents_side_is_told_in_words_and_without_what_only_the_rules_know(fabula: Program) -> None:
    assert fabula("play", "harbour", "--turns", "3", "--seed", "5", "-q").code == 0
    shown = fabula("show", "harbour-1", "--agent", "Oskar").out
    for title in ("wants", "believes", "last saw"):
        assert f"\n{title}\n  " in shown
    assert shown.startswith("Oskar Venn, ")
    assert not [word for word in ("wanted:", "weight:", "bond:", "true", "True", "False") if f" {word}" in shown]
    remembered = fabula("show", "harbour-1", "--agent", "Oskar", "--memory").out
    assert all(line.startswith("turn ") for line in remembered.splitlines())


def test_the_keeper_is_shown_no_flag_that_is_not_so(fabula: Program) -> None:
    assert fabula("play", "harbour", "--turns", "1", "--seed", "5", "-q").code == 0
    shown = fabula("show", "harbour-1").out
    assert "False" not in shown
    assert "True" not in shown


@pytest.mark.parametrize(("typed", "says"), [("o", "nobody called 'o'"), ("Oskr", "Did you mean 'Oskar Venn'?")])
def test_a_letter_is_nobodys_name_and_a_near_miss_is_asked_back(fabula: Program, typed: str, says: str) -> None:
    refused = fabula("play", "harbour", "--as", typed)
    assert refused.code == 2
    assert says in refused.err


def test_a_mind_that_is_not_installed_is_refused_with_those_that_are(fabula: Program) -> None:
    refused = fabula("play", "harbour", "--mind", "Oskar=mind:stubborn")
    assert refused.code == 2
    assert "no mind 'stubborn' is installed. " in refused.err


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (("show", "x", "--foo"), "fabula: No such option: --foo"),
        (("play", "harbour", "--budget", "-3"), "Invalid value for '--budget': it must be"),
        (("persona", "convert", "x", "--to", "v1"), "'v1' is not one of 'md'"),
        (("play",), "Missing argument 'PACK'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_call_is_told_like_every_other_error(fabula: Program, call: tuple[str, ...], says: str) -> None:
    refused = fabula(*call)
    assert refused.code == 2
    assert says in refused.err
    assert "--help shows" in refused.err
    assert "Value error" not in refused.err
    assert "╭" not in refused.err
    assert fabula(*call, "--json").last["code"] == 2


def test_a_family_of_commands_alone_shows_its_help(fabula: Program) -> None:
    called = fabula("persona")
    assert called.code == 2
    assert "fabula: " not in called.err


def test_a_conversion_says_what_was_odd_and_refuses_an_ending_it_does_not_know(fabula: Program, tmp_path: Path) -> None:
    odd = DATA / "odd" / "ahab.nulls.json"
    done = fabula("persona", "convert", odd, "--out", tmp_path / "ahab.png")
    assert "5 warnings\n  data.personality: " in done.out
    refused = fabula("persona", "convert", odd, "--out", tmp_path / "ahab.xyz")
    assert refused.code == 2
    assert ".charx" in refused.err
    assert not (tmp_path / "ahab.xyz").exists()


def test_a_card_that_was_cut_off_is_called_so(fabula: Program, tmp_path: Path) -> None:
    (tmp_path / "cut.png").write_bytes((DATA / "holmes.v3.png").read_bytes()[:300])
    assert "cut off" in fabula("persona", "check", tmp_path / "cut.png").out


def test_a_card_is_shown_without_its_empty_fields(fabula: Program) -> None:
    shown = fabula("persona", "show", DATA / "alice.v1.json").out
    assert "greetings: 1" in shown
    assert "creator" not in shown
    assert "assets" not in shown
