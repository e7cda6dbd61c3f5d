"""Reading by index: 0-based, as slices where ranges stood, and `like_r.take` where the position cannot be judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sitpy.translate.emit.code import ATOM, Code, Linear, bracketed, quoted, slice_text
from sitpy.translate.emit.kinds import ANY, SERIES, Kind
from sitpy.translate.emit.operators import COMPARING, after_zero, range_ends, zero_text
from sitpy.translate.emit.registry import Untranslated
from sitpy.translate.nodes import Argument, Binary, Call, Constant, Index, Name, Node, Text, Unary, bare

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter


@dataclass(frozen=True)
class Subscript:
    """One place between the brackets in Python: ``form`` is all, one, slice, several, mask or without.

    ``some``: how many it takes is not known, and if it takes one row or column R makes a vector of it.
    """

    form: str
    text: str
    some: bool = False


ALL = Subscript("all", ":")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def read(emitter: Emitter, node: Index) -> Code:
    """``x[...]`` or ``x[[...]]``."""
    arguments = [argument for argument in node.arguments if argument.name not in ("drop", "exact")]
    drop = not any(
        argument.name == "drop" and argument.value in (Constant("FALSE"), Name("F")) for argument in node.arguments
    )
    if any(argument.name is not None for argument in arguments):
        raise Untranslated("an index with a name is not known", node)
    if isinstance(node.object, Name) and node.object.name in emitter.script.downloads:
        return _of_downloads(emitter, node, arguments)
    base = emitter.code(node.object)
    if node.double:
        return _item(emitter, base, arguments, node)
    if not arguments:
        return base
    own = _by_own_values(emitter, base, node.object, arguments)
    if own is not None:
        return own
    if base.kind.of == "prices" or (base.kind.labelled and base.kind.rank == 2):
        found = _of_prices(emitter, base, arguments)
        if found is not None and drop:
            return found
    subscripts = subscripts_of(emitter, base, arguments)
    dropping = subscripts is not None and len(subscripts) > 1 and (not drop or any(part.some for part in subscripts))
    if subscripts is None or dropping:
        return taken(emitter, base, arguments, drop)
    if base.zero is None or not base.kind.array:
        return _chosen(base, subscripts)
    zero = _chosen(base.zero.as_(base.kind), subscripts)
    return after_zero(zero, zero.kind) if zero.kind.rank else _chosen(base, subscripts)


def _by_own_values(emitter: Emitter, base: Code, of: Node, arguments: Sequence[Argument]) -> Code | None:
    """``x[x > 0]`` of a Series, and ``x[!is.na(x)]``, which holds no NA any more."""
    value = bare(arguments[0].value) if len(arguments) == 1 and arguments[0].value is not None else None
    if base.kind.rank != 1 or value is None:
        return None
    if isinstance(value, Unary) and value.operator == "!":
        asked = bare(value.operand)
        if isinstance(asked, Call) and asked.name == "is.na" and [each.value for each in asked.arguments] == [of]:
            kind = base.kind.with_(missing=False, some=False, size=None)
            if base.kind.labelled:
                return Code(f"{base.at(ATOM)}.dropna()", kind, fresh=True)
            return Code(f"{base.at(ATOM)}[~np.isnan({base})]", kind, fresh=True) if base.kind.of == "number" else None
    compared = isinstance(value, Binary) and value.operator in COMPARING and value.left == of
    if compared and base.kind.labelled and base.kind.of == "number" and not base.kind.missing:
        test = emitter.code(value)
        beside = emitter.code(value.right).kind if isinstance(value, Binary) else ANY
        if beside.scalar and not beside.missing:
            return Code(f"{base.at(ATOM)}[{test}]", base.kind.with_(some=False, size=None), fresh=True)
    return None


def subscripts_of(emitter: Emitter, base: Code, arguments: Sequence[Argument]) -> list[Subscript] | None:
    """What stands between the brackets in Python, if the array is known well enough."""
    unlabelled = base.kind.plain or (base.kind.of == "text" and not base.kind.labelled)
    if not unlabelled or base.kind.rank != len(arguments):
        return None
    found = [subscript(emitter, argument.value, base, axis) for axis, argument in enumerate(arguments)]
    known = [part for part in found if part is not None]
    if len(known) < len(found):
        return None
    return known


def subscript(emitter: Emitter, node: Node | None, base: Code, axis: int) -> Subscript | None:
    """One place between the brackets; None where its Python is not sure."""
    if node is None:
        return ALL
    inner = bare(node)
    if isinstance(inner, Unary) and inner.operator == "-":
        return _without(emitter, inner.operand, base, axis)
    if isinstance(inner, Constant) and inner.name in ("TRUE", "FALSE"):
        return None
    if _is_last(emitter, inner, base, axis):
        return Subscript("one", "-1")
    ends = range_ends(emitter, inner)
    if ends is not None:
        first, last = ends
        if first == last:
            return Subscript("one", str(first + -1))
        if base.kind.rank == 1 and not _within(base, last):
            return None
        return Subscript("slice", slice_text(first + -1, last))
    code = emitter.code(inner)
    if code.kind.array and code.kind.of == "logical":
        of_vector = code.kind.size is not None and base.kind.rank == 1 and code.kind.size != base.kind.size
        repeated = of_vector or (code.items is not None and base.kind.rank == 2)
        return None if code.kind.missing or repeated or code.kind.rank != 1 else mask(code)
    text = zero_text(code)
    if text is None:
        return None
    return Subscript(
        "one" if code.kind.rank == 0 else "several", text, some=code.kind.rank != 0 and (code.kind.size or 0) < 2
    )


def mask(code: Code) -> Subscript:
    """Truth values."""
    return Subscript("mask", code.text, some=True)


def _within(base: Code, last: Linear) -> bool:
    """Whether a vector has so many entries for sure: where it has fewer R gives NA, and a slice of Python nothing."""
    if not last.terms:
        return base.kind.size is not None and last.constant <= base.kind.size
    return str(last) == f"len({base})"


_SIZES = {"length": None, "len": None, "nrow": 0, "NROW": 0, "ncol": 1, "NCOL": 1}


def _is_last(emitter: Emitter, node: Node, base: Code, axis: int) -> bool:
    """Whether a position is the number of entries, rows or columns of what it is taken from."""
    if not (isinstance(node, Call) and node.name in _SIZES and len(node.arguments) == 1):
        return False
    of, along = node.arguments[0].value, _SIZES[node.name]
    fits = base.kind.rank == 1 if along is None else along == axis and base.kind.rank == 2
    return of is not None and fits and emitter.code(of).text == base.text


def _without(emitter: Emitter, node: Node, base: Code, axis: int) -> Subscript | None:
    """Positions left out."""
    inner = bare(node)
    if _is_last(emitter, inner, base, axis):
        return Subscript("slice", ":-1", some=True)
    ends = range_ends(emitter, inner)
    if ends is not None:
        return Subscript("slice", slice_text(ends[1], None), some=True) if ends[0] == Linear((), 1) else None
    if isinstance(inner, Binary) and inner.operator == ":":
        return None
    code = emitter.code(inner)
    if code.kind.of == "logical":
        return None
    if code.linear is not None and code.linear == Linear((), 1):
        return Subscript("slice", "1:", some=True)
    if code.kind.rank != 0 and not (code.kind.some or code.items):
        return None  # to leave out no position is to take none
    text = zero_text(code)
    return None if text is None else Subscript("without", text, some=True)


def _chosen(base: Code, subscripts: list[Subscript]) -> Code:
    """The Python of an index into an array."""
    rank = (base.kind.rank or 0) - sum(part.form == "one" for part in subscripts)
    kind = base.kind.with_(rank=rank, size=None, some=base.kind.some and not any(part.some for part in subscripts))
    text = base.at(ATOM)
    if [part.form for part in subscripts] == ["one"]:
        text = re.sub(r"^np\.array\(([\w.]+\.symbols)\)$", r"\1", text)
    for axis, part in enumerate(subscripts):
        if part.form == "without":
            along = f", axis={axis}" if len(subscripts) > 1 else ""
            text = f"np.delete({text}, {part.text}{along})"
    rest = [ALL if part.form == "without" else part for part in subscripts]
    fancy = [part for part in rest if part.form in ("several", "mask")]
    if len(fancy) == 2:
        return Code(f"{text}[np.ix_({rest[0].text}, {rest[1].text})]", kind, fresh=True)
    while len(rest) > 1 and rest[-1] is ALL:
        rest.pop()
    fresh = bool(fancy) or text != base.at(ATOM) or kind.rank == 0
    if all(part is ALL for part in rest):
        return Code(text, kind, fresh=fresh)
    return Code(f"{text}[{', '.join(part.text for part in rest)}]", kind, fresh=fresh)


def taken(emitter: Emitter, base: Code, arguments: Sequence[Argument], drop: bool = True) -> Code:
    """An index that R's own rules must resolve."""
    places = [place_text(emitter, argument.value) for argument in arguments]
    codes = [None if argument.value is None else emitter.code(argument.value) for argument in arguments]
    rank: int | None = None
    labelled = base.kind.labelled
    if base.kind.rank == 1 and len(codes) == 1 and codes[0] is not None:
        positive = codes[0].kind.scalar and not isinstance(bare(arguments[0].value or Text("")), Unary)
        rank = 1 if (codes[0].kind.rank or 0) > 0 else 0 if positive and codes[0].kind.positive else None
    known = rank is not None and base.kind.of in ("number", "logical", "text")
    kind = base.kind.with_(rank=rank, labelled=labelled and rank != 0) if known else ANY
    kind = (
        base.kind
        if base.kind.of == "list" or (base.kind.array and base.kind.rank == len(codes) == 2 and not drop)
        else kind
    )
    if base.kind.of == "prices" and len(codes) == 2 and codes[1] is None:
        kind = base.kind  # a table by date stays one, even of one row
    options = "" if drop else ", drop=False"
    return Code(f"like_r.take({base}, {', '.join(places)}{options})", kind, fresh=True)


