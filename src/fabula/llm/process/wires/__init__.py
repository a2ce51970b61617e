"""The wires: the providers' formats, each in a file of its own."""

from fabula.llm.process.wires.anthropic import Anthropic
from fabula.llm.process.wires.embeddings import GoogleEmbeddings, OpenAIEmbeddings
from fabula.llm.process.wires.google import Google
from fabula.llm.process.wires.openai import OpenAI
from fabula.llm.process.wires.wire import Wire

ANTHROPIC, GOOGLE, OPENAI = Anthropic(), Google(), OpenAI()
GOOGLE_EMBEDDINGS, OPENAI_EMBEDDINGS = GoogleEmbeddings(), OpenAIEmbeddings()

__all__ = ["ANTHROPIC", "GOOGLE", "GOOGLE_EMBEDDINGS", "OPENAI", "OPENAI_EMBEDDINGS", "Wire"]
