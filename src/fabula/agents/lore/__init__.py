"""Lore: books of what may become worth knowing, and the macros in the texts of cards and books.

`read_book` reads a book of its own (version 3, World Info), `book_of` the one a persona's card brings along; `expand`
puts macros in. Which entries go into a prompt says `fabula.agents.lore.activation.activate`, which stands apart
because it loads the `regex` library.
May touch: cards, persona, engine (chance), errors. What it hands out is text of strangers: untrusted.
"""

from fabula.agents.lore.book import Book, Entry, Kind, Logic, ReadBook, book_of, is_book, read_book
from fabula.agents.lore.decorators import Position, Role
from fabula.agents.lore.macros import Names, expand

__all__ = [
    "Book",
    "Entry",
    "Kind",
    "Logic",
    "Names",
    "Position",
    "ReadBook",
    "Role",
    "book_of",
    "expand",
    "is_book",
    "read_book",
]
