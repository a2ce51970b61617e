"""A model that says the key it was asked with, as one run by somebody else can, is not repeated."""

from collections.abc import Iterable

import pytest
from tests.llm.providing import a_provider_here
from tests.llm.test_providers import SHAPE, WIRES, Heard, a_request, asked, at

from fabula.llm.keys import Key
from fabula.llm.providers.withholding import Withholding

KEY = "sk-planted-0123456789abcdefghij"
HOSTILE = {"choice": 1, "why": f"Authorization: Bearer {KEY}, and half of it: {KEY[:20]}"}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("provider", WIRES)
def test_a_key_that_comes_back_in_a_reply_is_hidden(provider: str, streamed: bool) -> None:
    heard = Heard() if streamed else None
    with a_provider_here(script=[{"answer": HOSTILE}, f"My key is {KEY}."]) as there:
        name, found = at(there.url, provider), {"MINE": KEY}
        keys = {there.url: "MINE"}
        shaped = asked(name, a_request(shape=SHAPE), listener=heard, environ=found, keys=keys)
        plain = asked(name, listener=heard, environ=found, keys=keys)
        assert there.count()["keys"].keys() == {KEY[-4:]}
    assert plain.text == "My key is …."
    assert shaped.data == {"choice": 1, "why": "Authorization: Bearer …, and half of it: …"}
    told = f"{shaped} {plain} {''.join(heard.pieces) if heard else ''}"
    assert not any(KEY[at : at + 16] in told for at in range(len(KEY) - 15))


def heard_of(pieces: Iterable[str]) -> str:
    heard = Heard()
    listener = Withholding(heard, Key(KEY, variable="MINE"))
    for piece in pieces:
        listener.text(piece)
    listener.end()
    return "".join(heard.pieces)


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_a_key_that_is_streamed_in_pieces_is_hidden(size: int) -> None:
    said = f'Here it is: {KEY}, and 漢字{KEY}漢字 again, in JSON {{"text":"{KEY}"}}'
    pieces = [said[at : at + size] for at in range(0, len(said), size)]
    assert heard_of(pieces) == said.replace(KEY, "…")


def test_words_do_not_wait_for_the_end() -> None:
    heard = Heard()
    listener = Withholding(heard, Key(KEY, variable="MINE"))
    listener.text("Somebody knocked. Twi")
    assert heard.pieces == ["Somebody knocked. "]


def test_what_is_longer_than_any_key_does_not_wait_for_ever() -> None:
    assert heard_of(["x" * 50_000, "y"]) == "x" * 50_000 + "y"
