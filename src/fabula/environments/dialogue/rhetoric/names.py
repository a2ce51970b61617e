"""Names: what one calls somebody to their face."""

from collections.abc import Sequence

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
