"""What the provider process counts, and what it keeps of the last requests."""

import time
from collections.abc import Callable

from tests.llm.providing import a_provider_here
from tests.llm.wire_talk import PROMPT, Line, post

from fabula.llm.process.counts import BYTES_MAX, REQUESTS_MAX, Requests
from fabula.llm.process.http import HttpRequest
from fabula.llm.process.tokens import tokens_of


def waited_for(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold; what a client has done reaches the provider a moment later."""
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_a_question_is_paid_when_any_of_a_success_was_sent() -> None:
    with a_provider_here() as provider:
        post(provider, asked="3/Mira/0")
        post(provider, asked="3/Old%20Tom%2Fx/1", model="demo+refusal")
        post(provider, asked="4/Mira/0", model="demo+500")
        post(provider, asked="4/Mira/0", model="demo+garbage")
        post(provider, asked="4/Mira/0")
        assert provider.count()["asked"] == {"3/Mira/0": 1, "3/Old Tom/x/1": 1, "4/Mira/0": 2}


def test_requests_answers_and_failures_are_counted_apart() -> None:
    with a_provider_here(faults="500x2,reset,half,bad_text") as provider:
        for _ in range(5):
            with Line(provider) as line:
                line.ask()
                try:
                    line.socket.recv(100)
                except ConnectionResetError:
                    continue
        post(provider, model="other")
        count = provider.count()
    assert count["requests"] == 6
    assert count["answered"] == 3
    assert count["failed"] == {"500": 2, "reset": 1, "half": 1, "bad_text": 1}
    assert count["tokens_in"] == 3 * tokens_of(PROMPT)


def test_tokens_are_counted_by_model_and_by_the_end_of_the_key() -> None:
    with a_provider_here() as provider:
        one = post(provider, model="one", headers={"authorization": "Bearer sk-secret-aaaa"}).json()["usage"]
        two = post(provider, "anthropic", model="two", headers={"x-api-key": "sk-secret-bbbb"}).json()["usage"]
        post(provider, "google", headers={"x-goog-api-key": "sk-secret-cccc"})
        count = provider.count()
    assert count["models"]["one"]["tokens_in"] == count["keys"]["aaaa"]["tokens_in"] == one["prompt_tokens"]
    assert count["models"]["one"]["tokens_out"] == count["keys"]["aaaa"]["tokens_out"] == one["completion_tokens"]
    assert count["models"]["two"]["tokens_out"] == count["keys"]["bbbb"]["tokens_out"] == two["output_tokens"]
    assert count["keys"].keys() == {"aaaa", "bbbb", "cccc"}
    assert count["tokens_in"] == sum(tally["tokens_in"] for tally in count["models"].values())


def test_a_client_that_leaves_is_counted() -> None:
    with a_provider_here(latency_ms=60_000) as provider:
        with Line(provider) as line:
            line.ask()
            assert waited_for(lambda: provider.count()["open"] == 1)
        assert waited_for(lambda: provider.count()["cancelled"] == 1)
        count = provider.count()
    assert (count["open"], count["answered"], count["asked"]) == (0, 0, {})


def test_a_client_that_leaves_a_stream_has_paid_for_it() -> None:
    with a_provider_here(tokens_per_s=5) as provider:
        with Line(provider) as line:
            line.ask(stream=True)
            assert b"200 OK" in line.socket.recv(100)
        assert waited_for(lambda: provider.count()["cancelled"] == 1)
        assert provider.count()["answered"] == 1


def test_many_wait_at_the_same_time() -> None:
    with a_provider_here(latency_ms=60_000) as provider:
        lines = [Line(provider) for _ in range(300)]
        for line in lines:
            line.ask()
        assert waited_for(lambda: provider.count()["open"] == 300)
        for line in lines:
            line.socket.close()
        assert waited_for(lambda: provider.count()["cancelled"] == 300)
        assert provider.count()["open_max"] == 300


def test_the_last_requests_are_kept_as_they_came() -> None:
    with a_provider_here() as provider:
        for number in range(3):
            post(provider, prompt=f"prompt {number}", headers={"authorization": "Bearer sk-telltale"})
        first, second = provider.requests(2)
    assert "prompt 1" in first["body"]
    assert "prompt 2" in second["body"]
    assert second["headers"]["authorization"] == "Bearer sk-telltale"
    assert (second["method"], second["path"]) == ("POST", "/v1/chat/completions")


def test_what_is_kept_is_bounded() -> None:
    kept = Requests()
    for _ in range(REQUESTS_MAX + 5):
        kept.keep(HttpRequest(method="POST", path="/"))
    assert len(kept.last(10**6)) == REQUESTS_MAX
    for _ in range(3):
        kept.keep(HttpRequest(method="POST", path="/", body=bytes(BYTES_MAX // 2)))
    assert len(kept.last(10**6)) == 2


def test_reset_forgets_and_is_as_at_the_start() -> None:
    with a_provider_here(faults="500") as provider:
        assert post(provider).status_code == 500
        provider.manner("agree")
        provider.script("left over")
        provider.reset()
        assert provider.count()["requests"] == 0
        assert provider.requests() == []
        assert post(provider).status_code == 500
        assert "agree" not in post(provider).text
