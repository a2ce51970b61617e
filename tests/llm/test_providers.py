"""Every provider's way of speaking, and every way to fail, over HTTP to a provider that ships with Fabula."""

import asyncio
import builtins
import json
import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.llm.providing import Provided, a_provider_here
from tests.llm.raw_server import RawServer, a_raw_server, http

from fabula.engine import Spent
from fabula.llm.http import new_client
from fabula.llm.keys import Key
from fabula.llm.layer import Call
from fabula.llm.naming import read_model
from fabula.llm.providers import Providers, anthropic, google, openai
from fabula.llm.providers.speaker import Speaker
from fabula.llm.providers.speech import Speech
from fabula.llm.values import (
    Asker,
    Failure,
    FailureKind,
    Finish,
    Message,
    ModelFailed,
    ModelName,
    Reply,
    Request,
    Shape,
)
from fabula.settings import ModelSettings

SECRET = "sk-planted-0123456789"
SPEAKERS = ("openai", "anthropic", "google", "xai", "perplexity", "openrouter", "ollama")
WIRES = ("openai", "anthropic", "google")
SHAPE = Shape(
    name="choice",
    schema={
        "type": "object",
        "properties": {"choice": {"type": "integer"}, "why": {"type": "string"}},
        "required": ["choice", "why"],
        "additionalProperties": False,
    },
)


class Heard:
    """A listener that keeps what it hears."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.pieces: list[str] = []
        self._then = then

    def text(self, delta: str) -> None:
        self.pieces.append(delta)
        self._then()

    def again(self) -> None:
        self.pieces.clear()


def a_request(*, shape: Shape | None = None, temperature: float | None = None, tokens_max: int = 600) -> Request:
    return Request(
        asker=Asker(run="r", agent="Old Mira", step=3),
        messages=(
            Message("system", "You are Mira."),
            Message("user", "Who is there?"),
            Message("assistant", "A stranger."),
            Message("user", "What do you do?"),
        ),
        shape=shape,
        temperature=temperature,
        tokens_max=tokens_max,
    )


def at(url: str, provider: str = "openai", model: str = "demo") -> ModelName:
    """A model of that provider at an address of one's own."""
    return ModelName(provider, model, url if provider in ("anthropic", "google") else f"{url}/v1")


def asked(
    model: ModelName,
    request: Request | None = None,
    *,
    listener: Heard | None = None,
    time_s: float = 20.0,
    environ: Mapping[str, str] | None = None,
    keys: dict[str, str] | None = None,
) -> Reply:
    """Ask it once, from start to end."""

    async def once() -> Reply:
        providers = Providers(ModelSettings(keys=keys or {}), environ or {})
        try:
            deadline_s = asyncio.get_running_loop().time() + time_s
            call = Call(request or a_request(), model, deadline_s=deadline_s, listener=listener)
            return await providers.of(model).ask(call)
        finally:
            await providers.aclose()

    return asyncio.run(once())


def failure_of(model: ModelName, request: Request | None = None, **more: Any) -> Failure:
    """How asking it fails."""
    with pytest.raises(ModelFailed) as caught:
        asked(model, request, **more)
    return caught.value.failure


def last_body(provider: Provided) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(provider.requests(1)[0]["body"])
    return body


@pytest.mark.parametrize("provider", SPEAKERS)
@pytest.mark.parametrize("streamed", [False, True])
def test_every_provider_answers(provider: str, streamed: bool) -> None:
    with a_provider_here(script=["I bar the gate, and wait."]) as there:
        heard = Heard() if streamed else None
        reply = asked(at(there.url, provider), listener=heard)
        assert (reply.text, reply.finish, reply.data) == ("I bar the gate, and wait.", Finish.STOP, None)
        assert reply.model == str(at(there.url, provider))
        counted = there.count()
        assert (reply.spent.input_tokens, reply.spent.output_tokens) == (counted["tokens_in"], counted["tokens_out"])
        assert counted["asked"] == {"3/Old Mira/0": 1}
        if heard:
            assert "".join(heard.pieces) == reply.text
            assert len(heard.pieces) > 1


