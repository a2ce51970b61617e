"""OpenAI's chat completions, which Ollama, OpenRouter, Perplexity, xAI and many addresses of one's own speak too."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx2
import msgspec
from openai import AsyncOpenAI, AsyncStream, NotGiven, Omit
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import ValidationError
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


_PATH = "/chat/completions"
_JSON = {"Accept": "application/json", "Content-Type": "application/json"}


def speak(name: ModelName, url: str, client: httpx2.AsyncClient) -> Speech:
    """The model, asked at that base address."""
    model = _model(name, _sdk(url, client))
    # Ollama's cloud takes a schema and then ignores it.
    native = model.profile.get("supports_json_schema_output", False)
    return Speech(model, url, "Authorization", "native" if native else "tool")


def _sdk(url: str, client: httpx2.AsyncClient) -> "_Sdk":
    sdk = _Sdk(
        api_key=UNUSED_KEY, organization="", project="", base_url=url, http_client=client, max_retries=0, timeout=None
    )
    base = httpx2.URL(url)
    path, mark, query = base.raw_path.partition(b"?")
    sdk.http = client
    sdk.completions_url = base.copy_with(raw_path=path.rstrip(b"/") + _PATH.encode() + mark + query)
    return sdk


class _Completions(AsyncCompletions):
    """The endpoint without what the SDK does around it: its walk through every type of the request, which is JSON
    already, takes a quarter of a call's time, and its client, whose headers, retries and errors are not used here, as
    much again.
    """

    _client: "_Sdk"

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
        answer = (
            await self._streamed(body, extra_headers, extra_body) if stream else await self._whole(body, extra_body)
        )
        # OpenRouter tells of errors with a 200 once it has begun to wait for somebody else.
        error = getattr(answer, "error", None)
        if isinstance(error, dict) and isinstance(code := error.get("code"), int) and 400 <= code < 600:
            raise ModelHTTPError(code, str(asked.get("model")), error)
        return answer

    async def _streamed(
        self, body: dict[str, Any], headers: Mapping[str, str] | None, more: Any
    ) -> AsyncStream[ChatCompletionChunk]:
        answer: AsyncStream[ChatCompletionChunk] = await self._client.post(
            _PATH,
            body={**body, "stream": True},
            options={"headers": dict(headers or {}), **({"extra_json": more} if more else {})},
            cast_to=ChatCompletion,
            stream=True,
            stream_cls=AsyncStream[ChatCompletionChunk],
        )
        return answer

    async def _whole(self, body: dict[str, Any], more: Any) -> ChatCompletion:
        content = msgspec.json.encode({**body, **(more or {})})
        # Nothing but a success comes through the transport.
        response = await self._client.http.send(
            httpx2.Request("POST", self._client.completions_url, headers=_JSON, content=content)
        )
        told = response.json()
        try:
            return ChatCompletion.model_validate(told)
        except ValidationError:
            # Not all that providers call an answer is one by the letter: pydantic-ai says what it takes. What is no
            # object is none of its answers.
            answer: ChatCompletion = ChatCompletion.construct(**told) if isinstance(told, dict) else told
            return answer


class _Chat(AsyncChat):
    _client: "_Sdk"

    @cached_property
    def completions(self) -> _Completions:
        return _Completions(self._client)


class _Sdk(AsyncOpenAI):
    http: httpx2.AsyncClient
    completions_url: httpx2.URL
    """Where completions are asked for."""

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
