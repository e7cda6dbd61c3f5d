"""Problem zoo: small named programmes with known optima, awkward random ones, and referees that solve them otherwise.

Every named problem says where its optimum comes from: a closed form worked out in the docstring, or a stored reference.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sitpy.reference import read_reference
from sitpy.solvers import Program

Array = np.ndarray

NONE = np.zeros(0, dtype=int)


@dataclass(frozen=True)
class Problem:
    """A programme with what is known of it.

    ``optimum`` is None where only a referee knows it; ``x`` is None where the optimum has several answers.
    ``status`` is "optimal", "infeasible" or "unbounded".
    """

    name: str
    program: Program
    optimum: float | None = None
    x: tuple[float, ...] | None = None
    status: str = "optimal"
    source: str = ""


def program(
    rows: list[tuple[list[float], str, float]],
    n: int,
    *,
    c: list[float] | Array | None = None,
    D: list[list[float]] | Array | None = None,
    lb: float | list[float] | Array = 0.0,
    ub: float | list[float] | Array = 1.0,
    binary: list[int] | Array = (),
    row_names: tuple[str | None, ...] = (),
    variable_names: tuple[str, ...] = (),
) -> Program:
    """A programme from rows (coefficients, sense, right-hand side), equalities first; ``<=`` has its sign turned."""
    ordered = sorted(rows, key=lambda row: row[1] != "=")
    signs = [-1.0 if sense == "<=" else 1.0 for _, sense, _ in ordered]
    A = np.array([np.multiply(sign, row[0]) for sign, row in zip(signs, ordered)], dtype=float).reshape(-1, n).T
    return Program(
        np.zeros(n) if c is None else np.array(c, dtype=float),
        A,
        np.array([sign * row[2] for sign, row in zip(signs, ordered)], dtype=float),
        sum(sense == "=" for _, sense, _ in rows),
        np.broadcast_to(np.array(lb, dtype=float), n).copy(),
        np.broadcast_to(np.array(ub, dtype=float), n).copy(),
        None if D is None else np.array(D, dtype=float),
        np.array(binary, dtype=int),
        row_names,
        variable_names,
    )


# ------------------------------------------------------------------------------------------ quadratic, continuous

THREE_ASSETS = np.array([[0.04, 0.01, 0.002], [0.01, 0.09, 0.003], [0.002, 0.003, 0.0225]])
"""Covariance of the unit cases of the stored reference 09_solver_units."""


def quadprog_manual() -> Problem:
    """Example of the quadprog manual (Turlach and Weingessel): x = (10, 22, 44)/21, value -50/21."""
    rows = [([-4.0, -3.0, 0.0], ">=", -8.0), ([2.0, 1.0, 0.0], ">=", 2.0), ([0.0, -2.0, 1.0], ">=", 0.0)]
    return Problem(
        "quadprog manual",
        program(rows, 3, D=np.eye(3), c=[0, -5, 0], lb=-np.inf, ub=np.inf),
        -50 / 21,
        (10 / 21, 22 / 21, 44 / 21),
        source="quadprog manual, solve.QP",
    )


def bounded_minimum_variance() -> Problem:
    """Stored reference 09_solver_units, case "scalar bounds" (true_optimum: quadprog in R)."""
    case = next(case for case in read_reference("09_solver_units")["outputs"] if case["name"] == "scalar bounds")
    return Problem(
        "bounded minimum variance",
        program([([1.0] * 3, "=", 1.0)], 3, D=THREE_ASSETS, ub=0.5),
        case["true_optimum"]["value"],
        tuple(case["true_optimum"]["solution"]),
        source="09_solver_units",
    )


def equal_assets() -> Problem:
    """Five uncorrelated assets of variance 1: one fifth each, value 1/10."""
    return Problem("equal assets", program([([1.0] * 5, "=", 1.0)], 5, D=np.eye(5)), 0.1, (0.2,) * 5, source="symmetry")


def duplicated_asset() -> Problem:
    """Assets 0 and 1 are one asset twice, 2 is uncorrelated, all of variance 1: half in the pair; value 1/4."""
    D = [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    return Problem("duplicated asset", program([([1.0] * 3, "=", 1.0)], 3, D=D), 0.25, source="two assets in truth")


def hedge_of_rank_one() -> Problem:
    """D = s s' with s = (0.2, 0.3), short sales to -2: x = (3, -2) has no risk at all."""
    s = np.array([0.2, 0.3])
    return Problem(
        "hedge of rank one",
        program([([1.0, 1.0], "=", 1.0)], 2, D=np.outer(s, s), lb=-2.0, ub=3.0),
        0.0,
        (3.0, -2.0),
        source="s'x = 0 and sum 1 have one solution",
    )


