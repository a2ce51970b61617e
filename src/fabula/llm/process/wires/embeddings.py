"""Embeddings as OpenAI and Google have them: the texts are the question, their vectors the answer."""

import base64
import struct
from collections.abc import Mapping
from typing import Any

import msgspec

from fabula.llm.process.http import HttpRequest
from fabula.llm.process.values import Answer, Question, Turn, Unfit, Vectors
from fabula.llm.process.vectors import vector_of
from fabula.llm.process.wires.google import Google
from fabula.llm.process.wires.openai import OpenAI
from fabula.llm.process.wires.wire import body_of, count_in, model_of, objects_in, text_in

DIMENSIONS = 256
DIMENSIONS_MAX = 4096
TEXTS_MAX = 2048


class OpenAIEmbeddings(OpenAI):
    """`POST …/embeddings`."""

    def read(self, request: HttpRequest) -> Question:
        """The texts."""
        body = body_of(request)
        model, wants = model_of(text_in(body, "model"))
        told = body.get("input")
        texts = [told] if isinstance(told, str) else told
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Unfit("input: a text or a list of texts is required")
        vectors = Vectors(_dimensions(body, "dimensions"), packed=body.get("encoding_format") == "base64")
        return Question(model=model, wants=wants, turns=_turns(texts), vectors=vectors, headers=request.headers)

    def whole(self, question: Question, answer: Answer) -> bytes:
        """A `list` of `embedding` objects."""
        assert question.vectors is not None
        packed = question.vectors.packed
        data = [
            {"object": "embedding", "index": number, "embedding": _packed(vector) if packed else vector}
            for number, vector in enumerate(_vectors(question))
        ]
        usage = {"prompt_tokens": answer.tokens_in, "total_tokens": answer.tokens_in}
        return msgspec.json.encode({"object": "list", "data": data, "model": question.model, "usage": usage})


class GoogleEmbeddings(Google):
    """`POST …/models/MODEL:embedContent` and `:batchEmbedContents`."""

    def read(self, request: HttpRequest) -> Question:
        """The texts."""
        address, _, verb = request.path.rpartition(":")
        model, wants = model_of(address.rpartition("/models/")[2])
        body = body_of(request)
        asked = [body] if verb == "embedContent" else objects_in(body, "requests")
        vectors = Vectors(_dimensions(asked[0] if asked else {}, "outputDimensionality"), single=verb == "embedContent")
        turns = _turns([_google_text(item) for item in asked])
        return Question(model=model, wants=wants, turns=turns, vectors=vectors, headers=request.headers)

    def whole(self, question: Question, answer: Answer) -> bytes:
        """One `embedding` or several `embeddings`."""
        assert question.vectors is not None
        values = [{"values": vector} for vector in _vectors(question)]
        return msgspec.json.encode({"embedding": values[0]} if question.vectors.single else {"embeddings": values})


def _turns(texts: list[str]) -> tuple[Turn, ...]:
    if not 0 < len(texts) <= TEXTS_MAX:
        raise Unfit(f"from 1 to {TEXTS_MAX} texts are required")
    return tuple(Turn("user", text) for text in texts)


def _dimensions(body: Mapping[str, Any], name: str) -> int:
    return min(count_in(body, name) or DIMENSIONS, DIMENSIONS_MAX)


def _google_text(item: Mapping[str, Any]) -> str:
    content = item.get("content")
    if not isinstance(content, dict):
        raise Unfit("content: an object is required")
    return "".join(part["text"] for part in objects_in(content, "parts") if isinstance(part.get("text"), str))


def _vectors(question: Question) -> list[list[float]]:
    assert question.vectors is not None
    return [vector_of(turn.text, question.vectors.dimensions) for turn in question.turns]


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
