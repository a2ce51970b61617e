"""Columns: rows of text side by side, each column as wide as it must be, so that no name is cut."""

from collections.abc import Collection, Iterator, Sequence


def aligned(rows: Sequence[Sequence[str]], *, figures: Collection[int] = ()) -> Iterator[str]:
    """The rows as lines. figures: the columns that stand to the right. All rows are as long as the first."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        cells = [
            text.rjust(width) if column in figures else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def counted(count: int, one: str, many: str = "") -> str:
    """`1 turn`, `1,200 turns`, `2 entries`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
