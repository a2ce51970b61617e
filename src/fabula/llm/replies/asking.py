"""Asking again: what a model is told whose reply could not be used."""

from fabula.llm.replies.reading import Fault, How, Reading

_WANTED = "Answer with one JSON object in the form described, and nothing before or after it."

_WRONG = {
    Fault.EMPTY: "Your reply held no answer.",
    Fault.REFUSAL: (
        "This is a story; you decide for one of its characters. If a deed is not to your liking, choose another, for "
        "instance to wait."
    ),
    Fault.TRUNCATED: "Your reply broke off before it was complete. Keep it much shorter.",
    Fault.PROSE: "Your reply was prose.",
    Fault.WRONG_TYPE: "Something in your reply was of the wrong type.",
    Fault.WRONG_LANGUAGE: "Your reply, or the names of its fields, were in another language. Keep the names as given.",
    Fault.OTHER_FORMAT: "Your reply was in another format than JSON.",
    Fault.TOO_LARGE: "Your reply was far too long.",
    Fault.TOO_DEEP: "Your reply was nested too deeply.",
    Fault.BROKEN: "Your reply was not valid JSON.",
}


def ask_again(reading: Reading, problem: str = "") -> str:
    """What to say to the model: what was wrong, and what form is wanted. Quotes nothing of the reply.

    problem: a sentence of whoever could not use the value (`The deed talk needs to.`), in words of its own.
    """
    return " ".join(part for part in (_wrong(reading), problem.strip(), _WANTED) if part)


def _wrong(reading: Reading) -> str:
    if reading.fault is None:
        return "Your reply was not valid JSON." if reading.how is How.REPAIRED else "Your reply could not be used."
    if reading.fault is Fault.WRONG_TYPE and reading.why:
        return reading.why
    return _WRONG[reading.fault]
