"""A world's pack is read whole or refused with all that is wrong with it; sheets of one's own join its people."""

import itertools
import json
import re
from collections import deque
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fabula.environments.world.catalogue import Catalogue
from fabula.environments.world.ground import Ground
from fabula.environments.world.pack import TICKS_MAX, Loaded, add_cast, checked_ticks, load_world
from fabula.environments.world.setting import MapRecipe, Resident, WorldSetting
from fabula.errors import UsageError
from fabula.forge.maps import Map, make_map
from fabula.packs import find_pack, new_pack
from fabula.yaml_text import Tree, read_yaml

PACK = """\
environment: world
name: ford
title: The Ford
summary: One bridge and two opinions of it.
days: 2
map: {file: ford.tmx}
goods:
  - {name: fish, price: 6, food: 400}
  - {name: rope}
place_kinds:
  - {name: home, use: home}
  - {name: jetty, use: work, makes: fish, of: rope, wage: 2}
  - {name: stall, use: market}
places: places.yaml
factions:
  - {id: near, name: the Near Bank, stances: {far: -20}}
  - {id: far, name: the Far Bank}
kinds:
  - {name: villager, eats: [fish], abilities: [a kind word]}
  - {name: heron, mind: false}
herds:
  - {kind: heron, faction: far, count: 3, region: Yard, home: home}
people:
  - id: ada
    sheet: characters/ada_fenn.md
    faction: near
    home: the Cot
    work: jetty
    goods: {fish: 1}
    bonds: {ben: -20}
    grudge: "ben: the boat he sank"
  - id: ben
    sheet: characters/ben_ryle.md
    faction: far
    at: [1, 4]
abilities:
  - {name: a kind word, effect: calm, power: 100}
lexicon:
  air: [the river went by, it rained]
"""
PLACES = """\
- {name: the Cot, kind: home, owner: ada}
- {id: jetty, name: the Jetty, kind: jetty, owner: near, stock: {rope: 4}, till: 30, sells: [fish]}
- {name: the Stall, kind: stall, region: Yard}
"""
ROWS = (
    "..........",
    "..####....",
    "..#..#....",
    "..##.#....",
    "..........",
    "~~~~..~~~~",
    "..........",
    "..........",
)
REGIONS = (("the Cot", "home", 3, 2, 2, 2), ("the Jetty", "jetty", 4, 5, 2, 1), ("Yard", "yard", 6, 6, 3, 2))
TERRAINS = (("grass", ".", 1, "false"), ("wall", "#", 0, "true"), ("water", "~", 0, "false"))


