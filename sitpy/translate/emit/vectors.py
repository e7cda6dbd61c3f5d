"""R's constructors of vectors and matrices, as NumPy says them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sitpy.translate.emit.code import ADD, ATOM, Code, Linear, bracketed, from_linear, quoted
from sitpy.translate.emit.kinds import (
    ANY,
    COUNT,
    LIST,
    LOGICALS,
    MATRIX,
    NULL,
    POSITIONS,
    PRICES,
    TEXTS,
    VECTOR,
    WHOLE,
    Kind,
)
from sitpy.translate.emit.operators import counted, range_ends
from sitpy.translate.emit.registry import Untranslated, matched, plain_arguments, translates
from sitpy.translate.nodes import Argument, Binary, Call, Constant, Name, Number, Text, bare

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter


def r_call(emitter: Emitter, node: Call, name: str, kind: Kind = ANY) -> Code:
    """The same call of the helper of that name, in R's own order."""
    texts = []
    for argument in node.arguments:
        if argument.value is None:
            raise Untranslated("an empty argument is not known", node)
        text = "*dots, **named" if argument.value == Name("...") else emitter.own(argument.value)
        key = (argument.name or "").replace(".", "_")
        key = {"from": "from_"}.get(key, key)
        if key and not key.isidentifier():
            raise Untranslated(f"the name {argument.name} is no name of Python", node)
        texts.append(f"{key}={text}" if key else text)
    order = [text for text, argument in zip(texts, node.arguments) if argument.name is None]
    order += [text for text, argument in zip(texts, node.arguments) if argument.name is not None]
    named = [argument.name is not None for argument in node.arguments]
    if named != sorted(named) and name in ("c", "cbind", "rbind", "list"):
        raise Untranslated("a value without a name follows one with a name, which has no order in Python", node)
    return Code(f"r.{name}({', '.join(order)})", kind, fresh=True)


# -------------------------------------------------------------------------------------------------------------- c


@translates("c", "append")
def _c(emitter: Emitter, node: Call) -> Code:
    if node.name == "append" and len(node.arguments) != 2:
        raise Untranslated("append in the middle is not known", node)
    if not node.arguments:
        return Code("None", NULL)
    if any(argument.name for argument in node.arguments) or any(a.value == Name("...") for a in node.arguments):
        kinds = [emitter.code(a.value).kind for a in node.arguments if a.value is not None and a.value != Name("...")]
        numbers = all(kind.of == "number" and kind.rank == 0 for kind in kinds)
        whole = len(kinds) == len(node.arguments) and numbers
        return r_call(emitter, node, "c", VECTOR.with_(labelled=True) if whole else ANY)
    parts = [emitter.code(value) for value in plain_arguments(node)]
    kept = [part for part in parts if part.kind.of != "null"]
    if len(kept) == 1 and (kept[0].kind.plain or kept[0].kind.of == "text") and kept[0].kind.rank in (0, 1):
        return kept[0]
    ofs = {part.kind.of for part in kept}
    missing = any(part.kind.missing for part in kept)
    if any(part.kind.labelled or part.kind.rank is None for part in kept) or len(ofs) != 1 or not ofs <= {
        "number", "logical", "text"
    }:  # fmt: skip
        return _joined(emitter, kept, ofs)
    of = ofs.pop()
    kind = Kind(
        of,
        1,
        all(p.kind.whole for p in kept),
        all(p.kind.positive for p in kept),
        missing=missing,
        some=any(p.kind.some or p.kind.rank == 0 for p in kept),
    )
    if all(part.kind.rank == 0 for part in kept):
        kind = kind.with_(size=len(kept))
        options = ", dtype=object" if of == "text" and missing else ""
        return Code(f"np.array({bracketed(tuple(kept))}{options})", kind, items=tuple(kept), fresh=True)
    if of == "text" and missing:
        return Code(f"r.c({', '.join(map(str, kept))})", kind, fresh=True)
    texts = [f"[{part}]" if part.kind.rank == 0 else part.text for part in kept]
    texts = [
        f"{part.at(ATOM)}.ravel(order={quoted('F')})" if part.kind.rank == 2 else t for part, t in zip(kept, texts)
    ]
    return Code(f"np.concatenate([{', '.join(texts)}])", kind, fresh=True)


