"""Operators: Python's own where both sides are known to agree with R's rules, otherwise `like_r.calc`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sitpy.translate.emit.code import (
    ADD,
    AND,
    ATOM,
    BITAND,
    BITOR,
    COMPARE,
    MULTIPLY,
    NOT,
    OR,
    POWER,
    UNARY,
    Code,
    Linear,
    from_linear,
    quoted,
)
from sitpy.translate.emit.kinds import ANY, LOGICAL, MATRIX, NUMBER, VECTOR, WHOLE, Kind
from sitpy.translate.emit.registry import Untranslated
from sitpy.translate.nodes import Argument, Binary, Call, Name, Node, Number, Unary, bare

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter

ARITHMETIC = {"+": ("+", ADD), "-": ("-", ADD), "*": ("*", MULTIPLY), "/": ("/", MULTIPLY), "%%": ("%", MULTIPLY)}
ARITHMETIC["%/%"] = ("//", MULTIPLY)
COMPARING = ("==", "!=", "<", ">", "<=", ">=")


def unary(emitter: Emitter, node: Unary) -> Code:
    """``-x``, ``+x``, ``!x``."""
    if node.operator == "!":
        return _negation(emitter, node)
    if node.operator not in ("-", "+"):
        raise Untranslated("formulas are not known", node)
    operand = emitter.code(node.operand)
    if node.operator == "+":
        return operand
    if operand.linear is not None:
        return from_linear(operand.linear.times(-1), WHOLE)
    if operand.kind.of == "number" or operand.kind.of == "prices":
        within = f"({operand})" if operand.level == POWER else operand.at(UNARY)
        return Code(f"-{within}", operand.kind.with_(positive=False), UNARY, fresh=True)
    return Code(f"like_r.calc(0, {quoted('-')}, {operand})", operand.kind.with_(of="number"), fresh=True)


def _negation(emitter: Emitter, node: Unary) -> Code:
    operand = emitter.code(node.operand)
    if operand.kind.plain and operand.kind.of == "logical" and not operand.kind.missing:
        if operand.kind.rank == 0:
            return Code(f"not {operand.at(NOT)}", LOGICAL, NOT)
        return Code(f"~{operand.at(UNARY)}", operand.kind, UNARY, fresh=True)
    return Code(f"like_r.negated({operand})", operand.kind.with_(of="logical"), fresh=True)


def binary(emitter: Emitter, node: Binary) -> Code:
    """Two operands."""
    operator = node.operator
    if operator == ":":
        return span(emitter, node.left, node.right)
    if operator in ("&&", "||"):
        return emitter.condition(node)
    if operator == "%*%":
        return product(emitter, node)
    if operator == "%o%":
        first, second = emitter.code(node.left), emitter.code(node.right)
        if not all(code.kind.plain and code.kind.rank in (0, 1) for code in (first, second)):
            raise Untranslated("%o% of something that is not known to be a vector is not known", node)
        return Code(f"np.outer({first}, {second})", MATRIX, fresh=True)
    if operator == "%in%":
        return _membership(emitter, node)
    if operator == "%>%":
        if not isinstance(node.right, Call):
            raise Untranslated("%>% without a call to its right is not known", node)
        right = node.right
        return emitter.code(
            Call(right.function, (Argument(None, node.left), *right.arguments), at=node.at, end=node.end)
        )
    first, second = emitter.code(node.left), emitter.code(node.right)
    if operator in ARITHMETIC:
        return _arithmetic(operator, first, second)
    if operator == "^":
        return _power(first, second)
    if operator in COMPARING:
        if operator not in ("==", "!=") and "text" in (first.kind.of, second.kind.of):
            raise Untranslated("the order of texts depends on R's locale", node)
        return _comparison(operator, first, second)
    if operator in ("&", "|"):
        return _both(operator, first, second)
    raise Untranslated(f"the operator {operator} is not known", node)


def together(first: Code, second: Code) -> bool:
    """Whether NumPy pairs the values as R does."""
    ranks = {first.kind.rank, second.kind.rank}
    if first.kind.plain and second.kind.plain:
        if first.kind.rank == second.kind.rank == 1 and None not in (first.kind.size, second.kind.size):
            return first.kind.size == second.kind.size
        return len(ranks) == 1 or 0 in ranks
    tables = [code for code in (first, second) if code.kind.labelled and code.kind.of in ("number", "prices")]
    scalars = [code for code in (first, second) if code.kind.scalar]
    same = first.kind.labelled and second.kind.labelled and _root(first) == _root(second) is not None
    return (len(tables) == 1 and len(scalars) == 1) or (len(tables) == 2 and same)


def _beside_number(first: Code, second: Code) -> bool:
    """Whether an unknown value stands beside one number, which every value takes alike."""
    kinds = (first.kind, second.kind)
    return any(kind.of == "any" for kind in kinds) and any(kind.of == "number" and kind.scalar for kind in kinds)


def _root(code: Code) -> str | None:
    """The variable that a labelled value comes from by what keeps its labels."""
    text = code.text.removeprefix("r.mlag(").removeprefix("like_r.lagged(")
    name = text.split(".")[0].split("[")[0].split(",")[0].rstrip(")")
    plain = name.isidentifier() and text.rstrip(")").split(",")[0] == name
    return name if plain else None


def _result(first: Code, second: Code, of: str = "number") -> Kind:
    """Kind of an operation on two values."""
    labelled = next((code.kind for code in (first, second) if code.kind.labelled), None)
    missing = first.kind.missing or second.kind.missing
    if labelled is not None:
        return labelled.with_(of=labelled.of if of == "number" else of, whole=False, positive=False, missing=missing)
    ranks = [first.kind.rank, second.kind.rank]
    rank = max(rank for rank in ranks if rank is not None) if None not in ranks else 2 if 2 in ranks else None
    some = all(code.kind.some or code.kind.rank == 0 for code in (first, second))
    sizes = {code.kind.size for code in (first, second) if code.kind.rank != 0}
    return Kind(of, rank, missing=missing, some=some, size=sizes.pop() if len(sizes) == 1 else None)


def _calc(operator: str, first: Code, second: Code, kind: Kind) -> Code:
    known = kind if first.kind.of != "any" and second.kind.of != "any" else kind.with_(rank=None, missing=True)
    return Code(f"like_r.calc({first}, {quoted(operator)}, {second})", known, fresh=True)


def _arithmetic(operator: str, first: Code, second: Code) -> Code:
    linear = _linear(operator, first, second)
    if linear is not None:
        return linear
    kind = ANY if _beside_number(first, second) else _result(first, second)
    both_logical = first.kind.of == second.kind.of == "logical"
    if (
        not (together(first, second) or _beside_number(first, second))
        or both_logical
        or _minus_of_logical(operator, first, second)
    ):
        return _calc(operator, first, second, kind)
    whole = operator != "/" and kind.of != "any" and first.kind.whole and second.kind.whole
    positive = whole and operator in "+*" and first.kind.positive and second.kind.positive
    if operator in ("/", "%%", "%/%") and not _never_zero(second):
        kind = kind.with_(missing=True)  # 0 / 0
    symbol, level = ARITHMETIC[operator]
    text = f"{first.at(level)} {symbol} {second.at(level + 1)}"
    return Code(text, kind.with_(whole=whole, positive=positive), level, fresh=True)


def _never_zero(code: Code) -> bool:
    """Whether a divisor is a number of the script other than 0, or 1 or more."""
    number = re.fullmatch(r"-?[\d.]+(e-?\d+)?", code.text)
    return code.kind.positive or (number is not None and float(number[0]) != 0)


def _minus_of_logical(operator: str, first: Code, second: Code) -> bool:
    return operator == "-" and "logical" in (first.kind.of, second.kind.of)


def _linear(operator: str, first: Code, second: Code) -> Code | None:
    """Whole numbers added up, so that positions come out simple."""
    a, b = first.linear, second.linear
    if a is None or b is None or operator not in "+-*":
        return None
    if operator == "*" and a.terms and b.terms:
        return None
    if operator == "*":
        total = a.times(b.constant) if not b.terms else b.times(a.constant)
    else:
        total = a.plus(b, 1 if operator == "+" else -1)
    kind = WHOLE.with_(positive=total.least >= 1)
    return from_linear(total, kind)


def _power(first: Code, second: Code) -> Code:
    kind = ANY if _beside_number(first, second) else _result(first, second)
    if not (together(first, second) or _beside_number(first, second)) or "logical" in (first.kind.of, second.kind.of):
        return _calc("^", first, second, kind)
    exponent = second.linear.constant if second.linear is not None and not second.linear.terms else None
    small = exponent is not None and 0 <= exponent <= 3
    scalars = first.kind.scalar and second.kind.scalar
    whole_base = first.kind.whole
    safe = (
        small
        or (scalars and exponent is not None and exponent > 0)
        or (not whole_base and exponent is not None)
        or ((first.kind.rank or 0) > 0 and not (whole_base and second.kind.whole))
    )
    if scalars and first.linear is not None and not first.linear.terms and first.linear.constant > 0:
        safe = True
    if exponent is None and not first.kind.positive:
        kind = kind.with_(missing=True)  # a root of a negative number
    if not safe:
        return Code(f"np.float_power({first}, {second})", kind, fresh=True)
    whole = small and kind.of != "any" and first.kind.whole
    simple = all(re.fullmatch(r"-?[\w.]+(\*\*-?[\w.]+)*", code.text) for code in (first, second))
    text = f"{first.at(ATOM)}{'**' if simple and first.level == ATOM else ' ** '}{second.at(UNARY)}"
    return Code(text, kind.with_(whole=whole, positive=whole and first.kind.positive), POWER, fresh=True)


def _comparison(operator: str, first: Code, second: Code) -> Code:
    kind = _result(first, second, "logical")
    texts = first.kind.of == second.kind.of == "text" and not (first.kind.labelled or second.kind.labelled)
    known = texts and None not in (first.kind.rank, second.kind.rank)
    if (not known and not together(first, second)) or kind.missing:
        return _calc(operator, first, second, kind)
    return Code(f"{first.at(BITOR)} {operator} {second.at(BITOR)}", kind, COMPARE, fresh=True)


def _both(operator: str, first: Code, second: Code) -> Code:
    kind = _result(first, second, "logical")
    logical = first.kind.of == second.kind.of == "logical"
    if not logical or not together(first, second) or kind.missing or kind.labelled:
        return _calc(operator, first, second, kind)
    if kind.rank == 0:
        word, loose = ("and", AND) if operator == "&" else ("or", OR)
        return Code(f"{first.at(loose)} {word} {second.at(loose + 1)}", LOGICAL, loose)
    level = BITAND if operator == "&" else BITOR
    return Code(f"{first.at(level)} {operator} {second.at(level + 1)}", kind, level, fresh=True)


def _membership(emitter: Emitter, node: Binary) -> Code:
    first, second = emitter.code(node.left), emitter.code(node.right)
    kind = Kind("logical", first.kind.rank)
    values = f"[{', '.join(map(str, second.items))}]" if second.items else second.text
    if first.kind.rank == 0 and second.kind.rank == 1 and not second.kind.labelled and first.kind.of == second.kind.of:
        return Code(f"{first.at(BITOR)} in {values if second.items else second.at(BITOR)}", LOGICAL, COMPARE)
    if first.kind.rank is None:
        kind = kind.with_(missing=True)
    return Code(f"np.isin({first}, {values})", kind, fresh=True)


# ---------------------------------------------------------------------------------------------- matrix product


def product(emitter: Emitter, node: Binary) -> Code:
    """``%*%``: a vector beside its own transpose is an outer product, otherwise Python's ``@``."""
    left, right = _transposed(node.left), _transposed(node.right)
    first = emitter.code(left or node.left)
    second = emitter.code(right or node.right)
    if right is not None and second.kind.rank == 1:
        if first.kind.rank != 1 or left is not None:
            raise Untranslated("this product with a transposed vector is not known", node)
        return Code(f"np.outer({first}, {second})", MATRIX, fresh=True)
    first = _turned(emitter, first, left is not None)
    second = _turned(emitter, second, right is not None)
    ranks = (first.kind.rank, second.kind.rank)
    if None in ranks and 0 not in ranks and left is None is right:
        return Code(f"np.asarray({first}) @ np.asarray({second})", ANY, MULTIPLY, fresh=True)
    if None in ranks or 0 in ranks:
        raise Untranslated("a product of matrices needs to know which operand is a vector", node)
    sides = [Code(emitter.array(code), level=code.level if code.kind.plain else ATOM) for code in (first, second)]
    missing = first.kind.missing or second.kind.missing
    kind = {(2, 2): MATRIX, (1, 1): NUMBER}.get((ranks[0] or 0, ranks[1] or 0), VECTOR).with_(missing=missing)
    return Code(f"{sides[0].at(MULTIPLY)} @ {sides[1].at(UNARY)}", kind, MULTIPLY, fresh=True)


