"""The briefing: an agent's outlook in sentences, for a person who sits in its seat."""

from collections.abc import Sequence

import msgspec

from fabula.agents.minds.human import Offer, Question, Standing
from fabula.engine.digest import canonical
from fabula.engine.values import Event, Observation, Option
from fabula.environments.world.deeds.wording import worded
from fabula.environments.world.outlook import Grievance, Outlook, Priced, Someone
from fabula.environments.world.phrasing import count, ended, in_words, sentence
from fabula.environments.world.second_person import Voice, capital
from fabula.environments.world.setting import WorldSetting

OFFERS_MAX = 14
"""Options a person is shown: those that most speaks for. They may do anything else all the same."""
NEWS_MAX = 14
"""The latest of what happened since they were last asked."""
HEARD_MAX, PRICES_MAX, AROUND_MAX, PLACES_MAX = 5, 8, 5, 24

_FRIEND, _FOE = 25, -25
_HOUR_S = 3600


def question(observation: Observation, setting: WorldSetting) -> Question:
    """The question to a person in somebody's seat."""
    seen: Outlook = observation.perceives
    news = told(observation.events, observation.agent, setting)[-NEWS_MAX:]
    scene, body, affairs = _scene(seen), _body(seen), _affairs(seen, setting)
    if not news:
        news = [f"On your mind: {'; '.join(seen.because)}."] if seen.because else []
    when = _when(seen)
    known = [*_prices(seen), *_heard(seen), *_places(seen)]
    full = _paragraphs([when], news, scene, [*body, *_own(seen)], affairs, known)
    return Question(
        agent=observation.agent,
        step=observation.step,
        lines=_in_full(full),
        brief=_paragraphs([when], news, scene, body, affairs),
        offers=tuple(_offer(option) for option in _foremost(observation.options)),
        at_hand=_at_hand(seen),
    )


def told(events: Sequence[Event], agent: str, setting: WorldSetting) -> list[str]:  # noqa: ARG001 - as the room has it
    """What happened before the agent's eyes, a sentence each, its own trifles among it; nothing else is in `events`."""
    voice = Voice(agent)
    # A world's events are AnyEvent; an observation knows only the root.
    sentences = [sentence(event, voice) for event in events]  # type: ignore[arg-type]
    return [words for words in sentences if words]


def _when(seen: Outlook) -> str:
    return f"Day {seen.day}, {seen.hour}:{seen.minute:02}, {seen.part}."


def _scene(seen: Outlook) -> list[str | Standing]:
    lines: list[str | Standing] = [_place(seen)]
    lines += [_someone(other) for other in seen.near]
    if seen.crowd:
        lines.append(f"{seen.crowd} more people are in sight.")
    many = [f"{sort.count} {sort.kind}{f' of {sort.faction}' if sort.faction else ''}" for sort in seen.others]
    if many:
        lines.append(f"In sight besides: {_listed(many)}.")
    if seen.foe:
        of = f" of {seen.foe.faction}" if seen.foe.faction else ""
        lines.append(f"Danger: {seen.foe.what}{of}, {_steps(seen.foe.away)} to the {seen.foe.way}.")
    return lines


def _place(seen: Outlook) -> Standing:
    """Where one is; what a place is like is read once."""
    where = f"You are at {seen.place}" if seen.place else "You are in the open"
    asleep = ", asleep" if seen.asleep else ""
    around = f"{_listed(seen.around[:AROUND_MAX])} {'are' if len(seen.around) > 1 else 'is'} near by."
    about = next((place.about for place in seen.places if place.name == seen.place), "")
    still = f"{where}{asleep}."
    told = [still, ended(capital(about)) if about else "", capital(around) if seen.around else ""]
    return Standing(topic="place", line=" ".join(filter(None, told)), still=still)


def _someone(other: Someone) -> str:
    side = other.faction if other.faction not in other.role else ""
    who = ", ".join(filter(None, [other.role, side]))
    bond = "a friend" if other.bond >= _FRIEND else "no friend of yours" if other.bond <= _FOE else ""
    marks = [who, other.doing, other.condition, bond, f"{_steps(other.away)} away"]
    return f"{other.name}: {'; '.join(filter(None, marks))}."


def _body(seen: Outlook) -> list[str]:
    """What may be otherwise the next time: how one feels, what one carries and is about."""
    feels = f"You are {_listed(seen.condition)}." if seen.condition else "You are well."
    goods = [count(what, amount) for what, amount in seen.carries.items()]
    carries = f"You carry {_listed([*goods, count('coin', seen.coin)])}."
    return [f"{feels} {carries}", _plan(seen)]


