"""Options: what a prompt offers to choose from."""

import re

import msgspec

_LINE = re.compile(
    r"^[ \t>*-]{0,8}[\[(]?(?P<number>\d{1,4})[\])]?[.):\]]?\*{0,2}[ \t]+(?P<text>\S.{0,400})", re.MULTILINE
)
READ_MAX = 200_000
"""Characters, counted from the end, in which options are looked for."""


class Offered(msgspec.Struct, frozen=True):
    """One of several numbered things."""

    number: int
    text: str


def offered_in(prompt: str) -> tuple[Offered, ...]:
    """The last numbered list of a prompt, such as `1. Bar the gate` in lines of their own; empty: there is none."""
    lists: list[list[Offered]] = []
    for found in _LINE.finditer(prompt[-READ_MAX:]):
        option = Offered(int(found["number"]), found["text"].strip())
        if lists and option.number == lists[-1][-1].number + 1:
            lists[-1].append(option)
        else:
            lists.append([option])
    many = [options for options in lists if len(options) > 1] or lists
    return tuple(many[-1]) if many else ()
