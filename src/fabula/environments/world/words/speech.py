"""Speech: one thing said by somebody to somebody."""

from math import gcd

from fabula.environments.world.character import character
from fabula.environments.world.hearsay import news_about
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick
from fabula.environments.world.words.matters import matters
from fabula.environments.world.words.mentions import called, mentioned
from fabula.environments.world.words.phrases import pool, written

_TURN = "words "
"""Key of `Person.doing`, followed by a kind: where they are in its sentences. So nobody repeats themselves."""


def speech(
    tick: Tick, kind: str, speaker: Person, hearer: Person, about: str = "", news: str = "", *, whom: str = ""
) -> str:
    """What one person says to another.

    kind: as in fabula.environments.world.words; a tone of voice is one, and so is nothing at all. about: a person, a
    place, a good, or a clause that follows `for`. news: a sentence that the hearer does not know. whom: somebody else
    it concerns. Who speaks plainly of something they know more of than the hearer says what. The same words do not
    come again from the same mouth before all that fit were used.
    """
    if kind in ("", "plain") and about and not news:
        news = news_about(speaker, hearer, about)
    kind = _kind(kind, speaker, about, news)
    draw = tick.chance.stream("words", kind, speaker.name, hearer.name)
    there = matters(tick, speaker, hearer, draw)
    slots = {
        **there.slots,
        "speaker": speaker.name,
        "hearer": called(tick, speaker, hearer.name),
        "about": mentioned(tick, about, speaker, hearer),
        "news": mentioned(tick, news, speaker, hearer),
        "whom": called(tick, speaker, whom),
    }
    sentences = pool(kind, character(tick, speaker.name).voice, tick.setting.lexicon.get(kind, ()))
    found = _next(tick, kind, speaker, [one.fits(slots, there.holds) for one in sentences])
    if found is None:
        return f"{slots['hearer']}: {slots['about'] or slots['news']}." if about or news else f"{slots['hearer']}."
    return written(sentences[found].text, slots, draw)


def _kind(kind: str, speaker: Person, about: str, news: str) -> str:
    if kind in ("", "plain"):
        return "gossip" if news else "plain" if about else "greeting"
    if kind == "angry" and any(wrong.by == speaker.name and wrong.what == about for wrong in speaker.wrongs):
        return "deny"
    return kind


def _next(tick: Tick, kind: str, speaker: Person, fits: list[bool]) -> int | None:
    """The sentence whose turn it is: each speaker goes through all of a kind in an order of their own."""
    count = len(fits)
    if not any(fits):
        return None
    turn = speaker.doing.get(_TURN + kind, 0)
    order = tick.chance.at(0).stream("words in turn", kind, speaker.name)
    start, stride = order.integer(0, count - 1), order.integer(1, max(1, count - 1))
    while gcd(stride, count) != 1:
        stride += 1
    while not fits[(start + turn * stride) % count]:
        turn += 1
    speaker.doing[_TURN + kind] = (turn + 1) % count
    return (start + turn * stride) % count
