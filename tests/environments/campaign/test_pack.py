"""A pack is read whole or refused with everything that is wrong with it; sheets of one's own join its characters."""

import asyncio
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from fabula.agents.persona import Persona
from fabula.engine.chance import Chance
from fabula.engine.values import Acted
from fabula.environments.campaign import Campaign
from fabula.environments.campaign.atlas import Atlas
from fabula.environments.campaign.faults import faults
from fabula.environments.campaign.pack import SLOTS, LoadedPack, add_cast, checked_turns, load_setting
from fabula.environments.campaign.pack.form import AIMED_AT, MEANINGS
from fabula.environments.campaign.setting import Advance, Aim, Setting, Way
from fabula.errors import UsageError
from fabula.packs import find_pack, new_pack, pack_names
from fabula.yaml_text import Tree, read_yaml

LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
WEIR = Path(__file__).parents[2] / "data" / "packs" / "weir"


def a_pack(folder: Path, *changes: tuple[str, str], file: str = "pack.yaml") -> Path:
    """A copy of the weir with texts of one of its files changed."""
    pack = folder / "weir"
    if not pack.exists():
        shutil.copytree(WEIR, pack)
    text = (pack / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        text = text.replace(old, new)
    (pack / file).write_text(text, encoding="utf-8")
    return pack


def refusal(pack: Path) -> str:
    with pytest.raises(UsageError) as error:
        load_setting(pack)
    return str(error.value)


def a_sheet(folder: Path, name: str, *, factions: str = "", ties: str = "", file: str = "") -> Path:
    """A sheet without oddities."""
    path = folder / (file or f"{name}.md")
    network = f"\n## Social Network\n\n{ties}\n" if ties else ""
    fields = f"name: {name}\nfactions: [{factions}]\npersonality_traits: [brave]\n"
    path.write_text(f"---\n{fields}---\n{network}", encoding="utf-8")
    return path


@pytest.fixture
def weir() -> Setting:
    return load_setting(WEIR).setting


# --- what a pack is read into ---


def test_ids_become_names_everywhere(weir: Setting) -> None:
    ada, ben = weir.characters
    assert (ada.persona.name, ada.faction, ada.place) == ("Ada Fenn", "the Upper Mill", "the Sluice")
    assert (ben.faction, ben.place) == ("the Lower Mill", "the Yard")
    assert ada.aims == (
        Aim(want="hold", what="the Sluice", text="to keep the sluice", weight=70),
        Aim(want="win_over", what="Ben Ryle", text="to be asked nicely"),
    )
    assert (ada.carries, ada.knows, ada.bonds) == (("the sluice bar",), ("the crack in the sill",), {"Ben Ryle": -20})
    assert weir.factions[0].stances == {"the Lower Mill": -40}
    assert weir.things[1].effects[0] == Advance(clock="the breach", by=-2)
    assert weir.clocks[0].moved_by[1].target == "Ben Ryle"
    assert weir.secrets[0].about == "Ada Fenn"
    assert weir.outcomes[0].when[0].by == "the Lower Mill"
    # An id that was left standing would be one of these words alone.
    ids = {"sluice", "yard", "attic", "upper", "lower", "ada", "ben", "bar", "wedge", "crack", "breach", "tree"}
    assert ids.isdisjoint(re.findall(r'"([^"]*)"', msgspec.json.encode(weir).decode()))


def test_what_is_read_has_no_fault_by_the_rules_own_reckoning(weir: Setting) -> None:
    assert faults(weir) == []


def test_a_list_may_stand_in_a_file_of_its_own_and_a_way_be_one_word(weir: Setting) -> None:
    assert [place.name for place in weir.places] == ["the Sluice", "the Yard", "the Sack Attic"]
    assert weir.places[0].ways == (Way(to="the Yard"),)
    assert weir.places[1].ways == (Way(to="the Sack Attic", how="up the sack hoist", hidden=True),)


def test_a_way_leads_back_unless_it_is_one_way(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("hidden: true}", "one_way: true}"), file="places.yaml")
    exits = Atlas(load_setting(pack).setting).layout(()).exits
    assert [way.to for way in exits["the Yard"]] == ["the Sack Attic", "the Sluice"]
    assert exits["the Sack Attic"] == ()


def test_the_lexicon_is_read_by_style_and_slot(weir: Setting) -> None:
    assert weir.lexicon == {"plain": {"simile": ("like a held breath",), "hush": ("a pause of water",)}}


def test_oddities_of_a_sheet_are_warnings_with_file_and_line() -> None:
    (warning,) = load_setting(WEIR).warnings
    assert warning.startswith("characters/ben.md, line 11: ")


def test_a_pack_is_read_from_its_folder_or_its_file_alike() -> None:
    assert load_setting(WEIR) == load_setting(WEIR / "pack.yaml")


def test_references_ignore_case_and_article(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("    place: the yard\n", "    place: YARD\n"), ("what: Ben Ryle", "what: ben ryle"))
    assert load_setting(pack).setting == load_setting(WEIR).setting


def test_an_alias_repeats_what_it_stands_for(tmp_path: Path) -> None:
    pack = a_pack(
        tmp_path,
        ("ada\n    faction: upper", "ada\n    faction: &side upper"),
        ("    faction: lower\n    place", "    faction: *side\n    place"),
    )
    assert load_setting(pack).setting.characters[1].faction == "the Upper Mill"


def test_texts_are_made_plain(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("title: The Weir", 'title: "The\u200b  Weir"'), ("It held.", "It\u202eheld."))
    setting = load_setting(pack).setting
    assert (setting.title, setting.outcomes[0].texts) == ("The Weir", ("Itheld.",))


def test_a_key_left_empty_is_a_key_left_out(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("turns: 6", "turns:"), ("    vigour: 7", "    vigour: ~"))
    setting = load_setting(pack).setting
    assert (setting.turns, setting.characters[0].vigour) == (12, 6)


def test_without_an_answer_for_spent_turns_there_is_one_and_a_warning(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("  - {kind: spent, name: Low water, texts: [The river went down by itself.]}\n", ""))
    loaded = load_setting(pack)
    assert [outcome.kind for outcome in loaded.setting.outcomes] == ["won", "lost", "spent"]
    assert loaded.setting.outcomes[-1].texts[0].endswith(".")
    assert "none is 'spent'" in loaded.warnings[-1]


def test_an_answer_for_spent_turns_with_a_condition_is_no_fallback(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("name: Low water,", "name: Low water, when: [{threat_gone: tree}],"))
    assert [outcome.kind for outcome in load_setting(pack).setting.outcomes][-2:] == ["spent", "spent"]


# --- what is likely not meant ---


@pytest.mark.parametrize(
    ("file", "old", "new", "warning"),
    [
        (
            "places.yaml",
            "    - {to: attic, how: up the sack hoist, hidden: true}\n",
            "",
            "places.yaml, line 12, places[2]: no way leads out of 'the Sack Attic'.",
        ),
        (
            "places.yaml",
            "Dry and full of owls.}",
            "Dry.}\n- {name: a Loft, description: x, ways: [{to: attic, one_way: true}]}",
            "nobody can ever get to 'a Loft'",
        ),
        ("pack.yaml", "    place: attic\n    hidden: true\n", "", "objects[1]: 'the iron wedge' lies nowhere"),
        ("pack.yaml", "    knows: [crack]\n", "", ""),
        ("pack.yaml", "arrives: 2,", "arrives: -1,", "nothing ever makes 'the drowned tree' arrive"),
        ("pack.yaml", "arrives: 2,", "arrives: 7,", "turn 7 is after the last one, 6"),
        ("pack.yaml", "between: [sluice, yard]}\nthreats", "between: [sluice, attic]}\nthreats", "to be closed"),
    ],
)
def test_what_is_odd_is_a_warning_with_its_place(tmp_path: Path, file: str, old: str, new: str, warning: str) -> None:
    warnings = load_setting(a_pack(tmp_path, (old, new), file=file)).warnings[1:]
    if warning:
        assert len(warnings) == 1
        assert warning in warnings[0]
    else:
        assert warnings == ()


def test_a_secret_nobody_can_learn_and_a_clock_nothing_moves_are_warnings(tmp_path: Path) -> None:
    pack = a_pack(
        tmp_path,
        ("    knows: [crack]\n", ""),
        ("    about: ada\n    place: sluice\n", "    about: ada\n"),
        ("complications:", "  - {name: a ghost, description: x, place: yard}\ncomplications:"),
        ("clocks:\n", "clocks:\n  - {name: the moon, description: x, segments: 3}\n"),
    )
    warnings = " ".join(load_setting(pack).warnings)
    assert "secrets[0]: nobody knows about 'the crack in the sill'" in warnings
    assert "clocks[0]: nothing ever moves 'the moon'" in warnings


def test_one_place_alone_needs_no_way(tmp_path: Path) -> None:
    pack = new_pack("hut", tmp_path)
    (pack / "pack.yaml").write_text(
        "environment: campaign\nname: hut\ntitle: Hut\nsummary: x\nquestion: Out?\n"
        "places: [{name: the Hut, description: x}]\n"
        "characters: [{sheet: characters/bram_oake.md, place: the Hut}]\n"
        "outcomes:\n"
        "  - {kind: won, name: y, when: [{agent_down: Bram Oake}], texts: [x]}\n"
        "  - {kind: spent, name: z, texts: [x]}\n"
    )
    assert load_setting(pack).warnings == ()


@pytest.mark.parametrize(
    ("text", "oddity"),
    [
        ("saying: [Water waits.]", "ends with a stop"),
        ("air: [it was 3 below]", "holds a number"),
        ("hush: [a pause at the Sluice]", "holds the name 'the Sluice'"),
        ("light: [The last of it]", "begins with a capital letter"),
        ("saying: [water waits]", "begins with no capital letter"),
        ("simile: [a held breath]", "is no simile"),
        ("gesture: [looked at his boots]", "says 'his'"),
        ("omen: [a dead eel, a dead eel]", "stands in this slot already"),
    ],
)
def test_a_phrase_that_does_not_fit_its_slot_is_a_warning(tmp_path: Path, text: str, oddity: str) -> None:
    pack = a_pack(tmp_path)
    (pack / "lexicon" / "any.yaml").write_text(f"\n{text}\n", encoding="utf-8")
    warning = load_setting(pack).warnings[-1]
    assert warning.startswith("lexicon/any.yaml, line 2, ")
    assert oddity in warning


# --- what is wrong ---


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # references
        ("place: sluice\n    vigour", "place: sluce\n    vigour",
         "line 17, characters[0].place: no place 'sluce'. Did you mean 'sluice'?"),
        ("    faction: upper\n", "    faction: uper\n",
         "characters[0].faction: no faction 'uper'. Did you mean 'upper'?"),
        ("{want: hold, what: sluice", "{want: hold, what: ada",
         "line 20, characters[0].aims[0].what: a place is needed, and 'ada' is the character 'Ada Fenn'."),
        ("{want: hold,", "{want: find,", "a secret is needed, and 'sluice' is the place 'the Sluice'."),
        ("want: win_over", "want: win_ovr",
         "aims[1].want: 'win_ovr' is none of the words for this. Did you mean 'win_over'?"),
        ("carries: [bar]", "carries: [bar, crown]", "line 22, characters[0].carries[1]: no object 'crown'."),
        ("bonds: {ben: -20}", "bonds: {bne: -20}",
         "line 24, characters[0].bonds.bne: no character 'bne'. Did you mean 'ben'?"),
        ("bonds: {ben: -20}", "bonds: {ben: -20, Ben Ryle: 3}", "'Ben Ryle' has a number already"),
        ("{effect: advance, clock: breach", "{effect: advance, clock: breech",
         "objects[1].effects[0].clock: no clock 'breech'. Did you mean 'breach'?"),
        ("{effect: open, between: [sluice, yard]}", "{effect: open, between: [sluice, yrd]}",
         "effects[1].between[1]: no place 'yrd'."),
        ("by: lower}", "by: tree}", "a faction or character is needed, and 'tree' is the threat 'the drowned tree'."),
        ("{kind: defend, place", "{kind: defnd, place",
         "clocks[0].moved_by[0].kind: 'defnd' is none of the words for this. Did you mean 'defend'?"),
        # types and bounds
        ("turns: 6", "turns: many", "line 7, turns: a whole number is needed, not 'many'."),
        ("turns: 6", "turns: 0", "turns: a whole number from 1 to 10000 is needed, not 0."),
        ("turns: 6", "turns: 10001", "turns: a whole number from 1 to 10000 is needed, not 10001."),
        ("turns: 6", "turns: 6.5", "turns: a whole number is needed, not 6.5."),
        ("turns: 6", "turns: true", "turns: a whole number is needed, not True."),
        ("turns: 6", "turns: [6]", "turns: a whole number is needed, not a list."),
        ("vigour: 7", "vigour: 0", "vigour: a whole number from 1 to 1000 is needed, not 0."),
        ("weight: 70", "weight: 101", "weight: a whole number from 0 to 100 is needed, not 101."),
        ("bonds: {ben: -20}", "bonds: {ben: -101}",
         "bonds.ben: a whole number from -100 to 100 is needed, not -101."),
        ("bonds: {ben: -20}", "bonds: [ben]", "bonds: a mapping of names to numbers is needed, not a list."),
        ("segments: 6", "segments: 25", "segments: a whole number from 1 to 24 is needed, not 25."),
        ("filled: 1", "filled: 6", "clocks[0].filled: 6 of 6 segments are full from the start."),
        ("arrives: 2", "arrives: -2", "arrives: a whole number from -1 to 10000 is needed, not -2."),
        ("hidden: true", "hidden: yes", "hidden: true or false is needed, not 'yes'."),
        ("title: The Weir", "title: 1984", "title: a text is needed, not 1984. Put it in quotes."),
        ("title: The Weir", 'title: ""', "title: this text is empty."),
        ("title: The Weir\n", "", "line 1: 'title' is missing."),
        ("style: tactical", "style: loud", "style: 'loud' is none of the words for this. Known: 'grimdark_dramatic'"),
        ("texts: [It held.]", "texts: It held.", "outcomes[0].texts: a list is needed, not 'It held.'."),
        ("texts: [It held.]", "texts: []", "outcomes[0].texts: at least one sentence is needed."),
        ("places: places.yaml", "places: []", "line 9, places: a campaign needs places, and here are none."),
        ("- {effect: block, between: [sluice, yard]}", "- {effect: block, between: [sluice]}",
         "between: a list of 2 is needed"),
        ("- {effect: block, between: [sluice, yard]}", "- {effect: blok}",
         "effect: 'blok' is none of the words for this. Did you mean 'block'?"),
        ("- {effect: block, between: [sluice, yard]}", "- block",
         "effects[0]: a mapping with the key 'effect' is needed, not 'block'."),
        ("  - {kind: lost,", "  - a word\n  - {kind: lost,",
         "outcomes[1]: a mapping of keys to values is needed, not 'a word'."),
        ("name: weir", "name: a/weir", "line 2, name: pack name 'a/weir': use up to 64 of letters"),
        ("{kind: lost,", "{kind: [lost],", "outcomes[1].kind: a list is none of the words for this."),
        ("- {effect: block, between: [sluice, yard]}", "- {effect: [x]}", "effect: a list is none of the words"),
        # keys
        ("    vigour: 7", "    vigor: 7",
         "line 18, characters[0].vigor: unknown key 'vigor'. Did you mean 'vigour'?"),
        ("summary: Two", "sumary: Two", "line 4, sumary: unknown key 'sumary'. Did you mean 'summary'?"),
        ("text: to keep the sluice,", "text: to keep it, if it keeps,",
         "aims[0].if it keeps: unknown key 'if it keeps'. Does it belong to the text before it?"),
        ("opening: [", "lexicon: {}\nopening: [", "unknown key 'lexicon'."),
        ("effect: harm, harm: 1", "effect: harm, hram: 1", "unknown key 'hram'. Did you mean 'harm'?"),
        # names
        ("name: the breach", "name: The Sluice",
         "line 52, clocks[0].name: 'The Sluice' is taken: places.yaml, line 2, places[0].name."),
        ("name: the breach", "name: ada fenn",
         "clocks[0].name: 'ada fenn' is taken: pack.yaml, line 14, characters[0].sheet."),
        ("- id: wedge", "- id: bar", "line 31, objects[1].id: 'bar' is taken: pack.yaml, line 30, objects[0].id."),
        ("- id: wedge", "- id: the sluice bar",
         "objects[1].id: 'the sluice bar' is taken: pack.yaml, line 30, objects[0].name."),
        ("- id: wedge", "- id: 7", "objects[1].id: a text is needed, not 7. Put it in quotes."),
        ("name: the breach", "name: the keeper", "clocks[0].name: 'the keeper' means somebody else in a log."),
        ("{name: a cloudburst,", "{name: a cloudburst, texts: [x]}\n  - {name: a cloudburst,",
         "complications[1].name: 'a cloudburst' is taken"),
        # the whole
        ("    place: attic\n    hidden", "    place: attic\n    harm: 1\n    hidden", ""),
        ("carries: [bar]", "carries: [bar, wedge]",
         "objects[1]: 'the iron wedge' cannot be in two places: 'Ada Fenn' and 'the Sack Attic'."),
        ("    place: the yard", "    place: the yard\n    carries: [bar]",
         "'the sluice bar' cannot be in two places: 'Ada Fenn' and 'Ben Ryle'."),
        ("when: [{clock_full: breach}],", "", "outcomes[1]: 'when' is missing"),
        ("{clock_full: breach}", "{clock_full: breach, threat_gone: tree}",
         "outcomes[1].when[0]: one fact is needed"),
        ("{clock_full: breach}", "{}", "outcomes[1].when[0]: one fact is needed"),
        ("{clock_full: breach}", "{clock_full: breach, by: ada}",
         "'by' belongs to secret_known and object_held, not to clock_full."),
        ("{agent_at: ben, place: sluice}", "{agent_at: ben}",
         "'place' belongs to object_at and agent_at, and only to them."),
        ("place: sluice, arrives", "arrives", "threats[0]: 'place' is missing"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_its_key_and_what_to_do(tmp_path: Path, old: str, new: str, message: str) -> None:
    pack = a_pack(tmp_path, (old, new))
    if message:
        told = refusal(pack)
        assert message in told
        assert re.match(r"pack\.yaml, line \d+", told)
        assert len(told.splitlines()) == 1
    else:
        load_setting(pack)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ways: [yard]", "ways: [yrd]",
         "places.yaml, line 6, places[0].ways[0].to: no place 'yrd'. Did you mean 'yard'?"),
        ("ways: [yard]", "ways: [sluice]", "places[0].ways[0]: the way leads back to 'the Sluice' itself."),
        ("ways: [yard]", "ways: [yard, the Yard]", "places[0].ways[1]: a way to 'the Yard' stands here already."),
        ("peril: 60", "peril: 101", "places.yaml, line 5, places[0].peril: a whole number from 0 to 100"),
        ("shelter: 20", "shelter: high",
         "places.yaml, line 4, places[0].shelter: a whole number is needed, not 'high'."),
        ("name: the Yard", "name: Sluice",
         "places.yaml, line 8, places[1].name: 'Sluice' is taken: places.yaml, line 2"),
        ("- id: yard\n", "- id: yard\n  id: yard\n", "places.yaml, line 8: 'id' stands here again after line 7."),
        ("- id: sluice\n  name: the Sluice", "- id: sluice\n   name: the Sluice", "places.yaml, line 2"),
        ("- id: sluice\n  name", "- &x\n  me: [*x]\n  name", "'*x' stands inside the very thing it stands for."),
        ("- id: sluice", "- id: !!python/name:os.system sluice", "places.yaml, line 1: the tag"),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_of_the_pack_names_that_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in refusal(a_pack(tmp_path, (old, new), file="places.yaml"))


def test_all_faults_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("turns: 6", "turns: many"), ("by: -2}", "by: two}"), ("place: the yard", "place: yrd"))
    lines = refusal(pack).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "pack.yaml, line 7, turns",
        "pack.yaml, line 28, characters[1].place",
        "pack.yaml, line 39, objects[1].effects[0].by",
    ]


