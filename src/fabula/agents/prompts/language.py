"""The language of templates: the part of Jinja that can only say things, and the sandbox it is rendered in.

A template may write values, ask about them (`if`) and go through lists (`for`, two deep). It cannot call, assign,
import, reach an attribute that is no field, or grow: what it may hold, and how often a loop turns, has a bound.
"""

import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fabula.agents.prompts.foreign import defused, shortened
from fabula.engine.values import Action, kind_of
from fabula.errors import did_you_mean

FILTERS_MAX = 120
"""Filters in one template."""
NODES_MAX = 4000
"""Parts of speech in one section."""
DEPTH_MAX = 24
"""How deep they stand within one another."""
LOOPS_MAX = 2
"""Loops within loops."""
EACH_MAX = 64
"""Items one loop goes through."""
TURNS_MAX = 1500
"""Turns of all loops of one section together."""

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Concat,
    nodes.Filter,
    nodes.Test,
    nodes.Keyword,
    nodes.List,
    nodes.Tuple,
)
_COMPILED = "<template>"
"""The file in which Python believes a compiled template to stand."""
_LOOP = frozenset({"first", "last", "index", "index0", "length"})
_TURNS = "turns left"
"""No name that a template could write."""


class LanguageFault(Exception):
    """A template says what templates cannot say; the text is for its author."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def parse(source: str, *, names: Collection[str]) -> nodes.Template:
    """The template as a tree that holds nothing but what is allowed. names: what it is given.

    Raises LanguageFault with the line.
    """
    try:
        tree = SANDBOX.parse(source)
    except TemplateSyntaxError as wrong:
        raise LanguageFault(wrong.lineno, f"{wrong.message or 'this cannot be read'}".rstrip(".") + ".") from wrong
    except (RecursionError, ValueError) as wrong:
        # Brackets without end, a number of ten thousand digits.
        raise LanguageFault(1, "this is too deep, or a number in it too long, to be read.") from wrong
    _check(tree, names)
    _bound_loops(tree)
    return tree


class Section:
    """One section of a template, ready to be rendered."""

    def __init__(self, source: str, *, names: Collection[str]) -> None:
        """source: padded with empty lines above, so that its lines count as those of the whole template.

        Raises LanguageFault.
        """
        self._template = SANDBOX.from_string(parse(source, names=names))

    def render(self, values: Mapping[str, Any], *, characters_max: int) -> str:
        """What it writes with these values, without white space at its ends; what is longer than `characters_max` is
        not written to its end.

        Raises LanguageFault if it asks for what is not there.
        """
        context = Context(SANDBOX, {**values, _TURNS: iter(range(TURNS_MAX))}, self._template.name, {})
        written: list[str] = []
        count = 0
        try:
            for piece in self._template.root_render_func(context):
                written.append(piece)
                count += len(piece)
                if count > characters_max:
                    break
        except (TemplateError, TypeError, ValueError, LookupError) as wrong:
            raise LanguageFault(self._line_of(wrong), f"{wrong}".rstrip(".") + ".") from wrong
        return "".join(written).strip()

    def _line_of(self, failure: Exception) -> int:
        """The line of the template at which it failed."""
        line = 1
        for frame, number in traceback.walk_tb(failure.__traceback__):
            if frame.f_code.co_filename == _COMPILED:
                line = self._template.get_corresponding_lineno(number)
        return line


def deed_in_words(action: Action) -> str:
    """An action as prompts list it: `talk (to: Edda, about: the lamps)`; fields that are empty are left out. Actions
    within it stand one after the other.
    """
    kind = kind_of(type(action).__name__)
    fields = [
        f"{name.strip('_').replace('_', ' ')}: {_in_a_deed(value)}"
        for name, value in zip(action.__struct_fields__, msgspec.structs.astuple(action), strict=True)
        if value and name not in Action.__struct_fields__
    ]
    return f"{kind} ({', '.join(fields)})" if fields else kind


def _in_a_deed(value: Any) -> str:
    if isinstance(value, tuple) and all(isinstance(item, Action) for item in value):
        return ", then ".join(map(deed_in_words, value))
    return str(value)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Knows fields and items, and no attribute of Python's."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, msgspec.Struct):
            known = attribute in obj.__struct_fields__
            return getattr(obj, attribute) if known else self._unknown(obj, attribute)
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self._unknown(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self._unknown(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, Sequence) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self._unknown(obj, str(argument))

    def _unknown(self, obj: Any, name: str) -> Undefined:
        # An undefined thing has no fields, and saying so names the first that was missing.
        return obj if isinstance(obj, Undefined) else self.undefined(obj=obj, name=name)


def _written(value: Any) -> str:
    """How a value stands in a prompt."""
    if isinstance(value, str):
        return defused(value)
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        return f"{round(value, 2):g}"
    if isinstance(value, Action):
        return defused(deed_in_words(value))
    if isinstance(value, Undefined):
        return str(value)  # Raises: it says what is missing.
    raise TypeError(f"{type(value).__name__} cannot be written as it is: write its fields, or join a list")


@pass_context
def _each(context: Context, values: Iterable[Any]) -> Iterator[Any] | list[Any]:
    """The items a loop goes through."""
    if isinstance(values, Undefined):
        return iter(values)
    if not isinstance(values, list | tuple | Mapping):
        raise TypeError(f"a loop goes through a list, and this is {type(values).__name__}")
    items = list(islice(values, EACH_MAX))
    turns = context.parent[_TURNS]
    if len(list(islice(turns, len(items)))) < len(items):
        raise TypeError(f"the loops of this section turn more than {TURNS_MAX:,} times")
    return items


def _most(values: Sequence[Any], count: int) -> Sequence[Any]:
    """The first `count` of a list."""
    return values[: max(0, count)]


def _cut(value: Any, most: int) -> str:
    """A value in at most `most` characters."""
    return shortened(_written(value), most)


def _join(values: Iterable[Any], between: str = ", ") -> str:
    """The items of a list in one text."""
    return between.join(_written(value) for value in islice(values, EACH_MAX))


_FILTERS: dict[str, Callable[..., Any]] = {"cut": _cut, "join": _join, "most": _most}
_OF_JINJA = ("abs", "capitalize", "default", "first", "last", "length", "lower", "upper")
_TESTS = ("defined", "none", "string", "undefined")


def _sandbox() -> _Sandbox:
    sandbox = _Sandbox(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
        cache_size=0,
    )
    sandbox.globals.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in _OF_JINJA} | _FILTERS | {"each": _each}
    sandbox.tests = {name: sandbox.tests[name] for name in _TESTS}
    return sandbox


SANDBOX = _sandbox()


def _check(tree: nodes.Template, names: Collection[str]) -> None:
    count = filters = 0
    waiting: list[tuple[nodes.Node, int, int, frozenset[str]]] = [(tree, 0, 0, frozenset(names))]
    while waiting:
        node, depth, loops, known = waiting.pop()
        count += 1
        filters += isinstance(node, nodes.Filter)
        if depth > DEPTH_MAX or count > NODES_MAX or filters > FILTERS_MAX:
            raise LanguageFault(node.lineno, "this is more than a template may hold. Make it simpler.")
        _check_node(node, known)
        if isinstance(node, nodes.For):
            loops += 1
            if loops > LOOPS_MAX:
                raise LanguageFault(node.lineno, f"loops can stand {LOOPS_MAX} deep, no deeper.")
            known = known | {name.name for name in node.target.find_all(nodes.Name)} | _own(node.target) | {"loop"}
        waiting += [(child, depth + 1, loops, known) for child in node.iter_child_nodes()]


def _own(target: nodes.Node) -> set[str]:
    return {target.name} if isinstance(target, nodes.Name) else set()


def _check_node(node: nodes.Node, known: frozenset[str]) -> None:
    if not isinstance(node, _ALLOWED):
        what = kind_of(type(node).__name__).replace("_", " ")
        raise LanguageFault(node.lineno, f"templates have no {what!r}: they write values, with if and for.")
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        raise LanguageFault(node.lineno, f"nothing is called {node.name!r} here.{did_you_mean(node.name, known)}")
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise LanguageFault(node.lineno, f"{node.attr!r} is no field.")
    if isinstance(node, nodes.Filter) and (node.name == "each" or node.name not in SANDBOX.filters):
        raise LanguageFault(node.lineno, f"there is no filter {node.name!r}.{did_you_mean(node.name, _usable())}")
    if isinstance(node, nodes.Test) and node.name not in SANDBOX.tests:
        raise LanguageFault(node.lineno, f"there is no test {node.name!r}.{did_you_mean(node.name, SANDBOX.tests)}")
    if isinstance(node, nodes.For) and node.recursive:
        raise LanguageFault(node.lineno, "a loop cannot call itself.")


def _usable() -> list[str]:
    return sorted(name for name in SANDBOX.filters if name != "each")


def _bound_loops(tree: nodes.Template) -> None:
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, "each", [], [], None, None, lineno=loop.lineno)
        loop.iter.set_environment(SANDBOX)
