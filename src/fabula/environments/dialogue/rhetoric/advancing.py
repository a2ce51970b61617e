"""Advancing: the moves that carry an argument on - another reason, a story, a question, a way to settle it."""

from fabula.agents.drives import Drive
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, sentences, words_in
from fabula.environments.dialogue.rhetoric.grounds import Ground
from fabula.environments.dialogue.rhetoric.marks import known_of
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reading import Heard, quotes
from fabula.environments.dialogue.rhetoric.telling import inside, teach, tell, tell_of_oneself
from fabula.environments.dialogue.rhetoric.topic import Kind

DEPTH_MAX = 4
"""Turns on one ground before somebody speaks of another."""
POINT_FIRST = 0.8
"""How often what somebody was given to say comes before what rules find."""
TERMS_AFTER = 2
"""Turns after which somebody comes back to a proposal that was accepted."""
LOOK_FIRST = 0.5
"""How often, of an open question, it says where it would look."""
ARGUED = frozenset(["reason", "counter", "defend"])
"""What is worth giving back of what was said."""
RECALLED_FROM = 3
"""Turns back from which something was said `earlier`."""


def develop(turn: Turn, ground: Ground | None) -> None:
    """Carry the argument on."""
    matter, stream = turn.matter, turn.stream
    before = {known.part for known in (matter.mine[-1].known if matter.mine else ())}
    order = stream.shuffled(["reason", "reason", "reason", "tale", "craft", "recall", "background"])
    if matter.topic.kind is Kind.OPEN and stream.chance(LOOK_FIRST):
        order = ["look", *order]
    if turn.points_left() and stream.chance(POINT_FIRST):
        order = ["point", *order]
    for move in order:
        if move in before or (move == "craft" and "craft.line" in before):
            continue
        done = turn.length
        _make(turn, move, ground)
        if turn.length > done:
            return
    reason(turn)


def _make(turn: Turn, move: str, ground: Ground | None) -> None:
    match move:
        case "reason":
            reason(turn, old=ground, shift=turn.stream.chance(0.2) and bool(turn.parts))
        case "tale":
            tell(turn, ground or fresh_ground(turn))
        case "craft":
            # A saying by itself answers nothing.
            if ground and turn.parts:
                teach(turn, ground)
        case "recall":
            _recall(turn)
        case "background":
            _background(turn)
        case "look":
            look(turn)
        case _:
            make_point(turn, "point.last" if phase(turn.matter) > 60 else "point.lead")


def reason(
    turn: Turn, *, ground: Ground | None = None, lead: str = "", old: Ground | None = None, shift: bool = False
) -> bool:
    """A reason of its own, on a ground it has not spoken on."""
    fresh = ground or fresh_ground(turn)
    if fresh is None:
        return False
    if shift and old and old is not fresh:
        lead = turn.lead("moves", "shift", {"old": turn.label(old), "new": turn.label(fresh)})
    return turn.argue(fresh, "reason", lead=lead or turn.opener("hm"), why=f"a reason, on {fresh}")


def fresh_ground(turn: Turn) -> Ground | None:
    """A ground it has given no reason on, one it cares for rather than another."""
    matter = turn.matter
    used = (
        set(matter.argued)
        | set(matter.conceded)
        | {ground for ground in Ground if any(why.endswith(f"on {ground}") for why in turn.did)}
    )
    left = [ground for ground in matter.grounds if ground not in used]
    worn = {ground for each in matter.heard[-DEPTH_MAX:] for ground in each.grounds}
    left = [ground for ground in left if ground not in worn] or left
    if not left:
        return None
    top = left[:5]
    return turn.stream.weighted(top, [5.0 - at for at in range(len(top))])


def make_point(turn: Turn, rule: str) -> None:
    """What it came to say, word for word."""
    point = inside(turn, turn.points_left()[0].strip(" ."))
    turn.say("moves", rule, {"point": point}, why="says what it came to say")


def look(turn: Turn) -> None:
    """Where one would look first, of a question that nobody here can answer for sure; once each."""
    topic = turn.matter.topic
    ask = f"look.{'ought' if topic.one else topic.ask}"
    general = topic.ask in {"who", "where", "which"} and turn.matter.book != "fact"
    if not general and not any(each.did(ask) for each in turn.matter.mine):
        turn.say("moves", ask, lead=turn.opener("hm"), why="says where it would look first")


def _recall(turn: Turn) -> None:
    """Take up something that another said some time ago."""
    matter = turn.matter
    old = [
        each
        for each in matter.heard[: -RECALLED_FROM - 1]
        if each.line.speaker in matter.names and each.on("reason") and not matter.sides_with(each.line.speaker)
    ]
    answered = set(matter.conceded) | {
        ground for each in matter.mine for ground in (*each.on("counter"), *each.on("defend"))
    }
    old = [each for each in old if not answered & set(each.on("reason"))]
    if not old:
        return
    said = turn.stream.choice(old)
    ground = said.on("reason")[0]
    where = [each for each in sentences(said.line.text) if any(known.ground is ground for known in known_of(each))]
    quoted = quotes(" ".join(where), words_in(matter.outlook.topic))
    if not quoted:
        return
    third = matter.short_names[said.line.speaker]
    rule = "recall.other" if said.line.speaker == turn.to else "recall.third"
    lead = turn.lead("moves", rule, {"quote": lower_first(quoted[0]), "label": turn.label(ground), "third": third})
    turn.argue(ground, "counter", lead=lead, why="takes up what was said earlier")


