"""Pages: well-formed, self-contained, and deaf to whatever markup or letters a name brings along."""

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from tests.chronicle.runs import HARBOUR, Where, a_run

from fabula.chronicle import STYLES, Story, account_from_events, tell, to_html, to_markdown
from fabula.chronicle.names import LETTERS_MAX
from fabula.engine.values import Event
from fabula.environments.campaign import events as ev
from fabula.environments.campaign.setting import Style

VOID = {"meta", "hr", "br", "img", "link", "input"}
ALLOWED = set(
    "html head meta title style body header footer main nav section h1 h2 h3 p ol li a span hr blockquote b dl dt dd"
    " div table caption thead tbody tr th td".split()
)
ATTRIBUTES = set("id class href lang charset name content scope aria-label aria-hidden http-equiv".split())
HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "**Bold** _Name_ [x](javascript:alert(1))",
    "\x1b[31mRed\x1b[0m Hand\x07",
    "\u202eevil\u2066 twin",
    "👩‍🚀 Kost",
    "Long " + "Name" * 125,
    "Smith & Sons </p></section>",
    "{A} [x|y] <simile> {?flag}",
)


class Page(HTMLParser):
    """Reads a page strictly: every tag known, closed in its turn, and free of anything that could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in {
                "id",
                "class",
                "href",
                "lang",
                "charset",
                "name",
                "content",
                "scope",
                "aria-label",
                "aria-hidden",
                "http-equiv",
            }
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                assert (value or "").startswith("#")
                self.targets.append((value or "")[1:])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def read(page: str) -> Page:
    reader = Page()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.targets) <= set(reader.ids)
    return reader


def a_hostile_run() -> list[Event]:
    """A campaign in which everyone and everything is called something dangerous."""
    cast = tuple(
        (HOSTILE[i], f"{HOSTILE[i]} side", f"role {HOSTILE[i]}", HOSTILE[i], "she/her", (HOSTILE[i],)) for i in range(8)
    )
    where: Where = replace(
        HARBOUR,
        title=HOSTILE[0],
        question=HOSTILE[1],
        cast=cast,
        places={f"{text} place": (f"detail {text}",) for text in HOSTILE[:6]},
        opening=HOSTILE[:3],
        objects=HOSTILE[:3],
        secrets=tuple((f"secret {text}", f"{text} is so.", f"{text} is not so.") for text in HOSTILE),
        complications=tuple((f"trouble {text}", text) for text in HOSTILE[:3]),
    )
    return [*a_run(2, where=where), *(ev.Noted(text=text) for text in HOSTILE)]


def a_story(style: Style, seed: int = 1) -> Story:
    return tell(account_from_events(a_run(seed)), style=style)


@pytest.mark.parametrize("style", STYLES)
def test_a_page_is_well_formed_and_needs_nothing_else(style: Style) -> None:
    page = to_html(a_story(style))
    reader = read(page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert "url(" not in page
    for rule in ("prefers-color-scheme: dark", "@media print"):
        assert rule in page
    assert len(reader.targets) == len(reader.ids) > 5


@pytest.mark.parametrize("style", STYLES)
def test_both_pages_hold_every_sentence(style: Style) -> None:
    story = a_story(style)
    text = " ".join(" ".join(read(to_html(story)).text).split())
    rendered = MarkdownIt("commonmark").enable("table").render(to_markdown(story))
    shown = " ".join(rendered.split()).replace("&quot;", '"').replace("&amp;", "&")
    for sentence in story.sentences():
        assert sentence.text in text
        assert sentence.text in shown


@pytest.mark.parametrize("style", STYLES)
def test_hostile_names_are_shown_as_words(style: Style) -> None:
    story = tell(account_from_events(a_hostile_run()), style=style)
    page, markdown = to_html(story), to_markdown(story)
    reader = read(page)
    assert HOSTILE[0] in "".join(reader.text)
    assert max(len(entry.term) for entry in story.cast.entries) <= LETTERS_MAX
    for text in (page, markdown):
        assert not any(letter in text for letter in "\x1b\x07\u202e\u2066")
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    for tag in ("<img", "<script", "<a ", 'onerror="', "</section>"):
        assert tag not in rendered
    assert "&lt;img src=x onerror=" in rendered


@pytest.mark.parametrize("style", STYLES)
def test_templates_cannot_be_injected_by_a_name(style: Style) -> None:
    story = tell(account_from_events(a_hostile_run()), style=style)
    assert any("{A} [x|y] <simile>" in sentence.text for sentence in story.sentences())


def test_a_markdown_page_has_the_parts_of_a_story() -> None:
    page = to_markdown(a_story("plain"))
    assert page.startswith("# The Lamps of Saltmere\n")
    assert "Will the harbour lamps be lit before the grain fleet comes?" in page
    for part in ("## Who Was There", "## The End", "### What Became of Them", "### What Nobody Knows"):
        assert part in page
