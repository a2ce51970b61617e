"""Anthropic's messages, at Anthropic and at addresses of one's own."""

import httpx2
from anthropic import AsyncAnthropic
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.providers.anthropic import AnthropicProvider

from fabula.llm.providers.speech import UNUSED_KEY, Speech
from fabula.llm.values import ModelName


def speak(name: ModelName, url: str, client: httpx2.AsyncClient) -> Speech:
    """The model, asked at that base address."""
    # People write the address with the version, as other providers' are; the SDK puts it in by itself.
    sdk = AsyncAnthropic(
        api_key=UNUSED_KEY, base_url=url.removesuffix("/v1"), http_client=client, max_retries=0, timeout=None
    )
    model = AnthropicModel(name.model, provider=AnthropicProvider(anthropic_client=sdk))
    # Tools are understood by every model and every imitation; a native schema only by Anthropic's newer models.
    native = not name.url and model.profile.get("supports_json_schema_output", False)
    return Speech(model, url, "x-api-key", "native" if native else "tool")
