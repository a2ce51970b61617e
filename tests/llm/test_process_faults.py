"""The provider process misbehaving: each fault as a bare client sees it, and the plans that say when it comes."""

import json
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx2
import pytest
from tests.llm.providing import Provided, a_provider_here
from tests.llm.wire_talk import PATHS, Line, post, text_of

from fabula.errors import UsageError
from fabula.llm.process import FAULTS
from fabula.llm.process.faults import COMMON, Draws, Fault, Plan, plan_of


@pytest.fixture(scope="module")
def provider() -> Iterator[Provided]:
    with a_provider_here() as here:
        yield here


@pytest.mark.parametrize("wire", PATHS)
@pytest.mark.parametrize("status", [401, 404, 429, 500, 503, 529])
def test_a_status_comes_with_the_error_of_its_format(provider: Provided, wire: str, status: int) -> None:
    response = post(provider, wire, headers={"X-Provider-Fault": str(status)})
    assert response.status_code == status
    assert response.json()["error"]["message"]
    assert "retry-after" not in response.headers


def test_429_after_says_how_long_to_wait(provider: Provided) -> None:
    assert post(provider, headers={"X-Provider-Fault": "429_after"}).headers["retry-after"] == "1"
    assert post(provider, headers={"X-Provider-Fault": "429_after:7"}).headers["retry-after"] == "7"
    dated = post(provider, headers={"X-Provider-Fault": "429_date:60"}).headers["retry-after"]
    assert parsedate_to_datetime(dated).tzinfo is not None


def test_reset_drops_the_connection_before_a_byte(provider: Provided) -> None:
    with Line(provider) as line:
        line.ask(fault="reset")
        with pytest.raises(ConnectionResetError):
            line.rest()


def test_timeout_never_answers(provider: Provided) -> None:
    with Line(provider, timeout_s=0.2) as line:
        line.ask(fault="timeout")
        with pytest.raises(TimeoutError):
            line.rest()


def test_half_breaks_off_in_the_body(provider: Provided) -> None:
    with Line(provider) as line:
        line.ask(fault="half")
        head, _, body = line.rest().partition(b"\r\n\r\n")
    length = int(next(row.split(b":")[1] for row in head.split(b"\r\n") if row.startswith(b"content-length")))
    assert 0 < len(body) == length // 2


def test_half_breaks_off_in_a_stream(provider: Provided) -> None:
    with Line(provider) as line:
        line.ask(fault="half", stream=True)
        told = line.rest()
    assert b"data: {" in told
    assert b"[DONE]" not in told
    assert not told.endswith(b"0\r\n\r\n")


def test_drip_gives_a_byte_at_a_time_and_the_whole_in_the_end(provider: Provided) -> None:
    with httpx2.Client(trust_env=False) as client:
        sent = {"model": "demo+drip:0", "messages": [{"role": "user", "content": "Hm?"}], "stream": True}
        with client.stream("POST", provider.openai + "/chat/completions", json=sent) as response:
            pieces = list(response.iter_raw())
    assert b"".join(pieces).endswith(b"data: [DONE]\n\n")


def test_a_late_error_ends_a_stream_with_its_news(provider: Provided) -> None:
    told = post(provider, stream=True, headers={"X-Provider-Fault": "late_error"}).text
    assert '"content"' in told
    assert '"server_error"' in told
    assert "[DONE]" not in told
    assert post(provider, headers={"X-Provider-Fault": "late_error"}).status_code == 500


@pytest.mark.parametrize("prompt", ["a", "b", "c", "d", "e", "f", "g", "h"])
def test_garbage_is_a_success_without_json(provider: Provided, prompt: str) -> None:
    response = post(provider, prompt=prompt, headers={"X-Provider-Fault": "garbage"})
    assert response.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        json.loads(response.content)


@pytest.mark.parametrize("wire", PATHS)
def test_wrong_json_is_json_without_an_answer(provider: Provided, wire: str) -> None:
    response = post(provider, wire, headers={"X-Provider-Fault": "wrong_json"})
    assert response.status_code == 200
    assert "Bar the gate" not in json.dumps(response.json())
    assert not {"choices", "content", "candidates"} <= set(response.json() or [])


def test_bad_text_is_a_good_reply_with_a_bad_text(provider: Provided) -> None:
    texts = [
        text_of(post(provider, prompt=f"{number}\n1. Wait\n2. Flee", headers={"X-Provider-Fault": "bad_text"}))
        for number in range(30)
    ]
    assert len(set(texts)) > 10


def test_giant_is_as_large_as_it_says(provider: Provided) -> None:
    assert len(text_of(post(provider, model="demo+giant:2"))) == pytest.approx(2 * 2**20, abs=3)
    assert len(post(provider, model="demo+giant:2", stream=True).content) > 2 * 2**20


def test_a_fault_that_there_is_not_is_refused_by_name(provider: Provided) -> None:
    response = post(provider, headers={"X-Provider-Fault": "hlaf"})
    assert response.status_code == 400
    assert "Did you mean 'half'?" in response.json()["error"]["message"]


def test_a_sequence_is_met_in_turn_and_then_all_is_well() -> None:
    with a_provider_here(faults="500x2,ok,429") as provider:
        assert [post(provider).status_code for _ in range(6)] == [500, 500, 200, 429, 200, 200]


def test_a_plan_can_be_for_one_model_alone() -> None:
    with a_provider_here() as provider:
        provider.faults("500=1", model="frail")
        assert post(provider, model="frail").status_code == 500
        assert post(provider, model="sturdy").status_code == 200
        provider.faults("", model="frail")
        assert post(provider, model="frail").status_code == 200


def test_a_fault_by_the_models_name_does_not_change_the_models_name(provider: Provided) -> None:
    assert post(provider, model="demo+bad_text").json()["model"] == "demo"


def drawn(draws: Draws, prompts: list[str]) -> list[str]:
    return [fault.name if (fault := draws.draw(model="m", asked="", prompt=prompt)) else "" for prompt in prompts]


def test_a_probability_is_met_on_the_whole_and_by_every_fault() -> None:
    met = drawn(Draws(plan_of(0.4), seed=1), [str(number) for number in range(3000)])
    assert 0.36 < sum(map(bool, met)) / len(met) < 0.44
    assert set(met) == {"", *COMMON}


def test_the_same_seed_gives_each_question_the_same_faults_in_any_order() -> None:
    prompts = [str(number) for number in range(200)]
    forward, backward = Draws(plan_of(0.5), seed=3), Draws(plan_of(0.5), seed=3)
    assert drawn(forward, prompts) == drawn(backward, prompts[::-1])[::-1]
    assert drawn(forward, prompts) != drawn(Draws(plan_of(0.5), seed=4), prompts)


def test_asking_again_can_end_otherwise() -> None:
    assert set(drawn(Draws(plan_of("500=0.5"), seed=1), ["same"] * 50)) == {"", "500"}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_be_asked_for_with_times_and_amount(name: str) -> None:
    assert plan_of(f"{name}:2x3").sequence == (Fault(name, 2.0),) * 3
    assert plan_of({name: 0.5}) == plan_of(f"{name}=0.5") == Plan(chances=((Fault(name), 0.5),))


@pytest.mark.parametrize(
    "told", ["1.5", "-1", "nan", "500=2", "500=0.6,reset=0.6", "sour", "500x", "=", True, [7.5], 7]
)
def test_a_plan_that_makes_no_sense_is_refused(told: object) -> None:
    with pytest.raises(UsageError):
        plan_of(told)
