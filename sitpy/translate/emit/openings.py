"""What public SIT scripts begin with: loading the toolbox and packages, downloading prices, putting them together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sitpy.translate.deparse import deparse
from sitpy.translate.emit.applying import ROLLING
from sitpy.translate.emit.code import ATOM, Code, quoted
from sitpy.translate.emit.kinds import ANY, DATA, POSITIONS, PRICES, SERIES, TEXTS, VECTOR
from sitpy.translate.emit.registry import Untranslated, matched, plain_arguments, translates
from sitpy.translate.emit.toolbox import read_prices
from sitpy.translate.nodes import Assign, Block, Call, Field, For, Index, Name, Node, Text, bare, walk

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter
    from sitpy.translate.emit.statements import Statements

TOOLBOX_ADDRESS = re.compile(r"systematicinvestor|systematicportfolio|(?:^|[/\\\\])sit(?:\.gz|\.r)?$")
_DROPPED = {
    "setInternet2": "not needed in Python",
    "load.packages": "Python's imports stand at the top",
    "library": "Python's imports stand at the top",
    "require": "Python's imports stand at the top",
    "suppressMessages": "Python's imports stand at the top",
    "rm": "a script of Python begins with nothing",
    "options": "R's own options",
    "graphics.off": "no picture is open at the beginning",
    "gc": "Python looks after its memory itself",
    "close": "the toolbox is not downloaded",
    "flush.console": "Python prints at once",
    "flush": "Python prints at once",
    "tic": "R's own clock",
    "toc": "R's own clock",
    "Sys.setlocale": "R's own options",
}


def loads_toolbox(node: Node, connections: frozenset[str]) -> bool:
    """Whether a call reads SIT itself, which sitpy stands in for."""
    texts = [part.value.lower() for part in walk(node) if isinstance(part, Text)]
    addressed = any(TOOLBOX_ADDRESS.search(text) for text in texts)
    return addressed or any(isinstance(part, Name) and part.name in connections for part in walk(node))


def connections_of(statements: tuple[Node, ...]) -> frozenset[str]:
    """The variables that hold a connection to the toolbox."""
    return frozenset(
        part.target.name
        for top in statements
        for part in walk(top)
        if isinstance(part, Assign)
        and isinstance(part.target, Name)
        and isinstance(part.value, Call)
        and part.value.name in ("gzcon", "url", "file", "gzfile")
        and loads_toolbox(part.value, frozenset())
    )


def is_dropped(node: Node, connections: frozenset[str]) -> bool:
    """Whether a statement at the top has nothing to do in Python."""
    if isinstance(node, Assign) and isinstance(node.target, Name):
        return node.target.name in connections
    if not isinstance(node, Call):
        return False
    return node.name in _DROPPED or (node.name in ("source", "sys.source") and loads_toolbox(node, connections))


def constant_texts(emitter: Emitter, node: Node) -> tuple[str, ...] | None:
    """The words of a vector that stands in the script: ``c('A','B')``, ``spl('A,B')``, or a variable that holds one."""
    inner = bare(node)
    if isinstance(inner, Text):
        return (inner.value,)
    if isinstance(inner, Name):
        return emitter.script.symbols.get(inner.name)
    if not isinstance(inner, Call):
        return None
    values = [argument.value for argument in inner.arguments]
    if inner.name == "c" and values and all(isinstance(value, Text) for value in values):
        return tuple(value.value for value in values if isinstance(value, Text))
    if inner.name == "spl" and len(values) == 1 and isinstance(values[0], Text):
        return tuple(values[0].value.split(","))
    return None


# --------------------------------------------------------------------------------------------------- statements


def statement(writer: Statements, node: Call) -> bool:
    """A call at the beginning of a script; whether it was one."""
    script, emitter = writer.script, writer.emitter
    if is_dropped(node, script.connections) and node.name not in script.counts:
        reason = _DROPPED.get(node.name, "sitpy stands in for the toolbox")
        script.note(node.at.line, f"{node.name} is left out: {reason}")
        return True
    if node.name == "getSymbols":
        download(writer, node)
        return True
    if node.name == "set.seed":
        (value,) = plain_arguments(node)
        script.imports.add("rng")
        script.note(node.at.line, "set.seed: Python's random numbers are other ones than R's")
        writer.line(f"rng = np.random.default_rng({emitter.code(value)})")
        return True
    first = node.arguments[0].value if node.arguments else None
    if node.name == "bt.prep" and isinstance(first, Name):
        code = emitter.code(node)
        writer.line(f"{emitter.python(first.name)} = {code}")
        script.downloads.discard(first.name)
        emitter.scope.set(first.name, DATA)
        return True
    return False


def assignment(writer: Statements, node: Assign) -> bool:
    """An assignment at the beginning of a script; whether it was one."""
    script, target, value = writer.script, node.target, bare(node.value)
    if not isinstance(target, Name) or not isinstance(value, Call):
        return False
    if target.name in script.connections:
        script.note(node.at.line, f"{deparse(value)} is left out: sitpy stands in for the toolbox")
        return True
    if value.name in ("new.env", "env") and not any(argument.value == Text("") for argument in value.arguments):
        script.downloads.add(target.name)
        return True
    if value.name == "getSymbols":
        texts = download(writer, value)
        python = writer.emitter.python(target.name)
        if texts is None or len(texts) != 1:
            raise Untranslated("the value of getSymbols of several symbols is not known", node)
        writer.line(f"{python} = {writer.emitter.price_of(texts[0])}")
        writer.emitter.scope.set(target.name, writer.emitter.price_of(texts[0]).kind)
        return True
    return False


def download(writer: Statements, node: Call) -> tuple[str, ...] | None:
    """``getSymbols``: the one table of prices."""
    script, emitter = writer.script, writer.emitter
    given = matched(node, "Symbols", "env", "src", "from", "to", "auto.assign", "...")
    symbols = given["Symbols"]
    texts = constant_texts(emitter, symbols)
    if texts is None and script.prices is None:
        raise Untranslated("the symbols of getSymbols are not known, and no prices are given", node)
    code = emitter.code(symbols)
    start = emitter.code(given["from"]).text if "from" in given else None
    script.market = tuple(dict.fromkeys([*(script.market or ()), *(texts or ())]))
    listed = f"[{quoted(texts[0])}]" if code.kind.rank == 0 and texts else code.text
    script.market_text = f"prices[{listed}]"
    env = given.get("env")
    if isinstance(env, Name):
        script.downloads.add(env.name)
    before = script.prices_read
    if before and script.prices is None:
        raise Untranslated("a second getSymbols is not known without a table of prices", node)
    read_prices(emitter, listed, start)
    if script.prices is not None:
        script.note(node.at.line, f"getSymbols: the prices are those of {script.prices}")
    lines, script.pending = script.pending, []
    for line in lines:
        writer.line(line)
    return texts


def adjustment_loop(writer: Statements, node: For) -> bool:
    """``for (i in ls(data)) data[[i]] = adjustOHLC(...)``, or over ``data$symbolnames``: the prices are adjusted already."""
    values = bare(node.values)
    symbols = isinstance(values, Field) and values.name == "symbolnames"
    if not symbols and not (isinstance(values, Call) and values.name == "ls"):
        return False
    body = node.body.statements if isinstance(node.body, Block) else (node.body,)
    adjusted = all(
        isinstance(part, Assign)
        and isinstance(part.target, Index)
        and isinstance(part.value, Call)
        and part.value.name == "adjustOHLC"
        for part in body
    )
    if adjusted:
        writer.script.note(node.at.line, "adjustOHLC is left out: the prices must be adjusted ones")
    return adjusted


# ------------------------------------------------------------------------------------------------- expressions


@translates("ls")
def _ls(emitter: Emitter, node: Call) -> Code:
    first = node.arguments[0].value if node.arguments else None
    if isinstance(first, Name) and first.name in emitter.script.downloads and emitter.script.market:
        words = ", ".join(quoted(symbol) for symbol in sorted(emitter.script.market))
        return Code(f"np.array([{words}])", TEXTS, fresh=True)
    raise Untranslated("ls of this is not known", node)


@translates("merge", "merge.xts")
def _merge(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "...", "all", "join")
    columns = []
    for argument in given.dots:
        value = bare(argument.value) if argument.value is not None else None
        while isinstance(value, Call) and value.name in ("Ad", "Cl") and len(value.arguments) == 1:
            inner = value.arguments[0].value
            value = bare(inner) if inner is not None else None
        known = isinstance(value, Name) and emitter.market_column(value.name) is not None
        if not known or emitter.scope.has(getattr(value, "name", "")):
            raise Untranslated("merge of something else than downloaded symbols is not known", node)
        columns.append(getattr(value, "name", ""))
    same = next((name for name, texts in emitter.script.symbols.items() if texts == tuple(columns)), None)
    if same is not None and emitter.scope.has(same):
        return Code(f"prices[{emitter.python(same)}]", PRICES, fresh=True)
    return Code(f"prices[[{', '.join(map(quoted, columns))}]]", PRICES, fresh=True)


@translates("Ad", "Cl")
def _close(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.of == "ohlc":
        return Code(f"{code.at(ATOM)}[{quoted('Close')}]", SERIES, fresh=True)
    if not code.kind.labelled:
        raise Untranslated(f"{node.name} of something that is not known to be prices", node)
    emitter.script.note(node.at.line, f"{node.name}: the table has one price per symbol, the adjusted close")
    return code


@translates("ROC")
def _roc(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "n", "type", "na.pad")
    code = emitter.code(given["x"])
    kind = bare(given["type"]) if "type" in given else Text("continuous")
    if not code.kind.labelled or not isinstance(kind, Text):
        raise Untranslated("ROC of something that is not known to be prices", node)
    n = f"{emitter.code(given['n'])}" if "n" in given else ""
    if kind.value == "discrete":
        options = f"{n}, fill_method=None" if n not in ("", "1") else "fill_method=None"
        return Code(f"{code.at(ATOM)}.pct_change({options})", code.kind.with_(missing=True), fresh=True)
    return Code(f"np.log({code}).diff({'' if n == '1' else n})", code.kind.with_(missing=True), fresh=True)


@translates("na.omit")
def _na_omit(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.labelled:
        return Code(f"{code.at(ATOM)}.dropna()", code.kind.with_(missing=False), fresh=True)
    if code.kind.plain and code.kind.rank == 1:
        return Code(
            f"{code.at(ATOM)}[~np.isnan({code})]", code.kind.with_(missing=False, some=False, size=None), fresh=True
        )
    raise Untranslated("na.omit of this is not known", node)


@translates("endpoints")
def _endpoints(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "on", "k")
    if "k" in given:
        raise Untranslated("endpoints of several periods at once is not known", node)
    texts = [str(emitter.code(given[name])) for name in ("x", "on") if name in given]
    emitter.script.toolbox.add("endpoints")
    call = f"endpoints({', '.join(texts)})"
    zero = Code(call, POSITIONS, fresh=True)
    return Code(f"np.append(0, {call} + 1)", VECTOR.with_(whole=True, some=True), zero=zero, fresh=True)


@translates("first", "last", "index", "SMA", *ROLLING)
def _of_history(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "n")
    code = emitter.code(given["x"])
    base = code.at(ATOM)
    if not code.kind.labelled:
        raise Untranslated(f"{node.name} of something that is not known to be prices", node)
    if node.name == "index":
        return Code(f"{base}.index", ANY)
    if node.name == "SMA" or node.name in ROLLING:
        n = emitter.code(given["n"]) if "n" in given else "10"
        method = ROLLING.get(node.name, "mean")
        return Code(f"{base}.rolling({n}).{method}()", code.kind.with_(missing=True), fresh=True)
    if "n" in given:
        raise Untranslated(f"{node.name} of several rows is not known; use mlast", node)
    return Code(f"{base}.iloc[[{0 if node.name == 'first' else -1}]]", code.kind)
