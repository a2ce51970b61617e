"""Where keys come from, to whom they belong, and that nothing shows them."""

import copy
import json
import pickle
import subprocess
import sys

import msgspec
import pytest

from fabula.errors import UsageError
from fabula.llm.keys import HOMES, Key, base_url_of, key_of, needs, origin_of
from fabula.llm.naming import PROVIDERS, read_model
from fabula.settings import ModelSettings

SECRET = "sk-planted-0123456789"
ALL_KEYS = {variable: f"{SECRET}-{variable}" for home in HOMES.values() for variable in home.variables}


def variable_of(name: str, *, keys: dict[str, str] | None = None, environ: dict[str, str] | None = None) -> str | None:
    """The variable whose key a model is given."""
    key = key_of(read_model(name), ModelSettings(keys=keys or {}), ALL_KEYS if environ is None else environ)
    return key.variable if key else None


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("anthropic:m", "ANTHROPIC_API_KEY"),
        ("openai:m", "OPENAI_API_KEY"),
        ("google:m", "GOOGLE_API_KEY"),
        ("xai:m", "XAI_API_KEY"),
        ("perplexity:m", "PERPLEXITY_API_KEY"),
        ("openrouter:m", "OPENROUTER_API_KEY"),
        ("ollama:m", None),
    ],
)
def test_every_provider_has_its_usual_variable(name: str, variable: str | None) -> None:
    assert variable_of(name) == variable


@pytest.mark.parametrize(("name", "variable"), [("google:m", "GEMINI_API_KEY"), ("perplexity:m", "PPLX_API_KEY")])
def test_another_usual_name_does_too(name: str, variable: str) -> None:
    assert variable_of(name, environ={variable: SECRET}) == variable


def test_an_empty_variable_counts_as_not_set() -> None:
    assert variable_of("google:m", environ={"GOOGLE_API_KEY": "  ", "GEMINI_API_KEY": SECRET}) == "GEMINI_API_KEY"


@pytest.mark.parametrize(
    "name",
    [
        "openai@http://127.0.0.1:1234/v1:m",
        "openai@https://models.example.org/v1:m",
        "openai@https://api.openai.com.example.org/v1:m",
        "openai@http://api.openai.com/v1:m",
        "openai@https://api.openai.com:8443/v1:m",
        "anthropic@https://proxy.example.org:m",
        "xai@https://api.x.ai.example.org/v1:m",
    ],
)
def test_an_address_of_ones_own_is_given_no_providers_key(name: str) -> None:
    assert variable_of(name) is None


def test_an_address_of_ones_own_is_given_the_key_of_its_origin_and_no_other_port() -> None:
    environ, keys = {"MINE": SECRET}, {"https://models.example.org": "MINE"}
    assert variable_of("openai@https://models.example.org/v1:m", keys=keys, environ=environ) == "MINE"
    assert variable_of("openai@https://models.example.org:443/v1:m", keys=keys, environ=environ) == "MINE"
    assert variable_of("openai@https://models.example.org:444/v1:m", keys=keys, environ=environ) is None
    assert variable_of("openai@http://models.example.org/v1:m", keys=keys, environ=environ) is None


def test_a_key_belongs_to_its_origin_whatever_is_spoken_there() -> None:
    assert variable_of("anthropic@https://openrouter.ai/api:m") == "OPENROUTER_API_KEY"


def test_an_origin_that_cannot_be_read_matches_nothing() -> None:
    assert variable_of("openai@http://127.0.0.1:1/v1:m", keys={"nonsense": "MINE", "http://[": "MINE"}) is None


def test_white_space_around_a_key_is_left_out() -> None:
    key = key_of(read_model("openai:m"), ModelSettings(), {"OPENAI_API_KEY": f" {SECRET}\r\n"})
    assert key is not None
    assert key.reveal() == SECRET


@pytest.mark.parametrize("text", [f"{SECRET}\nX-Other: 1", f"{SECRET} two", f"{SECRET}\x00", f"{SECRET}é", "k" * 5000])
def test_what_no_header_can_carry_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(UsageError, match="OPENAI_API_KEY") as caught:
        key_of(read_model("openai:m"), ModelSettings(), {"OPENAI_API_KEY": text})
    assert SECRET not in str(caught.value)
    assert "kkk" not in str(caught.value)