@pytest.mark.parametrize("provider", SPEAKERS)
@pytest.mark.parametrize("streamed", [False, True])
def test_every_provider_can_be_asked_for_an_object(provider: str, streamed: bool) -> None:
    with a_provider_here(script=[{"answer": {"choice": 2, "why": "It is late."}}]) as there:
        heard = Heard() if streamed else None
        reply = asked(at(there.url, provider), a_request(shape=SHAPE), listener=heard)
        assert reply.data == {"choice": 2, "why": "It is late."}
        assert json.loads(reply.text) == reply.data
        assert reply.finish is Finish.STOP
        assert '"choice"' in there.requests(1)[0]["body"]
        if heard:
            assert json.loads("".join(heard.pieces)) == reply.data


def test_what_is_no_object_is_left_as_text() -> None:
    with a_provider_here(script=["I would rather not say."]) as there:
        reply = asked(at(there.url), a_request(shape=SHAPE))
        assert (reply.text, reply.data) == ("I would rather not say.", None)


@pytest.mark.parametrize(
    ("provider", "bound", "temperature"),
    [
        ("openai", ("max_tokens",), ("temperature",)),
        ("anthropic", ("max_tokens",), ("temperature",)),
        ("google", ("generationConfig", "maxOutputTokens"), ("generationConfig", "temperature")),
    ],
)
def test_the_bound_is_always_sent_and_a_temperature_only_if_there_is_one(
    provider: str, bound: tuple[str, ...], temperature: tuple[str, ...]
) -> None:
    def sent(request: Request, path: tuple[str, ...]) -> Any:
        with a_provider_here() as there:
            asked(at(there.url, provider), request)
            found: Any = last_body(there)
        for name in path:
            found = found.get(name, {})
        return found or None

    assert sent(a_request(tokens_max=77), bound) == 77
    assert sent(a_request(temperature=0.5), temperature) == 0.5
    assert sent(a_request(), temperature) is None


def test_the_conversation_is_told_in_order() -> None:
    with a_provider_here() as there:
        asked(at(there.url))
        assert [(told["role"], told["content"]) for told in last_body(there)["messages"]] == [
            ("system", "You are Mira."),
            ("user", "Who is there?"),
            ("assistant", "A stranger."),
            ("user", "What do you do?"),
        ]


@pytest.mark.parametrize("provider", WIRES)
def test_an_answer_that_ran_into_its_bound_says_so(provider: str) -> None:
    with a_provider_here(script=["la " * 500]) as there:
        assert asked(at(there.url, provider), a_request(tokens_max=20)).finish is Finish.LENGTH


@pytest.mark.parametrize("provider", WIRES)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_refusal_is_an_answer(provider: str, streamed: bool) -> None:
    with a_provider_here(faults="refusal=1") as there:
        reply = asked(at(there.url, provider), listener=Heard() if streamed else None)
        assert reply.finish is Finish.REFUSED


@pytest.mark.parametrize("provider", WIRES)
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("429", FailureKind.RATE_LIMITED, False),
        ("500", FailureKind.OVERLOADED, False),
        ("503", FailureKind.OVERLOADED, False),
        ("529", FailureKind.OVERLOADED, False),
        ("401", FailureKind.NO_KEY, False),
        ("404", FailureKind.REJECTED, False),
        ("reset", FailureKind.CUT_OFF, True),
        ("half", FailureKind.CUT_OFF, True),
        ("garbage", FailureKind.GARBLED, True),
        ("wrong_json", FailureKind.GARBLED, True),
        ("giant", FailureKind.TOO_LARGE, True),
    ],
)
def test_every_failure_has_its_kind(provider: str, streamed: bool, fault: str, kind: FailureKind, billed: bool) -> None:
    with a_provider_here(faults=f"{fault}=1") as there:
        failure = failure_of(at(there.url, provider), listener=Heard() if streamed else None)
        assert (failure.kind, failure.billed) == (kind, billed), failure
        assert failure.why.isprintable()
        assert len(failure.why) <= 300
        assert there.count()["requests"] == 1, "nobody but us asks again"


