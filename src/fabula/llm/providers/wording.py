"""The wording: a request as pydantic-ai takes it, and its response as our reply."""

import json
from collections.abc import Callable
from typing import Any, Literal

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from fabula.engine import Spent
from fabula.llm.values import Finish, Message, Reply, Request, Shape

TOKENS_MAX = 10**9
"""More than this no provider can have counted."""

_FINISHES = {
    "stop": Finish.STOP,
    "tool_call": Finish.STOP,
    "length": Finish.LENGTH,
    "content_filter": Finish.REFUSED,
}


def messages_of(request: Request) -> list[ModelMessage]:
    """What is said."""
    return [_message(message) for message in request.messages]


def settings_of(request: Request) -> ModelSettings:
    """What bounds the answer."""
    settings = ModelSettings(max_tokens=request.tokens_max)
    if request.temperature is not None:
        settings["temperature"] = request.temperature
    return settings


def parameters_of(shape: Shape | None, shape_as: Literal["native", "tool"]) -> ModelRequestParameters:
    """The form the answer is to have."""
    if shape is None:
        return ModelRequestParameters()
    if shape_as == "native":
        form = OutputObjectDefinition(json_schema=shape.schema, name=shape.name)
        return ModelRequestParameters(output_mode="native", output_object=form)
    tool = ToolDefinition(name=shape.name, parameters_json_schema=shape.schema, kind="output")
    return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)


def reply_of(response: ModelResponse, *, model: str, shaped: bool, hide: Callable[[str], str] = str) -> Reply:
    """The response, without its reasoning.

    shaped: an object was asked for. hide: takes out of a text what nobody may read, as a key.
    """
    details = response.provider_details or {}
    text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
    calls = [part for part in response.parts if isinstance(part, ToolCallPart)] if shaped else []
    # Where the answer is a tool's arguments, those are what it wrote.
    text = text or (calls[0].args_as_json_str() if calls else "") or _text_in(details.get("refusal"))
    written = hide(calls[0].args_as_json_str()) if calls else hide(text)
    usage = response.usage
    return Reply(
        text=hide(text),
        data=object_in(written) if shaped else None,
        finish=_FINISHES.get(response.finish_reason or "", Finish.OTHER),
        model=model,
        spent=Spent(input_tokens=_bounded(usage.input_tokens), output_tokens=_bounded(usage.output_tokens)),
    )


def object_in(text: str) -> dict[str, Any] | None:
    """The object that a text is, and nothing but; None if it is none."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _message(message: Message) -> ModelMessage:
    match message.role:
        case "system":
            return ModelRequest(parts=[SystemPromptPart(message.text)])
        case "user":
            return ModelRequest(parts=[UserPromptPart(message.text)])
        case "assistant":
            return ModelResponse(parts=[TextPart(message.text)])


def _text_in(value: object) -> str:
    return value if isinstance(value, str) else ""


def _bounded(tokens: int) -> int:
    return min(max(tokens, 0), TOKENS_MAX)
