"""How foreign text stands in Markdown without meaning anything to it."""

import re

_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]|~#$]")
_LINE_STARTS = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])")
_ADDRESS = re.compile(r"(?<=\w)(:)(?=//)|(?<=www)(\.)|(?<=\w)(@)(?=\w)", re.IGNORECASE)


def escaped(text: str) -> str:
    """The text so that Markdown shows it letter for letter: no markup, no HTML, no link of its own."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _MEANS_SOMETHING.sub(r"\\\g<0>", safe)
    safe = _ADDRESS.sub(lambda match: f"&#{ord(match[0])};", safe)
    return _LINE_STARTS.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", safe)
