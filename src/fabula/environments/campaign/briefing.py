"""The briefing: an agent's outlook in sentences, for a person who sits in its seat."""

from collections.abc import Sequence

import msgspec

from fabula.agents.minds.human import Offer, Question
from fabula.engine import Observation, Option, canonical
from fabula.environments.campaign.events import Aimed, ClockStarted
from fabula.environments.campaign.experience import experience
from fabula.environments.campaign.outlook import Held, LastSeen, Outlook, Progress, Someone
from fabula.environments.campaign.phrasing import in_words
from fabula.environments.campaign.setting import Setting

OFFERS_MAX = 14
"""Options a person is shown: those that most speaks for. They may do anything else all the same."""
LAST_SEEN_MAX = 6

_SHOWN_ANYWAY = (Aimed, ClockStarted)
_FRIEND, _FOE = 25, -25


def question(observation: Observation, setting: Setting) -> Question:
    """The question to a person in a character's seat."""
    outlook: Outlook = observation.perceives
    news = _news(observation, setting)
    title, scene, body = _title(outlook), _scene(outlook), _body(outlook)
    clocks = [_clock(clock) for clock in outlook.clocks]
    return Question(
        agent=observation.agent,
        step=observation.step,
        lines=_paragraphs(title, news, scene, body + _own(outlook), clocks, _known(outlook)),
        brief=_paragraphs(title, news, scene, body, [" ".join(clocks)] if clocks else []),
        offers=tuple(_offer(option) for option in _foremost(observation.options)),
    )


def _paragraphs(*paragraphs: Sequence[str]) -> tuple[str, ...]:
    lines = [line for paragraph in paragraphs if paragraph for line in ("", *paragraph)][1:]
    return tuple(line[:1].upper() + line[1:] for line in lines)


def _offer(option: Option) -> Offer:
    action = option.action
    return Offer(words=in_words(action), why=action.reason, action=msgspec.Raw(canonical(action)))  # type: ignore[arg-type]


def _foremost(options: Sequence[Option]) -> list[Option]:
    """The options that most speaks for, in their own order."""
    pulls = [option.worth + sum(appeal for appeal in option.appeals.values() if appeal > 0) for option in options]
    ranked = sorted(range(len(options)), key=lambda at: (-pulls[at], at))
    return [options[at] for at in sorted(ranked[:OFFERS_MAX])]


def _news(observation: Observation, setting: Setting) -> list[str]:
    """What newly happened before the agent's eyes, a sentence each."""
    outlook: Outlook = observation.perceives
    people = {character.persona.name for character in setting.characters} | {person.name for person in outlook.here}
    secrets = {secret.name for secret in setting.secrets}
    met = (
        experience(
            event,  # type: ignore[arg-type]  # A campaign's events are AnyEvent; an observation knows only the root.
            step=observation.step,
            turn=outlook.turn,
            viewer=observation.agent,
            people=people,
            secrets=secrets,
        )
        for event in observation.events
        if not isinstance(event, _SHOWN_ANYWAY)
    )
    return [lived.text for lived in met if lived is not None]


def _title(seen: Outlook) -> list[str]:
    return [f"Turn {seen.turn} of {seen.turns}. {seen.question}"]


def _scene(seen: Outlook) -> list[str]:
    lines = [f"You are at {seen.place}. {seen.description}".strip()]
    lines += [_someone(person) for person in seen.here]
    if seen.crowd:
        lines.append(f"{seen.crowd} more are here.")
    lines += [f"{thing.name} lies here: {thing.description}".rstrip(": ") for thing in seen.lies_here]
    for peril in seen.threats:
        mercy = " It leaves you alone." if peril.spares else ""
        lines.append(f"{peril.name} is here (strength {peril.strength}). {peril.description}{mercy}")
    ways = [f"{way.to}{' (blocked)' if way.blocked else ''}" for way in seen.ways]
    return [*lines, f"From here one can go to {_listed(ways)}."] if ways else lines


def _someone(person: Someone) -> str:
    side = person.faction if person.faction not in person.role else ""
    who = ", ".join(filter(None, [person.role, side])) or "somebody"
    bond = "a friend" if person.bond >= _FRIEND else "no friend of yours" if person.bond <= _FOE else ""
    marks = [person.condition if person.condition != "unhurt" else "", bond]
    marks += [
        f"carries {_listed(person.carries)}" if person.carries else "",
        person.guards and f"guards {person.guards}",
    ]
    return f"{person.name} is here: {'; '.join(filter(None, [who, *marks]))}."


def _body(seen: Outlook) -> list[str]:
    """What may be otherwise the next time: strength, hands, what others made of one."""
    parts = [f"You have {seen.vigour} of {seen.vigour_max} vigour."]
    if seen.hides:
        parts.append("You keep out of sight.")
    if seen.carries:
        parts.append(f"You carry {_listed([thing.name for thing in seen.carries])}.")
    if seen.cowed_by:
        parts.append(f"{seen.cowed_by} has cowed you.")
    if seen.urged_by:
        parts.append(f"{seen.urged_by} has won you over: {seen.urged_to}.")
    return [" ".join(parts)]


def _own(seen: Outlook) -> list[str]:
    lines = [f"You want {aim.text}." for aim in seen.wants]
    if seen.faction and seen.faction_wants:
        lines.append(f"Your side, {seen.faction}, wants {seen.faction_wants}.")
    return lines


def _known(seen: Outlook) -> list[str]:
    lines = [_belief(belief) for belief in seen.believes]
    return lines + [_last_seen(seen.turn, last) for last in seen.last_seen[:LAST_SEEN_MAX]]


def _clock(clock: Progress) -> str:
    side = {1: " (your side wants it full)", -1: " (your side wants it stopped)"}.get(clock.wanted, "")
    return f"{clock.name}: {clock.filled} of {clock.segments}{side}."


def _belief(belief: Held) -> str:
    whence = {"seen": "you saw it", "known": "you have always known it"}.get(belief.source, f"{belief.source} said so")
    return f"{belief.about}: {belief.text} ({whence}; {belief.sure} % sure)"


def _last_seen(turn: int, last: LastSeen) -> str:
    with_whom = f", with {last.holder}" if last.holder else ""
    when = "this turn" if last.turn == turn else f"in turn {last.turn}"
    return f"You last saw {last.what} at {last.place}{with_whom}, {when}."


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