def place_text(emitter: Emitter, node: Node | None) -> str:
    """An index as R counts it."""
    return "like_r.EVERY" if node is None else emitter.code(node).text


def _item(emitter: Emitter, base: Code, arguments: Sequence[Argument], node: Index) -> Code:
    """``x[[i]]``."""
    if len(arguments) != 1 or arguments[0].value is None:
        if base.kind.rank == 2 and len(arguments) == 2:
            return read(emitter, Index(node.object, node.arguments, False, at=node.at, end=node.end))
        raise Untranslated("this use of [[ is not known", node)
    index = bare(arguments[0].value)
    if base.kind.of == "env":
        return Code(f"prices[{emitter.code(index)}]", SERIES)
    if isinstance(index, Text) and (base.kind.of == "any" or emitter.is_record(base.kind) or base.kind.labelled):
        return Code(f"{base.at(ATOM)}[{quoted(index.value)}]", ANY)
    code = emitter.code(index)
    if base.kind.of == "list" and code.linear is not None and code.linear.least >= 1:
        return Code(f"{base.at(ATOM)}[{code.linear + -1}]", ANY)
    if base.kind.plain and base.kind.rank == 1:
        single = subscript(emitter, index, base, 0)
        if single is not None and single.form == "one":
            return _chosen(base, [single])
    return Code(f"like_r.item({base}, {code})", ANY)


