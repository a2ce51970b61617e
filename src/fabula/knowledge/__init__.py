"""Knowledge: what can be looked up.

`Conversations` is a full-text index of everything that was said, in a file of its own: a cache, which can be deleted at
any time. Words are indexed and looked for folded (fabula.knowledge.folding), and shown as they were said. `read_query`
makes of what a person typed something that can be looked for. `spoken` reads the words out of a run's records without
its environment.

It may use `fabula.store` (what its errors mean, and the lock by which processes take turns) and `fabula.errors`. It
knows no run and no environment: whoever has a store fills the index (fabula.app.finding).
"""

from fabula.knowledge.conversations import Conversations
from fabula.knowledge.found import Found, Indexed, Piece, Spoken
from fabula.knowledge.index_file import IndexBroken
from fabula.knowledge.query import Query, fold, is_called, read_query
from fabula.knowledge.spoken import Wording, spoken

__all__ = [
    "Conversations",
    "Found",
    "IndexBroken",
    "Indexed",
    "Piece",
    "Query",
    "Spoken",
    "Wording",
    "fold",
    "is_called",
    "read_query",
    "spoken",
]
