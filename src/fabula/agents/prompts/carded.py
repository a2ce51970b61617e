"""The carded: what a character card adds to its persona's prompts - how it is written, lore, a last word - with its
macros put in.

Everything is drawn from a run's chance by step, and nothing is kept from one question to the next, so a prompt is the
same after a resume. Entries that ask to stay once they came up are therefore as any others.
Loads the `regex` library by way of lorebooks; only a persona with a card needs this module.
"""

from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from fabula.agents.cards import fields_of_card
from fabula.agents.lore import Names, book_of, expand
from fabula.agents.lore.activation import Past, activate
from fabula.agents.persona import Persona
from fabula.agents.prompts.prompter import CardNotes
from fabula.engine.chance import Chance, Stream

COMPANY = "the others"
"""What `{{user}}` becomes where a character speaks with many."""
LORE_MAX = 6
"""Entries in one prompt."""


class PersonaCard:
    """The card of one persona in one run; see fabula.agents.prompts.Card."""

    def __init__(self, persona: Persona, chance: Chance, *, user: str = COMPANY) -> None:
        """The persona has a card. user: whom it speaks with."""
        assert persona.card is not UNSET, "a persona without a card"
        self._persona = persona
        self._chance = chance
        self._fields = fields_of_card(persona.card)
        self._names = Names(char=self._fields.called, user=user, original="")
        book = book_of(persona)
        self._book = book.book if book else None

    def persona(self) -> Persona:
        """The persona, its texts with macros put in."""
        own = self._persona
        return replace(
            own,
            about=self._expanded(own.about),
            history=self._expanded(own.history),
            remarks=tuple(replace(remark, text=self._expanded(remark.text) or "-") for remark in own.remarks),
        )

    def notes(self) -> tuple[str, ...]:
        """How its author wrote it: the prompt that came with it, the scenario, an example of how it speaks."""
        fields = self._fields
        texts = (fields.system_prompt, fields.scenario, fields.mes_example.replace("<START>", ""))
        return tuple(filter(None, (self._expanded(text).strip() for text in texts)))

    def at(self, step: int, texts: Sequence[str]) -> CardNotes:
        """What the card adds at a step. texts: what is before the agent's eyes, the latest last."""
        stream = self._stream(step)
        return CardNotes(
            notes=self.notes(),
            lore=self._lore(step, texts, stream),
            last=self._expanded(self._fields.post_history_instructions, stream),
        )

    def _lore(self, step: int, texts: Sequence[str], stream: Stream) -> tuple[str, ...]:
        if self._book is None:
            return ()
        past = Past(count=step)
        found = activate(self._book, texts, names=self._names, stream=stream, past=past, seed=self._chance.seed)
        return tuple(entry.text for entry in found.entries[:LORE_MAX])

    def _expanded(self, text: str, stream: Stream | None = None) -> str:
        return expand(text, names=self._names, stream=stream or self._stream(0), seed=self._chance.seed)

    def _stream(self, step: int) -> Stream:
        return self._chance.at(step).stream("card", self._persona.name)
