"""Provisional page; being replaced."""

from html import escape

from fabula.chronicle.markdown import to_markdown
from fabula.chronicle.story import Story


def to_html(story: Story) -> str:
    """The story as a page."""
    return f"<!doctype html><pre>{escape(to_markdown(story))}</pre>"
