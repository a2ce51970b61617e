"""Google's generateContent, at Google and at addresses of one's own."""

import httpx2
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.providers.google import GoogleProvider

from fabula.llm.providers.speech import UNUSED_KEY, Speech
from fabula.llm.values import ModelName


def speak(name: ModelName, url: str, client: httpx2.AsyncClient) -> Speech:
    """The model, asked at that base address."""
    # People write the address with the version; the SDK puts it in by itself.
    base_url = url.removesuffix("/v1beta").removesuffix("/v1")
    provider = GoogleProvider(api_key=UNUSED_KEY, base_url=base_url, http_client=client)
    model = GoogleModel(name.model, provider=provider)
    native = model.profile.get("supports_json_schema_output", False)
    return Speech(model, url, "x-goog-api-key", "native" if native else "tool")
