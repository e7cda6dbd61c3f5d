"""Functions applied to each of many: sapply, lapply, apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sitpy.translate.emit import uses
from sitpy.translate.emit.code import ATOM, Code, Linear
from sitpy.translate.emit.functions import anonymous, dot_argument, is_constant, kind_of, scope_of
from sitpy.translate.emit.kinds import ANY, COUNT, FUNCTION, LIST, VECTOR, Kind
from sitpy.translate.emit.operators import range_ends
from sitpy.translate.emit.registry import CALLS, Given, Untranslated, matched, translates
from sitpy.translate.nodes import (
    Argument,
    Block,
    Call,
    Constant,
    Function,
    Name,
    Node,
    Parameter,
    Text,
    bare,
    walk,
)

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter

TRUE = (Constant("TRUE"), Name("T"))

ROLLING = {"runMean": "mean", "runSD": "std", "runSum": "sum", "runMin": "min", "runMax": "max"}
"""Functions of the R package TTR over a window, and how pandas calls them."""

# functions handed over as values: the Python that does the same on one vector
AS_VALUES = {
    "mean": "np.mean",
    "sum": "np.sum",
    "max": "np.max",
    "min": "np.min",
    "prod": "np.prod",
    "median": "np.median",
    "abs": "np.abs",
    "sqrt": "np.sqrt",
    "exp": "np.exp",
    "log": "np.log",
    "floor": "np.floor",
    "cumsum": "np.cumsum",
    "sd": "lambda x: np.std(x, ddof=1)",
    "var": "lambda x: np.var(x, ddof=1)",
    "length": "r.len",
    "SMA": "lambda x, n=10: x.rolling(n).mean()",
    **{name: f"lambda x, n=10: x.rolling(n).{method}()" for name, method in ROLLING.items()},
}


def function_code(emitter: Emitter, node: Node, kinds: Sequence[Kind]) -> tuple[Code, Kind]:
    """A function that is handed over and what it returns for arguments of these kinds."""
    inner = bare(node)
    own = emitter.script.found.functions
    if isinstance(inner, Function):
        made = anonymous(emitter, inner, kinds, immediate=True)
        return made, _result_of(emitter, inner, kinds)
    if isinstance(inner, Text):
        inner = Name(inner.value, at=inner.at)
    if isinstance(inner, Name) and inner.name in own:
        facts = own[inner.name]
        for parameter, kind in zip(facts.node.parameters, kinds):
            facts.see(parameter.name, kind)
        for parameter in facts.node.parameters[len(kinds) :]:
            default = parameter.default if is_constant(parameter.default) else None
            facts.see(parameter.name, kind_of(emitter, default))
        known = emitter.script.known.functions.get(inner.name)
        return Code(emitter.python(inner.name), FUNCTION), (known.result if known and known.result else ANY)
    known_name = isinstance(inner, Name) and inner.name in CALLS and not emitter.scope.has(inner.name)
    if isinstance(inner, Name) and known_name and inner.name not in AS_VALUES:
        one = Call(inner, (Argument(None, Name("x")),), at=inner.at, end=inner.end)
        return function_code(emitter, Function((Parameter("x"),), one, at=inner.at, end=inner.end), kinds)
    made = emitter.code(inner)
    single = isinstance(inner, Name) and inner.name in (
        "mean",
        "sum",
        "max",
        "min",
        "prod",
        "median",
        "sd",
        "var",
        "length",
    )
    return made, Kind("number", 0) if single else ANY


def _result_of(emitter: Emitter, node: Function, kinds: Sequence[Kind]) -> Kind:
    inner = type(emitter)(emitter.script, scope_of(emitter, node, immediate=True))
    for parameter, kind in zip(node.parameters, kinds):
        inner.scope.kinds[parameter.name] = kind
    body = node.body
    while isinstance(body, Block) and len(body.statements) == 1:
        body = body.statements[0]
    mark = emitter.script.mark()
    try:
        return inner.code(body).kind
    except Untranslated:
        return ANY
    finally:
        emitter.script.back(mark)


def _extra(emitter: Emitter, given: Given) -> str:
    if any(argument.name == "na.rm" for argument in given.dots):
        raise Untranslated("na.rm is not handed on; write function(x) f(x, na.rm = TRUE)")
    return "".join(f", {dot_argument(emitter, argument)}" for argument in given.dots)


@translates("sapply", "vapply")
def _sapply(emitter: Emitter, node: Call) -> Code:
    formals = ("X", "FUN", "FUN.VALUE", "...") if node.name == "vapply" else ("X", "FUN", "...")
    given = matched(node, *formals)
    given.dots = [argument for argument in given.dots if argument.name not in ("USE.NAMES", "simplify")]
    inline = None if given.dots else _comprehension(emitter, given)
    if inline is not None and inline.kind.rank == 0 and inline.kind.of in ("number", "logical", "text"):
        return Code(f"np.array([{inline}])", inline.kind.with_(rank=1, positive=False), fresh=True)
    values, function, result = _over(emitter, given)
    kind = result.with_(rank=1, missing=True) if result.rank == 0 and _no_names(values) else ANY
    return Code(f"like_r.sapply({values}, {function}{_extra(emitter, given)})", kind, fresh=True)


@translates("lapply")
def _lapply(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "X", "FUN", "...")
    inline = None if given.dots else _comprehension(emitter, given)
    if inline is not None:
        return Code(f"r.list(*[{inline}])", LIST, fresh=True)
    values, function, _ = _over(emitter, given)
    return Code(f"like_r.lapply({values}, {function}{_extra(emitter, given)})", LIST, fresh=True)


def _no_names(values: Code) -> bool:
    return values.kind.plain


def _over(emitter: Emitter, given: Given) -> tuple[Code, Code, Kind]:
    if "X" not in given or "FUN" not in given:
        raise Untranslated("values and a function are needed")
    values = emitter.code(given["X"])
    function, result = function_code(emitter, given["FUN"], [element_of(values)])
    return values, function, result


def element_of(values: Code) -> Kind:
    """What is known of each of many values."""
    kind = values.kind
    known = kind.of in ("number", "logical", "text") and kind.rank is not None
    return kind.with_(rank=0, labelled=False) if known else ANY


def _comprehension(emitter: Emitter, given: Given) -> Code | None:
    """``body for x in values`` where the values are a plain vector and the function is known."""
    if "X" not in given or "FUN" not in given:
        return None
    function, values = bare(given["FUN"]), emitter.code(given["X"])
    if not values.kind.plain or values.kind.rank != 1:
        return None
    if isinstance(function, Function):
        return _inlined(emitter, function, given["X"], values)
    named = isinstance(function, Name) and function.name in emitter.script.found.functions
    if not named:
        return None
    code, result = function_code(emitter, function, [element_of(values)])
    ends = range_ends(emitter, given["X"])
    text = f"range({ends[0]}, {ends[1] + 1})" if ends is not None else values.text
    variable = "x" if "x" not in text else "each"
    return Code(f"{code}({variable}) for {variable} in {text}", result)


def _inlined(emitter: Emitter, node: Function, over: Node, values: Code) -> Code | None:
    body = node.body
    while isinstance(body, Block) and len(body.statements) == 1:
        body = body.statements[0]
    plain = len(node.parameters) == 1 and node.parameters[0].name != "..." and not isinstance(body, Block)
    if not plain or any(isinstance(part, Function) for part in walk(body)):
        return None
    name = node.parameters[0].name
    scope = scope_of(emitter, node, immediate=True)
    inner = type(emitter)(emitter.script, scope)
    scope.kinds[name] = element_of(values)
    ends, text = range_ends(emitter, over), values.text
    if ends is not None:
        only = uses.position_only([body], name)
        first, last = (ends[0] + -1, ends[1]) if only else (ends[0], ends[1] + 1)
        scope.kinds[name] = COUNT
        scope.lows[name] = ends[0].least
        if only:
            scope.zero_based.add(name)
        text = f"range({last})" if first == Linear() else f"range({first}, {last})"
    elif values.items is not None:
        text = f"[{', '.join(map(str, values.items))}]"
    try:
        made = inner.code(body)
    except Untranslated:
        return None
    named = {part.name for part in walk(body) if isinstance(part, Name)}
    if not made.fresh and made.kind.rank != 0 and named & emitter.script.changed:
        made = Code(f"{made.at(ATOM)}.copy()" if made.kind.array else f"deepcopy({made})", made.kind, fresh=True)
    return Code(f"{made} for {emitter.python(name)} in {text}", made.kind)


_ALONG = {"mean", "sum", "max", "min"}
_ALONG_NUMPY = {"sd": "np.std({}, axis={}, ddof=1)", "var": "np.var({}, axis={}, ddof=1)"}
_ALONG_NUMPY |= {"median": "np.median({}, axis={})", "prod": "np.prod({}, axis={}, dtype=float)"}


@translates("apply")
def _apply(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "X", "MARGIN", "FUN", "...")
    if any(name not in given for name in ("X", "MARGIN", "FUN")):
        raise Untranslated("apply needs a matrix, a margin and a function", node)
    values, margin, function = emitter.code(given["X"]), emitter.code(given["MARGIN"]), bare(given["FUN"])
    if margin.text not in ("1", "2"):
        raise Untranslated("apply over another margin than 1 or 2 is not known", node)
    name = function.name if isinstance(function, Name) else ""
    reduces = name in _ALONG | _ALONG_NUMPY.keys() and name not in emitter.script.found.functions
    skip = [argument.name for argument in given.dots] == ["na.rm"] and given.dots[0].value in TRUE
    known = values.kind.rank == 2 and (values.kind.labelled or values.kind.plain)
    if known and reduces and margin.text in ("1", "2") and (skip or not given.dots):
        return along(values, name, 1 if margin.text == "1" else 0, skip)
    code, result = function_code(
        emitter, given["FUN"], [Kind("number", 1, labelled=False, missing=values.kind.missing)]
    )
    kind = VECTOR.with_(missing=True, labelled=values.kind.labelled) if result.rank == 0 else ANY
    if not values.kind.plain and not values.kind.labelled:
        kind = ANY
    return Code(f"like_r.apply({values}, {margin}, {code}{_extra(emitter, given)})", kind, fresh=True)


def along(values: Code, name: str, axis: int, skip: bool = False) -> Code:
    """A reduction of every row (axis 1) or every column (axis 0); with `skip` what is missing is left out."""
    kind = VECTOR.with_(missing=values.kind.missing and not skip, labelled=values.kind.labelled, some=values.kind.some)
    if values.kind.labelled:
        options = ["axis=1"] if axis else []
        options += [] if skip or not values.kind.missing else ["skipna=False"]
        method = {"sd": "std"}.get(name, name)
        return Code(f"{values.at(ATOM)}.{method}({', '.join(options)})", kind, fresh=True)
    if skip:
        function = {"sd": "np.nanstd({}, axis={}, ddof=1)", "var": "np.nanvar({}, axis={}, ddof=1)"}.get(name)
        return Code((function or f"np.nan{name}({{}}, axis={{}})").format(values, axis), kind, fresh=True)
    if name in _ALONG:
        return Code(f"{values.at(ATOM)}.{name}(axis={axis})", kind, fresh=True)
    return Code(_ALONG_NUMPY[name].format(values, axis), kind, fresh=True)


@translates("rowSums", "colSums", "rowMeans", "colMeans")
def _margins(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "na.rm")
    values = emitter.code(given["x"])
    axis, name = (1 if node.name.startswith("row") else 0), ("sum" if node.name.endswith("Sums") else "mean")
    if values.kind.rank == 2 and (values.kind.plain or values.kind.labelled):
        return along(values, name, axis, "na.rm" in given and bare(given["na.rm"]) in TRUE)
    if values.kind.rank is None:
        skip = "nan" if "na.rm" in given and bare(given["na.rm"]) in TRUE else ""
        return Code(f"like_r.apply({values}, {2 - axis}, np.{skip}{name})", ANY, fresh=True)
    raise Untranslated(f"{node.name} of something that is not known to be a matrix", node)


@translates("do.call")
def _do_call(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "what", "args")
    what = bare(given["what"])
    name = what.value if isinstance(what, Text) else what.name if isinstance(what, Name) else ""
    values = emitter.code(given["args"])
    if name in ("rbind", "cbind", "c") and values.kind.of in ("list", "any"):
        return Code(f"r.{name}(*{values.at(ATOM)})", ANY, fresh=True)
    raise Untranslated(f"do.call of {name or 'this'} is not known", node)


@translates("Reduce")
def _reduce(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "f", "x", "init")
    raise Untranslated("Reduce is not known", given["f"])
