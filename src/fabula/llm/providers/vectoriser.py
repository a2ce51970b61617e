"""The vectoriser: asks a model for vectors of texts, as OpenAI's `/embeddings` has it and many others do."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2
import msgspec

from fabula.engine import Spent
from fabula.llm.http import Wire, through
from fabula.llm.keys import Key, is_own_address
from fabula.llm.layer import Call
from fabula.llm.providers.refusal import Refusal
from fabula.llm.values import Failure, FailureKind, ModelFailed, ModelName, Reply

DIMENSIONS_MAX = 4096
NUMBER_MAX = 1e9
"""No number of a vector is farther from 0."""


class _Vector(msgspec.Struct, frozen=True):
    embedding: list[float]
    index: int = -1
    """Of its text; -1: they come in the order of the texts."""


class _Answer(msgspec.Struct, frozen=True):
    data: list[_Vector]
    usage: Any = None
    """As the provider tells it, if it does."""


class Vectoriser:
    """A provider's leaf for vectors."""

    def __init__(self, model: ModelName, url: str, client: httpx2.AsyncClient, *, key: Key | None) -> None:
        """url: the base address."""
        self._model = model
        self._url = url
        self._client = client
        self._key = key

    async def ask(self, call: Call) -> Reply:
        """As Layer says: each message of the request is a text; the reply's `data` are their vectors, in order."""
        wire = Wire(
            url=self._url,
            written=is_own_address(self._model),
            key=self._key,
            key_header="Authorization",
            asker=call.request.asker,
        )
        texts = [message.text for message in call.request.messages]
        try:
            async with asyncio.timeout_at(call.deadline_s):
                with through(wire):
                    return self._read(await self._sent(texts), len(texts))
        except TimeoutError:
            raise self._failed(Refusal(FailureKind.TIMED_OUT, "no answer in time"), wire) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise self._failed(wire.refusal or _misunderstood(wire, error), wire) from None

    async def _sent(self, texts: Sequence[str]) -> bytes:
        body = msgspec.json.encode({"model": self._model.model, "input": texts, "encoding_format": "float"})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        response = await self._client.post(f"{self._url}/embeddings", content=body, headers=headers)
        return response.content

    def _read(self, body: bytes, count: int) -> Reply:
        """Raises msgspec.MsgspecError or ValueError if it is no answer to so many texts."""
        answer = msgspec.json.decode(body, type=_Answer)
        vectors = [each.embedding for each in _in_order(answer.data)]
        sizes = {len(vector) for vector in vectors}
        if len(vectors) != count or len(sizes) != 1 or not 0 < max(sizes) <= DIMENSIONS_MAX:
            raise ValueError("not a vector of the same kind for each text")
        if any(max(vector) > NUMBER_MAX or min(vector) < -NUMBER_MAX for vector in vectors):
            raise ValueError("no numbers of a vector")
        spent = Spent(input_tokens=_tokens(answer.usage))
        return Reply(data=vectors, model=str(self._model), spent=spent)

    def _failed(self, refusal: Refusal, wire: Wire) -> ModelFailed:
        why, variable = refusal.why, self._key.variable if self._key else ""
        if refusal.kind is FailureKind.NO_KEY and variable:
            why = f"{variable} was refused: {why}"
        # It may have been counted if it was answered, or nobody knows whether it was.
        unknown = wire.sent and wire.status == 0 and refusal.kind in {FailureKind.CUT_OFF, FailureKind.TIMED_OUT}
        return ModelFailed(
            Failure(
                kind=refusal.kind,
                model=str(self._model),
                why=why,
                retry_after_s=refusal.retry_after_s,
                billed=wire.status == 200 or unknown,
            )
        )


def _in_order(data: Sequence[_Vector]) -> list[_Vector]:
    """By the numbers of the texts, where they are told. Raises ValueError if they are not those of the texts."""
    if all(each.index == -1 for each in data):
        return list(data)
    ordered = sorted(data, key=lambda each: each.index)
    if [each.index for each in ordered] != list(range(len(ordered))):
        raise ValueError("vectors of other texts")
    return ordered


def _tokens(usage: Any) -> int:
    told = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return told if isinstance(told, int) else 0


def _misunderstood(wire: Wire, error: Exception) -> Refusal:
    if not wire.sent:
        return Refusal(FailureKind.REJECTED, f"it could not be asked ({type(error).__name__})")
    return Refusal(FailureKind.GARBLED, "it answered something that is no list of vectors")
