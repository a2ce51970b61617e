"""OpenAI's chat completions, which Ollama, OpenRouter, Perplexity, xAI and many addresses of one's own speak too."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx2
from openai import AsyncOpenAI, AsyncStream, NotGiven, Omit
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.ollama import OllamaModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.providers.openrouter import OpenRouterProvider

from fabula.llm.providers.speech import UNUSED_KEY, Speech
from fabula.llm.values import ModelName

# What all of them understand: the older name of the bound, and a schema that is not held to OpenAI's strict subset.
_COMPATIBLE = OpenAIModelProfile(
    supports_json_schema_output=True,
    openai_chat_supports_max_completion_tokens=False,
    openai_supports_strict_tool_definition=False,
)

# OpenRouter asks those who can, whichever model it is.
_SHAPED = OpenAIModelProfile(supports_json_schema_output=True)


def speak(name: ModelName, url: str, client: httpx2.AsyncClient) -> Speech:
    """The model, asked at that base address."""
    model = _model(name, _sdk(url, client))
    # Ollama's cloud takes a schema and then ignores it.
    native = model.profile.get("supports_json_schema_output", False)
    return Speech(model, url, "Authorization", "native" if native else "tool")


def _sdk(url: str, client: httpx2.AsyncClient) -> AsyncOpenAI:
    return _Sdk(
        api_key=UNUSED_KEY, organization="", project="", base_url=url, http_client=client, max_retries=0, timeout=None
    )


class _Completions(AsyncCompletions):
    """The SDK's own way to the endpoint, without its walk through every type of the request: what pydantic-ai gives is
    JSON already, and the walk takes a quarter of a call's time.
    """

    async def create(  # type: ignore[override] # as pydantic-ai calls it, with everything by name
        self,
        *,
        stream: bool = False,
        extra_headers: Mapping[str, str] | None = None,
        extra_body: Any = None,
        **asked: Any,
    ) -> ChatCompletion | AsyncStream[ChatCompletionChunk]:
        # Whoever asks bounds the time.
        asked.pop("timeout", None)
        body = {name: value for name, value in asked.items() if not isinstance(value, Omit | NotGiven)}
        answer: ChatCompletion | AsyncStream[ChatCompletionChunk] = await self._client.post(
            "/chat/completions",
            body={**body, "stream": True} if stream else body,
            options={"headers": dict(extra_headers or {}), **({"extra_json": extra_body} if extra_body else {})},
            cast_to=ChatCompletion,
            stream=stream,
            stream_cls=AsyncStream[ChatCompletionChunk],
        )
        # OpenRouter tells of errors with a 200 once it has begun to wait for somebody else.
        error = getattr(answer, "error", None)
        if isinstance(error, dict) and isinstance(code := error.get("code"), int) and 400 <= code < 600:
            raise ModelHTTPError(code, str(asked.get("model")), error)
        return answer


class _Chat(AsyncChat):
    @cached_property
    def completions(self) -> _Completions:
        return _Completions(self._client)


class _Sdk(AsyncOpenAI):
    @cached_property
    def chat(self) -> _Chat:
        return _Chat(self)


def _model(name: ModelName, sdk: AsyncOpenAI) -> OpenAIChatModel:
    match name.provider:
        case "ollama":
            return OllamaModel(name.model, provider=OllamaProvider(openai_client=sdk))
        case "openrouter" if "/" in name.model:
            # Not its own model class, which takes no answer without the fields that only OpenRouter adds.
            provider = OpenRouterProvider(openai_client=sdk)
            return OpenAIChatModel(name.model, provider=provider, profile=_SHAPED)
        case "openai" if not name.url:
            return OpenAIChatModel(name.model, provider=OpenAIProvider(openai_client=sdk))
        case other:
            compatible = OpenAICompatibleProvider(other, openai_client=sdk, profile=_COMPATIBLE)
            return OpenAIChatModel(name.model, provider=compatible)
