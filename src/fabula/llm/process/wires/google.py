"""Google's generateContent. Its names may be written `camelCase` or `snake_case`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from fabula.llm.process.http import HttpRequest
from fabula.llm.process.tokens import pieces_of
from fabula.llm.process.values import Answer, Question, Tool, Turn, Unfit
from fabula.llm.process.wires.wire import (
    NO_ANSWERS,
    arguments_of,
    body_of,
    count_in,
    model_of,
    object_in,
    objects_in,
    sse,
    texts_in,
)
from fabula.llm.values import Finish

_ADDRESS = re.compile(r"/models/(?P<model>.+):(?P<verb>\w+)$")
_HUMP = re.compile(r"_([a-z])")
_AS_THEY_ARE = {"args", "parameters", "parametersJsonSchema", "response", "responseJsonSchema", "responseSchema"}
"""Fields whose content is not Google's but the client's own."""
_DEPTH_MAX = 64
_CALLS: dict[str, Literal["never", "may", "must"]] = {"ANY": "must", "AUTO": "may", "NONE": "never"}
_STATES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class Google:
    """`POST …/models/MODEL:generateContent` and `:streamGenerateContent?alt=sse`."""

    name = "google"

    def read(self, request: HttpRequest) -> Question:
        """What is asked."""
        found = _ADDRESS.search(request.path)
        if found is None:
            raise Unfit("the address names no model", status=404)
        stream = found["verb"] == "streamGenerateContent"
        if stream and request.asked("alt") != "sse":
            raise Unfit("streamGenerateContent is answered with ?alt=sse only")
        model, wants = model_of(found["model"])
        body = _in_camel_case(body_of(request), 0)
        config = object_in(body, "generationConfig")
        calling = object_in(object_in(body, "toolConfig"), "functionCallingConfig")
        return Question(
            model=model,
            wants=wants,
            turns=_turns(body),
            schema=object_in(config, "responseJsonSchema") or object_in(config, "responseSchema") or None,
            json=config.get("responseMimeType") == "application/json",
            tools=_tools(body),
            call=_CALLS.get(str(calling.get("mode", "AUTO")).upper(), "may"),
            call_name=next(iter(texts_in(calling, "allowedFunctionNames")), ""),
            tokens_max=count_in(config, "maxOutputTokens"),
            stops=texts_in(config, "stopSequences"),
            stream=stream,
            headers=request.headers,
        )

    def whole(self, question: Question, answer: Answer) -> bytes:
        """A `GenerateContentResponse`."""
        if _is_blocked(answer):
            return msgspec.json.encode(_blocked(question, answer))
        parts = [] if answer.finish is Finish.REFUSED else _parts(answer)
        return msgspec.json.encode(_response(question, answer, parts, _reason(answer)))

    def events(self, question: Question, answer: Answer) -> Iterator[bytes]:
        """Responses, each with the next piece; the last says why it ended."""
        if _is_blocked(answer):
            yield sse(_blocked(question, answer))
            return
        if answer.tool:
            yield sse(_response(question, answer, _parts(answer), _reason(answer)))
            return
        for piece in pieces_of("" if answer.finish is Finish.REFUSED else answer.text):
            yield sse(_response(question, answer, [{"text": piece}], None))
        yield sse(_response(question, answer, [], _reason(answer)))

    def models(self, names: Sequence[str]) -> bytes:
        """The `models`."""
        methods = ["generateContent", "embedContent"]
        models = [{"name": f"models/{name}", "supportedGenerationMethods": methods} for name in names]
        return msgspec.json.encode({"models": models})

    def error(self, status: int, message: str) -> bytes:
        """An `error` object."""
        state = _STATES.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION")
        return msgspec.json.encode({"error": {"code": status, "message": message, "status": state}})

    def broken(self) -> bytes:
        """An error in the place of a response."""
        return b"data: " + self.error(503, "The model is overloaded. Please try again later.") + b"\n\n"

    def wrong(self) -> tuple[bytes, ...]:
        """Bodies that lack what matters."""
        return (
            *NO_ANSWERS,
            b'{"candidates": []}',
            b'{"candidates": [{"content": {"parts": "I agree."}}], "usageMetadata": 7}',
            b'{"predictions": ["I agree."]}',
        )


def _in_camel_case(value: Any, depth: int) -> Any:
    """The body with Google's own names all written one way."""
    if isinstance(value, list) and depth < _DEPTH_MAX:
        return [_in_camel_case(item, depth + 1) for item in value]
    if not isinstance(value, dict) or depth >= _DEPTH_MAX:
        return value
    named = {_HUMP.sub(lambda found: found[1].upper(), name): item for name, item in value.items()}
    return {name: item if name in _AS_THEY_ARE else _in_camel_case(item, depth + 1) for name, item in named.items()}


