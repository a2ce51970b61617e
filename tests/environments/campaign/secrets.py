"""Secrets: finds what an agent cannot know in texts that it, or whoever speaks for it, was given or wrote.

A `SecretWatch` follows a campaign's events and knows at every moment which wordings of which secrets have come to whom:
by what it knew from the start, by what it learned, by what was said before its ears. `leaks` then finds, in any texts -
a memory, a recollection, an outlook, a prompt, an agent's own words - a run of FRAGMENT_WORDS words that stands in some
wording of a secret, true or twisted, and in nothing that the agent has met with.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from fabula.engine.values import Event
from fabula.environments.campaign.events import Attempted, Learned, Persuaded, Spoke, Threatened
from fabula.environments.campaign.setting import Setting

FRAGMENT_WORDS = 6

_Fragment = tuple[str, ...]
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SAID = (Attempted, Persuaded, Spoke, Threatened)
"""Events in which somebody's own words are heard."""


class SecretWatch:
    """Who may know which wordings of a setting's secrets."""

    def __init__(self, setting: Setting) -> None:
        bare = msgspec.structs.replace(setting, secrets=(), characters=())
        names = [secret.name for secret in setting.secrets]
        # What stands in the setting apart from its secrets gives none away: descriptions, complications, and the like.
        public = set(_all_fragments([*_strings(msgspec.to_builtins(bare)), *names]))
        self._wordings = {
            fragment: text
            for secret in setting.secrets
            for text in (secret.truth, *secret.twisted)
            for fragment in _fragments(text)
            if fragment not in public
        }
        truths = {secret.name: secret.truth for secret in setting.secrets}
        self._seen: dict[str, frozenset[_Fragment]] = {}
        self._known: dict[str, set[_Fragment]] = {}
        for character in setting.characters:
            brought = [*(truths[name] for name in character.knows), *(aim.text for aim in character.aims)]
            self._known[character.persona.name] = self._telling(brought)

    def heed(self, events: Iterable[Event]) -> None:
        """Take note of what came to whom."""
        for event in events:
            if isinstance(event, Learned) or (isinstance(event, _SAID) and event.text):
                self._let_know(event.seen_by, event.text)

    def leaks(self, agent: str, texts: Iterable[str], *, own: Iterable[str] = ()) -> list[str]:
        """The wordings of which something stands in the texts that the agent cannot know. own: texts that it may know
        besides, as its own character sheet.
        """
        found = self._telling(texts) - self._known.get(agent, set()) - self._telling(own)
        return sorted({self._wordings[fragment] for fragment in found})

    def _let_know(self, agents: Iterable[str], text: str) -> None:
        for agent in agents:
            self._known.setdefault(agent, set()).update(self._telling([text]))

    def _telling(self, texts: Iterable[str]) -> set[_Fragment]:
        """What in the texts is of a secret."""
        return {fragment for text in texts for fragment in self._telling_of(text)}

    def _telling_of(self, text: str) -> frozenset[_Fragment]:
        found = self._seen.get(text)
        if found is None:
            found = frozenset(fragment for fragment in _fragments(text) if fragment in self._wordings)
            self._seen[text] = found
        return found


def texts_in(*values: Any) -> list[str]:
    """Every string in structs, mappings and sequences, keys too."""
    return [text for value in values for text in _strings(json.loads(msgspec.json.encode(value)))]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _all_fragments(texts: Iterable[str]) -> Iterator[_Fragment]:
    for text in texts:
        yield from _fragments(text)


def _fragments(text: str) -> Iterator[_Fragment]:
    """Every run of FRAGMENT_WORDS words of a text; of a shorter one all of it."""
    words = _WORD.findall(text.casefold())
    for at in range(max(1, len(words) - FRAGMENT_WORDS + 1)):
        yield tuple(words[at : at + FRAGMENT_WORDS])
