"""Prompts: what a model is told before it decides.

A `Template` is text in sections, in a small part of the Jinja language: what may be said with values, and nothing that
calls, imports or repeats without bound. So the templates of a pack can be used whoever wrote it. Every value that a
template writes is foreign text until `defused` has seen it: one line, without anything that could close a marked block,
open a role or hide from a reader.

Loads jinja2: import it only where a model is asked, or where a pack brings templates of its own.
May touch: `fabula.engine`, `fabula.errors`, and the rest of `fabula.agents` but its minds.
"""

from fabula.agents.prompts.foreign import defused
from fabula.agents.prompts.language import LanguageFault
from fabula.agents.prompts.prompter import Card, CardNotes, Prompter, Remembers
from fabula.agents.prompts.template import PROMPT_BYTES_MAX, TEMPLATE_BYTES_MAX, Prompt, Template, read_template

__all__ = [
    "PROMPT_BYTES_MAX",
    "TEMPLATE_BYTES_MAX",
    "Card",
    "CardNotes",
    "LanguageFault",
    "Prompt",
    "Prompter",
    "Remembers",
    "Template",
    "defused",
    "read_template",
]
