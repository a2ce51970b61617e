"""Proposals: topics that ask whether something should be done, as `Should we eat meat?` or `closing the harbour`."""

import re

from msgspec.structs import replace

from fabula.environments.dialogue.rhetoric.english import (
    base_of_gerund,
    base_of_participle,
    gerund,
    is_gerund,
    is_participle,
    is_plural,
    is_verb,
    lower_first,
)
from fabula.environments.dialogue.rhetoric.phrases import (
    DETERMINERS,
    NAMED_WORDS_MAX,
    PRONOUNS,
    head_of,
    lowered,
    parted,
    pronoun_of_thing,
)
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic

STATED_WORDS_MAX = 16
"""A longer sentence is no motion that one could repeat."""
OBJECT_WORDS_MAX = 4
SHORT_WORDS_MAX = 4
"""A deed of so many words is short as it is: `going to war`."""
THING_WORDS_MAX = 6
KEPT_WORDS_MAX = 2
"""`keep the lamp` is to have it, `keep the lamps lit` is not."""
_MODAL = re.compile(r"^(should|ought|shall|must|need) (.+)$", re.IGNORECASE)
_STATED = re.compile(r"^(.+?) (should|must|ought to|shall) (not |never )?(.+)$", re.IGNORECASE)
_KEEPS = frozenset("avoid continue keep leave maintain preserve remain save stay wait".split())
_ALLOWING = frozenset(
    "be choose decide drink drive eat get go have keep know learn live marry own play see speak stay use vote"
    " work".split()
)
_TIMES = re.compile(r"(?: (?:again|now|soon|today|tomorrow|tonight))+$", re.IGNORECASE)
_ORDERS = frozenset("abolish ban build defend keep legalise legalize reform regulate save".split())
_OPPOSITES = {
    "abandon": "keeping {it}",
    "abolish": "keeping {it}",
    "allow": "forbidding {it}",
    "ban": "allowing {it}",
    "burn": "sparing {it}",
    "buy": "doing without {it}",
    "close": "keeping {it} open",
    "cut": "sparing {it}",
    "demolish": "keeping {it}",
    "eat": "doing without {it}",
    "forbid": "allowing {it}",
    "keep": "giving {it} up",
    "leave": "staying",
    "marry": "staying single",
    "move": "staying",
    "open": "keeping {it} shut",
    "quit": "staying on",
    "refuse": "accepting {it}",
    "reject": "accepting {it}",
    "replace": "keeping {it}",
    "resign": "staying on",
    "save": "letting {it} go",
    "sell": "keeping {it}",
    "use": "doing without {it}",
}
"""What one does who does not do it, where there is a plain word for that."""
_WITHOUT_IT = {"go": "staying", "move": "staying", "leave": "staying", "stay": "leaving", "wait": "acting now"}
"""The same, of what needs no object."""
_NOT_A_THING = frozenset(
    "a about after at before by for from if in into more not of off on out over to up with".split()
)


def proposal(words: str, quoted: str) -> Topic | None:
    """Should the old tower be rebuilt? Should we eat meat? Must children obey?"""
    found = _MODAL.match(words)
    if found is None or re.search(r"\bor\b(?! not\b)", words):
        return None
    modal = {"ought": "ought to", "need": "need to", "shall": "should"}.get(found[1].casefold(), found[1].casefold())
    rest = re.sub(r",? or not$", "", found[2]).removeprefix("to ")
    subject, act = parted(rest)
    parts = rest.split()
    if not act and len(parts) > 2 and parts[0].casefold() in DETERMINERS and parts[2].islower():
        subject, act = " ".join(parts[:2]), " ".join(parts[2:])  # A verb that is not known stands behind its subject.
    if not act:
        return Topic(
            Kind.ACTION,
            "the matter",
            "the answer is yes",
            "the answer is no",
            "saying yes",
            "saying no",
            quoted,
            ways=(("the answer is yes",), ("the answer is no",)),
        )
    return done_by(lowered(subject), modal, act.removeprefix("to "), quoted)


