"""Calls of SIT's functions: the same name with underscores, the arguments in an order that Python takes."""

from __future__ import annotations

import inspect
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from sitpy.names import HELPERS, R_NAMES
from sitpy.translate.emit.code import Code, bracketed, quoted
from sitpy.translate.emit.functions import anonymous
from sitpy.translate.emit.kinds import (
    ANY,
    CONSTRAINTS,
    DATA,
    FRONTIER,
    FUNCTION,
    IA,
    LIST,
    MATRIX,
    OHLC,
    POSITIONS,
    PRICES,
    STRATEGIES,
    TEXT,
    VECTOR,
    Kind,
)
from sitpy.translate.emit.operators import after_zero, zero_text
from sitpy.translate.emit.registry import Given, Untranslated, matched, translates
from sitpy.translate.nodes import Call, Function, Name, Node, Text, bare
from sitpy.translate.prices_file import reading_options

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter

# parameters that are positions, which count from 0 in Python
_POSITIONS = {
    "delete.constraints": ("index",),
    "create.ia": ("index",),
    "create.ia.subset": ("index",),
    "bt.prep.remove.symbols": ("index",),
    "solve.QP.bounds": ("binary_vec",),
    "solve.LP.bounds": ("binary_vec",),
    "set.risky.asset": ("risk_index",),
}
_GIVES_POSITIONS = {"get.risky.asset.index", "lookup.index", "dates2index", "find.maximum.distance.point"}
_TAKES_PRICES = {"aa.test.create.ia", "aa.test.create.ia.country", "aa.test.create.ia.custom"}
_FACTORIES = {
    "target.return.portfolio", "target.risk.portfolio", "risk.parity.portfolio", "max.sharpe.portfolio",
    "static.weight.portfolio", "ef.portfolio", "min.corr", "min.corr2", "min.corr.excel", "min.var.excel", "min.var2",
    "min.cvar", "min.cdar", "min.risk.downside", "min.mad.downside", "static.group", "cluster.group.FTCA",
    "distribute.weights", "rso.portfolio", "create.ia.period", "create.ia.averaged", "random.hist",
    "random.hist.weight", "get.algo", "get.group", "cov.shrink", "shrink.diag", "shrink.const.cor",
    "shrink.single.index", "shrink.two.parameter",
}  # fmt: skip
_ALWAYS_A_NUMBER = {
    *("portfolio.return", "portfolio.risk", "portfolio.mad", "portfolio.maxloss", "portfolio.var"),
    *("portfolio.risk.downside", "portfolio.mad.downside", "portfolio.gini.coefficient"),
}
_NEW_CONSTRAINTS = {False: ("A", "b", "type", "lb", "ub"), True: ("n", "A", "b", "type", "lb", "ub")}


@cache
def formals_of(name: str) -> tuple[str, ...]:
    """The parameters of a function of sitpy, in order, ``...`` among them; those that only Python has are left out."""
    import sitpy

    module = sitpy.r if name in R_NAMES[HELPERS] else sitpy
    signature = inspect.signature(getattr(module, name.replace(".", "_")))
    kinds = inspect.Parameter
    own = [p for p in signature.parameters.values() if p.kind not in (kinds.VAR_KEYWORD,)]
    return tuple("..." if p.kind == kinds.VAR_POSITIONAL else p.name for p in own)


def takes_any_name(name: str) -> bool:
    """Whether a function takes arguments of any name."""
    import sitpy

    module = sitpy.r if name in R_NAMES[HELPERS] else sitpy
    signature = inspect.signature(getattr(module, name.replace(".", "_")))
    return any(p.kind == inspect.Parameter.VAR_KEYWORD for p in signature.parameters.values())


@translates("*toolbox*")
def call_of_toolbox(emitter: Emitter, node: Call) -> Code:
    """A call of a function of SIT."""
    name = node.name
    renamed = replace(
        node,
        arguments=tuple(
            replace(argument, name=_python_argument(argument.name)) if argument.name else argument
            for argument in node.arguments
        ),
    )
    formals = _formals(emitter, renamed)
    if takes_any_name(name) and "..." not in formals and name != "new.constraints":
        formals = (*formals, "...")
    given = matched(renamed, *formals)
    texts, positional = [], True
    for formal in formals:
        if formal == "...":
            texts += [_argument(emitter, name, "", argument.value) for argument in given.dots if argument.name is None]
        elif formal in given:
            text = _argument(emitter, name, formal, given[formal])
            named = any(argument.name and given[formal] is argument.value for argument in renamed.arguments)
            positional = positional and (not named or _must_be_positional(given, formals, formal, renamed))
            texts.append(text if positional else f"{formal}={text}")
        else:
            positional = False
    for argument in given.dots:
        if argument.name is not None:
            texts.append(f"{argument.name}={_argument(emitter, name, argument.name, argument.value)}")
    if name in _TAKES_PRICES and emitter.script.prices is not None and "prices" not in given:
        read_prices(emitter)
        texts.append("prices" if name == "aa.test.create.ia" and not texts else "prices=prices")
    made = Code(f"{emitter.from_toolbox(name)}({', '.join(texts)})", _result(emitter, name, given), fresh=True)
    if name.startswith("plot") or name == "strategy.performance.snapshoot":
        emitter.script.unsaved = True
    if name in _GIVES_POSITIONS:
        return after_zero(Code(made.text, POSITIONS, fresh=True), POSITIONS)
    return made


@translates("plotbt.custom.report.part1", "plotbt.custom.report.part2", "plotbt.custom.report.part3")
def _part_of_report(emitter: Emitter, node: Call) -> Code:
    emitter.script.note(node.at.line, f"{node.name}: sitpy draws all parts of the report on one page")
    return call_of_toolbox(emitter, replace(node, function=Name("plotbt.custom.report", at=node.at)))