def _plan(seen: Outlook) -> str:
    if not seen.plan:
        return f"You are {seen.doing}, by habit."
    goal = f" to {seen.goal}" if seen.goal else ""
    left = [worded(deed) for deed in seen.plan[seen.step :]]
    return f"You follow a plan{goal}: {', then '.join(left)}."


def _own(seen: Outlook) -> list[str]:
    lines = []
    if seen.home or seen.work:
        lines.append(
            " ".join(
                filter(
                    None,
                    [
                        f"Your home is {seen.home}." if seen.home else "",
                        f"You work at {seen.work}." if seen.work else "",
                    ],
                )
            )
        )
    for gift in seen.abilities:
        when = "" if gift.ready else ", though not yet again"
        lines.append(f"You have {gift.name}{f': {gift.about}' if gift.about else ''}{when}.")
    return lines


def _affairs(seen: Outlook, setting: WorldSetting) -> list[str]:
    """Quarrels, and wrongs that are not settled."""
    voice = Voice(seen.name)
    lines = [f"You and {one.whom} have quarrelled over {voice.clause(one.about)}." for one in seen.quarrels]
    return lines + [_wrong(one, voice, setting) for one in seen.wrongs if not one.settled]


def _wrong(wrong: Grievance, voice: Voice, setting: WorldSetting) -> str:
    verb = "have" if wrong.by == voice.you else "has"
    whence = f" {wrong.told_by} told you" if wrong.told_by else ""
    ago = _ago(wrong.ago * setting.tick_s)
    known = f" ({', '.join(filter(None, [whence.strip(), ago]))})"
    return (
        f"{voice.doer(wrong.by)} {verb} yet to answer to {voice.name(wrong.to)} for {voice.clause(wrong.what)}{known}."
    )


def _prices(seen: Outlook) -> list[str]:
    return [f"Prices: {_listed([_price(one) for one in seen.prices[:PRICES_MAX]])}."] if seen.prices else []


def _price(priced: Priced) -> str:
    there = f", {priced.stock} there" if priced.stock >= 0 else ""
    return f"{priced.what} at {priced.place} {priced.price} pence{there}"


def _heard(seen: Outlook) -> list[str]:
    return [f"You know: {line}" for line in seen.heard[-HEARD_MAX:]]


def _places(seen: Outlook) -> list[str]:
    if not seen.places:
        return []
    return [f"You know the way to {_listed([place.name for place in seen.places[:PLACES_MAX]])}."]


def _offer(option: Option) -> Offer:
    action = option.action
    return Offer(words=in_words(action), why=action.reason, action=msgspec.Raw(canonical(action)))  # type: ignore[arg-type]


def _foremost(options: Sequence[Option]) -> list[Option]:
    """The options that most speaks for, in their own order."""
    pulls = [option.worth + sum(appeal for appeal in option.appeals.values() if appeal > 0) for option in options]
    ranked = sorted(range(len(options)), key=lambda at: (-pulls[at], at))
    return [options[at] for at in sorted(ranked[:OFFERS_MAX])]


def _at_hand(seen: Outlook) -> tuple[str, ...]:
    people = [*(other.name for other in seen.near), *seen.seen, *seen.bonds, *(one.whom for one in seen.quarrels)]
    things = [*seen.carries, "coin", *(priced.what for priced in seen.prices)]
    goods = [good for place in seen.places for good in place.sells]
    beasts = [*(sort.kind for sort in seen.others), *([seen.foe.what] if seen.foe else [])]
    gifts = [gift.name for gift in seen.abilities]
    places = [place.name for place in seen.places]
    return tuple(dict.fromkeys((seen.name, *people, *things, *goods, *beasts, *gifts, *places, "home", "work")))


def _paragraphs(*paragraphs: Sequence[str | Standing]) -> tuple[str | Standing, ...]:
    return tuple(line for paragraph in paragraphs if paragraph for line in ("", *paragraph))[1:]


def _in_full(lines: Sequence[str | Standing]) -> tuple[str, ...]:
    return tuple(line.told() if isinstance(line, Standing) else line for line in lines)


def _steps(away: int) -> str:
    return f"{away} step" if away == 1 else f"{away} steps"


def _ago(seconds: int) -> str:
    hours = seconds // _HOUR_S
    if hours < 1:
        return "just now"
    if hours < 24:
        return f"{hours} {'hour' if hours == 1 else 'hours'} ago"
    return f"{hours // 24} {'day' if hours < 48 else 'days'} ago"


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
