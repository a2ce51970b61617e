"""Debating: the moves of a turn about a topic, chosen by what was said, by who speaks, and by how far the talk has come."""

from fabula.agents.drives import Drive
from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.chatting import answer_question, reply_to_words
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, words_in
from fabula.environments.dialogue.rhetoric.grounds import Ground
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reading import Heard, quotes
from fabula.environments.dialogue.rhetoric.telling import inside, teach, tell, tell_of_oneself
from fabula.environments.dialogue.rhetoric.topic import Kind

DEPTH_MAX = 4
"""Turns on one ground before somebody speaks of another."""
CONCEDED_MAX = 2
RECALLED_FROM = 3
"""Turns back from which something was said `earlier`."""


def debate(matter: Matter, stream: Stream) -> Turn:
    """A turn about the topic."""
    last = matter.last
    turn = Turn(matter, stream, last.line.speaker if last else "")
    room = stream.integer(matter.voice.shortest, matter.voice.longest)
    if not _opened(matter):
        _open(turn, room)
    elif closing(matter):
        _close(turn)
    elif matter.outlook.nudge:
        _answer(turn)
        _open_another_door(turn)
    else:
        _exchange(turn, room)
    if not turn.parts:
        _anything(turn)
    return turn


def closing(matter: Matter) -> bool:
    """Whether this is its last turn, or the others have taken leave."""
    return matter.left() <= matter.seats or parted(matter)


def parted(matter: Matter) -> bool:
    """Whether all the others said their parting words last."""
    last = {each.line.speaker: each for each in matter.others}
    return bool(matter.names) and all(name in last and _took_leave(last[name]) for name in matter.names)


def _took_leave(said: Heard) -> bool:
    return any(known.book == "voices" and known.rule.endswith((".part", ".bye")) for known in said.known)


