"""The speech: how a provider is spoken to - the model as pydantic-ai knows it, and where the key and the shape go."""

from typing import Literal, NamedTuple

from pydantic_ai.models import Model

UNUSED_KEY = "put-in-by-the-transport"
"""What an SDK is given in the place of a key."""


class Speech(NamedTuple):
    """One model, ready to be asked."""

    model: Model
    url: str
    """Base address."""
    key_header: str
    shape_as: Literal["native", "tool"]
    """How the form of an answer is asked for."""