@pytest.mark.parametrize("provider", WIRES)
def test_an_error_in_the_middle_of_a_stream_is_no_short_answer(provider: str) -> None:
    with a_provider_here(faults="late_error=1") as there:
        failure = failure_of(at(there.url, provider), listener=Heard())
        assert failure.kind in {FailureKind.OVERLOADED, FailureKind.CUT_OFF, FailureKind.GARBLED}
        assert failure.billed


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("provider", WIRES)
@pytest.mark.parametrize("fault", ["garbage", "wrong_json"])
def test_no_wrong_body_is_taken_for_an_answer(provider: str, seed: int, fault: str) -> None:
    with a_provider_here(faults=f"{fault}=1", seed=seed) as there:
        for listener in (None, Heard()):
            assert failure_of(at(there.url, provider), listener=listener).kind is FailureKind.GARBLED


@pytest.mark.parametrize(("fault", "wait_s"), [("429_after:7", 7), ("429", None)])
def test_how_long_to_wait_is_told(fault: str, wait_s: float | None) -> None:
    with a_provider_here(faults=f"{fault}=1") as there:
        assert failure_of(at(there.url)).retry_after_s == wait_s


def test_an_answer_that_does_not_come_is_cut_at_the_deadline_and_may_be_billed() -> None:
    async def failure(providers: Providers, model: ModelName, listener: Heard | None) -> Failure:
        deadline_s = asyncio.get_running_loop().time() + 2
        with pytest.raises(ModelFailed) as caught:
            await providers.of(model).ask(Call(a_request(), model, deadline_s=deadline_s, listener=listener))
        return caught.value.failure

    async def run(url: str) -> None:
        providers = Providers(ModelSettings(), {})
        asking = (failure(providers, at(url, wire), heard) for wire in WIRES for heard in (None, Heard()))
        failures = await asyncio.gather(*asking)
        assert {(failure.kind, failure.billed) for failure in failures} == {(FailureKind.TIMED_OUT, True)}
        await providers.aclose()

    with a_provider_here(faults="timeout=1") as there:
        asyncio.run(run(there.url))


def test_a_call_whose_time_is_over_is_not_made() -> None:
    with a_provider_here() as there:
        failure = failure_of(at(there.url), time_s=0)
        assert (failure.kind, failure.billed) == (FailureKind.TIMED_OUT, False)
        assert there.count()["requests"] == 0


def test_an_answer_that_trickles_is_cut_at_the_deadline() -> None:
    with a_provider_here(faults="drip:0.05=1") as there:
        assert failure_of(at(there.url), listener=Heard(), time_s=0.5).kind is FailureKind.TIMED_OUT


def test_where_nobody_listens_nothing_is_billed() -> None:
    with a_provider_here() as there:
        gone = at(there.url)
    failure = failure_of(gone)
    assert (failure.kind, failure.billed) == (FailureKind.UNREACHABLE, False)


async def _cancelled(server: RawServer, provider: str, listener: Heard | None, happened: asyncio.Event) -> None:
    """Ask, and cancel as soon as something has happened: the connection is closed, although the client is not."""
    providers, model = Providers(ModelSettings(), {}), at(server.url, provider)
    try:
        call = Call(a_request(), model, deadline_s=asyncio.get_running_loop().time() + 30, listener=listener)
        asking = asyncio.create_task(providers.of(model).ask(call))
        await asyncio.wait_for(happened.wait(), 20)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(server.left.wait(), 5)
    finally:
        await providers.aclose()


@pytest.mark.parametrize("provider", WIRES)
def test_cancelling_closes_the_connection_before_an_answer(provider: str) -> None:
    async def run() -> None:
        async with a_raw_server(b"") as server:
            await _cancelled(server, provider, None, server.asked)

    asyncio.run(run())


def test_cancelling_closes_the_connection_in_the_middle_of_a_stream() -> None:
    chunk = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "demo",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": "I wait"}, "finish_reason": None}],
    }
    event = f"data: {json.dumps(chunk)}\n\n".encode()
    begun = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{len(event):x}\r\n".encode()
        + event
        + b"\r\n"
    )

    async def run() -> None:
        async with a_raw_server(begun) as server:
            heard_some = asyncio.Event()
            await _cancelled(server, "openai", Heard(heard_some.set), heard_some)

    asyncio.run(run())


