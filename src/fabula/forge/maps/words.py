"""What names tell: which ground a word such as `stone wall` means, and what a place called `Hobbs Cafe` is for."""

import re
import zlib

from fabula.forge.maps.map import Terrain

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
_NAME_CHARACTERS_MAX = 300
_OPENINGS = frozenset("bridge door doorway gate ladder stair plank".split())

_GROUNDS: tuple[tuple[str, int, bool, int, str, str], ...] = (
    # words; cost; opaque; fertility; colour; glyph
    ("grass meadow lawn pasture turf", 1, False, 50, "#6aa84f", '"'),
    ("ground terrain base earth land", 1, False, 10, "#a08c6a", "."),
    ("field farm farmland crop soil garden plot", 1, False, 80, "#9c8a3c", ":"),
    ("flower bush shrub plant fern", 1, False, 60, "#7cb05a", "'"),
    ("dirt mud clay", 2, False, 20, "#8a6a43", ","),
    ("swamp marsh bog", 4, False, 30, "#5c6b45", "%"),
    ("sand beach desert dune", 2, False, 5, "#d9c58b", "."),
    ("snow ice", 3, False, 0, "#e8eef2", "*"),
    ("forest wood woodland jungle", 3, True, 60, "#3f6b35", "f"),
    ("hill rubble gravel", 2, False, 10, "#9a9080", "^"),
    ("road path street pavement trail sidewalk cobble cobblestone track", 1, False, 0, "#b9a88a", "="),
    ("floor carpet rug room interior indoor plank board tile flooring", 1, False, 0, "#c8b08c", "."),
    ("bridge door doorway gate ladder stair", 1, False, 0, "#a9743f", "+"),
    ("shallow ford", 4, False, 0, "#86b7d6", "~"),
    ("water sea lake river ocean pond stream", 0, False, 0, "#3d78b8", "~"),
    ("lava magma", 0, False, 0, "#d9541e", "~"),
    ("wall building roof house bulkhead", 0, True, 0, "#5a5048", "#"),
    ("rock mountain cliff boulder stone", 0, True, 0, "#7d7972", "^"),
    ("tree trunk", 0, True, 30, "#2f5528", "T"),
    ("fence railing hedge barrier", 0, False, 0, "#7a5a3a", "|"),
    ("void pit hole abyss chasm", 0, False, 0, "#1a1a1f", " "),
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("home", "home house apartment flat dorm dormitory cottage hut cabin living residence mansion villa manor"),
    ("cafe", "cafe coffeehouse teahouse"),
    ("bar", "bar pub saloon"),
    ("tavern", "tavern inn alehouse"),
    ("restaurant", "restaurant diner eatery"),
    ("market", "market marketplace bazaar supermarket"),
    ("grocery", "grocery grocer greengrocer"),
    ("pharmacy", "pharmacy apothecary chemist drugstore"),
    ("store", "store shop emporium"),
    ("bakery", "bakery baker"),
    ("smithy", "smithy forge blacksmith"),
    ("mill", "mill windmill"),
    ("school", "school academy"),
    ("college", "college university campus"),
    ("library", "library"),
    ("classroom", "classroom"),
    ("office", "office"),
    ("hospital", "hospital clinic infirmary"),
    ("temple", "temple church chapel shrine"),
    ("park", "park"),
    ("garden", "garden orchard"),
    ("farm", "farm field farmland pasture barn"),
    ("well", "well fountain"),
    ("square", "square plaza"),
    ("bathroom", "bathroom toilet shower washroom"),
    ("kitchen", "kitchen"),
    ("bedroom", "bedroom"),
    ("hallway", "hallway corridor"),
    ("room", "room chamber hall"),
    ("bed", "bed bunk"),
    ("desk", "desk"),
    ("table", "table"),
    ("seat", "seat seating chair sofa bench stool"),
    ("counter", "counter"),
    ("shelf", "shelf bookshelf bookcase closet cupboard"),
    ("sink", "sink basin"),
    ("stove", "stove oven toaster cooking"),
    ("village", "village ville hamlet town"),
    ("camp", "camp tent"),
    ("forest", "forest wood woodland"),
    ("mine", "mine quarry"),
    ("harbour", "harbour harbor port dock pier"),
    ("road", "road street path"),
)

_TERRAIN_OF = {
    word: Terrain(name=word, cost=cost, opaque=opaque, fertility=fertility, colour=colour, glyph=glyph)
    for words, cost, opaque, fertility, colour, glyph in reversed(_GROUNDS)
    for word in words.split()
}
_KIND_OF = {word: kind for kind, words in reversed(_KINDS) for word in words.split()}


def words_of(text: str) -> list[str]:
    """The words of a name in small letters and the singular: `StoneWalls_02` gives stone, wall."""
    return [_singular(word.casefold()) for word in _WORD.findall(text[:_NAME_CHARACTERS_MAX])]


def terrain_named(text: str) -> Terrain | None:
    """The ground that a name means, under that name; None if none of its words is known.

    The last known word counts: a `stone wall` is a wall.
    """
    known = next((_TERRAIN_OF[word] for word in reversed(words_of(text)) if word in _TERRAIN_OF), None)
    return _renamed(known, text) if known else None


def ground_named(text: str) -> Terrain | None:
    """The first ground one can walk on of which a name speaks: of `grass_and_water`, grass; None if of none."""
    grounds = (_TERRAIN_OF[word] for word in words_of(text) if word in _TERRAIN_OF)
    return next((ground for ground in grounds if ground.cost and not ground.opaque), None)


def opens(text: str) -> bool:
    """Whether a name means a way over or through something: a bridge, a door."""
    return not _OPENINGS.isdisjoint(words_of(text))


def kind_of(text: str) -> str:
    """What a place of that name is for (`home`, `cafe`, `bed`, …); empty if the name does not tell.

    The last word tells, as English has it: `Ryan Park's apartment` is a home, `Johnson Park` a park. What follows
    `for`, `of`, `at` or `in` does not count, and of several things joined by `and` the first is taken.
    """
    head = re.split(r"\b(?:for|of|at|in)\b", text[:_NAME_CHARACTERS_MAX])[0]
    for part in re.split(r"\band\b|&", head):
        for word in reversed(words_of(part)):
            if word in _KIND_OF:
                return _KIND_OF[word]
    return ""


def colour_of(text: str) -> str:
    """A colour for a name that has none of its own, always the same one: `#rrggbb`, neither dark nor glaring."""
    mixed = zlib.crc32(text.encode("utf-8", "replace"))
    return "#" + "".join(f"{0x60 + (mixed >> shift & 0x7F):02x}" for shift in (0, 8, 16))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return "bench" if word == "benches" else "shelf" if word == "shelves" else word[:-1]
    return word


def _renamed(terrain: Terrain, name: str) -> Terrain:
    return Terrain(
        name=name,
        cost=terrain.cost,
        opaque=terrain.opaque,
        fertility=terrain.fertility,
        colour=terrain.colour,
        glyph=terrain.glyph,
    )
