"""Names: what one calls somebody to their face."""

from collections.abc import Sequence

from fabula.environments.dialogue.rhetoric.english import words_in

_TITLES = frozenset(
    "aunt brother captain count countess doctor dr father grandfather grandmother granny king lady lord madam "
    "master miss mister mother mr"
    " mrs ms old prince princess professor queen saint sergeant sir sister the uncle unit warden young".split()
)


def short_name(name: str, mine: str, others: Sequence[str]) -> str:
    """What one calls somebody: the first name, with its title if it has one, whole where two share it."""
    words = name.replace('"', " ").split()
    short = " ".join(words[:2]) if words[0].casefold().strip(".") in _TITLES else words[0]
    shared = sum(1 for each in (mine, *others) if each.split()[0] == words[0]) > 1
    return name if shared and words[0].casefold() not in _TITLES else short


def is_name(called: str) -> bool:
    """Whether one can speak to somebody by it: a person who gave no name may sit in a seat called `you`."""
    return called.casefold() not in {"i", "me", "you"}


def calls(name: str, text: str) -> bool:
    """Whether the name is said in a text."""
    words = words_in(text)
    return any(part in words for part in words_in(name)[:1])
