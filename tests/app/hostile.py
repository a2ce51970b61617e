"""Hostile characters, and the search for what came of them.

`a_sheet` and `a_card` put texts into every field there is; `batches` deals texts out so that over all of them each text
stands once in every field. `Watch` knows what must come out nowhere - keys, prompts, what only one agent was told - and
finds it in texts, however it is spaced or spelled.
"""

import base64
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

DATA = Path(__file__).parents[1] / "data" / "hostile"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "messages.jsonl"
FIELD_CHARACTERS_MAX = 4_000
"""Of one text in one field. Floods are played by themselves."""
NAME_CHARACTERS_MAX = 40
PIECE = 48
"""So many letters and digits in a row of a prompt are no chance."""

KEYS = {
    "OPENAI_API_KEY": "sk-proj-Xq7vTr4nMb81LwYz3kEoPd65uJhCs09",
    "ANTHROPIC_API_KEY": "sk-ant-Jm4kFh27QpVx90RbNcTz5sWe18GyUaLo",
    "GOOGLE_API_KEY": "AIzaRt9wKd63HsBn10ZxLmQv75CyPjUe42GfTo8",
    "XAI_API_KEY": "xai-Ln2zVb84SjPd17XwTqRk60CmYhEa39FgUo5",
    "OPENROUTER_API_KEY": "sk-or-v1-Vd5sNm09KtQj36BzWxRc81LhPyEf27Ga",
    "PERPLEXITY_API_KEY": "pplx-Hc8yWz15RnTb70JkSdVq42XmLpGe96FuAo3",
    "MINE_KEY": "mine-Bw6tZk38XcLp91VnJsRd07QhTyGm54FeUa2",
}
"""Variable -> the key planted in it. MINE_KEY is the one of the provider that is asked."""


def hostile_texts() -> dict[str, str]:
    """Texts by id: those kept here, those of the whole set where it is, and those that order a model about."""
    found: dict[str, str] = {}
    for file in (DATA / "messages.jsonl", SHARED, DATA / "orders.jsonl"):
        if file.exists():
            rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            found |= {row["id"]: row["text"] for row in rows}
    return found


def short(text: str) -> str:
    """As much of a text as goes into a field."""
    return text[:FIELD_CHARACTERS_MAX]


# Characters.

_SHEET = """---
name: {name}
factions: [{factions}]
personality_traits: [{trait}]
---
{about}

## Core Identity
- **Origin**: {origin}
- **Rank/Role**: {role}
- **Pronouns**: {identity}

## Personality Traits
- **{trait_name}**: {trait_note}

## Decision Making Weights
- **Duty**: {weight}
- **{weight_name}**: 7

## Knowledge and Skills
- **{skill}**: expert
- {knowledge}

## Social Network
- **{tie_name}**: {tie}

## Personal History
{history}

## Behavioral Patterns
- {behaviour}

## {section_title}
{section}
"""
_MANY_LINES = {"about", "history", "section"}
SHEET_FIELDS = tuple(dict.fromkeys(re.findall(r"{(\w+)}", _SHEET)))[1:]
CARD_FIELDS = (
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
    "system_prompt",
    "post_history_instructions",
    "creator_notes",
    "alternate_greetings",
    "tags",
    "creator",
    "character_version",
    "nickname",
    "book_keys",
    "book_content",
    "book_name",
    "extensions",
)


def a_sheet(name: str, texts: Mapping[str, str]) -> str:
    """A character sheet. texts: by SHEET_FIELDS."""
    folded = {
        field: short(text) if field in _MANY_LINES else " ".join(short(text).split()) for field, text in texts.items()
    }
    return _SHEET.format(name=json.dumps(" ".join(name.split())), **dict.fromkeys(SHEET_FIELDS, "") | folded)


