"""The speaker: asks one model through pydantic-ai, whole or as a stream, and tells every way to fail apart."""

import asyncio
import warnings

from msgspec.structs import replace
from pydantic_ai.exceptions import ModelHTTPError, UnsupportedSettingWarning
from pydantic_ai.messages import (
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)
from pydantic_ai.models import ModelRequestParameters

from fabula.llm.http import Wire, through
from fabula.llm.keys import Key
from fabula.llm.layer import Call
from fabula.llm.providers.refusal import Refusal, kind_of_status, plain
from fabula.llm.providers.speech import Speech
from fabula.llm.providers.withholding import Withholding
from fabula.llm.providers.wording import messages_of, parameters_of, reply_of, settings_of
from fabula.llm.values import Failure, FailureKind, Finish, Listener, ModelFailed, Reply

# A temperature that a model does not take is left out by pydantic-ai; its warning would go to a player's terminal.
warnings.simplefilter("ignore", UnsupportedSettingWarning)

_OF_SHAPE = ("format", "schema", "grammar", "structured", "tool", "output_config", "responsemimetype")
"""Words that a provider's message holds when it is the form of the answer that it does not take."""

_ENDINGS = frozenset({"block_reason", "finish_reason", "refusal"})
"""What a stream that came to its end has told, one of them."""


class Speaker:
    """A provider's leaf, once its SDK is there."""

    def __init__(self, name: str, speech: Speech, *, key: Key | None, key_variable: str, written: bool) -> None:
        """name: the model's, for people.
        key_variable: where its key belongs, set or not; empty: nowhere.
        written: a person wrote the address.
        """
        self._name = name
        self._speech = speech
        self._key = key
        self._key_variable = key_variable
        self._written = written
        self._plain = False
        """The model has shown that it cannot be asked for a form."""

    async def ask(self, call: Call) -> Reply:
        """As Layer says."""
        shaped = call.request.shape is not None and not self._plain
        try:
            return await self._attempt(call, shaped=shaped)
        except ModelFailed as error:
            if not (shaped and self._may_be_the_shape(error.failure)):
                raise
            reply = await self._attempt(call, shaped=False)
            self._plain = True
            return reply

    def _may_be_the_shape(self, failure: Failure) -> bool:
        """Whether the same request without a form may fare better. What is unknown is tried, since it costs nothing."""
        if failure.kind is not FailureKind.REJECTED or failure.billed:
            return False
        return self._written or any(word in failure.why.casefold() for word in _OF_SHAPE)

    async def _attempt(self, call: Call, *, shaped: bool) -> Reply:
        wire = Wire(
            url=self._speech.url,
            written=self._written,
            key=self._key,
            key_header=self._speech.key_header,
            asker=call.request.asker,
        )
        try:
            async with asyncio.timeout_at(call.deadline_s):
                with through(wire):
                    return await self._spoken(call, shaped=shaped)
        except TimeoutError:
            raise self._failed(
                FailureKind.TIMED_OUT, "no answer in time", billed=wire.sent and wire.status in {0, 200}
            ) from None
        except ModelFailed:
            raise
        except Exception as error:  # noqa: BLE001 - what SDKs raise over a body that is not as it should be has no bound
            return self._answered_after_all(self._refusal(wire, error), wire)

    async def _spoken(self, call: Call, *, shaped: bool) -> Reply:
        parameters = parameters_of(call.request.shape if shaped else None, self._speech.shape_as)
        if call.listener is None:
            response = await self._whole(call, parameters)
        else:
            response = await self._streamed(call, call.listener, parameters)
        return reply_of(response, model=self._name, shaped=shaped, hide=self._key.hide if self._key else str)

    async def _whole(self, call: Call, parameters: ModelRequestParameters) -> ModelResponse:
        request = call.request
        response = await self._speech.model.request(messages_of(request), settings_of(request), parameters)
        if not response.parts and response.finish_reason is None:
            raise self._failed(FailureKind.GARBLED, "it answered something that is no answer", billed=True)
        return response

    async def _streamed(self, call: Call, listener: Listener, parameters: ModelRequestParameters) -> ModelResponse:
        request = call.request
        opened = self._speech.model.request_stream(messages_of(request), settings_of(request), parameters)
        careful = Withholding(listener, self._key) if self._key else None
        async with opened as stream:
            async for event in stream:
                if delta := _delta(event):
                    (careful or listener).text(delta)
            response = stream.get()
        if careful is not None:
            careful.end()
        if not _ENDINGS & (response.provider_details or {}).keys():
            if not response.parts:
                raise self._failed(FailureKind.GARBLED, "it answered something that is no answer", billed=True)
            raise self._failed(FailureKind.CUT_OFF, "the answer ended before it was finished", billed=True)
        return response

    def _refusal(self, wire: Wire, error: Exception) -> Refusal:
        """What went wrong: as the transport saw it, else as the answer says."""
        if wire.refusal is not None:
            return wire.refusal
        if not wire.sent:
            return Refusal(FailureKind.REJECTED, f"it could not be asked ({type(error).__name__})")
        if isinstance(error, ModelHTTPError) and error.status_code >= 400:
            told = plain(wire.hidden(_message(error.body)))
            why = f"it began to answer, then broke off with an error{': ' if told else ''}{told}"
            return Refusal(kind_of_status(error.status_code), why, error.retry_after)
        return Refusal(FailureKind.GARBLED, "it answered something that is no answer")

    def _answered_after_all(self, refusal: Refusal, wire: Wire) -> Reply:
        """A filter's refusal is an answer of a kind; all else is raised."""
        if refusal.filtered:
            return Reply(text="", finish=Finish.REFUSED, model=self._name)
        why = refusal.why
        if refusal.kind is FailureKind.NO_KEY and self._key_variable:
            found = "was refused" if self._key else "is not set"
            why = f"{self._key_variable} {found}: {why}"
        lost_on_the_way = wire.sent and wire.status == 0 and refusal.kind is FailureKind.CUT_OFF
        billed = wire.status == 200 or lost_on_the_way
        raise self._failed(refusal.kind, why, retry_after_s=refusal.retry_after_s, billed=billed) from None

    def _failed(
        self, kind: FailureKind, why: str, *, retry_after_s: float | None = None, billed: bool = False
    ) -> ModelFailed:
        failure = Failure(kind=kind, model=self._name, why=why, billed=billed)
        return ModelFailed(failure if retry_after_s is None else replace(failure, retry_after_s=retry_after_s))


def _delta(event: ModelResponseStreamEvent) -> str:
    """What an event adds to the text, or to the tool's arguments that stand for it."""
    match event:
        case PartStartEvent(part=TextPart(content=text)) | PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return text
        case PartStartEvent(part=ToolCallPart(args=args)) | PartDeltaEvent(delta=ToolCallPartDelta(args_delta=args)):
            return args if isinstance(args, str) else ""
        case _:
            return ""


def _message(body: object) -> str:
    inner = body.get("error", body) if isinstance(body, dict) else None
    told = inner.get("message") if isinstance(inner, dict) else None
    return told if isinstance(told, str) else ""
