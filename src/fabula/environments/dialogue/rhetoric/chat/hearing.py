"""Hearing: what somebody said in words of their own - what it asks, what it tells, what it is besides."""

import re
from functools import lru_cache

from msgspec import Struct

from fabula.environments.dialogue.rhetoric.chat.asking import opens_a_question
from fabula.environments.dialogue.rhetoric.chat.kinds import kin, pattern, plain_of
from fabula.environments.dialogue.rhetoric.english import is_verb
from fabula.environments.dialogue.rhetoric.reflecting import reflected
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

READ_LETTERS_MAX = 1_500
"""Of a long text: so much from its beginning, and half as much from its end."""
LONG_WORDS = 120
SHORT_WORDS = 3
COURTESY_WORDS = 6
FAREWELL_WORDS = 12
TOLD_WORDS_MAX = 16
"""What is longer is not given back."""
PIECE_WORDS = 4
_COPULAS = frozenset("is are was were has had will would can could should am be does did do".split())
_GENERAL = re.compile(
    r"\b(?:people|everyone|everybody|nobody|no one|life|world|men|women|always|never|should|must|every|nothing)\b"
    r"|^(?!it |that |he |she |his |her )(?:the )?\w+(?: \w+)? (?:is|are|makes?|has|have|does|do|costs?)\b"
)
NEWS = (
    "crisis harm quiet loss parting quarrel guilt illness wronged fear lonely low trouble tired birth love success glad"
    " doubt trade plan origin kin like dislike day bored"
).split()
"""The kinds of news, what is heard first before the rest."""
HARD = frozenset("loss parting quarrel guilt illness wronged fear lonely low trouble tired doubt".split())
GOOD = frozenset("birth love success glad".split())
OF_THEM = re.compile(r"^(?:and |but |yes |no )?(?:he|she|they|his|her|their|it was (?:him|her))\b")
"""Goes on about somebody who was spoken of."""
_OF_YOU = re.compile(r"^(?:and |but |well |so )?you (?!know\b|see\b)\w+")
_PERSONAL = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our)\b")
_OF_ANYBODY = frozenset(["loss", "illness", "parting", "birth"])
"""What is news of somebody even where it is said of them alone."""
_NEEDS_NO_I = frozenset(["bored", "day", "tired", "crisis", "low", "quiet"])
_NOT = re.compile(r"\b(?:not|never|no longer|hardly) (?:\w+ )?$")
_TAG = re.compile(r", (?:right|you know|isn['’]t it|don['’]t you think|eh|okay|ok|no|yes)\?+$")
_NAMED = re.compile(
    r"\b(?:my name is|my name's|call me|they call me|people call me|i am called|i'm called) ([^\W\d_][\w'’-]{1,30})",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\b(?:[Ii] am|[Ii]['’]m) ([A-Z][a-z]{2,20})(?=[.,!?]|$| and\b)")
_THEIR_NAME = re.compile(
    r"\b(?:his|her|their|its) name (?:is|was) ([^\W\d_]+)|\b(?:he|she|they) (?:is|was|were|are) called ([^\W\d_]+)",
    re.IGNORECASE,
)
_DESCRIBES = r"(?:best|little|big|older|elder|younger|old|dear|only|twin|good|poor|late|first|\w+est)"
_NO_NAMES = frozenset("sorry fine well good here not tired sad happy afraid alone lost glad sure back".split())
_MASHED = re.compile(
    r"asdf|sdfg|dfgh|fghj|ghjk|hjkl|qwer|wert|zxcv|xcvb|jkl|(.)\1{3,}|[bcdfghjklmnpqrstvwxz]{5,}", re.IGNORECASE
)
_PICTURES = {
    "picture.sad": "😢😭😞😔🙁☹😿💔",
    "picture.glad": "😀😃😄😁😆😅😂🤣🙂😊😉😎🎉🥳😺",
    "picture.love": "❤🧡💛💚💙💜😍🥰😘💕💖😻",
    "picture.cross": "😠😡🤬👎🖕",
    "picture.yes": "👍👌✅🙏",
}
_SIGNS = {":)": "🙂", ":-)": "🙂", ":D": "😀", ";)": "😉", ":(": "🙁", ":-(": "🙁", "<3": "❤", ":P": "😉"}
_ENGLISH = frozenset(" ".join(words_of("chat_near")["english"]).split())


class Words(Struct, frozen=True, kw_only=True):
    """What somebody said, read."""

    plain: str
    """In small letters, without signs, with what is drawn together written out."""
    count: int
    question: str = ""
    """The last thing asked, as it was written."""
    news: str = ""
    """Of which kind what is told is: one of NEWS, `self` or `world`; empty: nothing is told."""
    statement: str = ""
    """The sentence that tells it."""
    who: str = ""
    """Whom it concerns: `your brother`."""
    name: str = ""
    """What they say that they are called."""
    named: str = ""
    """What somebody of theirs is called, of whom they speak."""
    courtesies: frozenset[str] = frozenset()
    odd: str = ""
    """A rule for what is no sentence: `lost`, `word`, `tongue`, `short`, …"""

    @property
    def told(self) -> str:
        """What is told, as one says it back: `you lost your brother`; empty where it cannot be."""
        words = self.statement.split()
        personal = re.match(r"(?:i|my)\b", self.statement, re.IGNORECASE)
        if not personal or not 2 < len(words) <= TOLD_WORDS_MAX or re.search(r"[\"“”:;()]", self.statement):
            return ""
        return reflected(
            re.sub(r"^(?:i think|i guess|i mean) (?:that )?", "", self.statement, flags=re.IGNORECASE).strip(" .!…")
        )


@lru_cache(maxsize=512)
def read(text: str) -> Words:
    """What was said."""
    count = len(text.split())
    if len(text) > READ_LETTERS_MAX * 3 // 2:
        text = f"{text[:READ_LETTERS_MAX]} {text[-READ_LETTERS_MAX // 2 :]}"
    text = " ".join(text.split())
    plain = plain_of(text)
    courtesies = frozenset(rule for rule in _COURTESIES if _hears(rule, plain, count))
    odd = _odd(text, plain, count, courtesies)
    if odd:
        return Words(
            plain=plain,
            count=count,
            courtesies=courtesies,
            odd=odd,
            question=text if odd in {"tongue", "number"} else "",
        )
    said = [each.strip() for each in re.split(r"(?<=[.!?…])\s+|\n", text) if each.strip()]
    asked = [each for each in said if _is_question(each)]
    told = [each for each in said if each not in asked and not _only_courtesy(each)]
    news, statement = _news(told)
    return Words(
        plain=plain,
        count=count,
        question=asked[-1] if asked else "",
        news=news,
        statement=statement,
        who=_whose(statement),
        name=_name(text),
        named=_named(text),
        courtesies=courtesies,
    )


_LEAVES = frozenset(["night", "later", "laters", "ttyl", "cu", "cya", "peace"])
_HOURS = frozenset(["morning", "afternoon", "evening"])
_COURTESIES = tuple(
    "hello bye thanks sorry laugh insult scold praise agree disagree yes no maybe short more made".split()
)
_FILLS = frozenset(
    "well oh ah then please thanks really ok okay yes no so and but it is sir my friend dear that".split()
)
_WHOLE = frozenset("yes no maybe short more".split())
"""What is meant only where nothing else is said."""


def _hears(rule: str, plain: str, count: int) -> bool:
    found = pattern(rule).search(plain)
    if rule == "bye" and plain in _LEAVES:
        return True
    if found is None:
        return False
    if rule in _WHOLE:
        rest = plain.replace(found[0], "", 1).split()
        return not set(rest) - _FILLS and len(rest) <= SHORT_WORDS
    if rule == "scold":
        return count <= SHORT_WORDS or bool(
            re.search(r"\byou(?:r| are| really| all| \w+ing)?\b", plain[: found.start()])
        )
    if rule == "hello":
        return found.start() == 0 and (found[0] not in _HOURS or count <= SHORT_WORDS)
    if rule in {"agree", "disagree"}:
        return found.start() <= len("yes well ") and count <= COURTESY_WORDS * 2
    if rule in {"insult", "praise"} and _NOT.search(plain[: found.start()]):
        return False
    if rule in {"bye", "sorry", "laugh", "thanks", "insult", "praise"}:
        return count <= FAREWELL_WORDS or found.start() == 0
    return True


def _only_courtesy(sentence: str) -> bool:
    """Whether a sentence says no more than a greeting or a word."""
    plain = plain_of(sentence)
    count = len(plain.split())
    light = ("hello", "bye", "thanks", "sorry", "laugh", "praise", "agree", "disagree", "insult", "scold", *_WHOLE)
    return any(_hears(rule, plain, count) for rule in light) and count <= COURTESY_WORDS


def _is_question(sentence: str) -> bool:
    plain = plain_of(sentence)
    if any(_hears(rule, plain, len(plain.split())) for rule in ("hello", "bye", "thanks", "short")):
        return False
    plain = plain.partition(" ")[2] if re.match(r"[A-Z]\w+, ", sentence) else plain  # Somebody called by name.
    if sentence.rstrip("\"'”)").endswith("?"):
        return not _TAG.search(sentence.casefold()) or opens_a_question(plain)
    return opens_a_question(plain) and not re.match(r"^(?:what|how) an?\b|^when i\b|^how (?:nice|lovely|sad)\b", plain)


def _news(told: list[str]) -> tuple[str, str]:
    """The weightiest thing told, and the sentence that tells it."""
    best, found = len(NEWS), ""
    for sentence in told:
        plain = plain_of(sentence)
        if _OF_YOU.match(plain) and not _PERSONAL.search(plain):
            continue
        personal, of_them = bool(_PERSONAL.search(plain)), bool(OF_THEM.match(plain))
        for at, kind in enumerate(NEWS[:best]):
            concerns = personal or kind in _NEEDS_NO_I or (of_them and kind in _OF_ANYBODY)
            if concerns and _tells(kind, plain):
                best, found = at, sentence
                break
    if found:
        return NEWS[best], found.strip(" .!…")
    said = [each.strip(" .!…") for each in told if len(each.split()) > 1]
    personal_first = sorted(said, key=lambda each: not _PERSONAL.search(plain_of(each)))
    if not said:
        return "", told[0].strip(" .!…") if told else ""
    statement = personal_first[0]
    return _plain_kind(plain_of(statement)), statement


def _plain_kind(plain: str) -> str:
    """What a statement is that is no news: of oneself, of the world, a remark, or a piece of a sentence."""
    if _OF_YOU.match(plain) and not _PERSONAL.search(plain):
        return "you"
    if _PERSONAL.search(plain):
        return "self"
    words = plain.split()
    if len(words) <= PIECE_WORDS and not any(word in _COPULAS or is_verb(word) for word in words):
        return "piece"
    return "world" if _GENERAL.search(plain) and not re.search(r"\b(?:here|this|there)\b", plain) else "remark"


def _tells(kind: str, plain: str) -> bool:
    return any(
        not _NOT.search(plain[: found.start()]) and not plain[found.end() :].startswith(" not ")
        for found in pattern(kind).finditer(plain)
    )


def _whose(statement: str) -> str:
    """`your little brother`, where somebody's own is spoken of."""
    plain = plain_of(statement)
    found = re.search(rf"\b(?:my|our|have an?) ((?:{_DESCRIBES} )?)({kin()})\b", plain)
    return f"your {found[1]}{found[2]}" if found else ""


def _name(text: str) -> str:
    found = _NAMED.search(text) or _I_AM.search(text)
    if found is None or found[1].casefold() in _NO_NAMES:
        return ""
    return found[1][:1].upper() + found[1][1:]


def _named(text: str) -> str:
    found = _THEIR_NAME.search(text) or re.search(rf"\b(?:{kin()}) (?:called|named) ([A-Z]\w+)", text)
    found = found or re.search(rf"\b[Mm]y (?:\w+ )?(?:{kin()}),? ([A-Z][a-z]+)\b", text)
    called = next((each for each in found.groups() if each), "") if found else ""
    return called[:1].upper() + called[1:]


def _odd(text: str, plain: str, count: int, courtesies: frozenset[str]) -> str:
    """The rule for what is no sentence; empty for what is."""
    pictured = _SIGNS.get(text, text)
    if re.fullmatch(r"[\d .,:%€$£+-]*\d[\d .,:%€$£+-]*", text):
        return "number"
    if not re.search(r"[^\W\d_]", pictured):
        rule = next((rule for rule, signs in _PICTURES.items() if any(each in signs for each in pictured)), "")
        return rule or ("lost" if pictured.isascii() else "picture")
    if text in _SIGNS:
        return next(rule for rule, signs in _PICTURES.items() if pictured in signs)
    words = plain.split()
    if count == 1 and len(text) > LONG_WORDS:
        return "long.noise"
    if _foreign(text, words):
        return "tongue"
    if courtesies:
        return ""
    if not any(word in _ENGLISH or is_verb(word) for word in words) and not _is_question(text):
        letters = plain.replace(" ", "")
        if _MASHED.search(letters) or not re.search(r"[aeiouy]", letters) or len(set(words)) * 5 < len(words):
            return "lost" if count < LONG_WORDS else "long.noise"
        return "word" if count == 1 else ""
    return "long.noise" if count >= LONG_WORDS and len(set(words)) * 10 < len(words) else ""


def _foreign(text: str, words: list[str]) -> bool:
    letters = [each for each in text if each.isalpha()]
    if sum(not each.isascii() and ord(each) > 0x2FF for each in letters) * 2 > len(letters):
        return True
    if len(words) < 2 or any(
        word in _ENGLISH - {"a", "no", "me", "am", "so", "an", "in", "on", "was"} for word in words
    ):
        return False
    return topic_of(text).foreign or bool(re.search(r"[¿¡ßñçàèùâêîôûëïäöüąęłśźżćń]", text))
