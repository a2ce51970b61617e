"""Settling: what a speaker by rules bids, proposes, votes for and can live with."""

from fabula.agents.drives import Drive
from fabula.engine.chance import Stream
from fabula.environments.dialogue.actions import Bid, Consent, Propose, Vote
from fabula.environments.dialogue.outlook import Proposal
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.ending import took_leave
from fabula.environments.dialogue.rhetoric.english import dressed, words_in
from fabula.environments.dialogue.rhetoric.filling import slots_of
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_in, lot
from fabula.environments.dialogue.rhetoric.marks import known_in
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.options import NO, YES, sides_of, telling
from fabula.environments.dialogue.rhetoric.topic import Kind

WISH_MAX = 100
BAR = 40
"""How far from its own stance a proposal may be that it can live with."""
LEFT_OPEN = 40
"""What a proposal is granted that leaves everyone their view."""
YIELDING = 30
"""How much farther that may be in each round after the first."""


def bid(matter: Matter, stream: Stream) -> Bid:
    """How much it wants to speak."""
    if matter.mine and took_leave(matter.mine[-1]):
        return Bid(wish=0, reason="has taken leave")
    drives = matter.drives
    wish = 25 + round(20 * (drives[Drive.AMBITION] + drives[Drive.AGGRESSION] - drives[Drive.SELF_PRESERVATION]))
    why = ["by temper"]
    if matter.outlook.addressed_by:
        wish, why = wish + 25, [*why, "was spoken to"]
    if matter.asked is not None:
        wish, why = wish + 25, [*why, "owes an answer"]
    if points := len(matter.unsaid_points):
        wish, why = wish + 5 * min(points, 4), [*why, "has not said all"]
    silent = len(matter.heard) - next(
        (at + 1 for at in range(len(matter.heard) - 1, -1, -1) if matter.heard[at].line.speaker == matter.me), 0
    )
    wish, why = wish + 6 * min(silent, 6), [*why, f"was silent for {silent}"]
    if silent == 0 and matter.heard:
        wish, why = wish - 45, [*why, "has just spoken"]
    last = matter.last
    ground = last.grounds[0] if last and last.grounds else matter.grounds[0]
    about = Turn(matter, stream).label(ground)
    return Bid(wish=min(max(wish, 0), WISH_MAX), about=about, reason=", ".join(why))


def propose(matter: Matter, stream: Stream) -> Propose:
    """A middle way: what it asks for itself, and later what the others asked for too."""
    turn = Turn(matter, stream)
    mine = [ground for ground in matter.grounds if ground in matter.argued] or matter.grounds
    theirs = [ground for each in matter.others for ground in each.grounds if ground not in mine[:1]]
    # A proposal can be read without the talk.
    whole = {slot: words for slot, words in slots_of(matter).items() if words}
    slots = {**whole, "condition": turn.words("conditions", mine[0])}
    if matter.topic.kind in {Kind.THESIS, Kind.NONE} or (matter.topic.kind is Kind.OPEN and not matter.topic.one):
        # What is so is no matter for a vote.
        sides = {"view": matter.view, "nay": matter.nay}
        return Propose(
            text=dressed(turn.words("moves", "propose.open", sides)), reason="leaves open what no talk can settle"
        )
    rule = f"propose.{'ought' if matter.topic.kind is Kind.OPEN else matter.topic.kind}"
    if theirs and (matter.outlook.round > 1 or matter.drives[Drive.COMPASSION] + matter.drives[Drive.CUNNING] > 1):
        slots["condition_two"] = turn.words("conditions", max(Ground, key=theirs.count))
        rule = f"{rule}.middle"
    return Propose(text=dressed(turn.words("moves", rule, slots)), reason=f"what it asks for: {mine[0]}")


def consent(matter: Matter, stream: Stream) -> Consent:
    """Which proposals it cannot live with, and why."""
    bar = BAR + YIELDING * max(0, matter.outlook.round - 1)
    worst: Ground | None = None
    objects: list[int] = []
    for proposal in matter.outlook.proposals:
        if proposal.speaker == matter.me:
            continue
        served = _served(proposal)
        missing = next((ground for ground in matter.grounds[:3] if ground not in served), matter.grounds[0])
        distance = (
            abs(matter.stance)
            - sum(25 for ground in matter.grounds[:5] if ground in served)
            - _regard(matter, proposal)
        )
        if distance > bar:
            objects.append(proposal.number)
            worst = worst or missing
    if worst is None:
        return Consent(reason="can live with all of it")
    turn = Turn(matter, stream)
    said = dressed(turn.words("moves", "consent.objection", {"label": turn.label(worst)}))
    return Consent(objects_to=tuple(objects), objection=said, reason=f"nothing in it answers {worst}")


def _served(proposal: Proposal) -> set[Ground]:
    """The grounds that a proposal does something for."""
    known = {known.ground for known in known_in(proposal.text) if known.ground}
    return known or set(grounds_in(proposal.text))


def _regard(matter: Matter, proposal: Proposal) -> int:
    """What it grants a proposal for its author's sake, and for having gone through a round well."""
    tied = next((tie.trust for tie in matter.speaker.persona.ties if tie.who == proposal.speaker), None)
    allied = matter.sides_with(proposal.speaker)
    open_ = LEFT_OPEN if any(known.rule == "propose.open" for known in known_in(proposal.text)) else 0
    return round(20 * (tied or 0)) + (20 if allied else 0) + open_


def vote(matter: Matter, stream: Stream) -> Vote:
    """Which option it votes for, and why."""
    options = matter.outlook.options
    if not options:
        return Vote(choice="", reason="nothing to choose from")
    turn = Turn(matter, stream)
    scores = {option: _worth(matter, option) for option in options}
    choice = max(options, key=lambda option: scores[option])
    theirs = [ground for each in matter.others for ground in each.grounds]
    labels = {
        "mine_label": turn.label((matter.argued or matter.grounds)[0]),
        "theirs_label": turn.label(
            matter.conceded[-1] if matter.conceded else theirs[-1] if theirs else matter.grounds[-1]
        ),
    }
    turned = bool(matter.conceded) and matter.stance * matter.side < 0
    words = turn.words("moves", "vote.turned" if turned else "vote.reason", labels)
    return Vote(choice=choice, reason=dressed(words))


def _worth(matter: Matter, option: str) -> int:
    """How good an option is to it: by its stance where the option names a side, else by what it cares for."""
    words = set(words_in(option))
    stance = matter.stance
    if words <= YES and words:
        return stance
    if words <= NO and words:
        return -stance
    if matter.options:
        mine, other = matter.topic.one, matter.topic.other
        noun = next(named.noun for named in matter.options if named.option == option)
        return stance if noun == mine else -stance if noun == other else -abs(stance) - 1
    if sides := sides_of(matter.topic, option, matter.outlook.options):
        return stance * sides
    own = telling(matter.topic.one)
    shared = set[str].intersection(*map(telling, matter.outlook.options))
    named = telling(option) - shared
    spoken_for = any((telling(each) - shared) & own for each in matter.outlook.options)
    cared = sum(matter.care(ground) for ground in grounds_in(option))
    mentioned = sum(20 for each in matter.mine if named & telling(each.line.text))
    elsewhere = -stance // 2 if spoken_for else 0
    return elsewhere + cared + mentioned + lot(matter.me, matter.outlook.topic, option) // 4
