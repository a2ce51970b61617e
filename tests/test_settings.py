"""Settings come from the layers their page names, the later winning, and nothing that was written is ignored."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fabula.errors import UsageError
from fabula.settings import FILE_NAME, Settings, load_settings, settings_file, watch_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without a settings file."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def a_home(tmp_path: Path, text: str = "") -> Path:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    if text:
        (home / FILE_NAME).write_text(text)
    return home


def load(home: Path, environ: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return load_settings(named, environ={"FABULA_HOME": str(home)} | dict(environ or {}))


def refusal(home: Path, environ: Mapping[str, str] | None = None, **flags: Any) -> str:
    with pytest.raises(UsageError) as error:
        load(home, environ, **flags)
    return str(error.value)


def test_without_any_source_there_are_defaults() -> None:
    settings = load_settings(environ={})
    assert settings == Settings()
    assert settings.home.is_absolute()
    assert settings.home.name == "fabula"


def test_the_file_wins_over_defaults_variables_over_the_file_flags_over_all(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    variables = {"FABULA_STORE__SNAPSHOT_EVERY_STEPS": "3"}
    default = load(home).store.snapshot_every_steps
    a_home(tmp_path, "store:\n  snapshot_every_steps: 2\nfeed: {colour: always}\n")
    assert load(home).store.snapshot_every_steps == 2 != default
    assert load(home, variables).store.snapshot_every_steps == 3
    settings = load(home, variables, store__snapshot_every_steps=4)
    assert settings.store.snapshot_every_steps == 4
    assert settings.feed.colour == "always"


def test_a_flag_that_was_not_given_says_nothing(tmp_path: Path) -> None:
    home = a_home(tmp_path, "feed: {colour: never}\n")
    assert load(home, feed__colour=None).feed.colour == "never"


def test_what_is_left_empty_keeps_its_default(tmp_path: Path) -> None:
    home = a_home(tmp_path, "store:\nhome:\nfeed:\n  colour: ~\n")
    assert load(home, {"FABULA_FEED__COLOUR": ""}) == Settings(home=home)
    a_home(tmp_path, "# nothing but a comment\n")
    assert load(home) == Settings(home=home)


def test_the_working_directory_is_looked_at_before_the_home_folder(tmp_path: Path, desk: Path) -> None:
    home = a_home(tmp_path)
    assert settings_file(home) is None
    a_home(tmp_path, "feed: {colour: never}\n")
    assert settings_file(home) == home / FILE_NAME
    (desk / FILE_NAME).write_text("cast: {reply_s_max: 3}\n")
    assert settings_file(home) == desk / FILE_NAME
    settings = load(home)
    assert (settings.feed.colour, settings.cast.reply_s_max) == ("auto", 3)


def test_the_home_folder_of_a_flag_is_where_the_file_is_looked_for(tmp_path: Path) -> None:
    home = a_home(tmp_path, "feed: {colour: never}\n")
    assert load_settings({"home": home}, environ={"FABULA_HOME": str(tmp_path / "other")}).feed.colour == "never"


def test_a_file_that_is_named_is_read_and_has_to_be_there(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    with pytest.raises(UsageError, match=r"mine\.yaml: no such file"):
        load_settings(file=file, environ={})
    file.write_text("feed: {colour: never}\n")
    assert load_settings(file=file, environ={}).feed.colour == "never"


def test_a_tilde_in_the_home_is_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert load_settings(environ={"FABULA_HOME": "~/tales"}).home == tmp_path / "tales"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nhoem: x\n", "line 2, hoem: no such setting. Did you mean 'home'?"),
        ("feed:\n  color: auto\n", "line 2, feed.color: no such setting. Did you mean 'feed.colour'?"),
        (
            "stor:\n  snapshot_every_steps: 2\n",
            "line 1, stor: no such setting. Did you mean 'store'?",
        ),
        ("stor:\n", "line 1, stor: no such setting. Did you mean 'store'?"),
        ("colour: auto\n", "line 1, colour: no such setting. Did you mean 'feed.colour'?"),
        ("store: 7\n", "line 1, store: this is a group of settings, it cannot be 7."),
        ("feed:\n  colour: loud\n", "line 2, feed.colour: one of 'auto', 'always' or 'never' is needed, not 'loud'."),
        ("store: {snapshot_every_steps: many}\n", "a whole number is needed, not 'many'."),
        ("store: {snapshot_every_steps: 1.5}\n", "a whole number is needed, not 1.5."),
        ("store: {snapshot_every_steps: 0}\n", "store.snapshot_every_steps: 1 or more is needed, not 0."),
        ("cast: {reply_s_max: 0}\n", "cast.reply_s_max: more than 0 is needed, not 0."),
        ("cast: {reply_s_max: 1e9}\n", "86400 or less is needed"),
        ("home: [a]\n", "home: a path is needed, not ['a']."),
        ("home: ~nobody-of-that-name/x\n", "home"),
        ("- a\n- b\n", "settings are lines of 'name: value'"),
        ("a: b: c\n", "Put a text that holds ': ' in quotes."),
        ("feed: {colour: never}\nfeed: {colour: always}\n", "line 2: 'feed' stands here again after line 1"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    file = a_home(tmp_path, text) / FILE_NAME
    with pytest.raises(UsageError) as error:
        load_settings(file=file, environ={})
    assert str(error.value).startswith(f"{file}, line ")
    assert message in str(error.value)


def test_a_misspelt_variable_is_told_with_the_right_one(tmp_path: Path) -> None:
    assert refusal(a_home(tmp_path), {"FABULA_STOR__SNAPSHOT_EVERY_STEPS": "3"}) == (
        "FABULA_STOR__SNAPSHOT_EVERY_STEPS: no such setting. Did you mean 'FABULA_STORE__SNAPSHOT_EVERY_STEPS'?"
    )
    assert "Did you mean 'FABULA_FEED__COLOUR'?" in refusal(a_home(tmp_path), {"FABULA_FEED_COLOR": "auto"})


def test_variables_of_others_are_let_be(tmp_path: Path) -> None:
    assert load(a_home(tmp_path), {"FABULATE": "1", "HOMEFABULA_X": "1", "PATH": "/bin"}) == load(a_home(tmp_path))


def test_a_value_that_does_not_fit_names_the_layer_it_came_from(tmp_path: Path) -> None:
    home = a_home(tmp_path, "feed: {colour: always}\n")
    assert refusal(home, {"FABULA_FEED__COLOUR": "loud"}).startswith("FABULA_FEED__COLOUR: one of")
    assert refusal(home, feed__colour="loud").startswith("feed.colour: one of")


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    told = refusal(a_home(tmp_path, "stor: 1\nfeed: {colour: maybe}\n"), hoem="x")
    assert len(told.splitlines()) == 3


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().store.snapshot_every_steps = 3


# --- reload ---


class Watched:
    """A settings file that is watched, and the hand that edits it between two looks."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = home / FILE_NAME
        self.changes: list[Settings] = []
        self.errors: list[str] = []

    def edits(self, *texts: str | None) -> None:
        """Watch while these edits are made, one before each look; None leaves the file as it is."""
        waiting = list(texts)

        async def sleep(_: float) -> None:
            if not waiting:
                raise asyncio.CancelledError
            if (text := waiting.pop(0)) is not None:
                self.file.write_text(text)

        async def watch() -> None:
            await watch_settings(
                lambda: load(self.home),
                self.file,
                on_change=self.changes.append,
                on_error=lambda error: self.errors.append(str(error)),
                sleep=sleep,
            )

        with pytest.raises(asyncio.CancelledError):
            asyncio.run(watch())


