"""Constraints as a record: both call forms, growth by hand, nothing changed in place, names, and every message."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sitpy
from sitpy import (
    Constraints,
    InputError,
    add_constraints,
    add_variables,
    create_basic_constraints,
    delete_constraints,
    merge_constraints,
    new_constraints,
    type_constraints,
)

nan = np.nan


def fields(constraints: Constraints) -> dict[str, Any]:
    names = ("A", "b", "meq", "lb", "ub", "binary_index", "x0", "names")
    return {name: copy.deepcopy(getattr(constraints, name)) for name in names}


def assert_same(left: Constraints | dict[str, Any], right: Constraints | dict[str, Any]) -> None:
    left, right = (side if isinstance(side, dict) else fields(side) for side in (left, right))
    for name, value in left.items():
        np.testing.assert_equal(right[name], value, err_msg=name)


def sample() -> Constraints:
    """Three variables; one equality and two inequalities, named; a binary and a start value."""
    result = new_constraints(3, [1, 1, 1], 1, "=", lb=[0, 0, -0.5], ub=0.8, names="budget")
    result = add_constraints([[1, 0], [0, 1], [0, 0]], [0.1, 0.2], ">=", result, names=["first", "second"])
    result.binary_index = [2]
    result.x0 = np.array([0.3, 0.3, 0.4])
    return result


# ------------------------------------------------------------------------------------------------ two forms


@pytest.mark.parametrize(
    ("current", "of_2011"),
    [
        (lambda: new_constraints(3, [1, 2, 3], 0.5, "<="), lambda: new_constraints([1, 2, 3], 0.5, "<=")),
        (lambda: new_constraints(3, np.eye(3), 0.1, ">=", 0, 1), lambda: new_constraints(np.eye(3), 0.1, ">=", 0, 1)),
        (
            lambda: new_constraints(2, np.eye(2), [1, 2], "=", lb=0, names=["a", "b"]),
            lambda: new_constraints(np.eye(2), [1, 2], lb=0, names=["a", "b"]),
        ),
        (
            lambda: new_constraints(n=2, A=[1, 1], b=1, type=">=", ub=[1, nan]),
            lambda: new_constraints(A=[1, 1], b=1, type=">=", ub=[1, nan]),
        ),
        (lambda: new_constraints(np.int64(3), [1, 1, 1], 1), lambda: new_constraints((1, 1, 1), 1)),
        (lambda: new_constraints(2, [1, 1], 1), lambda: new_constraints(pd.Series([1, 1], index=["x", "y"]), 1)),
    ],
)
def test_both_forms_of_new_constraints_mean_the_same(
    current: Callable[[], Constraints], of_2011: Callable[[], Constraints]
) -> None:
    assert_same(current(), of_2011())


def test_the_form_of_2011_takes_positions_in_its_own_order() -> None:
    c = new_constraints([1, 2], 0.5, "<=", -1, 2, "cap")
    assert c.A.tolist() == [[-1], [-2]]
    assert c.b.tolist() == [-0.5]
    assert (c.n, c.meq, c.lb.tolist(), c.ub.tolist(), c.names) == (2, 0, [-1, -1], [2, 2], ["cap"])


# --------------------------------------------------------------------------------------------- record habits


def test_fields_answer_to_their_names_in_r() -> None:
    c = sample()
    assert c["binary.index"].tolist() == c["binary_index"].tolist() == [2]
    assert c["meq"] == 1
    assert "binary.index" in c
    assert "x0" in c
    assert "x0" not in new_constraints(2)
    assert "no.such" not in c
    c["binary.index"] = [1, 0, 1]
    assert c.binary_index is not None
    assert c.binary_index.tolist() == [0, 1]
    for name in ("no.such.field", "_A", ".A"):
        with pytest.raises(KeyError, match=re.escape(f"Constraints has no field {name!r}")):
            c[name]


def test_a_grown_by_hand_gains_variables_without_bounds() -> None:
    c = sample()
    c.A = np.vstack([c.A, np.zeros((2, 3))])
    assert c.n == 5
    np.testing.assert_equal(c.lb, [0, 0, -0.5, nan, nan])
    np.testing.assert_equal(c.ub, [0.8, 0.8, 0.8, nan, nan])
    assert c.names == ["budget", "first", "second"]
    assert c.check() is c
    c.lb, c.ub = 0, [1, 1, 1, 2, 2]
    assert c.lb.tolist() == [0] * 5
    assert c.ub.tolist() == [1, 1, 1, 2, 2]


def test_a_with_more_columns_by_hand_gains_constraints_without_names() -> None:
    c = sample()
    c.A, c.b = np.hstack([c.A, np.ones((3, 1))]), np.append(c.b, 0.5)
    assert c.names == ["budget", "first", "second", None]
    assert c.check() is c
    c.names = "all"
    assert c.names == ["all"] * 4


def test_a_shrunk_by_hand_is_told_that_its_bounds_are_too_many() -> None:
    c = sample()
    c.A = c.A[:2]
    with pytest.raises(InputError, match="lb has 3 values but A has 2 rows; give one bound per variable"):
        c.check()


def test_none_and_nan_mean_no_bound() -> None:
    np.testing.assert_equal(new_constraints(2, lb=None, ub=None).lb, [nan, nan])
    np.testing.assert_equal(new_constraints(2).ub, [nan, nan])
    np.testing.assert_equal(new_constraints(2, lb=[None, 0]).lb, [nan, 0])


@pytest.mark.parametrize(
    "change",
    [
        lambda c: add_constraints([1, 0, 0], 0.2, "=", c, "new"),
        lambda c: add_constraints([1, 0, 0], 0.2, "<=", c),
        lambda c: add_variables(2, c, lb=0, ub=1),
        lambda c: delete_constraints([0, 2], c),
        lambda c: merge_constraints(c, create_basic_constraints(3)),
        lambda c: merge_constraints(create_basic_constraints(3), c),
        lambda c: c.copy(),
    ],
)
def test_nothing_is_changed_in_place(change: Callable[[Constraints], Constraints]) -> None:
    c = sample()
    before = fields(c)
    result = change(c)
    assert_same(before, c)
    result.A[:] = 7  # the result shares nothing with what it was made from
    for name in ("b", "lb", "ub"):
        result[name][:] = 7
    assert result.binary_index is not None
    result.binary_index[:] = 0
    if result.x0 is not None:
        result.x0[:] = 7
    assert_same(before, c)


def test_arguments_are_copied() -> None:
    A, b, lb, x0 = np.ones((2, 1)), np.ones(1), np.zeros(2), np.ones(2)
    c = Constraints(A, b, 1, lb, x0=x0)
    for given_array in (A, b, lb, x0):
        given_array[:] = 9
    assert (c.A.tolist(), c.b.tolist(), c.lb.tolist()) == ([[1], [1]], [1], [0, 0])
    assert c.x0 is not None
    assert c.x0.tolist() == [1, 1]


def test_read_only_arrays_of_pandas_are_welcome() -> None:
    table = pd.DataFrame(np.eye(3), columns=["a", "b", "c"])
    low, ones = pd.Series([0.0, 0.1, 0.2]), pd.Series(np.ones(3))
    for values in (table.to_numpy(), low.to_numpy(), ones.to_numpy()):
        values.flags.writeable = False  # as pandas 3 hands them out; older ones do not
    c = new_constraints(3, table, low, ">=", lb=low, ub=ones)
    c = add_constraints(ones, 1, "=", c)
    c.A[0, 0], c.b[0], c.lb[0], c.ub[0] = 2, 2, -1, 2
    assert (c.A[0, 0], c.b[0], c.lb[0], c.ub[0]) == (2, 2, -1, 2)
    assert table.iloc[0, 0] == 1
    c.A = np.broadcast_to(c.A[:, :1], (3, 4))
    c.A[1, 1] = 5
    assert c.A[1].tolist() == [1, 5, 1, 1]


# ------------------------------------------------------------------------------------------------------ names


def test_names_keep_the_order_of_their_rows() -> None:
    c = sample()
    c = add_constraints(np.eye(3)[:, :2], 0, "=", c, names=["e1", "e2"])
    assert c.names == ["e1", "e2", "budget", "first", "second"]
    c = add_constraints([0, 0, 1], 0.3, "<=", c, names="last")
    c = add_constraints([0, 0, 1], -0.3, ">=", c)
    assert c.names == ["e1", "e2", "budget", "first", "second", "last", None]
    c = add_variables(1, c)
    c = delete_constraints([1, -2], c)
    assert c.names == ["e1", "budget", "first", "second", None]
    assert c.meq == 2
    assert type_constraints(c) == ["=", "=", ">=", ">=", ">="]


def test_merge_keeps_names_bounds_and_binaries_of_both() -> None:
    second = new_constraints(3, [1, -1, 0], 0, "=", lb=[0.1, nan, -1], ub=[nan, 0.5, 0.9], names="pair")
    second = add_constraints([1, 1, 0], 0.6, "<=", second, names="cap")
    second.binary_index = [0, 2]
    both = merge_constraints(sample(), second)
    assert both.names == ["pair", "budget", "first", "second", "cap"]
    assert both.meq == 2
    assert both.lb.tolist() == [0.1, 0, -0.5]
    assert both.ub.tolist() == [0.8, 0.5, 0.8]
    assert both.binary_index is not None
    assert both.binary_index.tolist() == [0, 2]
    assert merge_constraints(new_constraints(2), new_constraints(2)).binary_index is None


@given(
    st.lists(st.sampled_from(["=", ">=", "<="]), min_size=1, max_size=8),
    st.data(),
)
def test_added_then_deleted_leaves_the_set_as_it_was(types: list[str], data: st.DataObject) -> None:
    """Rows are found again by name, whatever the order in which kinds were added."""
    c = sample()
    for k, kind in enumerate(types):
        c = add_constraints([k, 1, 2], k / 10, kind, c, names=f"row {k}")
    m = len(types) + 3
    assert c.meq == 1 + types.count("=")
    for k, kind in enumerate(types):
        j = c.names.index(f"row {k}")
        sign = -1 if kind == "<=" else 1
        assert c.A[:, j].tolist() == [sign * k, sign, sign * 2]
        assert c.b[j] == sign * (k / 10)
        assert type_constraints(c)[j] == ("=" if kind == "=" else ">=")
    order = data.draw(st.permutations(range(len(types))))
    half = len(order) // 2
    for part in (order[:half], order[half:]):
        c = delete_constraints([c.names.index(f"row {k}") for k in part], c)
    assert_same(sample(), c)
    assert m - len(types) == len(c.names)


def test_basic_constraints_leave_out_bounds_that_are_not_there() -> None:
    c = create_basic_constraints(2, [0, -np.inf], [nan, 0.6], None)
    assert c.A.tolist() == [[1, 0], [0, -1]]
    assert c.b.tolist() == [0, -0.6]
    assert c.meq == 0


def test_repr_counts_everything() -> None:
    assert repr(sample()) == "<Constraints: 3 variables (1 binary), 1 equalities, 2 inequalities>"


# --------------------------------------------------------------------------------------------------- messages


def edited(**values: Any) -> Constraints:
    c = sample()
    for name, value in values.items():
        c[name] = value
    return c


@pytest.mark.parametrize(
    ("call", "words"),
    [
        # new_constraints
        (lambda: new_constraints(0), r"n is 0; give a whole number, 1 or more"),
        (lambda: new_constraints(-2), r"n is -2; give a whole number"),
        (lambda: new_constraints(2.5), r"n is 2\.5; give a whole number"),
        (lambda: new_constraints(True), r"n is True; give a whole number"),
        (lambda: new_constraints(nan), r"n is nan; give a whole number"),
        (lambda: new_constraints(np.inf), r"n is inf; give a whole number"),
        (lambda: new_constraints("three"), r"n is 'three'; give a whole number"),
        (new_constraints, r"new_constraints needs n, the number of variables, or A and b"),
        (lambda: new_constraints(3, [1, 1, 1]), r"A and b go together: give both or neither"),
        (lambda: new_constraints(3, b=1), r"A and b go together: give both or neither"),
        (lambda: new_constraints(3, 1, 2, "=", 0, 1, "x", 9), r"takes at most 7 arguments; 8 were given"),
        (lambda: new_constraints([1], 1, "=", 0, 1, "x", 9), r"takes at most 6 arguments; 7 were given"),
        (lambda: new_constraints(3, lower=0), r"does not know lower; it takes n, A, b, type, lb, ub, names"),
        (lambda: new_constraints([1, 1], 1, low=0, b=2), r"does not know low; it takes A, b, type, lb, ub, names"),
        (lambda: new_constraints([1, 1], 1, b=2), r"was given twice b; it takes A, b, type"),
        (lambda: new_constraints(3, [1, 1], 1), r"A has 2 rows but the constraints have 3 variables; give one row per"),
        (lambda: new_constraints(2, ["a", "b"], 1), r"A holds something that is not a number: .*'a'"),
        (lambda: new_constraints(2, [[1, 2], [3]], 1), r"A holds something that is not a number: "),
        (lambda: new_constraints(2, lb="low"), r"lb holds something that is not a number: .*'low'"),
        # add_constraints
        (lambda: add_constraints([1, 1], 1, "="), r"add_constraints needs the set to extend: .*begin one with new_con"),
        (lambda: add_constraints([1, 1, 1], 1, "==", sample()), r"type '==' is not known; use '=', '>=' or '<='"),
        (lambda: add_constraints([1, 1, 1], 1, "<", sample()), r"type '<' is not known; use '=', '>=' or '<='"),
        (lambda: add_constraints(np.eye(2), 1, "=", sample()), r"A has 2 rows but the constraints have 3 variables"),
        (lambda: add_constraints(np.eye(3), [1, 2], "=", sample()), r"b has 2 values for 3 constraints; give one num"),
        (lambda: add_constraints(1, 1, "=", sample()), r"A has 0 dimension\(s\); expected a matrix, variables x cons"),
        (lambda: add_constraints(np.ones((3, 1, 1)), 1, "=", sample()), r"A has 3 dimension\(s\)"),
        (lambda: add_constraints([1, nan, 1], 1, "=", sample()), r"A\[1, 0\] is nan; constraints need finite numbers"),
        (lambda: add_constraints([1, 1, 1], nan, "=", sample()), r"b\[0\] is nan; constraints need finite numbers"),
        (lambda: add_constraints([1, 1, 1], np.inf, "<=", sample()), r"b\[0\] is inf; .*or use lb/ub = nan"),
        (lambda: add_constraints([1, 1, 1], "x", "=", sample()), r"b holds something that is not a number: .*'x'"),
        (
            lambda: add_constraints(np.eye(3), 1, "=", sample(), ["a", "b"]),
            r"2 names for 3 constraints; give one name each, or one for all",
        ),
        # add_variables, delete_constraints
        (lambda: add_variables(-1, sample()), r"n is -1; give a whole number, 0 or more"),
        (lambda: delete_constraints(3, sample()), r"no constraint \[3\] to delete: the 3 columns are counted 0\.\.2"),
        (lambda: delete_constraints([0, -4], sample()), r"no constraint \[0, -4\] to delete: the 3 columns"),
        (lambda: delete_constraints(0, new_constraints(2)), r"no constraint \[0\] to delete"),
        (lambda: delete_constraints([True, False, False], sample()), r"index is \[True, .*expected whole numbers"),
        (lambda: delete_constraints(0.5, sample()), r"index is 0\.5; expected whole numbers"),
        # fields assigned by hand
        (lambda: edited(b=[1, 2]).check(), r"b has 2 values but A has 3 columns; give one right-hand side per"),
        (lambda: edited(meq=4).check(), r"meq is 4 but there are 3 constraints; it must lie in 0\.\.3"),
        (lambda: edited(meq=-1).check(), r"meq is -1 but there are 3 constraints; it must lie in 0\.\.3"),
        (lambda: edited(lb=0.9).check(), r"variable 0: lower bound 0\.9 is above upper bound 0\.8; exchange or widen"),
        (lambda: edited(binary_index=[3]).check(), r"binary_index reaches from 3 to 3 but the 3 variables .* 0\.\.2"),
        (lambda: edited(binary_index=[-1, 0]).check(), r"binary_index reaches from -1 to 0 but the 3 variables"),
        (lambda: edited(binary_index=[True, False, True]), r"binary_index is \[True, .*expected whole numbers"),
        (lambda: edited(A=np.full((3, 3), nan)).check(), r"A\[0, 0\] is nan; constraints need finite numbers"),
        (lambda: edited(b=[1, nan, 0]).check(), r"b\[1\] is nan; constraints need finite numbers"),
        (lambda: edited(A=[1, 2, 3]), r"A has 1 dimension\(s\); expected a matrix, variables x constraints"),
        (lambda: edited(names=["a"]), r"1 names for 3 constraints"),
        # the record itself
        (lambda: Constraints([[1.0], [nan]], [1]), r"A\[1, 0\] is nan"),
        (lambda: Constraints([[1.0], [1]], [1, 2]), r"b has 2 values but A has 1 columns"),
        (lambda: Constraints([1.0, 1], 1), r"A has 1 dimension\(s\)"),
        (lambda: Constraints(np.eye(2), [1, 1], meq=3), r"meq is 3 but there are 2 constraints"),
    ],
)
def test_messages_say_what_where_and_what_to_do(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


@pytest.mark.parametrize("label", ["lb", "ub"])
def test_bounds_of_a_wrong_length_are_reported(label: str) -> None:
    words = f"{label} has 4 values for 3 variables; as in SIT only the first, 0.25, is used for all. Give 1 or 3 values"
    with pytest.warns(sitpy.SitpyWarning, match=re.escape(words)):
        c = new_constraints(3, **{label: [0.25, 0.3, 0.3, 0.3]})
    assert c[label].tolist() == [0.25] * 3


def test_no_bounds_at_all_among_added_variables_is_no_reason_to_warn() -> None:
    np.testing.assert_equal(add_variables(2, new_constraints(1, lb=0), lb=[nan, nan]).lb, [0, nan, nan])
    assert add_variables(0, new_constraints(1, lb=0), lb=0, ub=1).n == 1
