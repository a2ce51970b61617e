"""The senses of a dialogue's speakers: what each of them meets with by what is said, and how it felt about the others
from the start.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fabula.agents.memory.experience import Experience, Kind
from fabula.agents.persona import Persona
from fabula.agents.plain import one_line
from fabula.engine.values import AgentId, Event, Input
from fabula.environments.dialogue import events as ev
from fabula.environments.dialogue.setting import DialogueSetting
from fabula.environments.pack import bonds_of

WORDS_CHARACTERS_MAX = 600
"""Of what somebody said, that is remembered word for word; the rest is cut off, and an ellipsis says so."""


class _Lived(NamedTuple):
    """What an event is to anybody who perceives it."""

    kind: Kind
    text: str
    importance: float
    deed: str = ""
    doer: str = ""
    to: str = ""
    others: tuple[str, ...] = ()


class DialogueSenses:
    """See fabula.agents.memory.experience.Senses. Made anew for every run, and shown its events from the first."""

    def __init__(self, setting: DialogueSetting) -> None:
        self.turn = 0
        self._setting = setting

    def persona(self, agent: AgentId) -> Persona | None:
        """Who a speaker is."""
        speaker = self._setting.speaker(agent)
        return speaker.persona if speaker else None

    def open_step(self, inputs: Sequence[Input]) -> None:
        """See Senses.open_step. Nothing of it is to be remembered that does not happen."""

    def notice(self, event: Event) -> None:
        """See Senses.notice."""
        if isinstance(event, ev.Said | ev.Passed | ev.Faltered | ev.Called):
            self.turn = event.number

    def experiences(self, event: Event, viewer: AgentId, step: int) -> tuple[Experience, ...]:
        """See Senses.experiences."""
        assert viewer in event.seen_by, "nobody remembers what they did not perceive"
        brought = tuple(self._bonds(viewer, step)) if isinstance(event, ev.Opened) else ()
        lived = _lived(event)
        if lived is None:
            return brought
        experience = Experience(
            kind=lived.kind,
            step=step,
            turn=self.turn,
            text=lived.text,
            deed=lived.deed,
            doer=lived.doer,
            to=lived.to,
            others=tuple(name for name in lived.others if name not in (lived.doer, lived.to)),
            importance=lived.importance,
        )
        return (*brought, experience)

    def _bonds(self, viewer: str, step: int) -> Iterator[Experience]:
        """How the viewer's own sheet says it stands to the others."""
        persona = self.persona(AgentId(viewer))
        others = [name for name in self._setting.names if name != viewer]
        bonds = bonds_of(persona, others) if persona else {}
        for name in sorted(bonds):
            yield Experience(
                kind=Kind.BOND,
                step=step,
                turn=self.turn,
                text=f"{viewer} knew {name}.",
                to=name,
                now=bonds[name] / 100,
                importance=0.1,
            )


def _lived(event: Event) -> _Lived | None:
    """What an event is to those who perceive it; None for what leaves nothing to remember."""
    match event:
        case ev.Opened(topic=topic, title=title, speakers=speakers):
            about = f" about “{_short(topic)}”" if topic else ""
            return _Lived(Kind.WORLD, f"{_listed(speakers)} began to talk{about or _named(title)}.", 0.4)
        case ev.Said(speaker=speaker, text=text, to=to, leaving=leaving):
            return _words(speaker, text, to, 0.55 if leaving or to or "?" in text else 0.4)
        case ev.Called(by=by, speaker=speaker, text=text) if text:
            return _words(by, text, speaker, 0.45)
        case ev.Proposed(speaker=speaker, text=text):
            return _deed(speaker, f"proposed this: “{_short(text)}”", f"propose this: “{_short(text)}”", 0.6)
        case ev.Voted(speaker=speaker, choice=choice) if choice:
            return _deed(speaker, f"voted “{choice}”", f"vote “{choice}”", 0.5)
        case ev.Consented(speaker=speaker, objects_to=numbers, objection=why) if numbers:
            which = f"proposal {_listed([str(number) for number in numbers])}"
            so = f": “{_short(why)}”" if why else ""
            return _deed(speaker, f"objected to {which}{so}", f"object to {which}{so}", 0.6)
        case ev.Settled(how=how, result=result):
            came = f"it by {how}: {_short(result).rstrip('.')}" if result else f"nothing by {how}"
            return _Lived(Kind.WORLD, f"They settled {came}.", 0.8)
        case ev.HandedOver(speaker=speaker):
            return _deed(speaker, "handed over to a person", "hand over to a person", 0.6)
        case _:
            return None


def _words(speaker: str, text: str, to: str, importance: float) -> _Lived:
    whom, said = f" to {to}" if to else "", _short(text)
    return _Lived(
        Kind.WORDS,
        f"{speaker} said{whom}: “{said}”",
        importance,
        deed=f"say{whom}: “{said}”",
        doer=speaker,
        to=to,
    )


def _deed(doer: str, did: str, do: str, importance: float) -> _Lived:
    return _Lived(Kind.DEED, f"{doer} {did}.", importance, deed=do, doer=doer)


def _named(title: str) -> str:
    return f" ({_short(title)})" if title else ""


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= WORDS_CHARACTERS_MAX else line[: WORDS_CHARACTERS_MAX - 1].rstrip() + "…"


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""
