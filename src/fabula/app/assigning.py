"""Assigning: from what a person asks for - a model for all, one for Edda, rules for the director - to the commands that
seat those minds.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

import msgspec

from fabula.app.naming import agent_called
from fabula.engine import RULES, AgentId, Assign, Take
from fabula.errors import UsageError, did_you_mean
from fabula.llm.keys import key_of, key_variables
from fabula.llm.naming import Rules, read_models
from fabula.llm.values import ModelName
from fabula.settings import ModelSettings, Settings

EVERYONE = AgentId("")
GROUP = "fabula.minds"
PERSON, MIND, BUS = "person:", "mind:", "bus:"
"""How the names of minds begin that are no models."""

HERE = PERSON + "you"
"""Whoever sits at the terminal that plays the run."""

BUS_NAME_LETTERS_MAX = 100

OFFSTAGE = frozenset({"chronicler"})
"""Roles that sit in no seat: their models are asked outside the run."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which minds a person asked for on the command line; what is empty is left to the settings."""

    default: str = ""
    """A list of models, for everyone whom nothing else names."""
    by_name: dict[str, str] = {}
    """Agent, or a role (`director`, `chronicler`) -> a list of models, `rules`, `mind:NAME`, `person:NAME`,
    `bus:NAME`.
    """


def read_wanted(models: Iterable[str], minds: Iterable[str] = ()) -> Wanted:
    """What `--model [NAME=]MODEL…` and `--mind NAME=MIND` ask for. Raises UsageError."""
    default, by_name = "", {}
    for given in models:
        name, named, model = given.partition("=")
        # `=` may stand in an address: `openai@http://127.0.0.1:1/v1?a=b:m` names nobody.
        if named and ":" not in name and "/" not in name:
            by_name[name.strip()] = model.strip()
        elif default:
            raise UsageError(f"--model {given}: {default!r} is the model of all already; give NAME=MODEL for one")
        else:
            default = given.strip()
        check_not_here(model if name.strip() in by_name else given, f"--model {given}")
    for given in minds:
        name, named, mind = given.partition("=")
        if not named or not name.strip() or not mind.strip():
            raise UsageError(f"--mind {given}: give NAME=MIND, such as Edda=rules or director=anthropic:…")
        check_not_here(mind, f"--mind {given}")
        by_name[name.strip()] = mind.strip()
    return Wanted(default=default, by_name=by_name)


def assignments(
    wanted: Wanted, settings: ModelSettings, *, agents: Sequence[AgentId], roles: Mapping[str, AgentId]
) -> tuple[Assign, ...]:
    """The commands that seat everybody as wanted; nothing for those whom rules decide for anyway.

    agents: who can be named. roles: role -> the seat it is, such as `director`. Raises UsageError for a name that
    nobody has.
    """
    everyone = wanted.default or settings.default
    named = {seat: getattr(settings, role, "") for role, seat in roles.items()}
    # The settings name agents of many packs; those who are not in this one are left out.
    named |= {AgentId(name): mind for name, mind in settings.agents.items() if name in agents}
    named |= {agent_called(name, agents): mind for name, mind in wanted.by_name.items() if name not in OFFSTAGE}
    seats = [Assign(agent=EVERYONE, mind=everyone)] if everyone != RULES else []
    seats += [Assign(agent=seat, mind=mind) for seat, mind in sorted(named.items()) if mind and mind != everyone]
    return tuple(seats)


def models_of(name: str) -> tuple[ModelName, ...]:
    """The models of a list in which rules may stand last: they answer anyway when no model does. Raises UsageError."""
    return tuple(model for model in read_models(name) if not isinstance(model, Rules))