def phase(matter: Matter) -> int:
    """How far the talk has come, 0 to 100."""
    turns = matter.outlook.turns or 8 * matter.seats
    return min(100, 100 * matter.outlook.turn // turns)


def _opened(matter: Matter) -> bool:
    """Whether it has said what it thinks."""
    stated = any(known.rule.startswith("open.") and known.rule != "open.question" for each in matter.mine for known in each.known)
    return stated or bool(matter.shown(matter.me)) or (matter.outlook.earlier > 0 and bool(matter.mine))


# How it begins.


def _open(turn: Turn, room: int) -> None:
    matter, last = turn.matter, turn.matter.last
    others = [name for name in matter.names if matter.shown(name)]
    if matter.asked is not None and matter.asked.foreign:
        _answer(turn)
    allies = [name for name in others if matter.sides_with(name)]
    if not matter.others:
        turn.say("moves", "open.first", why="opens")
    elif allies and len(allies) == len(others):
        turn.say("moves", "open.side", {"ally": matter.short_names.get(allies[-1], allies[-1])}, why="takes a side")
    elif abs(matter.outlook.stance) in range(1, 25):
        turn.say("moves", "open.unsure", why="takes a side")
    else:
        turn.say("moves", "open.reply", why="takes the other side")
    if matter.unsaid_points:
        _point(turn, "point.lead")
    elif last and last.grounds and not last.foreign and not matter.sides_with(last.line.speaker) and turn.stream.chance(0.5):
        _counter(turn, last)
    else:
        _reason(turn)
    if room > 2:
        _colour(turn, turn.matter.grounds[0])
    if room > 1:
        _question(turn, last)


# How it goes on.


def _exchange(turn: Turn, room: int) -> None:
    matter, last = turn.matter, turn.matter.last
    _answer(turn)
    reacted = bool(turn.parts)
    if last is not None and (not reacted or turn.stream.chance(0.4)):
        _react(turn, last)
    ground = _ground(matter)
    if turn.length < room or not turn.parts:
        _develop(turn, ground)
    if turn.length < room and phase(matter) > 30:
        _settle(turn, ground)
    if turn.length < room + 1 or turn.stream.chance(0.3):
        _question(turn, last)


def _answer(turn: Turn) -> None:
    """The question that was put to it."""
    asked = turn.matter.asked
    if asked is None:
        return
    if asked.asked is not None:
        lead = turn.opener("answer") if turn.stream.chance(0.5) else ""
        if turn.argue(asked.asked, "answer", lead=lead, why="answers what it was asked", variant=asked.variant):
            return
    if answer_question(turn, asked):
        return
    ground = (asked.grounds or tuple(turn.matter.grounds))[0]
    turn.say("moves", "answer.unknown", {"label": turn.label(ground)}, why="does not know, and says so")


def _react(turn: Turn, last: Heard) -> None:
    """To what was said last, by its content."""
    matter = turn.matter
    if last.foreign:
        reply_to_words(turn, last)
    elif last.did("test"):
        _weigh_test(turn, last)
    elif matter.sides_with(last.line.speaker):
        if last.grounds:
            ally = matter.short_names.get(last.line.speaker, last.line.speaker)
            _reason(turn, lead=turn.lead("moves", "agree.add", {"ally": ally}))
    elif last.did("concede") and turn.stream.chance(0.8):
        _reason(turn, lead=turn.lead("moves", "concede.heard"))
    elif last.grounds:
        ground = last.grounds[0]
        if _gives_way(turn, ground):
            quote = _quote(turn, last, "quote.yes") if turn.stream.chance(0.4) else turn.opener("yes")
            turn.say("shared", f"{ground}.concede", lead=quote, why=f"gives way on {ground}")
            _reason(turn, lead=turn.lead("moves", "still"))
        elif last.did("counter") and ground in matter.argued:
            lead = _quote(turn, last, "quote.plain") if turn.stream.chance(0.4) else turn.opener("no")
            turn.argue(ground, "defend", lead=lead)
        else:
            _counter(turn, last)


def _counter(turn: Turn, last: Heard) -> None:
    """Against what was said, on its own ground."""
    for ground in last.grounds:
        if last.did("moral") and turn.stream.chance(0.6):
            lead = turn.lead("moves", "story.heard")
        elif last.did("craft.line") and turn.stream.chance(0.4):
            lead = turn.lead("moves", "work.heard")
        elif turn.stream.chance(0.5):
            lead = _quote(turn, last, "quote.no")
        else:
            lead = turn.opener("no")
        if turn.argue(ground, "counter", lead=lead, why=f"against what was said on {ground}"):
            return
        if turn.argue(ground, "defend", lead=lead):
            return


def _gives_way(turn: Turn, ground: Ground) -> bool:
    matter = turn.matter
    given = {each for heard in matter.others for each in heard.on("concede")}
    if ground in matter.conceded or ground in given or len(matter.conceded) >= CONCEDED_MAX or len(matter.mine) < 2:
        return False
    gentle = matter.drives[Drive.COMPASSION] + matter.drives[Drive.AFFECTION] - matter.drives[Drive.AGGRESSION]
    willing = 0.1 + 0.1 * gentle + 0.006 * max(0, matter.care(ground)) + 0.003 * phase(matter)
    return turn.stream.chance(min(willing, 0.7))


def _weigh_test(turn: Turn, last: Heard) -> None:
    matter = turn.matter
    ground = _fresh(turn) or matter.grounds[0]
    on = last.on("test")
    if on and (matter.care(on[0]) > -20 or phase(matter) > 60):
        turn.say("moves", "test.accept", {"condition": turn.words("conditions", ground)}, lead=turn.opener("yes"), why="accepts, on a condition")
    else:
        turn.say("moves", "test.doubt", {"label": turn.label(ground)}, why="doubts the proposal")
        _reason(turn, ground=ground)


def _develop(turn: Turn, ground: Ground | None) -> None:
    """Carry the argument on."""
    matter, stream = turn.matter, turn.stream
    before = {known.part for known in (matter.mine[-1].known if matter.mine else ())}
    moves = ["reason", "reason", "tale", "tale", "craft", "recall", "background"]
    if matter.unsaid_points:
        moves = ["point", "point", *moves]
    for move in stream.shuffled(moves):
        if move in before or (move == "tale" and "moral" in before) or (move == "craft" and "craft.line" in before):
            continue
        done = turn.length
        match move:
            case "reason":
                _reason(turn, old=ground, shift=stream.chance(0.45) and bool(turn.parts))
            case "tale":
                tell(turn, ground or _fresh(turn))
            case "craft":
                if ground:
                    teach(turn, ground)
            case "recall":
                _recall(turn)
            case "background":
                _background(turn)
            case "point":
                _point(turn, "point.last" if phase(matter) > 60 else "point.lead")
        if turn.length > done:
            return
    _reason(turn)


def _settle(turn: Turn, ground: Ground | None) -> None:
    """Narrow the difference, or propose a way to try it out."""
    matter, stream = turn.matter, turn.stream
    if not stream.chance(0.15 + phase(matter) / 250):
        return
    narrowed = any(known.rule == "narrow" for each in matter.heard for known in each.known)
    theirs = _theirs(matter)
    if not narrowed and theirs and stream.chance(0.5) and theirs is not matter.grounds[0]:
        labels = {"theirs_label": turn.label(theirs), "mine_label": turn.label((matter.argued or matter.grounds)[0])}
        if labels["theirs_label"] != labels["mine_label"]:
            turn.say("moves", "narrow", labels, why="narrows the difference")
        return
    proposed = [on for each in matter.heard for on in each.on("test")]
    if ground and ground not in proposed and len(proposed) < matter.seats and matter.topic.kind in {Kind.ACTION}:
        turn.say("shared" if matter.book != "action" else "action", f"{ground}.test", lead=turn.lead("moves", "test.lead"), why="proposes a trial")


def _question(turn: Turn, last: Heard | None) -> None:
    """Put a question, unless it did so just now or there is no time for an answer."""
    matter, stream = turn.matter, turn.stream
    just = matter.mine[-1].question if matter.mine else ""
    if just or matter.left() <= matter.seats + 1 or not matter.names or any(part.endswith("?") for part in turn.parts):
        return
    if matter.unasked and stream.chance(0.7):
        if turn.say_given(matter.unasked[0], lead=turn.opener("ask"), why="asks what it wants to know"):
            return
    if not stream.chance(0.3 + 0.4 * matter.drives[Drive.CURIOSITY]):
        return
    asked = [ground for each in matter.heard if each.asked for ground in (each.asked,)]
    theirs = [ground for ground in (last.grounds if last else ()) if ground not in asked and ground in matter.grounds]
    own = [ground for ground in matter.grounds[:5] if ground not in asked]
    pool = theirs if theirs and stream.chance(0.6) else own
    if pool:
        turn.argue(pool[0], "question", lead=turn.opener("ask"), why=f"asks about {pool[0]}")


def _reason(turn: Turn, *, ground: Ground | None = None, lead: str = "", old: Ground | None = None, shift: bool = False) -> bool:
    """A reason of its own, on a ground it has not spoken on."""
    fresh = ground or _fresh(turn)
    if fresh is None:
        return False
    if shift and old and old is not fresh:
        lead = turn.lead("moves", "shift", {"old": turn.label(old), "new": turn.label(fresh)})
    return turn.argue(fresh, "reason", lead=lead or turn.opener("hm"), why=f"a reason, on {fresh}")


def _fresh(turn: Turn) -> Ground | None:
    """A ground it has given no reason on, one it cares for rather than another."""
    matter = turn.matter
    used = set(matter.argued) | {ground for ground in Ground if any(why.endswith(f"on {ground}") for why in turn.did)}
    left = [ground for ground in matter.grounds if ground not in used]
    worn = {ground for each in matter.heard[-DEPTH_MAX:] for ground in each.grounds}
    left = [ground for ground in left if ground not in worn] or left
    if not left:
        return None
    top = left[:5]
    return turn.stream.weighted(top, [5.0 - at for at in range(len(top))])


def _ground(matter: Matter) -> Ground | None:
    """What the exchange is about just now."""
    return next((each.grounds[0] for each in reversed(matter.heard[-2:]) if each.grounds), None)


def _theirs(matter: Matter) -> Ground | None:
    """What the other side speaks of most."""
    said = [ground for each in matter.others if not matter.sides_with(each.line.speaker) for ground in each.grounds]
    return max(Ground, key=said.count) if said else None


def _colour(turn: Turn, ground: Ground) -> None:
    if not turn.stream.chance(0.6):
        return
    if not (tell(turn, ground, moral=False) or teach(turn, ground)):
        tell_of_oneself(turn)


def _quote(turn: Turn, said: Heard, rule: str) -> str:
    """A lead that gives back what was said; empty where nothing can be."""
    quoted = " ".join(" ".join(words_in(each.line.text)) for each in turn.matter.heard if "“" in each.line.text)
    left = [each for each in quotes(said.line.text, words_in(turn.matter.outlook.topic)) if " ".join(words_in(each)) not in quoted]
    return turn.lead("moves", rule, {"quote": lower_first(turn.stream.choice(left[:3]))}) if left else ""


def _recall(turn: Turn) -> None:
    """Take up something that another said some time ago."""
    matter = turn.matter
    old = [each for each in matter.heard[: -RECALLED_FROM - 1] if each.line.speaker in matter.names and each.on("reason") and not matter.sides_with(each.line.speaker)]
    answered = set(matter.conceded) | {ground for each in matter.mine for ground in (*each.on("counter"), *each.on("defend"))}
    old = [each for each in old if not answered & set(each.on("reason"))]
    if not old:
        return
    said = turn.stream.choice(old)
    ground = said.on("reason")[0]
    quoted = quotes(said.line.text, words_in(matter.outlook.topic))
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
            turn.say("moves", "background", {"background": lower_first(sentence) if words[0] in {"The", "A", "An", "It", "There", "In", "On"} else sentence})
            return


def _point(turn: Turn, rule: str) -> None:
    """What it came to say, word for word."""
    point = inside(turn, turn.matter.unsaid_points[0].strip(" ."))
    turn.say("moves", rule, {"point": point}, why="says what it came to say")


def _open_another_door(turn: Turn) -> None:
    """Something new, because the talk went round in circles."""
    ground = _fresh(turn)
    if ground:
        lead = turn.lead("moves", "nudge", {"new": turn.label(ground)})
        turn.argue(ground, "reason", lead=lead, why=f"leaves the circle by {ground}")
        turn.argue(ground, "question", lead=turn.opener("ask"), why=f"asks about {ground}")
    else:
        tell_of_oneself(turn)


# How it ends.


def _close(turn: Turn) -> None:
    matter, stream = turn.matter, turn.stream
    _answer(turn)
    mine = turn.label((matter.argued or matter.grounds)[0])
    if matter.conceded:
        ground = matter.conceded[-1]
        by = next((each.line.speaker for each in reversed(matter.others) if ground in each.grounds), turn.to)
        slots = {"moved_label": turn.label(ground), "moved_by": matter.short_names.get(by, "") if matter.seats > 2 else ""}
        turn.say("moves", "sum.turned" if matter.stance * matter.side <= 20 else "sum.moved", slots, why="sums up where it stands, and what moved it")
    else:
        own = [said for each in matter.mine[1:-1] if each.on("reason") for said in quotes(each.line.text, words_in(matter.outlook.topic))]
        lead = turn.lead("moves", "recall.self", {"quote": lower_first(stream.choice(own))}) if own and stream.chance(0.4) else ""
        turn.say("moves", "sum.firm", {"mine_label": mine}, lead=lead, why="sums up where it stands")
    theirs = _theirs(matter)
    if matter.seats > 2 and theirs and stream.chance(0.5):
        third = next(each.line.speaker for each in matter.others if theirs in each.grounds)
        turn.say("moves", "sum.others", {"third": matter.short_names.get(third, third), "third_label": turn.label(theirs)})
    elif matter.seats == 2 and (common := [ground for ground in matter.argued if ground in {on for each in matter.others for on in each.grounds}]) and stream.chance(0.3):
        turn.say("moves", "sum.common", {"common_label": turn.label(stream.choice(common))}, why="says what is common ground")
    elif (left := [ground for each in matter.heard for ground in each.grounds if ground not in matter.conceded]) and stream.chance(0.7):
        turn.say("moves", "open.question", {"label": turn.label(stream.choice(left))}, why="says what is open")
    turn.say("voices", "part", why="takes leave")


def _anything(turn: Turn) -> None:
    """Where nothing else can be said: any reason that is left, or a question."""
    for ground in turn.matter.grounds:
        for part in ("reason", "defend", "counter", "question"):
            if turn.argue(ground, part):
                return
