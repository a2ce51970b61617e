"""The record: what a model replied is kept before anybody acts on it, so that after a break nothing is paid for twice.

It stands around the choice of a model: a reply is the same to it whichever model gave it.
"""

import json

import msgspec
from msgspec.structs import replace

from fabula.engine import Spent
from fabula.errors import RunError
from fabula.llm.digest import digest_of
from fabula.llm.ledger import Ledger
from fabula.llm.values import Reply, Request, Source


class Record:
    """Finds and keeps the replies to the questions of runs. What is asked outside any run is not kept."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def find(self, request: Request) -> Reply | None:
        """The reply to this very question, if it was answered before a break; nothing is spent on it now. None: it was
        not. Its source is RECORD, or CACHE still where it came from there.
        """
        asker = request.asker
        if not asker.run:
            return None
        kept = await self._ledger.find_reply(asker, digest_of(request))
        return None if kept is None else _recorded(kept, request)

    async def keep(self, request: Request, reply: Reply) -> Reply:
        """Keep a reply durably; what is returned is what would be found. Where no model answered nothing is kept."""
        asker = request.asker
        if not asker.run or reply.source is Source.RULES:
            return reply
        data = _encoded(reply)
        kept = await self._ledger.keep_reply(asker, digest_of(request), data)
        return _decoded(data, request) if kept == data else _recorded(kept, request)


def _recorded(kept: bytes, request: Request) -> Reply:
    reply = _decoded(kept, request)
    source = Source.CACHE if reply.source is Source.CACHE else Source.RECORD
    return replace(reply, source=source, spent=Spent())


def _encoded(reply: Reply) -> bytes:
    # A model may write what msgspec refuses: half a character, a number without end. The standard library escapes it.
    try:
        return json.dumps(msgspec.to_builtins(reply), separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        # What cannot be written down cannot be found again, so nobody may act on it now either.
        return json.dumps(msgspec.to_builtins(replace(reply, data=None)), separators=(",", ":")).encode()


def _decoded(kept: bytes, request: Request) -> Reply:
    try:
        return msgspec.convert(json.loads(kept), Reply)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        asker = request.asker
        raise RunError(
            f"run {asker.run!r}, step {asker.step}: the reply kept for {asker.agent!r} is damaged ({error}); restore "
            "the home from a backup"
        ) from None