def _joined(emitter: Emitter, parts: list[Code], ofs: set[str]) -> Code:
    """What R coerces to one type, or joins as lists."""
    kind = Kind("list", 1) if "list" in ofs else ANY
    if ofs <= {"number", "logical", "text"} and "text" in ofs:
        kind = TEXTS if not any(part.kind.labelled or part.kind.rank is None for part in parts) else ANY
    elif ofs <= {"number", "logical"} and not any(part.kind.labelled or part.kind.rank is None for part in parts):
        kind = VECTOR.with_(missing=any(part.kind.missing for part in parts))
    return Code(f"r.c({', '.join(map(str, parts))})", kind, fresh=True)


@translates("list")
def _list(emitter: Emitter, node: Call) -> Code:
    return r_call(emitter, node, "list", LIST)


@translates("vector", "numeric", "double", "integer", "character", "logical")
def _empty(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "mode", "length") if node.name == "vector" else matched(node, "length")
    mode = bare(given["mode"]) if "mode" in given else Text(node.name)
    word = mode.value if isinstance(mode, Text) else ""
    size = emitter.code(given["length"]) if "length" in given else from_linear(Linear(), WHOLE)
    known = size.linear.constant if size.linear is not None and not size.linear.terms else None
    if word in ("numeric", "double", "integer"):
        return Code(f"np.zeros({size})", VECTOR.with_(size=known), fresh=True)
    if word == "logical":
        return Code(f"np.zeros({size}, dtype=bool)", LOGICALS.with_(size=known), fresh=True)
    if word == "character":
        return Code(f'np.full({size}, "", dtype=object)', TEXTS.with_(size=known), fresh=True)
    if word == "list":
        return Code("r.list()" if size.text == "0" else f"r.list(*[None] * {size.at(ATOM)})", LIST, fresh=True)
    raise Untranslated(f"vector of {word or 'this mode'} is not known", node)


# ------------------------------------------------------------------------------------------------------ rep, seq


@translates("rep", "rep.int", "rep_len")
def _rep(emitter: Emitter, node: Call) -> Code:
    formals = ("x", "length.out") if node.name == "rep_len" else ("x", "times", "length.out", "each")
    given = matched(node, *formals)
    value = emitter.code(given["x"])
    by_times = set(given.by_name) == {"x", "times"}
    times = emitter.code(given["times"]) if by_times else None
    if times is not None and times.kind.rank == 0 and value.kind.rank == 0 and value.kind.of in ("number", "logical"):
        made = _filled(value, str(times))
        size = times.linear.constant if times.linear is not None and not times.linear.terms else None
        return made.as_(made.kind.with_(some=times.kind.positive, size=size))
    if times is not None and times.kind.rank == 0 and value.kind.rank == 1 and value.kind.plain:
        return Code(f"np.tile({value}, {times})", value.kind.with_(size=None, some=False), fresh=True)
    if set(given.by_name) == {"x", "each"} and value.kind.rank in (0, 1) and value.kind.plain:
        return Code(
            f"np.repeat({value}, {emitter.code(given['each'])})",
            value.kind.with_(rank=1, size=None, some=False),
            fresh=True,
        )
    kind = (
        value.kind.with_(rank=1, size=None, some=False)
        if value.kind.of in ("number", "logical", "text") and not value.kind.labelled
        else ANY
    )
    named = [("x", "x"), ("times", "times"), ("length.out", "length_out"), ("each", "each")]
    texts = []
    for name, python in named:
        if name in given:
            text = emitter.code(given[name]).text
            texts.append(text if name == "x" or (name == "times") else f"{python}={text}")
    return Code(f"r.rep({', '.join(texts)})", kind, fresh=True)


def _filled(value: Code, shape: str) -> Code:
    """An array of one value."""
    kind = value.kind.with_(rank=1, whole=False, positive=False)
    if value.text in ("0", "1"):
        return Code(f"np.{'ones' if value.text == '1' else 'zeros'}({shape})", kind, fresh=True)
    if value.kind.of == "number" and value.text.lstrip("-").isdigit():
        return Code(f"np.full({shape}, {value}.0)", kind, fresh=True)
    return Code(f"np.full({shape}, {value})", kind.with_(whole=value.kind.whole), fresh=True)


