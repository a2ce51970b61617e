"""Taking up: what a speaker says to what somebody tells: a feeling, something of its own, advice, a question."""

from collections.abc import Callable

from msgspec.structs import replace

from fabula.environments.dialogue.rhetoric.chat.advising import counsel
from fabula.environments.dialogue.rhetoric.chat.composing import Reply, slots_of
from fabula.environments.dialogue.rhetoric.chat.hearing import GOOD, HARD, OF_THEM, Words
from fabula.environments.dialogue.rhetoric.chat.kinds import plain_of
from fabula.environments.dialogue.rhetoric.chat.nearness import MAIN, SHARED
from fabula.environments.dialogue.rhetoric.chat.of_others import view_on
from fabula.environments.dialogue.rhetoric.chat.sheet import Kind
from fabula.environments.dialogue.rhetoric.english import upper_first, words_in
from fabula.environments.dialogue.rhetoric.trades import trade_touched
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

SHAPES: dict[str, tuple[tuple[str, ...], ...]] = {
    "hard": (("react",), ("react", "own"), ("react", "ask"), ("react", "advise"), ("own", "ask"), ("react", "held")),
    "good": (("react",), ("react", "ask"), ("react", "own"), ("ask",)),
    "plan": (("react",), ("react", "own"), ("react", "advise"), ("ask",), ("own", "ask"), ("held", "react")),
    "plain": (("react",), ("own",), ("react", "own"), ("react", "back"), ("react", "ask"), ("own", "ask"), ("view",)),
}
"""Of what an answer is made, by the sort of news."""
CARRIED_ON = 0.6
"""How often a remark is taken for more of what was told before."""
_WEIGHTY = frozenset("anger courage death family fear friend guilt hope love money war work".split())
"""Matters that one may speak of to somebody who is in trouble."""
_BACK_AFTER = 3
"""Turns that must lie between what was told and its coming back."""
_SEED = {
    "loss": "died grave brother mother lost",
    "parting": "left alone husband wife love",
    "illness": "wound fever surgeon sick",
    "wronged": "quarrel enemy cheats thief",
    "guilt": "sorry accounts blame taken back",
    "fear": "afraid frightens dark storm",
    "lonely": "homesick alone night company",
    "trouble": "owe lost debt flood hungry",
    "tired": "asleep sleep night work early",
    "birth": "born child girl boy",
    "love": "husband wife bridesmaid danced",
    "success": "best master made brought",
    "glad": "joke dance hum gift",
    "doubt": "decide whether asked wait",
    "plan": "want leave begin trust",
    "trade": "work trade apprentice",
    "origin": "born came from home",
}


def take_up(reply: Reply, words: Words) -> bool:
    """Answer what was told; False if there is nothing to be said to it."""
    if words.news in {"crisis", "harm"}:
        return reply.say(words.news, why="takes it in earnest") or reply.say("friends", why="takes it in earnest")
    if reply.memory.told_before(words):
        reply.say("told.before", why="was told that before")
    if not words.who and OF_THEM.match(plain_of(words.statement)):
        words = replace(words, who=reply.memory.of_them()[0])
    if words.news not in HARD | GOOD and _of_them(reply, words):
        return True
    if _as_one_of_the_trade(reply, words):
        return True
    shapes = reply.stream.shuffled(_shapes(words))
    # The same sort of answer twice running is a habit that one hears; they are tried last.
    last = _families(reply.last_did)
    shapes.sort(key=lambda shape: (_kinds(shape) == last, "ask" in shape and reply.asked_last))
    if words.news in HARD and not any(each.news == words.news for each in reply.memory.news(words.news)):
        shapes.sort(key=lambda shape: shape[0] != "react")
    if words.news in {"remark", "piece", "day"} and _carry_on(reply, words):
        return True
    for shape in shapes:
        # What comes second stands only behind what comes first.
        if _MOVES[shape[0]](reply, words):
            done = {shape[0], *(move for move in shape[1:] if _MOVES[move](reply, words))}
            if _kinds(tuple(done)) == last:
                # Something else must make it other than the one before.
                ways = (
                    ("ask", "held", "own", "advise", "back")
                    if words.news in _FITTING
                    else ("ask", "own", "view", "back")
                )
                more = (move for move in ways if move not in done)
                any(_MOVES[move](reply, words) for move in more)
            return True
    return bool(reply.parts)


