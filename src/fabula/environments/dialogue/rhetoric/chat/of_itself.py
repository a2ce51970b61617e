"""Of itself: what a speaker answers when it is asked who it is, what it wants, fears, remembers, feels."""

import re

from fabula.environments.dialogue.rhetoric.chat.asking import asks, kinds_of
from fabula.environments.dialogue.rhetoric.chat.composing import Reply
from fabula.environments.dialogue.rhetoric.chat.hearing import Words
from fabula.environments.dialogue.rhetoric.chat.nearness import MAIN, telling
from fabula.environments.dialogue.rhetoric.chat.of_others import view_on
from fabula.environments.dialogue.rhetoric.chat.sheet import Kind, Leaf, history_of
from fabula.environments.dialogue.rhetoric.english import upper_first, words_in

STORY_SENTENCES = 2

_KIN = (
    r"(?:brothers?|sisters?|mother|father|mum|dad|parents?|child(?:ren)?|kids?|sons?|daughters?|husband|wife|spouse|uncle"
    r"|aunt|family|kin|friends?|lover|sweetheart|girlfriend|boyfriend|enem(?:y|ies)|pets?|dogs?|cats?)"
)
_SEED = {
    "fear": "afraid fear frightens dark cannot bear refuse",
    "hate": "hate quarrel enemy cannot bear",
    "love": "love husband wife brother nearest fond kin",
    "regret": "regret sorry taken back accounts guilty blame",
    "miss": "homesick home tunes remember lost back",
    "proud": "proud best made master first brought",
    "are.happy": "joy song dance laugh joke feast gift party happy",
    "are.sad": "sorrow grave lost died sad grief",
    "are.lonely": "alone company friend homesick night",
    "are.tired": "tired asleep sleep work night early",
    "are.afraid": "afraid frightens danger risk dark",
    "are.angry": "angry quarrel shout fight",
    "are.good": "give gives generous honest worst kind share",
    "are.rich": "money owe pay coin debt",
    "are.faith": "pray god believe faith church",
    "song": "hum tunes sing song fiddle dance",
    "joke": "joke laugh funny",
    "favourite": "like best habit",
    "doing": "every morning night each day work",
    "how": "sleep morning tired night",
}


def answer_of_itself(reply: Reply, question: str, plain: str) -> bool:
    """Answer a question about the speaker; False if it is none. plain: see hearing.Words."""
    for rule, way in (("secret", _secret), ("joke", _joke), ("song", _song), ("story", tell_story)):
        if asks(rule, plain):
            return way(reply, plain)
    return any(_say(reply, rule, question) for rule in kinds_of(plain)) or _of_kin(reply, plain)


def _say(reply: Reply, rule: str, question: str) -> bool:
    why = _WHYS.get(rule, "answers from its sheet")
    if rule == "me" and reply.ever_did("me") and reply.tell("me.again", near_or_any(reply, question), why=why):
        return True
    if rule == "want":
        want = reply.matter.life.want
        if want and not reply.was_said(want):
            return reply.say("want", {"want": want}, why="says what it wants")
        return reply.say("want.drive", why="says what it wants")
    if rule in {"work", "origin"}:
        return _of_sheet(reply, rule, why)
    if rule == "good_at":
        crafts = [craft for craft in reply.matter.life.crafts if not reply.was_said(craft)][:2]
        slots = {"craft": " and ".join(crafts), "craft_cap": upper_first(" and ".join(crafts))}
        return reply.tell(
            "good_at", near_or_any(reply, " ".join(crafts)), slots if crafts else {}, why="says what it knows"
        )
    feared = re.search(r"\b(?:afraid|scared|frightened) of (?:the )?(.+)", question.rstrip(" ?"), re.IGNORECASE)
    if feared and (viewed := view_on(reply, feared[1])):
        return reply.say("own.view.asked", viewed, why="says what it thinks")
    if rule == "doing":
        own = (Kind.TRAIT, Kind.HABIT)
        leaf = reply.nearest(_SEED[rule], kinds=own) or reply.any_leaf(*own)
        return reply.tell(rule, leaf, why=why) or reply.say(rule, why=why)
    leaf = reply.nearest(f"{_SEED[rule]} {question}", least=MAIN) if rule in _SEED else None
    leaf = leaf or (None if rule in _NEEDS_ONE or rule.startswith("are.") else near_or_any(reply, question))
    return reply.tell(rule, leaf, why=why) or reply.say(rule, why=why)


_NEEDS_ONE = frozenset(["fear", "love", "miss", "regret", "proud"])
"""Answers that hold something of its life only if it bears on them."""
_WHYS = {
    "me": "says who it is",
    "how": "says how it is",
    "origin": "says where it comes from",
    "work": "says what it does",
    "age": "does not say",
}


