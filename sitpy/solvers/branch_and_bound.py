"""SIT's ``binary_branch_bound``: a general 0/1 search over any relaxation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sitpy.arguments import choice, flag, function, instance, numbers, real, shown
from sitpy.errors import InputError
from sitpy.record import Record
from sitpy.solvers.linear import binary_positions
from sitpy.solvers.search import Control, Relaxed, Search

Array = np.ndarray


def bbb_control(
    itermax: float = 200,
    depthmax: float = math.inf,
    bineps: float = 1e-4,
    precisioneps: float = 0.0,
    silent: bool = True,
    branchvar: Literal["first", "max", "min"] = "first",
    proborder: Literal["0", "1", "mindiff"] = "0",
    searchdir: Literal["depth", "breadth", "best", "normbest"] = "depth",
) -> Control:
    """Options of :func:`binary_branch_bound`.

    Parameters
    ----------
    itermax : int
        Most relaxations to solve; when reached, the result is not proven.
    depthmax : int
        Most binaries to fix on one path; when reached, the result is not proven.
    bineps : float
        How near to 0 or 1 counts as integer.
    precisioneps : float
        A node is closed when its bound is within this much (absolute) of the best value.
    silent : bool
        Print nothing; otherwise one line per improvement.
    branchvar : {"first", "max", "min"}
        Branch on the first binary that is not integer, the one nearest 1/2, or the one farthest from it.
    proborder : {"0", "1", "mindiff"}
        Which child comes first: the 0 branch, the 1 branch, the one nearer to the relaxed value.
    searchdir : {"depth", "breadth", "best", "normbest"}
        Next node: the newest, the oldest, the one with the best bound, the one whose bound rose least per fixed binary.

    Returns
    -------
    Control

    Raises
    ------
    InputError
        An unknown word, or a limit that is not positive.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.bbb_control(branchvar="max", searchdir="best").searchdir
    'best'

    References
    ----------
    SIT, ``bbb_control``; Bemporad, A. and Mignone, D. (2001), "A Matlab function for solving mixed integer quadratic
    programs", ETH Zurich, which SIT follows.
    """
    for name, value, words in (
        ("branchvar", branchvar, ("first", "max", "min")),
        ("proborder", str(proborder), ("0", "1", "mindiff")),
        ("searchdir", searchdir, ("depth", "breadth", "best", "normbest")),
    ):
        choice(name, value, words)
    itermax, depthmax = (
        real(name, limit, "give 1 or more (infinity: no limit)", lambda limit: limit >= 1)
        for name, limit in (("itermax", itermax), ("depthmax", depthmax))
    )
    bineps = real("bineps", bineps, "give a number above 0 and below 0.5", lambda size: 0 < size < 0.5)
    precisioneps = real("precisioneps", precisioneps, "give 0 or more", lambda size: 0 <= size < math.inf)
    return Control(
        itermax, depthmax, bineps, precisioneps, flag("silent", silent), branchvar, str(proborder), searchdir
    )


@dataclass(frozen=True)
class BranchBoundResult(Record):
    """Answer of :func:`binary_branch_bound`.

    ``xmin`` (all variables; nan when none was found), ``fmin``, ``counter`` (relaxations solved), ``flag`` (1 solved,
    5 stopped by a limit without an integer answer, 7 infeasible), ``bound`` (no integer point has a lower value), ``gap``
    (relative), ``proven``.
    """

    xmin: Array
    fmin: float
    counter: int
    flag: int
    bound: float
    gap: float
    proven: bool


def binary_branch_bound(
    index_binvar: Sequence[int] | Array,
    bbb_data: Mapping[str, Any],
    bbb_solve: Callable[[dict[str, Any]], Mapping[str, Any]],
    control: Control | None = None,
) -> BranchBoundResult:
    """General 0/1 branch and bound over any relaxation.

    Parameters
    ----------
    index_binvar : sequence of int
        0-based positions of the 0/1 variables.
    bbb_data : mapping
        The problem, with at least ``lb`` and ``ub`` (arrays, n variables); the rest is passed on untouched.
    bbb_solve : callable
        Solves the relaxation of a mapping like ``bbb_data`` whose bounds of the binaries have been tightened, and
        returns a mapping with ``ok`` (False: infeasible), ``x`` (n variables), ``fval`` and, optionally, ``bound``
        (a value that no feasible point beats; ``fval`` when absent).
    control : Control, optional
        See :func:`bbb_control`.

    Returns
    -------
    BranchBoundResult

    Raises
    ------
    InputError
        When bounds are missing or a position does not exist.

    Examples
    --------
    Two of three projects, at least cost, the relaxation being a linear programme:

    >>> import numpy as np, sitpy
    >>> def relaxation(data):
    ...     try:
    ...         lp = sitpy.solve_LP_bounds("min", [3, 1, 2], [[1, 1, 1]], ["="], 2, lb=data["lb"], ub=data["ub"])
    ...     except sitpy.InfeasibleError:
    ...         return {"ok": False}
    ...     return {"ok": True, "x": lp.solution, "fval": lp.value}
    >>> found = sitpy.binary_branch_bound([0, 1, 2], {"lb": np.zeros(3), "ub": np.ones(3)}, relaxation)
    >>> found.xmin.tolist(), found.fmin, found.flag
    ([0.0, 1.0, 1.0], 3.0, 1)

    References
    ----------
    SIT, ``binary_branch_bound``; its tree ignores ``itermax``, which is honoured here.
    """
    control = Control() if control is None else instance("control", control, Control, "give bbb_control(...), or None")
    function("bbb_solve", bbb_solve, "give a function of bbb_data that solves its relaxation")
    bounds = "give lb and ub, one number per variable (-inf and inf for none)"
    lb, ub = (
        np.atleast_1d(numbers(f"bbb_data[{side!r}]", _field("bbb_data", bbb_data, side, bounds)))
        for side in ("lb", "ub")
    )
    if lb.ndim != 1 or lb.shape != ub.shape:
        raise InputError(f"lb and ub of bbb_data have shapes {lb.shape} and {ub.shape}; {bounds}")
    positions = binary_positions(index_binvar, lb.size, "index_binvar")

    def relax(lower: Array, upper: Array, parent: Relaxed | None, cutoff: float) -> Relaxed | None:
        data = dict(bbb_data)
        data["lb"], data["ub"] = lb.copy(), ub.copy()
        data["lb"][positions], data["ub"][positions] = lower, upper
        answer = bbb_solve(data)
        if not _field("the answer of bbb_solve", answer, "ok", _ANSWER):
            return None
        value = real("fval of bbb_solve", _field("the answer of bbb_solve", answer, "fval", _ANSWER))
        x = numbers("x of bbb_solve", _field("the answer of bbb_solve", answer, "x", _ANSWER))
        if x.shape != lb.shape:
            raise InputError(f"x of bbb_solve has shape {x.shape}; expected one number for each of {lb.size} variables")
        return Relaxed(x, value, float(answer.get("bound", value)))

    def rounding(x: Array, lower: Array, upper: Array) -> tuple[Relaxed | None, Array]:
        values = x[positions]
        target = np.round(values)
        far = np.abs(values - target)
        if (far > control.bineps).any():
            return None, np.flatnonzero(far > control.bineps)
        # nearly integer is not integer: the value is that of the rounded choice, solved again
        return relax(target, target, None, math.inf), np.flatnonzero(lower < upper)

    found = Search(relax, rounding, positions, control).run()
    if found.x is None:
        flag = 7 if found.complete else 5
        bound = math.inf if found.complete else found.bound
        return BranchBoundResult(
            np.full(lb.size, np.nan), math.inf, found.counter, flag, bound, math.inf, found.complete
        )
    gap = max(0.0, found.value - found.bound) / max(abs(found.value), 1e-12)
    return BranchBoundResult(found.x, found.value, found.counter, 1, found.bound, gap, found.complete and gap <= 1e-6)


_ANSWER = "return a mapping with ok and, where that is True, x and fval"


def _field(label: str, mapping: Any, name: str, remedy: str) -> Any:
    """A field of a mapping of the caller's."""
    if not isinstance(mapping, Mapping) or name not in mapping:
        raise InputError(f"{label} is {shown(mapping)} and has no {name!r}; {remedy}")
    return mapping[name]