def _carry_on(reply: Reply, words: Words) -> bool:
    """Answer a remark as more of what was told just before: ask on, or advise."""
    latest = [each for each in reply.memory.kept[-2:] if each.words.news in HARD | GOOD | {"plan"}]
    if not latest or not reply.stream.chance(CARRIED_ON):
        return False
    before = latest[-1].words
    meant = replace(
        words, news=before.news, who=words.who or before.who, statement=f"{words.statement}, {before.statement}"
    )
    last = _families(reply.last_did)
    return any(_MOVES[move](reply, meant) for move in reply.stream.shuffled(("ask", "advise")) if move not in last)


def _of_them(reply: Reply, words: Words) -> bool:
    """Answer what goes on about somebody of whom they spoke before."""
    found = OF_THEM.match(plain_of(words.statement))
    who, _ = reply.memory.of_them()
    if not (words.named or (who and found)) or words.who not in {"", who} or words.news in {"crisis", "harm"}:
        return False
    spoken = words_in(words.statement)
    them = "him" if {"he", "his", "him"} & set(spoken) else "her" if {"she", "her"} & set(spoken) else "them"
    slots = {"who": who, "who_cap": upper_first(who), "whom_them": them, "named": words.named}
    if not words.named and _carry_on(reply, words):
        return True
    lost = any(each.news == "loss" for each in reply.memory.news("loss"))
    rule = "news.them.named" if words.named else "news.them" if lost else "news.them.living"
    if not reply.say(rule, slots, why="goes on about them", asks=not reply.asked_last):
        return False
    if reply.stream.chance(0.5):
        _own(reply, words)
    return True


def _shapes(words: Words) -> tuple[tuple[str, ...], ...]:
    sort = (
        "hard" if words.news in HARD else "good" if words.news in GOOD else "plan" if words.news == "plan" else "plain"
    )
    return SHAPES[sort]


def _kinds(shape: tuple[str, ...]) -> frozenset[str]:
    return frozenset("own" if move in {"view", "held"} else move for move in shape)


def _families(rules: frozenset[str]) -> frozenset[str]:
    """What sorts of moves rules are."""
    found = set()
    for rule in rules:
        first = rule.partition(".")[0]
        if first in {"own", "creed", "scorn", "dread", "view", "knows"}:
            found.add("own")
        elif first in {"ask", "advise", "back"}:
            found.add(first)
        elif first == "news":
            found.add("react")
    return frozenset(found)


def _react(reply: Reply, words: Words) -> bool:
    return reply.say(
        f"news.{words.news or 'self'}", slots_of(words), why=f"answers news of {words.news}", asks=not reply.asked_last
    )


def _as_one_of_the_trade(reply: Reply, words: Words) -> bool:
    """What is of its own trade it takes up as one who knows it, once."""
    persona = reply.matter.speaker.persona
    rule = trade_touched(persona, words.statement)
    # What somebody merely knows is no trade to speak as one of.
    of_it = " ".join(words_of("trades").get(rule.replace(".say", ".who"), ())).split()
    if (
        not set(of_it) & set(words_in(persona.role))
        or reply.ever_did(rule)
        or ((words.who or words.news in HARD) and words.news != "illness")
    ):
        return False
    return reply.say(rule, why="speaks as one of the trade", asks=not reply.asked_last)


def _ask(reply: Reply, words: Words) -> bool:
    """Something back, unless it asked a moment ago."""
    if reply.asks or reply.asked_last:
        return False
    return reply.say(f"ask.{words.news}", slots_of(words), why="asks back")


