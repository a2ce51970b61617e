"""The briefing: a speaker's outlook in sentences, for a person who sits in its seat."""

from collections.abc import Iterator, Sequence

import msgspec

from fabula.agents.minds.human import Offer, Question, Standing
from fabula.engine import Event, Observation, Option, canonical
from fabula.environments.dialogue import events as ev
from fabula.environments.dialogue.actions import Bid, Call, Consent, Propose, Vote
from fabula.environments.dialogue.outlook import Line, Outlook

SHOWN_MAX = 12
"""Turns that a person reads who comes to a talk that is under way."""

_CAUSES = {"failed": "its mind failed", "breaker": "its model is left alone", "budget": "what it may spend is spent"}


def question(observation: Observation) -> Question:
    """The question to a person in a speaker's seat."""
    seen: Outlook = observation.perceives
    fresh = [event for event in observation.events if not _is_own(event, seen.me)]
    asks = _asks(observation)
    return Question(
        agent=observation.agent,
        step=observation.step,
        lines=_in_full(_paragraphs(_scene(seen), _heard(seen), _table(seen), asks)),
        brief=_paragraphs(told(fresh, seen.me), _table(seen), _nudge(seen), asks),
        offers=tuple(_offer(option) for option in observation.options),
        at_hand=(seen.me, *(other.name for other in seen.others), *seen.options),
    )


def told(events: Sequence[Event], agent: str) -> list[str]:
    """What happened before the agent's eyes: what was said as it was said, all else in a sentence."""
    return [line for event in events for line in _told(event, agent)]


def _told(event: Event, agent: str) -> Iterator[str]:
    match event:
        case ev.Opened(title=title, topic=topic, background=background):
            yield from filter(None, [title, topic, background])
        case ev.Said(speaker=speaker, text=text, to=to, leaving=leaving):
            yield from _said(_you(speaker, agent), text, "" if to == speaker else to, agent)
            if leaving:
                yield f"{_you(speaker, agent)} took leave."
        case ev.Passed(speaker=speaker):
            yield f"{_you(speaker, agent)} said nothing."
        case ev.Faltered(speaker=speaker, cause=cause, why=why, instead=instead):
            because = why or _CAUSES.get(cause.value, "it did not answer in time")
            yield f"{_you(speaker, agent)} could not answer: {because}{f'; {instead}' if instead else ''}."
        case ev.HandedOver(speaker=speaker):
            yield f"{_you(speaker, agent)} handed over to a person."
        case ev.Called(by=by, speaker=speaker, text=text):
            if text:
                yield from _said(_you(by, agent), text, speaker, agent)
            else:
                yield f"{_you(by, agent)} called on {_whom(speaker, agent)}."
        case ev.Nudged(why=why):
            yield f"All were told: {why}"
        case ev.DialogueEnded(why=why):
            yield f"It is over. {why}"
        case _:
            yield from _decided(event, agent)


def _decided(event: Event, agent: str) -> Iterator[str]:
    match event:
        case ev.Proposed(speaker=speaker, text=text, number=number):
            yield f"{_you(speaker, agent)} proposed ({number}): {text}"
        case ev.Voted(speaker=speaker, choice=choice):
            yield f"{_you(speaker, agent)} voted “{choice}”." if choice else f"{_you(speaker, agent)} did not vote."
        case ev.Consented(speaker=speaker, objects_to=numbers, objection=why):
            which = [str(number) for number in numbers] or ["nothing"]
            yield f"{_you(speaker, agent)} objected to {_listed(which)}{f': {why}' if why else '.'}"
        case ev.Settled(how=how, result=result):
            yield f"It is settled by {how}: {result}" if result else f"Nothing is settled by {how}."


def _said(who: str, text: str, to: str, agent: str) -> Iterator[str]:
    """`Ben: …`, each further line under it."""
    first, *rest = text.split("\n")
    yield f"{who}{f' (to {_whom(to, agent)})' if to else ''}: {first}"
    yield from (f"  {line}" for line in rest if line.strip())


def _scene(seen: Outlook) -> list[str | Standing]:
    of = f" of {seen.turns}" if seen.turns else ""
    lines: list[str | Standing] = [f"Turn {seen.turn}{of}." + (f" It is about: {seen.topic}" if seen.topic else "")]
    if seen.background:
        lines.append(seen.background)
    others = [f"{other.name} ({other.role})" if other.role else other.name for other in seen.others]
    you = "You" if seen.me == "You" else f"You are {seen.me}, and"
    lines.append(f"{you} talk with {_listed(others)}.")
    if seen.options:
        lines.append(f"In the end all vote: {_listed(seen.options)}.")
    lines += [f"You hold: {point}" for point in seen.points]
    return lines + [f"You want to know: {each}" for each in seen.wants_to_know]


def _heard(seen: Outlook) -> list[str | Standing]:
    shown = seen.lines[-SHOWN_MAX:]
    before = seen.earlier + len(seen.lines) - len(shown)
    lines: list[str | Standing] = [f"{before} turns came before."] if before else []
    return [*lines, *(line for each in shown for line in _heard_line(each, seen.me)), *_nudge(seen)]


def _heard_line(line: Line, me: str) -> Iterator[str]:
    return _said(_you(line.speaker, me), line.text, line.to, me)


def _nudge(seen: Outlook) -> list[str | Standing]:
    return [f"Note: {seen.nudge}"] if seen.nudge else []


def _table(seen: Outlook) -> list[str | Standing]:
    """What is proposed, while it is to be decided."""
    return [
        f"Proposal {each.number}, by {_whom(each.speaker, seen.me)}: {each.text}"
        + (f" ({each.objections} objected last time)" if each.objections else "")
        for each in seen.proposals
    ]


def _asks(observation: Observation) -> list[str | Standing]:
    seen: Outlook = observation.perceives
    accepts = observation.accepts
    if accepts is Bid:
        return ["How much do you want to speak next? A number from 0 to 100, or what you would speak about."]
    if accepts is Propose:
        return ["What do you propose? One sentence; 'pass' for nothing."]
    if accepts is Vote:
        return ["What do you vote for? 'pass' for nothing."]
    if accepts is Consent:
        return ["With which proposals can you not live? 'none', 'all', or numbers and why: 1 and 3: too dear"]
    if seen.leads:
        return ["Who speaks next? A name and what you say to them, or 'close' and what you say at the end."]
    waits = f"{seen.addressed_by} spoke to you. " if seen.addressed_by else ""
    return [f"{waits}What do you say? 'pass' for nothing."]


def _offer(option: Option) -> Offer:
    return Offer(words=_in_words(option), why=option.action.reason, action=msgspec.Raw(canonical(option.action)))


def _in_words(option: Option) -> str:
    match option.action:
        case Call(speaker=speaker):
            return f"Call on {speaker}"
        case Vote(choice=choice):
            return f"Vote “{choice}”"
        case other:
            return type(other).__name__


def _paragraphs(*paragraphs: Sequence[str | Standing]) -> tuple[str | Standing, ...]:
    return tuple(line for paragraph in paragraphs if paragraph for line in ("", *paragraph))[1:]


def _in_full(lines: Sequence[str | Standing]) -> tuple[str, ...]:
    return tuple(line.told() if isinstance(line, Standing) else line for line in lines)


def _is_own(event: Event, me: str) -> bool:
    return (getattr(event, "by", "") or getattr(event, "speaker", "")) == me


def _you(name: str, agent: str) -> str:
    return "You" if name == agent else name


def _whom(name: str, agent: str) -> str:
    return "you" if name == agent else name


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else "nobody"