def long_only_of_rank_one() -> Problem:
    """As above without short sales: all in the less risky asset; value 0.2^2/2."""
    s = np.array([0.2, 0.3])
    return Problem(
        "long only of rank one",
        program([([1.0, 1.0], "=", 1.0)], 2, D=np.outer(s, s)),
        0.02,
        (1.0, 0.0),
        source="09_solver_units, singular Dmat: 0.2^2/2",
    )


def no_covariance() -> Problem:
    """D = 0 makes a linear programme: 0.6 in the best asset, 0.4 in the second."""
    return Problem(
        "no covariance",
        program([([1.0] * 3, "=", 1.0)], 3, D=np.zeros((3, 3)), c=[-0.05, -0.09, -0.07], ub=0.6),
        -(0.6 * 0.09 + 0.4 * 0.07),
        (0.0, 0.6, 0.4),
        source="greedy fill by return",
    )


def one_feasible_point() -> Problem:
    """Four weights of at most a quarter sum to 1: x = 1/4 each, value 1'D1/32."""
    D = np.diag([1.0, 2.0, 3.0, 4.0])
    return Problem(
        "one feasible point",
        program([([1.0] * 4, "=", 1.0)], 4, D=D, ub=0.25),
        10 / 32,
        (0.25,) * 4,
        source="only point",
    )


def bounds_that_meet() -> Problem:
    """Asset 1 is fixed at 0.3; the optimum is stored in 09_solver_units (SIT's own answer forgets a covariance)."""
    cases = read_reference("09_solver_units")["outputs"]
    case = next(case for case in cases if case["name"] == "fixed variable (lb = ub)")
    return Problem(
        "bounds that meet",
        program([([1.0] * 3, "=", 1.0)], 3, D=THREE_ASSETS, lb=[0, 0.3, 0], ub=[1, 0.3, 1]),
        case["true_optimum"]["value"],
        tuple(case["true_optimum"]["solution"]),
        source="09_solver_units, true_optimum",
    )


def all_fixed() -> Problem:
    """All bounds meet at (0.2, 0.3, 0.5); the value is that of the point."""
    x = np.array([0.2, 0.3, 0.5])
    return Problem(
        "all fixed",
        program([([1.0] * 3, "=", 1.0)], 3, D=THREE_ASSETS, lb=x, ub=x),
        0.5 * float(x @ THREE_ASSETS @ x),
        tuple(x),
        source="only point",
    )


def redundant_equalities() -> Problem:
    """The budget row three times (once doubled) and once as an inequality: 1/3 each, value 1/6."""
    ones = [1.0] * 3
    rows = [(ones, "=", 1.0), ([2.0] * 3, "=", 2.0), (ones, "=", 1.0), (ones, ">=", 1.0)]
    return Problem("redundant equalities", program(rows, 3, D=np.eye(3)), 1 / 6, (1 / 3,) * 3, source="symmetry")


def dependent_equalities() -> Problem:
    """The third row is the sum of the first two: x0 + x1 = 0.5, x2 + x3 = 0.5; a quarter each, value 1/8."""
    rows = [([1.0, 1, 0, 0], "=", 0.5), ([0.0, 0, 1, 1], "=", 0.5), ([1.0] * 4, "=", 1.0)]
    return Problem("dependent equalities", program(rows, 4, D=np.eye(4)), 0.125, (0.25,) * 4, source="symmetry")