# ------------------------------------------------------------------------------------------------ tables by date


def _of_prices(emitter: Emitter, base: Code, arguments: Sequence[Argument]) -> Code | None:
    """Rows and columns of a DataFrame, by range of dates, by name or by position."""
    kind, text = base.kind, base.at(ATOM)
    if len(arguments) == 1:
        value = bare(arguments[0].value) if arguments[0].value is not None else None
        if kind.of == "prices" and isinstance(value, Text):
            return _between(emitter, base, value.value)
        if kind.of == "prices" and value is not None:
            return _rows(emitter, text, kind, value)
        return None
    rows, columns = arguments[0].value, arguments[1].value
    if columns is None and rows is None:
        return base
    if columns is not None and rows is None:
        return _columns(emitter, text, kind, columns)
    if columns is None and rows is not None:
        if kind.of == "prices" and isinstance(bare(rows), Text):
            return _between(emitter, base, getattr(bare(rows), "value", ""))
        return _rows(emitter, text, kind, rows)
    return None


def _rows(emitter: Emitter, text: str, kind: Kind, node: Node) -> Code | None:
    flat = Kind("number", 2)
    part = subscript(emitter, node, Code(text, flat), 0)
    if part is None or part.form == "without" or (part.form == "one" and kind.of != "prices"):
        return None
    if part.form == "one":
        return Code(f"{text}.iloc[[{part.text}]]", kind)
    return Code(f"{text}.iloc[{part.text}]", kind)


def _columns(emitter: Emitter, text: str, kind: Kind, node: Node) -> Code | None:
    inner = bare(node)
    if isinstance(inner, Text):
        return Code(f"{text}[{quoted(inner.value)}]", SERIES)
    code = emitter.code(inner)
    if code.kind.of == "text" and code.kind.rank == 1:
        return Code(f"{text}[{bracketed(code.items) if code.items else code.text}]", kind)
    part = subscript(emitter, inner, Code(text, Kind("number", 2)), 1)
    if part is None or part.form == "without":
        return None
    return Code(f"{text}.iloc[:, {part.text}]", SERIES if part.form == "one" else kind)


def _between(emitter: Emitter, base: Code, text: str) -> Code:
    """Rows within R's range of dates, as a slice of labels where pandas reads it alike."""
    first, separator, last = (part.strip() for part in text.replace("/", "::").partition("::"))
    ends = [first, last if separator else first]
    if any(end and not _DATE.fullmatch(end) for end in ends):
        return Code(f"{base.at(ATOM)}.iloc[r.dates2index({base}, {quoted(text)})]", base.kind)
    labels = [quoted(end) if end else "" for end in ends]
    return Code(f"{base.at(ATOM)}.loc[{labels[0]}:{labels[1]}]", base.kind)


def _of_downloads(emitter: Emitter, node: Index, arguments: Sequence[Argument]) -> Code:
    if not node.double or len(arguments) != 1 or arguments[0].value is None:
        raise Untranslated("this use of the downloaded data is not known", node)
    return Code(f"prices[{emitter.code(arguments[0].value)}]", SERIES)
