"""Chatting: answering what people say in words of their own - greetings, thanks, news of themselves, anything."""

import re

from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import is_verb, lower_first, sentences, words_in
from fabula.environments.dialogue.rhetoric.questions import answer, answer_question, fact_on, mentioned_in, view_of
from fabula.environments.dialogue.rhetoric.reading import QUOTE_WORDS_MAX, Heard, key_phrase, quotes
from fabula.environments.dialogue.rhetoric.reflecting import reflected
from fabula.environments.dialogue.rhetoric.telling import inside, was_told
from fabula.environments.dialogue.rhetoric.topic import Kind
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.rhetoric.trades import trade_touched

REFLECTED_WORDS_MAX = 14
GIVEN_BACK = 0.6
"""How often, after something of its own, it gives back what it is told and asks on."""
BYE_WORDS_MAX = 14
COURTESY_WORDS_MAX = 12
SHORT_WORDS_MAX = 5
"""Words up to which a text is taken for no more than a farewell, a courtesy, a greeting; what is longer says something.
"""

_HELLO = re.compile(
    r"^(?:hi|hello|hey|greetings|good (?:morning|evening|day|afternoon)|hallo|salut|ahoy)\b", re.IGNORECASE
)
_BYE = re.compile(
    r"\b(?:bye|goodbye|good night|farewell|see you|so long|i (?:have|need|must|ought) to go|gotta go|take care|"
    r"until (?:tomorrow|next time))\b",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:thanks|thank you|cheers|much obliged)\b", re.IGNORECASE)
_SAD = re.compile(
    r"\b(?:afraid|alone|broke|buried|cried|dead|died|divorced|gone|left me|fail\w*|fired|ill|lonely|lost|sad|sick|"
    r"sorry|tired|unhappy|worried|worse)\b",
    re.IGNORECASE,
)
_GLAD = re.compile(
    r"\b(?:born|engaged|finished|found|glad|good news|happy|in love|married|passed|pleased|proud|won|wonderful)\b",
    re.IGNORECASE,
)


_TELL = re.compile(
    r"^(?:please )?tell me (?:a|an|another|some|something|more)\b|\bsay something\b|\ba (?:story|joke|secret)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:please |and |so )?tell me (?:more )?about\b", re.IGNORECASE)
_OF_YOU = re.compile(r"^(?:but |and |well |ok |okay )?you(?:'re|’re| are| seem| sound| look)\b", re.IGNORECASE)
_WON = re.compile(
    r"\b(?:you win|fair enough|good point|you(?:'re|’re| are) right|convinced me|you have me there|touch[eé])\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"^(?:yes|no|yeah|nope|ok|okay|sure|maybe|perhaps|right|fine|well|hm+|indeed|never|nothing|i see)\W*$",
    re.IGNORECASE,
)
_AGREED = re.compile(r"^(?:yes,? )?(?:i (?:quite |fully |do )?agree|agreed)\b(?! that)", re.IGNORECASE)
_DISAGREED = re.compile(r"^(?:no,? )?i (?:do not|don['’]?t|cannot|can['’]t|dis)\s?agree\b", re.IGNORECASE)
_COURTESIES = (
    (_THANKS, "chat.thanks", "thanks back"),
    (_WON, "chat.won", "takes it well"),
    (_DISAGREED, "chat.disagreed", "asks what is held against it"),
    (_AGREED, "chat.agreed", "takes it well"),
    (_SHORT, "chat.short", "leads on"),
)


def reply_to_words(turn: Turn, said: Heard) -> bool:
    """Answer a turn that no rules made; False if there is nothing to say to it."""
    text = said.line.text
    if _BYE.search(text) and len(text.split()) <= BYE_WORDS_MAX:
        return _bye(turn)
    if said.question and turn.matter.addressed(said):
        return answer_question(turn, said)
    if _ABOUT.match(text) and turn.matter.addressed(said):
        return answer(turn, text, known=False)
    if _TELL.search(text):
        return _tell_something(turn, text)
    if _courtesy(turn, text):
        return True
    if turn.matter.topic.kind is not Kind.NONE:
        return _argue_with(turn, said)
    return _reflect(turn, said)


def _courtesy(turn: Turn, text: str) -> bool:
    """Answer what says little by itself: a greeting, thanks, a word, what nobody can follow. False if it says more."""
    length = len(text.split())
    if _HELLO.match(text) and length <= SHORT_WORDS_MAX:
        return turn.say("talk", "chat.hello", {"other": turn.matter.short_names.get(turn.to, "")}, why="greets")
    for pattern, rule, why in _COURTESIES:
        if pattern.search(text) and length <= COURTESY_WORDS_MAX:
            return turn.say("talk", rule, why=why)
    if (
        _OF_YOU.match(text)
        and (left := quotes(text) or [text.strip(" .!?")])
        and len(left[0].split()) <= QUOTE_WORDS_MAX
    ):
        return turn.say("talk", "chat.of_me", {"quote": lower_first(left[0])}, why="answers what is said of it")
    if topic_of(text).foreign:
        quote = " ".join(text.strip(" .!?").split()[:QUOTE_WORDS_MAX])
        return turn.say("talk", "chat.tongue", {"quote": quote}, why="says that it has only English")
    if not re.search(r"[^\W\d_]{2,}", text) or not any(word in _PLAIN or is_verb(word) for word in words_in(text)):
        return turn.say("talk", "chat.lost", why="did not follow")
    return False