def _transposed(node: Node) -> Node | None:
    """The operand of ``t(...)``."""
    inner = bare(node)
    if isinstance(inner, Call) and inner.name == "t" and len(inner.arguments) == 1:
        return inner.arguments[0].value
    return None


def _turned(emitter: Emitter, code: Code, turn: bool) -> Code:
    if not turn or code.kind.rank == 1:
        return code
    return Code(f"{Code(emitter.array(code), level=code.level).at(ATOM)}.T", code.kind.with_(labelled=False))


# ------------------------------------------------------------------------------------------------------ ranges


def range_ends(emitter: Emitter, node: Node) -> tuple[Linear, Linear] | None:
    """First and last of ``a:b``, ``seq_len(n)`` or ``seq_along(x)`` where they rise for sure, from 1 or more."""
    inner = bare(node)
    if isinstance(inner, Call) and inner.name in ("seq_len", "seq_along") and len(inner.arguments) == 1:
        value = inner.arguments[0].value or Number("0")
        counted = Call(Name("length"), (Argument(None, value),), at=inner.at) if inner.name == "seq_along" else value
        last = emitter.code(counted).linear
        return None if last is None or last.least < 0 else (Linear((), 1), last)
    if not (isinstance(inner, Binary) and inner.operator == ":"):
        return None
    first, last_code = emitter.code(inner.left), emitter.code(inner.right)
    if first.linear is None or last_code.linear is None:
        return None
    distance = last_code.linear.plus(first.linear, -1)
    sure = first.linear.least >= 1 and distance.least >= 0
    return (first.linear, last_code.linear) if sure else None


