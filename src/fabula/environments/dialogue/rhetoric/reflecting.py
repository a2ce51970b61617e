"""Reflecting: what somebody said, said back to them."""

import re

from fabula.environments.dialogue.rhetoric.english import lower_first

FLIPS = dict(
    pair.split("=")
    for pair in (
        "i=you me=you my=your mine=yours myself=yourself am=are we=you us=you our=your"
        " you=I your=my yours=mine yourself=myself"
    ).split()
) | {"i'm": "you are", "i've": "you have", "i'd": "you would", "i'll": "you will"}
"""Each word as it is said to whoever said it."""


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
