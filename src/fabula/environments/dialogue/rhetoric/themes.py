"""Themes: what people who were given no topic come to."""

from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic
from fabula.environments.dialogue.rhetoric.wordfiles import words_of


def themes() -> list[tuple[Topic, tuple[str, ...]]]:
    """What people who were given no topic come to, and the drives each is near to."""
    found = []
    for name, (views, nays, near) in words_of("themes").items():
        view, *ways = views.split(" / ")
        nay, *other_ways = nays.split(" / ")
        topic = Topic(Kind.THESIS, name, view, nay, quoted=f"“{name}”", ways=(tuple(ways), tuple(other_ways)))
        found.append((topic, tuple(near.split())))
    return found


def theme_in(text: str) -> Topic | None:
    """The theme that a text raises; None if it raises none."""
    plain = " ".join(words_in(text))
    return next(
        (topic for topic, _ in themes() if any(" ".join(words_in(view)) in plain for view in (topic.view, topic.nay))),
        None,
    )