@translates("seq", "seq.int")
def _seq(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "from", "to", "by", "length.out", "along.with")
    names = set(given.by_name)
    if names == {"from"}:
        value = emitter.code(given["from"])
        if value.kind.rank == 0:
            return emitter.code(Binary(":", Number("1"), given["from"], at=node.at))
        return emitter.code(Call(Name("seq_along"), (Argument(None, given["from"]),), at=node.at))
    if names == {"from", "to"}:
        return emitter.code(Binary(":", given["from"], given["to"], at=node.at))
    codes = {name: emitter.code(given[name]) for name in given.by_name}
    if names == {"from", "to", "length.out"} and all(code.kind.scalar for code in codes.values()):
        return Code(f"np.linspace({codes['from']}, {codes['to']}, {codes['length.out']})", VECTOR, fresh=True)
    order = [("from", "from_"), ("to", "to"), ("by", "by"), ("length.out", "length_out"), ("along.with", "along_with")]
    texts, positional = [], True
    for name, python in order:
        if name in codes:
            texts.append(str(codes[name]) if positional and name in ("from", "to") else f"{python}={codes[name]}")
        else:
            positional = False
    whole = all(codes[name].kind.whole for name in ("from", "by") if name in codes) and "length.out" not in codes
    positive = whole and all(codes[name].kind.positive for name in ("from", "to") if name in codes) and "from" in codes
    kind = VECTOR.with_(whole=whole, positive=positive)
    return Code(f"r.seq({', '.join(texts)})", kind, fresh=True)


@translates("seq_len", "seq_along")
def _seq_len(emitter: Emitter, node: Call) -> Code:
    ends = range_ends(emitter, node)
    if ends is not None:
        return counted(*ends)
    (value,) = plain_arguments(node)
    size = emitter.code(value)
    return Code(f"np.arange(1, {size.at(ADD)} + 1)", POSITIONS, zero=Code(f"np.arange({size})", POSITIONS), fresh=True)


# ------------------------------------------------------------------------------------------------------- matrices


@translates("matrix")
def _matrix(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "data", "nrow", "ncol", "byrow", "dimnames")
    data = emitter.code(given["data"]) if "data" in given else Code("np.nan", Kind("number", 0, missing=True))
    rows, columns = (emitter.code(given[name]).text if name in given else None for name in ("nrow", "ncol"))
    byrow = bare(given["byrow"]) in (Constant("TRUE"), Name("T")) if "byrow" in given else False
    sure = "byrow" not in given or bare(given["byrow"]) in (Constant("TRUE"), Constant("FALSE"), Name("T"), Name("F"))
    single = data.kind.rank == 0 and data.kind.of in ("number", "logical")
    if single and "dimnames" not in given and sure:
        filled = _filled(data, f"({rows or 1}, {columns or 1})")
        return filled.as_(filled.kind.with_(rank=2))
    if data.items is not None and data.kind.of == "number" and "dimnames" not in given and sure:
        table = _written_out(data.items, rows, columns, byrow)
        if table is not None:
            return Code(f"np.array({table})", data.kind.with_(rank=2), fresh=True)
    counted_to = _counted_to(data.text)
    sizes = [None if text is None else int(text) if text.isdigit() else 0 for text in (rows, columns)]
    if counted_to and "dimnames" not in given and sure and 0 not in sizes and sizes != [None, None]:
        n, m = sizes[0] or counted_to // (sizes[1] or 1), sizes[1] or counted_to // (sizes[0] or 1)
        if n * m == counted_to:
            order = "" if byrow else f", order={quoted('F')}"
            return Code(f"{data}.reshape(({n}, {m}){order})", data.kind.with_(rank=2), fresh=True)
    kind = MATRIX.with_(missing=data.kind.missing) if data.kind.of == "number" and not data.kind.labelled else ANY
    if data.kind.of in ("text", "logical") and not data.kind.labelled:
        kind = data.kind.with_(rank=2)
    if "dimnames" in given:
        kind = kind.with_(labelled=True) if kind.of == "number" else ANY
        raise Untranslated("matrix with dimnames is not known; set colnames", node)
    return Code(_helper("matrix", data, rows, columns, byrow), kind, fresh=True)


def _counted_to(text: str) -> int:
    """The last of the numbers from 1 on, where the script says it."""
    found = re.fullmatch(r"np\.arange\(1, (\d+)\)", text)
    return int(found[1]) - 1 if found else 0


def _helper(name: str, data: Code, rows: str | None, columns: str | None, byrow: bool) -> str:
    texts = [str(data)]
    if rows is not None:
        texts.append(rows if columns is not None else f"nrow={rows}")
    if columns is not None:
        texts.append(columns if rows is not None else f"ncol={columns}")
    return f"r.{name}({', '.join(texts)}{', byrow=True' if byrow else ''})"