def single_coefficient_row() -> Problem:
    """One row bounds one variable (SIT's presolve stops there): x0 >= 0.5, the rest shared; value (1/4 + 2/16)/2."""
    rows = [([1.0] * 3, "=", 1.0), ([2.0, 0.0, 0.0], ">=", 1.0)]
    return Problem(
        "single-coefficient row", program(rows, 3, D=np.eye(3)), 0.1875, (0.5, 0.25, 0.25), source="symmetry"
    )


def badly_scaled_rows() -> Problem:
    """Rows times 1e6 and 1e-6: as x0 - x1 >= 0.2 with sum 1, so (0.6, 0.4), value 0.26."""
    rows = [([1e6, 1e6], "=", 1e6), ([1e-6, -1e-6], ">=", 2e-7)]
    return Problem("badly scaled rows", program(rows, 2, D=np.eye(2)), 0.26, (0.6, 0.4), source="both rows are active")


def free_auxiliaries() -> Problem:
    """v >= |x| without bounds of their own and sum v = 1.6 leave room: x = (1/2, 1/2), value 1/4, v not unique."""
    rows = [
        ([1.0, 1, 0, 0], "=", 1.0),
        ([0.0, 0, 1, 1], "=", 1.6),
        ([1.0, 0, 1, 0], ">=", 0.0),
        ([0.0, 1, 0, 1], ">=", 0.0),
        ([-1.0, 0, 1, 0], ">=", 0.0),
        ([0.0, -1, 0, 1], ">=", 0.0),
    ]
    infinite = np.inf
    return Problem(
        "free auxiliaries",
        program(
            rows,
            4,
            D=np.diag([1.0, 1, 0, 0]),
            lb=[-0.5, -0.5, -infinite, -infinite],
            ub=[2, 2, infinite, infinite],
        ),
        0.25,
        source="symmetry; sum |x| = 1 <= 1.6",
    )


def two_shorts_left() -> Problem:
    """Two shorts of at most 0.5 must sum to 1 (reference notes: quadprog calls it inconsistent): value (1/4 + 1/4)/2.

    Variables 0 and 1 are longs fixed at 0 by their rows, 2 and 3 the shorts.
    """
    rows = [([0.0, 0, 1, 1], "=", 1.0), ([1.0, 1, -1, -1], "=", -1.0)]
    return Problem(
        "two shorts left",
        program(rows, 4, D=np.eye(4), ub=[0.8, 0.8, 0.5, 0.5]),
        0.25,
        (0.0, 0.0, 0.5, 0.5),
        source="only point",
    )


# --------------------------------------------------------------------------------------------- linear, continuous


def tied_costs() -> Problem:
    """All costs are 2: every portfolio costs 2."""
    return Problem("tied costs", program([([1.0] * 4, "=", 1.0)], 4, c=[2.0] * 4), 2.0, source="every point")


def leverage() -> Problem:
    """Best return of 130/30 with two assets of 10 % and 4 %: x = (1.3, -0.3), v = (1.3, 0.3), return 11.8 %."""
    infinite = np.inf
    base = free_auxiliaries().program
    return Problem(
        "leverage",
        replace(base, D=None, c=np.array([-0.1, -0.04, 0.0, 0.0]), lb=np.array([-0.5, -0.5, -infinite, -infinite])),
        -0.118,
        (1.3, -0.3, 1.3, 0.3),
        source="x0 + x1 = 1 and |x0| + |x1| = 1.6",
    )


def negative_bounds() -> Problem:
    """09_solver_units, "negative lower bounds": value -0.5 at (0.7, -0.3, 0.6)."""
    return Problem(
        "negative bounds",
        program([([1.0] * 3, "=", 1.0)], 3, c=[1, 2, -1], lb=[-0.5, -0.3, -0.2], ub=[0.8, 0.8, 0.6]),
        -0.5,
        (0.7, -0.3, 0.6),
        source="09_solver_units",
    )


