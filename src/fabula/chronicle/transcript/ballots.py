"""Ballots: what came of a vote or a round of consensus, as a small table."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from fabula.chronicle.transcript.transcript import Happened, listed
from fabula.environments.dialogue.events import Consented, Proposed, Settled, Voted


class Ballot(Struct, frozen=True, kw_only=True):
    """A table of who was for what."""

    title: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """Empty: nothing but the result is known."""
    reasons: tuple[str, ...] = ()
    """What those who voted said for it, a sentence each."""
    result: str = ""
    """Of the last round: what was decided."""


def ballots(events: Sequence[Happened]) -> Iterator[Ballot]:
    """One for each round, in order; the last has the result.

    events: the proposals, votes, consents and settlements of one decision.
    """
    proposals = [event for event in events if isinstance(event, Proposed)]
    voted = [event for event in events if isinstance(event, Voted)]
    consented = [event for event in events if isinstance(event, Consented)]
    settled = next((event for event in events if isinstance(event, Settled)), None)
    rounds = sorted({event.round for event in events if isinstance(event, Proposed | Voted | Consented)})
    last = rounds[-1] if rounds else 0
    for number in rounds:
        title = f"round {number}" if last > 1 else ""
        came = settled if number == last else None
        votes = [event for event in voted if event.round == number]
        if votes:
            yield _vote(title, votes, came)
        else:
            consents = [event for event in consented if event.round == number]
            yield _consensus(title, [one for one in proposals if one.round <= number], consents, came)
    if settled is not None and not rounds:
        yield Ballot(title="The decision", result=_result(settled))


def _vote(title: str, votes: Sequence[Voted], settled: Settled | None) -> Ballot:
    options = dict.fromkeys(filter(None, (*(vote.choice for vote in votes), *(settled.tally if settled else ()))))
    rows = [(option, [vote.speaker for vote in votes if vote.choice == option]) for option in options]
    rows.sort(key=lambda row: -len(row[1]))
    return Ballot(
        title=_titled("The vote", title),
        heads=("Option", "Votes", "From"),
        rows=tuple((option, str(len(who)), listed(tuple(who)) or "–") for option, who in rows),
        reasons=tuple(f"{vote.speaker}: {vote.why}" for vote in votes if vote.why),
        result=_result(settled) if settled else "",
    )


def _consensus(
    title: str, proposals: Sequence[Proposed], consents: Sequence[Consented], settled: Settled | None
) -> Ballot:
    return Ballot(
        title=_titled("Consensus", title),
        heads=("Proposal", "By", "Objections"),
        rows=tuple(
            (
                f"{proposal.number}. {proposal.text}",
                proposal.speaker,
                listed(tuple(one.speaker for one in consents if proposal.number in one.objects_to)) or "–",
            )
            for proposal in {one.number: one for one in proposals}.values()
        ),
        reasons=tuple(f"{one.speaker}: {one.objection}" for one in consents if one.objection),
        result=_result(settled) if settled else "",
    )


def _titled(title: str, round_: str) -> str:
    return f"{title}, {round_}" if round_ else title


def _result(settled: Settled) -> str:
    return f"Decided by {settled.how}: {settled.result}" if settled.result else "Nothing was decided."
