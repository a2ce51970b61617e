"""Reacting: the moves that answer what was said, by its content."""

from fabula.agents.drives import Drive
from fabula.environments.dialogue.rhetoric.advancing import fresh_ground, may_ask, phase, quoted_lead, reason
from fabula.environments.dialogue.rhetoric.chatting import reply_to_words
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_in
from fabula.environments.dialogue.rhetoric.points import answer_with_point, react_to_point
from fabula.environments.dialogue.rhetoric.questions import answer_question
from fabula.environments.dialogue.rhetoric.reading import Heard
from fabula.environments.dialogue.rhetoric.sides import gave_way

CONCEDED_MAX = 2
HEARD = 0.35
"""How often it takes note of what another conceded."""
ASKED_BACK = 0.12
"""How often it answers an argument with a question."""
QUOTED = 0.2
"""How often it gives back the words it answers."""
UNLOVED = -20
"""In hundredths: who cares no more for a ground than this does not trust a trial on it."""


def answer_asked(turn: Turn) -> None:
    """The question that was put to it."""
    asked = turn.matter.asked
    if asked is None or answer_with_point(turn):
        return
    if asked.asked in turn.matter.conceded and turn.say(
        "moves", "concede.asked", {"label": turn.label(asked.asked)}, why="stays with what it conceded"
    ):
        return
    if asked.asked is not None:
        lead = turn.opener("answer") if turn.stream.chance(0.5) else ""
        if turn.argue(asked.asked, "answer", lead=lead, why="answers what it was asked", variant=asked.variant):
            return
    if answer_question(turn, asked):
        return
    about = [ground for ground in grounds_in(asked.question) if ground in turn.matter.grounds]
    if any(
        turn.argue(ground, "reason", lead=turn.opener("answer"), why="answers what it was asked")
        for ground in about[:2]
    ):
        return
    if asked.foreign and turn.say("talk", "chat.keep", why="keeps it to itself"):
        return
    ground = (asked.grounds or tuple(turn.matter.grounds))[0]
    turn.say("moves", "answer.unknown", {"label": turn.label(ground)}, why="does not know, and says so")


def react(turn: Turn, last: Heard) -> None:
    """To what was said last, by its content."""
    matter = turn.matter
    if last.foreign:
        reply_to_words(turn, last)
    elif last.did("point.lead", "point.last") and not matter.sides_with(last.line.speaker) and not last.grounds:
        react_to_point(turn, last)
    elif last.did("test", "test.choice", "test.thesis"):
        _weigh_test(turn, last)
    elif matter.sides_with(last.line.speaker):
        if last.grounds:
            ally = matter.short_names.get(last.line.speaker, last.line.speaker)
            reason(turn, lead=turn.lead("moves", "agree.add", {"ally": ally}))
    elif any(gave_way(last, ground) for ground in last.on("concede")):
        reason(turn, lead=turn.lead("moves", "concede.heard") if turn.stream.chance(HEARD) else "")
    elif grounds := [ground for ground in last.grounds if ground in matter.grounds]:
        _answer_ground(turn, last, grounds[0])


def _answer_ground(turn: Turn, last: Heard, ground: Ground) -> None:
    """Give way on the ground, ask back, hold to what was said on it, or speak against it."""
    matter = turn.matter
    if _gives_way(turn, ground):
        quote = quoted_lead(turn, last, "quote.yes", ground) if turn.stream.chance(0.2) else turn.opener("yes")
        turn.concede(ground, lead=quote)
        if turn.has_room:
            reason(turn, lead=turn.lead("moves", "still"))
    elif turn.stream.chance(ASKED_BACK) and may_ask(turn):
        turn.argue(ground, "question", why=f"asks back about {ground}")
    elif last.did("counter") and ground in matter.argued:
        lead = quoted_lead(turn, last, "quote.plain", ground) if turn.stream.chance(QUOTED) else ""
        turn.argue(ground, "defend", lead=lead)
    else:
        counter(turn, last)


def counter(turn: Turn, last: Heard) -> None:
    """Against what was said, on its own ground; on one it has answered before, something else."""
    matter = turn.matter
    for ground in last.grounds:
        if ground in matter.conceded or ground not in matter.grounds:
            continue  # What was given stays given.
        for part in ("counter", "defend"):
            done = any(ground in each.on(part) for each in matter.mine)
            lead = "" if done else _lead_against(turn, last, ground)
            if not done and turn.argue(ground, part, lead=lead, why=f"against what was said on {ground}"):
                return


def _lead_against(turn: Turn, last: Heard, ground: Ground) -> str:
    if last.did("tale") and turn.stream.chance(0.5):
        return turn.lead("moves", "story.heard")
    if last.did("craft.line") and turn.stream.chance(0.4):
        return turn.lead("moves", "work.heard")
    return quoted_lead(turn, last, "quote.no", ground) if turn.stream.chance(QUOTED) else turn.opener("no")


def _gives_way(turn: Turn, ground: Ground) -> bool:
    matter = turn.matter
    given = {each for heard in matter.others for each in heard.on("concede")}
    if ground in matter.conceded or ground in given or len(matter.conceded) >= CONCEDED_MAX or len(matter.mine) < 2:
        return False
    gentle = matter.drives[Drive.COMPASSION] + matter.drives[Drive.AFFECTION] - matter.drives[Drive.AGGRESSION]
    willing = 0.04 + 0.1 * gentle + 0.006 * max(0, matter.care(ground)) + 0.003 * phase(matter)
    return turn.stream.chance(min(willing, 0.7))


def _weigh_test(turn: Turn, last: Heard) -> None:
    matter = turn.matter
    ground = fresh_ground(turn) or matter.grounds[0]
    on = last.on("test")
    if matter.care(on[0]) > UNLOVED or phase(matter) > 60 if on else turn.stream.chance(0.6):
        turn.say(
            "moves",
            "test.accept",
            {"condition": turn.words("conditions", ground)},
            lead=turn.opener("yes"),
            why="accepts, on a condition",
        )
    else:
        turn.say("moves", "test.doubt", {"label": turn.label(ground)}, why="doubts the proposal")
        if turn.has_room:
            reason(turn, ground=ground)