def a_pack(folder: Path, *changes: tuple[str, str], file: str = "pack.yaml") -> Path:
    """The ford, with texts of one of its files changed."""
    pack = folder / "ford"
    if not pack.exists():
        (pack / "characters").mkdir(parents=True)
        (pack / "pack.yaml").write_text(PACK, encoding="utf-8")
        (pack / "places.yaml").write_text(PLACES, encoding="utf-8")
        (pack / "ford.tmx").write_text(a_tmx(), encoding="utf-8")
        a_sheet(pack / "characters", "Ada Fenn")
        a_sheet(pack / "characters", "Ben Ryle")
    text = (pack / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        text = text.replace(old, new)
    (pack / file).write_text(text, encoding="utf-8")
    return pack


def a_tmx(rows: tuple[str, ...] = ROWS) -> str:
    """A map in Tiled's form."""
    width, height = len(rows[0]), len(rows)
    tiles = "".join(
        f'<tile id="{number}" class="{name}"><properties><property name="cost" type="int" value="{cost}"/>'
        f'<property name="opaque" type="bool" value="{opaque}"/></properties></tile>'
        for number, (name, _, cost, opaque) in enumerate(TERRAINS)
    )
    glyphs = [glyph for _, glyph, _, _ in TERRAINS]
    cells = ",".join(str(glyphs.index(cell) + 1) for row in rows for cell in row)
    objects = "".join(
        f'<object id="{number}" name="{name}" class="{kind}" x="{x * 8}" y="{y * 8}" width="{w * 8}" height="{h * 8}"/>'
        for number, (name, kind, x, y, w, h) in enumerate(REGIONS, 1)
    )
    return (
        f'<map version="1.9" orientation="orthogonal" width="{width}" height="{height}" tilewidth="8" tileheight="8">'
        f'<tileset firstgid="1" name="t" tilewidth="8" tileheight="8" tilecount="{len(TERRAINS)}" columns="0">{tiles}'
        f'</tileset><layer id="1" name="ground" width="{width}" height="{height}"><data encoding="csv">{cells}</data>'
        f'</layer><objectgroup id="2" name="places">{objects}</objectgroup></map>'
    )


def a_sheet(folder: Path, name: str, *, factions: str = "", role: str = "", ties: str = "") -> Path:
    """A sheet without oddities."""
    path = folder / f"{name.lower().replace(' ', '_')}.md"
    identity = f"\n## Core Identity\n\n- **Rank/Role**: {role}\n" if role else ""
    network = f"\n## Social Network\n\n{ties}\n" if ties else ""
    fields = f"name: {name}\nfactions: [{factions}]\npersonality_traits: [brave]\n"
    path.write_text(f"---\n{fields}---\n{identity}{network}", encoding="utf-8")
    return path


def refusal(pack: Path) -> str:
    with pytest.raises(UsageError) as error:
        load_world(pack)
    return str(error.value)


def resident(setting: WorldSetting, name: str) -> Resident:
    return next(person for person in setting.people if person.persona.name == name)


@pytest.fixture
def ford(tmp_path: Path) -> WorldSetting:
    return load_world(a_pack(tmp_path)).setting


# --- what a pack is read into ---


def test_ids_become_names_everywhere(ford: WorldSetting) -> None:
    ada, ben = ford.people
    assert (ada.persona.name, ada.faction, ada.home, ada.work) == ("Ada Fenn", "the Near Bank", "the Cot", "the Jetty")
    assert (ada.bonds, ada.grudge, ben.at) == ({"Ben Ryle": -20}, "Ben Ryle: the boat he sank", (1, 4))
    assert [place.owner for place in ford.places] == ["Ada Fenn", "the Near Bank", ""]
    assert ford.factions[0].stances == {"the Far Bank": -20}
    assert (ford.herds[0].faction, ford.herds[0].home) == ("the Far Bank", "home")
    assert ford.kinds[0].abilities == ("a kind word",)
    assert (ford.about, ford.lexicon["air"]) == (
        "One bridge and two opinions of it.",
        ("the river went by", "it rained"),
    )


def test_a_setting_that_was_read_can_be_lived_in_and_be_stored(ford: WorldSetting) -> None:
    assert isinstance(ford.map, Map)
    assert len(Ground(ford, ford.map).place_cells) == len(Catalogue(ford).place) == 3
    assert msgspec.json.decode(msgspec.json.encode(ford), type=WorldSetting) == ford


def test_days_are_turned_into_ticks(tmp_path: Path) -> None:
    assert load_world(a_pack(tmp_path)).setting.ticks == 2 * 8640
    assert load_world(a_pack(tmp_path, ("days: 2", "days: 2\ntick_s: 60"))).setting.ticks == 2 * 1440
    assert load_world(a_pack(tmp_path, ("days: 2", "ticks: 50"))).setting.ticks == 50


def test_about_is_another_word_for_summary(tmp_path: Path) -> None:
    assert load_world(a_pack(tmp_path, ("summary:", "about:"))).setting.about.startswith("One bridge")


def test_a_pack_is_read_from_its_folder_or_its_file_alike(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    assert load_world(pack) == load_world(pack / "pack.yaml")


def test_a_map_may_be_a_recipe(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("{file: ford.tmx}", "{form: town, width: 64, height: 48, seed: 7}"))
    assert load_world(pack).setting.map == MapRecipe(form="town", width=64, height=48, seed=7)


def test_references_ignore_case_and_article(tmp_path: Path) -> None:
    changed = a_pack(tmp_path / "a", ("home: the Cot", "home: COT"), ("kind: heron,", "kind: a Heron,"))
    assert load_world(changed).setting == load_world(a_pack(tmp_path / "b")).setting


def test_a_pack_has_prompts_of_its_own(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    (pack / "prompts").mkdir()
    (pack / "prompts" / "character.j2").write_text("%% user: now\nWhat now?\n", encoding="utf-8")
    assert load_world(pack).setting.prompts == {"character": "%% user: now\nWhat now?\n"}


# --- what is likely not meant ---


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("    at: [1, 4]\n", "", "people[1]: Ben Ryle has no home and starts wherever chance has it."),
        ("    home: the Cot\n", "    home: jetty\n", "people[0].home: 'the Jetty' is no home: its use is 'work'."),
        ("    faction: far\n", "", "people[1]: no faction is given, so it is the first: 'the Near Bank'."),
        ("eats: [fish]", "eats: [fish, rope]", "kinds[0].eats: 'rope' stills no hunger"),
    ],
)
def test_what_is_odd_is_a_warning_with_its_place(tmp_path: Path, old: str, new: str, warning: str) -> None:
    (told,) = load_world(a_pack(tmp_path, (old, new))).warnings
    assert re.match(r"pack\.yaml, line \d+, ", told)
    assert warning in told


def test_a_trade_without_what_it_works_on_is_a_warning(tmp_path: Path) -> None:
    (told,) = load_world(a_pack(tmp_path, ("stock: {rope: 4}, ", ""), file="places.yaml")).warnings
    assert told == "pack.yaml, line 12, place_kinds[1].of: nobody makes 'rope', and no place has any."


def test_a_place_nobody_can_walk_to_is_a_warning(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    (pack / "ford.tmx").write_text(a_tmx((*ROWS[:5], "~" * 10, *ROWS[6:])).replace('y="40"', 'y="48"'))
    (told,) = load_world(pack).warnings[-1:]
    assert "nobody can walk to 'the Stall' from 'the Cot'." in told


# --- what is wrong ---


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # references
        ("home: the Cot", "home: the Cto", "line 27, people[0].home: no place 'the Cto'. Did you mean 'the Cot'?"),
        ("work: jetty", "work: ada", "people[0].work: a place is needed, and 'ada' is the person 'Ada Fenn'."),
        ("    faction: near\n", "    faction: nera\n", "people[0].faction: no faction 'nera'. Did you mean 'near'?"),
        ("goods: {fish: 1}", "goods: {fsh: 1}", "people[0].goods.fsh: no good 'fsh'. Did you mean 'fish'?"),
        ("bonds: {ben: -20}", "bonds: {bne: -20}", "people[0].bonds.bne: no person 'bne'. Did you mean 'ben'?"),
        ("bonds: {ben: -20}", "bonds: {ada: 5}", "people[0].bonds: 'Ada Fenn' has no bond with themselves."),
        ('"ben: the boat', '"bne: the boat', "people[0].grudge: no person 'bne'. Did you mean 'ben'?"),
        ('"ben: the boat he sank"', "the boat", "people[0].grudge: 'the boat': write against whom and about what"),
        ('"ben: the boat', '"ada: the boat', "people[0].grudge: nobody bears themselves a grudge."),
        ("kind: heron,", "kind: hreon,", "line 22, herds[0].kind: no kind 'hreon'. Did you mean 'heron'?"),
        ("home: home}", "home: hoem}", "herds[0].home: no place or kind of place 'hoem'."),
        ("region: Yard,", "region: Yrad,", "herds[0].region: the map has no region 'Yrad'. Did you mean 'Yard'?"),
        ("makes: fish,", "makes: fsh,", "line 12, place_kinds[1].makes: no good 'fsh'. Did you mean 'fish'?"),
        ("of: rope", "of: fish", "place_kinds[1].of: 'fish' cannot be made of itself."),
        ("makes: fish, ", "", "place_kinds[1].of: nothing is made of the rope: 'makes' is missing."),
        ("eats: [fish]", "eats: [fsh]", "kinds[0].eats[0]: no good 'fsh'."),
        ("abilities: [a kind word]", "abilities: [kind wrod]", "no ability 'kind wrod'. Did you mean 'a kind word'?"),
        ("stances: {far: -20}", "stances: {near: -2}", "factions[0].stances: 'the Near Bank' has no stance to itself."),
        ("days: 2", "days: 2\nsystems: [weather]", "systems[0]: no system 'weather' is installed."),
        # types and bounds
        ("days: 2", "days: many", "line 5, days: a whole number from 1 to 1,157 is needed, not 'many'."),
        ("days: 2", "days: 0", "days: a whole number from 1 to 1,157 is needed, not 0."),
        ("days: 2", "days: 2\nticks: 4", "days: 'ticks' says already how long it lives."),
        ("days: 2", "ticks: 10000001", "ticks: a whole number from 1 to 10,000,000 is needed, not 10000001."),
        ("days: 2", "tick_s: 0", "tick_s: a whole number from 1 to 3,600 is needed, not 0."),
        ("days: 2", "begins_h: 24", "begins_h: a whole number from 0 to 23 is needed, not 24."),
        ("days: 2", "wary: 9", "wary: a whole number from 1 to 5 is needed, not 9."),
        ("count: 3", "count: 0", "herds[0].count: a whole number from 1 to 4,000,000 is needed, not 0."),
        ("count: 3, region: Yard", "count: 81", "herds: 83 lives in all do not fit on 80 cells"),
        ("count: 3,", "count: 7,", "herds[0].region: 7 lives in 'Yard', which has room for 6."),
        ("price: 6", "price: 0", "goods[0].price: a whole number from 1 to 1,000,000 is needed, not 0."),
        ("food: 400", "food: lots", "goods[0].food: a whole number is needed, not 'lots'."),
        ("use: work", "use: wrok", "place_kinds[1].use: 'wrok' is none of the words for this. Did you mean 'work'?"),
        ("mind: false", "mind: no", "kinds[1].mind: true or false is needed, not 'no'."),
        ("at: [1, 4]", "at: [1]", "people[1].at: a list of 2 is needed, not a list."),
        ("at: [1, 4]", "at: [3, 1]", "people[1].at: nobody can stand at 3, 1."),
        ("at: [1, 4]", "at: [10, 4]", "people[1].at: 10, 4 is not on the map of 10 x 8."),
        ("name: the Far Bank", "name: the Far Bank, colour: red", "factions[1].colour: 'red' is no colour."),
        ("{name: heron,", "{name: heron, glyph: hh,", "kinds[1].glyph: 'hh': one character is needed."),
        ("    at: [1, 4]", "    at: [1, 4]\n    sleeps_h: 6", "people[1].sleeps_h: nobody sleeps and wakes"),
        ("power: 100", "power: 1001", "abilities[0].power: a whole number from 1 to 1,000 is needed, not 1001."),
        ("air: [the river went by, it rained]", "air: rain", "lexicon.air: a list is needed, not 'rain'."),
        # keys and names
        ("summary: One", "sumary: One", "line 4, sumary: unknown key 'sumary'. Did you mean 'summary'?"),
        ("title: The Ford\n", "", "line 1: 'title' is missing."),
        ("name: ford", "name: a/ford", "line 2, name: pack name 'a/ford'"),
        ("name: the Far Bank", "name: the Cot", "factions[1].name: 'the Cot' is taken: places.yaml, line 1"),
        ("{name: rope}", "{name: rope}\n  - {name: coin}", "goods[2].name: 'coin' means somebody else in a log."),
        ("    at: [1, 4]", "    name: Ben", "people[1].name: a person's name stands in their sheet"),
        ("    sheet: characters/ben_ryle.md\n", "", "line 32, people[1]: 'sheet' is missing."),
        ("ben_ryle.md", "ben_rile.md", "no file 'characters/ben_rile.md' in the pack. Did you mean"),
        ("characters/ben_ryle.md", "../ben_ryle.md", "people[1].sheet: '../ben_ryle.md' leads out of the pack."),
        # the map
        ("map: {file: ford.tmx}\n", "", "line 1: 'map' is missing: a mapping with one of the keys"),
        ("{file: ford.tmx}", "ford.tmx", "line 6, map: 'map' is wrong: a mapping with one of the keys"),
        ("{file: ford.tmx}", "{flie: ford.tmx}", "one of the keys 'file', 'form', 'village' is needed, here are 0."),
        ("{file: ford.tmx}", "{file: fort.tmx}", "map.file: no file 'fort.tmx' in the pack. Did you mean 'ford.tmx'?"),
        ("{file: ford.tmx}", "{file: ../ford.tmx}", "map.file: '../ford.tmx' leads out of the pack."),
        ("{file: ford.tmx}", "{form: twon, width: 64, height: 64}", "map.form: 'twon' is none of the words for this."),
        ("{file: ford.tmx}", "{form: town, width: 64}", "map: 'height' is missing."),
        ("{file: ford.tmx}", "{form: town, width: 3, height: 64}", "map.width: a whole number from 16 to 32,767"),
        ("{file: ford.tmx}", "{form: wilds, width: 30000, height: 30000}", "map: 30,000 x 30,000 cells are more than"),
        ("{file: ford.tmx}", "{village: nowhere}", "line 6, map.village: "),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_its_key_and_what_to_do(tmp_path: Path, old: str, new: str, message: str) -> None:
    told = refusal(a_pack(tmp_path, (old, new)))
    assert message in told
    assert re.match(r"pack\.yaml, line \d+", told)
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: home", "kind: hoem", "line 1, places[0].kind: no kind of place 'hoem'. Did you mean 'home'?"),
        ("owner: ada", "owner: adda", "places.yaml, line 1, places[0].owner: no person or faction 'adda'."),
        ("stock: {rope: 4}", "stock: {rpoe: 4}", "places[1].stock.rpoe: no good 'rpoe'. Did you mean 'rope'?"),
        ("sells: [fish]", "sells: [fsh]", "places[1].sells[0]: no good 'fsh'. Did you mean 'fish'?"),
        ("till: 30", "till: -1", "places[1].till: a whole number from 0 to 1,000,000,000 is needed, not -1."),
        ("region: Yard", "region: Yrad", "places[2].region: the map has no region 'Yrad'. Did you mean 'Yard'?"),
        ("region: Yard", "region: the Cot", "places[2].region: the region 'the Cot' is 'the Cot' already."),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_of_the_pack_names_that_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    told = refusal(a_pack(tmp_path, (old, new), file="places.yaml"))
    assert message in told
    assert told.startswith("places.yaml, line ")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("days: 2", "days: many"), ("price: 6", "price: six"), ("home: the Cot", "home: the Cto"))
    assert {line.split(": ")[0] for line in refusal(pack).splitlines()} == {
        "pack.yaml, line 5, days",
        "pack.yaml, line 8, goods[0].price",
        "pack.yaml, line 27, people[0].home",
    }


def test_another_environments_pack_is_refused_at_once(tmp_path: Path) -> None:
    told = refusal(a_pack(tmp_path, ("environment: world", "environment: campaign")))
    assert told.startswith("pack.yaml, line 1, environment: 'campaign' is another environment.")
    assert "environment' is missing" in refusal(a_pack(tmp_path, ("environment: campaign\n", "")))


def test_a_world_without_lives_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        "environment: world\nname: x\ntitle: x\nkinds: [{name: y}]\nmap: {form: wilds, width: 20, height: 20}\n"
    )
    assert refusal(tmp_path) == "pack.yaml, line 1: nobody lives here: give it 'people' or 'herds'."


