"""Voices: which part of a text is its speaker's own, and where it begins to speak for one of the others.

A line that opens with another's name and a colon is that one's speech, however it is marked: as an item of a list, a
heading, in bold, in brackets. So is what follows a sentence on the same line in that way. The speaker's own words end
there. A report of the others is its own, though: a line for each, at least two, nobody twice, none of them in the first
or second person, a question or a cry, between words of its own before and after.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fabula.environments.dialogue.words import TITLES, called, name_key

REPORTED_MIN = 2
"""Lines of a report: what one alone is made to say is speech."""
HEAD_CHARACTERS_MAX = 300
"""Of what stands before a colon and can still be a name with its markup."""

_COLONS = ":\uff1a\ufe55\ufe13\ua789\u2236\u02d0\u02f8\u0589\u05c3\u205a"
"""The colon, and what looks like one."""
_COLON = re.compile(f"[{_COLONS}]")
_QUOTES = "\"'“”‘’«»„`"
_ITEM = re.compile(r"[\s>|*•#-]*\(?(?:\d{1,3}|[A-Za-z])[.)\]]\s+")
_HEAD = re.compile(rf"([^{_COLONS}\n]{{1,{HEAD_CHARACTERS_MAX}}})[{_COLONS}](.*)", re.DOTALL)
_BRACKETS = re.compile(r"[\s>|*_•#-]*[\[<]([^\[\]<>\n]{1,100})[\]>]\s*(.*)", re.DOTALL)
_TITLED = re.compile(r"\s*(?:#{1,6}\s+(.{1,100})|\*{2,3}(.{1,100}?)\*{2,3}|__(.{1,100}?)__)\s*\Z")
_SENTENCE_END = re.compile(r"(?:[.!?…。！？][\"”'’)\]*_]*\s*|<(?:br\s*/?|/p|/div|/li)>\s*)(?=\S)", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,60}>")
_ASIDE = re.compile(r"\([^()]{0,80}\)|\*[^*]{1,80}\*\Z|\[[^\[\]]{0,80}\]\Z")
_MARKUP = " \t*_#>|-•\"“”'`[](){}~"
_CLOSING = re.compile(r"\s*(?:</[A-Za-z]{1,20}>|[*_`\]]+(?=\s|\Z))*\s*")
_DIRECT = re.compile(
    r"[?!？！]|\b(?:i|me|my|mine|we|us|our|you|your|yours|ich|mich|mir|mein\w*|wir|uns|du|dich|dir|je|moi|nous|tu|toi|vous"
    r"|yo|nosotros|usted|io|noi|voi|eu|ik|jij|ja|ty|я|мы|ты|вы|мне)\b|\bj['’]|[私僕俺我你您]",
    re.IGNORECASE,
)
"""Words and marks by which somebody speaks, and is not reported."""
_LOOKALIKES = str.maketrans("аеорсухіјѕԁԛԝαορνι", "aeopcyxijsdqwaopvi")
"""Letters of other alphabets that nobody can tell from ours."""


class Own(NamedTuple):
    """The part of a text that is its speaker's own."""

    lines: Sequence[str]
    to: str = ""
    """Whom it begins by calling on."""
    cut: bool = False
    """Somebody else's speech was left out."""


class _Line(NamedTuple):
    raw: str
    who: str = ""
    """Whose it says it is; empty: it does not say."""
    rest: str = ""
    """What follows the name."""
    inline: bool = False
    """It stands behind a sentence on the same line."""


def own_part(lines: Sequence[str], me: str, others: Sequence[str], people: Sequence[str]) -> Own:
    """The first stretch of lines that is `me`'s own, and whom it begins by calling on.

    `Ben: what do you say?` and nothing else is not said for Ben but to him. people: see speech.heard.
    """
    names = dict(called([me, *others]))
    if len(people) == 1:
        names = {"user": people[0], "human": people[0]} | names
    read = [part for line in lines for part in _parts(line, names, me)]
    named = [at for at, line in enumerate(read) if line.who]
    if not named:
        return Own(lines)
    start = 0
    if not _any_words(read[: named[0]]):
        mine = next((at for at in named if read[at].who == me), None)
        start = named[0] if mine is None else mine
        if mine is None:
            end = next((at for at in named if at > start and read[at].who != read[start].who), len(read))
            return Own(list(_told(read[start:end])), read[start].who, cut=end < len(read))
    end = _own_end(read, start, me)
    return Own(list(_told(read[start:end], me)), cut=_any_words(read[:start]) or end < len(read))


