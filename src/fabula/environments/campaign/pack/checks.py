"""What has to hold for a setting as a whole, and what an author is likely not to have meant."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fabula.environments.campaign.atlas import Atlas
from fabula.environments.campaign.setting import (
    Advance,
    AnyEffect,
    Appear,
    Arrive,
    Block,
    Clock,
    Complication,
    Condition,
    Outcome,
    Reveal,
    Secret,
    Setting,
    Thing,
)
from fabula.environments.pack.report import Report
from fabula.errors import UsageError
from fabula.packs import checked_name
from fabula.yaml_text import KeyPath

OUT_OF_TIME = Outcome(
    kind="spent",
    name="The turns are spent",
    texts=("Time ran out, and the question was left as it had been found.",),
)
"""The answer of a pack that has none of its own for turns that run out."""

_FACTS = tuple(field for field in Condition.__struct_fields__ if field not in {"by", "place"})
_FACTS_BY = ("secret_known", "object_held")
_FACTS_AT = ("object_at", "agent_at")

_Effects = list[tuple[KeyPath, AnyEffect]]


def check(setting: Setting, report: Report) -> None:
    """Tell the report what is wrong with a setting whose references all lead somewhere."""
    effects = list(_effects(setting))
    _check_name(setting, report)
    _check_map(setting, report)
    _check_things(setting, effects, report)
    _check_secrets(setting, effects, report)
    _check_clocks(setting, effects, report)
    _check_threats(setting, effects, report)
    _check_outcomes(setting, report)
    _check_texts(setting, report)
    neighbours = {(place.name, way.to) for place in setting.places for way in place.ways}
    for path, effect in effects:
        if isinstance(effect, Block) and effect.between not in neighbours and effect.between[::-1] not in neighbours:
            report.warn(path, f"no way between {effect.between[0]!r} and {effect.between[1]!r} is there to be closed.")


def with_fallback(setting: Setting) -> tuple[Outcome, ...]:
    """The setting's outcomes, with an answer for turns that run out if it has none."""
    has_one = any(outcome.kind == "spent" and not outcome.when for outcome in setting.outcomes)
    return setting.outcomes if has_one else (*setting.outcomes, OUT_OF_TIME)


def _effects(setting: Setting) -> Iterator[tuple[KeyPath, AnyEffect]]:
    causes: tuple[tuple[str, Sequence[Thing | Secret | Clock | Complication]], ...] = (
        ("objects", setting.things),
        ("secrets", setting.secrets),
        ("clocks", setting.clocks),
        ("complications", setting.complications),
    )
    for key, entries in causes:
        for number, entry in enumerate(entries):
            for count, effect in enumerate(entry.effects):
                yield (key, number, "effects", count), effect


def _check_name(setting: Setting, report: Report) -> None:
    try:
        checked_name(setting.pack)
    except UsageError as error:
        report.fault(("name",), str(error))


def _check_map(setting: Setting, report: Report) -> None:
    for number, place in enumerate(setting.places):
        for count, way in enumerate(place.ways):
            if way.to == place.name:
                report.fault(("places", number, "ways", count), f"the way leads back to {place.name!r} itself.")
            if any(way.to == other.to for other in place.ways[:count]):
                report.fault(("places", number, "ways", count), f"a way to {way.to!r} stands here already.")
    if report.faults:
        return
    exits = Atlas(setting).layout(()).exits
    reached = {character.place for character in setting.characters}
    waiting = list(reached)
    while waiting:
        news = {way.to for way in exits[waiting.pop()]} - reached
        reached |= news
        waiting += sorted(news)
    for number, place in enumerate(setting.places):
        if not exits[place.name] and len(setting.places) > 1:
            report.warn(("places", number), f"no way leads out of {place.name!r}.")
        elif place.name not in reached:
            report.warn(("places", number), f"nobody can ever get to {place.name!r}.")


