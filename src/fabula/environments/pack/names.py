"""What is called what in a pack: its ids and names, found whichever of the two a reference uses."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from fabula.agents.persona import Persona
from fabula.agents.plain import one_line
from fabula.environments.pack.report import Report
from fabula.errors import did_you_mean
from fabula.yaml_text import KeyPath

_ARTICLES = ("the ", "a ", "an ")


def key(name: str) -> str:
    """What two ways to write a name have in common: case, blanks and a leading article do not matter."""
    folded = " ".join(name.casefold().split())
    return next((folded.removeprefix(article) for article in _ARTICLES if folded.startswith(article)), folded)


class PackNames:
    """The ids and names of a pack, by kind; all are found without regard to case or a leading article."""

    def __init__(self, kinds: Collection[str]) -> None:
        """kinds: what an entry of each list is called: `place`, `person`."""
        self._names: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
        self._words: dict[str, set[str]] = {kind: set() for kind in kinds}

    def declare(self, kind: str, word: str, name: str) -> None:
        """Make known that `word`, an id or the name itself, stands for `name`."""
        self._names[kind].setdefault(key(word), name)
        self._words[kind].add(word)

    def find(self, kinds: Sequence[str], word: str) -> str | None:
        """The name that `word` stands for among these kinds."""
        folded = key(word)
        return next((self._names[kind][folded] for kind in kinds if folded in self._names[kind]), None)

    def unknown(self, kinds: Sequence[str], word: str) -> str:
        """What to say of a `word` that is not found, with what may be meant."""
        wanted = " or ".join(kinds)
        for kind in self._names:
            if (name := self.find([kind], word)) is not None:
                return f"a {wanted} is needed, and {word!r} is the {kind} {name!r}."
        return f"no {wanted} {word!r}.{did_you_mean(word, (known for kind in kinds for known in self._words[kind]))}"


def entries(pack: Mapping[str, Any], list_key: str) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """The entries of one of a pack's lists that can have a name, each with its path."""
    items = pack.get(list_key)
    for number, entry in enumerate(items if isinstance(items, list) else ()):
        if isinstance(entry, dict):
            yield (list_key, number), entry


def read_names(
    report: Report,
    personas: Mapping[KeyPath, Persona],
    *,
    kinds: Mapping[str, str],
    apart: Collection[str] = (),
    reserved: Collection[str] = (),
) -> PackNames:
    """All names of the report's tree; one that stands twice, or that is reserved, is a fault.

    personas: by the path of the entry whose name is its persona's. One without is known by its id alone.
    kinds: list -> what an entry of it is called. apart: lists whose names need to differ only from one another.
    """
    names = PackNames(kinds.values())
    taken: dict[str, KeyPath] = {}
    for list_key, kind in kinds.items():
        names_taken: dict[str, KeyPath] = {} if list_key in apart else taken
        words_taken: dict[str, KeyPath] = {}
        for path, entry in entries(report.tree.value, list_key):
            own_id = _own_id(entry, path, report)
            name = personas[path].name if path in personas else _text(entry.get("name")) or own_id
            at = (*path, "sheet" if "sheet" in entry and path in personas else "name")
            if key(name) in reserved:
                report.fault(at, f"{name!r} means somebody else in a log. Choose another name.")
            if name and _claim(report, names_taken, name, at):
                _claim(report, words_taken, name, at)
            if own_id:
                _claim(report, words_taken, own_id, (*path, "id"))
            for word in filter(None, (name, own_id)):
                names.declare(kind, word, name)
    return names


def _own_id(entry: dict[str, Any], path: KeyPath, report: Report) -> str:
    own_id = entry.get("id")
    if own_id is not None and not isinstance(own_id, str):
        report.fault((*path, "id"), f"a text is needed, not {own_id!r:.40}. Put it in quotes.")
    return _text(own_id)


def _claim(report: Report, taken: dict[str, KeyPath], word: str, at: KeyPath) -> bool:
    """Take a word for the entry it stands in; False if another has it."""
    first = taken.setdefault(key(word), at)
    if first[:-1] == at[:-1]:
        return True
    report.fault(at, f"{word!r} is taken: {report.tree.where(first)}. Names are unique, since a log goes by name.")
    return False


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""
