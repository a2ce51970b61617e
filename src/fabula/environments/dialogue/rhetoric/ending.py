"""Ending: when a speaker's last turn has come, and how it sums up and takes leave."""

from fabula.environments.dialogue.rhetoric.advancing import their_ground
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, sentences, words_in
from fabula.environments.dialogue.rhetoric.marks import says_surely
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reacting import answer_asked
from fabula.environments.dialogue.rhetoric.reading import Heard, quotes

RECALLED_WORDS_MIN = 5
"""Of one's own words, said again at the end."""


def closing(matter: Matter) -> bool:
    """Whether this is its last turn, or the others have taken leave."""
    return matter.left() <= matter.seats or parted(matter)


def parted(matter: Matter) -> bool:
    """Whether all the others said their parting words last."""
    last = {each.line.speaker: each for each in matter.others}
    return bool(matter.names) and all(name in last and took_leave(last[name]) for name in matter.names)


def took_leave(said: Heard) -> bool:
    """Whether a turn ends with parting words."""
    return bool(said.known) and any(says_surely(sentences(said.line.text)[-1], part) for part in (".part", ".bye"))


def close(turn: Turn) -> None:
    """Answer what is owed, sum up, say what is open, take leave."""
    matter, stream = turn.matter, turn.stream
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
            for said in quotes(each.line.text, words_in(matter.outlook.topic))[:1]
            if len(said.split()) >= RECALLED_WORDS_MIN
        ]
        lead = (
            turn.lead("moves", "recall.self", {"quote": lower_first(stream.choice(own))})
            if own and stream.chance(0.4)
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
        and stream.chance(0.3)
    ):
        turn.say(
            "moves", "sum.common", {"common_label": turn.label(stream.choice(common))}, why="says what is common ground"
        )
    elif (
        left := [ground for each in matter.heard for ground in each.grounds if ground not in matter.conceded]
    ) and stream.chance(0.7):
        turn.say("moves", "open.question", {"label": turn.label(stream.choice(left))}, why="says what is open")
    turn.say("voices", "part", why="takes leave")
