"""The keys: which variable holds a provider's key, to which origin it belongs, and a value that cannot be shown.

Keys come from the environment only and are never stored. A key goes to the origin it belongs to and nowhere else: that
of its provider, or for an address of one's own the origin that stands beside its variable under `models.keys`.
"""

import os
from collections.abc import Iterable, Mapping
from typing import NoReturn
from urllib.parse import urlsplit

import msgspec

from fabula.errors import UsageError
from fabula.llm.values import ModelName
from fabula.settings import ModelSettings

KEY_CHARS_MAX = 4096
HIDDEN_CHARS_MIN = 8
"""A shorter key is a placeholder, as servers on one's own machine are given: hiding `none` would spoil texts."""
PIECE_CHARS = 16
"""So many characters of a key are hidden even without the rest of it."""

_HIDDEN = "**********"
_PORTS = {"http": 80, "https": 443}
_OLLAMA_ADDRESS = "http://127.0.0.1:11434/v1"
_OLLAMA_VARIABLES = ("OLLAMA_BASE_URL", "OLLAMA_HOST")


class Key:
    """The text of a key. It shows as asterisks, and cannot be pickled, copied or written as JSON."""

    __slots__ = ("_text", "variable")

    def __init__(self, text: str, *, variable: str) -> None:
        """variable: where it came from. Raises UsageError, without the text, if no header can carry it."""
        text = text.strip()
        if not text.isascii() or not text.isprintable() or " " in text or not 0 < len(text) <= KEY_CHARS_MAX:
            raise UsageError(
                f"The key in {variable} cannot be one: it must be 1 to {KEY_CHARS_MAX} plain characters with no spaces "
                f"or line breaks between them. Set {variable} again."
            )
        self._text = text
        self.variable = variable

    def reveal(self) -> str:
        """The text, for the one header it belongs in."""
        return self._text

    def hide(self, text: str) -> str:
        """The text with `…` in place of the key and of every longer piece of it, in capitals or not. A model may have
        been made to say the key by whoever runs it.
        """
        key, size = self._text.lower(), min(PIECE_CHARS, len(self._text))
        blocks = range(0, len(key) - size // 2 + 1, size // 2)
        lowered = text.lower()
        if size < HIDDEN_CHARS_MIN or not any(key[at : at + size // 2] in lowered for at in blocks):
            return text
        pieces = {key[at : at + size] for at in range(len(key) - size + 1)}
        found = [at for at in range(len(text) - size + 1) if text[at : at + size].lower() in pieces]
        shown, end = [], 0
        for at in found:
            if at >= end:
                shown += [text[end:at], "…"]
            end = at + size
        return "".join((*shown, text[end:]))

    def __repr__(self) -> str:
        return f"Key({_HIDDEN})"

    def __str__(self) -> str:
        return _HIDDEN

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A key cannot be pickled or copied.")


class Home(msgspec.Struct, frozen=True):
    """Where a provider is asked, and what it asks for."""

    url: str
    """Base address."""
    variables: tuple[str, ...]
    """Those that may hold its key, the first that is set counts; none: it needs no key."""


HOMES: Mapping[str, Home] = {
    "anthropic": Home("https://api.anthropic.com", ("ANTHROPIC_API_KEY",)),
    "google": Home("https://generativelanguage.googleapis.com", ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    "ollama": Home(_OLLAMA_ADDRESS, ()),
    "openai": Home("https://api.openai.com/v1", ("OPENAI_API_KEY",)),
    "openrouter": Home("https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",)),
    "perplexity": Home("https://api.perplexity.ai", ("PERPLEXITY_API_KEY", "PPLX_API_KEY")),
    "xai": Home("https://api.x.ai/v1", ("XAI_API_KEY",)),
}
"""The providers, by the word that stands before the model."""


class ProviderNeed(msgspec.Struct, frozen=True, kw_only=True):
    """What one provider needs, for people."""

    provider: str
    url: str
    """Where it is asked."""
    variables: tuple[str, ...]
    """Those that may hold its key; empty: it needs none."""
    found: str = ""
    """The variable that is set; empty: none is."""

    @property
    def ready(self) -> bool:
        """Nothing is missing that we can see from here."""
        return bool(self.found) or not self.variables


def needs(environ: Mapping[str, str] = os.environ) -> list[ProviderNeed]:
    """What each provider needs, by name. No network is asked. Raises UsageError where OLLAMA_HOST cannot be read."""
    return [
        ProviderNeed(
            provider=provider,
            url=base_url_of(ModelName(provider, ""), environ),
            variables=home.variables,
            found=_first_set(home.variables, environ),
        )
        for provider, home in sorted(HOMES.items())
    ]


def key_of(model: ModelName, settings: ModelSettings, environ: Mapping[str, str] = os.environ) -> Key | None:
    """The key that the model's origin is given; None: none, since none is needed or none is set.

    Raises UsageError where a variable holds what cannot be a key; the message does not show it.
    """
    variable = _first_set(key_variables(model, settings, environ), environ)
    return Key(environ[variable], variable=variable) if variable else None


def key_variables(
    model: ModelName, settings: ModelSettings, environ: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """The variables that may hold the key of a model's origin; empty: it is asked without a key."""
    origin = origin_of(base_url_of(model, environ))
    for place, variable in settings.keys.items():
        if _is_origin(place) and origin_of(place) == origin:
            return (variable,)
    return next((home.variables for home in HOMES.values() if origin_of(home.url) == origin), ())


def base_url_of(model: ModelName, environ: Mapping[str, str] = os.environ) -> str:
    """Where a model is asked: its own address, else its provider's. Raises UsageError if OLLAMA_HOST cannot be read."""
    if model.url:
        return model.url
    variable = _first_set(_OLLAMA_VARIABLES, environ) if model.provider == "ollama" else ""
    return _ollama_url(environ[variable].strip(), variable) if variable else HOMES[model.provider].url


def origin_of(url: str) -> str:
    """Scheme, host and port of an address in one spelling: `https://api.x.ai:443`. Raises ValueError if it has none."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"{url!r} is no address of http or https")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    return f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}"


def is_own_address(model: ModelName) -> bool:
    """Whether a person wrote the address of the model, or runs it: it may be on this machine or near it."""
    return bool(model.url) or model.provider == "ollama"


def _first_set(variables: Iterable[str], environ: Mapping[str, str]) -> str:
    return next((variable for variable in variables if environ.get(variable, "").strip()), "")


def _is_origin(place: str) -> bool:
    try:
        return bool(origin_of(place))
    except ValueError:
        return False


def _ollama_url(text: str, variable: str) -> str:
    """As ollama reads it: scheme, port and path may be missing, and 0.0.0.0 means this machine."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname or ("" if "://" in text else "127.0.0.1"), parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in _PORTS or not host or parts.username or parts.query or not text.isprintable() or " " in text:
        raise UsageError(f"{variable} must be an address such as http://127.0.0.1:11434.")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read here, listened on nowhere
    host = f"[{host}]" if ":" in host else host
    # Where a scheme stands and no port, the scheme's own is meant.
    port = port or (_PORTS[parts.scheme] if "://" in text else 11434)
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{host}:{port}{path if path.endswith('/v1') else path + '/v1'}"
