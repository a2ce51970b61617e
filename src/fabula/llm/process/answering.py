"""Answering: from what a manner says to what goes onto the wire - cut to the tokens allowed, counted, named."""

from hashlib import blake2b

from fabula.llm.process.tokens import first_tokens, tokens_asked, tokens_of
from fabula.llm.process.values import Answer, Question, Said
from fabula.llm.values import Finish


def answer_of(question: Question, said: Said) -> Answer:
    """The answer, within what the question allows."""
    text, finish = said.text, said.finish
    for stop in question.stops:
        text = text.partition(stop)[0]
    most = question.tokens_max
    if most is not None and not said.uncut and tokens_of(text) > most:
        text, finish = first_tokens(text, most), Finish.LENGTH
    written = tokens_of(text) + tokens_of(said.tool)
    return Answer(
        id=blake2b(f"{question.model}\0{question.prompt}\0{said.text}".encode(), digest_size=12).hexdigest(),
        text=text,
        tool=said.tool,
        finish=finish,
        tokens_in=tokens_asked(question),
        tokens_out=written if most is None else min(written, most),
    )