# ------------------------------------------------------------------------------------------------- with binaries


def binary_knapsack() -> Problem:
    """09_solver_units, "binary": at most 9 at (1, 1, 0)."""
    rows = [([2.0, 3, 1], "<=", 5.0), ([4.0, 1, 2], "<=", 11.0), ([3.0, 4, 2], "<=", 8.0)]
    return Problem(
        "knapsack", program(rows, 3, c=[-5, -4, -3], binary=[0, 1, 2]), -9.0, (1.0, 1.0, 0.0), source="09_solver_units"
    )


def mixed_binary() -> Problem:
    """mbqp.test of SIT: value -5 at (0, 1, 0, 1), enumerated in the stored reference (SIT's own variants miss it)."""
    stored = read_reference("03_mbqp_test")
    fields, best = stored["constraints"], stored["outputs"]["enumerated_best"]
    return Problem(
        "mbqp.test",
        Program(
            -np.array(fields["dvec"], dtype=float),
            np.array(fields["A"], dtype=float),
            np.array(fields["b"], dtype=float),
            0,
            np.array([-np.inf, 0, 0, 0]),
            np.array([np.inf, 1, 1, 1]),
            np.array(fields["Dmat"], dtype=float),
            np.array([1, 2, 3]),
        ),
        best["value"],
        tuple(best["x"]),
        source="03_mbqp_test, enumerated_best",
    )


def cardinality(
    D: Array, held: int, *, least: float = 0.00001, most: float = 0.8, c: Array | None = None, exactly: bool = True
) -> Program:
    """Weights that sum to 1, ``held`` of them between ``least`` and ``most``, the others zero (x free but for that)."""
    n = D.shape[0]
    zero, ones, unit = [0.0] * n, [1.0] * n, np.eye(n)
    rows = [(ones + zero, "=", 1.0), (zero + ones, "=" if exactly else "<=", float(held))]
    rows += [([*unit[i], *(-least * unit[i])], ">=", 0.0) for i in range(n)]
    rows += [([*(-unit[i]), *(most * unit[i])], ">=", 0.0) for i in range(n)]
    padded = np.zeros((2 * n, 2 * n))
    padded[:n, :n] = D
    free = np.full(n, np.inf)
    return program(
        rows,
        2 * n,
        D=padded,
        c=None if c is None else np.concatenate([c, np.zeros(n)]),
        lb=np.concatenate([-free, np.zeros(n)]),
        ub=np.concatenate([free, np.ones(n)]),
        binary=np.arange(n, 2 * n),
    )


def two_of_three() -> Problem:
    """Exactly two of three assets: assets 0 and 2, value (s00 s22 - s02^2)/(s00 + s22 - 2 s02)/2."""
    best = (0.04 * 0.0225 - 0.002**2) / (0.04 + 0.0225 - 2 * 0.002) / 2
    weight = (0.0225 - 0.002) / (0.04 + 0.0225 - 2 * 0.002)
    return Problem(
        "two of three",
        cardinality(THREE_ASSETS, 2, least=0.1),
        best,
        (weight, 0.0, 1 - weight, 1.0, 0.0, 1.0),
        source="minimum variance of two assets; 09_solver_units",
    )


def three_of_six_equal() -> Problem:
    """Exactly three of six uncorrelated assets of variance 1: 20 equal answers, value 1/6."""
    return Problem("three of six equal", cardinality(np.eye(6), 3), 1 / 6, source="symmetry")


def all_binaries_pinned() -> Problem:
    """Three assets, at most a third each, exactly three held: the binaries must all be 1 (reference notes)."""
    return Problem(
        "all binaries pinned",
        cardinality(np.eye(3), 3, most=1 / 3),
        1 / 6,
        (1 / 3, 1 / 3, 1 / 3, 1.0, 1.0, 1.0),
        source="only point",
    )


