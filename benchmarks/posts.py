"""Posts: what a provider was sent, to be sent again as it is by a bare client, which is the least that asking costs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import httpx2

_SENT = ("accept", "authorization", "content-type", "user-agent")


class Post(NamedTuple):
    """One request."""

    path: str
    body: bytes
    headers: Mapping[str, str]


class Poster:
    """A client of one provider, the trial one. Ends with `aclose`."""

    def __init__(self, url: str) -> None:
        self._url = url
        # As httpx2 comes, with no bound on connections and nothing from the environment, as ours has it.
        self._client = httpx2.AsyncClient(timeout=None, trust_env=False, limits=httpx2.Limits(max_connections=None))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def last(self, count: int) -> Sequence[Post]:
        """What the provider was sent last, the oldest first; so many, or all there are."""
        seen = await self._client.get(f"{self._url}/_/requests", params={"last": count})
        return [Post(one["path"], one["body"].encode(), _needed(one["headers"])) for one in seen.json()]

    async def send(self, post: Post) -> None:
        """Send it and read the answer, which must be one."""
        answer = await self._client.post(self._url + post.path, content=post.body, headers=post.headers)
        assert answer.status_code == 200, answer.text


def _needed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _SENT}