@pytest.mark.parametrize("provider", WIRES)
def test_a_provider_sees_that_a_stream_was_cancelled(provider: str) -> None:
    async def run(there: Provided) -> None:
        providers, model, heard_some = Providers(ModelSettings(), {}), at(there.url, provider), asyncio.Event()
        deadline_s = asyncio.get_running_loop().time() + 30
        call = Call(a_request(), model, deadline_s=deadline_s, listener=Heard(heard_some.set))
        asking = asyncio.create_task(providers.of(model).ask(call))
        await asyncio.wait_for(heard_some.wait(), 20)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(10):
            while not (await asyncio.to_thread(there.count))["cancelled"]:  # noqa: ASYNC110 - it is counted elsewhere
                await asyncio.sleep(0.01)
        await providers.aclose()

    with a_provider_here(script=["la " * 500], tokens_per_s=20) as there:
        asyncio.run(run(there))


def test_a_stream_that_ends_in_good_order_but_unfinished_is_cut_off() -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "demo"}
    choice = {"index": 0, "delta": {"role": "assistant", "content": "I wait"}, "finish_reason": None}
    body = f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\ndata: [DONE]\n\n".encode()

    async def run() -> None:
        async with a_raw_server(http(body, kind="text/event-stream")) as server:
            providers = Providers(ModelSettings(), {})
            model, deadline_s = at(server.url), asyncio.get_running_loop().time() + 20
            with pytest.raises(ModelFailed) as caught:
                await providers.of(model).ask(Call(a_request(), model, deadline_s=deadline_s, listener=Heard()))
            assert (caught.value.failure.kind, caught.value.failure.billed) == (FailureKind.CUT_OFF, True)
            await providers.aclose()

    asyncio.run(run())


def answered(body: Mapping[str, Any], provider: str) -> Reply:
    """What is made of a body that was sent with a 200."""

    async def run() -> Reply:
        async with a_raw_server(http(json.dumps(body).encode())) as server:
            providers, model = Providers(ModelSettings(), {}), at(server.url, provider)
            try:
                deadline_s = asyncio.get_running_loop().time() + 20
                return await providers.of(model).ask(Call(a_request(), model, deadline_s=deadline_s))
            finally:
                await providers.aclose()

    return asyncio.run(run())


def a_completion(message: dict[str, Any], usage: dict[str, Any] | None = None, finish: str = "stop") -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


REASONED = {
    "openai": a_completion(
        {"content": "I wait.", "reasoning_content": "Hm."},
        {
            "prompt_tokens": 100,
            "completion_tokens": 50,
            "total_tokens": 150,
            "prompt_tokens_details": {"cached_tokens": 80},
            "completion_tokens_details": {"reasoning_tokens": 40},
        },
    ),
    "anthropic": {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "thinking", "thinking": "Hm.", "signature": "x"}, {"type": "text", "text": "I wait."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 15,
            "cache_creation_input_tokens": 5,
            "cache_read_input_tokens": 80,
            "output_tokens": 50,
        },
    },
    "google": {
        "candidates": [
            {
                "content": {"role": "model", "parts": [{"text": "Hm.", "thought": True}, {"text": "I wait."}]},
                "finishReason": "STOP",
            }
        ],
        "usageMetadata": {
            "promptTokenCount": 100,
            "cachedContentTokenCount": 80,
            "candidatesTokenCount": 10,
            "thoughtsTokenCount": 40,
            "totalTokenCount": 150,
        },
        "modelVersion": "m",
        "responseId": "r",
    },
}


@pytest.mark.parametrize("provider", WIRES)
def test_reasoning_is_paid_for_and_left_out_and_what_was_cached_counts(provider: str) -> None:
    reply = answered(REASONED[provider], provider)
    assert reply.text == "I wait."
    assert (reply.spent.input_tokens, reply.spent.output_tokens) == (100, 50)