def check_seats(
    seats: Iterable[Assign], settings: ModelSettings, environ: Mapping[str, str], *, own: Collection[str] = ()
) -> list[str]:
    """What a person should know of the models they asked for: which lack a key, a sentence each.

    own: names of minds that are had besides those installed. Raises UsageError for a name that cannot be read, for a
    mind that is not installed, and for a list of which no model can be asked.
    """
    told: dict[str, None] = {}
    for name in dict.fromkeys(seat.mind for seat in seats):
        if name == RULES or name.startswith((PERSON, BUS)):
            continue
        if name.startswith(MIND):
            mind_installed(name.removeprefix(MIND), own=own)
            continue
        models = models_of(name)
        unready = [need for model in models if (need := _need(model, settings, environ))]
        if models and len(unready) == len(models):
            raise UsageError("\n".join(unready))
        told |= dict.fromkeys(unready)
    return list(told)


def check_mind(name: str, settings: ModelSettings, environ: Mapping[str, str]) -> None:
    """Raises UsageError if a mind of that name cannot be had: a list of models that cannot be read or asked, or whoever
    plays the run, who sits where they sat at its beginning.
    """
    check_not_here(name, f"--mind {name}")
    check_seats([Assign(agent=EVERYONE, mind=name)], settings, environ)


def check_not_here(mind: str, given: str) -> None:
    """Raises UsageError if that mind is whoever plays the run. given: what asked for it."""
    if mind.strip() == HERE:
        raise UsageError(f"{given}: that is whoever plays the run, who is seated with --as; name another mind")


def ask_models(seats: Iterable[Assign]) -> bool:
    """Whether a model will be asked in any of these seats."""
    return not all(seat.mind == RULES or seat.mind.startswith((PERSON, MIND, BUS)) for seat in seats)


def name_on_bus(mind: str, settings: Settings) -> str:
    """The name on the bus of a mind called `bus:NAME`. Raises UsageError if it has none, or nobody could be asked."""
    name = mind.removeprefix(BUS)
    if not name or len(name) > BUS_NAME_LETTERS_MAX or not name.isprintable():
        raise UsageError(
            f"{mind!r:.80}: a mind on the bus has a name of 1 to {BUS_NAME_LETTERS_MAX} letters: bus:oracle"
        )
    if settings.bus.url.get_secret_value().startswith("memory:"):
        raise UsageError(
            f"{mind}: on a bus within this process nobody else can answer. Set FABULA_BUS__URL (or bus.url) to the bus "
            "that the other program is on, such as redis://127.0.0.1:6379/0"
        )
    return name


def check_bus(seats: Iterable[Assign | Take], settings: Settings) -> None:
    """Raises UsageError if a seat is for a mind on the bus that cannot be asked. No server is called."""
    named = [seat.mind for seat in seats if seat.mind.startswith(BUS)]
    for mind in named:
        name_on_bus(mind, settings)
    if named:
        # Loads a library for the bus that is meant, which playing without one does not need.
        import_module("fabula.bus.opening").open_bus(settings.bus.url.get_secret_value())


def check_memory(seats: Iterable[Assign], settings: Settings, environ: Mapping[str, str]) -> None:
    """Raises UsageError if models are asked and what finds their agents' memories cannot be had."""
    if settings.memory.embedder != "ngrams" and ask_models(seats):
        # Loads what memories need, which playing by rules does not.
        import_module("fabula.app.embedders").check_embedder(settings, environ)


def mind_installed(name: str, *, own: Collection[str] = ()) -> EntryPoint | None:
    """The entry point of a mind that others registered under `fabula.minds`; None for one of one's own.

    Raises UsageError if there is none of that name.
    """
    if name in own:
        return None
    registered = {point.name: point for point in entry_points(group=GROUP)}
    if name not in registered:
        known = {*registered, *own}
        hint = did_you_mean(name, known) if known else f" None is: packages bring them under {GROUP!r}."
        raise UsageError(f"no mind {name!r} is installed.{hint}")
    return registered[name]


def _need(model: ModelName, settings: ModelSettings, environ: Mapping[str, str]) -> str:
    variables = key_variables(model, settings, environ)
    if not variables or key_of(model, settings, environ) is not None:
        return ""
    return f"{model} needs a key: set {' or '.join(variables)} in the environment."