def held_already() -> Problem:
    """Two of four, and assets 0 and 1 are held by their own bounds: the other binaries must be 0 (reference notes)."""
    base = cardinality(np.eye(4), 2)
    lb = base.lb.copy()
    lb[[0, 1]] = 0.25
    return Problem(
        "held already", replace(base, lb=lb), 0.25, (0.5, 0.5, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0), source="symmetry"
    )


def minimum_holding() -> Problem:
    """Each of three equal assets zero or at least 0.4: two at 1/2, value 1/4, three equal answers."""
    return Problem(
        "minimum holding", cardinality(np.eye(3), 3, least=0.4, most=1.0, exactly=False), 0.25, source="symmetry"
    )


def long_short() -> Problem:
    """Long or short but not both, 200/100: two of variance 1 and return 10 % and 0: long 2 and short 1 of them.

    l0 + l1 = 2, s0 + s1 = 1; with l0 <= 2 b0, s0 <= 1 - b0 one asset is long 2, the other short 1: risk 5/2. The
    return prefers asset 0 long: value 5/2 - 0.2.
    """
    rows = [
        ([1.0, 1, 0, 0, 0, 0], "=", 2.0),
        ([0.0, 0, 1, 1, 0, 0], "=", 1.0),
        ([-1.0, 0, 0, 0, 2, 0], ">=", 0.0),
        ([0.0, -1, 0, 0, 0, 2], ">=", 0.0),
        ([0.0, 0, -1, 0, -1, 0], ">=", -1.0),
        ([0.0, 0, 0, -1, 0, -1], ">=", -1.0),
    ]
    net = np.array([[1.0, 0, -1, 0, 0, 0], [0, 1, 0, -1, 0, 0]])
    return Problem(
        "long short",
        program(rows, 6, D=net.T @ net, c=[-0.1, 0, 0.1, 0, 0, 0], ub=[2, 2, 1, 1, 1, 1], binary=[4, 5]),
        2.3,
        (2.0, 0.0, 0.0, 1.0, 1.0, 0.0),
        source="enumeration of four signs by hand",
    )


def binary_with_cost() -> Problem:
    """Each held asset costs 0.1: x = 1/2 in two (risk 1/4, cost 0.2) beats one (1/2 + 0.1) and three (1/6 + 0.3)."""
    base = cardinality(np.eye(3), 3, least=0.0, most=1.0, exactly=False)
    c = base.c.copy()
    c[3:] = 0.1
    return Problem("binary with cost", replace(base, c=c), 0.45, source="three counts compared by hand")


# ------------------------------------------------------------------------------------------------- no answer


def nine_of_a_tenth() -> Problem:
    """Nine weights of at most 0.1 reach 0.9 of the 1 that is needed: 0.1 apart."""
    return Problem("nine of a tenth", program([([1.0] * 9, "=", 1.0)], 9, D=np.eye(9), ub=0.1), status="infeasible")


def two_budgets() -> Problem:
    """sum = 1 and sum = 0.5."""
    rows = [([1.0] * 3, "=", 1.0), ([1.0] * 3, "=", 0.5)]
    return Problem("two budgets", program(rows, 3, D=np.eye(3)), status="infeasible")


def opposite_corners() -> Problem:
    """x0 + x1 >= 2 forces x0 = 1, -x0 - x2 >= 0 forces x0 = 0."""
    rows = [([1.0, 1, 0], ">=", 2.0), ([-1.0, 0, -1], ">=", 0.0)]
    return Problem("opposite corners", program(rows, 3, D=np.eye(3)), status="infeasible")


def half_a_binary() -> Problem:
    """2 b = 1 has no 0/1 answer."""
    return Problem("half a binary", program([([2.0, 0.0], "=", 1.0)], 2, D=np.eye(2), binary=[0]), status="infeasible")


def two_heavy_holdings() -> Problem:
    """Exactly two holdings of at least 0.6 do not fit into a sum of 1."""
    return Problem("two heavy holdings", cardinality(np.eye(3), 2, least=0.6, most=1.0), status="infeasible")