def test_reasoning_written_into_the_text_is_left_out() -> None:
    assert answered(a_completion({"content": "<think>Hm.</think>I wait."}), "ollama").text.strip() == "I wait."


def test_a_filter_that_cuts_an_answer_off_refuses_it() -> None:
    assert answered(a_completion({"content": ""}, finish="content_filter"), "openai").finish is Finish.REFUSED


def test_nothing_is_made_up_where_no_tokens_were_counted() -> None:
    assert answered(a_completion({"content": "I wait."}), "openai").spent == Spent()


@pytest.mark.parametrize(("code", "kind"), [(429, FailureKind.RATE_LIMITED), (502, FailureKind.OVERLOADED)])
def test_an_error_told_with_a_200_is_an_error(code: int, kind: FailureKind) -> None:
    with pytest.raises(ModelFailed) as caught:
        answered({"error": {"code": code, "message": "upstream\x1b[2J is down"}}, "openrouter")
    failure = caught.value.failure
    assert (failure.kind, failure.billed) == (kind, True)
    assert "upstream" in failure.why
    assert failure.why.isprintable()


class Picky:
    """An imitation that does not know `response_format`."""

    def __init__(self) -> None:
        self.server: RawServer

    async def answer(self, writer: asyncio.StreamWriter) -> None:
        error = b'{"error": {"message": "Unknown field", "code": 7}}'
        formed = int(self.server.header("content-length") or 0) > 400
        whole = {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "I wait."}, "finish_reason": "stop"}],
        }
        writer.write(http(error, status="400 Bad Request") if formed else http(json.dumps(whole).encode()))


def test_an_imitation_that_takes_no_form_is_asked_without_and_remembered() -> None:
    async def run() -> None:
        picky = Picky()
        async with a_raw_server(picky.answer) as server:
            picky.server = server
            providers, model = Providers(ModelSettings(), {}), at(server.url)
            for _ in range(2):
                deadline_s = asyncio.get_running_loop().time() + 20
                reply = await providers.of(model).ask(Call(a_request(shape=SHAPE), model, deadline_s=deadline_s))
                assert (reply.text, reply.data) == ("I wait.", None)
            assert len(server.heads) == 3
            await providers.aclose()

    asyncio.run(run())


def _at_home(provider: str, model: str, speak: Callable[..., Speech], there: Provided, *, shape: Shape | None) -> Reply:
    """Ask as the provider itself is asked, at another address."""

    async def once() -> Reply:
        async with new_client() as client:
            name = ModelName(provider, model)
            url = there.url if provider in ("anthropic", "google") else there.openai
            speech = speak(name, url, client)
            key = Key(SECRET, variable="THE_KEY")
            speaker = Speaker(str(name), speech, key=key, key_variable="THE_KEY", written=True)
            deadline_s = asyncio.get_running_loop().time() + 20
            return await speaker.ask(Call(a_request(shape=shape), name, deadline_s=deadline_s))

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("provider", "model", "speak"),
    [
        ("openai", "gpt-4o-mini", openai.speak),
        ("openai", "gpt-5.2", openai.speak),
        ("xai", "grok-4", openai.speak),
        ("perplexity", "sonar-pro", openai.speak),
        ("openrouter", "meta-llama/llama-3.3-70b-instruct:free", openai.speak),
        ("openrouter", "anthropic/claude-sonnet-4.5", openai.speak),
        ("ollama", "llama3:8b", openai.speak),
        ("anthropic", "claude-opus-5", anthropic.speak),
        ("anthropic", "claude-3-haiku-20240307", anthropic.speak),
        ("google", "gemini-2.5-flash", google.speak),
    ],
)
@pytest.mark.parametrize("shape", [None, SHAPE])
def test_every_provider_is_asked_at_home_in_its_own_way(
    provider: str, model: str, speak: Callable[..., Speech], shape: Shape | None
) -> None:
    with a_provider_here(script=[{"answer": {"choice": 1, "why": "So."}}]) as there:
        reply = _at_home(provider, model, speak, there, shape=shape)
        assert json.loads(reply.text) == {"choice": 1, "why": "So."}
        assert (reply.data is None) == (shape is None)
        request = there.requests(1)[0]
        assert there.count()["requests"] == 1, "the form was taken at once"
        header = {"anthropic": "x-api-key", "google": "x-goog-api-key"}.get(provider, "authorization")
        assert request["headers"][header].removeprefix("Bearer ") == SECRET
        assert "key" not in request["query"]


