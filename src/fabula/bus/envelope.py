"""The envelope: the one form that every message on a bus has, how it is written, and what is refused when it is read.

On the wire it is JSON with names in camel case. `version` is left out while it is 1, so that a message of this version
is written with exactly the fields that everybody knows.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, NotRequired, Self, TypedDict, Unpack

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from fabula.errors import UsageError

VERSION = 1
"""The version of the envelope that is written, and the only one that is read."""
TIMEOUT_MS_MAX = 604_800_000
"""No request waits longer than a week."""
MESSAGE_BYTES_MAX = 1_048_576
"""A message longer than this, encoded, is refused where it is published."""
TIMEOUT_MS = 30_000
"""How long a request waits for its response where nothing else is said."""

_UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\Z"

Id = Annotated[str, Meta(pattern=_UUID)]
Agent = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
"""A name on the bus: one of `dm`, `player`, `assistant`, `generator`, `system`, or any other, such as `player:mira`; no
control characters.
"""


class BadMessage(UsageError):
    """What was to be sent, or what came, is no message: the text names the field and what it must be."""


class Priority(StrEnum):
    """High goes before normal before low; among messages of one session and one priority, first come, first served."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class MessageType(StrEnum):
    """What a message is, which says what its payload looks like."""

    REQUEST = "request"
    """`{"action": …, "parameters": {…}}`; answered by one response."""
    RESPONSE = "response"
    """`{"success": bool, "data": {…}}`; its correlation is the request's id. If it became a dead letter, the data are
    `{"error": …, "dead": true}`.
    """
    EVENT = "event"
    """`{"eventType": …, "data": {…}}`; nobody need listen."""
    UPDATE = "update"
    """Any object: news of a state, for one agent."""


class Metadata(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What carriers note on a message."""

    retry_count: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """How often handling it has failed so far."""
    timeout: Annotated[int, Meta(ge=1, le=TIMEOUT_MS_MAX)] = TIMEOUT_MS
    """Milliseconds for which an answer is of use."""


class Heading(TypedDict):
    """What is said of every new message, whatever its type."""

    sender: str
    to: str
    session: str
    priority: NotRequired[Priority]
    """Normal where nothing is said."""
    follows: NotRequired["Message | None"]
    """The message that gave rise to it."""


class Message(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One message."""

    message_id: Id
    timestamp: Annotated[datetime, Meta(tz=True)]
    """When it was made; UTC."""
    from_agent: Agent
    to_agent: Agent
    priority: Priority
    message_type: MessageType
    correlation_id: Id
    """Of a response, the id of its request; else the id of what it follows from, or its own if it is the first."""
    session_id: Id
    """What it belongs to: a run, a table, a conversation. Within it, order is kept."""
    payload: dict[str, Any]
    metadata: Metadata
    version: int | UnsetType = UNSET

    @classmethod
    def request(
        cls,
        action: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout_ms: int = TIMEOUT_MS,
        **heading: Unpack[Heading],
    ) -> Self:
        """A request. timeout_ms: for how long an answer is of use."""
        payload = {"action": action, "parameters": dict(parameters or {})}
        return cls._new(MessageType.REQUEST, payload, timeout_ms=timeout_ms, **heading)

    @classmethod
    def event(cls, event_type: str, data: Mapping[str, Any] | None = None, **heading: Unpack[Heading]) -> Self:
        """An event."""
        return cls._new(MessageType.EVENT, {"eventType": event_type, "data": dict(data or {})}, **heading)

    @classmethod
    def update(cls, payload: Mapping[str, Any], **heading: Unpack[Heading]) -> Self:
        """An update."""
        return cls._new(MessageType.UPDATE, dict(payload), **heading)

    def response(self, data: Mapping[str, Any] | None = None, *, success: bool = True) -> Self:
        """The response to this request, from whom it was for to whom it came from."""
        return self._new(
            MessageType.RESPONSE,
            {"success": success, "data": dict(data or {})},
            sender=self.to_agent,
            to=self.from_agent,
            session=self.session_id,
            priority=self.priority,
            follows=self,
        )

    def tried_again(self, times: int = 1) -> Self:
        """The same message, handling which has failed so many times more."""
        return self.tried(self.metadata.retry_count + times)

    def afresh(self) -> Self:
        """The same message, as if handling it had never failed."""
        return self.tried(0)

    def tried(self, failures: int) -> Self:
        """The same message, handling which has failed so often in all."""
        return msgspec.structs.replace(self, metadata=msgspec.structs.replace(self.metadata, retry_count=failures))

    @classmethod
    def _new(
        cls,
        kind: MessageType,
        payload: dict[str, Any],
        *,
        sender: str,
        to: str,
        session: str,
        priority: Priority = Priority.NORMAL,
        follows: "Message | None" = None,
        timeout_ms: int = TIMEOUT_MS,
    ) -> Self:
        number = str(uuid.uuid4())
        return cls(
            message_id=number,
            timestamp=datetime.now(UTC),
            from_agent=sender,
            to_agent=to,
            priority=priority,
            message_type=kind,
            correlation_id=follows.message_id if follows else number,
            session_id=session,
            payload=payload,
            metadata=Metadata(timeout=timeout_ms),
        )


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Message)


