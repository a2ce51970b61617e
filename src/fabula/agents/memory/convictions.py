"""Convictions: what an agent believes and how it stands to others, and what new experiences do to either."""

from msgspec.structs import replace

from fabula.agents.memory.entries import SURE_MOST, TRUST_MOST, VALUE_MOST, Belief, Former, Relationship
from fabula.agents.memory.experience import KNOWN, SEEN, Experience, Kind

FORMER_MAX = 4
DISPUTED_MAX = 8
WHY_MAX = 3
BELIEFS_MAX, RELATIONSHIPS_MAX = 1000, 2000
"""Beyond these the belief one is least sure of, and whoever one feels least about, goes; of two alike the older."""

LIED, CONFIRMED = -30, 10
"""What it does to the trust in whoever said something that one then sees to be otherwise, or to be so."""
KINDNESS_TRUST, KINDNESS_VALUE = 15, 20
"""What a kindness of 1.0 to the agent does to its trust in the doer; and to its feeling, where the environment does not
say how that moves.
"""
WHY_FROM = 5
"""A feeling that moved by less is not worth a reason."""
_ALIKE_SURE = 5


class Convictions:
    """An agent's beliefs and relationships."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.side = ""
        self.beliefs: dict[str, Belief] = {}
        """By what they are about."""
        self.others: dict[str, Relationship] = {}
        """By name."""

    def take_in(self, lived: Experience) -> None:
        """Let an experience change them."""
        if lived.kind is Kind.BOND:
            self._feel(lived)
            return
        if lived.kind is Kind.WORLD:
            return
        if lived.kind is Kind.LEARNED:
            self._believe(lived, lived.source, round(lived.sure * SURE_MOST))
        elif lived.claim and lived.doer not in ("", self.me):
            self._believe(lived, lived.doer, self._trust(lived.doer))
        for name in (lived.doer, lived.to):
            if name and name != self.me:
                self._meet(name, lived)
        if lived.to == self.me and lived.doer not in ("", self.me) and lived.kindness:
            self._be_treated(lived)

    def _feel(self, lived: Experience) -> None:
        if lived.to == self.me:
            self.side = lived.side or self.side
            return
        moved = round(lived.feels * VALUE_MOST)
        known = self.others.get(lived.to) or Relationship(name=lived.to, trust=_first_trust(lived.now))
        why = (*known.why, lived.text)[-WHY_MAX:] if abs(moved) >= WHY_FROM else known.why
        value = round(lived.now * VALUE_MOST)
        self._keep(
            replace(known, value=value, side=lived.side or known.side, why=why, told=True), step=lived.step, lived=lived
        )

    def _be_treated(self, lived: Experience) -> None:
        known = self.others[lived.doer]
        trust = _within(known.trust + round(lived.kindness * KINDNESS_TRUST), 0, TRUST_MOST)
        value, why = known.value, known.why
        if not known.told:
            moved = round(lived.kindness * KINDNESS_VALUE)
            value = _within(value + moved, -VALUE_MOST, VALUE_MOST)
            why = (*why, lived.text)[-WHY_MAX:] if moved else why
        self.others[lived.doer] = replace(known, trust=trust, value=value, why=why)

    def _meet(self, name: str, lived: Experience) -> None:
        known = self.others.get(name) or Relationship(name=name)
        self._keep(known, step=lived.step, lived=lived)

    def _keep(self, known: Relationship, *, step: int, lived: Experience) -> None:
        self.others[known.name] = replace(known, step=step, turn=lived.turn)
        if len(self.others) > RELATIONSHIPS_MAX:
            del self.others[min(self.others.values(), key=lambda each: (abs(each.value), each.step, each.name)).name]

    def _trust(self, name: str) -> int:
        known = self.others.get(name)
        return known.trust if known else TRUST_MOST // 2

    def _believe(self, lived: Experience, source: str, sure: int) -> None:
        """A belief gives way to what the environment says was LEARNED, and to words only if they are surer."""
        about = lived.about or lived.claim
        old = self.beliefs.get(about)
        new = Belief(about=about, claim=lived.claim, source=source, sure=sure, step=lived.step, turn=lived.turn)
        if old is None:
            self._hold(new)
        elif old.claim == lived.claim:
            self._confirm(old, source, sure)
        elif lived.kind is Kind.LEARNED or sure > old.sure + _ALIKE_SURE:
            former = Former(claim=old.claim, source=old.source, step=old.step, turn=old.turn)
            self._hold(replace(new, former=(*old.former, former)[-FORMER_MAX:]))
            if source == SEEN:
                self._find_reliable(old.source, LIED)
        elif source not in old.disputed:
            self._hold(replace(old, disputed=(*old.disputed, source)[-DISPUTED_MAX:]))

    def _confirm(self, old: Belief, source: str, sure: int) -> None:
        if source == SEEN:
            self._find_reliable(old.source, CONFIRMED)
        surest = max(old.sure, sure) if source == SEEN else min(90, max(old.sure, sure) + 5)
        self._hold(replace(old, sure=max(old.sure, surest), source=SEEN if source == SEEN else old.source))

    def _hold(self, belief: Belief) -> None:
        self.beliefs[belief.about] = belief
        if len(self.beliefs) > BELIEFS_MAX:
            del self.beliefs[min(self.beliefs.values(), key=lambda each: (each.sure, each.step, each.about)).about]

    def _find_reliable(self, name: str, by: int) -> None:
        """Whoever said so was right, or was not."""
        if name not in (SEEN, KNOWN) and name in self.others:
            known = self.others[name]
            self.others[name] = replace(known, trust=_within(known.trust + by, 0, TRUST_MOST))


def _first_trust(now: float) -> int:
    return _within(TRUST_MOST // 2 + round(now * TRUST_MOST / 4), 0, TRUST_MOST)


def _within(number: int, least: int, most: int) -> int:
    return max(least, min(most, number))
