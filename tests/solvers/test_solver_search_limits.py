"""The general search under limits and Ctrl-C, and what HiGHS' own search takes over from it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sitpy.errors import NotSolvedError
from sitpy.solvers import Program, ReferenceModel, binary_model, highs_search
from sitpy.solvers.binary_model import BinaryModel
from sitpy.solvers.cutting_search import CuttingSearch
from sitpy.solvers.limits import INTERRUPTED, Limits
from sitpy.solvers.linear import LinearModel
from sitpy.solvers.mean_difference import MeanDifference
from sitpy.solvers.quadratic_model import QuadraticModel
from sitpy.solvers.search import Gains, Search

Array = np.ndarray
KINDS = ["linear", "quadratic", "gini"]


def few_of_many(kind: str, most: int = 3, n: int = 10) -> Program:
    """At most ``most`` of n assets, each held with 0.1 to 0.6: least mean shortfall below the mean, variance or Gini."""
    rng = np.random.default_rng(7)
    returns = rng.normal(size=(24, 1)) + rng.normal(size=(24, n)) * rng.uniform(0.8, 1.2, n)
    extra = {"linear": 24, "quadratic": 0, "gini": 1}[kind]  # variables between the weights and the binaries
    N, unit = 2 * n + extra, np.eye(n)
    binary = np.arange(N - n, N)
    budget, count, above, below = np.zeros(N), np.zeros(N), np.zeros((N, n)), np.zeros((N, n))
    budget[:n], count[binary] = 1.0, -1.0
    above[:n], above[binary], below[:n], below[binary] = unit, -0.1 * unit, -unit, 0.6 * unit
    shortfall = np.zeros((N, 24 if kind == "linear" else 0))
    if kind == "linear":
        shortfall[:n], shortfall[n : n + 24] = (returns - returns.mean(0)).T, np.eye(24)
    A = np.column_stack([budget, shortfall, above, below, count])
    b = np.concatenate([[1.0], np.zeros(A.shape[1] - 2), [-most]])
    c, D = np.zeros(N), None
    if kind == "quadratic":
        D = np.zeros((N, N))
        D[:n, :n] = np.cov(returns.T)
    else:
        c[n : n + extra] = 1.0 / extra
    differences = (MeanDifference(returns, n, 1.0 / 276),) if kind == "gini" else ()
    ub = np.full(N, np.inf)
    ub[binary] = 1.0
    return Program(c, A, b, 1, np.zeros(N), ub, D, binary, differences=differences)


def model(kind: str, limits: Limits | None = None, **changes: Any) -> BinaryModel:
    """The general search of that problem."""
    limits, program = limits or Limits(), few_of_many(kind, **changes)
    if kind == "gini":
        return CuttingSearch(
            program, lambda part: LinearModel(part) if part.D is None else QuadraticModel(part), limits
        )
    return BinaryModel(program, LinearModel if kind == "linear" else QuadraticModel, limits=limits)


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_of_nodes_gives_the_best_so_far_with_an_honest_bound(kind: str) -> None:
    whole = model(kind).solve()
    assert whole is not None and whole.proven and whole.nodes > 8 and not whole.stopped_by
    if kind != "gini":  # 10 assets in pairs of periods are slow on the plain route
        plain = ReferenceModel(few_of_many(kind)).solve()
        assert plain is not None and whole.value == pytest.approx(plain.value, rel=1e-9)
    found = 0
    for nodes in range(1, whole.nodes, 2):
        try:
            part = model(kind, Limits(nodes=nodes)).solve()
        except NotSolvedError as error:
            assert f"ended by the limit of {nodes} nodes" in str(error) and f"{error.bound:.8g}" in str(error)
            assert error.bound is not None and -1e-12 <= error.bound <= whole.value * (1 + 1e-9)
            continue
        assert part is not None and part.nodes >= nodes
        assert part.bound <= whole.value * (1 + 1e-9) <= part.value * (1 + 2e-9)
        assert few_of_many(kind).violation(part.x) <= 1e-7
        assert part.proven == (not part.stopped_by)
        if part.stopped_by:
            assert part.stopped_by == f"the limit of {nodes} nodes" and part.gap > 0
        found += 1
    assert found


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_of_time_ends_the_search(kind: str) -> None:
    with pytest.raises(NotSolvedError, match=r"ended by the limit of 1e-09 seconds after 0 nodes.*nothing is known"):
        model(kind, Limits(seconds=1e-9)).solve()


@pytest.mark.parametrize("kind", KINDS)
def test_a_wider_gap_ends_sooner_and_counts_as_proven(kind: str) -> None:
    whole, near = model(kind).solve(), model(kind, Limits(gap=0.2)).solve()
    assert whole is not None and near is not None and near.proven
    assert near.nodes <= whole.nodes and near.gap <= 0.2
    assert near.bound <= whole.value * (1 + 1e-9) and near.value >= whole.value * (1 - 1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", [0, 1, 5, 9])
def test_ctrl_c_gives_the_best_so_far_and_the_model_goes_on(
    kind: str, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = model(kind).solve()
    assert whole is not None
    here = model(kind)
    plain, calls = type(here._relaxation).relax, itertools.count()

    def interrupting(*args: Any, **named: Any) -> Any:
        if next(calls) == after:
            raise KeyboardInterrupt
        return plain(*args, **named)

    monkeypatch.setattr(type(here._relaxation), "relax", interrupting)
    start = whole.x if after == 9 else None  # a neighbour's answer is tried first
    try:
        part = here.solve(start=start)
    except NotSolvedError as error:
        assert INTERRUPTED in str(error) and error.bound is not None and error.bound <= whole.value * (1 + 1e-9)
        assert after < 9
    else:
        assert part is not None and part.stopped_by == INTERRUPTED and not part.proven
        assert part.bound <= whole.value * (1 + 1e-9) <= part.value * (1 + 2e-9)
    again = here.solve()
    assert again is not None and again.proven and again.value == pytest.approx(whole.value, rel=1e-9)


def test_a_search_without_limits_leaves_ctrl_c_to_its_caller() -> None:
    def relax(*args: Any) -> Any:
        raise KeyboardInterrupt

    from sitpy.solvers.search import Control

    with pytest.raises(KeyboardInterrupt):
        Search(relax, lambda *args: (None, np.zeros(0, int)), np.array([0]), Control()).run()


def test_many_open_leaves_are_not_solved_anew_where_the_root_is_easy() -> None:
    """At a much higher target the old leaves all are open again, but the relaxation itself is a 0/1 answer."""
    program = few_of_many("quadratic")
    mu = np.zeros(program.n)
    mu[:10] = np.arange(10.0)
    here = BinaryModel(program.with_row(mu, -np.inf, "target"), QuadraticModel)
    first = here.solve()
    b = np.append(program.b, 8.59)  # of at most 0.6 * 9 + 0.4 * 8
    second, fresh = here.solve(b), BinaryModel(here.program, QuadraticModel).solve(b)
    assert first is not None and second is not None and fresh is not None
    assert second.value == pytest.approx(fresh.value, rel=1e-9) and second.nodes <= fresh.nodes < first.nodes


def test_weights_decide_what_is_branched_on() -> None:
    here = model("quadratic")
    x = np.zeros(here.program.n)
    x[[2, 5]] = 0.3, 0.7
    np.testing.assert_array_equal(here._weights(x), x[:10])
    chosen = Search(
        lambda *args: None, lambda *args: (None, x), here.program.binary, here._control, weights=here._weights
    )
    assert chosen._choose(x, np.arange(10)) == 5 and chosen._choose(x, np.array([0, 2])) == 2
    chosen.gains = Gains(10)  # where none switches anything
    assert chosen._choose(np.zeros(here.program.n), np.array([4, 7])) == 4


# ------------------------------------------------------------------------------- handed over to HiGHS' own search


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two nodes, then HiGHS."""
    monkeypatch.setattr(binary_model, "_PATIENCE", 2)
    monkeypatch.setattr(binary_model, "_LESS_PATIENCE", 2)


