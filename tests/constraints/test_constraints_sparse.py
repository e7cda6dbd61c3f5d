"""Long sets of constraints are stored without their zeros, and nobody who works with plain arrays notices."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import sitpy
from sitpy import Constraints, InputError
from sitpy.sparse import LARGE, beside, column, counts, dense, entries, is_sparse, lengths, lines, stacked, touched

N, T = 30, 260


def assumptions(periods: int = T) -> sitpy.InputAssumptions:
    rng = np.random.default_rng(5)
    return sitpy.create_ia(0.03 * rng.normal(size=(periods, N)) + 0.01 * rng.normal(size=(periods, 1)))


def long_only() -> Constraints:
    return sitpy.create_basic_constraints(N, 0, 0.3)


BUILDERS = (
    sitpy.add_constraint_mad,
    sitpy.add_constraint_mad_downside,
    sitpy.add_constraint_maxloss,
    sitpy.add_constraint_cvar,
    sitpy.add_constraint_cdar,
    sitpy.add_constraint_omega,
)


def written_out(builder: Callable[..., Constraints], R: np.ndarray, constraints: Constraints) -> np.ndarray:
    """The whole matrix by SIT's own block formulas, with plain arrays."""
    unit, one, (T, n) = np.eye(len(R)), np.ones((1, len(R))), R.shape
    none = np.zeros_like(unit)
    old = np.array(constraints.A)

    def joined(*blocks: np.ndarray, equal: bool = False) -> np.ndarray:
        rows = [np.vstack(block) for block in blocks]
        before = np.vstack([old, np.zeros((len(rows[0]) - n, old.shape[1]))])
        return np.hstack([*rows, before] if equal else [before, *rows])

    def limited(A: np.ndarray, coefficients: Any) -> np.ndarray:
        return np.column_stack([A, -np.concatenate([np.zeros(n), *coefficients])])

    deviation = R - R.mean(axis=0)
    tail = np.full(T, 1 / (0.05 * T))
    name = builder.__name__
    if name == "add_constraint_mad":
        return limited(joined([deviation.T, -unit, unit], equal=True), [np.full(2 * T, 1 / T)])
    if name == "add_constraint_mad_downside":
        return limited(joined([deviation.T, unit]), [np.full(T, 1 / T)])
    if name == "add_constraint_maxloss":
        return limited(joined([R.T, one]), [[1.0]])
    if name == "add_constraint_cvar":
        return limited(joined([R.T, unit, one]), [tail, [1.0]])
    assert name == "add_constraint_cdar"
    total = np.cumsum(R, axis=0).T
    rising = [np.zeros((n + T + 1, T - 1)), (unit[1:] - unit[:-1]).T]
    return limited(joined([total, unit, one, -unit], [-total, none, 0 * one, unit], rising), [tail, [1.0], np.zeros(T)])


@pytest.mark.parametrize("periods", [12, T])
@pytest.mark.parametrize("builder", BUILDERS[:-1])
def test_risk_models_have_the_rows_of_sit_whether_short_or_long(
    builder: Callable[..., Constraints], periods: int
) -> None:
    ia = assumptions(periods)
    constraints = sitpy.add_constraints(np.arange(N), 1, "=", long_only(), "first")
    model = builder(ia, 0.1, "<=", constraints)
    long = builder is not sitpy.add_constraint_maxloss and periods == T
    assert is_sparse(model.matrix) == long
    assert not is_sparse(constraints.matrix), "what a user writes stays as it is"
    np.testing.assert_allclose(dense(model.matrix), written_out(builder, ia.hist_returns, constraints), atol=1e-15)
    assert model.check() is model


def test_omega_is_the_same_long_or_short(monkeypatch: pytest.MonkeyPatch) -> None:
    ia = assumptions()
    long = sitpy.add_constraint_omega(ia, 0, ">=", long_only())
    limit = sitpy.add_constraint_omega(ia, 2, ">=", long_only(), as_limit=True)
    assert is_sparse(long.matrix) and is_sparse(limit.matrix)
    monkeypatch.setattr("sitpy.sparse.LARGE", 10**9)
    plain = sitpy.add_constraint_omega(ia, 0, ">=", long_only())
    plain_limit = sitpy.add_constraint_omega(ia, 2, ">=", long_only(), as_limit=True)
    assert not is_sparse(plain.matrix) and not is_sparse(plain_limit.matrix)
    np.testing.assert_array_equal(dense(long.matrix), plain.A)
    np.testing.assert_array_equal(dense(limit.matrix), plain_limit.A)


# ------------------------------------------------------------------------------------------------- the record


def long_model() -> Constraints:
    model = sitpy.add_constraint_cvar(assumptions(), 0.1, "<=", long_only())
    assert is_sparse(model.matrix)
    return model


def test_the_public_matrix_is_a_plain_array_that_may_be_written_into() -> None:
    model = long_model()
    before = dense(model.matrix)
    model.A[0, 3] = 5.0
    assert isinstance(model.A, np.ndarray) and model.A is model.matrix
    assert model.A[0, 3] == 5.0 and model["A"][0, 3] == 5.0
    before[0, 3] = 5.0
    np.testing.assert_array_equal(dense(sitpy.delete_constraints([], model).matrix), before)


