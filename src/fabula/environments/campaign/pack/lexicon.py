"""The words of a setting: `lexicon/STYLE.yaml`, slot by slot, and what a phrase in a slot must look like."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from fabula.agents.plain import one_line
from fabula.environments.campaign.setting import Setting, Style
from fabula.environments.pack.files import PackFiles
from fabula.environments.pack.report import Report
from fabula.errors import UsageError, did_you_mean

Lexicon = dict[str, dict[str, tuple[str, ...]]]
"""Style -> slot -> phrases."""

FOLDER = "lexicon"
STYLES = (*get_args(Style), "any")
SLOTS = {
    "air": "a full clause about the surroundings, past tense",
    "light": "a noun phrase",
    "sound": "a noun phrase",
    "smell": "a noun phrase",
    "simile": "begins with 'like' or 'as if' or 'as though'",
    "burden": "an abstract noun phrase",
    "saying": "a full sentence with a capital letter: a maxim, a narrator's aside",
    "strike": "a transitive verb phrase, past tense; the object follows",
    "flinch": "an intransitive verb phrase, past tense, of one who is hit or loses",
    "gesture": "a verb phrase of small business, past tense, without his, her or their",
    "hush": "a noun phrase of waiting or silence",
    "omen": "a noun phrase of a bad sign",
    "hope": "a noun phrase of a good sign",
    "chapter": "a piece of a title, in Title Case",
    "manner": "an adverbial phrase of how one goes, looks, speaks",
}
"""The slots of a lexicon and the form of their phrases. No phrase holds a name or a number, or ends with a stop."""

_CAPITALISED = ("saying", "chapter")
_SIMILE = re.compile(r"(like|as if|as though)\b")
_NUMBER = re.compile(r"\d")
_POSSESSIVE = re.compile(r"\b(his|her|their)\b")


def read_lexicon(files: PackFiles, setting: Setting, report: Report) -> Lexicon:
    """The lexicon of a pack; one that it lacks is empty. Phrases that do not fit their slot are warned about."""
    folder = files.folder / FOLDER
    names = _names(setting)
    return {
        file.stem: _read_style(files, f"{FOLDER}/{file.name}", names, report)
        for file in sorted(folder.glob("*.yaml") if folder.is_dir() else ())
    }


def _read_style(files: PackFiles, name: str, names: re.Pattern[str], report: Report) -> dict[str, tuple[str, ...]]:
    try:
        own = Report(files.yaml(name))
    except UsageError as error:
        report.faults.append(str(error))
        return {}
    style = name.removeprefix(f"{FOLDER}/").removesuffix(".yaml")
    if style not in STYLES:
        own.fault((), f"{style!r} is no style.{did_you_mean(style, STYLES)}")
    phrases = _read_slots(own, names)
    report.faults += own.faults
    report.warnings += own.warnings
    return phrases


def _read_slots(report: Report, names: re.Pattern[str]) -> dict[str, tuple[str, ...]]:
    value = report.tree.value
    if not isinstance(value, dict):
        report.fault((), f"slots are needed, each with a list of phrases. Known: {', '.join(SLOTS)}.")
        return {}
    slots: dict[str, tuple[str, ...]] = {}
    for slot, phrases in value.items():
        if slot not in SLOTS:
            report.fault((slot,), f"no slot {slot!r}.{did_you_mean(slot, SLOTS)}")
        elif not isinstance(phrases, list):
            report.fault((slot,), "a list of phrases is needed.")
        else:
            slots[slot] = tuple(_read_phrases(slot, phrases, names, report))
    return slots


def _read_phrases(slot: str, phrases: list[Any], names: re.Pattern[str], report: Report) -> Iterator[str]:
    seen: set[str] = set()
    for number, phrase in enumerate(phrases):
        path = (slot, number)
        if not isinstance(phrase, str) or not phrase.strip():
            report.fault(path, f"a phrase is needed, not {phrase!r:.40}.")
            continue
        text = one_line(phrase)
        for oddity in _oddities(slot, text, names):
            report.warn(path, f"{text!r} {oddity}.")
        if text in seen:
            report.warn(path, f"{text!r} stands in this slot already.")
        seen.add(text)
        yield text


def _oddities(slot: str, phrase: str, names: re.Pattern[str]) -> Iterator[str]:
    """What is odd about a phrase, as it follows the phrase."""
    if phrase.endswith((".", "!", "?")):
        yield "ends with a stop"
    if _NUMBER.search(phrase):
        yield "holds a number"
    if name := names.search(phrase):
        yield f"holds the name {name[0]!r}"
    if phrase[0].isalpha() and phrase[0].isupper() != (slot in _CAPITALISED):
        yield f"begins with {'no capital' if slot in _CAPITALISED else 'a capital'} letter"
    if slot == "simile" and not _SIMILE.match(phrase):
        yield f"is no simile: {SLOTS[slot]}"
    if slot == "gesture" and (word := _POSSESSIVE.search(phrase)):
        yield f"says {word[0]!r}: {SLOTS[slot]}"


def _names(setting: Setting) -> re.Pattern[str]:
    entries = (setting.places, setting.factions, setting.things, setting.clocks, setting.threats)
    names = [entry.name for group in entries for entry in group]
    names += [character.persona.name for character in setting.characters]
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names))
