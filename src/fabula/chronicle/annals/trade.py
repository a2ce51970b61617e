"""Trade: what was made and sold, which prices moved and why, what ran out and who went without."""

from collections import Counter
from collections.abc import Iterator

from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.measures import in_the_past, pence, pieces
from fabula.chronicle.annals.moments import Moment, Several, Slot, Who
from fabula.environments.world import events as ev

_KINDS = (ev.Worked, ev.Bought, ev.PriceMoved, ev.RanOut, ev.Refused, ev.PickedUp)
_WORKPLACES_TOLD, _SHOPS_TOLD = 3, 2


class _Part:
    """What a part of a day holds."""

    def __init__(self) -> None:
        self.work: dict[str, list[int]] = {}
        self.shops: dict[tuple[str, str], list[int]] = {}
        self.prices: dict[tuple[str, str], list[int]] = {}
        self.ran_out: dict[tuple[str, str], int] = {}
        self.turned_away: list[int] = []
        self.found: list[int] = []


def trade_moments(history: History) -> Iterator[Moment]:
    """Work and trade, summed for each part of a day."""
    for part in _parts(history).values():
        yield from _work(history, part)
        yield from _shops(history, part)
        yield from _prices(history, part)
        yield from _turned_away(history, part)
        yield from _found(history, part)


def _parts(history: History) -> dict[tuple[int, int], _Part]:
    parts: dict[tuple[int, int], _Part] = {}
    for at in history.of(*_KINDS):
        event = history.events[at]
        when = (history.chapter(at), history.part(at))
        part = parts.get(when) or parts.setdefault(when, _Part())
        match event:
            case ev.Worked() if event.place and event.amount:
                part.work.setdefault(event.place, []).append(at)
            case ev.Bought():
                part.shops.setdefault((event.seller, event.what), []).append(at)
            case ev.PriceMoved():
                part.prices.setdefault((event.place, event.what), []).append(at)
            case ev.RanOut():
                part.ran_out.setdefault((event.place, event.what), at)
            case ev.Refused(tried="buy food"):
                part.turned_away.append(at)
            case ev.PickedUp() if event.amount:
                part.found.append(at)
    return parts


def _agents(history: History, numbers: list[int]) -> Several:
    return Several(dict.fromkeys(str(getattr(history.events[at], "agent", "")) for at in numbers))


def _work(history: History, part: _Part) -> Iterator[Moment]:
    made = Counter(
        {place: sum(getattr(history.events[at], "amount", 0) for at in its) for place, its in part.work.items()}
    )
    for rank, (place, amount) in enumerate(made.most_common(_WORKPLACES_TOLD)):
        numbers = part.work[place]
        goods = Counter[str]()
        for at in numbers:
            event = history.events[at]
            assert isinstance(event, ev.Worked)
            goods[event.made] += event.amount
        what, most = goods.most_common(1)[0]
        if not what or most != amount:
            continue
        wages = sum(getattr(history.events[at], "wage", 0) for at in numbers)
        slots: dict[str, Slot] = {
            "who": _agents(history, numbers),
            "place": place,
            "made": pieces(what, amount),
            "wage": pence(wages) if wages else "",
        }
        rule = "worked" if len(slots["who"]) > 1 else "worked.alone"
        if rule == "worked.alone":
            slots["a"] = Who(slots["who"][0])
        yield Moment(
            at=numbers[-1], group="daily 4 work", weight=32 - 3 * rank, rule=rule, slots=slots, events=tuple(numbers)
        )


def _shops(history: History, part: _Part) -> Iterator[Moment]:
    busiest = sorted(part.shops.items(), key=lambda shop: -len(shop[1]))[:_SHOPS_TOLD]
    for (seller, what), numbers in busiest:
        bought = sum(getattr(history.events[at], "amount", 0) for at in numbers)
        paid = sum(getattr(history.events[at], "price", 0) for at in numbers)
        slots: dict[str, Slot] = {
            "who": _agents(history, numbers),
            "loot": pieces(what, bought),
            "place": seller,
            "paid": pence(paid),
        }
        rule = "bought" if len(slots["who"]) > 1 else "bought.alone"
        if rule == "bought.alone":
            slots["a"] = Who(slots["who"][0])
        weight = 30 + 2 * min(len(numbers), 6)
        yield Moment(
            at=numbers[-1], group="daily 2 trade", weight=weight, rule=rule, slots=slots, events=tuple(numbers)
        )


def _prices(history: History, part: _Part) -> Iterator[Moment]:
    for key in dict.fromkeys([*part.ran_out, *part.prices]):
        place, what = key
        moves, out = part.prices.get(key, []), part.ran_out.get(key)
        first, last = (history.events[moves[0]], history.events[moves[-1]]) if moves else (None, None)
        before, now = getattr(first, "before", 0), getattr(last, "now", 0)
        slots: dict[str, Slot] = {"place": place, "what": what}
        at = out if out is not None else moves[-1]
        rule, weight = "ran_out", 60
        if moves and before != now:
            slots |= {"before": pence(before), "now": pence(now)}
            change = abs(now - before) * 100 // max(1, before)
            rises = now > before
            why = getattr(last, "why", "")
            rule = (
                ("price.ran_out" if out is not None else "price.scarce" if why == "scarce" else "price.rose")
                if rises
                else ("price.plenty" if why == "plentiful" else "price.fell")
            )
            weight = min(62, 34 + change // 2) + (10 if out is not None else 0)
            if out is not None and not rises:
                rule = "ran_out"
        elif out is None:
            continue
        on = tuple(moves) + (() if out is None else (out,))
        yield Moment(at=at, group="daily 2 trade", weight=weight, rule=rule, slots=slots, events=on)


def _turned_away(history: History, part: _Part) -> Iterator[Moment]:
    """Who came for food and got none."""
    by_reason: dict[str, list[int]] = {}
    for at in part.turned_away:
        by_reason.setdefault(str(getattr(history.events[at], "why", "")), []).append(at)
    for why, numbers in by_reason.items():
        slots: dict[str, Slot] = {
            "who": _agents(history, numbers),
            "why": in_the_past(why),
        }
        rule = "turned_away.sold_out" if why == "it is sold out" else "turned_away"
        yield Moment(at=numbers[-1], group="daily 2 trade", weight=50, rule=rule, slots=slots, events=tuple(numbers))


def _found(history: History, part: _Part) -> Iterator[Moment]:
    gathered: dict[str, list[int]] = {}
    for at in part.found:
        gathered.setdefault(str(getattr(history.events[at], "what", "")), []).append(at)
    for what, numbers in gathered.items():
        amount = sum(getattr(history.events[at], "amount", 0) for at in numbers)
        slots: dict[str, Slot] = {
            "who": _agents(history, numbers), "loot": pieces(what, amount),
        }  # fmt: skip
        yield Moment(
            at=numbers[-1], group="daily 4 work", weight=27, rule="gathered", slots=slots, events=tuple(numbers)
        )