def encode(message: Message) -> bytes:
    """The message as it goes over the wire; of its fields only what JSON can hold is checked. A number in the payload
    that is not finite becomes null. Raises BadMessage if it cannot be written or is too long.
    """
    try:
        data = _encoder.encode(message)
    except (TypeError, ValueError, RecursionError) as wrong:
        raise BadMessage(f"message {message.message_id!r:.60}: it cannot be written as JSON: {wrong}") from wrong
    if len(data) > MESSAGE_BYTES_MAX:
        raise BadMessage(
            f"message {message.message_id!r:.60} is {len(data):,} bytes long, more than {MESSAGE_BYTES_MAX:,}: "
            "keep what is large in the store and send where it is"
        )
    return data


def decode(data: bytes | bytearray | memoryview) -> Message:
    """The message that those bytes are. Raises BadMessage, which names the field."""
    if len(data) > MESSAGE_BYTES_MAX:
        raise BadMessage(f"{len(data):,} bytes are no message: more than {MESSAGE_BYTES_MAX:,}")
    try:
        message = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        version = _version_of(data)
        if version not in (None, VERSION):
            raise BadMessage(_other_version(version)) from wrong
        raise BadMessage(f"no message: {wrong}") from wrong
    if message.version not in (UNSET, VERSION):
        raise BadMessage(_other_version(message.version))
    check_payload(message)
    return message


def checked(message: Message) -> bytes:
    """The message as it goes over the wire, every field held to what `decode` asks of it. Raises BadMessage."""
    data = encode(message)
    decode(data)
    return data


def check_payload(message: Message) -> None:
    """Raises BadMessage if the payload is not what a message of its type carries."""
    needed = _PAYLOADS[message.message_type]
    for key, kind in needed.items():
        if not isinstance(message.payload.get(key), kind):
            found = f"not {message.payload[key]!r:.60}" if key in message.payload else "but is missing"
            where = f"message {message.message_id}: payload.{key} of a {message.message_type}"
            raise BadMessage(f"{where} must be {_NAMES[kind]}, {found}")


_PAYLOADS: dict[MessageType, dict[str, type]] = {
    MessageType.REQUEST: {"action": str, "parameters": dict},
    MessageType.RESPONSE: {"success": bool, "data": dict},
    MessageType.EVENT: {"eventType": str, "data": dict},
    MessageType.UPDATE: {},
}
_NAMES: dict[type, str] = {str: "a text", dict: "an object", bool: "true or false"}


def _version_of(data: bytes | bytearray | memoryview) -> Any:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found.get("version") if isinstance(found, dict) else None


def _other_version(version: Any) -> str:
    return f"a message of version {version!r:.40}: this Fabula speaks version {VERSION}"
