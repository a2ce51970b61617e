"""The briefing: an agent's outlook in sentences, for a person who sits in its seat."""

from collections.abc import Collection, Sequence

import msgspec

from fabula.agents.memory.experience import KNOWN, SEEN
from fabula.agents.minds.human import Offer, Question, Standing
from fabula.engine import Event, Observation, Option, canonical
from fabula.environments.campaign.events import (
    Aimed,
    Beaten,
    BondChanged,
    ClockMoved,
    ClockStarted,
    Fell,
    Joined,
    Learned,
    Noticed,
    Waited,
    Wounded,
)
from fabula.environments.campaign.experience import experience
from fabula.environments.campaign.outlook import Held, LastSeen, Outlook, Progress, Someone
from fabula.environments.campaign.phrasing import in_words
from fabula.environments.campaign.second_person import to_you
from fabula.environments.campaign.setting import Setting

OFFERS_MAX = 14
"""Options a person is shown: those that most speaks for. They may do anything else all the same."""
LAST_SEEN_MAX = 6

_SHOWN_ANYWAY = (Aimed, ClockStarted)
_OUTCOMES = (Learned, BondChanged, Wounded, Fell, Beaten)
"""What comes of a deed at once, when it follows one."""
_SURE = ((80, "believe"), (60, "mostly believe"), (40, "half believe"), (0, "hardly believe"))
"""How sure somebody is of hearsay at least, of 100 -> in a word."""
_FRIEND, _FOE = 25, -25


def question(observation: Observation, setting: Setting) -> Question:
    """The question to a person in a character's seat."""
    outlook: Outlook = observation.perceives
    title = f"Turn {outlook.turn} of {outlook.turns}."
    met = [event for event in observation.events if not _is_shown_anyway(event, outlook)]
    people = {person.name for person in outlook.here}
    news = told(met, observation.agent, setting, turn=outlook.turn, step=observation.step, people=people)
    scene, body, clocks = _scene(outlook), _body(outlook), [_clock(clock) for clock in outlook.clocks]
    return Question(
        agent=observation.agent,
        step=observation.step,
        lines=_in_full(
            _paragraphs([f"{title} {outlook.question}"], news, scene, body + _own(outlook), clocks, _known(outlook))
        ),
        brief=_paragraphs([title], news, scene, body, clocks),
        offers=tuple(_offer(option) for option in _foremost(observation.options)),
        at_hand=_at_hand(outlook),
    )


def _at_hand(seen: Outlook) -> tuple[str, ...]:
    things = [thing.name for thing in (*seen.carries, *seen.lies_here)] + [peril.name for peril in seen.threats]
    company = [name for person in seen.here for name in (person.name, *person.carries)]
    return (seen.name, seen.place, *things, *company, *(way.to for way in seen.ways))


def told(
    events: Sequence[Event], agent: str, setting: Setting, *, turn: int, step: int, people: Collection[str] = ()
) -> list[str]:
    """What happened before the agent's eyes, a sentence each; what came of its own deed first.

    people: those who are not the setting's own.
    """
    known = {character.persona.name for character in setting.characters} | {*people, agent}
    secrets = {secret.name for secret in setting.secrets}
    sentences = []
    for event in _own_first(events, agent):
        if isinstance(event, Waited) and event.agent == agent:
            sentences.append("You waited.")
            continue
        # A campaign's events are AnyEvent; an observation knows only the root.
        lived = experience(event, step=step, turn=turn, viewer=agent, people=known, secrets=secrets)  # type: ignore[arg-type]
        if lived is not None:
            sentences.append(_capital(to_you(lived, event, agent)))
    return sentences


def _own_first(events: Sequence[Event], agent: str) -> list[Event]:
    """The agent's own deed, with what came of it at once, before what others did."""
    first = next((at for at, event in enumerate(events) if _is_own_deed(event, agent)), 0)
    after = first
    while after < len(events) and (_is_own_deed(events[after], agent) or isinstance(events[after], _OUTCOMES)):
        after += 1
    return [*events[first:after], *events[:first], *events[after:]]


def _is_own_deed(event: Event, agent: str) -> bool:
    return getattr(event, "agent", "") == agent and not isinstance(event, (Joined, Noticed, *_OUTCOMES))


def _is_shown_anyway(event: Event, outlook: Outlook) -> bool:
    if isinstance(event, ClockMoved):
        return event.clock in {clock.name for clock in outlook.clocks}
    if isinstance(event, Joined):
        return event.agent == outlook.name
    return isinstance(event, _SHOWN_ANYWAY)


def _paragraphs(*paragraphs: Sequence[str | Standing]) -> tuple[str | Standing, ...]:
    return tuple(line for paragraph in paragraphs if paragraph for line in ("", *paragraph))[1:]