def _check_things(setting: Setting, effects: _Effects, report: Report) -> None:
    carried: defaultdict[str, list[str]] = defaultdict(list)
    for character in setting.characters:
        for name in character.carries:
            carried[name].append(character.persona.name)
    appearing = {effect.object for _, effect in effects if isinstance(effect, Appear)}
    for number, thing in enumerate(setting.things):
        path = ("objects", number)
        holders = [repr(name) for name in carried[thing.name]] + ([repr(thing.place)] if thing.place else [])
        if len(holders) > 1:
            report.fault(path, f"{thing.name!r} cannot be in two places: {' and '.join(holders)}.")
        if not holders and thing.name not in appearing:
            report.warn(path, f"{thing.name!r} lies nowhere, nobody carries it, and nothing makes it appear.")


def _check_secrets(setting: Setting, effects: _Effects, report: Report) -> None:
    known = {name for character in setting.characters for name in character.knows}
    revealed = {effect.secret for _, effect in effects if isinstance(effect, Reveal)}
    for number, secret in enumerate(setting.secrets):
        if not secret.place and secret.name not in known | revealed:
            report.warn(("secrets", number), f"nobody knows about {secret.name!r}, and nobody can ever find it out.")


def _check_clocks(setting: Setting, effects: _Effects, report: Report) -> None:
    moved = {effect.clock for _, effect in effects if isinstance(effect, Advance)}
    moved |= {threat.advances for threat in setting.threats}
    for number, clock in enumerate(setting.clocks):
        path = ("clocks", number)
        if clock.filled >= clock.segments:
            report.fault((*path, "filled"), f"{clock.filled} of {clock.segments} segments are full from the start.")
        if not clock.moved_by and not clock.each_turn and clock.name not in moved:
            report.warn(path, f"nothing ever moves {clock.name!r}.")


def _check_threats(setting: Setting, effects: _Effects, report: Report) -> None:
    arriving = {effect.threat for _, effect in effects if isinstance(effect, Arrive)}
    for number, threat in enumerate(setting.threats):
        path = ("threats", number)
        if not threat.place:
            report.fault(path, "'place' is missing: where it is, or will be when it arrives.")
        if threat.arrives > setting.turns:
            report.warn((*path, "arrives"), f"turn {threat.arrives} is after the last one, {setting.turns}.")
        if threat.arrives < 0 and threat.name not in arriving:
            report.warn((*path, "arrives"), f"nothing ever makes {threat.name!r} arrive.")


def _check_outcomes(setting: Setting, report: Report) -> None:
    for number, outcome in enumerate(setting.outcomes):
        path = ("outcomes", number)
        if not outcome.when and outcome.kind != "spent":
            report.fault(path, f"'when' is missing: what has to hold for the campaign to be {outcome.kind}.")
        for count, condition in enumerate(outcome.when):
            _check_condition(condition, (*path, "when", count), report)
    if all(outcome.kind == "spent" for outcome in setting.outcomes):
        report.warn(("outcomes",), "the question has no answer but time: no outcome is 'won' or 'lost'.")
    if len(with_fallback(setting)) > len(setting.outcomes):
        report.warn(
            ("outcomes",), f"none is 'spent' without 'when', so turns that run out end in {OUT_OF_TIME.name!r}."
        )


def _check_condition(condition: Condition, path: KeyPath, report: Report) -> None:
    facts = [name for name in _FACTS if getattr(condition, name)]
    if len(facts) != 1:
        report.fault(path, f"one fact is needed, of {', '.join(_FACTS)}; here are {len(facts)}.")
        return
    if condition.by and facts[0] not in _FACTS_BY:
        report.fault((*path, "by"), f"'by' belongs to {' and '.join(_FACTS_BY)}, not to {facts[0]}.")
    if bool(condition.place) != (facts[0] in _FACTS_AT):
        report.fault(path, f"'place' belongs to {' and '.join(_FACTS_AT)}, and only to them.")


def _check_texts(setting: Setting, report: Report) -> None:
    told: tuple[tuple[str, Sequence[Complication | Outcome]], ...] = (
        ("complications", setting.complications),
        ("outcomes", setting.outcomes),
    )
    for key, entries in told:
        for number, entry in enumerate(entries):
            if not entry.texts:
                report.fault((key, number, "texts"), "at least one sentence is needed.")
