"""Functions of numbers: entry by entry, over all entries, and along a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitpy.translate.emit.code import ADD, ATOM, BITOR, COMPARE, OR, TERNARY, Code
from sitpy.translate.emit.kinds import ANY, LIST, LOGICAL, MATRIX, NUMBER, VECTOR, Kind, join
from sitpy.translate.emit.registry import Untranslated, matched, plain_arguments, translates
from sitpy.translate.nodes import Call, Constant, Field, Index, Name, Text, bare

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter

TRUE = (Constant("TRUE"), Name("T"))

_ENTRYWISE = {
    "sqrt": "np.sqrt",
    "exp": "np.exp",
    "abs": "np.abs",
    "floor": "np.floor",
    "ceiling": "np.ceil",
    "trunc": "np.trunc",
    "sin": "np.sin",
    "cos": "np.cos",
    "tan": "np.tan",
    "log2": "np.log2",
    "log10": "np.log10",
    "log1p": "np.log1p",
    "expm1": "np.expm1",
    "sign": "np.sign",
}


@translates(*_ENTRYWISE)
def _entrywise(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    whole = node.name in ("abs",) and code.kind.whole
    of = "prices" if code.kind.of == "prices" else "number"
    kind = code.kind.with_(of=of, whole=whole, positive=False) if code.kind.of != "any" else ANY
    if node.name in ("sqrt", "log2", "log10", "log1p") and not code.kind.positive:
        kind = kind.with_(missing=True)
    return Code(f"{_ENTRYWISE[node.name]}({code})", kind, fresh=True)


@translates("log")
def _log(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "base")
    code = emitter.code(given["x"])
    kind = code.kind.with_(whole=False, positive=False, missing=True) if code.kind.of != "any" else ANY
    if "base" not in given:
        return Code(f"np.log({code})", kind, fresh=True)
    return Code(f"np.log({code}) / np.log({emitter.code(given['base'])})", kind, ADD + 1, fresh=True)


@translates("round", "signif")
def _round(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "digits")
    code = emitter.code(given["x"])
    if node.name == "signif":
        raise Untranslated("signif is not known", node)
    kind = code.kind.with_(whole=False, positive=False) if code.kind.of != "any" else ANY
    digits = f", {emitter.code(given['digits'])}" if "digits" in given else ""
    if code.kind.scalar:
        return Code(f"round({code}{digits})", kind, fresh=True)
    return Code(f"np.round({code}{digits})", kind, fresh=True)


# ------------------------------------------------------------------------------------------------- reductions

_REDUCTIONS = {"sum": "sum", "mean": "mean", "max": "max", "min": "min", "prod": "prod", "median": "median"}
_SPREAD = {"sd": "std", "var": "var"}


def _values(emitter: Emitter, node: Call) -> tuple[Code, bool]:
    """What a reduction is over, all its arguments together, and whether NA are left out."""
    formals = ("x", "na.rm") if node.name in ("mean", "median", "sd", "var") else ("...", "na.rm")
    given = matched(node, *formals)
    skip = "na.rm" in given and bare(given["na.rm"]) in TRUE
    if "x" in given:
        return emitter.code(given["x"]), skip
    nodes = [argument.value for argument in given.dots if argument.value is not None]
    if len(nodes) == 1 and nodes[0] != Name("..."):
        return emitter.code(nodes[0]), skip
    if Name("...") in nodes:
        raise Untranslated(f"{node.name} of ... is not known, which may hold na.rm; write out what it takes", node)
    codes = [emitter.code(each) for each in nodes]
    missing = any(code.kind.missing for code in codes)
    whole = all(code.kind.whole for code in codes)
    text = f"r.c({', '.join(map(str, codes))})"
    return Code(text, VECTOR.with_(missing=missing, whole=whole), fresh=True, items=tuple(codes)), skip


@translates("sum", "mean", "max", "min", "prod", "median", "sd", "var", "range")
def _reduction(emitter: Emitter, node: Call) -> Code:
    code, skip = _values(emitter, node)
    name, kind = node.name, NUMBER.with_(missing=code.kind.missing and not skip)
    if code.kind.of in ("null", "text", "list", "function") or (code.items is not None and not code.items):
        raise Untranslated(f"{name} of something that is known to hold no numbers", node)
    if name == "var" and code.kind.rank != 1:
        if code.kind.rank == 2 and not skip:
            return Code(
                f"np.cov({emitter.array(code)}, rowvar=False)", MATRIX.with_(missing=code.kind.missing), fresh=True
            )
        raise Untranslated("var of something that is not known to be a vector", node)
    if name == "range":
        array = emitter.array(code)
        text = f"np.array([{array}.min(), {array}.max()])" if array.isidentifier() else f"np.quantile({array}, [0, 1])"
        return Code(text, VECTOR.with_(missing=code.kind.missing, size=2), fresh=True)
    whole = name in ("sum", "max", "min") and code.kind.whole
    kind = kind.with_(whole=whole, positive=whole and code.kind.positive and code.kind.some)
    scalars = code.items is not None and code.text.startswith("r.c(") and all(i.kind.scalar for i in code.items)
    if scalars and name in ("max", "min") and not code.kind.missing:
        return Code(f"{name}({', '.join(map(str, code.items or ()))})", kind, fresh=True)
    prefix = "nan" if skip else ""
    if name in (*_SPREAD, "mean", "median") and (code.kind.size or 0) < 2:
        kind = kind.with_(missing=kind.missing or name in _SPREAD or not code.kind.some)
    if name in _SPREAD:
        return Code(f"np.{prefix}{_SPREAD[name]}({emitter.array(code)}, ddof=1)", kind, fresh=True)
    if name == "prod":
        return Code(f"np.{prefix}prod({emitter.array(code)}, dtype=float)", kind.with_(whole=False), fresh=True)
    if code.kind.array and code.level == ATOM and name != "median" and not skip and code.text[-1] in ")]" + _LETTERS:
        return Code(f"{code}.{name}()", kind, fresh=True)
    return Code(f"np.{prefix}{_REDUCTIONS[name]}({emitter.array(code)})", kind, fresh=True)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"


@translates("any", "all")
def _any(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.missing or not code.kind.plain:
        function = {"all": "every", "any": "some"}[node.name]
        return Code(f"like_r.{function}({code})", LOGICAL.with_(missing=True), fresh=True)
    return Code(f"np.{node.name}({code})", LOGICAL, fresh=True)


@translates("quantile")
def _quantile(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "probs", "na.rm", "names", "type")
    if "probs" not in given or "type" in given:
        raise Untranslated("quantile without probs, or of another type than 7, is not known", node)
    probs = emitter.code(given["probs"])
    prefix = "nan" if "na.rm" in given and bare(given["na.rm"]) in TRUE else ""
    kind = Kind("number", probs.kind.rank)
    return Code(f"np.{prefix}quantile({emitter.array(emitter.code(given['x']))}, {probs})", kind, fresh=True)


@translates("cor", "cov")
def _covariance(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "y", "use", "method")
    first = emitter.code(given["x"])
    if "method" in given and bare(given["method"]) != Text("pearson"):
        raise Untranslated(f"{node.name} by another method than Pearson's is not known", node)
    function = {"cor": "np.corrcoef", "cov": "np.cov"}[node.name]
    if "y" in given:
        second = emitter.code(given["y"])
        if first.kind.rank == second.kind.rank == 1:
            return Code(f"{function}({emitter.array(first)}, {emitter.array(second)})[0, 1]", NUMBER, fresh=True)
        raise Untranslated(f"{node.name} of two matrices is not known", node)
    left_out = bare(given["use"]) if "use" in given and first.kind.missing else None
    if first.kind.rank == 2 and left_out in (Text("complete.obs"), Text("pairwise.complete.obs")):
        rows = ".dropna()" if left_out == Text("complete.obs") else ""
        text = f"pd.DataFrame({first}){rows}.{node.name[:4].replace('cor', 'corr')}().to_numpy()"
        return Code(text, MATRIX, fresh=True)
    if first.kind.rank != 2 or left_out is not None:
        raise Untranslated(f"{node.name} of something that may hold NA, or is no matrix, is not known", node)
    kind = MATRIX.with_(missing=first.kind.missing)
    return Code(f"{function}({emitter.array(first)}, rowvar=False)", kind, fresh=True)


# ------------------------------------------------------------------------------------------- along a vector


@translates("cumsum", "cumprod", "cummax", "cummin", "rev", "sort", "diff", "unique")
def _along(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "decreasing", "lag")
    code = emitter.code(given["x"])
    kind = code.kind.with_(positive=code.kind.positive and node.name != "diff")
    if node.name in ("diff", "unique"):
        kind = kind.with_(size=None, some=kind.some and node.name == "unique")
    name = node.name
    if code.kind.of == "prices" and name == "diff" and "lag" not in given:
        return Code(f"{code.at(ATOM)}.diff()", code.kind, fresh=True)
    if code.kind.labelled and code.kind.rank == 1 and name == "rev":
        return Code(f"{code.at(ATOM)}.iloc[::-1]", kind)
    if code.kind.labelled and code.kind.rank == 1 and name in ("cumsum", "cumprod") and not code.kind.missing:
        return Code(f"{code.at(ATOM)}.{name}()", kind.with_(whole=False), fresh=True)
    if name == "rev" and code.kind.of in ("list", "models"):
        return Code(f"like_r.rev({code})", LIST, fresh=True)
    vector = code.kind.rank == 1 and (code.kind.plain or (code.kind.of == "text" and not code.kind.labelled))
    if not vector:
        raise Untranslated(f"{name} of something that is not known to be a vector", node)
    if name == "rev":
        return Code(f"{code.at(ATOM)}[::-1]", kind)
    if name == "sort":
        if code.kind.of == "text":
            raise Untranslated("the order of texts depends on R's locale", node)
        if code.kind.missing:
            raise Untranslated("sort of what may hold NA is not known", node)
        falling = "decreasing" in given and bare(given["decreasing"]) in TRUE
        return Code(f"np.sort({code}){'[::-1]' if falling else ''}", kind, fresh=True)
    if name == "diff":
        lag = emitter.code(given["lag"]) if "lag" in given else None
        if lag is not None and lag.text != "1":
            return Code(f"{code.at(ATOM)}[{lag}:] - {code.at(ATOM)}[:-{lag.at(ATOM)}]", kind, ADD, fresh=True)
        return Code(f"np.diff({code})", kind, fresh=True)
    if name == "unique":
        return Code(f"{code.at(ATOM)}[np.sort(np.unique({code}, return_index=True)[1])]", kind, fresh=True)
    if name in ("cummax", "cummin"):
        return Code(f"np.{name[3:]}imum.accumulate({code})", kind, fresh=True)
    dtype = ", dtype=float" if name == "cumprod" and code.kind.whole else ""
    whole = code.kind.whole and name == "cumsum"
    of = kind.with_(of="number", whole=whole, positive=whole and kind.positive)
    return Code(f"np.{name}({code}{dtype})", of, fresh=True)


@translates("head", "tail")
def _ends(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "n")
    code = emitter.code(given["x"])
    n = emitter.code(given["n"]) if "n" in given else Code("6", Kind("number", 0, whole=True, positive=True))
    if not n.kind.positive or (not code.kind.labelled and not (code.kind.plain or code.kind.of == "text")):
        raise Untranslated(f"{node.name} of this is not known", node)
    base, kind = code.at(ATOM), code.kind.with_(size=None)
    if code.kind.labelled:
        return Code(f"{base}.{node.name}({n})", kind)
    return Code(f"{base}[:{n}]" if node.name == "head" else f"{base}[-{n.at(ATOM)}:]", kind)


@translates("pmin", "pmax")
def _pairwise(emitter: Emitter, node: Call) -> Code:
    codes = [emitter.code(value) for value in plain_arguments(node)]
    if len(codes) != 2 or not all(code.kind.plain for code in codes):
        raise Untranslated(f"{node.name} of these is not known", node)
    kind = join(*(code.kind.with_(rank=max(c.kind.rank or 0 for c in codes)) for code in codes))
    return Code(f"np.{node.name[1:]}imum({codes[0]}, {codes[1]})", kind, fresh=True)


@translates("outer", "crossprod")
def _outer(emitter: Emitter, node: Call) -> Code:
    codes = [emitter.code(value) for value in plain_arguments(node)]
    if node.name == "outer" and len(codes) == 2 and all(c.kind.plain and c.kind.rank in (0, 1) for c in codes):
        return Code(f"np.outer({codes[0]}, {codes[1]})", MATRIX, fresh=True)
    if node.name == "crossprod" and all(code.kind.plain and code.kind.rank == 2 for code in codes):
        return Code(f"{codes[0].at(ATOM)}.T @ {codes[-1].at(ATOM)}", MATRIX, ADD + 1, fresh=True)
    raise Untranslated(f"{node.name} of these is not known", node)


@translates("solve", "det")
def _solve(emitter: Emitter, node: Call) -> Code:
    codes = [emitter.code(value) for value in plain_arguments(node)]
    if codes[0].kind.rank != 2:
        raise Untranslated(f"{node.name} of something that is not known to be a matrix", node)
    arrays = [emitter.array(code) for code in codes]
    if node.name == "det":
        return Code(f"np.linalg.det({arrays[0]})", NUMBER, fresh=True)
    if len(codes) == 1:
        return Code(f"np.linalg.inv({arrays[0]})", MATRIX, fresh=True)
    return Code(f"np.linalg.solve({', '.join(arrays)})", codes[1].kind.with_(labelled=False, whole=False), fresh=True)


# --------------------------------------------------------------------------------------------- tests and choices


@translates("is.null")
def _is_null(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    inner = bare(value)
    if isinstance(inner, Field):
        from sitpy.translate.emit.code import quoted

        base = emitter.code(inner.object)
        return Code(f"{quoted(inner.name)} not in {base.at(BITOR)}", LOGICAL, COMPARE)
    if isinstance(inner, Index):
        raise Untranslated("is.null of a part by position is not known; give it by name", node)
    return Code(f"{emitter.code(value).at(BITOR)} is None", LOGICAL, COMPARE)


@translates("missing")
def _missing(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    return Code(f"{emitter.code(value).at(BITOR)} is None", LOGICAL, COMPARE)


@translates("is.na", "is.nan", "is.finite")
def _is_na(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    kind = Kind("logical", code.kind.rank, labelled=code.kind.labelled)
    if code.kind.rank is None:
        kind = ANY
    if code.kind.of == "number" and code.kind.plain:
        return Code(f"np.is{node.name[3:].replace('na', 'nan').replace('nann', 'nan')}({code})", kind, fresh=True)
    if node.name == "is.na":
        return Code(f"pd.isna({code})", kind, fresh=True)
    raise Untranslated(f"{node.name} of this is not known", node)


@translates("is.numeric", "is.character", "is.function", "is.list", "is.matrix")
def _is_type(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    of = emitter.code(value).kind
    if of.of == "any" or (of.rank is None and node.name == "is.matrix"):
        raise Untranslated(f"{node.name} of what is not known", node)
    answers = {
        "is.numeric": of.of in ("number", "prices"),
        "is.character": of.of == "text",
        "is.function": of.of == "function",
        "is.list": of.of == "list",
        "is.matrix": of.rank == 2,
    }
    return Code(str(answers[node.name]), LOGICAL)


@translates("ifelse")
def _ifelse(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "test", "yes", "no")
    if len(given.by_name) != 3:
        raise Untranslated("ifelse needs a test and two values", node)
    test, yes, no = (emitter.code(given[name]) for name in ("test", "yes", "no"))
    values = {yes.kind.rank, no.kind.rank}
    plain = test.kind.plain and test.kind.of == "logical" and not test.kind.missing
    kind = join(yes.kind.with_(rank=test.kind.rank), no.kind.with_(rank=test.kind.rank)).with_(size=test.kind.size)
    if plain and test.kind.rank == 0 and values == {0}:
        return Code(f"{yes.at(OR)} if {test.at(OR)} else {no.at(TERNARY)}", kind, TERNARY)
    same = yes.kind.of == no.kind.of and yes.kind.of in ("number", "logical", "text")
    labelled = yes.kind.labelled or no.kind.labelled
    if plain and (test.kind.rank or 0) > 0 and same and values <= {0, test.kind.rank} and not labelled:
        return Code(f"np.where({test}, {yes}, {no})", kind.with_(some=test.kind.some), fresh=True)
    known = kind if same and test.kind.rank is not None and not labelled and not test.kind.labelled else ANY
    known = known.with_(missing=True)
    return Code(f"like_r.ifelse({test}, {yes}, {no})", known, fresh=True)


@translates(
    "as.numeric", "as.double", "as.vector", "as.integer", "as.logical", "as.matrix", "drop", "coredata", "unlist"
)
def _as(emitter: Emitter, node: Call) -> Code:
    if not node.arguments or node.arguments[0].value is None:
        raise Untranslated(f"{node.name} of nothing is not known", node)
    code = emitter.code(node.arguments[0].value)
    name, kind = node.name, code.kind
    if name == "drop" and kind.plain:
        return code
    if name == "coredata" and kind.labelled:
        return Code(f"{code.at(ATOM)}.to_numpy()", kind.with_(of="number", labelled=False))
    if name in ("as.matrix",) and kind.plain and kind.rank == 2:
        return code
    numeric = name in ("as.numeric", "as.double", "as.vector", "unlist", "coredata")
    if numeric and kind.plain and kind.of == "number" and (kind.rank or 0) < 2:
        return code
    if numeric and kind.labelled and kind.of == "number" and kind.rank == 1:
        return Code(f"{code.at(ATOM)}.to_numpy()", kind.with_(labelled=False))
    if name in ("as.vector", "as.numeric") and kind.plain and kind.rank == 2:
        return Code(f'{code.at(ATOM)}.ravel(order="F")', kind.with_(rank=1))
    if name in ("as.numeric", "as.integer") and kind.of in ("text", "logical", "number") and kind.rank == 0:
        function = "int" if name == "as.integer" else "float"
        whole = name == "as.integer"
        if kind.of != "text" or not whole:
            return Code(f"{function}({code})", NUMBER.with_(whole=whole), fresh=True)
    if name == "as.numeric" and kind.of == "logical" and kind.plain:
        return Code(f"{code.at(ATOM)}.astype(int)", kind.with_(of="number", whole=True), fresh=True)
    if name == "unlist" and kind.of in ("list", "any") and len(node.arguments) == 1:
        return Code(f"like_r.unlist({code})", ANY, fresh=True)
    raise Untranslated(f"{name} of this is not known", node)


@translates("setdiff", "union", "intersect")
def _sets(emitter: Emitter, node: Call) -> Code:
    first, second = (emitter.code(value) for value in plain_arguments(node))
    if first.kind.rank != 1 or first.kind.of != second.kind.of or first.kind.labelled or second.kind.labelled:
        raise Untranslated(f"{node.name} of these is not known", node)
    kind = first.kind.with_(some=False, size=None)
    if node.name == "union":
        both = f"np.concatenate([{first}, {second}])"
        return Code(f"{both}[np.sort(np.unique({both}, return_index=True)[1])]", kind, fresh=True)
    sign = "~" if node.name == "setdiff" else ""
    held = f"{first.at(ATOM)}[{sign}np.isin({first}, {second})]"
    return Code(f"np.array([*dict.fromkeys({held})])", kind, fresh=True)
