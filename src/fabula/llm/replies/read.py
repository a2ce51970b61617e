"""Reading a reply: from a model's text to a plain value, every way of going wrong being a fault with its reason."""

from typing import Any

from msgspec.structs import replace

from fabula.llm.replies import foreign, labels, refusals, wrapping
from fabula.llm.replies.decoding import Plain, decode, decode_at, encodable, plain
from fabula.llm.replies.finding import Found, find
from fabula.llm.replies.mending import Mender
from fabula.llm.replies.reading import READ_MAX, WHYS, WORDS_MAX, Fault, How, Reading
from fabula.llm.replies.types import mismatch
from fabula.llm.values import Finish, Shape

UNWRAPPED_MAX = 2 * READ_MAX
"""Characters in which reasoning and other wrapping is looked for."""


def read_reply(text: str, data: Any = None, *, shape: Shape | None = None, finish: Finish = Finish.STOP) -> Reading:
    """What a model's reply says. Computes and nothing else, whatever the text contains; never raises; some 30 ms at the
    most.

    text: what the model wrote. data: the object, where the provider gave structured output; goes before the text.
    shape: what was asked for; what differs is then a fault WRONG_TYPE, and its names count as labels.
    finish: why the model ceased to write, as the provider says.

    The order: native structured output; the whole text as JSON; JSON in a fence or in prose; mended JSON; labelled
    prose. Which of several JSON values counts: see `finding.find`.
    """
    if data is None or (isinstance(data, str) and not data.strip()):
        reading = _written(text, shape)
    else:
        reading = _written(data, shape) if isinstance(data, str) else _native(data)
    return _judged(reading, shape, finish)


def _native(data: Any) -> Reading:
    found = plain(data)
    if found.value is None:
        return _nothing(found.fault or Fault.EMPTY)
    return Reading(value=found.value, how=How.NATIVE, fault=found.fault)


def _written(written: str, shape: Shape | None) -> Reading:
    text = wrapping.bare(written)
    if not text:
        return _nothing(Fault.EMPTY)
    if len(text) <= READ_MAX and (whole := decode(text)) is not None:
        return _whole(whole)
    answer = wrapping.unwrapped(text[:UNWRAPPED_MAX])
    if not answer and len(text) > UNWRAPPED_MAX:
        return _nothing(Fault.TOO_LARGE)
    if not answer:
        return _nothing(Fault.TRUNCATED, "The reply holds reasoning, or marks of a template, and no answer.")
    if len(answer) < len(text) <= UNWRAPPED_MAX and len(answer) <= READ_MAX and (whole := decode(answer)) is not None:
        return _whole(whole)
    if len(answer) <= READ_MAX and len(text) <= UNWRAPPED_MAX:
        # json-repair takes a blank at the end for the end of a word: one that was written must not be lost.
        return _searched(answer + " " * written[-1:].isspace(), shape)
    return _large(answer[:READ_MAX])


def _whole(whole: Plain) -> Reading:
    """A text that is JSON; a string in it is read once more, since it may hold the JSON that was meant."""
    value = whole.value
    if isinstance(value, str):
        inner = decode(wrapping.bare(value))
        if inner is None or not isinstance(inner.value, (dict, list)):
            inner = None
        if inner is None and value.strip():
            return _said(value)
        value, whole = (inner.value, inner) if inner is not None else (None, whole)
    if value is None:
        return _nothing(whole.fault or Fault.EMPTY)
    return Reading(value=value, how=How.JSON, fault=whole.fault)


def _said(text: str) -> Reading:
    """A JSON string is a value, unless it is a refusal."""
    if refusals.is_refusal(text):
        return _nothing(Fault.REFUSAL)
    return Reading(value=text, how=How.JSON, words=text[:WORDS_MAX])


def _large(head: str) -> Reading:
    """Of a text too long to be read: the first object, if it is complete within the text's head."""
    start = head.find("{")
    first = decode_at(head, start) if start >= 0 else None
    if first is None or not first.value:
        return _nothing(Fault.TOO_LARGE)
    return Reading(value=first.value, how=How.JSON, fault=Fault.TOO_LARGE)


def _searched(text: str, shape: Shape | None) -> Reading:
    mender = Mender()
    found = find(text, mender)
    if found is not None and found.value is None:
        return _nothing(found.fault or Fault.EMPTY)
    if found is not None:
        return _from_found(found, shape)
    fields = labels.labelled(text, _names(shape))
    if fields is not None:
        return Reading(value=plain(fields).value, how=How.LABELLED, fault=Fault.OTHER_FORMAT)
    if mender.gave_up:
        return _nothing(Fault.BROKEN)
    return _wordy(text)


def _from_found(found: Found, shape: Shape | None) -> Reading:
    around = plain(labels.label_lines(found.around[-WORDS_MAX:], _names(shape))).value if found.around.strip() else {}
    return Reading(
        value=found.value,
        how=found.how,
        fault=found.fault,
        labels={name: said for name, said in (around or {}).items() if said},
        cut=found.cut,
    )


def _wordy(text: str) -> Reading:
    """Nothing but words: which kind of nothing?"""
    words = encodable(text[:WORDS_MAX])
    if refusals.is_refusal(text):
        return _nothing(Fault.REFUSAL)
    if foreign.is_other_format(text):
        return replace(_nothing(Fault.OTHER_FORMAT), words=words)
    if foreign.is_other_script(text):
        return replace(_nothing(Fault.WRONG_LANGUAGE), words=words)
    return replace(_nothing(Fault.PROSE), words=words)


def _judged(reading: Reading, shape: Shape | None, finish: Finish) -> Reading:
    """The reading with the faults that lie in its meaning, not its form."""
    if finish is Finish.REFUSED and (reading.how is How.NONE or not isinstance(reading.value, dict)):
        return _nothing(Fault.REFUSAL, "The model, or the provider's filter, refused to answer.")
    fault, why = reading.fault, ""
    if refusals.is_refusal_object(reading.value):
        fault = Fault.REFUSAL
    elif fault in (None, Fault.PROSE, Fault.BROKEN) and finish is Finish.LENGTH and reading.how is not How.JSON:
        fault = Fault.TRUNCATED
    elif fault is None and reading.value in ({}, []):
        fault = Fault.EMPTY
    elif fault is None:
        fault, why = _mistaken(reading, shape)
    return replace(reading, fault=fault, why=why or (WHYS[fault] if fault else ""))


def _mistaken(reading: Reading, shape: Shape | None) -> tuple[Fault | None, str]:
    value = reading.value
    if foreign.has_foreign_names(value):
        return Fault.WRONG_LANGUAGE, "The names of the fields are not those that were asked for, nor English."
    if _is_schema(value):
        return Fault.WRONG_TYPE, "The reply repeats the description of the form in place of filling it in."
    if shape is not None and (why := mismatch(value, shape.schema)):
        return Fault.WRONG_TYPE, why
    if reading.labels:
        return Fault.OTHER_FORMAT, WHYS[Fault.OTHER_FORMAT]
    return None, ""


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "object" and isinstance(value.get("properties"), dict)


def _names(shape: Shape | None) -> tuple[str, ...]:
    properties = shape.schema.get("properties") if shape else None
    return tuple(properties) if isinstance(properties, dict) else ()


def _nothing(fault: Fault, why: str = "") -> Reading:
    return Reading(fault=fault, why=why or WHYS[fault])