def _of_sheet(reply: Reply, rule: str, why: str) -> bool:
    """Its trade or where it comes from, with something of its life that belongs to it."""
    fact = reply.matter.life.work if rule == "work" else reply.matter.life.origin
    if not fact:
        return False
    if reply.was_said(fact):
        return reply.tell("more", near_or_any(reply, fact), why=why)
    kinds = (Kind.HISTORY,) if rule == "origin" else (Kind.TRAIT, Kind.HABIT)
    leaf = reply.nearest(f"{fact} work" if rule == "work" else f"{fact} born home", kinds=kinds)
    leaf = leaf or reply.any_leaf(*kinds)
    if leaf is not None and len(leaf.text.split()) <= _LONG_LEAF and reply.tell(rule, leaf, why=why):
        return True
    return reply.say(f"{rule}.bare", why=why)


_LONG_LEAF = 26


def near_or_any(reply: Reply, about: str) -> Leaf | None:
    """What it has to tell that is nearest, or anything at all."""
    return reply.nearest(about) or reply.any_leaf()


def _of_kin(reply: Reply, plain: str) -> bool:
    married = asks("married", plain)
    found = re.search(
        rf"\b(?:your|you have|you got|have) (?:any |an? |some )?(?:best |good |close |real |own )?({_KIN})\b", plain
    )
    if not married and not found:
        return False
    asked = "husband wife married" if married or not found else found[1]
    leaf = next((each for each in reply.leaves if telling(asked) & telling(_owned(each.text))), None)
    if found and found[1] in {"family", "kin", "friend", "friends", "parents"} and leaf is None:
        leaf = reply.nearest(found[1], kinds=(Kind.TIE, Kind.HISTORY))
    rule = "married" if married else "family"
    if leaf is not None and not leaf.torn:
        return reply.tell("married" if married else "family.has", leaf, why="answers from its sheet")
    slots = {"asked": found[1] if found else "husband", "asked_cap": upper_first(found[1] if found else "husband")}
    return reply.say(f"{rule}.none", slots, why="does not say")


def _owned(text: str) -> str:
    """The words of a sentence that stand behind `my`."""
    words = words_in(text)
    return " ".join(words[at + 1] for at, word in enumerate(words[:-1]) if word in {"my", "our"})


def _secret(reply: Reply, _: str) -> bool:
    if reply.ever_did("secret"):
        return reply.say("secret.again", why="keeps a secret")
    return reply.tell("secret", reply.any_leaf(), why="keeps a secret")


def _joke(reply: Reply, plain: str) -> bool:
    if reply.ever_did("joke"):
        return reply.say("joke.again", why="has no other joke") or tell_story(reply, plain)
    return reply.tell("joke", reply.nearest(_SEED["joke"]) or reply.any_leaf(), why="is no wit")


def _song(reply: Reply, _: str) -> bool:
    return reply.tell("song", near_or_any(reply, _SEED["song"]), why="does not sing")


def tell_story(reply: Reply, plain: str) -> bool:
    """Some sentences of its history that follow one another; then its ways; then nothing more."""
    told: list[str] = []
    for leaf in history_of(reply.matter.speaker.persona):
        if reply.was_said(leaf.text):
            continue
        told.append(leaf.text)
        if len(told) == STORY_SENTENCES:
            break
    rule = "story.more" if reply.ever_did("story") else "story"
    if told:
        return reply.say(rule, {"story": ". ".join(told)}, why="something from its life")
    more = reply.nearest(plain) or reply.any_leaf(*Kind)
    if more is not None and reply.say("story.more", {"story": more.text}, why="something from its life"):
        return True
    return reply.say("story.none", why="has told everything")


def go_on(reply: Reply, words: Words) -> bool:
    """More of what it told last."""
    last = reply.matter.mine[-1].line.text if reply.matter.mine else ""
    history = history_of(reply.matter.speaker.persona)
    at = max(
        (index for index, leaf in enumerate(history) if " ".join(words_in(leaf.text)) in " ".join(words_in(last))),
        default=-1,
    )
    if reply.last_did & {"story", "story.more"} and history and not reply.was_said(history[-1].text):
        return tell_story(reply, "")
    if at >= 0 and at + 1 < len(history) and not reply.was_said(history[at + 1].text):
        return reply.tell("more", history[at + 1], why="goes on")
    if re.search(r"\bwhat else|anything else|something else\b", words.plain):
        return reply.tell("more", reply.any_leaf(*Kind), why="goes on")
    leaf = reply.nearest(last)
    return (reply.tell("more", leaf, why="goes on")) or reply.say("more.none", why="has no more of it")


def why(reply: Reply) -> bool:
    """The reason of what it said last."""
    last = reply.matter.mine[-1].line.text if reply.matter.mine else ""
    return reply.tell("why", reply.nearest(last), why="says why") or reply.say("why", why="says why")