def test_an_edit_is_taken_over_once_it_has_settled(tmp_path: Path) -> None:
    watched = Watched(a_home(tmp_path, "feed: {colour: never}\n"))
    watched.edits(None, "feed: {colour: always}\n", None, None, None)
    assert [settings.feed.colour for settings in watched.changes] == ["always"]
    assert watched.errors == []


def test_a_bad_edit_is_told_once_and_the_old_values_stay(tmp_path: Path) -> None:
    watched = Watched(a_home(tmp_path, "feed: {colour: never}\n"))
    watched.edits("fead: {colour: always}\n", None, None, None, "feed: {colour: auto}\n", None)
    assert len(watched.errors) == 1
    assert "Did you mean 'feed'?" in watched.errors[0]
    assert [settings.feed.colour for settings in watched.changes] == ["auto"]


def test_a_half_written_file_is_not_read(tmp_path: Path) -> None:
    watched = Watched(a_home(tmp_path, "feed: {colour: never}\n"))
    watched.edits("", "feed: {col", "feed: {colour: always}\n", None)
    assert [settings.feed.colour for settings in watched.changes] == ["always"]
    assert watched.errors == []


def test_an_edit_that_changes_no_value_tells_nobody(tmp_path: Path) -> None:
    watched = Watched(a_home(tmp_path, "feed: {colour: never}\n"))
    watched.edits(
        "# a remark\nfeed: {colour: never}\n", None, "feed: {colour: always}\n", "feed: {colour: never}\n", None
    )
    assert watched.changes == []


def test_a_file_may_come_and_go(tmp_path: Path) -> None:
    watched = Watched(a_home(tmp_path))
    watched.edits("feed: {colour: always}\n", None)
    assert [settings.feed.colour for settings in watched.changes] == ["always"]


# --- documentation ---


def names(values: Mapping[str, Any], at: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in values.items():
        found |= names(value, f"{at}{name}.") if isinstance(value, dict) else {at + name}
    return found


def test_the_examples_show_every_setting_with_its_default() -> None:
    all_names = names(Settings().model_dump())
    example = (ROOT / "fabula.yaml.example").read_text(encoding="utf-8")
    assert load_settings(file=ROOT / "fabula.yaml.example", environ={}) == Settings()
    assert all(f"{name.split('.')[-1]}:" in example for name in all_names)
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    variables = dict(line.removeprefix("# ").split("=", 1) for line in lines if line.startswith("# FABULA_"))
    assert set(variables) == {"FABULA_" + name.upper().replace(".", "__") for name in all_names}
    assert load_settings(environ=variables | {"FABULA_HOME": ""}) == Settings()
