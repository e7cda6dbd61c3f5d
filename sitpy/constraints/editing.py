"""Reading, dropping and merging constraints that are there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sitpy.arguments import positions
from sitpy.constraints.building import add_constraints
from sitpy.constraints.record import Constraints, checked_constraints
from sitpy.errors import InputError

Array = np.ndarray


def delete_constraints(index: int | Sequence[int] | Array, constraints: Constraints) -> Constraints:
    """Drop constraints by their 0-based column positions; ``meq`` falls by the number of dropped equalities.

    Parameters
    ----------
    index : int or sequence of int
        Columns of ``A``; negative positions count from the end.
    constraints : Constraints
        The set to shorten; it is not changed.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        When a position does not exist.

    Examples
    --------
    >>> import sitpy
    >>> constraints = sitpy.create_basic_constraints(2)
    >>> sitpy.delete_constraints(0, constraints).meq
    0

    References
    ----------
    SIT, ``delete.constraints``; SIT makes ``meq`` negative when column 1 of a set without equalities goes.
    """
    m = checked_constraints(constraints).m
    drop = positions("index", index)
    if drop.size and (drop.min() < -m or drop.max() >= m):
        raise InputError(f"there is no constraint {drop.tolist()} to delete: the {m} columns are counted 0..{m - 1}")
    drop = np.unique(drop % m) if m else drop
    keep = np.setdiff1d(np.arange(m), drop)
    names = constraints.names
    result = constraints.replaced(constraints.matrix[:, keep].copy(), constraints.b[keep], [names[j] for j in keep])
    result.meq = constraints.meq - int((drop < constraints.meq).sum())
    return result


def type_constraints(constraints: Constraints) -> list[str]:
    """Sense of every constraint, ``=`` or ``>=``, in column order.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.type_constraints(sitpy.create_basic_constraints(1))
    ['=', '>=', '>=']

    References
    ----------
    SIT, ``type.constraints``.
    """
    checked_constraints(constraints)
    return ["="] * constraints.meq + [">="] * (constraints.m - constraints.meq)


def merge_constraints(constraints1: Constraints, constraints2: Constraints) -> Constraints:
    """Both sets at once: equalities first (the second set's in front), tightest bounds.

    Parameters
    ----------
    constraints1, constraints2 : Constraints
        Two sets over the same variables; neither is changed.

    Returns
    -------
    Constraints

    Raises
    ------
    InputError
        When the two sets have different numbers of variables.

    Examples
    --------
    >>> import sitpy
    >>> a, b = sitpy.new_constraints(2, lb=0, ub=1), sitpy.new_constraints(2, lb=0.1)
    >>> sitpy.merge_constraints(a, b).lb.tolist()
    [0.1, 0.1]

    References
    ----------
    SIT, ``merge.constraints``.
    """
    checked_constraints(constraints1, "constraints1")
    checked_constraints(constraints2, "constraints2")
    if constraints1.n != constraints2.n:
        raise InputError(
            f"merge_constraints: the first set has {constraints1.n} variables, the second {constraints2.n}; "
            "both must be based on the same assets (add_variables can fill up the smaller)"
        )
    second, meq = constraints2, constraints2.meq
    merged = add_constraints(second.matrix[:, :meq], second.b[:meq], "=", constraints1, second.names[:meq])
    merged = add_constraints(second.matrix[:, meq:], second.b[meq:], ">=", merged, second.names[meq:])
    merged.lb = np.fmax(constraints1.lb, second.lb)
    merged.ub = np.fmin(constraints1.ub, second.ub)
    binaries = [c.binary_index for c in (constraints1, second) if c.binary_index is not None]
    merged.binary_index = np.concatenate(binaries) if binaries else None
    merged.differences = constraints1.differences + second.differences
    return merged