def endless_growth() -> Problem:
    """max x0 + x1 with x0 - x1 <= 1: both can grow together."""
    return Problem("endless growth", program([([1.0, -1.0], "<=", 1.0)], 2, c=[-1, -1], ub=np.inf), status="unbounded")


def endless_growth_quadratic() -> Problem:
    """Curvature in x0 alone, x1 costs -1 and has no upper bound."""
    return Problem(
        "endless growth, quadratic",
        program([([1.0, 1.0], ">=", 1.0)], 2, D=np.diag([1.0, 0.0]), c=[0, -1], ub=np.inf),
        status="unbounded",
    )


ZOO: tuple[Callable[[], Problem], ...] = (
    quadprog_manual,
    bounded_minimum_variance,
    equal_assets,
    duplicated_asset,
    hedge_of_rank_one,
    long_only_of_rank_one,
    no_covariance,
    one_feasible_point,
    bounds_that_meet,
    all_fixed,
    redundant_equalities,
    dependent_equalities,
    single_coefficient_row,
    badly_scaled_rows,
    free_auxiliaries,
    two_shorts_left,
    tied_costs,
    leverage,
    negative_bounds,
    binary_knapsack,
    mixed_binary,
    two_of_three,
    three_of_six_equal,
    all_binaries_pinned,
    held_already,
    minimum_holding,
    long_short,
    binary_with_cost,
    nine_of_a_tenth,
    two_budgets,
    opposite_corners,
    half_a_binary,
    two_heavy_holdings,
    endless_growth,
    endless_growth_quadratic,
)


def problems(status: str = "optimal", *, binary: bool | None = None) -> list[Problem]:
    """The problems of one status; with or without binaries where ``binary`` is given."""
    made = [make() for make in ZOO]
    return [
        problem
        for problem in made
        if problem.status == status and (binary is None or bool(problem.program.binary.size) == binary)
    ]


# ------------------------------------------------------------------------------------------- awkward and random

AWKWARD = ("ties", "duplicate", "singular", "flat", "point", "meet", "redundant", "single", "scales", "auxiliary")
"""What can be awkward: see :func:`awkward`."""


def awkward(seed: int, kinds: frozenset[str], *, n: int = 4, quadratic: bool = True) -> Program:
    """A random feasible programme on a coarse grid (exact in binary), with the named difficulties.

    ties: equal costs; duplicate: variable 1 repeats variable 0; singular, flat: covariance of rank one, or none;
    point: the budget is met at the upper bounds only; meet: lb = ub for one variable; redundant: equality rows that
    repeat others; single: rows with one coefficient; scales: rows times 1e-4 to 1e4; auxiliary: v >= |x|, v free.
    """
    rng = np.random.default_rng(seed)
    rank = 0 if "flat" in kinds else (1 if "singular" in kinds else n)
    root = rng.integers(-4, 5, (n, rank)) / 4
    D = root @ root.T
    if rank == n:
        D += np.eye(n) / 8
    c = np.full(n, 0.5) if "ties" in kinds else rng.integers(-4, 5, n) / 4
    lb, ub = rng.choice([-0.5, 0.0], n), rng.choice([0.5, 1.0], n)
    inside = lb + (ub - lb) * rng.integers(0, 5, n) / 4
    if "duplicate" in kinds:
        keep = np.array([0, 0, *range(2, n)])
        D, c, lb, ub, inside = D[np.ix_(keep, keep)], c[keep], lb[keep], ub[keep], inside[keep]
    if "point" in kinds:
        inside = ub.copy()
    if "meet" in kinds:
        lb[n - 1] = ub[n - 1] = inside[n - 1]
    rows: list[tuple[Array, str, float]] = [(np.ones(n), "=", float(inside.sum()))]
    for _ in range(2):
        column = rng.integers(-2, 3, n).astype(float)
        if "duplicate" in kinds:
            column[1] = column[0]
        rows.append((column, ">=", float(column @ inside) - rng.integers(0, 3) / 4))
    if "redundant" in kinds:
        rows += [(2 * rows[0][0], "=", 2 * rows[0][2]), rows[0], rows[1]]
    if "single" in kinds:
        k = int(rng.integers(n))
        rows.append((-2 * np.eye(n)[k], ">=", -2 * inside[k] - 0.25))
    if "auxiliary" in kinds:
        unit = np.eye(n)
        rows = [(np.concatenate([row, np.zeros(n)]), sense, rhs) for row, sense, rhs in rows]
        rows += [(np.concatenate([sign * unit[i], unit[i]]), ">=", 0.0) for i in range(n) for sign in (1, -1)]
        total = float(np.abs(inside).sum()) + 0.25 * rng.integers(0, 2)
        rows.append((np.concatenate([np.zeros(n), np.ones(n)]), "=", total))
        D = np.block([[D, np.zeros((n, n))], [np.zeros((n, n)), np.zeros((n, n))]])
        c, free = np.concatenate([c, np.zeros(n)]), np.full(n, np.inf)
        lb, ub = np.concatenate([lb, -free]), np.concatenate([ub, free])
    if "scales" in kinds:
        sizes = 10.0 ** rng.integers(-4, 5, len(rows))
        rows = [(size * row, sense, size * rhs) for size, (row, sense, rhs) in zip(sizes, rows)]
    return program(
        [(list(row), sense, rhs) for row, sense, rhs in rows],
        c.size,
        D=D if quadratic else None,
        c=c,
        lb=lb,
        ub=ub,
    )


