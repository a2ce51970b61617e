"""The portrait: an agent's side of the truth in lines, for a person who looks at a run from outside."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fabula.environments.campaign.setting import Setting

_SURE = ((95, "certain"), (75, "almost certain"), (55, "fairly sure"), (35, "unsure"), (15, "doubtful"))
"""From how much sureness on it is called so, 0..100."""
_FELT = (
    (60, "dear to it"),
    (25, "a friend"),
    (6, "liked"),
    (-5, "neither liked nor disliked"),
    (-24, "distrusted"),
    (-59, "disliked"),
)
"""From which bond on it is called so, -100..100."""
_MATTERS_MOST_FIRST = -1


def portrait(view: Mapping[str, Any], setting: Setting) -> list[str]:
    """An agent's `view` in lines, a heading and what belongs to it indented under it; none if it is nobody's."""
    if "outlook" not in view:
        return []
    seen = view["outlook"]
    groups = (
        ("wants", _wants(seen)),
        ("with it at " + seen["place"], _company(seen)),
        ("carries", [_thing(thing) for thing in seen.get("carries", ())]),
        ("believes", [_belief(name, belief) for name, belief in view["beliefs"].items()]),
        ("feels about those who are not here", _absent(view)),
        ("last saw", [_last_seen(last, seen["turn"]) for last in seen.get("last_seen", ())]),
    )
    lines = [_who(view, setting), *_state(view)]
    for title, under in groups:
        if under:
            lines += ["", title, *(f"  {line}" for line in under)]
    return lines


def _who(view: Mapping[str, Any], setting: Setting) -> str:
    name, faction = view["agent"], view["outlook"].get("faction", "")
    role = next((each.persona.role for each in setting.characters if each.persona.name == name), "")
    return ", ".join(filter(None, [name, role, faction]))


def _state(view: Mapping[str, Any]) -> Iterator[str]:
    seen = view["outlook"]
    places = {"active": f"at {seen['place']}", "fallen": f"has fallen at {seen['place']}"}
    where, turn = places.get(view["status"], "has left"), min(seen["turn"], seen["turns"])
    vigour = f"{seen['vigour']} of {seen['vigour_max']} vigour"
    yield f"turn {turn} of {seen['turns']}: {where}, {view['condition']} ({vigour})"
    if seen.get("hides"):
        yield "keeps out of sight"
    if seen.get("guards"):
        yield f"guards {seen['guards']}"
    if seen.get("cowed_by"):
        yield f"cowed by {seen['cowed_by']}"
    if seen.get("urged_by"):
        yield f"won over by {seen['urged_by']}: {seen['urged_to']}"


def _wants(seen: Mapping[str, Any]) -> list[str]:
    aims = sorted(seen.get("wants", ()), key=lambda aim: _MATTERS_MOST_FIRST * aim.get("weight", 50))
    lines = [str(aim["text"]) for aim in aims]
    return lines + ([f"with its side: {seen['faction_wants']}"] if seen.get("faction_wants") else [])


def _company(seen: Mapping[str, Any]) -> list[str]:
    lines = [_someone(other) for other in seen.get("here", ())]
    if seen.get("crowd"):
        lines.append(f"{seen['crowd']} more")
    lines += [f"{thing['name']} (lies there)" for thing in seen.get("lies_here", ())]
    return lines + [f"{peril['name']}, strength {peril['strength']}" for peril in seen.get("threats", ())]


def _someone(other: Mapping[str, Any]) -> str:
    who = ", ".join(filter(None, [other.get("role", ""), other.get("faction", "")]))
    marks = [_in_words(other["bond"], _FELT, "hated")]
    if other["condition"] != "unhurt":
        marks.append(other["condition"])
    if other.get("carries"):
        marks.append(f"carries {_listed(other['carries'])}")
    if other.get("guards"):
        marks.append(f"guards {other['guards']}")
    return f"{other['name']}{f' ({who})' if who else ''}: {'; '.join(marks)}"


def _thing(thing: Mapping[str, Any]) -> str:
    marks = [f"of use at {thing['where']}"] if thing.get("where") else []
    if thing.get("uses"):
        marks.append(f"{thing['uses']} {'use' if thing['uses'] == 1 else 'uses'} left")
    name = str(thing["name"])
    return f"{name} ({', '.join(marks)})" if marks else name


def _belief(name: str, belief: Mapping[str, Any]) -> str:
    source = belief["source"]
    whence = {"seen": "saw it", "known": "has always known it"}.get(source, f"{source} said so")
    return f"{name}: {belief['text']} ({whence}; {_in_words(belief['sure'], _SURE, 'hardly believes it')})"


def _absent(view: Mapping[str, Any]) -> list[str]:
    here = {other["name"] for other in view["outlook"].get("here", ())}
    felt = [(bond, name) for name, bond in view["bonds"].items() if name not in here]
    return [
        f"{name}: {_in_words(bond, _FELT, 'hated')}"
        for bond, name in sorted(felt, key=lambda pair: (-pair[0], pair[1]))
    ]


def _last_seen(last: Mapping[str, Any], turn: int) -> str:
    with_whom = f", with {last['holder']}" if last.get("holder") else ""
    when = "this turn" if last["turn"] == turn else f"in turn {last['turn']}"
    return f"{last['what']} at {last['place']}{with_whom}, {when}"


def _in_words(value: int, scale: Sequence[tuple[int, str]], below: str) -> str:
    return next((word for least, word in scale if value >= least), below)


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