def a_card(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """A character card of version 3. texts: by CARD_FIELDS."""
    said = {field: short(text) for field, text in texts.items()}
    entry = {
        "keys": [said.get("book_keys", ""), "the"],
        "content": said.get("book_content", ""),
        "name": said.get("book_name", ""),
        "enabled": True,
        "constant": True,
        "insertion_order": 1,
        "extensions": {"note": said.get("extensions", "")},
        "use_regex": False,
    }
    plain = {field: said.get(field, "") for field in CARD_FIELDS if not field.startswith("book_")}
    return {
        "spec": "chara_card_v3",
        "spec_version": "3.0",
        "data": plain
        | {
            "name": name,
            "alternate_greetings": [plain["alternate_greetings"]],
            "group_only_greetings": [plain["first_mes"]],
            "tags": [plain["tags"]],
            "extensions": {"note": plain["extensions"], plain["extensions"] or "x": {"fabula": 1}},
            "character_book": {"entries": [entry], "name": said.get("book_name", ""), "extensions": {}},
        },
    }


class Character(NamedTuple):
    """A character as a file holds it."""

    name: str
    suffix: str
    text: str

    def write(self, folder: Path, number: int) -> Path:
        """Its file in a folder."""
        file = folder / f"{number:03}{self.suffix}"
        file.write_bytes(self.text.encode("utf-8", "surrogatepass"))
        return file


def characters(texts: Sequence[str], numbers: Iterable[int], *, stride: int = 1) -> list[Character]:
    """Sheets and cards in turn. Pair `n` has text `n * stride + field` in each field, so that with a stride of 1 and as
    many pairs as texts every text stands in every field, and with a long one few pairs hold all texts.
    """
    return [_character(texts, number, stride) for number in numbers]


def _character(texts: Sequence[str], number: int, stride: int) -> Character:
    pair, is_card = divmod(number, 2)
    first = pair * stride + is_card * (stride // 2)
    fields = CARD_FIELDS if is_card else SHEET_FIELDS
    dealt = {field: texts[(first + place) % len(texts)] for place, field in enumerate(fields)}
    name = a_name(texts[(first + len(fields)) % len(texts)], number)
    told = fields[0] if is_card else "about"
    dealt[told] = f"{mark_of(number)} {dealt[told]}"
    if is_card:
        return Character(name, ".json", json.dumps(a_card(name, dealt)))
    return Character(name, ".md", a_sheet(name, dealt))


def mark_of(number: int) -> str:
    """What only the character of that number is told: part of who it is."""
    return f"Nobody may know the word {blake2b(str(number).encode(), digest_size=40).hexdigest()}."


def a_name(text: str, number: int) -> str:
    """A name that nobody else has, with as much of the text as a name may be long."""
    line = " ".join(text.encode("utf-8", "replace").decode().split())[:NAME_CHARACTERS_MAX]
    return f"{line} Rook {number}".strip()


# What must not come out.


def letters_of(text: str) -> str:
    """The letters and digits of a text in one spelling: all that is left of it however it is spaced or marked."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def prompt_sentences() -> list[str]:
    """What the shipped prompts tell a model of its part, word for word: the stretches between their values."""
    campaign, chronicle = files("fabula.environments.campaign"), files("fabula.chronicle")
    texts = [campaign.joinpath(f"prompts/{name}.j2").read_text(encoding="utf-8") for name in ("character", "director")]
    parts = [part for text in texts for part in re.findall(_SYSTEM_SECTION, text)]
    parts.append(chronicle.joinpath("prompts/polish.j2").read_text(encoding="utf-8"))
    sentences = [sentence for part in parts for sentence in re.split(r"{{.*?}}|{%.*?%}|\n", part)]
    return [sentence for sentence in sentences if len(letters_of(sentence)) >= PIECE]


_SYSTEM_SECTION = re.compile(r"^%% system:[^\n]*\n(.*?)(?=^%%|\Z)", re.DOTALL | re.MULTILINE)


def pieces_of(text: str) -> set[str]:
    """Every stretch of PIECE letters."""
    letters = letters_of(text)
    return {letters[at : at + PIECE] for at in range(len(letters) - PIECE + 1)}


def keys_in(data: bytes) -> list[str]:
    """The variables whose keys stand in the bytes - whole, the better half of one, packed or turned round."""
    found = []
    for variable, key in KEYS.items():
        packed = base64.b64encode(key.encode()).decode().rstrip("=")[:-2]
        forms = (key, key[4:24], key[-20:], key[::-1], packed, key.encode().hex(), key.encode("utf-16-le").decode())
        if any(form.encode().lower() in data.lower() for form in forms):
            found.append(variable)
    return found


_STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


def steering_in(text: str) -> list[str]:
    """What steers a terminal, or turns or hides what is read there, with what stands around it."""
    return [ascii(text[max(0, found.start() - 30) : found.end() + 30]) for found in _STEERS.finditer(text)]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[tuple[str, str]] = set()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        self.values += [value or "" for _, value in attrs]

    def handle_pi(self, data: str) -> None:
        self.found.add(("?", data[:40]))

    def handle_comment(self, data: str) -> None:
        self.found.add(("!--", data[:40]))


def elements_in(page: str) -> set[tuple[str, str]]:
    """The elements of a page and the attributes that each has: ("a", "href")."""
    tags = _Tags()
    tags.feed(page)
    tags.close()
    return tags.found


# What was asked.


class Asked(NamedTuple):
    """One request that came to a provider."""

    step: int
    agent: str
    system: str
    others: str
    """All messages but the system's."""
    headers: dict[str, str]
    body: str


def asked(requests: Iterable[Mapping[str, Any]]) -> Iterator[Asked]:
    """The questions among a provider's requests, in OpenAI's form."""
    for request in requests:
        if not request["path"].endswith("/chat/completions"):
            continue
        step, agent, _ = request["headers"]["x-fabula-asked"].split("/")
        messages = json.loads(request["body"])["messages"]
        texts = [(message["role"], message["content"]) for message in messages]
        yield Asked(
            step=int(step),
            agent=unquote(agent),
            system="\n".join(text for role, text in texts if role == "system"),
            others="\n".join(text for role, text in texts if role != "system"),
            headers={name.lower(): value for name, value in request["headers"].items()},
            body=request["body"],
        )
