"""What a deed comes to, and how the people and things it names are found."""

from collections.abc import Sequence
from typing import NamedTuple

from fabula.environments.campaign import names
from fabula.environments.campaign.events import Outcome
from fabula.environments.campaign.scene import Refusal, Scene
from fabula.environments.campaign.state import Agent
from fabula.errors import did_you_mean


class Done(NamedTuple):
    """How a deed went."""

    outcome: Outcome
    targets: tuple[str, ...] = ()
    """Whom and what it was about; clocks may be moved by that."""


def person(scene: Scene, doer: Agent, text: str) -> Agent:
    """The other agent, perceived by the doer at its place, that `text` names. Raises Refusal."""
    others = scene.visible(doer)
    name = names.find(text, others)
    if name is None:
        raise Refusal(f"nobody called {quoted(text)} is here.{did_you_mean(text[: names.NAME_MAX], others)}")
    return scene.state.agents[name]


def thing_of(scene: Scene, doer: Agent, text: str) -> str:
    """The object carried by the doer that `text` names. Raises Refusal."""
    carried = scene.carried(doer.name)
    name = names.find(text, carried)
    if name is None:
        raise Refusal(f"{doer.name} carries no {quoted(text)}.{did_you_mean(text[: names.NAME_MAX], carried)}")
    return name


def one_of(text: str, known: Sequence[str], otherwise: str) -> str:
    """The one of the known names that `text` means. Raises Refusal: `otherwise`, and the nearest name."""
    name = names.find(text, known)
    if name is None:
        raise Refusal(f"{otherwise}.{did_you_mean(text[: names.NAME_MAX], known)}")
    return name


def quoted(text: str) -> str:
    """What an agent wrote, fit for a log."""
    return repr(names.clean(text, most=names.NAME_MAX))
