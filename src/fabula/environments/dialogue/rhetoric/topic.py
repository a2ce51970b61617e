"""The topic: what people are to talk about, taken apart, so that one can be for it and one against it.

A question whether something should be done, a choice between two, a claim, an open question, or only a thing that has a
name: each gives two views, clauses that can stand alone, and names for what they are about. Of what is too long, too
odd or not English as much is quoted as is needed to speak of it.
"""

import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from fabula.environments.dialogue.rhetoric.english import (
    base_of_participle,
    gerund,
    is_gerund,
    is_participle,
    is_plural,
    is_verb,
    lower_first,
    plural_form,
    sentences,
    third_singular,
)
from fabula.environments.dialogue.rhetoric.grounds import lot

QUOTED_WORDS_MAX = 9
NAMED_WORDS_MAX = 8
"""A longer name is no name; then it is `the question`."""
WORD_CHARACTERS_MAX = 24
"""Of a word that is quoted."""
READ_CHARACTERS_MAX = 400
"""Of a topic; what comes after decides nothing."""


class Kind(StrEnum):
    """What sort of topic it is, which is what one can say for and against it."""

    ACTION = "action"
    CHOICE = "choice"
    THESIS = "thesis"
    OPEN = "open"
    """A question that wants an answer other than yes or no; everyone has their own."""
    NONE = "none"