def _in_full(lines: Sequence[str | Standing]) -> tuple[str, ...]:
    return tuple(line.told() if isinstance(line, Standing) else line for line in lines)


def _offer(option: Option) -> Offer:
    action = option.action
    return Offer(words=in_words(action), why=action.reason, action=msgspec.Raw(canonical(action)))  # type: ignore[arg-type]


def _foremost(options: Sequence[Option]) -> list[Option]:
    """The options that most speaks for, in their own order."""
    pulls = [option.worth + sum(appeal for appeal in option.appeals.values() if appeal > 0) for option in options]
    ranked = sorted(range(len(options)), key=lambda at: (-pulls[at], at))
    return [options[at] for at in sorted(ranked[:OFFERS_MAX])]


def _scene(seen: Outlook) -> list[str | Standing]:
    lines: list[str | Standing] = [_described("place", f"You are at {seen.place}.", seen.description)]
    lines += [_someone(person) for person in seen.here]
    if seen.crowd:
        lines.append(f"{seen.crowd} more are here.")
    lines += [_described(thing.name, f"{thing.name} lies here.", thing.description) for thing in seen.lies_here]
    for peril in seen.threats:
        mercy = " It leaves you alone." if peril.spares else ""
        stands = f"{peril.name} is here (strength {peril.strength}).{mercy}"
        lines.append(_described(peril.name, stands, peril.description))
    ways = [f"{way.to}{' (blocked)' if way.blocked else ''}" for way in seen.ways]
    return [*lines, f"From here one can go to {_listed(ways)}."] if ways else lines


def _described(topic: str, stands: str, description: str) -> Standing:
    """How something stands; its description is read once."""
    stands = _capital(stands)
    return Standing(topic=topic, line=f"{stands} {description}".strip(), still=stands)


def _someone(person: Someone) -> str:
    side = person.faction if person.faction not in person.role else ""
    who = ", ".join(filter(None, [person.role, side])) or "somebody"
    bond = "a friend" if person.bond >= _FRIEND else "no friend of yours" if person.bond <= _FOE else ""
    marks = [person.condition if person.condition != "unhurt" else "", bond]
    marks += [
        f"carries {_listed(person.carries)}" if person.carries else "",
        person.guards and f"guards {person.guards}",
    ]
    return f"{_capital(person.name)} is here: {'; '.join(filter(None, [who, *marks]))}."


def _body(seen: Outlook) -> list[str]:
    """What may be otherwise the next time: strength, hands, what others made of one."""
    parts = [f"You have {seen.vigour} of {seen.vigour_max} vigour."]
    if seen.hides:
        parts.append("You keep out of sight.")
    if seen.carries:
        parts.append(f"You carry {_listed([thing.name for thing in seen.carries])}.")
    if seen.cowed_by:
        parts.append(f"{_capital(seen.cowed_by)} has cowed you.")
    if seen.urged_by:
        matter = f" in the matter of {seen.urged_to}" if seen.urged_to else ""
        parts.append(f"{_capital(seen.urged_by)} has won you over{matter}.")
    return [" ".join(parts)]


def _own(seen: Outlook) -> list[str]:
    lines = [f"You want {aim.text}." for aim in seen.wants]
    if seen.faction and seen.faction_wants:
        lines.append(f"Your side, {seen.faction}, wants {seen.faction_wants}.")
    return lines


def _known(seen: Outlook) -> list[str]:
    lines = [_belief(belief) for belief in seen.believes]
    return lines + [_last_seen(seen.turn, last) for last in seen.last_seen[:LAST_SEEN_MAX]]


def _clock(clock: Progress) -> Standing:
    return Standing(
        topic=f"clock {clock.name}",
        line=f"{_capital(clock.name)}: {clock.filled} of {clock.segments}",
        figure=str(clock.filled),
        aside={1: "your side wants it full", -1: "your side wants it stopped"}.get(clock.wanted, ""),
    )


def _belief(belief: Held) -> str:
    return f"{_capital(belief.about)}: {belief.text} ({_whence(belief)})"


def _whence(belief: Held) -> str:
    if belief.source == SEEN:
        return "you saw it"
    if belief.source == KNOWN:
        return "you have always known it"
    how = next(word for least, word in _SURE if belief.sure >= least)
    return f"{belief.source} said so; you {how} it"


def _last_seen(turn: int, last: LastSeen) -> str:
    with_whom = f", with {last.holder}" if last.holder else ""
    if last.turn <= 1:
        # Of the first turn nobody can tell what was seen from what was known before.
        return f"When it began, {last.what} was said to be at {last.place}{with_whom}."
    when = "this turn" if last.turn == turn else f"in turn {last.turn}"
    return f"You last saw {last.what} at {last.place}{with_whom}, {when}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
