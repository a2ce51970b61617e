"""The template: what a model is told, in sections of which the least is left out where the whole grows too long.

    %% system: who you are
    You are {{ me.name }}, …

    %% user: what happened, drop 2
    {% for line in news %}
    - {{ line }}
    {% endfor %}

`system` stays the same for an agent all through a run, so that providers need not read it again each time. Sections
with `drop` are left out when the prompt is too long, the highest number first. An empty section is no section.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple, cast

from fabula.agents.prompts.language import LanguageFault, Section
from fabula.errors import RunError, UsageError

TEMPLATE_BYTES_MAX = 16_384
SECTIONS_MAX = 40
PROMPT_BYTES_MAX = 16_384
SYSTEM_BYTES_MAX = 8_192
"""Of the whole, as much may be what never changes."""

SYSTEM_NAMES = frozenset({"me", "card", "deeds"})
"""What a `system` section is given: the persona, what its card says, and the kinds of deeds that are open to it."""
USER_NAMES = SYSTEM_NAMES | {"now", "options", "more_options", "news", "recalled"}
"""What a `user` section is given besides: what the agent perceives, what it may do, what it just met with, and what
comes to its mind.
"""

Part = Literal["system", "user"]

_HEAD = re.compile(r"%%\s*(system|user):\s*([\w '-]*?\w)(?:,\s*drop\s+([1-9][0-9]?))?\s*")


class Prompt(NamedTuple):
    """What a model is told."""

    system: str
    user: str


class _Part(NamedTuple):
    """A section at its place in a template."""

    of: Part
    name: str
    drop: int
    """0: never left out."""
    section: Section


class Template:
    """A template that has been read; `where` names its file in messages."""

    def __init__(self, parts: tuple[_Part, ...], *, where: str) -> None:
        self._parts = parts
        self._where = where

    def system(self, values: Mapping[str, Any]) -> str:
        """What stays the same. values: those of SYSTEM_NAMES. Raises RunError."""
        return self._render("system", values, SYSTEM_BYTES_MAX)

    def user(self, values: Mapping[str, Any], *, beside: str = "") -> str:
        """What is asked now. values: those of USER_NAMES. beside: the system message it goes with. Raises RunError."""
        return self._render("user", values, PROMPT_BYTES_MAX - len(beside.encode()))

    def _render(self, part: Part, values: Mapping[str, Any], bytes_max: int) -> str:
        written = [
            (section.drop, text)
            for section in self._parts
            if section.of == part and (text := self._written(section, values, bytes_max))
        ]
        for drop in sorted({drop for drop, _ in written if drop}, reverse=True):
            if _size(written) <= bytes_max:
                break
            written = [(number, text) for number, text in written if number != drop]
        if _size(written) > bytes_max:
            raise RunError(
                f"{self._where}: the {part} part of the prompt is longer than {bytes_max:,} bytes, with all left out "
                "that may be."
            )
        return "\n\n".join(text for _, text in written)

    def _written(self, part: _Part, values: Mapping[str, Any], bytes_max: int) -> str:
        try:
            return part.section.render(values, characters_max=bytes_max)
        except LanguageFault as fault:
            raise RunError(f"{self._where}, line {fault.line}: {fault}") from fault


@lru_cache(maxsize=64)
def read_template(text: str, *, where: str) -> Template:
    """The template that a text is. where: the name of its file, for messages.

    Raises UsageError that names file and line, and says what to do.
    """
    if len(text.encode(errors="replace")) > TEMPLATE_BYTES_MAX:
        raise UsageError(f"{where}: a template has at most {TEMPLATE_BYTES_MAX:,} bytes. Make it shorter.")
    try:
        parts = tuple(_parts(text))
        if not any(part.of == "user" for part in parts):
            raise LanguageFault(1, "a template needs a section that begins with '%% user: NAME'.")
    except LanguageFault as fault:
        raise UsageError(f"{where}, line {fault.line}: {fault}") from fault
    return Template(parts, where=where)


def _parts(text: str) -> Iterator[_Part]:
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("%%")]
    for number, line in enumerate(lines[: heads[0] if heads else len(lines)], 1):
        if line.strip():
            raise LanguageFault(number, "every line belongs to a section; begin one with '%% user: NAME'.")
    if len(heads) > SECTIONS_MAX:
        raise LanguageFault(heads[SECTIONS_MAX] + 1, f"a template has at most {SECTIONS_MAX} sections.")
    for head, end in pairwise([*heads, len(lines)]):
        yield _part(lines, head, end)


def _part(lines: list[str], head: int, end: int) -> _Part:
    match = _HEAD.fullmatch(lines[head])
    if match is None:
        raise LanguageFault(head + 1, "a section begins with '%% system: NAME' or '%% user: NAME', then ', drop 1'.")
    of = cast(Part, match[1])
    names: Collection[str] = SYSTEM_NAMES if of == "system" else USER_NAMES
    source = "\n" * (head + 1) + "\n".join(lines[head + 1 : end])
    return _Part(of, match[2], int(match[3] or 0), Section(source, names=names))


def _size(written: list[tuple[int, str]]) -> int:
    return sum(len(text.encode()) + 2 for _, text in written)