class Topic(Struct, frozen=True):
    """A topic, taken apart."""

    kind: Kind
    thing: str = ""
    """What it is about: `the old tower`, `home`."""
    view: str = ""
    """`the old tower should be rebuilt`."""
    nay: str = ""
    one: str = ""
    """What is to be done, or chosen, by the one view: `having the old tower rebuilt`, `tea`."""
    other: str = ""
    quoted: str = ""
    """Its own words, in quotation marks, short."""
    keeps: bool = False
    """Of an action: it is the view that would leave things as they are."""
    short: tuple[str, str] = ("", "")
    """Of an action: what the one and the other are called once everybody knows what is meant; empty: not otherwise."""
    ways: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Other words for either view, once everybody knows what is meant."""
    ask: str = ""
    """Of an open question: the word it asks with."""


_MODAL = re.compile(r"^(should|ought|shall|must|need) (.+)$", re.IGNORECASE)
_COPULA = re.compile(r"^(is|are|was|were) (.+)$", re.IGNORECASE)
_HELPER = re.compile(r"^(do|does|did|can|could|will|would|may|might|has|have) (.+)$", re.IGNORECASE)
_WH = re.compile(r"^(what|who|whom|whose|why|how|when|where|which)(?:'s)?\b", re.IGNORECASE)
_WHAT_IS = re.compile(
    r"^(?:what(?:'s| is| are| was)|was ist|was sind|qu['’]est[- ]ce que(?: c['’]est que)?|¿?qué es|cos['’]è|che cos['’]è|co je|co to jest"
    r"|what does|the meaning of|the idea of|the nature of|on|about|wer ist|who is|who was|talk about|discuss|tell me about) +(.+?)(?: mean)?$",
    re.IGNORECASE,
)
_OR = re.compile(r"^(.+?),?\s+(?:or|vs\.?|versus|oder|ou)\s+(.+)$", re.IGNORECASE)
_BETTER = re.compile(r"^(.+?) (is|are) (?:better|worse|more \w+|nicer|wiser|stronger|greater) than (.+)$", re.IGNORECASE)
_STATED = re.compile(r"^(.+?) (should|must|ought to|shall) (not |never )?(.+)$", re.IGNORECASE)
_CLAIMED = re.compile(r"^(.+?) (is|are|was|were|can|cannot|will) (not |never )?(.+)$", re.IGNORECASE)
_KEEPS = frozenset("avoid continue keep leave maintain preserve remain save stay wait".split())
_PRONOUNS = frozenset("i we you they he she it one people everyone everybody nobody anyone somebody someone".split())
_DETERMINERS = frozenset("a all an any every her his its more most my no our some such that the their these this those your".split())
_PREDICATES = frozenset(
    "a alive allowed always an bad better beautiful common cruel dangerous dead ever evil fair false free good great harmful important"
    " in just justified less like lost more necessary never normal not obsolete of on our overrated possible real rational right safe"
    " still the too true underrated useful useless worse worth wrong".split()
)
_ALLOWING = frozenset("be choose decide drink drive eat get go have keep know learn live marry own play see speak stay use vote work".split())
_ORDERS = frozenset("abolish ban build defend keep legalise legalize reform regulate save".split())


@lru_cache(maxsize=256)
def topic_of(text: str) -> Topic:
    """A topic in whatever words somebody gave it."""
    words = _heart(text)
    if not re.search(r"\w", words):
        shown = words.strip()
        return _named(f"“{shown[:12]}”", f"“{shown[:12]}”") if shown else Topic(Kind.NONE)
    quoted = f"“{_short(words)}{'?' if _asks(text, words) else ''}”"
    plain = words if _ordinary(words) else ""
    for reading in (_proposal, _choice, _what_is, _open, _claim, _statement):
        if plain and (topic := reading(plain, quoted)) is not None:
            return topic
    short = len(plain.split()) <= NAMED_WORDS_MAX and all(len(each) <= WORD_CHARACTERS_MAX for each in plain.split())
    if plain and short and not _asks(text, words):
        return _deed(plain, quoted) or _named(_lowered(plain), quoted)
    return _named("the question" if _asks(text, words) else f"“{_short(words)}”", quoted)


def _heart(text: str) -> str:
    """What matters in it: the last question of a long text, else its first sentence, without the stop."""
    text = " ".join(text[:READ_CHARACTERS_MAX].split())
    said = sentences(text) or [text]
    asked = [each for each in said if each.endswith("?") and len(each.split()) <= 16]
    heart = (asked[-1] if asked else said[0]) if len(said) > 1 else text
    heart = re.sub(r"^(?:so|well|and|but|please|hey|topic:|the question:|let us talk about|let's talk about|debate:?)[, ]+", "", heart, flags=re.IGNORECASE)
    return heart.strip(" ?!.¿¡\"“”'")


def _asks(text: str, words: str) -> bool:
    return f"{words}?" in " ".join(text.split())


def _short(words: str) -> str:
    said = [each if len(each) <= WORD_CHARACTERS_MAX else f"{each[:WORD_CHARACTERS_MAX]}…" for each in words.split()]
    words = " ".join(said)
    return words if len(said) <= QUOTED_WORDS_MAX else " ".join(said[: QUOTED_WORDS_MAX - 1]) + " …"


def _ordinary(words: str) -> bool:
    """Whether it is written as English is: letters, few signs, not all in capitals."""
    letters = [each for each in words if each.isalpha()]
    loud = len(words.split()) > 1 and sum(each.isupper() for each in letters) > len(letters) // 2
    odd = sum(not (each.isalnum() or each in " '’,-.&") for each in words)
    return bool(letters) and not loud and odd * 8 <= len(words) and all(each.isascii() or each.isalpha() or each in "’–" for each in words)


def _lowered(phrase: str) -> str:
    """Without the capital that only stood there because it came first."""
    first, _, rest = phrase.partition(" ")
    common = first.casefold() in _DETERMINERS | _PRONOUNS or is_gerund(first) or bool(rest) and not rest[:1].isupper() and not first.isupper()
    return lower_first(phrase) if common and first != "I" else phrase


def _proposal(words: str, quoted: str) -> Topic | None:
    """Should the old tower be rebuilt? Should we eat meat? Must children obey?"""
    found = _MODAL.match(words)
    if found is None or re.search(r"\bor\b(?! not\b)", words):
        return None
    modal = {"ought": "ought to", "need": "need to", "shall": "should"}.get(found[1].casefold(), found[1].casefold())
    rest = re.sub(r",? or not$", "", found[2]).removeprefix("to ")
    subject, act = _parted(rest)
    if not act:
        return Topic(
            Kind.ACTION, "the matter", f"the answer to {quoted} is yes", f"the answer to {quoted} is no", "saying yes", "saying no", quoted
        )
    return _done(_lowered(subject), modal, act.removeprefix("to "), quoted)


def _done(subject: str, modal: str, act: str, quoted: str) -> Topic:
    verb, _, rest = act.partition(" ")
    verb = verb.casefold()
    negative = "ought not to" if modal == "ought to" else "do not need to" if modal == "need to" else f"{modal} not"
    if verb == "be" and rest and (is_participle(rest.split()[0]) or rest.split()[0].endswith("ed")):
        done, _, more = rest.partition(" ")
        doing = gerund(base) if (base := base_of_participle(done)) else ""
        one = f"{doing} {subject} {more}".strip() if doing else f"having {subject} {rest}"
        it = "them" if is_plural(subject) else "it"
        short = (f"{doing} {it} {more}".strip() if doing else "it", f"leaving {it} alone")
        other, thing = f"leaving {subject} alone", subject
    elif subject.casefold() in _PRONOUNS:
        doing = f"{gerund(verb)} {rest}".strip()
        one, other = doing, f"not {doing}"
        thing = rest if rest and len(rest.split()) <= 4 and not rest.split()[0].casefold() in _NOT_A_THING else doing
        thing = _lowered(thing)
        objects = thing != doing and rest.split()[0] != "be"
        short = (f"{gerund(verb)} {'them' if is_plural(thing) else 'it'}" if objects and len(rest.split()) <= 4 else "it", "doing without")
    else:
        letting = "letting" if verb in _ALLOWING else "having"
        one, other, thing = f"{letting} {subject} {act}", f"not {letting} {subject} {act}", f"the question of {subject} {gerund(verb)} {rest}".strip()
        short = ("it", "saying no to it")
    view, nay = f"{subject} {modal} {act}", f"{subject} {negative} {act}"
    return Topic(Kind.ACTION, thing, view, nay, one, other, quoted, keeps=verb in _KEEPS, short=short)


_NOT_A_THING = frozenset("a about after at before by for from if in into more not of off on out over to up with".split())


def _parted(rest: str) -> tuple[str, str]:
    """Subject and verb phrase of `the old tower be rebuilt`; no verb phrase where none can be seen."""
    words = rest.split()
    if words and words[0].casefold() in _PRONOUNS and len(words) > 1:
        return words[0] if words[0] == "I" else words[0].lower(), " ".join(words[1:])
    start = 2 if words and words[0].casefold() in _DETERMINERS else 1
    for at in range(start, len(words)):
        if is_verb(words[at]) and (words[at] == "be" or not (at + 1 < len(words) and is_verb(words[at + 1]) and words[at + 1] != words[at])):
            return " ".join(words[:at]), " ".join(words[at:])
    return rest, ""


def _choice(words: str, quoted: str) -> Topic | None:
    """Tea or coffee; remote work against the office; should we stay or go; is it better to live in town or by the sea."""
    text = re.sub(r"^.{0,60}?(?:which|who|what) (?:is|are) (?:better|best|worse)[,:]? ", "", words, flags=re.IGNORECASE)
    text = re.sub(r"^(?:is|are|do you prefer|would you rather|which do you prefer[,:]?) (?=.+ or )(?:it better )?(?:to )?", "", text, flags=re.IGNORECASE)
    turned = re.match(r"^(?:is|are) (.+?) (?:better|worse|nicer|wiser|more \w+) than (.+)$", words, re.IGNORECASE)
    stated = _BETTER.match(words)
    pair = _OR.match(text)
    if turned or stated:
        one, other = (turned[1], turned[2]) if turned else (stated[1], stated[3]) if stated else ("", "")
    elif pair is None or re.search(r"\bor not$", text):
        return None
    else:
        one, other = pair[1], pair[2]
        if modal := re.match(r"^(?:should|shall|must) (?:we|i|one|you|people|they) (.+)$", one, re.IGNORECASE):
            one = modal[1]
    if "," in one:
        one = one.split(",")[-2] if one.endswith(",") else one.split(",")[0]
    one, other = _as_noun(one.strip()), _as_noun(other.strip())
    if not one or not other or max(len(one.split()), len(other.split())) > NAMED_WORDS_MAX:
        return None
    if other.split()[0] in {"in", "at", "on", "by", "with", "under"} and is_gerund(one.split()[0]):
        other = f"{one.split()[0]} {other}"
    if one.startswith("being ") and " " not in other and not is_plural(other):
        other = f"being {other}"
    return Topic(
        Kind.CHOICE, f"{one} and {other}", _better(one, other), _better(other, one), one, other, quoted
    )


def _better(one: str, other: str) -> str:
    return f"{one} {'are' if is_plural(one) else 'is'} better than {other}"


def _as_noun(phrase: str) -> str:
    phrase = re.sub(r"^to ", "", phrase, flags=re.IGNORECASE).strip(" ,")
    if re.match(r"not to \w", phrase, re.IGNORECASE):
        return " ".join(["not", gerund(phrase.split()[2]), *phrase.split()[3:]])
    first, _, rest = phrase.partition(" ")
    if first.casefold() == "be":
        return f"being {rest}".strip()
    if is_verb(first) and first.islower() and (rest or first.casefold() in {"go", "stay", "be", "leave", "wait", "fight"}):
        return f"{gerund(first)} {rest}".strip()
    return _lowered(phrase) if rest else phrase if phrase.isupper() or _name_like(phrase) else phrase.lower()


def _name_like(word: str) -> bool:
    return word[:1].isupper() and not is_plural(word) and len(word) > 12


def _what_is(words: str, quoted: str) -> Topic | None:
    found = _WHAT_IS.match(words)
    if found is None or len(found[1].split()) > NAMED_WORDS_MAX:
        return None
    return _named(_lowered(found[1].strip()), quoted)


def _open(words: str, quoted: str) -> Topic | None:
    found = _WH.match(words)
    if found is None:
        return None
    return Topic(Kind.OPEN, "the question", quoted=quoted, ask=found[1].casefold(), one="should" if re.search(r"\b(should|shall|must|ought)\b", words) else "")


def _claim(words: str, quoted: str) -> Topic | None:
    """Is honesty the best policy? Does money make people happy? Can a machine think?"""
    words = re.sub(r" ever\b", "", words)
    if found := _COPULA.match(words):
        verb, rest = found[1].casefold(), found[2]
        subject, what = _predicated(rest)
        if not what:
            return None
        no = "no" if subject.casefold() == "there" else "not"
        what = re.sub(r"^(?:an?|any) ", "", what) if no == "no" else what
        return _thesis(_lowered(subject), f"{verb} {what}", f"{verb} {no} {what}", quoted)
    if (found := _HELPER.match(words)) is None:
        return None
    helper, rest = found[1].casefold(), found[2]
    subject, act = _parted(rest) if helper not in {"has", "have"} else (_predicated(rest))
    if not act:
        return None
    subject = _lowered(subject)
    first, _, more = act.partition(" ")
    if helper == "does":
        return _thesis(subject, f"{third_singular(first)} {more}".strip(), f"does not {act}", quoted)
    if helper == "do":
        return _thesis(subject, act, f"do not {act}", quoted)
    negative = "cannot" if helper == "can" else f"{helper} not"
    return _thesis(subject, f"{helper} {act}", f"{negative} {act}", quoted)


def _predicated(rest: str) -> tuple[str, str]:
    words = rest.split()
    if len(words) < 2:
        return rest, ""
    if words[0].casefold() in _PRONOUNS | {"there"}:
        return words[0].lower() if words[0] != "I" else "I", " ".join(words[1:])
    start = 2 if words[0].casefold() in _DETERMINERS else 1
    for at in range(start, len(words)):
        word = words[at].casefold()
        if word in _PREDICATES or is_participle(word) or word.endswith(("able", "ible", "ful", "ous", "ing")) and at >= start:
            return " ".join(words[:at]), " ".join(words[at:])
    return " ".join(words[:-1]), words[-1]


def _thesis(subject: str, claim: str, denial: str, quoted: str) -> Topic:
    thing = subject if subject not in _PRONOUNS | {"there", "I"} else "the question"
    ways = (("it is so", "it is true", "the answer is yes"), ("it is not so", "it is not true", "the answer is no"))
    return Topic(Kind.THESIS, thing, f"{subject} {claim}", f"{subject} {denial}", quoted=quoted, ways=ways)


def _statement(words: str, quoted: str) -> Topic | None:
    """The harbour must be closed; money is the root of evil."""
    if len(words.split()) > 16:
        return None
    if (found := _STATED.match(words)) and len(found[1].split()) <= NAMED_WORDS_MAX:
        topic = _done(_lowered(found[1]), found[2].casefold(), found[4], quoted)
        if found[3]:
            short = (topic.short[1], topic.short[0])
            return Topic(Kind.ACTION, topic.thing, topic.nay, topic.view, topic.other, topic.one, quoted, keeps=not topic.keeps, short=short)
        return topic
    if (found := _CLAIMED.match(words)) and len(found[1].split()) <= NAMED_WORDS_MAX:
        verb = found[2].casefold()
        positive, negative = f"{verb} {found[4]}", "cannot " + found[4] if verb == "can" else f"{verb} not {found[4]}"
        return _thesis(_lowered(found[1]), *((negative, positive) if found[3] else (positive, negative)), quoted)
    return None


def _deed(words: str, quoted: str) -> Topic | None:
    """Closing the harbour; to rebuild the tower; ban the bomb."""
    first, _, rest = words.partition(" ")
    if is_gerund(first) and rest:
        doing = lower_first(words)
    elif first.casefold() == "to" and rest and is_verb(rest.split()[0]):
        doing = f"{gerund(rest.split()[0])} {rest.partition(' ')[2]}".strip()
    elif is_verb(first) and rest and (rest.split()[0].casefold() in _DETERMINERS or first.casefold() in _ORDERS):
        doing = f"{gerund(first.casefold())} {rest}"
    else:
        return None
    return Topic(Kind.ACTION, doing, f"{doing} is right", f"{doing} is wrong", doing, f"not {doing}", quoted, short=("it", "leaving it"))


def _named(thing: str, quoted: str) -> Topic:
    """Only something that has a name: what one may think of it is the same for all who speak of it."""
    several = is_plural(thing)
    it, they, is_ = ("them", "they", "are") if several else ("it", "it", "is")

    def agreeing(verb: str) -> str:
        return plural_form(verb) if several else verb

    frames = [
        (
            f"{thing} {agreeing('deserves')} more of us than {they} {agreeing('gets')}",
            (f"{they} {is_} worth more than we give {it}", f"we ought to make more of {it}"),
            f"we make too much of {thing}",
            (f"we make too much of {it}", f"{they} {is_} worth less than people say"),
        ),
        (
            f"one understands {thing} only from close by",
            (f"one has to come close to {it}", f"{they} {agreeing('shows')} only from near"),
            f"one has to stand well back from {thing} to see {it}",
            (f"one has to stand back from {it}", f"{they} {agreeing('shows')} only from a distance"),
        ),
        (
            f"{thing} {agreeing('changes')} with whoever looks",
            ("everyone sees something else in it", f"{they} {agreeing('changes')} with the eye"),
            f"{thing} {agreeing('stays')} the same, whoever looks",
            (f"{they} {agreeing('stays')} what {they} {is_}", f"{they} {is_} the same for everyone"),
        ),
    ]
    if " " not in thing and thing.islower() and not several:
        made = (f"{thing} is something one makes", ("one makes it oneself", "it has to be made"))
        given = (f"{thing} is something one is given", ("one is given it or not", "it cannot be made"))
        frames += [(*made, *given)] * 2
    view, ways, nay, other_ways = frames[lot("named", thing) % len(frames)]
    return Topic(Kind.THESIS, thing, view, nay, quoted=quoted, ways=(ways, other_ways))
