"""The provider process, seen through the very clients that Fabula uses: pydantic-ai over the providers' SDKs."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx2
import pytest
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.embeddings.google import GoogleEmbeddingModel
from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition
from tests.llm.providing import Provided, a_provider_here

SCHEMA = {
    "type": "object",
    "properties": {"choice": {"type": "integer"}, "reason": {"type": "string"}},
    "required": ["choice", "reason"],
    "additionalProperties": False,
}
OBJECT = ModelRequestParameters(
    output_mode="native", output_object=OutputObjectDefinition(json_schema=SCHEMA, name="deed"), allow_text_output=True
)
TOOL = ModelRequestParameters(
    output_mode="tool",
    output_tools=[ToolDefinition(name="decide", parameters_json_schema=SCHEMA)],
    allow_text_output=False,
)
PROMPT = "What now?\n4. Bar the gate\n5. Flee"

Making = Callable[[Provided, str, httpx2.AsyncClient], Model]


def openai(provider: Provided, name: str, client: httpx2.AsyncClient) -> Model:
    return OpenAIChatModel(name, provider=OpenAIProvider(base_url=provider.openai, api_key="sk-1", http_client=client))


def anthropic(provider: Provided, name: str, client: httpx2.AsyncClient) -> Model:
    # A name the client knows, since it asks unknown ones for no native objects.
    made = AnthropicProvider(base_url=provider.url, api_key="sk-2", http_client=client)
    return AnthropicModel(f"claude-sonnet-4-6{name.removeprefix('demo')}", provider=made)


def google(provider: Provided, name: str, client: httpx2.AsyncClient) -> Model:
    return GoogleModel(name, provider=GoogleProvider(base_url=provider.url, api_key="sk-3", http_client=client))


@pytest.fixture(params=[openai, anthropic, google], ids=lambda making: making.__name__)
def making(request: pytest.FixtureRequest) -> Making:
    made: Making = request.param
    return made


@pytest.fixture(scope="module")
def provider() -> Iterator[Provided]:
    with a_provider_here() as here:
        yield here


def asked(
    making: Making,
    provider: Provided,
    *,
    model: str = "demo",
    prompt: str = PROMPT,
    form: ModelRequestParameters | None = None,
    tokens_max: int = 500,
    stream: bool = False,
) -> ModelResponse:
    said: Sequence[ModelMessage] = [ModelRequest(parts=[SystemPromptPart("You are Mira."), UserPromptPart(prompt)])]
    settings = ModelSettings(max_tokens=tokens_max)

    async def ask() -> ModelResponse:
        async with httpx2.AsyncClient(timeout=30) as client:
            to = making(provider, model, client)
            if not stream:
                return await model_request(to, said, model_settings=settings, model_request_parameters=form)
            async with model_request_stream(
                to, said, model_settings=settings, model_request_parameters=form
            ) as written:
                async for _ in written:
                    pass
                return written.get()

    return asyncio.run(ask())


def text_of(response: ModelResponse) -> str:
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


def object_of(response: ModelResponse) -> dict[str, Any]:
    return ToolCallPart("", text_of(response)).args_as_dict()


@pytest.mark.parametrize("stream", [False, True])
def test_prose_arrives_with_its_tokens(making: Making, provider: Provided, stream: bool) -> None:
    response = asked(making, provider, prompt="Tell me of the gate.", stream=stream)
    assert len(text_of(response)) > 40
    assert response.finish_reason == "stop"
    assert response.usage.input_tokens == (len("You are Mira.") + 3) // 4 + len("Tell me of the gate.") // 4
    assert response.usage.output_tokens == (len(text_of(response)) + 3) // 4


@pytest.mark.parametrize("stream", [False, True])
def test_an_object_fits_its_schema_and_chooses_what_was_offered(
    making: Making, provider: Provided, stream: bool
) -> None:
    decided = object_of(asked(making, provider, form=OBJECT, stream=stream))
    assert decided.keys() == {"choice", "reason"}
    assert decided["choice"] in {4, 5}
    assert decided["reason"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_that_must_be_called_is_called(making: Making, provider: Provided, stream: bool) -> None:
    response = asked(making, provider, form=TOOL, stream=stream)
    [call] = response.parts
    assert isinstance(call, ToolCallPart)
    assert call.tool_name == "decide"
    assert call.args_as_dict()["choice"] in {4, 5}


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_ends_at_the_tokens_allowed(making: Making, provider: Provided, stream: bool) -> None:
    response = asked(making, provider, prompt="Tell me of the gate.", tokens_max=5, stream=stream)
    assert response.finish_reason == "length"
    assert 0 < response.usage.output_tokens <= 5
    assert 0 < len(text_of(response)) <= 20


@pytest.mark.parametrize("stream", [False, True])
def test_a_refusal_is_told_as_the_format_tells_it(making: Making, provider: Provided, stream: bool) -> None:
    response = asked(making, provider, model="demo+refusal", stream=stream)
    assert response.finish_reason == "content_filter"
    assert text_of(response) == ""


@pytest.mark.parametrize("stream", [False, True])
def test_an_empty_answer_is_an_answer(making: Making, provider: Provided, stream: bool) -> None:
    response = asked(making, provider, model="demo+empty", stream=stream)
    assert response.finish_reason == "stop"
    assert text_of(response) == ""


def test_a_stream_and_a_whole_answer_say_the_same_in_every_format(provider: Provided) -> None:
    ways = [(making, stream) for making in (openai, anthropic, google) for stream in (False, True)]
    said = {text_of(asked(making, provider, form=OBJECT, stream=stream)) for making, stream in ways}
    assert len(said) == 1


def test_a_form_that_only_the_prompt_states_is_kept_to(making: Making, provider: Provided) -> None:
    prompt = f'{PROMPT}\nAnswer with JSON such as {{"choice": 1, "text": "what you say"}} and nothing else.'
    decided = object_of(asked(making, provider, prompt=prompt))
    assert decided["choice"] in {4, 5}
    assert isinstance(decided["text"], str)


def test_texts_that_are_alike_have_vectors_that_are_near(provider: Provided) -> None:
    texts = ["Mira bars the gate.", "Mira barred the gate.", "A ship sinks far away."]

    async def vectors() -> list[Any]:
        async with httpx2.AsyncClient(timeout=30) as client:
            at_openai = OpenAIProvider(base_url=provider.openai, api_key="sk-1", http_client=client)
            at_google = GoogleProvider(base_url=provider.url, api_key="sk-3", http_client=client)
            models = [OpenAIEmbeddingModel("m", provider=at_openai), GoogleEmbeddingModel("m", provider=at_google)]
            return [(await model.embed(texts, input_type="document")).embeddings for model in models]

    for first, second, third in asyncio.run(vectors()):
        assert _dot(first, first) == pytest.approx(1, abs=1e-5)
        assert _dot(first, second) > 0.4 > _dot(first, third)


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