def _written_out(items: tuple[Code, ...], rows: str | None, columns: str | None, byrow: bool) -> str | None:
    """The rows of a matrix whose entries and size stand in the script."""
    sizes = [None if text is None else int(text) if text.isdigit() else 0 for text in (rows, columns)]
    if 0 in sizes or sizes == [None, None]:
        return None
    n, m = sizes
    n, m = n or len(items) // (m or 1), m or len(items) // (n or 1)
    if n * m != len(items):
        return None
    table = [[items[i * m + j] if byrow else items[j * n + i] for j in range(m)] for i in range(n)]
    return f"[{', '.join(bracketed(tuple(row)) for row in table)}]"


@translates("diag")
def _diag(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "nrow", "ncol")
    value = emitter.code(given["x"]) if "x" in given else Code("1", COUNT)
    kind = value.kind
    if set(given.by_name) == {"x"} and kind.scalar and kind.whole:
        return Code(f"np.eye({value})", MATRIX, fresh=True)
    if set(given.by_name) == {"x"} and kind.plain and kind.rank == 2:
        return Code(f"np.diag({value})", VECTOR.with_(missing=kind.missing))
    if set(given.by_name) == {"x"} and value.items is not None and len(value.items) > 1 and kind.plain:
        return Code(f"np.diag({bracketed(value.items)})", MATRIX.with_(missing=kind.missing), fresh=True)
    if set(given.by_name) == {"x", "nrow"} and value.text == "1":
        return Code(f"np.eye({emitter.code(given['nrow'])})", MATRIX, fresh=True)
    square = kind.plain and (kind.rank or 0) < 2
    result = MATRIX.with_(missing=kind.missing) if square else ANY
    return r_call(emitter, node, "diag", result)


@translates("rbind", "cbind")
def _bound(emitter: Emitter, node: Call) -> Code:
    if any(argument.name or argument.value in (None, Name("...")) for argument in node.arguments):
        named = [argument.value for argument in node.arguments if argument.value not in (None, Name("..."))]
        kinds = [emitter.code(value).kind for value in named if value is not None]
        numbers = all(kind.of == "number" and kind.rank is not None for kind in kinds)
        missing = any(kind.missing for kind in kinds)
        full = len(named) == len(node.arguments) and numbers
        return r_call(emitter, node, node.name, MATRIX.with_(labelled=True, missing=missing) if full else ANY)
    parts = [emitter.code(value) for value in plain_arguments(node)]
    kept = [part for part in parts if part.kind.of != "null"]
    plain = all(part.kind.plain and (part.kind.rank or 0) > 0 for part in kept) and len(kept) > 0
    kind = MATRIX.with_(missing=any(part.kind.missing for part in kept))
    if not plain or {part.kind.of for part in kept} == {"logical"}:
        known = all(part.kind.plain for part in kept) and any((part.kind.rank or 0) > 0 for part in kept)
        labelled = all(part.kind.of in ("number", "prices") and part.kind.rank is not None for part in kept)
        if labelled and not known and kept:
            kind = PRICES if any(part.kind.of == "prices" for part in kept) and node.name == "cbind" else ANY
            kind = kind if kind.of == "prices" else MATRIX.with_(labelled=True, missing=True)
            return Code(f"r.{node.name}({', '.join(map(str, kept))})", kind, fresh=True)
        text = f"r.{node.name}({', '.join(map(str, kept))})"
        return Code(text, kind if known else ANY, fresh=True)
    texts = ", ".join(str(part) for part in kept)
    if node.name == "rbind":
        return Code(f"np.vstack([{texts}])", kind, fresh=True)
    stack = "hstack" if all(part.kind.rank == 2 for part in kept) else "column_stack"
    return Code(f"np.{stack}([{texts}])", kind, fresh=True)


@translates("t")
def _t(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.rank == 2 and (code.kind.plain or code.kind.labelled):
        return Code(f"{code.at(ATOM)}.T", code.kind if code.kind.plain else code.kind.with_(of="number"))
    if code.kind.rank == 1 and code.kind.plain:
        return Code(f"{code.at(ATOM)}[None, :]", MATRIX.with_(missing=code.kind.missing))
    if code.kind.of not in ("any", "number", "logical", "prices"):
        raise Untranslated("t of something that is not known to be a vector or a matrix", node)
    return Code(f"like_r.t({code})", ANY, fresh=True)
