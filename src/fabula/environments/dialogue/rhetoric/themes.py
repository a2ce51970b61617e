"""Themes: what people who were given no topic come to, of the world or of their own trade, place, people and skill."""

import re
from collections.abc import Iterator
from functools import cache

from fabula.environments.dialogue.rhetoric.english import article, words_in
from fabula.environments.dialogue.rhetoric.life import Life
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

OWN = "{x}"
"""In a theme: what of a life brings it up."""
OWN_WORDS_MAX = 4


def themes() -> list[tuple[Topic, tuple[str, ...]]]:
    """What people who were given no topic come to, and the drives each is near to."""
    return [
        (_theme(name, views, nays, ""), tuple(near.split()))
        for name, (views, nays, near) in words_of("themes").items()
        if OWN not in name
    ]


def own_themes(life: Life) -> list[Topic]:
    """What somebody would come to out of its own life: its trade, where it comes from, a skill, somebody it knows."""
    trade = re.sub(r"^I am (?:an? |the )?| (?:of|at|in|to|for|and|who) .*|,.*", "", life.work)
    place = re.search(r"\bfrom ((?:the )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)", life.origin)
    found = {
        "trade": f"{article(trade)} {trade}" if life.work.startswith("I am ") and trade else "",
        "place": place[1] if place else "",
        "skill": next((craft for craft in life.crafts if "," not in craft and not craft.startswith("knowing")), ""),
        "tie": life.ties[0][0] if life.ties else "",
    }
    return [
        _theme(name, views, nays, x)
        for name, (views, nays, kind) in words_of("themes").items()
        if OWN in name and (x := found.get(kind)) and len(x.split()) <= OWN_WORDS_MAX
    ]


def _theme(name: str, views: str, nays: str, x: str) -> Topic:
    name, views, nays = (text.replace(OWN, x) for text in (name, views, nays))
    view, *ways = views.split(" / ")
    nay, *other_ways = nays.split(" / ")
    return Topic(Kind.THESIS, name, view, nay, quoted=f"“{name}”", ways=(tuple(ways), tuple(other_ways)))


def theme_in(text: str) -> Topic | None:
    """The theme that a text raises; None if it raises none."""
    plain = " ".join(words_in(text))
    for topic, _ in themes():
        if any(" ".join(words_in(view)) in plain for view in (topic.view, topic.nay)):
            return topic
    for pattern, name, views, nays in _patterns():
        if found := pattern.search(plain):
            x = next(each for each in found.groups() if each)
            # As it was written, with its capitals.
            written = re.findall(r"\W+".join(map(re.escape, x.split())), text.replace("’", "'"), re.IGNORECASE)
            return _theme(name, views, nays, max(written, default=x))
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    return tuple(_pattern(name, views, nays) for name, (views, nays, _) in words_of("themes").items() if OWN in name)


def _pattern(name: str, views: str, nays: str) -> tuple[re.Pattern[str], str, str, str]:
    def ways() -> Iterator[str]:
        for several in (views, nays):
            before, _, after = several.partition(" / ")[0].partition(OWN)
            own = f"((?:[^ ]+ ){{0,{OWN_WORDS_MAX - 1}}}?[^ ]+)"
            yield f"{' '.join(words_in(before))} {own} {' '.join(words_in(after))}"

    return re.compile("|".join(ways())), name, views, nays
