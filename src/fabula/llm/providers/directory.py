"""The directory: the leaf of each model, and the one client that all of them share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fabula.errors import UsageError
from fabula.llm.keys import Key, base_url_of, is_own_address, key_of, key_variables
from fabula.llm.layer import Call, Layer
from fabula.llm.values import Failure, FailureKind, ModelFailed, ModelName, Reply
from fabula.settings import ModelSettings

if TYPE_CHECKING:
    import httpx2

# Whose way of speaking each provider has: the module of that name here, and pydantic-ai's extra.
_SPEECHES = {"anthropic": "anthropic", "google": "google"}
_COMMON_SPEECH = "openai"


class Providers:
    """The leaves of the gateway. Belongs to one event loop; close it at the end."""

    def __init__(self, settings: ModelSettings, environ: Mapping[str, str]) -> None:
        """environ: where keys are read, and OLLAMA_HOST. Nothing is imported or opened before a model is asked."""
        self._settings = settings
        self._environ = environ
        self._leaves: dict[ModelName, _Leaf] = {}
        self._importing = asyncio.Lock()
        self._client: httpx2.AsyncClient | None = None

    def of(self, model: ModelName) -> Layer:
        """The leaf of a model."""
        if model not in self._leaves:
            self._leaves[model] = _Leaf(self.speaker, model)
        return self._leaves[model]

    def vectors(self, model: ModelName) -> Layer:
        """A leaf that makes vectors: it takes each message for a text, and its reply's data are their vectors."""
        return _Leaf(self.vectoriser, model)

    async def aclose(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()

    async def speaker(self, model: ModelName) -> Layer:
        """What really asks the model. Raises ModelFailed if it cannot be asked from here."""
        key, url = self._place(model)
        module, speaking = await self._modules(model)
        try:
            speech = module.speak(model, url, self._shared_client())
        except (RuntimeError, ValueError) as error:
            # pydantic-ai and the SDKs look at the name.
            raise _failed(model, FailureKind.REJECTED, f"it cannot be asked ({type(error).__name__})") from None
        speaker: Layer = speaking.Speaker(
            str(model),
            speech,
            key=key,
            key_variable=key.variable if key else "",
            written=is_own_address(model),
        )
        return speaker

    async def vectoriser(self, model: ModelName) -> Layer:
        """What really asks the model for vectors. Raises ModelFailed if it cannot be asked from here."""
        key, url = self._place(model)
        made: Layer = import_module("fabula.llm.providers.vectoriser").Vectoriser(
            model, url, self._shared_client(), key=key
        )
        return made

    def _place(self, model: ModelName) -> tuple[Key | None, str]:
        """Its key and base address. Raises ModelFailed."""
        try:
            key = key_of(model, self._settings, self._environ)
            url = base_url_of(model, self._environ)
        except (UsageError, ValueError) as error:
            raise _failed(model, FailureKind.NO_KEY, str(error)) from None
        variables = key_variables(model, self._settings, self._environ)
        if key is None and variables:
            raise _failed(model, FailureKind.NO_KEY, f"it needs a key: set {' or '.join(variables)}")
        return key, url

    async def _modules(self, model: ModelName) -> tuple[Any, Any]:
        """The modules that import an SDK, which takes a second; in a thread, so that everything else goes on."""
        speech = _SPEECHES.get(model.provider, _COMMON_SPEECH)
        async with self._importing:
            try:
                return await asyncio.to_thread(_imported, speech)
            except ImportError:
                raise _failed(
                    model,
                    FailureKind.NOT_INSTALLED,
                    f"a package that speaks to it is missing: pip install 'pydantic-ai-slim[{speech}]'",
                ) from None

    def _shared_client(self) -> "httpx2.AsyncClient":
        if self._client is None:
            self._client = import_module("fabula.llm.http").new_client()
        return self._client


class _Leaf:
    """A model's leaf, before and after its SDK is there."""

    def __init__(self, make: Callable[[ModelName], Awaitable[Layer]], model: ModelName) -> None:
        self._make = make
        self._model = model
        self._speaker: Layer | None = None
        self._making = asyncio.Lock()

    async def ask(self, call: Call) -> Reply:
        """As Layer says."""
        speaker = self._speaker
        if speaker is None:
            try:
                async with asyncio.timeout_at(call.deadline_s):
                    speaker = await self._made()
            except TimeoutError:
                raise _failed(self._model, FailureKind.TIMED_OUT, "there was no time left to ask it") from None
        return await speaker.ask(call)

    async def _made(self) -> Layer:
        # The first of a hundred makes it, and the others wait.
        async with self._making:
            if self._speaker is None:
                self._speaker = await self._make(self._model)
            return self._speaker


def _imported(speech: str) -> tuple[Any, Any]:
    return import_module(f"fabula.llm.providers.{speech}"), import_module("fabula.llm.providers.speaker")


def _failed(model: ModelName, kind: FailureKind, why: str) -> ModelFailed:
    return ModelFailed(Failure(kind=kind, model=str(model), why=why))