def test_more_people_than_there_are_seats_for_are_refused(tmp_path: Path) -> None:
    more = "".join(f"  - {{sheet: characters/p{number}.md}}\n" for number in range(501))
    pack = a_pack(tmp_path)
    for number in range(501):
        (pack / "characters" / f"p{number}.md").write_text(f"---\nname: P {number}\n---\n")
    text = (pack / "pack.yaml").read_text().replace("abilities:\n  -", more + "abilities:\n  -")
    (pack / "pack.yaml").write_text(text)
    assert "people: 503 entries: 500 at most are read." in refusal(pack)


def test_a_map_that_cannot_be_read_is_told_beside_the_other_faults(tmp_path: Path) -> None:
    pack = a_pack(tmp_path, ("price: 6", "price: six"))
    (pack / "ford.tmx").write_text("<map", encoding="utf-8")
    lines = refusal(pack).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("pack.yaml, line 6, map.file: ")


def test_a_prompt_that_is_none_is_refused(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    (pack / "prompts").mkdir()
    (pack / "prompts" / "charcter.j2").write_text("x", encoding="utf-8")
    assert "prompts/charcter.j2: no template is called so. Did you mean 'character.j2'?" in refusal(pack)


def test_a_campaigns_pack_is_no_world(tmp_path: Path) -> None:
    assert "'campaign' is another environment" in refusal(new_pack("tale", tmp_path))


def test_whatever_stands_where_something_else_should_is_a_fault_with_its_line_or_fine(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    tree = read_yaml(pack / "pack.yaml", source="pack.yaml")
    values: list[Any] = [None, True, -1, 1.5, "", "ada", [], [[]], {}, {"x": 1}, "places.yaml", [{"name": "x"}]]
    for path, value in zip(sorted(tree.marks, key=str), itertools.cycle(values), strict=False):
        changed = tree.grafted(path, Tree(value=value, source="", marks={}))
        (pack / "pack.yaml").write_text(json.dumps(changed.value), encoding="utf-8")
        try:
            load_world(pack)
        except UsageError as error:
            told = str(error).splitlines()
            assert [line for line in told if not re.match(r"(pack|places)\.yaml, line \d+|… and", line)] == []


# --- ticks ---


@pytest.mark.parametrize(("asked", "ticks"), [(1, 1), (TICKS_MAX, TICKS_MAX), ("12", 12), (" +7 ", 7)])
def test_ticks_within_bounds_are_fine(asked: int | str, ticks: int) -> None:
    assert checked_ticks(asked) == ticks


@pytest.mark.parametrize("asked", [0, -1, TICKS_MAX + 1, 10**30, "0", "1e9", "many", "", "9" * 5000, "٣"])
def test_other_ticks_are_refused_in_words(asked: int | str) -> None:
    with pytest.raises(UsageError, match=r"^ticks: a whole number from 1 to 10,000,000 is needed, not "):
        checked_ticks(asked)


# --- sheets of one's own ---


def test_a_newcomer_gets_the_emptiest_home_and_the_work_their_role_speaks_of(
    ford: WorldSetting, tmp_path: Path
) -> None:
    ties = "- **Ben Ryle**: would trust him with her life"
    sheet = a_sheet(tmp_path, "Cosima Dell", factions="FAR BANK", role="Keeps a stall", ties=ties)
    setting, told = add_cast(ford, [str(sheet)])
    cosima = resident(setting, "Cosima Dell")
    assert (cosima.faction, cosima.home, cosima.work) == ("the Far Bank", "the Cot", "the Stall")
    assert cosima.bonds["Ben Ryle"] > 0
    assert told == ["Cosima Dell joins, at home in the Cot, at work in the Stall."]


def test_a_newcomer_of_no_trade_goes_where_hands_are_fewest(ford: WorldSetting, tmp_path: Path) -> None:
    setting, _ = add_cast(ford, [str(a_sheet(tmp_path, "Cosima Dell"))])
    assert resident(setting, "Cosima Dell").work == "the Jetty"


def test_one_who_replaces_another_inherits_all_that_was_theirs(ford: WorldSetting, tmp_path: Path) -> None:
    sheet = a_sheet(tmp_path, "Cosima Dell")
    setting, told = add_cast(ford, [f"ben ryle={sheet}"])
    ada, cosima = setting.people
    assert (cosima.persona.name, cosima.faction, cosima.at) == ("Cosima Dell", "the Far Bank", (1, 4))
    assert (ada.bonds, ada.grudge) == ({"Cosima Dell": -20}, "Cosima Dell: the boat he sank")
    assert told == ["Cosima Dell takes the place of Ben Ryle."]


def test_a_sheet_named_like_a_person_replaces_them(ford: WorldSetting, tmp_path: Path) -> None:
    setting, told = add_cast(ford, [str(a_sheet(tmp_path, "Ada Fenn", role="Ferry"))])
    assert (len(setting.people), resident(setting, "Ada Fenn").persona.role) == (2, "Ferry")
    assert setting.places == ford.places
    assert told == ["Ada Fenn takes the place of Ada Fenn, at home in the Cot, at work in the Jetty."]


def test_what_cannot_join_is_refused(ford: WorldSetting, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nobody called 'Bne' in ford to be replaced"):
        add_cast(ford, [f"Bne={a_sheet(tmp_path, 'Cosima Dell')}"])
    with pytest.raises(UsageError, match=r"'The Cot' is a place of ford"):
        add_cast(ford, [str(a_sheet(tmp_path, "The Cot"))])


# --- villages ---


def a_village(folder: Path) -> Path:
    """A village of two houses and a cafe, 8 x 6, in the form of the shared one."""
    village = folder / "village"
    (village / "matrix" / "maze").mkdir(parents=True)
    (village / "matrix" / "special_blocks").mkdir()
    rows = ("........", ".AA..BB.", ".AA..BB.", "........", ".CCC....", "........")
    sectors = {"A": (11, "Ann Dale's house"), "B": (12, "Ben Orr's house"), "C": (13, "The Copper Cafe")}
    arenas = {"A": (21, "main room"), "B": (22, "main room"), "C": (23, "cafe")}
    (village / "matrix" / "maze_meta_info.json").write_text(
        json.dumps({"world_name": "the Dale", "maze_width": 8, "maze_height": 6, "sq_tile_size": 32})
    )
    cells = "".join(rows)
    for name, codes in (("sector", sectors), ("arena", arenas)):
        line = ", ".join(str(codes[cell][0]) if cell in codes else "0" for cell in cells)
        (village / "matrix" / "maze" / f"{name}_maze.csv").write_text(line)
    for name in ("collision", "game_object", "spawning_location"):
        (village / "matrix" / "maze" / f"{name}_maze.csv").write_text(", ".join("0" for _ in cells))
    blocks = village / "matrix" / "special_blocks"
    (blocks / "world_blocks.csv").write_text("1, the Dale")
    (blocks / "sector_blocks.csv").write_text("\n".join(f"{code}, the Dale, {name}" for code, name in sectors.values()))
    (blocks / "arena_blocks.csv").write_text(
        "\n".join(f"{code}, the Dale, {sectors[letter][1]}, {name}" for letter, (code, name) in arenas.items())
    )
    (blocks / "game_object_blocks.csv").write_text("31, the Dale, <all>, bed")
    (blocks / "spawning_location_blocks.csv").write_text("41, the Dale, Ann Dale's house, main room, sp-A")
    people = {
        "Ann Dale": ("Ann Dale keeps The Copper Cafe.", "the Dale:Ann Dale's house:main room"),
        "Ben Orr": ("Ben Orr writes.", "the Dale:Ben Orr's house:main room"),
    }
    personas = {
        name: {"scratch": {"name": name, "age": 30, "innate": "kind, curious", "learned": learned, "living_area": area}}
        for name, (learned, area) in people.items()
    }
    (village / "personas.json").write_text(json.dumps(personas))
    (village / "start_positions.json").write_text(json.dumps({"Ann Dale": {"maze": "the Dale", "x": 1, "y": 1}}))
    return village


def a_village_pack(folder: Path, *, more: str = "") -> Path:
    a_village(folder)
    (folder / "pack.yaml").write_text(
        f"environment: world\nname: dale\ntitle: The Dale\nmap: {{village: village}}\n{more}", encoding="utf-8"
    )
    return folder


def test_a_village_alone_is_a_world_with_its_people_homes_and_trades(tmp_path: Path) -> None:
    setting = load_world(a_village_pack(tmp_path)).setting
    ann, ben = setting.people
    assert [person.persona.name for person in (ann, ben)] == ["Ann Dale", "Ben Orr"]
    assert ann.home.startswith("Ann Dale's house")
    assert (ann.work, ben.work) == ("The Copper Cafe", "The Copper Cafe")
    assert isinstance(setting.map, Map)
    assert Ground(setting, setting.map).width == 8


def test_people_of_a_village_may_be_named(tmp_path: Path) -> None:
    setting = load_world(a_village_pack(tmp_path, more="people: [{name: ben orr, coin: 7}]\n")).setting
    assert [(person.persona.name, person.coin) for person in setting.people] == [("Ben Orr", 7)]


def test_a_village_may_lie_anywhere(tmp_path: Path) -> None:
    village = a_village(tmp_path / "shared")
    pack = tmp_path / "pack.yaml"
    pack.write_text(f"environment: world\nname: dale\ntitle: The Dale\nmap: {{village: '{village.as_posix()}'}}\n")
    assert len(load_world(pack).setting.people) == 2


# --- the packs that ship ---


def shipped(name: str) -> Loaded:
    return load_world(find_pack(name))


@pytest.fixture(scope="module")
def hollowmere() -> WorldSetting:
    return shipped("hollowmere").setting


@pytest.mark.parametrize("name", ["hollowmere", "marches"])
def test_a_pack_that_ships_has_no_oddities(name: str) -> None:
    loaded = shipped(name)
    assert loaded.warnings == ()
    assert loaded.setting.pack == name


def test_every_place_of_hollowmere_can_be_reached_from_every_other(hollowmere: WorldSetting) -> None:
    assert isinstance(hollowmere.map, Map)
    ground = Ground(hollowmere, hollowmere.map)
    start = int(ground.anchor[0])
    reached, waiting = {start}, deque([start])
    while waiting:
        y, x = divmod(waiting.popleft(), ground.width)
        for column, row in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            cell = ground.cell(column, row)
            inside = 0 <= column < ground.width and 0 <= row < ground.height
            if inside and ground.cost[cell] and cell not in reached:
                reached.add(cell)
                waiting.append(cell)
    assert [
        place.name
        for place, cells in zip(hollowmere.places, ground.place_cells, strict=True)
        if not reached >= set(cells.tolist())
    ] == []


def test_hollowmere_is_a_town_of_twenty_five_with_homes_work_and_feuds(hollowmere: WorldSetting) -> None:
    people = hollowmere.people
    assert len(people) == 25
    assert [person.persona.name for person in people if not (person.home and person.work)] == []
    assert len({person.home for person in people}) < 25
    feuds = {frozenset((person.persona.name, person.grudge.split(":")[0])) for person in people if person.grudge}
    assert len(feuds) >= 3
    assert all(person.persona.behaviour and person.persona.history and person.persona.traits for person in people)


def test_what_hollowmere_makes_is_worked_on_by_somebody_and_feeds_all(hollowmere: WorldSetting) -> None:
    """Those at work make food for three meals a day, and all but remedies is eaten or worked on."""
    kinds = {kind.name: kind for kind in hollowmere.place_kinds}
    places = {place.name: kinds[place.kind] for place in hollowmere.places}
    shift_ticks = 9 * 3600 // hollowmere.tick_s
    made: dict[str, int] = {}
    for person in hollowmere.people:
        trade = places[person.work]
        if trade.makes:
            made[trade.makes] = made.get(trade.makes, 0) + shift_ticks // trade.ticks_a_piece
    used = {trade.of for trade in places.values()}
    fed = sum(made.get(good.name, 0) * good.food for good in hollowmere.goods)
    needed = len(hollowmere.people) * hollowmere.kinds[0].hungers * 86_400 // hollowmere.tick_s // 100
    assert needed < fed < needed * 5 // 4
    foods = {good.name for good in hollowmere.goods if good.food}
    assert set(made) - used - foods == {"remedy"}
    for trade in places.values():
        if trade.of in made and trade.makes:
            assert made[trade.of] >= made[trade.makes], f"too little {trade.of} for the {trade.makes}"


def test_the_marches_are_two_peoples_at_war_and_thousands_of_lives() -> None:
    setting = shipped("marches").setting
    assert 5_000 <= sum(herd.count for herd in setting.herds) <= 8_000
    first, second = setting.factions[:2]
    assert first.stances[second.name] < -50 > second.stances[first.name]
    for faction in (first, second):
        assert 6 <= sum(person.faction == faction.name for person in setting.people) <= 8


def test_every_place_and_herd_of_the_marches_has_its_region() -> None:
    setting = shipped("marches").setting
    assert isinstance(setting.map, MapRecipe)
    made = make_map(setting.map.form, setting.map.width, setting.map.height, setting.map.seed)
    assert len(Ground(setting, made).place_cells) == len(setting.places)
    costs = made.costs().reshape(-1)
    for herd in setting.herds:
        region = made.region(herd.region)
        room = int((costs[list(region.cells)] > 0).sum()) if region else int((costs > 0).sum())
        assert bool(region) == bool(herd.region)
        assert room >= herd.count


@pytest.mark.parametrize("name", ["hollowmere", "marches"])
def test_no_pack_that_ships_leaves_a_file_unread(name: str) -> None:
    folder = find_pack(name).parent
    text = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.yaml"))
    named = {file.name for file in folder.rglob("*") if file.is_file() and file.name not in {"pack.yaml", "README.md"}}
    assert sorted(file for file in named if file not in text) == []
    assert read_yaml(folder / "pack.yaml").value["name"] == name