def _own(reply: Reply, words: Words) -> bool:
    """Something of its own that bears on it."""
    kinds = (Kind.HISTORY, Kind.TRAIT, Kind.HABIT)
    leaf = reply.nearest(words.statement, least=MAIN, kinds=kinds)
    leaf = leaf or reply.nearest(_SEED.get(words.news, ""), least=MAIN, kinds=kinds)
    if leaf is not None:
        return reply.tell("own", leaf)
    tie = reply.nearest(words.statement, least=SHARED, kinds=(Kind.TIE,))
    return reply.tell("own.tie", tie) or _view(reply, words) or (words.news in _FITTING and _held(reply, words))


def _view(reply: Reply, words: Words) -> bool:
    """What it thinks of the matter."""
    viewed = view_on(reply, words.statement, _WEIGHTY if words.news in HARD else frozenset())
    return bool(viewed) and reply.say("own.view", viewed, why="says what it thinks")


def _held(reply: Reply, words: Words) -> bool:
    """What it goes by; of hard things sometimes what it fears or cannot abide itself."""
    part = {"fear": "dread", "wronged": "scorn"}.get(words.news, "creed")
    text = reply.held(part, of=_FITTING.get(words.news, ""))
    slots = {part: text, f"{part}_cap": upper_first(text)}
    return bool(text) and reply.say(f"own.{part}", slots, why="says what it goes by")


_FITTING = {
    "loss": "affection compassion loyalty",
    "parting": "affection loyalty",
    "lonely": "affection compassion loyalty",
    "illness": "compassion self_preservation",
    "guilt": "duty compassion",
    "trouble": "compassion loyalty self_preservation greed",
    "tired": "self_preservation duty",
    "low": "compassion affection self_preservation",
    "plan": "ambition curiosity self_preservation cunning duty",
    "doubt": "curiosity duty cunning self_preservation",
}
"""The drives whose creeds bear on a kind of news; on the others all do."""


def _advise(reply: Reply, words: Words) -> bool:
    if words.news in {"loss", "tired"} and reply.stream.chance(0.5):
        return False
    advice = counsel(reply, words.statement, words.news)
    return bool(advice) and reply.say("advise.lead", {"advice": advice}, why="gives advice")


def call_back(reply: Reply, words: Words | None = None, *, by: str = "back") -> bool:
    """Come back to something that was told a while ago and not spoken of since.

    by: `back` to what was told now, `return` behind an answer of its own.
    """
    for each in reversed(reply.memory.kept):
        told = each.words
        if reply.memory.turns - each.turn <= _BACK_AFTER or (words is not None and told.statement == words.statement):
            continue
        rule = f"{by}.{kind}" if (kind := _back_kind(told)) else ""
        slots = slots_of(told)
        who, named = reply.memory.of_them()
        if named and who == told.who and reply.stream.chance(0.6):
            slots |= {"who": named, "whom": named}
        if not rule or (slots["told"] and reply.was_said(slots["told"])):
            continue
        if any(reply.ever_did(f"{way}.{kind}") for way in ("back", "return")) or rule not in reply.rules:
            continue
        if reply.say(rule, slots, why="comes back to what was told", asks=not reply.asks and not reply.asked_last):
            return True
    return False


def _back_kind(told: Words) -> str:
    """As what it comes back; empty where it does not."""
    if told.news == "loss" or (told.news == "illness" and told.who):
        return told.news if told.who else ""
    if not told.told:
        return ""
    if told.news in {"plan", "fear", "trade", "self"}:
        return told.news
    return "hard" if told.news in HARD else "good" if told.news in GOOD else ""


_MOVES: dict[str, Callable[[Reply, Words], bool]] = {
    "react": _react,
    "ask": _ask,
    "own": _own,
    "view": _view,
    "held": _held,
    "advise": _advise,
    "back": call_back,
}