def _background(turn: Turn) -> None:
    """Something that all of them know."""
    for sentence in turn.stream.shuffled([each.strip(" .!?") for each in turn.matter.outlook.background.split(". ")]):
        words = sentence.split()
        if 4 <= len(words) <= 22 and not any(sentence in each.line.text for each in turn.matter.heard):
            turn.say(
                "moves",
                "background",
                {"background": inside(turn, sentence)},
            )
            return


def colour(turn: Turn, ground: Ground) -> None:
    """Something of one's own beside the first reason, more often than not."""
    if turn.stream.chance(0.3) and not tell(turn, ground):
        tell_of_oneself(turn)


def come_back(turn: Turn) -> bool:
    """Come back to a proposal that was accepted some turns ago; False if there is none."""
    matter = turn.matter
    taken = accepted(matter)
    if taken is None or taken.line.number > matter.heard[-1].line.number - TERMS_AFTER:
        return False
    # Whoever accepted it said on what condition; this is another.
    left = (words for ground in matter.grounds if (words := turn.fresh_words("conditions", ground)))
    slots = {"condition": next(left, "")}
    return turn.say("moves", "test.terms", slots, why="comes back to it")


def settle(turn: Turn, ground: Ground | None) -> None:
    """Narrow the difference, or propose a way to try it out."""
    matter, stream = turn.matter, turn.stream
    if accepted(matter) or not stream.chance(0.25 + phase(matter) / 250):
        return
    narrowed = any(known.rule == "narrow" for each in matter.heard for known in each.known)
    mine, theirs = (matter.argued or matter.grounds)[0], their_ground(matter)
    if not narrowed and theirs and theirs is not mine and stream.chance(0.5):
        labels = {"theirs_label": turn.label(theirs), "mine_label": turn.label(mine)}
        turn.say("moves", "narrow", labels, why="narrows the difference")
        return
    proposed = [known for each in matter.heard for known in each.known if known.part.startswith("test")]
    if not ground or any(known.ground is ground for known in proposed) or len(proposed) >= matter.seats:
        return
    lead = turn.lead("moves", "test.lead")
    if matter.topic.kind is Kind.OPEN:
        look(turn)
    elif matter.topic.kind is Kind.ACTION:
        turn.say("action", f"{ground}.test", lead=lead, why="proposes a trial")
    else:
        turn.say("moves", f"test.{matter.book}", lead=lead, why="proposes a trial")


def accepted(matter: Matter) -> Heard | None:
    """The turn in which somebody accepted a proposal that nobody has come back to; None if there is none."""
    if any(each.did("test.terms") for each in matter.heard):
        return None
    return next((each for each in matter.heard if each.did("test.accept")), None)


def may_ask(turn: Turn) -> bool:
    """Whether a question is in place: none was asked just now, and there is time for an answer."""
    matter = turn.matter
    just = bool(matter.mine) and bool(matter.mine[-1].question)
    asked = any(part.endswith("?") for part in turn.parts)
    return not just and not asked and bool(matter.names) and matter.left() > matter.seats + 1


def question(turn: Turn, last: Heard | None) -> None:
    """Put a question, unless it did so just now or there is no time for an answer."""
    matter, stream = turn.matter, turn.stream
    if not may_ask(turn):
        return
    given = matter.unasked if stream.chance(0.7) else []
    if given and turn.say_given(inside(turn, given[0]), lead=turn.opener("ask"), why="asks what it wants to know"):
        return
    if matter.sides_with(turn.to) or not stream.chance(0.3 + 0.4 * matter.drives[Drive.CURIOSITY]):
        return
    asked = [ground for each in matter.heard if each.asked for ground in (each.asked,)]
    theirs = [ground for ground in (last.grounds if last else ()) if ground not in asked and ground in matter.grounds]
    own = [ground for ground in matter.grounds[:5] if ground not in asked]
    pool = theirs if theirs and stream.chance(0.85) else own
    if pool:
        turn.argue(pool[0], "question", lead=turn.opener("ask"), why=f"asks about {pool[0]}")


def quoted_lead(turn: Turn, said: Heard, rule: str, ground: Ground | None = None) -> str:
    """A lead that gives back what was said, on the ground that is answered; empty where nothing can be."""
    quoted = " ".join(" ".join(words_in(each.line.text)) for each in turn.matter.heard if "“" in each.line.text)
    where = [
        each
        for each in sentences(said.line.text)
        if ground is None or any(known.ground is ground and known.part in ARGUED for known in known_of(each))
    ]
    left = [
        each
        for each in quotes(" ".join(where), words_in(turn.matter.outlook.topic))
        if " ".join(words_in(each)) not in quoted
    ]
    return turn.lead("moves", rule, {"quote": lower_first(turn.stream.choice(left[:3]))}) if left else ""


def ground_of(matter: Matter) -> Ground | None:
    """What the exchange is about just now."""
    said = (ground for each in reversed(matter.heard[-2:]) for ground in each.grounds)
    return next((ground for ground in said if ground in matter.grounds), None)


def their_ground(matter: Matter) -> Ground | None:
    """What the other side speaks of most."""
    said = [ground for each in matter.others if not matter.sides_with(each.line.speaker) for ground in each.grounds]
    return max(Ground, key=said.count) if said else None


def phase(matter: Matter) -> int:
    """How far the talk has come, 0 to 100."""
    turns = matter.outlook.turns or 8 * matter.seats
    return min(100, 100 * matter.outlook.turn // turns)
