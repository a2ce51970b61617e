"""Foreign: telling other formats and other languages from prose and JSON in the language that was asked for."""

import re
from typing import Any

LOOKED_AT_MAX = 2_000

_MARKUP = re.compile(r"\A\s*(?:<\?xml|<!DOCTYPE|<[a-zA-Z][\w:-]{0,40}(?:\s[^<>]{0,200})?/?>)|</[a-zA-Z][\w:-]{0,40}>")
_CALL = re.compile(
    r"\A\s*(?:await\s+|return\s+|print\s*\(|\w+\s*=\s*)?[A-Za-z_][\w.]{0,60}\((?=[^)]*\)?)[^\n]{0,400}\)?;?\s*\Z"
)
_CODE = re.compile(
    r"^[ \t]*(?:def \w+\(|class \w+|import \w+|from \w+ import|function\b.{0,40}\(|const \w+ =|let \w+ =|var \w+ =|"
    r"#include|SELECT .{1,80} FROM|if __name__|public \w+ \w+|#!/)",
    re.MULTILINE,
)
_FENCED = re.compile(r"\A\s*(?:```|~~~)")
_ENCODED = re.compile(r"(?:[A-Za-z0-9+/_-]{4}){4,}={0,2}|[A-Za-z0-9+/_-]{18,}={1,2}|(?:[0-9a-fA-F]{2}){16,}")
_TABLE = re.compile(r"^[ \t]*\|.{1,400}\|[ \t]*\n[ \t]*\|[ \t:|-]{3,400}$", re.MULTILINE)
_YAML = re.compile(r"\A(?:---[ \t]*\n)?[\w -]{1,40}:(?:[ \t].{0,400})?\n[ \t]*(?:- )?[\w -]{1,40}:", re.ASCII)
_SPREADSHEET = re.compile(r"\A[^\n,]{1,40}(?:,[^\n,]{1,40}){2,20}\n[^\n,]{0,80}(?:,[^\n,]{0,80}){2,20}")

_ABROAD = frozenset(
    "acción accion acciones texto objetivo razón razon motivo pensamientos destino elección eleccion opción opcion "
    "cible raison texte pensées pensees choix but parole paroles "
    "aktion ziel grund gedanken auswahl wahl handlung begründung begruendung antwort "
    "azione obiettivo bersaglio ragione testo pensieri scelta "
    "ação acao alvo razão razao pensamentos escolha "
    "actie doel reden tekst gedachten keuze "
    "akcja cel powód powod tekst myśli mysli wybór wybor "
    "åtgärd handling mål eylem hedef neden metin".split()
)
"""Names of fields, such as an answer has, in languages written in Latin letters."""


def is_other_format(text: str) -> bool:
    """Whether a text without JSON and labels is markup, code, a call, YAML, a table or an encoding."""
    head = text[:LOOKED_AT_MAX].strip()
    patterns = (_MARKUP, _CODE, _FENCED, _TABLE, _YAML, _SPREADSHEET)
    if any(pattern.search(head) for pattern in patterns) or _CALL.match(head) is not None:
        return True
    return _is_encoded(head)


def _is_encoded(text: str) -> bool:
    mixed = any(sign.isdigit() or sign in "+/=" for sign in text) and any(sign.isupper() for sign in text)
    return _ENCODED.fullmatch(text) is not None and (mixed or len(text) >= 32)


def is_other_script(text: str) -> bool:
    """Whether most letters of a text are other than Latin."""
    letters = [sign for sign in text[:LOOKED_AT_MAX] if sign.isalpha()]
    foreign = sum(1 for letter in letters if not _is_latin(letter))
    return foreign * 2 > len(letters)


def has_foreign_names(value: Any) -> bool:
    """Whether the names of an object's fields are not English."""
    if not isinstance(value, dict):
        return False
    names = [name for name in list(value)[:64] if any(sign.isalpha() for sign in name)]
    return any(name.casefold() in _ABROAD or is_other_script(name) for name in names)


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" or "\uff21" <= letter <= "\uff5a"