def test_a_key_is_asked_for_by_the_name_of_its_variable_before_anything_is_sent() -> None:
    for name, variable in (("anthropic:m", "ANTHROPIC_API_KEY"), ("google:m", "GOOGLE_API_KEY or GEMINI_API_KEY")):
        failure = failure_of(read_model(name))
        assert failure.kind is FailureKind.NO_KEY
        assert failure.why == f"it needs a key: set {variable}"


def test_a_key_that_is_refused_is_named_by_its_variable() -> None:
    with a_provider_here(faults="401=1") as there:
        failure = failure_of(at(there.url), keys={there.url: "MINE"}, environ={"MINE": SECRET})
        assert (failure.kind, failure.why.startswith("MINE was refused")) == (FailureKind.NO_KEY, True)


def test_a_key_that_no_header_can_carry_is_a_failure_and_not_shown() -> None:
    failure = failure_of(read_model("openai:m"), environ={"OPENAI_API_KEY": f"{SECRET}\nX: 1"})
    assert failure.kind is FailureKind.NO_KEY
    assert SECRET not in failure.why


@pytest.mark.parametrize("provider", WIRES)
@pytest.mark.parametrize("fault", ["", "401", "400", "500", "garbage", "half", "reset"])
def test_a_planted_key_arrives_and_shows_nowhere(
    provider: str, fault: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with a_provider_here(faults=f"{fault}=1" if fault else "") as there:
        shown = ""
        try:
            reply = asked(at(there.url, provider), keys={there.url: "MINE"}, environ={"MINE": SECRET})
            shown = repr(reply)
        except ModelFailed as error:
            link: BaseException | None = error
            while link is not None:
                shown += f"{link!r} {link} {vars(link)}"
                link = link.__cause__ or link.__context__
        assert shown
        assert SECRET not in shown + caplog.text + "".join(capfd.readouterr())
        assert SECRET in json.dumps(there.requests(1)[0]["headers"])


def test_a_providers_key_never_goes_to_a_foreign_address(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = dict.fromkeys(
        ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_ORG_ID"), SECRET
    )
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with a_provider_here() as there:
        for provider in SPEAKERS:
            asked(at(there.url, provider), environ=environ)
        assert SECRET not in json.dumps(there.requests())
        assert "put-in-by-the-transport" not in json.dumps(there.requests())


def test_a_package_that_is_missing_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "anthropic":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "fabula.llm.providers.anthropic")
    failure = failure_of(ModelName("anthropic", "m", "http://127.0.0.1:1"))
    assert failure.kind is FailureKind.NOT_INSTALLED
    assert "pip install 'pydantic-ai-slim[anthropic]'" in failure.why


def test_an_address_that_gives_out_credentials_is_never_asked() -> None:
    failure = failure_of(ModelName("openai", "m", "http://169.254.169.254/v1"))
    assert (failure.kind, failure.billed) == (FailureKind.REJECTED, False)


def test_a_model_has_one_leaf() -> None:
    providers = Providers(ModelSettings(), {})
    assert providers.of(read_model("openai:m")) is providers.of(read_model("openai:m"))


def test_a_hundred_are_answered_at_once() -> None:
    async def run(there: Provided) -> None:
        providers, model = Providers(ModelSettings(), {}), at(there.url)
        deadline_s = asyncio.get_running_loop().time() + 30
        calls = [Call(a_request(), model, deadline_s=deadline_s) for _ in range(100)]
        replies = await asyncio.gather(*(providers.of(model).ask(call) for call in calls))
        assert all(reply.text for reply in replies)
        await providers.aclose()

    with a_provider_here(latency_ms=50) as there:
        asyncio.run(run(there))
        assert there.count()["answered"] == 100