def span(emitter: Emitter, left: Node, right: Node) -> Code:
    """``a:b`` as a vector of values."""
    ends = range_ends(emitter, Binary(":", left, right))
    if ends is None:
        first, last = emitter.code(left), emitter.code(right)
        kind = VECTOR.with_(some=True, whole=first.kind.whole, positive=first.kind.positive and last.kind.positive)
        if first.kind.rank != 0 or last.kind.rank != 0:
            kind = kind.with_(positive=False)
        return Code(f"r.seq({first}, {last})", kind, fresh=True)
    return counted(*ends)


def counted(first: Linear, last: Linear) -> Code:
    """The whole numbers from one to another, and as positions from 0."""
    distance = last.plus(first, -1)
    size = None if distance.terms else distance.constant + 1
    kind = VECTOR.with_(whole=True, positive=True, some=distance.least >= 0, size=size)
    zero = f"np.arange({last})" if first == Linear((), 1) else f"np.arange({first + -1}, {last})"
    return Code(f"np.arange({first}, {last + 1})", kind, zero=Code(zero, kind, fresh=True), fresh=True)


def after_zero(zero: Code, kind: Kind) -> Code:
    """Positions whose 0-based form is known."""
    return Code(f"{zero.at(ADD)} + 1", kind, ADD, zero=zero, fresh=True)


def zero_text(code: Code) -> str | None:
    """Positions counted from 0, as an argument that sitpy takes so; None where they may be something else."""
    if code.zero is not None:
        return code.zero.text
    if code.linear is not None and code.linear.least >= 1:
        return str(code.linear + -1)
    if code.items and all(item.linear is not None and item.linear.least >= 1 for item in code.items):
        return f"[{', '.join(str((item.linear or Linear()) + -1) for item in code.items)}]"
    if code.kind.array and code.kind.whole and code.kind.positive:
        return f"{code.at(ADD)} - 1"
    return None
