"""Vectors: what models made of texts, by which texts are compared, and how every store keeps it."""

from collections.abc import Collection, Mapping
from typing import Protocol


class Vectors(Protocol):
    """Keeps vectors by the name of the model and the SHA-256 (hex) of the text; of the texts themselves nothing."""

    async def put_vectors(self, model: str, vectors: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Keep vectors by the digests of their texts. Returns those that stand: these, or those kept before."""
        ...

    async def vectors(self, model: str, digests: Collection[str]) -> Mapping[str, bytes]:
        """The vectors kept of texts, by their digests; those that are missing are left out."""
        ...
