"""Measures: how many of a good, in words."""

import re

from fabula.chronicle.letters import visible
from fabula.chronicle.names import number

_MEASURES = {
    "ale": ("a mug of ale", "mugs of ale"),
    "berries": ("a handful of berries", "handfuls of berries"),
    "bread": ("a loaf", "loaves"),
    "cheese": ("a cheese", "cheeses"),
    "cloth": ("a piece of cloth", "pieces of cloth"),
    "coin": ("a penny", "pence"),
    "fish": ("a fish", "fish"),
    "flour": ("a measure of flour", "measures of flour"),
    "grain": ("a measure of grain", "measures of grain"),
    "honey": ("a pot of honey", "pots of honey"),
    "remedy": ("a remedy", "remedies"),
    "tools": ("a tool", "tools"),
    "mushrooms": ("a basket of mushrooms", "baskets of mushrooms"),
    "nuts": ("a handful of nuts", "handfuls of nuts"),
    "wood": ("a load of wood", "loads of wood"),
    "wool": ("a fleece", "fleeces"),
}
"""One, and many, of goods that are often met; others go by their names."""
_PRESENT = {
    "is": "was",
    "are": "were",
    "has": "had",
    "opens": "opened",
    "closes": "closed",
    "cannot": "could not",
}
_COUNTED = re.compile(r"\b(\d{1,6}) (" + "|".join(_MEASURES) + r"|pence)\b")


def pieces(what: str, amount: int) -> str:
    """`a loaf`, `three loaves`, `forty pence`; of goods without a measure `three broth`, `some broth`."""
    one, many = _MEASURES.get(what, (f"some {(name := visible(what, letters_max=40))}", name))
    return one if amount == 1 else f"{number(amount) if amount < 100 else f'{amount:,}'} {many}"


def pence(amount: int) -> str:
    """`a penny`, `nine pence`."""
    return pieces("coin", amount)


def counted_out(text: str) -> str:
    """A clause of the events with its goods in words: `taking 3 bread` as `taking three loaves`."""
    return _COUNTED.sub(lambda found: pieces("coin" if found[2] == "pence" else found[2], int(found[1])), text)


def in_the_past(text: str) -> str:
    """A reason as it is told afterwards: `it is closed` as `it was closed`."""
    return " ".join(_PRESENT.get(word, word) for word in text.split(" "))
