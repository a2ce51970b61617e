"""OpenAI's chat completions, as spoken by its clients and by everything that calls itself compatible."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from fabula.llm.process.http import HttpRequest
from fabula.llm.process.tokens import pieces_of
from fabula.llm.process.values import Answer, Question, Tool, Turn, Unfit
from fabula.llm.process.wires.wire import (
    MADE_S,
    NO_ANSWERS,
    body_of,
    count_in,
    model_of,
    object_in,
    objects_in,
    sse,
    text_in,
    texts_in,
)
from fabula.llm.values import Finish

_ROLES: dict[str, Literal["system", "user", "assistant", "tool"]] = {
    "assistant": "assistant",
    "developer": "system",
    "function": "tool",
    "system": "system",
    "tool": "tool",
    "user": "user",
}
_CALLS: dict[str, Literal["never", "may", "must"]] = {"auto": "may", "none": "never", "required": "must"}
_KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_exceeded"}


class OpenAI:
    """`POST …/chat/completions`."""

    name = "openai"

    def read(self, request: HttpRequest) -> Question:
        """What is asked."""
        body = body_of(request)
        model, wants = model_of(text_in(body, "model"))
        turns = tuple(_turn(number, message) for number, message in enumerate(objects_in(body, "messages")))
        if not turns:
            raise Unfit("messages: at least one is required")
        form = object_in(body, "response_format")
        call, call_name = _tool_choice(body.get("tool_choice"))
        return Question(
            model=model,
            wants=wants,
            turns=turns,
            schema=_schema(form),
            json=form.get("type") == "json_object",
            tools=tuple(_tool(number, tool) for number, tool in enumerate(objects_in(body, "tools"))),
            call=call,
            call_name=call_name,
            tokens_max=count_in(body, "max_completion_tokens", "max_tokens"),
            stops=texts_in(body, "stop"),
            stream=body.get("stream") is True,
            usage_in_stream=object_in(body, "stream_options").get("include_usage") is True,
            headers=request.headers,
        )

    def whole(self, question: Question, answer: Answer) -> bytes:
        """A `chat.completion`."""
        choice = {"index": 0, "message": _message(answer), "logprobs": None, "finish_reason": _finish(answer)}
        return msgspec.json.encode(
            {**_envelope("chat.completion", question, answer), "choices": [choice], "usage": _usage(answer)}
        )

    def events(self, question: Question, answer: Answer) -> Iterator[bytes]:
        """`chat.completion.chunk` events, then `[DONE]`."""
        envelope = _envelope("chat.completion.chunk", question, answer)

        def chunk(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            return sse({**envelope, "choices": [choice]})

        yield chunk({"role": "assistant", "content": None if answer.tool else ""})
        if answer.tool:
            yield chunk({"tool_calls": [{"index": 0, **_call(answer, arguments="")}]})
        for piece in pieces_of(answer.text):
            yield chunk(_delta(answer, piece))
        yield chunk({}, _finish(answer))
        if question.usage_in_stream:
            yield sse({**envelope, "choices": [], "usage": _usage(answer)})
        yield b"data: [DONE]\n\n"

    def models(self, names: Sequence[str]) -> bytes:
        """A `list` of `model` objects."""
        models = [{"id": name, "object": "model", "created": MADE_S, "owned_by": "fabula"} for name in names]
        return msgspec.json.encode({"object": "list", "data": models})

    def error(self, status: int, message: str) -> bytes:
        """An `error` object."""
        kind = _KINDS.get(status, "server_error" if status >= 500 else "invalid_request_error")
        return msgspec.json.encode({"error": {"message": message, "type": kind, "param": None, "code": None}})

    def broken(self) -> bytes:
        """An event with an error in the place of a chunk."""
        return b"data: " + self.error(500, "The server had an error while processing your request.") + b"\n\n"

    def wrong(self) -> tuple[bytes, ...]:
        """Bodies that lack what matters."""
        return (
            *NO_ANSWERS,
            b'{"choices": []}',
            b'{"id": 7, "object": "chat.completion", "choices": [{"index": 0, "message": null}]}',
            b'{"result": {"text": "I agree."}, "status": "success"}',
        )


def _turn(number: int, message: Mapping[str, Any]) -> Turn:
    role = _ROLES.get(str(message.get("role")))
    if role is None:
        raise Unfit(f"messages[{number}].role: one of {', '.join(_ROLES)} is required")
    content = message.get("content")
    if isinstance(content, list):
        parts = objects_in(message, "content", at=f"messages[{number}].")
        content = "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    if content is None:
        content = ""
    if not isinstance(content, str):
        raise Unfit(f"messages[{number}].content: a text or a list of parts is required")
    return Turn(role, content)


def _schema(form: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = form.get("type", "text")
    if kind not in {"text", "json_object", "json_schema"}:
        raise Unfit(f"response_format.type: {kind!r:.40} is not known")
    if kind != "json_schema":
        return None
    wrapper = object_in(form, "json_schema", at="response_format.")
    text_in(wrapper, "name")
    return object_in(wrapper, "schema", at="response_format.json_schema.")


def _tool(number: int, tool: Mapping[str, Any]) -> Tool:
    function = object_in(tool, "function", at=f"tools[{number}].")
    return Tool(text_in(function, "name"), object_in(function, "parameters", at=f"tools[{number}].function."))


def _tool_choice(choice: Any) -> tuple[Literal["never", "may", "must"], str]:
    if isinstance(choice, dict):
        function = object_in(choice, "function", at="tool_choice.")
        name = function.get("name")
        return "must", name if isinstance(name, str) else ""
    if choice is None:
        return "may", ""
    if not isinstance(choice, str) or choice not in _CALLS:
        raise Unfit("tool_choice: 'auto', 'none', 'required' or an object is required")
    return _CALLS[choice], ""


def _envelope(kind: str, question: Question, answer: Answer) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{answer.id}",
        "object": kind,
        "created": MADE_S,
        "model": question.model,
        "system_fingerprint": "fp_fabula",
    }


def _message(answer: Answer) -> dict[str, Any]:
    refused = answer.finish is Finish.REFUSED
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None}
    if refused:
        return {**message, "content": None, "refusal": answer.text}
    if answer.tool:
        return {**message, "content": None, "tool_calls": [_call(answer, arguments=answer.text)]}
    return message


def _delta(answer: Answer, piece: str) -> dict[str, Any]:
    if answer.finish is Finish.REFUSED:
        return {"refusal": piece}
    if answer.tool:
        return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
    return {"content": piece}


def _call(answer: Answer, *, arguments: str) -> dict[str, Any]:
    return {"id": f"call_{answer.id}", "type": "function", "function": {"name": answer.tool, "arguments": arguments}}


def _finish(answer: Answer) -> str:
    if answer.finish is Finish.LENGTH:
        return "length"
    return "tool_calls" if answer.tool else "stop"


def _usage(answer: Answer) -> dict[str, Any]:
    return {
        "prompt_tokens": answer.tokens_in,
        "completion_tokens": answer.tokens_out,
        "total_tokens": answer.tokens_in + answer.tokens_out,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
