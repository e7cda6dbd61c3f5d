"""Files of R as values of R: the JSON of ``export_from_r.R``, ``.rds`` and ``.RData``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from sitpy.errors import InputError
from sitpy.reference.rvalues import RValue, named_list

EXPORT = "sitpy from R 1"
BINARY = (".rds", ".rdata", ".rda")
_WORDS = {"NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf}


def read_export(content: dict[str, Any], name: str) -> RValue:
    """The objects of a file that ``export_from_r.R`` wrote, a list of R by their names."""
    objects = content.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise InputError(f"{name!r} holds no 'objects'; write it again with export_for_sitpy() of export_from_r.R")
    return named_list({key: _from_json(value, f"{name}: objects.{key}") for key, value in objects.items()})


def _from_json(value: Any, where: str) -> RValue:
    if value is None:
        return RValue([])
    if not isinstance(value, dict) or len({"list", "numbers", "words"} & value.keys()) != 1:
        raise InputError(f"{where} is {str(value)[:40]!r}; expected an object with 'list', 'numbers' or 'words'")
    attributes = {
        key: _from_json(part, f"{where}.{key}") for key, part in value.get("attributes", {}).items() if part is not None
    }
    items = value.get("list", value.get("numbers", value.get("words")))
    if not isinstance(items, list):
        raise InputError(f"{where} holds {str(items)[:40]!r}; expected a list")
    if "list" in value:
        return RValue([_from_json(item, f"{where}[{i}]") for i, item in enumerate(items, 1)], True, attributes)
    if "numbers" in value:
        return RValue([_plain_number(item, where) for item in items], False, attributes)
    return RValue([None if item is None else str(item) for item in items], False, attributes)


def _plain_number(item: Any, where: str) -> float | bool | None:
    if item is None or isinstance(item, (bool, int, float)):
        return item
    if item not in _WORDS:
        raise InputError(f"{where} holds {item!r}; expected numbers, null, 'NaN', 'Inf' or '-Inf'")
    return _WORDS[item]


# -------------------------------------------------------------------------------------------------- .rds, .RData


def read_binary(path: Path) -> RValue:
    """A value that ``saveRDS`` wrote, or the values of ``save`` in a list by their names."""
    try:
        import rdata
    except ImportError:
        raise InputError(
            f"reading {str(path)!r} needs the package rdata: install sitpy[r], or write the objects as text with "
            "dput(ef, 'ef.R')"
        ) from None
    try:
        parsed = rdata.parser.parse_file(path)
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except Exception as error:  # the package has no family of errors of its own
        raise InputError(f"{str(path)!r} is no file of saveRDS or save: {error}") from error
    return _from_parsed(parsed.object)


def _from_parsed(node: Any) -> RValue:
    """A parsed object; environments, functions and symbols are no figures and become NULL."""
    kind = node.info.type.name
    if kind == "REF":
        return _from_parsed(node.referenced_object)
    attributes = {} if node.attributes is None else _pairs(node.attributes)
    if kind == "LIST":
        return named_list(_pairs(node))
    if kind in ("VEC", "EXPR"):
        return RValue([_from_parsed(item) for item in node.value], True, attributes)
    if kind == "STR":
        return RValue([_string(item) for item in node.value], False, attributes)
    if kind in ("REAL", "INT", "LGL"):
        return RValue(_numbers(node.value, kind), False, attributes)
    return RValue([])


def _pairs(node: Any) -> dict[str, RValue]:
    """The tags and values of a pairlist."""
    found: dict[str, RValue] = {}
    while node is not None and node.info.type.name == "LIST":
        value, rest = node.value
        tag = node.tag if node.tag is None or node.tag.info.type.name != "REF" else node.tag.referenced_object
        found["" if tag is None else (_string(tag.value) or "")] = _from_parsed(value)
        node = rest
    return found


def _string(node: Any) -> str | None:
    if node.value is None:
        return None
    return node.value.decode("utf-8", errors="replace") if isinstance(node.value, bytes) else str(node.value)


def _numbers(values: Any, kind: str) -> list[Any]:
    import numpy as np

    found = [None if np.ma.is_masked(value) else value for value in values]
    if kind == "LGL":
        return [None if value is None else bool(value) for value in found]
    missing = -(2**31)  # as R stores NA among whole numbers
    return [None if value is None or (kind == "INT" and value == missing) else float(value) for value in found]
