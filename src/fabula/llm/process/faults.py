"""The faults: every way in which the provider can misbehave, by name, and the plans that say when it does."""

import math
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from fabula.engine import Chance
from fabula.errors import UsageError, did_you_mean

FAULTS = {
    "429": "too many requests, without saying for how long to wait",
    "429_after": "too many requests, with Retry-After in seconds (:1)",
    "429_date": "too many requests, with Retry-After as a date (:1 second from now)",
    "500": "internal error; any other status from 400 to 599 may stand here as well",
    "503": "unavailable",
    "529": "overloaded",
    "reset": "the connection is reset before a byte of the answer",
    "timeout": "nothing is ever answered (:600 seconds)",
    "half": "the answer breaks off half way (:0.5 of it)",
    "late_error": "a stream that reports an error half way; 500 where nothing is streamed",
    "drip": "the answer comes one byte at a time (:0.1 seconds)",
    "garbage": "200, and a body that is no JSON",
    "wrong_json": "200, and JSON of the wrong shape",
    "bad_text": "a well-formed reply whose text is malformed output",
    "refusal": "the model refuses",
    "empty": "a reply without text",
    "giant": "a reply of many megabytes (:8)",
}
"""Name -> what happens, and in brackets the amount that may follow a colon."""

COMMON = tuple(name for name in FAULTS if name not in {"429_date", "late_error"})
"""What is drawn from when only a probability is given."""

FINE = "ok"
"""In a sequence: no fault."""

SEQUENCE_MAX = 100_000
_SEEN_MAX = 100_000
_STATUS = re.compile(r"[45]\d\d")
_ITEM = re.compile(r"(?P<name>[\w]+)(?::(?P<amount>[\d.]+))?(?:[x*](?P<times>\d{1,6}))?(?:=(?P<chance>[\d.eE+-]+))?")


class Fault(msgspec.Struct, frozen=True):
    """One way to misbehave."""

    name: str
    amount: float | None = None
    """Seconds, megabytes or a share, as the name has it; None: the usual."""

    @property
    def status(self) -> int | None:
        """The status it is answered with; None: it is none of that kind."""
        return int(self.name[:3]) if self.name[:3].isdigit() else None


class Plan(msgspec.Struct, frozen=True):
    """When which fault happens: a sequence first, then by chance."""

    sequence: tuple[Fault | None, ...] = ()
    """One for each request in the order they arrive; None: no fault."""
    chances: tuple[tuple[Fault, float], ...] = ()
    """Each fault with its probability; the rest of the time all is well."""


def fault_named(text: str) -> Fault:
    """A fault as people write it: `500`, `reset`, `drip:0.05`. Raises UsageError."""
    name, _, amount = text.strip().lower().partition(":")
    if name not in FAULTS and not _STATUS.fullmatch(name):
        raise UsageError(f"no fault is called {text[:40]!r}.{did_you_mean(name, FAULTS)}")
    return Fault(name, _number(amount, f"the amount of {name!r}", most=3600) if amount else None)


def plan_of(told: Any) -> Plan:
    """A plan as people write it. Raises UsageError.

    `0.4`: any of the faults, four times in ten. `429=0.1,reset=0.05`: each with its own probability.
    `500x5,ok,reset`: for the first requests in turn, after which all is well. As JSON also an object of
    probabilities, or a list.
    """
    match told:
        case None | "" | False:
            return Plan()
        case bool():
            raise UsageError("faults: a probability, 'NAME=PROBABILITY,…' or 'NAMExTIMES,…' is needed")
        case int() if _STATUS.fullmatch(str(told)):
            return _of_items([str(told)])
        case int() | float():
            return _of_chances(dict.fromkeys(COMMON, _number(told, "the probability of faults", most=1) / len(COMMON)))
        case str():
            return _of_text(told)
        case Mapping():
            return _of_chances(told)
        case Sequence():
            return _of_items([str(item) for item in told])
        case _:
            raise UsageError("faults: a probability, 'NAME=PROBABILITY,…' or 'NAMExTIMES,…' is needed")


def _of_text(text: str) -> Plan:
    if _STATUS.fullmatch(text):
        return _of_items([text])
    try:
        return plan_of(float(text))
    except ValueError:
        return _of_items(text.split(","))


def _of_items(items: Sequence[str]) -> Plan:
    sequence: list[Fault | None] = []
    chances: dict[str, float] = {}
    for item in items:
        found = _ITEM.fullmatch(item.strip())
        if found is None:
            raise UsageError(f"fault {item[:40]!r}: write NAME, NAMExTIMES or NAME=PROBABILITY, with NAME:AMOUNT")
        name = found["name"] + (f":{found['amount']}" if found["amount"] else "")
        name, times = _split_times(name, found["times"])
        if found["chance"] is not None:
            chances[name] = _number(found["chance"], f"the probability of {name!r}", most=1)
        else:
            fault = None if name == FINE else fault_named(name)
            sequence += [fault] * min(times, SEQUENCE_MAX - len(sequence))
    return Plan(tuple(sequence), _of_chances(chances).chances)


def _split_times(name: str, times: str | None) -> tuple[str, int]:
    """`500x5` reads as one word; the times are taken off its end."""
    if times is None and (found := re.fullmatch(r"(.+)x(\d{1,6})", name)):
        return found[1], int(found[2])
    return name, int(times or 1)


def _of_chances(chances: Mapping[str, Any]) -> Plan:
    known = {
        fault_named(str(name)): _number(share, f"the probability of {name!r}", most=1)
        for name, share in chances.items()
    }
    if sum(known.values()) > 1 + 1e-9:
        raise UsageError("the probabilities of the faults come to more than 1")
    return Plan(chances=tuple(known.items()))


def _number(told: Any, what: str, *, most: float) -> float:
    try:
        number = float(told)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number <= most:
        raise UsageError(f"{what} is {told!r:.40}: a number from 0 to {most} is needed")
    return number


class Draws:
    """What the plans give to each request.

    A draw depends on the seed, on what is asked and on how often it was asked before, never on what others ask
    meanwhile. So a run that asks the same meets the same faults, in whatever order its requests arrive.
    """

    def __init__(self, plan: Plan, *, seed: int) -> None:
        self._plans: dict[str, Plan] = {"": plan}
        self._taken: dict[str, int] = {}
        self._seed = seed
        self._seen: OrderedDict[bytes, int] = OrderedDict()

    def put(self, plan: Plan, *, model: str = "") -> None:
        """From now on: this plan, from its beginning. model: for this one only; empty: for all without their own."""
        self._plans[model] = plan
        self._taken.pop(model, None)

    def draw(self, *, model: str, asked: str, prompt: str) -> Fault | None:
        """The fault that a request meets; None: it is answered."""
        name = model if model in self._plans else ""
        plan, taken = self._plans[name], self._taken.get(name, 0)
        if taken < len(plan.sequence):
            self._taken[name] = taken + 1
            return plan.sequence[taken]
        if not plan.chances:
            return None
        stream = Chance(self._seed, self._times(model, asked, prompt)).stream("faults", model, asked, prompt)
        mark = stream.random()
        for fault, share in plan.chances:
            mark -= share
            if mark < 0:
                return fault
        return None

    def _times(self, *what: str) -> int:
        """How often this was asked before."""
        key = blake2b("\0".join(what).encode(), digest_size=16).digest()
        times = self._seen.pop(key, 0)
        self._seen[key] = times + 1
        if len(self._seen) > _SEEN_MAX:
            self._seen.popitem(last=False)
        return times
