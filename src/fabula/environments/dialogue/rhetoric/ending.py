"""Ending: when a speaker's last turn has come, and how it sums up and takes leave."""

from fabula.environments.dialogue.rhetoric.advancing import accepted, their_ground
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, sentences, words_in
from fabula.environments.dialogue.rhetoric.marks import known_of, says_surely
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reacting import answer_asked
from fabula.environments.dialogue.rhetoric.reading import Heard, quotes

LONG_ENOUGH = 16
"""Turns of its own after which a dialogue without a limit has been long enough, and it takes leave."""
SHORT_TURNS_MAX = 8
"""Turns of a dialogue up to which a sentence is enough for a farewell."""
RECALLED_WORDS_MIN = 5
"""Of one's own words, said again at the end."""


PARTING_SENTENCES = 2
RECALLS = 0.2
"""How often it ends with its own words."""


def closing(matter: Matter) -> bool:
    """Whether this is its last turn, or the others have taken leave, or it has said all it had to say."""
    return matter.left() <= matter.seats or parted(matter) or talked_out(matter)


def talked_out(matter: Matter) -> bool:
    """Of a talk without a limit among rules: whether it has nothing left to say, or has said a good deal.

    With a person it is the person who goes first.
    """
    if matter.outlook.turns or not matter.mine or any(each.foreign for each in matter.others):
        return False
    own = len(matter.mine) + matter.outlook.earlier // matter.seats
    spent = not [ground for ground in matter.grounds if ground not in matter.argued]
    return own >= LONG_ENOUGH or (spent and not matter.unsaid_points)


def parted(matter: Matter) -> bool:
    """Whether all the others said their parting words last."""
    last = {each.line.speaker: each for each in matter.others}
    return bool(matter.names) and all(name in last and took_leave(last[name]) for name in matter.names)


def took_leave(said: Heard) -> bool:
    """Whether a turn ends with parting words."""
    last = sentences(said.line.text)[-PARTING_SENTENCES:]
    return bool(said.known) and any(says_surely(each, part) for each in last for part in (".part", ".bye"))


def close(turn: Turn) -> None:
    """Answer what is owed, sum up, say what is open, take leave."""
    matter, stream = turn.matter, turn.stream
    if 0 < matter.outlook.turns <= SHORT_TURNS_MAX and _close_short(turn):
        return
    answer_asked(turn)
    mine = turn.label((matter.argued or matter.grounds)[0])
    if matter.conceded:
        ground = matter.conceded[-1]
        by = next((each.line.speaker for each in reversed(matter.others) if ground in each.grounds), turn.to)
        slots = {
            "moved_label": turn.label(ground),
            "moved_by": matter.short_names.get(by, "") if matter.seats > 2 else "",
        }
        turn.say(
            "moves",
            "sum.turned" if matter.stance * matter.side <= 20 else "sum.moved",
            slots,
            why="sums up where it stands, and what moved it",
        )
    else:
        own = [
            said
            for each in matter.mine[1:-1]
            if each.on("reason")
            for said in quotes(_reasons_in(each), words_in(matter.outlook.topic))[:1]
            if len(said.split()) >= RECALLED_WORDS_MIN
        ]
        lead = (
            turn.lead("moves", "recall.self", {"quote": lower_first(stream.choice(own))})
            if own and stream.chance(RECALLS)
            else ""
        )
        turn.say("moves", "sum.firm", {"mine_label": mine}, lead=lead, why="sums up where it stands")
    theirs = their_ground(matter)
    if matter.seats > 2 and theirs and stream.chance(0.5):
        third = next(each.line.speaker for each in matter.others if theirs in each.grounds)
        turn.say(
            "moves", "sum.others", {"third": matter.short_names.get(third, third), "third_label": turn.label(theirs)}
        )
    elif (
        matter.seats == 2
        and (
            common := [
                ground for ground in matter.argued if ground in {on for each in matter.others for on in each.grounds}
            ]
        )
        and stream.chance(0.25)
    ):
        turn.say(
            "moves", "sum.common", {"common_label": turn.label(stream.choice(common))}, why="says what is common ground"
        )
    elif accepted(matter):
        turn.say("moves", "sum.agreed", why="comes back to what was agreed")
    elif (
        left := [ground for each in matter.heard for ground in each.grounds if ground not in matter.conceded]
    ) and stream.chance(0.35):
        turn.say("moves", "open.question", {"label": turn.label(stream.choice(left))}, why="says what is open")
    turn.say("voices", "part", why="takes leave")


def _reasons_in(said: Heard) -> str:
    """The sentences of a turn that give a reason."""
    return " ".join(
        each for each in sentences(said.line.text) if any(known.part == "reason" for known in known_of(each))
    )


def _close_short(turn: Turn) -> bool:
    """Where it stands and a farewell, in a sentence."""
    matter = turn.matter
    if matter.conceded and matter.stance * matter.side <= 20:
        slots = {"moved_label": turn.label(matter.conceded[-1])}
        return turn.say("moves", "sum.turned.part", slots, why="sums up where it stands; takes leave")
    return turn.say("moves", "sum.part", why="sums up where it stands; takes leave")