def test_one_sheet_is_one_character(tmp_path: Path) -> None:
    told = refusal(a_pack(tmp_path, ("characters/ben.md", "characters/ada.md")))
    assert "line 25, characters[1].sheet: 'Ada Fenn' is taken: pack.yaml, line 14, characters[0].sheet." in told


def test_more_faults_than_twenty_are_counted(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("opening: [", "opening: [" + "1, " * 23))
    lines = refusal(pack).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 3 more like these."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "pack.yaml, line 1: a pack is a mapping of keys to values, and this is empty."),
        (b"# nothing\n", "and this is empty"),
        (b"- a\n- b\n", "pack.yaml, line 1: a pack is a mapping of keys to values, and this is a list."),
        (b"just words\n", "and this is 'just words'."),
        (b"a: [1, 2\n", "pack.yaml, line 2"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "pack.yaml, line 1: the control character U+007F is no text."),
        ("environment: campaign\n".encode("utf-16"), "pack.yaml: this is UTF-16. Save it as UTF-8."),
        (LAUGHS.encode(), "values with this one, aliases unfolded"),
        (b"[" * 100_000, "levels deep"),
        (b"title: x\n", "pack.yaml, line 1, environment: 'environment' is missing. Known: campaign"),
        (b"environment: tavern\n", "no environment 'tavern' is here. Known: campaign"),
        (b"environment: 7\n", "no environment 7 is here. Known: campaign"),
    ],
)  # fmt: skip
def test_what_is_no_pack_is_refused_at_once(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "pack.yaml").write_bytes(data)
    assert message in refusal(tmp_path)


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "pack.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    assert refusal(tmp_path) == "pack.yaml: 50.0 MiB are more than the 2 MiB a YAML file may have. Split it up."


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path / 'pack.yaml'}: no such file. Name a YAML file."
    assert refusal(tmp_path / "nowhere") == f"{tmp_path / 'nowhere'}: no such file. Name a YAML file."


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["ada", "sluice", "plain.yaml", "places.yaml", "x/../y"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["id", "name", "effect", "to"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data())
def test_whatever_stands_where_something_else_should_is_a_fault_or_fine(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any value in any place of a pack: it plays, or each fault is told with its line; nothing else ever happens."""
    pack = a_pack(tmp_path_factory.mktemp("any"))
    tree = read_yaml(pack / "pack.yaml", source="pack.yaml")
    tree = tree.grafted(("places",), read_yaml(pack / "places.yaml", source="places.yaml"))
    path = data.draw(st.sampled_from(sorted(tree.marks, key=str)))
    tree = tree.grafted(path, Tree(value=data.draw(JSON), source="", marks={}))
    (pack / "pack.yaml").write_text(json.dumps(tree.value), encoding="utf-8")
    try:
        loaded = load_setting(pack)
    except UsageError as error:
        told = str(error).splitlines()
    else:
        told = faults(loaded.setting)
    assert [line for line in told if not re.match(r"pack\.yaml, line \d+|places\.yaml, line \d+|… and", line)] == []


# --- files of a pack ---


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../ada.md",
        "characters/../../ada.md",
        "~/ada.md",
        "..\\ada.md",
        "C:/ada.md",
        "c:ada.md",
    ],
)
def test_nothing_outside_the_pack_is_read(tmp_path: Path, name: str) -> None:
    shutil.copy(WEIR / "characters" / "ada.md", tmp_path / "ada.md")
    told = refusal(a_pack(tmp_path, ("sheet: characters/ada.md", f"sheet: {name}")))
    assert told.startswith("pack.yaml, line 14, characters[0].sheet: ")
    assert "leads out of the pack" in told


@pytest.mark.parametrize("name", ["../places.yaml", "/tmp/places.yaml", "sub/../../places.yaml"])
def test_no_list_outside_the_pack_is_read(tmp_path: Path, name: str) -> None:
    shutil.copy(WEIR / "places.yaml", tmp_path / "places.yaml")
    told = refusal(a_pack(tmp_path, ("places: places.yaml", f"places: {name}")))
    assert told.startswith("pack.yaml, line 9, places: ")
    assert "leads out of the pack" in told


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_that_leads_out_of_the_pack_is_refused_and_one_that_stays_is_not(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    sheet = pack / "characters" / "ada.md"
    outside = tmp_path / "outside.md"
    sheet.rename(outside)
    sheet.symlink_to(outside)
    assert "is a link that leads out of the pack. Put a copy into its folder." in refusal(pack)
    sheet.unlink()
    shutil.move(outside, pack / "ada.md")
    sheet.symlink_to(pack / "ada.md")
    assert load_setting(pack).setting == load_setting(WEIR).setting


def test_links_that_lead_to_one_another_are_refused(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    sheet = pack / "characters" / "ada.md"
    sheet.unlink()
    sheet.symlink_to(pack / "ada.md")
    (pack / "ada.md").symlink_to(sheet)
    assert "line 14, characters[0].sheet: " in refusal(pack)


def test_a_name_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(a_pack(tmp_path, ("characters/ada.md", "a" * 5000)))


def test_a_pack_that_is_itself_reached_by_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(WEIR, target_is_directory=True)
    assert load_setting(tmp_path / "linked").setting == load_setting(WEIR).setting


def test_a_lexicon_that_leads_out_of_the_pack_is_refused(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    shutil.move(pack / "lexicon", tmp_path / "lexicon")
    (pack / "lexicon").symlink_to(tmp_path / "lexicon", target_is_directory=True)
    assert "is a link that leads out of the pack" in refusal(pack)


@pytest.mark.parametrize(
    ("data", "part"),
    [(None, "no file 'characters/ada.md' in the pack."), (b"", "ada.md"), (b"\x89PNG\r\n\x00\x00\xff\xfe", "ada.md")],
    ids=["missing", "empty", "binary"],
)
def test_a_sheet_that_cannot_be_read_is_told_beside_the_other_faults(
    tmp_path: Path, data: bytes | None, part: str
) -> None:
    pack = a_pack(tmp_path, ("turns: 6", "turns: many"))
    sheet = pack / "characters" / "ada.md"
    sheet.unlink() if data is None else sheet.write_bytes(data)
    lines = refusal(pack).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("pack.yaml, line 14, characters[0].sheet: ")
    assert part in lines[0]
    assert lines[1].startswith("pack.yaml, line 7, turns: ")


def test_a_sheet_that_is_misnamed_gets_the_nearest(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("characters/ada.md", "characters/adda.md"))
    assert "no file 'characters/adda.md' in the pack. Did you mean 'characters/ada.md'?" in refusal(pack)


def test_a_character_without_a_sheet_is_a_fault(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("  - sheet: characters/ada.md\n    id: ada", "  - id: ada"))
    assert refusal(pack) == "pack.yaml, line 14, characters[0]: 'sheet' is missing."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "line 9, places: no file 'places.yaml' in the pack."),
        ("", "line 9, places: places.yaml has to be a list"),
        ("id: x\n", "line 9, places: places.yaml has to be a list"),
        ("- a: b: c\n", "line 9, places: places.yaml, line 1"),
    ],
)
def test_a_list_file_that_is_none_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    pack = a_pack(tmp_path)
    (pack / "places.yaml").unlink()
    if content is not None:
        (pack / "places.yaml").write_text(content)
    assert message in refusal(pack)


def test_files_that_name_one_another_come_to_an_end(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("ways: [yard]", "ways: places.yaml"), file="places.yaml")
    assert "a pack may have 64" in refusal(pack)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("plian.yaml", "hush: [x]\n", "lexicon/plian.yaml, line 1: 'plian' is no style. Did you mean 'plain'?"),
        ("any.yaml", "hushh: [x]\n", "lexicon/any.yaml, line 1, hushh: no slot 'hushh'. Did you mean 'hush'?"),
        ("any.yaml", "\nhush: x\n", "lexicon/any.yaml, line 2, hush: a list of phrases is needed."),
        ("any.yaml", "hush: [7]\n", "lexicon/any.yaml, line 1, hush[0]: a phrase is needed, not 7."),
        ("any.yaml", "- hush\n", "lexicon/any.yaml, line 1: slots are needed"),
        ("any.yaml", "hush: [\n", "lexicon/any.yaml, line 2"),
    ],
)
def test_a_fault_in_a_lexicon_names_its_file(tmp_path: Path, file: str, text: str, message: str) -> None:
    pack = a_pack(tmp_path)
    (pack / "lexicon" / file).write_text(text)
    assert message in refusal(pack)


# --- turns ---


@pytest.mark.parametrize(("asked", "turns"), [(1, 1), (10_000, 10_000), ("12", 12), (" +7 ", 7)])
def test_turns_from_one_to_ten_thousand_are_fine(asked: int | str, turns: int) -> None:
    assert checked_turns(asked) == turns


@pytest.mark.parametrize("asked", [0, -1, 10_001, 10**9, 10**30, "0", "1e9", "many", "", "9" * 5000, "٣"])
def test_other_turns_are_refused_in_words(asked: int | str) -> None:
    with pytest.raises(UsageError, match=r"^turns: a whole number from 1 to 10,000 is needed, not "):
        checked_turns(asked)


# --- sheets of one's own ---


def test_a_sheet_of_a_new_name_joins_its_faction_where_most_of_it_are(weir: Setting, tmp_path: Path) -> None:
    sheet = a_sheet(
        tmp_path,
        "Cosima Dell",
        factions="Nobody's Guild, LOWER MILL",
        ties="- **Ben Ryle**: would trust him with her life\n- **The Bishop**: trusts him not at all",
    )
    setting, told = add_cast(weir, [str(sheet)])
    assert setting.characters[:2] == weir.characters
    newcomer = setting.characters[2]
    assert (newcomer.persona.name, newcomer.faction, newcomer.place) == ("Cosima Dell", "the Lower Mill", "the Yard")
    assert set(newcomer.bonds) == {"Ben Ryle"}
    assert newcomer.bonds["Ben Ryle"] > 0
    assert told == ("Cosima Dell joins for the Lower Mill at the Yard.",)
    assert faults(setting) == []


def test_a_sheet_of_no_known_faction_joins_at_the_first_place(weir: Setting, tmp_path: Path) -> None:
    setting, told = add_cast(weir, [str(a_sheet(tmp_path, "Cosima Dell", factions="The Moon"))])
    assert (setting.characters[2].faction, setting.characters[2].place) == ("", "the Sluice")
    assert told == ("Cosima Dell joins at the Sluice.",)


def test_a_sheet_named_like_a_character_replaces_it_and_inherits_its_part(weir: Setting, tmp_path: Path) -> None:
    setting, told = add_cast(weir, [str(a_sheet(tmp_path, "ADA FENN", factions="The Moon"))])
    old, new = weir.characters[0], setting.characters[0]
    assert new.persona.factions == ("The Moon",)
    assert msgspec.structs.replace(new, persona=old.persona) == old
    assert setting.secrets[0].about == "ADA FENN"
    assert told == ("ADA FENN takes the place of Ada Fenn for the Upper Mill at the Sluice.",)


def test_a_sheet_given_for_a_name_replaces_that_character_in_all_the_setting_says(
    weir: Setting, tmp_path: Path
) -> None:
    sheet = a_sheet(tmp_path, "Cosima Dell", ties="- **Ben Ryle**: hates him")
    setting, _ = add_cast(weir, [f"ada fenn={sheet}"])
    assert len(setting.characters) == 2
    assert setting.secrets[0].about == "Cosima Dell"
    assert setting.secrets[0].truth == "Cosima Dell has known about the crack since spring."
    assert setting.characters[0].bonds["Ben Ryle"] < 0
    assert "Ada Fenn" not in msgspec.json.encode(setting).decode()
    assert faults(setting) == []


def test_others_feel_for_the_heir_what_they_felt_for_the_one_replaced(weir: Setting, tmp_path: Path) -> None:
    setting, _ = add_cast(weir, [f"Ben Ryle={a_sheet(tmp_path, 'Cosima Dell')}"])
    assert setting.characters[0].bonds == {"Cosima Dell": -20}
    assert setting.outcomes[0].when[1].agent_at == "Cosima Dell"


def test_replacing_one_name_leaves_longer_names_alone(weir: Setting, tmp_path: Path) -> None:
    setting, _ = add_cast(weir, [str(a_sheet(tmp_path, "Ben")), str(a_sheet(tmp_path, "Cosima Dell"))])
    setting, _ = add_cast(setting, [f"Ben={a_sheet(tmp_path, 'Dorrit')}"])
    assert [character.persona.name for character in setting.characters] == [
        "Ada Fenn",
        "Ben Ryle",
        "Dorrit",
        "Cosima Dell",
    ]
    assert setting.characters[0].bonds == {"Ben Ryle": -20}


def test_a_file_whose_name_holds_an_equals_sign_is_a_file(weir: Setting, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "Cosima Dell", file="a=b.md")
    setting, _ = add_cast(weir, [str(sheet)])
    assert setting.characters[2].persona.name == "Cosima Dell"


@pytest.mark.parametrize(
    "name",
    ["the Yard", "Upper Mill", "the sluice bar", "the breach", "the drowned tree", "the crack in the sill", "Keeper"],
)
def test_a_sheet_named_like_something_else_is_refused(weir: Setting, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="Give the character another name"):
        add_cast(weir, [str(a_sheet(tmp_path, name, file="x.md"))])


def test_a_sheet_cannot_take_one_place_under_the_name_of_another(weir: Setting, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'Ben Ryle' is a character of weir"):
        add_cast(weir, [f"Ada Fenn={a_sheet(tmp_path, 'Ben Ryle')}"])


def test_a_place_nobody_has_cannot_be_taken(weir: Setting, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no character 'Ada Fen' in weir to be replaced. Did you mean 'Ada Fenn'\?"):
        add_cast(weir, [f"Ada Fen={a_sheet(tmp_path, 'Cosima Dell')}"])


@pytest.mark.parametrize("name", ["nowhere.md", "x" * 5000, "", "Ada Fenn=nowhere.md", "Ada Fenn="])
def test_a_sheet_that_cannot_be_read_is_refused(
    weir: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        add_cast(weir, [name])


def test_oddities_of_a_sheet_are_told(weir: Setting, tmp_path: Path) -> None:
    sheet = tmp_path / "c.md"
    sheet.write_text("name: Cosima Dell\n\n## Decision Making Weights\n\n- Bravery: ??\n")
    _, told = add_cast(weir, [str(sheet)])
    assert any(line.startswith("c.md, line 5: ") for line in told)


# --- the form itself ---


def test_every_field_of_a_meaning_exists_and_every_reference_has_one() -> None:
    for struct, meanings in MEANINGS.items():
        assert set(meanings) <= {field.name for field in msgspec.structs.fields(struct)}, struct
    assert set(AIMED_AT) == set(get_args(Aim.__annotations__["want"]))
    info = inspect.type_info(Setting)
    seen: dict[type, inspect.StructType] = {}
    waiting: list[Any] = [info]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, inspect.StructType) and kind.cls not in seen and kind.cls is not Persona:
            seen[kind.cls] = kind
            waiting += [field.type for field in kind.fields]
        waiting += [*getattr(kind, "types", ()), *(item for item in (getattr(kind, "item_type", None),) if item)]
    texts = {"name", "title", "summary", "question", "description", "how", "text", "aim", "truth", "pack", "details",
             "texts", "twisted", "opening", "detail"}  # fmt: skip
    for struct, info in seen.items():
        for field in info.fields:
            is_text = isinstance(field.type, inspect.StrType) or (
                isinstance(field.type, inspect.VarTupleType) and isinstance(field.type.item_type, inspect.StrType)
            )
            is_number = isinstance(field.type, inspect.IntType)
            if is_number or (is_text and field.name not in texts):
                assert field.name in MEANINGS.get(struct, {}), f"{struct.__name__}.{field.name} has no meaning"


# --- packs that ship ---


def test_the_skeleton_is_whole_and_has_no_oddities(tmp_path: Path) -> None:
    loaded = load_setting(new_pack("my-tale", tmp_path))
    setting = loaded.setting
    assert loaded.warnings == ()
    assert faults(setting) == []
    assert setting.pack == "my-tale"
    assert (len(setting.places), len(setting.factions), len(setting.clocks), len(setting.threats)) == (4, 2, 2, 1)
    assert {outcome.kind for outcome in setting.outcomes} == {"won", "lost", "spent"}
    assert set(setting.lexicon["any"]) == set(SLOTS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_new_pack_plays_to_its_end_at_once(tmp_path: Path, seed: int) -> None:
    campaign, told = Campaign.from_pack(new_pack("tale", tmp_path))
    chance = Chance(seed)
    state = campaign.begin(chance)
    minds = campaign.casting(chance)
    steps = 0
    while (ending := campaign.ending(state)) is None and steps < 4 * (campaign.turns + 1):
        inputs = [
            Acted[Any](
                agent=asked.agent, asked=asked.step, action=asyncio.run(minds(asked.agent, state)[0].decide(asked))
            )
            for asked in campaign.observe(state)
        ]
        campaign.step(state, inputs, chance.at(steps))
        steps += 1
    assert told == []
    assert ending is not None
    assert ending.kind in {"won", "lost", "spent"}


@pytest.mark.parametrize("name", pack_names("campaign"))
def test_every_pack_that_ships_is_without_faults(name: str) -> None:
    loaded: LoadedPack = load_setting(find_pack(name))
    assert loaded.setting.pack == name
    assert faults(loaded.setting) == []
    assert loaded.warnings == ()
    assert any(outcome.kind == "spent" and not outcome.when for outcome in loaded.setting.outcomes)
