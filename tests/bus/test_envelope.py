"""The envelope: what stands on the wire, and what is refused."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.bus import (
    MESSAGE_BYTES_MAX,
    BadMessage,
    Message,
    MessageType,
    Metadata,
    Priority,
    checked,
    decode,
    encode,
)

IDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(9)]


def example(**changes: Any) -> dict[str, Any]:
    """A request as everybody writes it; what is changed to ... is left out."""
    message = {
        "messageId": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "timestamp": "2025-11-12T14:30:00Z",
        "fromAgent": "dm",
        "toAgent": "generator",
        "priority": "high",
        "messageType": "request",
        "correlationId": "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
        "sessionId": "9b2d7e6a-1c1f-4a53-8a1b-2f64a1b1c0de",
        "payload": {
            "action": "generate_map",
            "parameters": {"type": "battle", "dimensions": "30x40", "terrain": ["forest", "ruins"]},
        },
        "metadata": {"retryCount": 0, "timeout": 30000},
    }
    return {key: value for key, value in {**message, **changes}.items() if value is not ...}


def on_the_wire(**changes: Any) -> bytes:
    return json.dumps(example(**changes)).encode()


def test_the_example_is_read_and_written_back_with_exactly_its_fields() -> None:
    message = decode(on_the_wire())
    assert json.loads(encode(message)) == example()
    assert list(json.loads(encode(message))) == list(example())
    assert (message.priority, message.message_type) == (Priority.HIGH, MessageType.REQUEST)
    assert message.timestamp == datetime(2025, 11, 12, 14, 30, tzinfo=UTC)


def test_this_version_may_be_named() -> None:
    message = decode(on_the_wire(version=1))
    assert message.version == 1
    assert decode(encode(message)) == message


@pytest.mark.parametrize("field", [key for key in example() if key != "payload"])
def test_a_message_that_lacks_a_field_is_refused_by_its_name(field: str) -> None:
    with pytest.raises(BadMessage, match=f"missing required field `{field}`"):
        decode(on_the_wire(**{field: ...}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"payload": ...}, "payload"),
        ({"messageType": "shout"}, "messageType"),
        ({"messageType": "REQUEST"}, "messageType"),
        ({"priority": "urgent"}, "priority"),
        ({"messageId": "7"}, "messageId"),
        ({"messageId": "3f2504e0-4f89-41d3-9a0c-0305e82c3301\n"}, "messageId"),
        ({"correlationId": None}, "correlationId"),
        ({"sessionId": "tale-1"}, "sessionId"),
        ({"timestamp": "2025-11-12T14:30:00"}, "timezone.*timestamp"),
        ({"timestamp": 1762957800}, "timestamp"),
        ({"fromAgent": ""}, "fromAgent"),
        ({"fromAgent": "d\x1b[31mm"}, "fromAgent"),
        ({"toAgent": "mira\n"}, "toAgent"),
        ({"toAgent": "mira\x9b2J"}, "toAgent"),
        ({"toAgent": "m" * 201}, "toAgent"),
        ({"toAgent": 7}, "toAgent"),
        ({"payload": []}, "payload"),
        ({"payload": {"action": "generate_map"}}, r"payload\.parameters.*missing"),
        ({"payload": {"action": 7, "parameters": {}}}, r"payload\.action.*a text, not 7"),
        ({"payload": {"action": "x", "parameters": []}}, r"payload\.parameters.*an object"),
        ({"messageType": "response"}, r"payload\.success.*missing"),
        ({"messageType": "response", "payload": {"success": 1, "data": {}}}, "true or false"),
        ({"messageType": "event", "payload": {"eventType": "turn_end"}}, r"payload\.data"),
        ({"metadata": {"retryCount": -1}}, r"metadata\.retryCount"),
        ({"metadata": {"timeout": 0}}, r"metadata\.timeout"),
        ({"metadata": {"timeout": 10**12}}, r"metadata\.timeout"),
        ({"metadata": {"retry_count": 1}}, "retry_count"),
        ({"colour": "red"}, "colour"),
        ({"version": 2}, "version 2: this Fabula speaks version 1"),
        ({"version": "one"}, "version 'one'"),
        ({"version": 2, "payload": ..., "body": {}}, "version 2"),
        ({"payload": {"action": "x" * MESSAGE_BYTES_MAX, "parameters": {}}}, "more than 1,048,576"),
    ],
)
def test_what_is_no_message_is_refused_with_the_field_and_what_is_wrong(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadMessage, match=why):
        decode(on_the_wire(**changes))


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"null", b"[]", b"7", b'"x"', b'{"messageId": "\xff"}', b'{"a":' * 100_000, b"{" * 100]
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    with pytest.raises(BadMessage, match="no message"):
        decode(data)


def test_a_payload_of_50_megabytes_is_refused_with_what_to_do() -> None:
    large = Message.update({"map": "x" * 50_000_000}, sender="dm", to="page", session=IDS[0])
    with pytest.raises(
        BadMessage, match=r"50,000,\d+ bytes long, more than 1,048,576: keep what is large in the store"
    ):
        encode(large)


@pytest.mark.parametrize("odd", [object(), {1, object()}, "\udcff", {(1, 2): 3}, pytest.param(10**5000, id="huge")])
def test_a_payload_that_json_cannot_hold_is_refused(odd: object) -> None:
    with pytest.raises(BadMessage, match="cannot be written as JSON"):
        encode(Message.update({"odd": odd}, sender="dm", to="page", session=IDS[0]))


def test_a_payload_without_an_end_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    with pytest.raises(BadMessage, match="cannot be written as JSON"):
        encode(Message.update(endless, sender="dm", to="page", session=IDS[0]))


def test_what_is_published_is_held_to_what_is_read() -> None:
    with pytest.raises(BadMessage, match="sessionId"):
        checked(Message.event("turn_end", sender="dm", to="page", session="tale-1"))


def test_a_first_message_correlates_with_itself_and_what_follows_with_what_it_follows() -> None:
    request = Message.request("roll", sender="dm", to="dice", session=IDS[0], timeout_ms=500)
    assert request.correlation_id == request.message_id
    assert request.metadata == Metadata(retry_count=0, timeout=500)
    event = Message.event("rolled", sender="dice", to="page", session=IDS[0], follows=request)
    response = request.response({"sum": 7})
    assert event.correlation_id == response.correlation_id == request.message_id
    assert (response.from_agent, response.to_agent) == ("dice", "dm")
    assert response.payload == {"success": True, "data": {"sum": 7}}
    assert len({request.message_id, event.message_id, response.message_id}) == 3


def test_a_message_counts_its_failures_and_can_begin_afresh() -> None:
    message = Message.event("turn_end", sender="dm", to="page", session=IDS[0])
    failed = message.tried_again().tried_again()
    assert failed.metadata.retry_count == 2
    assert failed.afresh() == message


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
objects = st.dictionaries(st.text(), json_values, max_size=4)
names = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200)
payloads: dict[MessageType, st.SearchStrategy[dict[str, Any]]] = {
    MessageType.REQUEST: st.fixed_dictionaries({"action": st.text(), "parameters": objects}),
    MessageType.RESPONSE: st.fixed_dictionaries({"success": st.booleans(), "data": objects}),
    MessageType.EVENT: st.fixed_dictionaries({"eventType": st.text(), "data": objects}),
    MessageType.UPDATE: objects,
}


@st.composite
def messages(draw: st.DrawFn) -> Message:
    kind = draw(st.sampled_from(MessageType))
    return Message(
        message_id=str(draw(st.uuids())),
        timestamp=draw(st.datetimes(timezones=st.just(UTC))),
        from_agent=draw(names),
        to_agent=draw(names),
        priority=draw(st.sampled_from(Priority)),
        message_type=kind,
        correlation_id=str(draw(st.uuids())),
        session_id=str(uuid.uuid5(uuid.NAMESPACE_OID, draw(st.text()))),
        payload=draw(payloads[kind]),
        metadata=Metadata(retry_count=draw(st.integers(0, 9)), timeout=draw(st.integers(1, 10**8))),
        version=1 if draw(st.booleans()) else msgspec.UNSET,
    )


@given(messages())
def test_every_message_comes_back_as_it_was(message: Message) -> None:
    assert decode(checked(message)) == message


@given(
    st.binary(max_size=200)
    | messages().map(encode).flatmap(lambda data: st.integers(0, len(data) - 1).map(lambda end: data[:end]))
)
def test_any_other_bytes_are_a_bad_message_and_nothing_else(data: bytes) -> None:
    with pytest.raises(BadMessage):
        decode(data)
