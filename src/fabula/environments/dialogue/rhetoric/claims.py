"""Claims: topics of which one can say that they are so or not, and things of which one can think this or that."""

import re

from fabula.environments.dialogue.rhetoric.english import (
    gerund,
    is_plural,
    is_verb,
    past_form,
    plural_form,
    third_singular,
)
from fabula.environments.dialogue.rhetoric.grounds import lot
from fabula.environments.dialogue.rhetoric.phrases import (
    NAMED_WORDS_MAX,
    PRONOUNS,
    head_of,
    lowered,
    parted,
    predicated,
    pronoun_of_thing,
)
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic

_COPULA = re.compile(r"^(is|are|was|were) (.+)$", re.IGNORECASE)
_HELPER = re.compile(r"^(do|does|did|can|could|will|would|may|might|has|have) (.+)$", re.IGNORECASE)
_CLAIMED = re.compile(r"^(.+?) (is|are|was|were|can|cannot|will) (not |never )?(.+)$", re.IGNORECASE)
_WHAT_IS = re.compile(
    r"^(?:what(?:'s| is| are| was)|was ist|was sind|qu['’]est[- ]ce que(?: c['’]est que)?|¿?qué es|cos['’]è|"
    r"che cos['’]è|co je|co to jest"
    r"|what does|the meaning of|the idea of|the nature of|on|about|wer ist|who is|who was|talk about|discuss|"
    r"tell me about) +(.+?)(?: mean)?$",
    re.IGNORECASE,
)
CLAUSE_WORDS_MAX = 12
_OUGHT = re.compile(
    r"\b(?:should|shall|must|ought|to be done|(?:can|could|do|would) (?:we|one|I|you) do)\b"
    r"|^how (?:can|could|do) (?:we|one)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"^(?:can|could|do) (?:we|one) (.+)$", re.IGNORECASE)
_WHAT_ABOUT = re.compile(
    r"^(?:should|can|could|shall|must|do|would|is|ought) (?:we|one|i|you|they|to)(?: to)? (?:be )?"
    r"(?:do|done) (?:about|against|for|with) (.+)$",
    re.IGNORECASE,
)
_SHOULD = re.compile(r"^(?:should|shall|must|ought to) (.+)$", re.IGNORECASE)
_NEGATED = re.compile(r"((?:is|are|was|were|do|does|did|could|will|would|may|might|has|have) not|cannot)\b")
_ANYBODY = frozenset("people we they men women one everybody everyone".split())
_WH = re.compile(r"^(what|who|whom|whose|why|how|when|where|which)(?:'s)?\b", re.IGNORECASE)


def claim(words: str, quoted: str) -> Topic | None:
    """Is honesty the best policy? Does money make people happy? Can a machine think?"""
    words = re.sub(r" ever\b", "", words)
    if found := _COPULA.match(words):
        verb, rest = found[1].casefold(), found[2]
        subject, what = predicated(rest)
        if not what:
            return None
        no = "no" if subject.casefold() == "there" else "not"
        what = re.sub(r"^(?:an?|any) ", "", what) if no == "no" else what
        return thesis(lowered(subject), f"{verb} {what}", f"{verb} {no} {what}", quoted)
    if (found := _HELPER.match(words)) is None:
        return None
    helper, rest = found[1].casefold(), found[2]
    subject, act = parted(rest) if helper not in {"has", "have"} else (predicated(rest))
    if not act:
        return None
    subject = lowered(subject)
    first, _, more = act.partition(" ")
    if helper == "does":
        return thesis(subject, f"{third_singular(first)} {more}".strip(), f"does not {act}", quoted)
    if helper == "do":
        return thesis(subject, act, f"do not {act}", quoted)
    if helper == "did":
        return thesis(subject, f"{past_form(first)} {more}".strip(), f"did not {act}", quoted)
    negative = "cannot" if helper == "can" else f"{helper} not"
    return thesis(subject, f"{helper} {act}", f"{negative} {act}", quoted)


def thesis(subject: str, claimed: str, denied: str, quoted: str) -> Topic:
    """What is so or not so of a subject."""
    thing = subject if subject not in PRONOUNS | {"there", "I"} else "the question"
    ways = _in_a_word(subject, denied) or (("it is so", "it is true"), ("it is not so", "it is not true"))
    return Topic(Kind.THESIS, thing, f"{subject} {claimed}", f"{subject} {denied}", quoted=quoted, ways=ways)


def _in_a_word(subject: str, denied: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """`it is` and `it is not`, `they do` and `they do not`; None where no pronoun is sure to fit."""
    found = _NEGATED.match(denied)
    named = subject[:1].isupper() and subject != "I"
    if found is None or named:
        return None
    head = head_of(subject)
    own = subject.casefold() if subject.casefold() in PRONOUNS | {"there"} else ""
    it = own or pronoun_of_thing(head)[0]
    if it == "they" and not is_plural(head):
        return None  # Of one person the verb would not agree.
    verb = "can" if found[1] == "cannot" else found[1].removesuffix(" not")
    return (f"{it} {verb}",), (f"{it} {found[1]}",)


def statement(words: str, quoted: str) -> Topic | None:
    """Money is the root of all evil; dogs can dream."""
    if len(words.split()) > 16:
        return None
    if (found := _CLAIMED.match(words)) and len(found[1].split()) <= NAMED_WORDS_MAX:
        verb = found[2].casefold()
        positive, negative = f"{verb} {found[4]}", "cannot " + found[4] if verb == "can" else f"{verb} not {found[4]}"
        return thesis(lowered(found[1]), *((negative, positive) if found[3] else (positive, negative)), quoted)
    return None


def what_is(words: str, quoted: str) -> Topic | None:
    """What is justice? Was ist Heimat? The meaning of home."""
    found = _WHAT_IS.match(words)
    if found is None or len(found[1].split()) > NAMED_WORDS_MAX:
        return None
    return named(lowered(found[1].strip()), quoted)


def open_question(words: str, quoted: str) -> Topic | None:
    """Why do we dream? Who should rule the harbour?"""
    found = _WH.match(words)
    if found is None:
        return None
    ask, rest = found[1].casefold(), words[found.end() :].strip()
    ought = "should" if _OUGHT.search(words) else ""
    clause, thing = _asked_of(ask, rest, quoted)
    return Topic(Kind.OPEN, thing or "the question", quoted=quoted, ask=ask, one=ought, clause=clause)


def _asked_of(ask: str, rest: str, quoted: str) -> tuple[str, str]:
    """The question's own words, as an answer takes them up, and what it is about; empty where they make no clause."""
    if len(rest.split()) > CLAUSE_WORDS_MAX or not rest:
        return "", ""
    if ask == "what" and (found := _WHAT_ABOUT.match(rest)):
        return found[1], found[1]
    if ask == "how" and (found := _HOW.match(rest)):
        return found[1], _doing(found[1])
    if found := _SHOULD.match(rest):
        subject, act = parted(found[1])
        if ask in {"who", "whom"}:
            return found[1], _object_of(found[1])
        return (act.removeprefix("to "), _doing(act)) if act and ask == "how" else ("", "")
    if ask in {"who", "what"} and not _HELPER.match(rest) and not _COPULA.match(rest):
        return rest, _object_of(rest)
    if ask == "where" and (found_claim := claim(rest, quoted)) is not None:
        return "", found_claim.thing
    if ask in {"why", "what"} and (found_claim := claim(rest, quoted)) is not None:
        subject, act = _split(found_claim.view, found_claim.thing)
        return found_claim.view, _doing(act) if subject in _ANYBODY else found_claim.thing
    return "", ""


def _split(view: str, thing: str) -> tuple[str, str]:
    subject = thing if view.startswith(f"{thing} ") else view.split(maxsplit=1)[0]
    return subject, view.removeprefix(subject).strip()


def _doing(act: str) -> str:
    verb, _, rest = act.partition(" ")
    return f"{gerund(verb)} {rest}".strip() if is_verb(verb) else act


def _object_of(act: str) -> str:
    """`the miller` of `killed the miller`; empty where nothing is named."""
    found = re.search(r"\b(?:the|a|an|my|your|our|this|that|these|those) .+", act)
    return found[0] if found and len(found[0].split()) <= 5 else ""


def named(thing: str, quoted: str) -> Topic:
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
