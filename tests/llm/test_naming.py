"""Names of models: what people write, and what is wrong with it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.errors import UsageError
from fabula.llm.naming import PROVIDERS, Rules, read_model, read_models
from fabula.llm.values import ModelName


@pytest.mark.parametrize(
    ("text", "provider", "url", "model"),
    [
        ("anthropic:claude-sonnet-4-6", "anthropic", "", "claude-sonnet-4-6"),
        (" ollama:llama3 ", "ollama", "", "llama3"),
        ("ollama:llama3:8b", "ollama", "", "llama3:8b"),
        ("openrouter:meta/llama-3:free", "openrouter", "", "meta/llama-3:free"),
        ("google:gemini@001", "google", "", "gemini@001"),
        ("openai@http://127.0.0.1:1234/v1:my-model", "openai", "http://127.0.0.1:1234/v1", "my-model"),
        ("openai@http://127.0.0.1:1234/v1:llama3:8b", "openai", "http://127.0.0.1:1234/v1", "llama3:8b"),
        ("openai@https://h.example/v1:meta/llama-3:free", "openai", "https://h.example/v1", "meta/llama-3:free"),
        ("openai@http://localhost:1234:mine", "openai", "http://localhost:1234", "mine"),
        ("openai@http://localhost:mine", "openai", "http://localhost", "mine"),
        ("openai@http://localhost:8b", "openai", "http://localhost", "8b"),
        ("openai@http://localhost:8:8", "openai", "http://localhost:8", "8"),
        ("openai@http://localhost:meta/mine", "openai", "http://localhost", "meta/mine"),
        ("openai@http://[::1]:1234/v1:mine", "openai", "http://[::1]:1234/v1", "mine"),
        ("openai@http://[::1]:mine", "openai", "http://[::1]", "mine"),
        ("ollama@HTTP://Box.Local:011434/:llama3", "ollama", "http://box.local:11434", "llama3"),
        ("openai@http://127.0.0.1/v1:m@x", "openai", "http://127.0.0.1/v1", "m@x"),
    ],
)
def test_a_name_reads_in_one_way(text: str, provider: str, url: str, model: str) -> None:
    assert read_model(text) == ModelName(provider, model, url)


urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["localhost", "10.0.0.1", "[::1]", "models.example.org"]),
    st.sampled_from([""]) | st.integers(1, 65_535).map(":{}".format),
    st.sampled_from(["", "/v1", "/api/openai/v1beta"]),
)
# Digits after a bare host are its port, and "//" at the beginning is an address without its "@".
models = st.from_regex(r"[A-Za-zé_.-][A-Za-z0-9é_.:/-]{0,30}", fullmatch=True)


@given(st.sampled_from(PROVIDERS), models, st.just("") | urls)
def test_what_is_written_reads_back(provider: str, model: str, url: str) -> None:
    name = ModelName(provider, model, url)
    assert read_model(str(name)) == name


@given(st.text(max_size=60) | st.text("openai@htp:/.1[]%?#,rules \n", max_size=60))
def test_any_text_is_read_or_refused_with_a_usage_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        names = read_models(text)
        assert read_models(", ".join(map(str, names))) == names


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "needs a provider and a model"),
        ("gpt-4o", "needs a provider and a model"),
        ("olama", "Did you mean 'ollama'?"),
        ("anthropc:claude", "there is no provider 'anthropc'. Did you mean 'anthropic'?"),
        ("OpenAI:gpt-4o", "Did you mean 'openai'?"),
        (":x", "there is no provider ''"),
        ("openai:", "the model is missing after 'openai:'"),
        ("openai@http://127.0.0.1:1234/v1", "the model is missing after the address 'http://127.0.0.1:1234/v1'"),
        ("openai@http://127.0.0.1:1234", "the model is missing after the address 'http://127.0.0.1:1234'"),
        ("openai@http://127.0.0.1:1234/v1:", "the model is missing"),
        ("openai@ftp://host/v1:m", "http:// or https://"),
        ("openai@127.0.0.1:1234/v1:m", "http:// or https://"),
        ("openai@http://:m", "http:// or https://"),
        ("openai@http:///v1:m", "http:// or https://"),
        ("openai://host/v1:m", "an address follows an '@'"),
        ("openai@http://host:99999/v1:m", "there is no port 99999"),
        ("openai@http://host:0/v1:m", "there is no port 0"),
        ("openai@http://host/v1#x:m", "no '?', '#' or"),
        ("openai:two words", "no spaces, commas or control characters"),
        ("openai:a\x1b[31mb", "no spaces, commas or control characters"),
        ("openai:" + "x" * 1000, "400 characters at most"),
        ("rules", "'rules' is none"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        read_model(text)
    assert says in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "openai@https://user:hunter2@host/v1:m",
        "openai@https://hunter2@host:m",
        "openai@https://host/v1?key=hunter2:m",
        "openai@HTTPS://hunter2@host/v1:m",
    ],
)
def test_no_key_in_an_address_is_accepted_or_repeated(text: str) -> None:
    with pytest.raises(UsageError) as error:
        read_model(text)
    assert "hunter2" not in str(error.value)


def test_a_list_is_read_from_left_to_right_and_may_end_in_rules() -> None:
    names = read_models("anthropic:claude , ollama:llama3:8b,rules")
    assert names == (ModelName("anthropic", "claude"), ModelName("ollama", "llama3:8b"), Rules())
    assert read_models("rules") == (Rules(),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has an empty place"),
        ("ollama:a,,rules", "has an empty place"),
        ("rules, ollama:a", "goes on after 'rules'"),
        ("rules, rules", "goes on after 'rules'"),
        ("ollama:a, ollama:a", "names 'ollama:a' twice"),
        (",".join(f"ollama:m{number}" for number in range(11)), "10 at most"),
        ("ollama:a, olama:b", "Did you mean 'ollama'?"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        read_models(text)
    assert says in str(error.value)
