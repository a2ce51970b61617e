"""Character cards: personas that people already own, from PNG, JSON and CHARX files of version 1, 2 and 3, and back.

`read_persona_file` reads a sheet or a card, told apart by content; `read_card` a card alone, with the picture and the
assets around it. `write_card` writes a persona as a card: unchanged, every letter of the card is as it came
(`Card` of `fabula.agents.persona` is its JSON, word for word). `fields_of_card` gives what prompts need of a card.

The stages, each a file: containers (`png`, `charx`), JSON as written (`json_text`), versions (`form`), fields
(`fields`), what the texts tell of a character (`character`), persona and card (`casting`), `reader` and `writer`.
May touch: persona, sheet, lexicon, errors. Decodes no pixel, unpacks nothing to a disk.
"""

from fabula.agents.cards.casting import card_of, persona_of
from fabula.agents.cards.charx import Asset
from fabula.agents.cards.fields import CardFields, fields_of_card
from fabula.agents.cards.notices import CardWarning
from fabula.agents.cards.reader import (
    Container,
    ReadCard,
    ReadPersona,
    is_card,
    open_persona_file,
    read_card,
    read_persona,
    read_persona_file,
)
from fabula.agents.cards.writer import Written, write_card

__all__ = [
    "Asset",
    "CardFields",
    "CardWarning",
    "Container",
    "ReadCard",
    "ReadPersona",
    "Written",
    "card_of",
    "fields_of_card",
    "is_card",
    "open_persona_file",
    "persona_of",
    "read_card",
    "read_persona",
    "read_persona_file",
    "write_card",
]