@pytest.mark.parametrize("most", [3, 4, 1])
def test_what_is_handed_over_has_the_same_answer(most: int, impatient: None) -> None:
    plain = ReferenceModel(few_of_many("linear", most)).solve()
    here = model("linear", most=most)
    for _ in range(2):  # the leaves that are left serve again
        answer = here.solve()
        if plain is None:
            assert answer is None  # one asset of at most 0.6
            continue
        assert answer is not None and answer.proven and answer.value == pytest.approx(plain.value, rel=1e-9)
        assert answer.bound <= answer.value and few_of_many("linear", most).violation(answer.x) <= 1e-8
        assert set(answer.x[here.program.binary]) <= {0.0, 1.0}


def test_highs_keeps_to_the_limits_that_are_left(impatient: None) -> None:
    whole = model("linear").solve()
    assert whole is not None
    for limits in (Limits(nodes=3), Limits(seconds=0.02)):
        try:
            part = model("linear", limits).solve()
        except NotSolvedError as error:
            assert "ended by the limit of" in str(error)
            continue
        assert part is not None and part.proven == (not part.stopped_by)
        assert part.bound <= whole.value * (1 + 1e-9) <= part.value * (1 + 2e-9)


def test_ctrl_c_reaches_highs(impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(worker: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(highs_search, "wait", interrupted)
    whole = ReferenceModel(few_of_many("linear")).solve()
    assert whole is not None
    try:
        part = model("linear").solve(start=whole.x)
    except NotSolvedError as error:
        assert INTERRUPTED in str(error)
    else:  # HiGHS may have been done before it noticed
        assert part is not None and part.stopped_by in ("", INTERRUPTED) and part.proven == (not part.stopped_by)
        assert part.bound <= whole.value * (1 + 1e-9) and part.value == pytest.approx(whole.value, rel=1e-9)