def _tell_something(turn: Turn, text: str) -> bool:
    """Something of its life, for the asking; a secret it keeps."""
    if "secret" in text.casefold():
        return turn.say("talk", "care.none", why="keeps a secret")
    left = [fact.text for fact in turn.matter.life.facts if not was_told(turn, fact.text)]
    if not left:
        return turn.say("talk", "chat.ask", why="asks back")
    return turn.say(
        "moves", "tale.lead", {"fact": inside(turn, turn.stream.choice(left))}, why="something from its life"
    )


def _bye(turn: Turn) -> bool:
    matter = turn.matter
    about = next((key for each in reversed(matter.others[:-1]) if (key := key_phrase(each.line.text))), "")
    about = matter.topic.thing or about
    return (bool(about) and turn.say("talk", "chat.bye", {"last_matter": about}, why="takes leave")) or turn.say(
        "talk", "chat.bye.short", why="takes leave"
    )


def _argue_with(turn: Turn, said: Heard) -> bool:
    """A statement about the topic, in somebody's own words."""
    matter = turn.matter
    agrees = said.agrees > 0 or (not said.agrees and matter.sides_with(said.line.speaker))
    left = quotes(said.line.text, words_in(matter.outlook.topic))
    lead = ""
    if left:
        lead = turn.lead(
            "moves", "quote.yes" if agrees else "quote.no", {"quote": lower_first(turn.stream.choice(left[:2]))}
        )
    if agrees:
        turn.say("moves", "generic.yes", lead=lead, why="agrees")
    else:
        turn.say("moves", "generic.no", lead=lead, why="answers what was said")
    grounds = [
        ground
        for ground in (*said.grounds, *matter.grounds)
        if ground in matter.grounds and ground not in matter.argued
    ]
    if grounds:
        turn.argue(grounds[0], "reason", lead=turn.opener("hm"), why=f"a reason, on {grounds[0]}")
    return True


def _reflect(turn: Turn, said: Heard) -> bool:
    """Answer what somebody told of themselves: with something of its own, or by giving it back and asking on."""
    statement = next(
        (each for each in sentences(said.line.text) if not each.endswith("?") and not _HELLO.match(each)), ""
    )
    statement = statement.strip(" .!…")
    words = statement.split()
    mood = ".sad" if _SAD.search(statement) else ".glad" if _GLAD.search(statement) else ""
    if turn.matter.mine and turn.matter.mine[-1].did(*_OWN) and turn.stream.chance(GIVEN_BACK):
        pass
    elif _of_its_own(turn, said.line.text, statement, sad=bool(mood)):
        return True
    done = False
    if 2 <= len(words) <= REFLECTED_WORDS_MAX and re.search(r"\b(?:i|my|we|me)\b|i'", statement, re.IGNORECASE):
        done = turn.say(
            "talk", f"chat.reflect{mood}", {"reflected": reflected(statement)}, why="gives back what was told"
        )
    if not done and (left := quotes(said.line.text)):
        done = turn.say("talk", "heard.any", {"quote": lower_first(left[0])}, why="takes up what was said")
    if not done and (key := key_phrase(said.line.text)):
        done = turn.say("moves", "generic.ask", {"key_or_that": key}, why="asks on")
    return done or turn.say("talk", "chat.ask", why="asks back")


def _of_its_own(turn: Turn, text: str, statement: str, *, sad: bool) -> bool:
    """Something of the speaker's own that what was said touches: its trade, its life, somebody it knows, a view."""
    matter = turn.matter
    life = matter.life
    as_what = re.sub(r"^I am (?:the |my )?", "", life.work) if life.work.startswith("I am ") else ""
    slots = {"work_as": as_what}
    rule = trade_touched(matter.speaker.persona, text) if as_what else ""
    if rule and turn.say("trades", rule, slots, why="speaks as one of the trade"):
        return True
    if fact := fact_on(turn, text):
        return turn.say("talk", "chat.fact", {"fact": inside(turn, fact)}, why="something of its own")
    if (mentioned := mentioned_in(turn, text)) and not was_told(turn, mentioned["fact"]):
        return turn.say("talk", "chat.tie", {"tie": mentioned["fact"]}, why="something of its own")
    if sad:
        return False
    if (view := view_of(turn, statement)) and turn.say(
        "talk", "chat.view", {"view_of": view}, why="says what it thinks"
    ):
        return True
    if as_what and turn.stream.chance(0.5):
        return turn.say("talk", "chat.trade.any", slots, why="something of its own")
    return False


_OWN = ("chat.fact", "chat.tie", "chat.view", "chat.trade.any")
_PLAIN = frozenset(
    "a about all am an and are as at be but by can do for from good great had has have he her his how i if in is"
    " it like me my nice no not of on or our she so that the their they thing this to too very was we were what"
    " when where who why will with yes you your".split()
)
