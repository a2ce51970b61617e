"""Why: how an agent came to know, or to believe, what it does - back to whoever saw it or knew it from the start."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from fabula.agents.memory.embedding import Embedder, NgramEmbedder, nearness, stems
from fabula.agents.memory.entries import Entry, EntryKind
from fabula.agents.memory.experience import KNOWN, SEEN, Experience, Kind
from fabula.agents.memory.memories import Memories
from fabula.agents.memory.witnesses import Met, Witnesses
from fabula.engine.values import AgentId
from fabula.errors import UsageError, did_you_mean

NEAR_MIN = 300
"""A memory that is less near to the statement is about something else."""
SHARED_MIN = 60
"""So is one that has fewer of the statement's words, in hundredths, or does not speak of all whom the statement names.
"""
OFFERED_MAX = 3
_IS_BELIEF = 50
"""What it adds that the memory is of coming to believe something."""


class How(StrEnum):
    """By what way something came to somebody."""

    SAW = "saw"
    """It was there as it happened."""
    FOUND = "found"
    """It found it out for itself."""
    KNEW = "knew"
    """It knew it from the start."""
    HEARD = "heard"
    """Somebody told it."""
    THOUGHT = "thought"
    """It came to think so; nobody said it."""
    UNRECORDED = "unrecorded"


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one agent came to know."""

    agent: str
    how: How
    step: int = 0
    turn: int = 0
    place: str = ""
    source: str = ""
    """Of HEARD: from whom."""
    text: str
    """What happened then, a sentence."""
    claim: str = ""
    """What it took to be so from then on."""


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer."""

    agent: str
    statement: str
    links: tuple[Link, ...] = ()
    """From the agent itself back to where it began; empty if it remembers nothing of the kind."""
    nearest: tuple[str, ...] = ()
    """When it does not: what it remembers that comes nearest."""

    def lines(self) -> list[str]:
        """For people, a sentence each."""
        if not self.links:
            none = f"{self.agent} remembers nothing like “{self.statement}”."
            return [none, *(["What comes nearest:"] if self.nearest else []), *(f"- {text}" for text in self.nearest)]
        return [_headline(self.agent, self.links[0]), *_steps(self.links)]


def explain(memories: Memories, agent: str, statement: str) -> Why:
    """Why the agent knows, or believes, what the statement says; thoughts of its own count where nothing else does.

    The memories must have been made with witnesses. Raises UsageError for an agent that there is not.
    """
    assert memories.witnesses is not None, "without witnesses nobody can say how a thing came to be known"
    answer = why(memories.witnesses, agent, statement)
    if answer.links or agent not in memories.agents:
        return answer
    thoughts = [entry for entry in memories.of(AgentId(agent)).entries if entry.kind is EntryKind.THOUGHT]
    return _thought(answer, thoughts) or answer


def why(witnesses: Witnesses, agent: str, statement: str, *, embedder: Embedder | None = None) -> Why:
    """Why the agent knows, or believes, what the statement says, by what it met with.

    Raises UsageError for an agent that met with nothing, or an empty statement.
    """
    statement = " ".join(statement.split())
    if not statement:
        raise UsageError("why does she know what? Give the statement in words: `the surgeon keeps a list`")
    if agent not in witnesses.agents:
        raise UsageError(f"there is no agent {agent!r} in this run.{did_you_mean(agent, witnesses.agents)}")
    ranked = _ranked(witnesses, agent, statement, embedder or NgramEmbedder())
    if ranked and ranked[0][0] >= NEAR_MIN:
        return Why(agent=agent, statement=statement, links=tuple(_chain(witnesses, ranked[0][1])))
    texts = dict.fromkeys(met.lived.text for near, met in ranked if near > 0)
    return Why(agent=agent, statement=statement, nearest=tuple(texts)[:OFFERED_MAX])


def _ranked(witnesses: Witnesses, agent: str, statement: str, embedder: Embedder) -> list[tuple[int, Met]]:
    """What the agent met with, the nearest to the statement first; of two alike the earlier."""
    asked = embedder.embed(statement)
    named = _named(statement, witnesses.agents)
    ranked: list[tuple[int, Met]] = []
    for met in witnesses.of(agent):
        lived = met.lived
        texts = (lived.text, lived.claim, f"{lived.about} {lived.claim}") if lived.claim else (lived.text,)
        near = max(nearness(asked, embedder.embed(text)) for text in texts)
        words = _words(f"{lived.text} {lived.claim}")
        speaks_of_all = all(name & words for name in named)
        if _shared(statement, lived) < SHARED_MIN or not speaks_of_all:
            near = min(near, NEAR_MIN - 1 - _IS_BELIEF)
        ranked.append((near + (_IS_BELIEF if lived.kind is Kind.LEARNED and near > 0 else 0), met))
    return sorted(ranked, key=lambda pair: (-pair[0], pair[1].order))


def _shared(statement: str, lived: Experience) -> int:
    """How many of the statement's words it has, in hundredths."""
    asked = stems(statement)
    return 100 * len(asked & stems(f"{lived.text} {lived.claim} {lived.about}")) // max(1, len(asked))


