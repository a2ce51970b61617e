"""What the table of vectors means, as plain functions of a connection.

The one that writes is called within a transaction, which its errors undo; the one that reads leaves none open.
"""

import sqlite3
from collections.abc import Collection, Mapping


def put_vectors(db: sqlite3.Connection, model: str, vectors: Mapping[str, bytes]) -> dict[str, bytes]:
    """See Vectors.put_vectors."""
    db.executemany(
        "INSERT INTO vectors (model, digest, vector) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(model, digest, vector) for digest, vector in vectors.items()],
    )
    return fetch_vectors(db, model, vectors)


def fetch_vectors(db: sqlite3.Connection, model: str, digests: Collection[str]) -> dict[str, bytes]:
    """See Vectors.vectors."""
    found: dict[str, bytes] = {}
    for digest in digests:
        row = db.execute("SELECT vector FROM vectors WHERE model = ? AND digest = ?", (model, digest)).fetchone()
        # A damaged file may hold anything there; what is no vector is not there.
        if row is not None and isinstance(row[0], bytes):
            found[digest] = row[0]
    return found
