"""Reflecting: what somebody said, said back to them."""

import re

from fabula.environments.dialogue.rhetoric.english import lower_first, upper_first

FLIPS = dict(
    pair.split("=")
    for pair in (
        "i=you me=you my=your mine=yours myself=yourself am=are we=you us=you our=your"
        " you=I your=my yours=mine yourself=myself"
    ).split()
) | {"i'm": "you are", "i've": "you have", "i'd": "you would", "i'll": "you will"}
"""Each word as it is said to whoever said it."""


_SWAPS = {word: turned for word, turned in FLIPS.items() if word not in {"we", "us", "our"}}


def swapped(question: str) -> str:
    """A question as it stands in the mouth of whoever answers: `Should I sell my shop?` → `Should you sell your shop?`.

    `We` stays: whoever asks what we should do means both.
    """
    parts = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w]+|[\w]+", question)
    turned = "".join(_SWAPS.get(part.casefold().replace("’", "'"), part) for part in parts)
    turned = re.sub(r"\bwere I\b", "was I", re.sub(r"\b[Aa]re I\b", "am I", turned))
    turned = re.sub(r"\b([Ww])as you\b", r"\1ere you", turned)
    turned = re.sub(
        r"\b(to|for|with|of|at|about|from|like|by|see|love|help|hate|tell|told|ask|give|gave) I\b", r"\1 me", turned
    )
    return upper_first(turned) if question[:1].isupper() else turned


def reflected(statement: str) -> str:
    """What somebody said of themselves, said to them: `I lost my dog` → `you lost your dog`."""
    parts = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w]+|[\w]+", statement)
    turned = [FLIPS.get(part.casefold().replace("’", "'"), part) for part in parts]
    text = "".join(turned)
    text = re.sub(r"\byou was\b", "you were", text)
    text = re.sub(
        r"\b(to|for|with|of|at|about|from|like|by|see|love|help|hate|tell|told|ask|give|gave) I\b", r"\1 me", text
    )
    text = re.sub(r"\bI are\b", "I am", text)
    return (
        lower_first(text)
        if (parts and parts[0].casefold() in FLIPS)
        or (text[:1].isupper() and text.split()[0].casefold() in {"the", "a", "it", "my"})
        else text
    )