def awkward_binary(seed: int, kinds: frozenset[str], *, n: int = 4, quadratic: bool = True) -> Program:
    """An :func:`awkward` programme with one binary per weight that switches it, and a rule for the binaries.

    cost: binaries have costs; cover: some binaries must be on together; exactly: their number is given (it may be
    impossible); signs: b = 1 long, b = 0 short. The other kinds are those of :func:`awkward`.
    """
    rng = np.random.default_rng(seed + 1)
    base = awkward(seed, kinds - {"auxiliary"}, n=n, quadratic=quadratic)
    zero, unit = np.zeros(n), np.eye(n)
    rows = [
        (np.concatenate([base.A[:, j], zero]), "=" if j < base.meq else ">=", float(base.b[j])) for j in range(base.m)
    ]
    least = float(rng.choice([0.0, 0.125, 0.25]))
    for i in range(n):
        if "signs" in kinds:
            rows.append((np.concatenate([-unit[i], base.ub[i] * unit[i]]), ">=", 0.0))
            rows.append((np.concatenate([unit[i], base.lb[i] * unit[i]]), ">=", float(base.lb[i])))
        else:
            rows.append((np.concatenate([-unit[i], base.ub[i] * unit[i]]), ">=", 0.0))
            rows.append((np.concatenate([unit[i], -(least if base.lb[i] == 0 else base.lb[i]) * unit[i]]), ">=", 0.0))
    if "exactly" in kinds:
        rows.append((np.concatenate([zero, np.ones(n)]), "=", float(rng.integers(1, n + 1))))
    if "cover" in kinds:
        rows.append((np.concatenate([zero, rng.integers(0, 3, n)]), ">=", 2.0))
    cost = rng.integers(0, 3, n) / 8 if "cost" in kinds else zero
    D = np.zeros((2 * n, 2 * n))
    D[:n, :n] = np.zeros((n, n)) if base.D is None else base.D
    return program(
        [(list(row), sense, rhs) for row, sense, rhs in rows],
        2 * n,
        D=D if quadratic else None,
        c=np.concatenate([base.c, cost]),
        lb=np.concatenate([base.lb, zero]),
        ub=np.concatenate([base.ub, np.ones(n)]),
        binary=np.arange(n, 2 * n),
    )


# ---------------------------------------------------------------------------------------------------- referees