def test_a_key_shows_nowhere() -> None:
    key = Key(SECRET, variable="OPENAI_API_KEY")
    assert SECRET not in f"{key} {key!r} {[key]} {vars if not hasattr(key, '__dict__') else key.__dict__}"
    for written in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode):
        with pytest.raises(TypeError) as caught:
            written(key)
        assert SECRET not in str(caught.value)


LONG = "sk-proj-0123456789abcdefghijKLMNOPQRST"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"It is {LONG}, keep it.", "It is …, keep it."),
        (f"{LONG}{LONG} {LONG.upper()}", "…… …"),
        (f'{{"text": "Bearer {LONG}"}}', '{"text": "Bearer …"}'),
        (f"half: {LONG[:20]}", "half: …"),
        (f"{LONG[-17:]} was the rest", "… was the rest"),
        (f"İ{LONG}İ", "İ…İ"),
        (f"{LONG[:15]} {LONG[15:30]}", f"{LONG[:15]} {LONG[15:30]}"),
        ("nothing of the kind", "nothing of the kind"),
        ("", ""),
    ],
)
def test_a_key_and_its_longer_pieces_are_hidden_in_a_text(said: str, left: str) -> None:
    assert Key(LONG, variable="MINE").hide(said) == left


def test_a_short_key_is_hidden_whole_and_a_placeholder_is_left_alone() -> None:
    assert Key("lantern-9", variable="MINE").hide("lantern, lantern-9") == "lantern, …"
    assert Key("none", variable="MINE").hide("There is none.") == "There is none."


def test_the_table_of_needs_names_every_provider_and_what_is_set() -> None:
    table = {need.provider: need for need in needs({"XAI_API_KEY": SECRET})}
    assert set(table) == set(PROVIDERS)
    assert table["xai"].found == "XAI_API_KEY"
    assert [name for name, need in table.items() if need.ready] == ["ollama", "xai"]
    assert SECRET not in repr(table)


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "http://127.0.0.1:11434/v1"),
        ({"OLLAMA_HOST": "10.0.0.5"}, "http://10.0.0.5:11434/v1"),
        ({"OLLAMA_HOST": "0.0.0.0:8000"}, "http://127.0.0.1:8000/v1"),
        ({"OLLAMA_HOST": ":8000"}, "http://127.0.0.1:8000/v1"),
        ({"OLLAMA_HOST": "[::1]:8000"}, "http://[::1]:8000/v1"),
        ({"OLLAMA_HOST": "https://box.example.org"}, "https://box.example.org:443/v1"),
        ({"OLLAMA_BASE_URL": "http://box:11434/v1/", "OLLAMA_HOST": "other"}, "http://box:11434/v1"),
    ],
)
def test_ollama_is_found_where_its_own_programs_look(environ: dict[str, str], url: str) -> None:
    assert base_url_of(read_model("ollama:m"), environ) == url


@pytest.mark.parametrize("host", ["ftp://box", "http://", "http://u:p@box", "box:port", "a b", "http://[::1"])
def test_a_broken_address_of_ollama_is_refused_by_name(host: str) -> None:
    with pytest.raises(UsageError, match="OLLAMA_HOST"):
        base_url_of(read_model("ollama:m"), {"OLLAMA_HOST": host})


def test_an_origin_has_one_spelling() -> None:
    assert origin_of("HTTPS://API.X.ai./v1?q") == origin_of("https://api.x.ai:443") == "https://api.x.ai:443"
    with pytest.raises(ValueError, match="no address"):
        origin_of("file:///etc/passwd")


def test_nothing_heavy_is_loaded_for_the_table_of_needs_nor_for_the_providers() -> None:
    script = (
        "import sys, fabula.llm.keys, fabula.llm.providers; fabula.llm.keys.needs();"
        "heavy = {'pydantic_ai', 'openai', 'anthropic', 'google.genai', 'httpx2', 'h11'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