def done_by(subject: str, modal: str, act: str, quoted: str) -> Topic:
    """What somebody, or something, should do or have done to it."""
    verb, _, rest = act.partition(" ")
    verb = verb.casefold()
    negative = "ought not to" if modal == "ought to" else "do not need to" if modal == "need to" else f"{modal} not"
    called = subject.casefold() if subject.casefold() in PRONOUNS else _nominative(subject)
    ways = ((f"{called} {modal}",), (f"{called} {negative}",))
    if verb == "be" and rest and (is_participle(rest.split()[0]) or rest.split()[0].endswith("ed")):
        done, _, more = rest.partition(" ")
        doing = gerund(base) if (base := base_of_participle(done)) else ""
        one = f"{doing} {subject} {more}".strip() if doing else f"having {subject} {rest}"
        it = "them" if is_plural(subject) else "it"
        short = (f"{doing} {it} {more}".strip() if doing else "it", f"leaving {it} alone")
        other, thing = f"leaving {subject} alone", subject
    elif subject.casefold() in PRONOUNS:
        doing = f"{gerund(verb)} {rest}".strip()
        one, other = doing, _undone(verb, rest)
        what = head_of(rest)
        objects = bool(what) and len(what.split()) <= OBJECT_WORDS_MAX and _is_object(verb, what)
        thing = _TIMES.sub("", lowered(rest)) if objects and len(rest.split()) <= THING_WORDS_MAX else doing
        it = _pronoun_for(what) if objects else ""
        bare = doing if len(doing.split()) <= SHORT_WORDS_MAX else gerund(verb)
        short = (f"{gerund(verb)} {it}" if it else bare, _undone(verb, it or rest if bare == doing else it))
    else:
        letting = "letting" if verb in _ALLOWING else "having"
        one, other, thing = (
            f"{letting} {subject} {act}",
            f"not {letting} {subject} {act}",
            f"the question of {subject} {gerund(verb)} {rest}".strip(),
        )
        short = ("it", "saying no to it")
    view, nay = f"{subject} {modal} {act}", f"{subject} {negative} {act}"
    keeps = _keeps(verb, rest)
    return Topic(Kind.ACTION, thing, view, nay, one, other, quoted, keeps=keeps, short=short, ways=ways)


def _keeps(verb: str, rest: str) -> bool:
    """Whether doing it is to let things be: `leave it alone` does, `leave the town` does not."""
    return verb in _KEEPS and (verb != "leave" or bool(re.search(r"\b(?:alone|as|be|standing|unchanged)\b", rest)))


def _is_object(verb: str, what: str) -> bool:
    """Whether it is what something is done to: `the gates`, not `out of town`, nor what one is."""
    return verb not in {"be", "go", "come", "stay"} and what.split(maxsplit=1)[0].casefold() not in _NOT_A_THING


def _pronoun_for(thing: str) -> str:
    return pronoun_of_thing(thing)[1]


def _nominative(thing: str) -> str:
    return pronoun_of_thing(thing)[0]


def _undone(verb: str, rest: str) -> str:
    """What one does instead: `keeping the bakery`, `staying`, `not ringing the bell`."""
    bare = _TIMES.sub("", f" {rest}").strip()
    lasts = verb == "keep" and len(bare.split()) > KEPT_WORDS_MAX
    if bare and verb in _OPPOSITES and not lasts and bare.split()[0].casefold() not in _NOT_A_THING:
        return _OPPOSITES[verb].format(it=bare)
    # Who does not go to war does not stay anywhere.
    idiom = verb == "go" and re.fullmatch(r"to [a-z]+", bare) is not None
    if verb in _WITHOUT_IT and len(bare.split()) <= 3 and "until" not in bare and not idiom:
        return _WITHOUT_IT[verb]
    return f"not {gerund(verb)} {rest}".strip()


def motion(words: str, quoted: str) -> Topic | None:
    """The harbour must be closed."""
    found = _STATED.match(words)
    if found is None or len(words.split()) > STATED_WORDS_MAX or len(found[1].split()) > NAMED_WORDS_MAX:
        return None
    topic = done_by(lowered(found[1]), found[2].casefold(), found[4], quoted)
    if not found[3]:
        return topic
    return replace(
        topic,
        view=topic.nay,
        nay=topic.view,
        one=topic.other,
        other=topic.one,
        keeps=not topic.keeps,
        short=(topic.short[1], topic.short[0]),
        ways=(topic.ways[1], topic.ways[0]),
    )


def deed(words: str, quoted: str) -> Topic | None:
    """Closing the harbour; to rebuild the tower; ban the bomb."""
    first, _, rest = words.partition(" ")
    if is_gerund(first) and rest:
        verb, doing = base_of_gerund(first), lower_first(words)
    elif first.casefold() == "to" and rest and is_verb(rest.split()[0]):
        verb, _, rest = rest.partition(" ")
        doing = f"{gerund(verb)} {rest}".strip()
    elif is_verb(first) and rest and (rest.split()[0].casefold() in DETERMINERS or first.casefold() in _ORDERS):
        verb, doing = first.casefold(), f"{gerund(first.casefold())} {rest}"
    else:
        return None
    return Topic(
        Kind.ACTION,
        doing,
        f"{doing} is right",
        f"{doing} is wrong",
        doing,
        _undone(verb, rest),
        quoted,
        short=(f"{gerund(verb)} {_pronoun_for(head_of(rest))}", _undone(verb, _pronoun_for(head_of(rest)))),
        ways=(("it is right",), ("it is wrong",)),
    )
