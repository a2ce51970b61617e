"""Reading service agents: from a YAML file to a speaker with its personality and the rules of its domain."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from fabula.agents.persona import Persona, Trait
from fabula.environments.dialogue.service.form import Guide, Offer, Personality, Progress, Reply, Rule, Service
from fabula.environments.dialogue.service.patterns import check_pattern
from fabula.environments.dialogue.setting import Speaker
from fabula.environments.pack import Form, FormReader, Meaning, PackNames, Report
from fabula.errors import UsageError, did_you_mean
from fabula.packs import service_files
from fabula.yaml_text import KeyPath, read_yaml


class _File(Struct, frozen=True, kw_only=True):
    """What stands in the file of a service agent."""

    name: str
    """What it is called in a conversation."""
    role: str
    about: str = ""
    domain: str
    personality: Personality
    rules: tuple[Rule, ...] = ()
    guides: tuple[Guide, ...] = ()
    progress: Progress | None = None
    replies: tuple[Reply, ...]
    by_rules: Reply | None = None
    offer: Offer | None = None
    handed: str = ""
    letters_max: int = 1_200


_FORM = Form(
    meanings=MappingProxyType(
        {
            _File: {
                "letters_max": Meaning(low=80, high=8_000),
                "rules": Meaning(length_max=200),
                "guides": Meaning(length_max=100),
                "replies": Meaning(length_max=500),
            },
            Rule: {"every": Meaning(low=0, high=1_000)},
        }
    )
)
_NEEDS_TEXT = ("check", "add", "refuse", "hand_over")


def service_names() -> Mapping[str, Path]:
    """The service agents that ship, by name."""
    return {file.stem: file for file in service_files()}


def service_speaker(given: str | Path) -> tuple[Speaker, list[str]]:
    """A service agent by its name or its file, and what a person should be told about it. Raises UsageError, a line
    for each fault: the file, the line, the key.
    """
    known = service_names()
    if isinstance(given, str) and given not in known:
        raise UsageError(f"no service agent {given!r}.{did_you_mean(given, known)}")
    file = known[given] if isinstance(given, str) else given
    report = Report(read_yaml(file, source=file.name))
    if not isinstance(report.tree.value, dict):
        raise UsageError(f"{report.tree.where()}: a service agent is a mapping of keys to values.")
    read = FormReader(_FORM, report, PackNames(())).fields(_File, report.tree.value)
    report.close()
    found = _File(**read)
    _check(found, report)
    report.close()
    return Speaker(persona=_persona(found), service=_service(found, name=file.stem)), report.warnings


def _service(found: _File, *, name: str) -> Service:
    return Service(
        name=name,
        domain=found.domain,
        personality=found.personality,
        rules=found.rules,
        guides=found.guides,
        progress=found.progress,
        replies=found.replies,
        by_rules=found.by_rules,
        offer=found.offer,
        handed=found.handed,
        letters_max=found.letters_max,
    )


def _persona(found: _File) -> Persona:
    manner = found.personality
    behaviour = tuple(filter(None, (manner.tone, manner.approach)))
    traits = tuple(Trait(name=name) for name in manner.traits)
    return Persona(name=found.name, role=found.role, about=found.about, traits=traits, behaviour=behaviour)


def _check(found: _File, report: Report) -> None:
    for path, patterns in _patterns(found):
        for number, pattern in enumerate(patterns):
            try:
                check_pattern(pattern)
            except UsageError as wrong:
                report.fault((*path, number), str(wrong))
    seen: set[str] = set()
    for number, rule in enumerate(found.rules):
        at: KeyPath = ("rules", number)
        if rule.act in _NEEDS_TEXT and not rule.text:
            report.fault(at, f"rule {rule.name!r}: what is said where it applies is missing: 'text'.")
        if rule.act == "check" and not rule.known_by:
            report.fault(at, f"rule {rule.name!r}: a check needs 'known_by': how an answer looks.")
        if rule.must and not (rule.act == "check" and rule.otherwise):
            report.fault(
                at, f"rule {rule.name!r}: 'must' is for a check, with 'otherwise': what is said when it hands over."
            )
        if rule.act in {"refuse", "hand_over", "strike"} and not rule.matches:
            report.fault(at, f"rule {rule.name!r}: without 'matches' it would apply to everything.")
        if rule.name in seen:
            report.fault((*at, "name"), f"there is a rule {rule.name!r} already.")
        seen.add(rule.name)
    for number, guide in enumerate(found.guides):
        if not guide.steps:
            report.fault(("guides", number), f"guide {guide.name!r} has no steps.")
    if not any(not reply.matches for reply in found.replies):
        report.fault(("replies",), "one reply without 'matches' is needed: what is said when nothing else fits.")


def _patterns(found: _File | Service) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    for number, rule in enumerate(found.rules):
        yield ("rules", number, "matches"), rule.matches
        yield ("rules", number, "unless"), rule.unless
        yield ("rules", number, "known_by"), rule.known_by
    for number, guide in enumerate(found.guides):
        yield ("guides", number, "matches"), guide.matches
        for place, step in enumerate(guide.steps):
            yield ("guides", number, "steps", place, "done_by"), step.done_by
            yield ("guides", number, "steps", place, "solved_by"), step.solved_by
    if found.progress is not None:
        for key in ("solved_by", "unsolved_by", "asks_by", "waits_by"):
            yield ("progress", key), getattr(found.progress, key)
    if found.by_rules is not None:
        yield ("by_rules", "matches"), found.by_rules.matches
    if found.offer is not None:
        yield ("offer", "taken_by"), found.offer.taken_by
    for number, reply in enumerate(found.replies):
        yield ("replies", number, "matches"), reply.matches
        yield ("replies", number, "unless"), reply.unless
        yield ("replies", number, "needs"), reply.needs