def _named(statement: str, agents: Sequence[str]) -> list[frozenset[str]]:
    """The words of each agent's name of which the statement uses one."""
    words = _words(statement)
    names = (_words(name) for name in agents)
    return [name for name in names if name & words]


def _words(text: str) -> frozenset[str]:
    letters = "".join(char if char.isalnum() else " " for char in text.replace("'s", " ").replace("’s", " "))
    return frozenset(word for word in letters.casefold().split() if len(word) > 2)


def _chain(witnesses: Witnesses, met: Met) -> Iterator[Link]:
    """How it came to one, and before that to whoever told that one, and so on; every link is earlier than the last."""
    while True:
        yield _link(witnesses, met)
        lived = met.lived
        if lived.kind is not Kind.LEARNED or lived.source in (SEEN, KNOWN):
            return
        before = witnesses.learned(lived.source, lived.about, before=met.order)
        if before is None:
            text = f"How {lived.source} came to know of {lived.about} is not on record."
            yield Link(agent=lived.source, how=How.UNRECORDED, text=text)
            return
        met = before


def _link(witnesses: Witnesses, met: Met) -> Link:
    lived = met.lived
    return Link(
        agent=met.agent,
        how=_how(lived),
        step=lived.step,
        turn=lived.turn,
        place=lived.place or _place(witnesses, met),
        source=lived.source if _how(lived) is How.HEARD else "",
        text=lived.text,
        claim=lived.claim,
    )


def _how(lived: Experience) -> How:
    if lived.kind is not Kind.LEARNED:
        return How.SAW
    return {SEEN: How.FOUND, KNOWN: How.KNEW}.get(lived.source, How.HEARD)


def _place(witnesses: Witnesses, met: Met) -> str:
    """Where it was: where the last thing of that step happened that it, or whoever told it, did before its eyes."""
    doers = {met.agent, met.lived.source}
    same = [
        other.lived.place
        for other in witnesses.of(met.agent)
        if other.order < met.order and other.lived.step == met.lived.step and other.lived.doer in doers
    ]
    return next((place for place in reversed(same) if place), "")


def _thought(answer: Why, thoughts: Sequence[Entry]) -> Why | None:
    embedder = NgramEmbedder()
    asked = embedder.embed(answer.statement)
    near = [(nearness(asked, embedder.embed(entry.text)), -entry.number, entry) for entry in thoughts]
    best, _, entry = max(near, default=(0, 0, None), key=lambda each: each[:2])
    if entry is None or best < NEAR_MIN:
        return None
    link = Link(agent=answer.agent, how=How.THOUGHT, step=entry.step, turn=entry.turn, text=entry.text)
    return Why(agent=answer.agent, statement=answer.statement, links=(link,))


def _headline(agent: str, link: Link) -> str:
    if link.how is How.SAW:
        return f"{agent} was there: {link.text}"
    if link.how is How.THOUGHT:
        return f"Nobody told {agent}; {agent} came to think so: “{link.text}”"
    return f"{agent} takes this to be so: “{link.claim}”"


def _steps(links: Sequence[Link]) -> Iterator[str]:
    if links[0].how in (How.SAW, How.THOUGHT):
        yield f"- {_when(links[0])}"
        return
    later = ""
    for link in links:
        if later and link.claim and link.claim != later:
            yield f"  On the way the words changed; {link.agent} had it so: “{link.claim}”"
        later = link.claim or later
        yield f"- {_when(link)}: {_came(link)}" if link.how is not How.UNRECORDED else f"- {link.text}"


def _came(link: Link) -> str:
    match link.how:
        case How.HEARD:
            return f"{link.source} told {link.agent}."
        case How.FOUND:
            return f"{link.agent} found it out."
        case _:
            return f"{link.agent} knew it from the start."


def _when(link: Link) -> str:
    where = f", {link.place}" if link.place else ""
    return f"turn {link.turn} (step {link.step}){where}"
