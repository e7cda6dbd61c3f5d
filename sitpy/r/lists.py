"""R's ``list`` with ``$``-like fields, and ``length``."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sitpy.errors import InputError
from sitpy.r._vectors import values_of
from sitpy.record import Record, field_name

Key = str | int


class List(Record):
    """What :func:`list` makes: values by name (``x.name``, ``x["name"]``) or by 0-based position (``x[0]``).

    Positions count the unnamed values first, then the named ones in the order in which they were set. Iterating gives
    the values, ``len`` their number; ``del x.name`` drops one, where R assigns NULL.
    """

    _unnamed: builtins.list[Any]

    def __init__(self, *values: Any, **fields: Any) -> None:
        vars(self)["_unnamed"] = [*values]
        for name, value in fields.items():
            self[name] = value

    def names(self) -> builtins.list[str]:
        """The names of the named values."""
        return [name for name in vars(self) if name != "_unnamed"]

    def _key(self, key: Key) -> Key:
        """The name behind a position, or a position among the unnamed values; KeyError when there is none."""
        fields = List.names(self)
        if isinstance(key, str):
            if field_name(key) not in fields:
                raise KeyError(f"the list has no {key!r}; it has {', '.join(fields) or 'no names'}")
            return field_name(key)
        number = builtins.len(self._unnamed) + builtins.len(fields)
        if not -number <= key < number:
            raise KeyError(f"the list has no position {key}: its {number} value(s) are counted from 0")
        key = key % number - builtins.len(self._unnamed)
        return fields[key] if key >= 0 else key

    def __getitem__(self, name: Key) -> Any:
        key = self._key(name)
        return vars(self)[key] if isinstance(key, str) else self._unnamed[key]

    def __setitem__(self, name: Key, value: Any) -> None:
        if isinstance(name, str):
            setattr(self, field_name(name), value)
            return
        key = self._key(name)
        if isinstance(key, str):
            setattr(self, key, value)
        else:
            self._unnamed[key] = value

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            raise InputError(f"the list cannot have the name {name!r}; let it begin with a letter")
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the list has no {name!r}; it has {', '.join(List.names(self)) or 'no names'}")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and vars(self).get(field_name(name)) is not None

    def __iter__(self) -> Iterator[Any]:
        yield from self._unnamed
        for name in List.names(self):
            yield vars(self)[name]

    def __len__(self) -> int:
        return builtins.len(self._unnamed) + builtins.len(List.names(self))

    def __repr__(self) -> str:
        parts = [repr(value) for value in self._unnamed]
        parts += [f"{name}={vars(self)[name]!r}" for name in List.names(self)]
        return f"list({', '.join(parts)})"


@Mapping.register
class NamedList(List):
    """A list without unnamed values: a mapping too, so that it names what is handed over (strategies, costs, models).

    As in R, iterating gives the values; ``keys()`` gives the names.
    """

    def keys(self) -> builtins.list[str]:
        """The names."""
        return List.names(self)

    def values(self) -> builtins.list[Any]:
        """The values, in the order of the names."""
        return [*self]

    def items(self) -> builtins.list[tuple[str, Any]]:
        """Names and values."""
        return [*zip(List.names(self), self)]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that name, or the default."""
        return vars(self).get(field_name(name), default)


def list(*values: Any, **fields: Any) -> List:
    """R's list: values with and without names, to be read, set and added later.

    It shadows Python's ``list`` on purpose.

    Parameters
    ----------
    *values
        Unnamed values, found by 0-based position (R counts from 1).
    **fields
        Named values. A name with dots is reached by ``x["hist.returns"]`` or ``x.hist_returns``.

    Returns
    -------
    List
        Without unnamed values also a mapping: ``dict(x)``, and wherever sitpy takes functions, costs or models by name.

    Raises
    ------
    InputError
        A name that begins with an underscore. A name that is not there is an AttributeError (``x.name``) or a KeyError
        (``x["name"]``), where R gives NULL.

    Examples
    --------
    >>> import sitpy.r as r
    >>> ia = r.list(symbols=["A", "B"])
    >>> ia.risk = [0.1, 0.2]
    >>> ia["expected.return"] = [0.05, 0.08]
    >>> ia.expected_return, ia["risk"], ia[0]
    ([0.05, 0.08], [0.1, 0.2], ['A', 'B'])
    >>> r.list(1, 2, a=3)
    list(1, 2, a=3)

    References
    ----------
    base R, ``list``.
    """
    return List(*values, **fields) if values else NamedList(**fields)


def len(x: Any) -> int:
    """R's length: all entries of a matrix, the values of a list, 1 for a single text or number, 0 for None.

    It differs from Python's ``len`` for matrices and tables (rows there, cells here) and for text (letters there, 1
    here). A DataFrame counts as a matrix.

    Parameters
    ----------
    x : anything
        A vector, matrix, list or single value.

    Returns
    -------
    int

    Examples
    --------
    >>> import sitpy.r as r
    >>> r.len([10, 20, 30]), r.len(r.matrix(0, 2, 3)), r.len("SPY"), r.len(None)
    (3, 6, 1, 0)

    References
    ----------
    SIT, ``len`` (base R's ``length``).
    """
    if x is None:
        return 0
    if isinstance(x, (List, Mapping)):
        return builtins.len(x)
    return int(np.size(x)) if isinstance(x, np.ndarray) else int(values_of(x).size)
