"""Assignments: to a name, to a field, to positions, and to what R writes as a call (``colnames(x) = ...``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitpy.translate.deparse import deparse
from sitpy.translate.emit import openings, uses
from sitpy.translate.emit.code import ATOM, Code, bracketed, quoted
from sitpy.translate.emit.emitter import RESERVED_FIELDS
from sitpy.translate.emit.indexing import place_text, subscript, subscripts_of
from sitpy.translate.emit.kinds import ANY, IA, NULL, PRICES, Kind, join
from sitpy.translate.emit.operators import zero_text
from sitpy.translate.emit.owning import own_copy, owned
from sitpy.translate.emit.registry import Untranslated
from sitpy.translate.nodes import (
    Argument,
    Assign,
    Call,
    Field,
    Function,
    Index,
    Name,
    Node,
    Text,
    bare,
    walk,
)

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter
    from sitpy.translate.emit.statements import Statements

_IA_FIELDS = {"expected.return", "cov", "risk", "correlation", "hist.returns", "symbols", "n", "annual.factor"}


def assign(writer: Statements, node: Assign) -> None:
    """One assignment, as one or more lines."""
    target = bare(node.target)
    if isinstance(node.value, Assign):
        assign(writer, node.value)
        node = Assign(node.operator, target, node.value.target, at=node.at, end=node.end)
    if openings.assignment(writer, node):
        return
    match target:
        case Name(name=name):
            _to_name(writer, name, node)
        case Field():
            _to_field(writer, target, node)
        case Index():
            _to_positions(writer, target, node)
        case Call():
            _to_call(writer, target, node)
        case _:
            raise Untranslated(f"an assignment to {deparse(target)} is not known", node)


# ------------------------------------------------------------------------------------------------------ names


def _to_name(writer: Statements, name: str, node: Assign) -> None:
    emitter, script, scope = writer.emitter, writer.script, writer.emitter.scope
    if isinstance(node.value, Function):
        writer.function(name, node.value)
        return
    python = emitter.python(name)
    if node.operator == "<<-" and scope.parent is not None:
        _outside(writer, name)
    if _begins_ia(writer, name, node):
        script.unbuilt.add(name)
        scope.set(name, IA)
        return
    script.unbuilt.discard(name)
    value = owned(writer, name, node.value, emitter.code(node.value))
    if value.kind.of == "null" and name in script.filled:
        value = value.as_(NULL)
    zero = _stays_zero_based(writer, name, value)
    if zero is not None:
        scope.set(name, value.kind)
        scope.zero_based.add(name)
        writer.line(f"{python} = {zero}")
        return
    scope.zero_based.discard(name)
    constant = openings.constant_texts(emitter, node.value)
    if constant is not None:
        script.symbols[name] = constant
    writer.line(f"{python} = {value}")
    if name in scope.outer:
        script.found.see_global(name, value.kind)
        return
    scope.set(name, value.kind)
    constant_number = value.linear is not None and not value.linear.terms
    if (
        constant_number
        and scope.parent is None
        and script.counts[name] == 1
        and name not in script.filled | script.shared
    ):
        scope.lows[name] = value.linear.constant if value.linear is not None else 1
    if isinstance(node.value, Call) and node.value.name == "list" and value.kind.of == "list":
        for argument in node.value.arguments:
            if argument.name is not None and argument.value is not None:
                scope.set_field(f"{name}${argument.name}", emitter.code(argument.value).kind)


def _outside(writer: Statements, name: str) -> None:
    scope = writer.emitter.scope
    if name in scope.local:
        raise Untranslated(f"<<- of {name}, which is also a variable of the function itself")
    outer = scope.parent
    if outer is not None and outer.parent is not None and outer.has(name):
        raise Untranslated("<<- out of a function within a function is not known")
    scope.outer.add(name)


def _begins_ia(writer: Statements, name: str, node: Assign) -> bool:
    """``ia = list()`` that is filled with the fields of input assumptions: the first of them makes it."""
    if not (isinstance(node.value, Call) and node.value.name == "list" and not node.value.arguments):
        return False
    fields = {
        part.target.name
        for top in writer.script.program.statements
        for part in walk(top)
        if isinstance(part, Assign) and isinstance(part.target, Field) and part.target.object == Name(name)
    }
    return bool(fields & {"expected.return", "cov", "hist.returns"}) and fields <= _IA_KNOWN


_IA_KNOWN = _IA_FIELDS | {
    "arithmetic.return",
    "geometric.return",
    "parameters.alpha",
    "parameters.omega",
    "parameters.mar",
    "cov.temp",
    "dates",
    "index",
    "nperiod",
}


def _stays_zero_based(writer: Statements, name: str, value: Code) -> str | None:
    """The 0-based text of positions that are used for nothing else."""
    script, scope = writer.script, writer.emitter.scope
    if value.zero is None or value.kind.rank != 1 or script.counts[name] != 1 or name in script.filled:
        return None
    used = any(
        isinstance(part, Index) and any(isinstance(each, Name) and each.name == name for each in walk(part))
        for top in writer.body
        for part in walk(top)
    )
    in_functions = any(
        isinstance(part, Function) and any(isinstance(each, Name) and each.name == name for each in walk(part))
        for top in writer.body
        for part in walk(top)
    )
    if not used or in_functions or scope.parent is not None or not uses.position_only(writer.body, name):
        return None
    return value.zero.text


# ------------------------------------------------------------------------------------------------------ fields


def _to_field(writer: Statements, target: Field, node: Assign) -> None:
    emitter, scope = writer.emitter, writer.emitter.scope
    _local(writer, target, node)
    if isinstance(target.object, Name) and target.object.name in writer.script.downloads:
        raise Untranslated("the downloaded prices are one table; a symbol of it is not replaced", node)
    if isinstance(target.object, Name) and target.object.name in writer.script.unbuilt:
        _first_of_ia(writer, target.object.name, target.name, node)
        return
    base = emitter.code(target.object)
    key = deparse(target)
    if base.kind.of == "null":
        raise Untranslated(
            f"{deparse(target.object)} is NULL and becomes a list; write {deparse(target.object)} = list()"
        )
    if base.kind.of == "ia" and target.name == "n":
        writer.comment(f"# {base}.n follows from the number of assets")
        return
    value = emitter.code(node.value)
    if target.name == "binary.index" and value.kind.of != "null":
        zero = zero_text(value)
        if zero is None:
            raise Untranslated(
                "binary.index counts from 0 in Python, and these positions are not known to be such", node
            )
        value = Code(zero, value.kind)
    else:
        value = owned(writer, "", node.value, value)
    name = RESERVED_FIELDS.get(target.name, target.name.replace(".", "_"))
    if base.kind.labelled:
        writer.line(f"{base.at(ATOM)}[{quoted(target.name)}] = {value}")
        return
    place = f"{base.at(ATOM)}.{name}" if name.isidentifier() else f"{base.at(ATOM)}[{quoted(target.name)}]"
    if value.kind.of == "null" and base.kind.of in ("list", "any"):
        writer.line(f"del {place}")
        scope.kinds.pop(key, None)
        return
    writer.line(f"{place} = {value}")
    scope.set_field(key, value.kind)


def _first_of_ia(writer: Statements, name: str, field: str, node: Assign) -> None:
    python = writer.emitter.python(name)
    if field == "n":
        writer.comment(f"# {python}.n follows from the number of assets")
        return
    writer.script.unbuilt.discard(name)
    writer.script.toolbox.add("InputAssumptions")
    value = owned(writer, "", node.value, writer.emitter.code(node.value))
    writer.line(f"{python} = InputAssumptions({field.replace('.', '_')}={value})")


def _local(writer: Statements, target: Node, node: Assign) -> None:
    """R changes a copy of its own where a function changes a part of an outer variable."""
    name, scope = uses.root(target), writer.emitter.scope
    if not scope.has(name):
        raise Untranslated(f"nothing in the script assigns {name} before a part of it is", node)
    if scope.parent is not None and name not in scope.kinds:
        if node.operator == "<<-":
            _outside(writer, name)
        else:
            own_copy(writer, name, node)


# --------------------------------------------------------------------------------------------------- positions


def _to_positions(writer: Statements, target: Index, node: Assign) -> None:
    emitter, scope = writer.emitter, writer.emitter.scope
    _local(writer, target, node)
    arguments = [argument for argument in target.arguments if argument.name != "drop"]
    base, value = emitter.code(target.object), emitter.code(node.value)
    name = target.object.name if isinstance(target.object, Name) else None
    if target.double and _to_item(writer, target, base, value, node):
        return
    if base.kind.labelled and not arguments:
        writer.line(f"{base.at(ATOM)}[:] = {value}")
        return
    if base.kind.of == "prices" and value.kind.scalar and len(arguments) == 2:
        flat = Code(base.text, Kind("number", 2))
        cells = [subscript(emitter, argument.value, flat, axis) for axis, argument in enumerate(arguments)]
        if all(cell is not None and cell.form in ("all", "one", "slice") for cell in cells):
            texts = [cell.text for cell in cells if cell is not None]
            writer.line(f"{base.at(ATOM)}.iloc[{', '.join(texts).removesuffix(', :')}] = {value}")
            return
    direct = name not in (None, *writer.script.begun_empty) and not base.kind.labelled and base.kind.rank is not None
    subscripts = subscripts_of(emitter, base, arguments) if direct and arguments else None
    if subscripts is not None and _fits(
        base, value, [part.form for part in subscripts], [part.text for part in subscripts]
    ):
        shown = list(subscripts)
        while len(shown) > 1 and shown[-1].form == "all":
            shown.pop()
        places = ", ".join(part.text for part in shown)
        several = [part for part in subscripts if part.form in ("several", "mask")]
        if len(several) == 2:
            places = f"np.ix_({places})"
        writer.line(f"{base}[{places}] = {value}")
        if name is not None:
            kind = base.kind.with_(missing=base.kind.missing or value.kind.missing)
            scope.kinds[name] = kind
        return
    whole_mask = _mask(emitter, base, value, arguments) if direct else None
    if whole_mask is not None:
        writer.line(f"{base}[{whole_mask}] = {value}")
        return
    places = ", ".join(place_text(emitter, argument.value) for argument in arguments) or "like_r.EVERY"
    place = _place(writer, target.object)
    writer.line(f"{place} = like_r.put({base}, {value}, {places})")
    _widen(writer, target.object, base, value)


def _mask(emitter: Emitter, base: Code, value: Code, arguments: list[Argument]) -> str | None:
    """Truth values in the shape of a matrix, where one number is put."""
    if len(arguments) != 1 or arguments[0].value is None or base.kind.rank != 2 or not base.kind.plain:
        return None
    code = emitter.code(arguments[0].value)
    fits = code.kind.plain and code.kind.of == "logical" and code.kind.rank == 2 and not code.kind.missing
    return code.text if fits and base.kind.of == value.kind.of == "number" and value.kind.rank == 0 else None


def _fits(base: Code, value: Code, forms: list[str], texts: list[str]) -> bool:
    """Whether NumPy fills these places as R does."""
    if "without" in forms or _grows(base, texts) or value.kind.labelled or value.kind.rank is None:
        return False
    numeric = base.kind.of == "number" and value.kind.of in ("number", "logical")
    textual = base.kind.of == value.kind.of == "text"
    if not (numeric or textual or base.kind.of == value.kind.of == "logical") or (value.kind.missing and not numeric):
        return False
    free = sum(form != "one" for form in forms)
    if value.kind.rank == 0:
        return free == 0 or len(forms) == 2 or forms[0] in ("mask", "several")
    return value.kind.rank == free and "mask" not in forms


def _grows(base: Code, texts: list[str]) -> bool:
    """Whether a position lies behind the last, as the script says it."""
    return base.kind.size is not None and len(texts) == 1 and texts[0].isdigit() and int(texts[0]) >= base.kind.size


def _to_item(writer: Statements, target: Index, base: Code, value: Code, node: Assign) -> bool:
    """``x[[i]] = value``."""
    emitter = writer.emitter
    if len(target.arguments) != 1 or target.arguments[0].value is None:
        return False
    index = bare(target.arguments[0].value)
    if isinstance(index, Text) and base.kind.of in ("list", "ia", "constraints", "frontier"):
        place = f"{base.at(ATOM)}[{quoted(index.value)}]"
        kept = emitter.own(node.value)
        writer.line(f"del {base.at(ATOM)}.{index.value}" if value.kind.of == "null" else f"{place} = {kept}")
        return True
    if base.kind.plain and base.kind.rank == 1:
        return False
    if value.kind.of == "null":
        raise Untranslated("a value of a list is dropped by its position; drop it by name", node)
    place = _place(writer, target.object)
    kept = emitter.own(node.value)
    writer.line(f"{place} = like_r.put_item({base}, {kept}, {emitter.code(index)})")
    if base.kind.of == "null" and isinstance(target.object, Name):
        emitter.scope.set(target.object.name, ANY)
    return True


def _place(writer: Statements, node: Node) -> str:
    """Where a changed copy goes: what stands on the left must be a variable or a chain of fields."""
    if isinstance(node, Name):
        return writer.emitter.python(node.name)
    if isinstance(node, Field):
        return writer.emitter.code(node).text
    raise Untranslated(f"an assignment to a part of {deparse(node)} is not known", node)


def _widen(writer: Statements, node: Node, base: Code, value: Code) -> None:
    scope = writer.emitter.scope
    if base.kind.of == "null":
        kind = Kind(value.kind.of, 1, missing=True) if value.kind.of in ("number", "logical", "text") else ANY
    else:
        mixed = base.kind.of != value.kind.of and not (base.kind.of == "prices" and value.kind.of == "number")
        kind = join(base.kind, base.kind.with_(of=value.kind.of)) if mixed else base.kind
        kind = kind.with_(whole=False, positive=False, missing=True, size=None)
    if isinstance(node, Name):
        scope.kinds[node.name] = kind
    else:
        scope.set_field(deparse(node), kind)


# ------------------------------------------------------------------------------------------- f(x) = value

_NAMING = {"names": "named({}, {})", "colnames": "labelled({}, {}, axis=1)", "rownames": "labelled({}, {}, axis=0)"}


def _to_call(writer: Statements, target: Call, node: Assign) -> None:
    emitter, scope = writer.emitter, writer.emitter.scope
    if not target.arguments or target.arguments[0].value is None:
        raise Untranslated(f"an assignment to {deparse(target)} is not known", node)
    _local(writer, target, node)
    inner: Node = target.arguments[0].value
    base, value = emitter.code(inner), emitter.code(node.value)
    place = _place(writer, inner)
    names = bracketed(value.items) if value.items is not None else value.text
    kind = base.kind.with_(labelled=True)
    if target.name == "colnames" and base.kind.rank == 2:
        if base.kind.labelled:
            text = f"{base.at(ATOM)}.set_axis({names}, axis=1)"
        else:
            text = f"pd.DataFrame({base}, columns={names})"
    elif target.name == "rownames" and base.kind.rank == 2 and base.kind.of != "prices":
        if base.kind.labelled:
            text = f"{base.at(ATOM)}.set_axis({names}, axis=0)"
        else:
            text = f"pd.DataFrame({base}, index={names})"
    elif target.name == "names" and base.kind.rank == 1 and base.kind.of in ("number", "text", "logical"):
        text = f"pd.Series({emitter.array(base)}, index={names})"
    elif target.name == "diag" and base.kind.rank == 2 and base.kind.plain and isinstance(inner, Name):
        writer.line(f"np.fill_diagonal({base}, {value})")
        return
    elif target.name == "names" and base.kind.of == "prices":
        text, kind = f"{base.at(ATOM)}.set_axis({names}, axis=1)", PRICES
    elif base.kind.of in ("any", "list") and target.name in _NAMING and value.kind.of != "null":
        text, kind = f"like_r.{_NAMING[target.name].format(base, names)}", base.kind
    else:
        raise Untranslated(f"{target.name}(...) = is not known here", node)
    writer.line(f"{place} = {text}")
    if isinstance(inner, Name):
        scope.set(inner.name, kind)
    else:
        scope.set_field(deparse(inner), kind)