def read_prices(emitter: Emitter, symbols: str | None = None, start: str | None = None) -> None:
    """The table of prices, once, before the statement that needs it."""
    script = emitter.script
    if script.prices_read:
        return
    script.prices_read = True
    if script.prices is not None:
        options = "".join(f", {name}={quoted(value)}" for name, value in reading_options(script.prices).items())
        script.pending.append(f"prices = pd.read_csv({quoted(script.prices)}, index_col=0, parse_dates=True{options})")
    else:
        since = f", {start}" if start is not None else ""
        script.pending.append(f"prices = yahoo_prices({symbols}{since})")


def _python_argument(name: str) -> str:
    return {"return": "return_", "lambda": "lambda_"}.get(name, name.replace(".", "_"))


def _must_be_positional(given: Given, formals: tuple[str, ...], formal: str, call: Call) -> bool:
    """Whether an argument with a name stands before one without, in the order of the parameters."""
    later = formals[formals.index(formal) + 1 :]
    bare_values = [argument.value for argument in call.arguments if argument.name is None]
    return any(other in given and any(given[other] is value for value in bare_values) for other in later)


def _formals(emitter: Emitter, node: Call) -> tuple[str, ...]:
    if node.name != "new.constraints":
        return formals_of(node.name)
    first = next((argument.value for argument in node.arguments if argument.name is None), None)
    names = {argument.name for argument in node.arguments}
    if "n" in names or first is None:
        return _NEW_CONSTRAINTS["n" in names]
    kind = emitter.code(first).kind
    if kind.rank is None:
        raise Untranslated("new.constraints needs to know whether its first argument is a number or a matrix", node)
    return _NEW_CONSTRAINTS[kind.rank == 0]


def _argument(emitter: Emitter, function: str, formal: str, node: Node | None) -> str:
    if node is None:
        raise Untranslated("an empty argument is not known")
    inner = bare(node)
    if formal in _POSITIONS.get(function, ()):
        code = emitter.code(inner)
        zero = code.text if code.kind.of in ("text", "null") else zero_text(code)
        if zero is None:
            raise Untranslated(f"{formal} counts from 0 in Python, and these positions are not known to be such", node)
        return zero
    if isinstance(inner, Call) and inner.name == "list" and inner.arguments:
        unnamed = all(argument.name is None and argument.value is not None for argument in inner.arguments)
        if unnamed:
            return bracketed(tuple(emitter.code(a.value) for a in inner.arguments if a.value is not None))
    if function == "bt.prep" and isinstance(inner, Name) and inner.name in emitter.script.downloads:
        return emitter.script.market_text
    if (function, formal) == ("bt.apply", "xfun") and isinstance(inner, Function):
        return anonymous(emitter, inner, [OHLC], immediate=True).text
    if isinstance(inner, Text) and formal == "align":
        return quoted(inner.value)
    return emitter.code(inner).text


def _result(emitter: Emitter, name: str, given: Given) -> Kind:
    """What is known of the value of a call."""
    if name in _FACTORIES:
        return FUNCTION
    if name.startswith(("aa.test.create.ia", "create.ia", "aa.test.ia", "update.ia", "create.historical.ia")):
        return IA
    if name.startswith("add.constraint") or name in (
        "new.constraints", "add.variables", "delete.constraints", "create.basic.constraints", "merge.constraints"
    ):  # fmt: skip
        return CONSTRAINTS
    if name.startswith("portopt"):
        return FRONTIER
    if name in ("bt.prep", "bt.prep.trim", "bt.prep.remove.symbols", "bt.prep.remove.symbols.min.history"):
        return DATA
    if name in ("portfolio.allocation.helper", "portfolio.allocation.helper.parallel"):
        return Kind("allocation")
    if name == "bt.detail.summary":
        return LIST.with_(of="models")
    if name == "create.strategies":
        return STRATEGIES
    if name in ("bt.apply", "bt.apply.matrix"):
        return PRICES
    if name in R_NAMES[HELPERS]:
        return _helper_result(emitter, name, given)
    if name.startswith("plot") or name == "strategy.performance.snapshoot":
        return ANY
    measures = name.startswith("portfolio.") and not name.startswith(("portfolio.alloc", "portfolio.risk.contribution"))
    if measures or name.endswith(".portfolio"):
        return VECTOR.with_(some=True, missing=measures and name not in _ALWAYS_A_NUMBER)
    if name in ("cov.sample", "sample.shrinkage", "ledoit.wolf.shrinkage", "hierarchical.risk.parity"):
        return VECTOR if name.startswith("hier") else MATRIX
    return ANY


def _helper_result(emitter: Emitter, name: str, given: Given) -> Kind:
    if name in ("mlag", "ifna.prev", "mlast", "ifna", "ntop", "ntop.keep"):
        first = next(iter(given.by_name.values()), None)
        kind = ANY if first is None else emitter.code(first).kind
        if kind.of == "any" or kind.rank is None:
            return ANY
        return kind.with_(whole=False, positive=False, missing=name == "mlag" or (kind.missing and name != "ifna"))
    if name in ("join",):
        return TEXT
    if name in ("rep.row", "rep.col", "repmat"):
        first = next(iter(given.by_name.values()), None)
        return MATRIX.with_(missing=True) if first is not None and emitter.code(first).kind.plain else ANY
    if name == "vec":
        first = given.get("x")
        kind = ANY if first is None else emitter.code(first).kind
        return kind.with_(of="number", rank=1, labelled=False) if kind.of in ("number", "prices") else ANY
    return ANY
