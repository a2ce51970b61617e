"""The counts: what was asked, what was answered and so would have been paid, and what the last requests said."""

from collections import Counter, deque
from typing import Any
from urllib.parse import unquote

from fabula.llm.process.http import HttpRequest

ASKED_HEADER = "x-fabula-asked"
"""`STEP/AGENT/NUMBER`, the agent percent-encoded: which question of a run a request belongs to."""
ASKED_MAX = 500_000
NAMES_MAX = 1000
REQUESTS_MAX = 2000
BYTES_MAX = 64 * 2**20
"""Of the last requests' bodies, in all."""


class Tally:
    """Requests and tokens of one model, or of one key."""

    __slots__ = ("answered", "requests", "tokens_in", "tokens_out")

    def __init__(self) -> None:
        self.requests = self.answered = self.tokens_in = self.tokens_out = 0

    def told(self) -> dict[str, int]:
        """As JSON."""
        return {name: getattr(self, name) for name in sorted(self.__slots__)}


class Counts:
    """Everything counted since the beginning, or since it was set back."""

    def __init__(self) -> None:
        self.all = Tally()
        self.failed = Counter[str]()
        """By the fault's name; `rejected`: requests that were no good."""
        self.cancelled = 0
        """The client left before the answer was whole."""
        self.open = self.open_max = 0
        """Requests under way, now and at most at one time."""
        self._models: dict[str, Tally] = {}
        self._keys: dict[str, Tally] = {}
        self._asked = Counter[str]()

    def begin(self, request: HttpRequest) -> "Visit":
        """A request has come."""
        self.all.requests += 1
        self.open += 1
        self.open_max = max(self.open_max, self.open)
        key = _tallied(self._keys, key_tail(request))
        key.requests += 1
        return Visit(self, request, key)

    def pay(self, asked: str) -> None:
        """A question of a run was answered, wholly or in part."""
        if asked and (asked in self._asked or len(self._asked) < ASKED_MAX):
            self._asked[asked] += 1

    def model(self, name: str) -> Tally:
        """The tally of one model."""
        return _tallied(self._models, name)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "requests": self.all.requests,
            "answered": self.all.answered,
            "failed": dict(sorted(self.failed.items())),
            "cancelled": self.cancelled,
            "open": self.open,
            "open_max": self.open_max,
            "tokens_in": self.all.tokens_in,
            "tokens_out": self.all.tokens_out,
            "models": {name: tally.told() for name, tally in sorted(self._models.items())},
            "keys": {name: tally.told() for name, tally in sorted(self._keys.items())},
            "asked": dict(self._asked),
        }


class Visit:
    """One request, while it is counted."""

    def __init__(self, counts: Counts, request: HttpRequest, key: Tally) -> None:
        self._counts = counts
        self._tallies = [counts.all, key]
        self.asked = asked_of(request)
        self.outcome = ""
        """In a word, for the log."""
        self.paid = False

    def of_model(self, name: str) -> None:
        """It is for this model."""
        tally = self._counts.model(name)
        tally.requests += 1
        self._tallies.append(tally)

    def pay(self, tokens_in: int, tokens_out: int) -> None:
        """A 200 is about to be sent; what follows can break, but it is paid."""
        self.paid = True
        self.outcome = self.outcome or "answered"
        for tally in self._tallies:
            tally.answered += 1
            tally.tokens_in += tokens_in
            tally.tokens_out += tokens_out
        self._counts.pay(self.asked)

    def fail(self, kind: str) -> None:
        """It met a fault; the answer may be paid all the same."""
        self.outcome = kind
        self._counts.failed[kind] += 1

    def cancel(self) -> None:
        """The client has left."""
        self.outcome = f"{self.outcome}, cancelled".removeprefix(", ")
        self._counts.cancelled += 1

    def end(self) -> None:
        """Nothing more happens to it."""
        self._counts.open -= 1


class Requests:
    """The last requests, whole, so that a test can look for what should not be in them."""

    def __init__(self) -> None:
        self._kept = deque[HttpRequest]()
        self._size = 0

    def keep(self, request: HttpRequest) -> None:
        """Keep one, and forget the oldest beyond the bounds."""
        self._kept.append(request)
        self._size += len(request.body)
        while len(self._kept) > REQUESTS_MAX or (self._size > BYTES_MAX and len(self._kept) > 1):
            self._size -= len(self._kept.popleft().body)

    def last(self, count: int) -> list[dict[str, Any]]:
        """As JSON, the oldest first."""
        chosen = list(self._kept)[-count:] if count > 0 else []
        return [
            {
                "method": request.method,
                "path": request.path,
                "query": dict(request.query),
                "headers": dict(request.headers),
                "body": request.body.decode("utf-8", "replace"),
            }
            for request in chosen
        ]


def key_of(request: HttpRequest) -> str:
    """The key a request came with, wherever its format puts it; empty: none."""
    bearer = request.header("authorization").removeprefix("Bearer ")
    return request.header("x-api-key") or request.header("x-goog-api-key") or bearer or request.asked("key")


def key_tail(request: HttpRequest) -> str:
    """The last four characters of the key; empty: it came without."""
    return key_of(request)[-4:]


def asked_of(request: HttpRequest) -> str:
    """Which question of a run it is, readable: `12/Old Mira/0`; empty: it does not say."""
    return unquote(request.header(ASKED_HEADER))[:500]


def _tallied(tallies: dict[str, Tally], name: str) -> Tally:
    """The tally of that name; those beyond a bound share one."""
    found = tallies.get(name)
    if found is None:
        name = name[:200] if len(tallies) < NAMES_MAX else "(others)"
        found = tallies.setdefault(name, Tally())
    return found