def _turns(body: Mapping[str, Any]) -> tuple[Turn, ...]:
    turns = []
    system = body.get("systemInstruction")
    if system is not None:
        content = object_in(body, "systemInstruction")
        turns.append(Turn("system", _text(content, "systemInstruction.")))
    contents = objects_in(body, "contents")
    if not contents:
        raise Unfit("contents is not specified")
    for number, content in enumerate(contents):
        role = content.get("role", "user")
        if role not in {"user", "model", "function"}:
            raise Unfit(f"contents[{number}].role: Please use a valid role: user, model.")
        turns.append(Turn(_role(content), _text(content, f"contents[{number}].")))
    return tuple(turns)


def _text(content: Mapping[str, Any], at: str) -> str:
    texts = []
    for part in objects_in(content, "parts", at=at):
        if isinstance(part.get("text"), str):
            texts.append(part["text"])
        elif "functionResponse" in part:
            texts.append(msgspec.json.encode(part["functionResponse"]).decode())
    return "".join(texts)


def _role(content: Mapping[str, Any]) -> Literal["user", "assistant", "tool"]:
    if content.get("role") == "model":
        return "assistant"
    parts = content.get("parts")
    from_tool = isinstance(parts, list) and any(isinstance(part, dict) and "functionResponse" in part for part in parts)
    return "tool" if from_tool else "user"


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    tools = []
    for tool in objects_in(body, "tools"):
        for function in objects_in(tool, "functionDeclarations", at="tools."):
            name = function.get("name")
            if not isinstance(name, str) or not name:
                raise Unfit("tools.functionDeclarations.name: a name is required")
            schema = object_in(function, "parametersJsonSchema") or object_in(function, "parameters")
            tools.append(Tool(name, schema))
    return tuple(tools)


def _is_blocked(answer: Answer) -> bool:
    """Half of the refusals come before a word is written, half as the reason why it ended."""
    return answer.finish is Finish.REFUSED and int(answer.id[0], 16) % 2 == 0


def _blocked(question: Question, answer: Answer) -> dict[str, Any]:
    tokens = {"promptTokenCount": answer.tokens_in, "totalTokenCount": answer.tokens_in}
    feedback = {"blockReason": "PROHIBITED_CONTENT"}
    return {"promptFeedback": feedback, "usageMetadata": tokens, **_tail(question, answer)}


def _response(question: Question, answer: Answer, parts: list[dict[str, Any]], reason: str | None) -> dict[str, Any]:
    content: dict[str, Any] = {"role": "model", "parts": parts} if parts else {"role": "model"}
    candidate: dict[str, Any] = {"content": content, "index": 0}
    if reason is not None:
        candidate["finishReason"] = reason
    return {"candidates": [candidate], "usageMetadata": _usage(answer), **_tail(question, answer)}


def _parts(answer: Answer) -> list[dict[str, Any]]:
    if answer.tool:
        return [{"functionCall": {"name": answer.tool, "args": arguments_of(answer)}}]
    return [{"text": answer.text}] if answer.text else []


def _reason(answer: Answer) -> str:
    match answer.finish:
        case Finish.LENGTH:
            return "MAX_TOKENS"
        case Finish.REFUSED:
            return "SAFETY"
        case _:
            return "STOP"


def _usage(answer: Answer) -> dict[str, int]:
    return {
        "promptTokenCount": answer.tokens_in,
        "candidatesTokenCount": answer.tokens_out,
        "totalTokenCount": answer.tokens_in + answer.tokens_out,
    }


def _tail(question: Question, answer: Answer) -> dict[str, Any]:
    return {"modelVersion": question.model, "responseId": answer.id}