def _own_end(read: Sequence[_Line], start: int, me: str) -> int:
    """Where the stretch ends that is `me`'s own: before the first line of another's that is no report."""
    at = start
    while at < len(read):
        end = _report_end(read, at) if at > start else at
        if end > at:
            at = end
        elif read[at].who not in ("", me):
            return at
        else:
            at += 1
    return at


def _report_end(read: Sequence[_Line], start: int) -> int:
    """Where a report of the others ends that begins there; `start` itself if none does."""
    if not read[start].who:
        return start
    at, seen = start, set[str]()
    while at < len(read) and (read[at].who or not read[at].raw.strip()):
        line = read[at]
        if line.who and (line.inline or line.who in seen or not line.rest.strip() or _DIRECT.search(line.rest)):
            return start
        if line.who:
            seen.add(line.who)
        at += 1
    return at if len(seen) >= REPORTED_MIN and at < len(read) else start


def _told(read: Sequence[_Line], me: str = "") -> Iterator[str]:
    """The lines as they are said: a name in front only where somebody else is reported."""
    at = 0
    while at < len(read):
        end = _report_end(read, at) if at and me else at
        for line in read[at : max(end, at + 1)]:
            yield line.raw if end > at or not line.who else line.rest
        at = max(end, at + 1)


def _any_words(read: Sequence[_Line]) -> bool:
    return any(line.raw.strip() for line in read)


def _parts(line: str, names: Mapping[str, str], me: str) -> Iterator[_Line]:
    """A line; in two, where another is made to speak behind a sentence on it."""
    whose, said = _whose(line, names)
    at = _made_to_speak(line, names, me) if whose in ("", me) else 0
    if not at:
        yield _Line(line, whose, said)
        return
    own = line[:at].rstrip()
    yield _Line(own, *_whose(own, names))
    yield _Line(line[at:], *_named_line(line[at:], names), inline=True)


def _made_to_speak(line: str, names: Mapping[str, str], me: str) -> int:
    """Where on its own line another is made to speak; 0 if nowhere."""
    colons = [found.start() for found in _COLON.finditer(line)]
    for found in _SENTENCE_END.finditer(line) if colons else ():
        start = found.end()
        following = bisect_left(colons, start)
        near = following < len(colons) and colons[following] - start <= HEAD_CHARACTERS_MAX
        # In quotation marks it is quoted.
        if near and line[start] not in _QUOTES and _named_line(line[start:], names)[0] not in ("", me):
            return start
    return 0


def _whose(line: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Whose a line says it is, and what follows; of `Ada: Ben: …` it is whoever stands last."""
    who, rest = _named_line(line, names)
    while who and (named := _named_line(rest, names))[0]:
        who, rest = named
    return who, rest


def _named_line(line: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Whose line it says it is, and what follows the name: `**Ada:** good evening`; no one's: empty, and the line."""
    bare = _ITEM.sub("", line, count=1) if _ITEM.match(line) else line
    for text in dict.fromkeys((line, bare)):
        titled = _TITLED.match(text)
        if titled and (who := _name_in("".join(filter(None, titled.groups())), names)):
            return who, ""
        tagged = _BRACKETS.match(text)
        if tagged and (who := _name_in(tagged[1], names)):
            return who, tagged[2].lstrip(_COLONS + " ")
        headed = _HEAD.match(text)
        if headed and (who := _name_in(_TAG.sub("", headed[1]), names)):
            head = headed[1]
            marked = _TAG.sub("", head).lstrip()[:1] in set("*_`[") or _TAG.sub("", head) != head
            return who, _CLOSING.sub("", headed[2], count=1) if marked else headed[2].strip()
    return "", line


def _name_in(head: str, names: Mapping[str, str]) -> str:
    """Whom a head of a line names, with markup, a title or an aside around the name; empty if nobody."""
    for said in (head, _ASIDE.sub("", head.strip())):
        key = name_key(said.strip(_MARKUP + _COLONS))
        first, _, rest = key.partition(" ")
        untitled = rest if first.strip(".") in TITLES else key
        for each in (key, untitled, key.translate(_LOOKALIKES)):
            if each in names:
                return names[each]
    return ""
