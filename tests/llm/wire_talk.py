"""Talking to a provider as plainly as can be: a socket for what breaks, a client without retries for what answers."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx2
from tests.llm.providing import Provided

PROMPT = "What now?\n1. Bar the gate\n2. Flee"
PATHS = {
    "openai": "/v1/chat/completions",
    "anthropic": "/v1/messages",
    "google": "/v1beta/models/demo:generateContent",
}


def body(wire: str = "openai", *, prompt: str = PROMPT, model: str = "demo", stream: bool = False) -> dict[str, Any]:
    """The smallest request of a format."""
    if wire == "google":
        return {"contents": [{"role": "user", "parts": [{"text": prompt}]}]}
    said = {"model": model, "stream": stream, "messages": [{"role": "user", "content": prompt}]}
    return {**said, "max_tokens": 500} if wire == "anthropic" else said


def post(
    provider: Provided, wire: str = "openai", *, headers: dict[str, str] | None = None, asked: str = "", **said: Any
) -> httpx2.Response:
    """Ask in a format, with a fresh connection."""
    more = {**(headers or {}), **({"x-fabula-asked": asked} if asked else {})}
    with httpx2.Client(trust_env=False, timeout=20) as client:
        return client.post(provider.url + PATHS[wire], json=body(wire, **said), headers=more)


def text_of(response: httpx2.Response) -> str:
    """What an OpenAI answer says."""
    text: str = response.json()["choices"][0]["message"]["content"]
    return text


class Line:
    """A bare connection."""

    def __init__(self, provider: Provided, *, timeout_s: float = 20) -> None:
        address = urlsplit(provider.url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=timeout_s)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, *, fault: str = "", stream: bool = False) -> None:
        """Send a whole chat request."""
        raw = json.dumps(body(stream=stream)).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(raw)}\r\n"
        self.socket.sendall(f"{head}X-Provider-Fault: {fault}\r\n\r\n".encode() + raw)

    def send(self, raw: bytes) -> None:
        """Send anything."""
        self.socket.sendall(raw)

    def rest(self) -> bytes:
        """What comes until the other side closes."""
        parts = []
        while part := self.socket.recv(65536):
            parts.append(part)
        return b"".join(parts)
