"""Packs are found by folder, file or name, and new ones are laid out without writing over anything."""

import sys
from importlib import metadata
from pathlib import Path

import pytest

from fabula.errors import UsageError
from fabula.packs import find_pack, new_pack, pack_names


def a_pack(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("name: x\n")
    return folder


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What an installed distribution looks like to Python: a folder on its path with the entry points written down."""
    info = folder / "marsh_tales-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: marsh-tales\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[fabula.packs]\n{name} = {value}\n")
    monkeypatch.syspath_prepend(str(folder))
    assert name in metadata.entry_points(group="fabula.packs").names


def test_a_folder_its_file_and_another_file_in_it_all_lead_to_the_pack(tmp_path: Path) -> None:
    pack = a_pack(tmp_path / "marsh")
    (pack / "notes.md").write_text("x")
    assert find_pack(pack) == find_pack(str(pack / "pack.yaml")) == find_pack(pack / "notes.md") == pack / "pack.yaml"


def test_a_yaml_file_of_another_name_is_the_pack_itself(tmp_path: Path) -> None:
    other = a_pack(tmp_path / "marsh") / "other.yaml"
    other.write_text("name: y\n")
    assert find_pack(other) == other


def test_a_shipped_pack_is_found_by_its_name_alone() -> None:
    for name in pack_names():
        assert find_pack(name).parent.name == name


def test_a_folder_here_is_preferred_to_a_shipped_pack_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    a_pack(tmp_path / "ashfall")
    assert find_pack("ashfall") == Path("ashfall/pack.yaml")


def test_what_lies_in_the_skeleton_is_no_pack_to_play() -> None:
    assert not [name for name in pack_names() if name.startswith("_")]


def test_an_installed_pack_is_found_without_running_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = a_pack(tmp_path / "site" / "marsh_tales" / "marsh")
    (pack / "__init__.py").write_text("raise RuntimeError('run')\n")
    (pack.parent / "__init__.py").write_text("")
    installed(tmp_path / "site", monkeypatch, "marsh", "marsh_tales.marsh")
    assert find_pack("marsh") == pack / "pack.yaml"
    assert "marsh" in pack_names()
    assert "marsh_tales.marsh" not in sys.modules


@pytest.mark.parametrize("value", ["no_such_package_at_all.marsh", "no_such_package_at_all", "json"])
def test_an_installed_pack_that_is_not_there_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    installed(tmp_path / "site", monkeypatch, "marsh", value)
    with pytest.raises(UsageError, match=r"pack 'marsh': .*" + value):
        find_pack("marsh")


def test_an_unknown_pack_gets_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path / "site", monkeypatch, "marshland", "json")
    with pytest.raises(UsageError, match=r"no pack 'marshlnad': .* Did you mean 'marshland'\?"):
        find_pack("marshlnad")


@pytest.mark.parametrize("name", ["", "nowhere/at/all", "x" * 5000, "a\0b", "_skeleton", ".."])
def test_what_is_no_pack_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        find_pack(name)


def test_a_new_pack_is_called_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = new_pack("my-tale_2")
    assert folder == Path("my-tale_2")
    assert "name: my-tale_2\n" in (folder / "pack.yaml").read_text(encoding="utf-8")
    texts = [file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.is_file()]
    assert not [text for text in texts if "skeleton" in text]
    assert {file.suffix for file in folder.rglob("*") if file.is_file()} == {".md", ".yaml"}


@pytest.mark.parametrize("name", ["", "a b", "../x", "/x", "a/b", "-x", ".x", "naïve", "x" * 65, "a\n", "C:x"])
def test_a_name_that_is_no_word_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="of letters, digits"):
        new_pack(name)
    assert list(tmp_path.iterdir()) == []


def test_a_new_pack_never_writes_over_anything(tmp_path: Path) -> None:
    for number, there in enumerate(("file", "folder", "link")):
        target = tmp_path / str(number)
        match there:
            case "file":
                target.write_text("mine")
            case "folder":
                target.mkdir()
            case _:
                target.symlink_to(tmp_path / "nowhere")
        with pytest.raises(UsageError, match="is there already"):
            new_pack(target.name, tmp_path)
    assert (tmp_path / "0").read_text() == "mine"
    assert list((tmp_path / "1").iterdir()) == []


def test_a_new_pack_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be written"):
        new_pack("tale", tmp_path / "file")