def patterns(problem: Program) -> Iterator[Program]:
    """The continuous programme of every 0/1 choice."""
    for choice in itertools.product((0.0, 1.0), repeat=problem.binary.size):
        lb, ub = problem.lb.copy(), problem.ub.copy()
        lb[problem.binary] = np.maximum(lb[problem.binary], choice)
        ub[problem.binary] = np.minimum(ub[problem.binary], choice)
        if (lb <= ub).all():
            yield replace(problem, lb=lb, ub=ub, binary=NONE)


def by_linprog(problem: Program) -> float | None:
    """Optimum of a linear programme by scipy; None where infeasible."""
    from scipy.optimize import linprog

    use = np.flatnonzero(np.isfinite(problem.b))
    equal, unequal = use[use < problem.meq], use[use >= problem.meq]
    answer = linprog(
        problem.c,
        A_ub=-problem.A[:, unequal].T,
        b_ub=-problem.b[unequal],
        A_eq=problem.A[:, equal].T,
        b_eq=problem.b[equal],
        bounds=list(zip(problem.lb, problem.ub)),
        method="highs",
    )
    assert answer.status in (0, 2), answer.message
    return float(answer.fun) if answer.status == 0 else None


def by_clarabel(problem: Program) -> float | None:
    """Optimum of a convex quadratic programme by Clarabel's interior point method; None where infeasible."""
    import clarabel
    from scipy import sparse

    if by_linprog(replace(problem, D=None, c=np.zeros(problem.n))) is None:
        return None
    fixed = problem.lb == problem.ub
    use = np.isfinite(problem.b)
    norms = np.linalg.norm(problem.A, axis=0)
    norms[norms == 0] = 1.0
    A, b = (problem.A / norms)[:, use], (problem.b / norms)[use]
    meq = int(use[: problem.meq].sum())
    unit = np.eye(problem.n)
    low, high = np.isfinite(problem.lb) & ~fixed, np.isfinite(problem.ub) & ~fixed
    rows = np.hstack([A[:, :meq], unit[:, fixed], A[:, meq:], unit[:, low], -unit[:, high]])
    rhs = np.concatenate([b[:meq], problem.lb[fixed], b[meq:], problem.lb[low], -problem.ub[high]])
    zeros = meq + int(fixed.sum())
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-10
    D = np.zeros((problem.n, problem.n)) if problem.D is None else problem.D
    answer = clarabel.DefaultSolver(
        sparse.csc_matrix(np.triu(D)),
        problem.c,
        sparse.csc_matrix(-rows.T),
        -rhs,
        [clarabel.ZeroConeT(zeros), clarabel.NonnegativeConeT(rhs.size - zeros)],
        settings,
    ).solve()
    assert str(answer.status) in ("Solved", "AlmostSolved"), answer.status
    return float(answer.obj_val)


def by_highs_qp(problem: Program) -> float | None:
    """Optimum of a convex quadratic programme by HiGHS' own active-set method; None where infeasible."""
    import highspy
    from scipy import sparse

    highs, model = highspy.Highs(), highspy.HighsModel()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    lp, hessian = model.lp_, model.hessian_
    rows = sparse.csc_matrix(problem.A.T)
    lp.num_col_, lp.num_row_ = problem.n, problem.m
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = problem.c, problem.lb, problem.ub
    lp.row_lower_ = problem.b
    lp.row_upper_ = np.where(np.arange(problem.m) < problem.meq, problem.b, np.inf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    lower = sparse.csc_matrix(np.tril(problem.D))
    hessian.dim_, hessian.format_ = problem.n, highspy.HessianFormat.kTriangular
    hessian.start_, hessian.index_, hessian.value_ = lower.indptr, lower.indices, lower.data
    highs.passModel(model)
    highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    assert status == highspy.HighsModelStatus.kOptimal, highs.modelStatusToString(status)
    return float(highs.getInfo().objective_function_value)


def by_enumeration(problem: Program) -> float | None:
    """Optimum over every 0/1 choice, the rest by :func:`by_linprog` or :func:`by_clarabel`; None where infeasible."""
    solve = by_linprog if problem.D is None else by_clarabel
    values = [value for part in patterns(problem) if (value := solve(part)) is not None]
    return min(values, default=None)
