"""Codec: how one environment's inputs and events become bytes and come back, typed."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fabula.engine.digest import canonical
from fabula.engine.environment import Environment
from fabula.engine.values import Acted, Action, AgentId, Command, Commanded, Event, Input, Note
from fabula.errors import RunError, UsageError


class Unreadable(RunError):
    """Stored bytes are not what this environment writes: damaged, or by other rules."""


class Codec:
    """Encodes and decodes the records of one environment."""

    def __init__(self, environment: Environment[Any]) -> None:
        self._environment = environment
        # The types are values here: they come from the environment, so no checker can know them.
        action_type, command_type, event_type = (
            environment.action_type,
            environment.command_type,
            environment.event_type,
        )
        acted, commanded, several = Acted, Commanded, tuple
        self._inputs: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            several[acted[action_type] | commanded[command_type], ...]
        )
        self._events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(several[event_type, ...])
        self._action: msgspec.json.Decoder[Any] = msgspec.json.Decoder(action_type)
        self._command: msgspec.json.Decoder[Any] = msgspec.json.Decoder(command_type)
        self._notes = msgspec.json.Decoder(tuple[Note, ...])

    def encode(self, values: Sequence[Input] | Sequence[Event] | Sequence[Note] | Action | Command) -> bytes:
        """Canonical JSON."""
        return canonical(values)

    def inputs(self, data: bytes) -> tuple[Input, ...]:
        """The inputs of a record. Raises Unreadable if they are not this environment's."""
        return tuple(_read(self._inputs, data, "inputs"))

    def events(self, data: bytes) -> tuple[Event, ...]:
        """The events of a record. Raises Unreadable."""
        return tuple(_read(self._events, data, "events"))

    def notes(self, data: bytes) -> tuple[Note, ...]:
        """The notes beside a record. Raises Unreadable."""
        return tuple(_read(self._notes, data, "notes"))

    def action(self, data: bytes) -> Action:
        """A stored action. Raises Unreadable."""
        action: Action = _read(self._action, data, "action")
        return action

    def command(self, data: bytes) -> Command:
        """A stored command. Raises Unreadable."""
        command: Command = _read(self._command, data, "command")
        return command

    def action_from_person(self, text: str, *, agent: AgentId) -> Action:
        """An action that a person wrote as JSON. Raises UsageError that says what is wrong with it."""
        try:
            action: Action = self._action.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as failure:
            raise UsageError(f"the action for {agent!r} cannot be read: {failure}. {self._kinds()}") from failure
        return action

    def _kinds(self) -> str:
        schema = msgspec.json.schema(self._environment.action_type)
        kinds = sorted(schema.get("discriminator", {}).get("mapping", {}))
        return f'Write it like {{"kind": "{kinds[0]}", …}}; kinds: {", ".join(kinds)}.' if kinds else ""


def _read(decoder: msgspec.json.Decoder[Any], data: bytes, what: str) -> Any:
    try:
        return decoder.decode(data)
    # RecursionError: nested deeper than any writer of ours goes.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as failure:
        raise Unreadable(
            f"stored {what} cannot be read ({failure}); `fabula verify RUN` tells which record it is"
        ) from failure
