"""The portrait: an agent's side of the truth in lines, for a person who looks at a run from outside."""

from collections.abc import Iterator, Mapping
from typing import Any

from fabula.environments.world.phrasing import count
from fabula.environments.world.setting import WorldSetting

_FELT = (
    (60, "dear"),
    (25, "a friend"),
    (6, "liked"),
    (-5, "neither liked nor disliked"),
    (-24, "distrusted"),
    (-59, "disliked"),
)
"""From which bond on somebody is called so, -100..100."""
_HATED = "hated"
BONDS_MAX, HEARD_MAX, PRICES_MAX = 12, 10, 10


def portrait(view: Mapping[str, Any], setting: WorldSetting) -> list[str]:
    """An agent's `view` in lines, a heading and what belongs to it indented under it; none if it is nobody's."""
    if view.get("status") == "dead":
        return [f"{view['agent']} is dead"]
    if "outlook" not in view:
        return []
    seen = view["outlook"]
    groups = (
        ("plans", _plans(seen)),
        ("has on its mind", list(seen.get("because", ()))),
        ("in sight", _company(seen)),
        ("carries", _carried(seen)),
        ("knows these prices", [_price(one) for one in seen.get("prices", ())][:PRICES_MAX]),
        ("quarrels", [f"with {one['whom']}, over {one['about']}" for one in seen.get("quarrels", ())]),
        ("knows of wrongs", [_wrong(one) for one in seen.get("wrongs", ()) if not one.get("settled")]),
        ("feels about others", _bonds(seen)),
        ("has heard", list(seen.get("heard", ()))[-HEARD_MAX:]),
    )
    lines = [_who(view, setting), *_state(view)]
    for title, under in groups:
        if under:
            lines += ["", title, *(f"  {line}" for line in under)]
    return lines


def _who(view: Mapping[str, Any], setting: WorldSetting) -> str:
    seen = view["outlook"]
    role = next((one.persona.role for one in setting.people if one.persona.name == view["agent"]), "")
    return ", ".join(filter(None, [view["agent"], role or seen["kind"], seen.get("faction", "")]))


def _state(view: Mapping[str, Any]) -> Iterator[str]:
    seen = view["outlook"]
    where = f"at {seen['place']}" if seen.get("place") else f"in the open at {seen['x']},{seen['y']}"
    thinks = "; its mind thinks" if view["status"] == "thinks" else ""
    yield f"day {seen['day']}, {seen['hour']}:{seen['minute']:02}: {where}; {view['doing']}{thinks}"
    felt = ", ".join(seen.get("condition", ())) or "well"
    shares = ", ".join(f"{need} {seen[need] // 10} %" for need in ("health", "hunger", "fatigue"))
    yield f"{felt} ({shares})"
    lives = [
        f"lives at {seen['home']}" if seen.get("home") else "",
        f"works at {seen['work']}" if seen.get("work") else "",
    ]
    if any(lives):
        yield "; ".join(filter(None, lives))


def _plans(seen: Mapping[str, Any]) -> list[str]:
    if not seen.get("plan"):
        return []
    at = seen.get("step", 0)
    deeds = [
        f"{'>' if number == at else ' '} {deed['kind'].replace('_', ' ')} "
        + ", ".join(f"{name}: {said}" for name, said in deed.items() if name not in ("kind", "reason", "thoughts"))
        for number, deed in enumerate(seen["plan"])
    ]
    return [*([f"to {seen['goal']}"] if seen.get("goal") else []), *(deed.rstrip() for deed in deeds)]


def _company(seen: Mapping[str, Any]) -> list[str]:
    lines = [_someone(other) for other in seen.get("near", ())]
    if seen.get("crowd"):
        lines.append(f"{seen['crowd']} more people")
    return lines + [
        f"{many['count']} {many['kind']}" + (f" of {many['faction']}" if many.get("faction") else "")
        for many in seen.get("others", ())
    ]


def _someone(other: Mapping[str, Any]) -> str:
    who = ", ".join(filter(None, [other.get("role", ""), other.get("faction", "")]))
    marks = [other.get("doing", ""), other.get("condition", ""), _in_words(other.get("bond", 0))]
    return f"{other['name']}{f' ({who})' if who else ''}: {'; '.join(filter(None, marks))}"


def _carried(seen: Mapping[str, Any]) -> list[str]:
    goods = [count(what, amount) for what, amount in seen.get("carries", {}).items()]
    return [*goods, count("coin", seen.get("coin", 0))]


def _price(priced: Mapping[str, Any]) -> str:
    stock = priced.get("stock", -1)
    return f"{priced['what']} at {priced['place']}: {priced['price']} pence" + (
        f", {stock} there" if stock >= 0 else ""
    )


def _wrong(wrong: Mapping[str, Any]) -> str:
    whence = f"{wrong['told_by']} said so" if wrong.get("told_by") else "saw it"
    return f"{wrong['by']} to {wrong['to']}: {wrong['what']} ({whence})"


def _bonds(seen: Mapping[str, Any]) -> list[str]:
    felt = sorted(seen.get("bonds", {}).items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return [f"{name}: {_in_words(bond)}" for name, bond in felt[:BONDS_MAX]]


def _in_words(value: int) -> str:
    return next((word for least, word in _FELT if value >= least), _HATED)