def test_a_copy_and_every_function_leave_the_set_as_it_was() -> None:
    model = long_model()
    before = dense(model.matrix)
    copied, deep = model.copy(), copy.deepcopy(model)
    copied.A[:] = 7.0
    deep.A[:] = 8.0
    sitpy.add_variables(2, model).A[:] = 9.0
    grown = sitpy.add_constraints(np.ones(model.n), 1, "=", model)
    grown.A[:] = 1.0
    sitpy.delete_constraints(0, model).A[:] = 2.0
    sitpy.merge_constraints(model, sitpy.new_constraints(model.n)).A[:] = 3.0
    np.testing.assert_array_equal(dense(model.matrix), before)
    assert is_sparse(model.matrix)


def test_editing_keeps_names_order_and_numbers() -> None:
    model = long_model()
    plain = model.copy()
    plain.A = dense(plain.matrix)
    other = sitpy.add_constraints(np.arange(model.n), [2], "=", sitpy.new_constraints(model.n), "other")
    for edit in (
        lambda c: sitpy.delete_constraints([0, -1, 100], c),
        lambda c: sitpy.add_variables(2, c, lb=0),
        lambda c: sitpy.merge_constraints(c, other),
        lambda c: sitpy.merge_constraints(other, c),
        lambda c: sitpy.add_constraints(np.eye(c.n)[:, :3], [1, 2, 3], "<=", c, ["a", "b", "c"]),
        lambda c: sitpy.add_constraints(np.eye(c.n)[:, :3], 0, "=", c),
    ):
        one, two = edit(model), edit(plain)
        assert is_sparse(one.matrix)
        np.testing.assert_array_equal(dense(one.matrix), dense(two.matrix))
        np.testing.assert_array_equal(one.b, two.b)
        np.testing.assert_array_equal(one.lb, two.lb)
        assert (one.names, one.meq, one.n, one.m) == (two.names, two.meq, two.n, two.m)
        assert repr(one) == repr(two) and sitpy.type_constraints(one) == sitpy.type_constraints(two)


@pytest.mark.parametrize("kind", [sparse.csc_array, sparse.csr_matrix, sparse.coo_array])
def test_sparse_coefficients_are_welcome(kind: Any) -> None:
    A = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
    given = kind(A)
    made = [
        sitpy.new_constraints(3, given, [1, 2], ">="),
        sitpy.add_constraints(given, [1, 2], ">=", sitpy.new_constraints(3)),
        Constraints(given, [1, 2]),
    ]
    for constraints in made:
        assert is_sparse(constraints.matrix)
        constraints.matrix.data[:] *= 2.0
        np.testing.assert_array_equal(constraints.A, 2 * A)
    np.testing.assert_array_equal(given.toarray(), A)
    with pytest.raises(InputError, match=r"A has 3 rows but the constraints have 2 variables"):
        sitpy.add_constraints(given, 1, "=", sitpy.new_constraints(2))
    with pytest.raises(InputError, match=r"A\[1, 1\] is nan; constraints need finite numbers"):
        sitpy.add_constraints(kind(np.where(A == 2, np.nan, A)), 1, "=", sitpy.new_constraints(3))
    with pytest.raises(InputError, match=r"A\[0, 0\] is inf"):
        Constraints(kind(np.where(A == 1, np.inf, A)), [1, 2])
    with pytest.raises(InputError, match="not a number: found complex"):
        Constraints(kind(A.astype(complex)), [1, 2])


def test_coefficients_that_are_given_twice_count_together() -> None:
    twice = sparse.csc_array(([1.0, 2.0], [0, 0], [0, 2]), shape=(2, 1))
    constraints = sitpy.new_constraints(2, twice, 1.0, ">=", lb=-1, ub=1)
    ia = sitpy.InputAssumptions(expected_return=[-1.0, 0.0])
    assert sitpy.max_return_portfolio(ia, constraints)[0] == pytest.approx(1 / 3)


# --------------------------------------------------------------------------------------------- the small tools


def test_tools_say_the_same_of_both_kinds() -> None:
    rng = np.random.default_rng(1)
    A = rng.normal(size=(7, 9)) * (rng.random((7, 9)) < 0.4)
    A[:, 4] = 0.0
    S = sparse.csc_array(A)
    S.data[0] = A[S.indices[0], 0] = 0.0  # a stored zero is none
    np.testing.assert_array_equal(counts(S), counts(A))
    np.testing.assert_allclose(lengths(S), lengths(A), rtol=1e-15)
    for j in (0, 4, 8, -1):
        np.testing.assert_array_equal(column(S, j), column(A, j))
        for one, two in zip(entries(S, j), entries(A, j)):
            np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal([touched(S, i) for i in range(7)], [touched(A, i) for i in range(7)])
    for join in (beside, stacked):
        assert not is_sparse(join(A, A))
        for left, right in ((S, A), (A, S), (S, S)):
            assert is_sparse(join(left, right))
            np.testing.assert_array_equal(dense(join(left, right)), join(A, A))
    empty = np.zeros((7, 0))
    np.testing.assert_array_equal(dense(beside(S, empty)), A)
    assert beside(sparse.csc_array(empty), empty).shape == (7, 0)


def test_lines_leave_zeros_out_where_there_are_many() -> None:
    blocks = np.arange(6.0).reshape(3, 2)
    small = lines(blocks, 6, (2 + np.arange(3), 1.0), (5, -1.0))
    assert small.tolist() == [[0, 2, 4], [1, 3, 5], [1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, -1, -1]]
    n = LARGE // 3 + 1
    large = lines(blocks, n, (2 + np.arange(3), 1.0), (n - 1, -1.0))
    assert is_sparse(large) and large.nnz == 11
    np.testing.assert_array_equal(dense(large)[[0, 1, 2, 3, 4, -1]], small)
