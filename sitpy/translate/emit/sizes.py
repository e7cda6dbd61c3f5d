"""Sizes, and where values stand: ``length``, ``which``, ``order``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitpy.translate.emit.code import ATOM, Code, Linear, Term, atom, from_linear
from sitpy.translate.emit.kinds import ANY, COUNT, POSITIONS, WHOLE, Kind
from sitpy.translate.emit.operators import after_zero
from sitpy.translate.emit.registry import Untranslated, matched, plain_arguments, translates
from sitpy.translate.nodes import Call, Constant, Name, bare

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter

# --------------------------------------------------------------------------------------------------------- sizes


@translates("length", "nrow", "ncol", "NROW", "NCOL", "dim", "len")
def _size(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    kind, base = code.kind, code.at(ATOM)
    name = node.name
    if name in ("length", "len"):
        if kind.rank == 1 and (kind.plain or kind.labelled or kind.of in ("text", "list")):
            return _counting(f"len({code})", kind)
        if kind.rank == 2 and kind.plain:
            return _counting(f"{base}.size", kind)
        return _counting(f"r.len({code})", kind)
    if kind.rank != 2:
        if kind.rank == 1 and name in ("NROW", "nrow") and kind.plain and name == "NROW":
            return _counting(f"len({code})", kind)
        if kind.of == "any" and name != "dim":
            return from_linear(atom(f"{base}.shape[{0 if 'row' in name.lower() else 1}]", COUNT), COUNT)
        if kind.of == "any":
            return Code(f"like_r.dim({code})", ANY, fresh=True)
        raise Untranslated(f"{name} of something that is not known to be a matrix", node)
    if name == "dim":
        return Code(f"np.array({base}.shape)", POSITIONS, fresh=True)
    return from_linear(atom(f"{base}.shape[{0 if 'row' in name.lower() else 1}]", COUNT), COUNT)


def _counting(text: str, kind: Kind) -> Code:
    """A length, which is never negative, and 1 or more where there is some value."""
    return from_linear(Linear((Term(text, 1, int(kind.some)),)), WHOLE.with_(positive=kind.some))


# ----------------------------------------------------------------------------------------------------- positions


@translates("which")
def _which(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.rank == 2 and code.kind.plain and code.kind.of == "logical" and not code.kind.missing:
        return after_zero(Code(f'np.flatnonzero({code.at(ATOM)}.ravel(order="F"))', POSITIONS, fresh=True), POSITIONS)
    if not (code.kind.rank == 1 and code.kind.of == "logical"):
        raise Untranslated("which of something that is not known to be a vector of truth values", node)
    test = f"{code.at(ATOM)} == 1" if code.kind.missing else code.text
    return after_zero(Code(f"np.flatnonzero({test})", POSITIONS, fresh=True), POSITIONS)


@translates("which.max", "which.min")
def _which_max(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    skip = "" if code.kind.plain and not code.kind.missing else "nan"
    text = f"int(np.{skip}arg{node.name[6:]}({emitter.array(code)}))"
    return from_linear(Linear((Term(text, 1, 0),), 1), COUNT)


@translates("order")
def _order(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "decreasing")
    code = emitter.code(given["x"])
    falling = "decreasing" in given and bare(given["decreasing"]) in (Constant("TRUE"), Name("T"))
    if not code.kind.plain and not (code.kind.labelled and code.kind.of == "number" and code.kind.rank == 1):
        raise Untranslated("order of something that is not known to be a vector of numbers", node)
    array = emitter.array(code)
    values = f"-{code.at(ATOM)}" if falling and array == code.text else f"-{array}" if falling else array
    kind = POSITIONS.with_(size=code.kind.size, some=code.kind.some)
    return after_zero(Code(f'np.argsort({values}, kind="stable")', kind, fresh=True), kind)


@translates("match")
def _match(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "table")
    first, second = emitter.code(given["x"]), emitter.code(given["table"])
    kind = Kind("number", first.kind.rank, missing=True)
    return Code(f"like_r.match({first}, {second})", kind, fresh=True)
