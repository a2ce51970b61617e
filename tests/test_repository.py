"""Rules of the repository as a whole: its guides name what exists, its locks vouch for all, its wheel is complete."""

import ast
import importlib
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "fabula"
PACKAGES = sorted(init.parent for init in PACKAGE.rglob("__init__.py"))
FOLDERS = (".ci", "benchmarks", "deploy", "docs", "examples", "src", "tests", "web")
MADE_BY_TOOLS = re.compile(r"\.(?!ci$|editorconfig$|gitignore$)|__pycache__$|dist$|node_modules$|tale$")
LOCKS = ("requirements.lock", "requirements-dev.lock")


@cache
def repository_files() -> tuple[Path, ...]:
    """The files that are, or are about to be, in version control; without git, those no tool has made."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if listing.returncode == 0:  # Git refuses a checkout that another user owns.
            listed = (ROOT / name for name in listing.stdout.split("\0"))
            return tuple(sorted(file for file in listed if file.is_file()))
    return tuple(files_in(ROOT))


def files_in(folder: Path) -> list[Path]:
    """What lies in a folder, whatever version control says, but for what tools have made."""
    found = (file for file in folder.rglob("*") if file.is_file())
    return sorted(file for file in found if not any(map(MADE_BY_TOOLS.match, file.relative_to(ROOT).parts)))


def modules(*folders: str) -> list[Path]:
    return [file for file in repository_files() if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in folders]


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


class Pin(NamedTuple):
    """One entry of a lock file."""

    name: str
    version: str
    marker: str
    hashes: int


def pins(lock: str) -> list[Pin]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.findall(r"^([\w.-]+)==(\S+)( ; .*)? \\\n((?: +--hash=.*\n)*)", text, flags=re.MULTILINE)
    return [Pin(name, version, marker, hashes.count("sha256:")) for name, version, marker, hashes in entries]


def paths_named(guide: str) -> set[str]:
    """What a Markdown text claims to be in this repository: paths in backticks, links to anything but an address."""
    prose = re.sub(r"^```.*?^```", "", guide, flags=re.MULTILINE | re.DOTALL)
    linked = {target for target in re.findall(r"\]\(([^)#\s]+)", prose) if ":" not in target}
    quoted = {span.split(":")[0] for span in re.findall(r"`([^`\s]+)`", prose)}
    folders = "|".join(map(re.escape, (*FOLDERS, *(package.name for package in PACKAGES if package.parent == PACKAGE))))
    ours = re.compile(rf"({folders})/.*|[\w/.-]+\.(py|lock|toml)|[A-Z]+\.md|Makefile")
    return linked | {span for span in quoted if ours.fullmatch(span)}


def test_a_path_is_told_from_other_things_in_backticks() -> None:
    guide = (
        "See `engine/loop.py:perform`, [why](docs/decisions/) and `tests/`; it writes `tale/story.md` for `and/or`.\n"
        "```\n`src/not/looked/at.py`\n```\nMore [elsewhere](https://example.org/src/x.py)."
    )
    assert paths_named(guide) == {"engine/loop.py", "docs/decisions/", "tests/"}


@pytest.mark.parametrize("guide", ["README.md", "ARCHITECTURE.md"])
def test_every_path_a_guide_names_exists(guide: str) -> None:
    named = paths_named((ROOT / guide).read_text(encoding="utf-8"))
    missing = {path for path in named if not any(True for base in (ROOT, PACKAGE) for _ in base.glob(path))}
    assert not missing, f"{guide} names what is not there: {sorted(missing)}"


def test_no_file_names_a_machine_or_a_package_index() -> None:
    # Put together here, so that this file may be searched as well.
    folders = "|".join(("home", "root", "work"))
    hosts = "|".join("[.]".join(host) for host in (("pypi", "org"), ("files", "pythonhosted"), ("registry", "npmjs")))
    forbidden = re.compile(rf"(?<![\w.])/({folders})/|{hosts}".encode())
    lines = ((file, n, line) for file in repository_files() for n, line in enumerate(file.read_bytes().splitlines(), 1))
    found = [f"{file.relative_to(ROOT)}:{n}" for file, n, line in lines if forbidden.search(line)]
    assert not found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_vouches_for_every_package_and_names_no_source(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert len(pins(lock)) == sum("==" in line and line[0] not in " #" for line in text.splitlines())
    assert [pin.name for pin in pins(lock) if not pin.hashes] == []
    assert not re.search(r"://|@ |--(index|extra-index|find-links|trusted)", text)


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "dev"])])
def test_a_lock_meets_what_the_project_asks_for(lock: str, groups: list[str]) -> None:
    asked = project()["project"]["dependencies"] + project()["build-system"]["requires"]
    asked += [line for group in groups for line in project()["dependency-groups"][group]]
    for requirement in map(Requirement, asked):
        versions = [pin.version for pin in pins(lock) if pin.name == canonicalize_name(requirement.name)]
        assert versions, f"{requirement} is not in {lock}: run make lock"
        assert all(version in requirement.specifier for version in versions), f"{requirement}: {lock} has {versions}"


def test_playing_and_testing_use_the_same_versions() -> None:
    assert set(pins(LOCKS[0])) <= set(pins(LOCKS[1]))


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    """See docs/decisions/001-dependencies-arrive-with-their-use.md; extras may be declared before their use."""
    imported = set[str]()
    for module in modules("src"):
        for node in ast.walk(ast.parse(module.read_bytes())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    distributions = importlib.metadata.packages_distributions()
    foreign = imported - sys.stdlib_module_names - {"fabula"}
    used = {canonicalize_name(name) for module in foreign for name in distributions.get(module, [module])}
    core = {canonicalize_name(Requirement(line).name) for line in project()["project"]["dependencies"]}
    extras = project()["project"]["optional-dependencies"].values()
    optional = {canonicalize_name(Requirement(line).name) for extra in extras for line in extra}
    assert used - optional == core


def test_every_entry_point_leads_somewhere() -> None:
    tables = [project()["project"]["scripts"], *project()["project"]["entry-points"].values()]
    for target in (target for table in tables for target in table.values()):
        module, name = target.split(":")
        assert callable(getattr(importlib.import_module(module), name)), target


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {module.parent for module in modules("src")}
    assert sorted(str(folder.relative_to(ROOT)) for folder in folders.difference(PACKAGES)) == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.relative_to(PACKAGE.parent).as_posix())
def test_a_room_has_the_public_names_it_lists(package: Path) -> None:
    """Once each; that they are sorted is a lint rule, RUF022."""
    room = importlib.import_module(".".join(package.relative_to(PACKAGE.parent).parts))
    assert len(room.__all__) == len(set(room.__all__))
    assert [name for name in room.__all__ if not hasattr(room, name)] == []


@pytest.mark.parametrize("folder", [".ci", "benchmarks", "src", "tests"])
def test_every_module_says_what_it_owns(folder: str) -> None:
    silent = [module for module in modules(folder) if not ast.get_docstring(ast.parse(module.read_bytes()))]
    assert [str(module.relative_to(ROOT)) for module in silent] == []


def test_the_wheel_carries_every_file_of_the_package(tmp_path: Path) -> None:
    """Packs, migrations and py.typed too."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("fabula-*.whl"))) as wheel:
        shipped = {name for name in wheel.namelist() if name.startswith("fabula/")}
    assert shipped == {file.relative_to(PACKAGE.parent).as_posix() for file in files_in(PACKAGE)}
    assert "fabula/py.typed" in shipped
