"""The map: which ways lead out of a place, which of them an agent knows, and which way to take to a far place."""

from collections import deque
from collections.abc import Iterable

import msgspec

from fabula.environments.campaign.setting import Setting
from fabula.environments.campaign.state import WayMark

LAYOUTS_MAX = 64
"""Layouts kept at a time; beyond it the cache starts anew."""


class Exit(msgspec.Struct, frozen=True, kw_only=True):
    """A way out of a place, as it is now."""

    to: str
    how: str = ""
    hidden: bool = False
    blocked: bool = False


class Route(msgspec.Struct, frozen=True):
    """How to get to a place."""

    first: str
    """The neighbouring place to go to."""
    length: int
    """Ways to go, >= 1."""


def ends(one: str, other: str) -> tuple[str, str]:
    """The two ends of a way in order of name."""
    return (one, other) if one <= other else (other, one)


class Layout:
    """The map with the ways as they are now. Computes routes once and remembers them."""

    def __init__(self, exits: dict[str, tuple[Exit, ...]]) -> None:
        self.exits = exits
        self._known: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[Exit, ...]] = {}
        self._routes: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, Route]] = {}

    def exit(self, origin: str, to: str) -> Exit | None:
        """The way from one place to a neighbouring one, hidden or not."""
        return next((way for way in self.exits[origin] if way.to == to), None)

    def known(self, origin: str, found: Iterable[tuple[str, str]]) -> tuple[Exit, ...]:
        """The ways out of a place that somebody who has found these hidden ways knows of, blocked ones too."""
        key = origin, tuple(found)
        ways = self._known.get(key)
        if ways is None:
            opened = frozenset(key[1])
            ways = tuple(way for way in self.exits[origin] if not way.hidden or ends(origin, way.to) in opened)
            self._known[key] = ways
        return ways

    def routes(self, origin: str, found: Iterable[tuple[str, str]]) -> dict[str, Route]:
        """The shortest route to each place that can be reached over known, open ways, near places first; ties go to
        the way listed first.
        """
        key = origin, tuple(found)
        routes = self._routes.get(key)
        if routes is None:
            routes = self._routes[key] = self._search(*key)
        return routes

    def _search(self, origin: str, found: tuple[tuple[str, str], ...]) -> dict[str, Route]:
        routes: dict[str, Route] = {}
        waiting = deque([(origin, "", 0)])
        while waiting:
            place, first, length = waiting.popleft()
            for way in self.known(place, found):
                if way.blocked or way.to == origin or way.to in routes:
                    continue
                routes[way.to] = Route(first or way.to, length + 1)
                waiting.append((way.to, first or way.to, length + 1))
        return routes


class Atlas:
    """The setting's map; `layout` is the map as the changes since the start have made it."""

    def __init__(self, setting: Setting) -> None:
        self._exits = _exits(setting)
        self._layouts: dict[tuple[WayMark, ...], Layout] = {}

    def layout(self, marks: Iterable[WayMark]) -> Layout:
        """The map after these changes."""
        key = tuple(marks)
        layout = self._layouts.get(key)
        if layout is None:
            if len(self._layouts) >= LAYOUTS_MAX:
                self._layouts.clear()
            layout = self._layouts[key] = Layout(self._marked(key))
        return layout

    def _marked(self, marks: tuple[WayMark, ...]) -> dict[str, tuple[Exit, ...]]:
        exits = {place: list(ways) for place, ways in self._exits.items()}
        for mark in marks:
            one, other = mark.between
            known = [_mark(exits[origin], to, mark.open) for origin, to in ((one, other), (other, one))]
            if mark.open and not any(known):
                exits[one].append(Exit(to=other))
                exits[other].append(Exit(to=one))
        return {place: tuple(ways) for place, ways in exits.items()}


def _mark(ways: list[Exit], to: str, is_open: bool) -> bool:
    """Open or close the way to `to`; False if there is none."""
    for number, way in enumerate(ways):
        if way.to == to:
            hidden = way.hidden and not is_open
            ways[number] = msgspec.structs.replace(way, hidden=hidden, blocked=not is_open)
            return True
    return False


def _exits(setting: Setting) -> dict[str, tuple[Exit, ...]]:
    """Each place's ways, with the way back where a place does not list it itself."""
    exits = {
        place.name: [Exit(to=way.to, how=way.how, hidden=way.hidden, blocked=way.blocked) for way in place.ways]
        for place in setting.places
    }
    for place in setting.places:
        for way in place.ways:
            if not way.one_way and all(back.to != place.name for back in exits[way.to]):
                exits[way.to].append(Exit(to=place.name, hidden=way.hidden, blocked=way.blocked))
    return {place: tuple(ways) for place, ways in exits.items()}
