"""Every constraint builder against what SIT returns for it (stored file ``07_constraints_algebra``).

The figures come from R runs of SIT. They are small numbers that both sides compute with a few additions, so the
tolerance is rounding: 1e-15 absolute beside 1e-14 relative.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy import Constraints, add_constraints, add_variables, delete_constraints, merge_constraints, new_constraints
from sitpy.files import numbers
from sitpy.reference import read_reference

CASES: dict[str, dict[str, Any]] = {case["name"]: case for case in read_reference("07_constraints_algebra")["outputs"]}
nan = np.nan
ONES = [1, 1, 1]


def ia3(**fields: Any) -> sitpy.InputAssumptions:
    ia = sitpy.create_ia(read_reference("07_constraints_algebra")["inputs"]["ia3"]["hist_returns"])
    for name, value in fields.items():
        ia[name] = value
    return ia


def base2() -> Constraints:
    return new_constraints(2, [1, 1], 1, "=", lb=0, ub=1)


@cache
def grown(step: int) -> Constraints:
    """The set that the "add" cases grow step by step; each step starts from the one before ("previous")."""
    if step == 0:
        return new_constraints(3, lb=0, ub=0.8)
    previous = grown(step - 1)
    return {
        1: lambda: add_constraints(ONES, 1, "=", previous),
        2: lambda: add_constraints([1, 0, 0], 0.2, ">=", previous),
        3: lambda: add_constraints([0, 1, 1], 0.7, "<=", previous),
        4: lambda: add_constraints([1, -1, 0], 0, "=", previous),
        5: lambda: add_constraints(np.eye(3), 0.05, ">=", previous),
        6: lambda: add_constraints(np.array([[1, 0, 1], [0, 1, 1]]).T, [0.5, 0.6], "=", previous),
    }[step]()


def only_inequalities() -> Constraints:
    return add_constraints(np.eye(3), 0.05, ">=", new_constraints(3))


def second_set(equalities: int) -> Constraints:
    """The second set of the "merge" cases."""
    result = new_constraints(3, lb=[0.1, nan, -1], ub=[0.5, nan, 2])
    result = add_constraints([1, 1, 0], 0.6, "<=", result)
    if equalities >= 1:
        result = add_constraints([1, 0, -1], 0, "=", result)
    if equalities >= 2:
        result = add_constraints([0, 1, -1], 0.1, "=", result)
    return result


def merged(equalities: int) -> Constraints:
    return merge_constraints(sitpy.create_basic_constraints(3, 0, 0.8, 1), second_set(equalities))


BUILD: dict[str, Callable[[], Constraints]] = {
    "n only": lambda: new_constraints(3),
    "scalar bounds": lambda: new_constraints(3, lb=0, ub=0.8),
    "vector bounds": lambda: new_constraints(3, lb=[0, 0.1, -0.5], ub=[1, 0.5, 0.8]),
    "wrong length bounds: only the first is used": lambda: new_constraints(3, lb=[0.1, 0.2], ub=[0.9, 0.8]),
    "partly NA bounds": lambda: new_constraints(3, lb=[nan, 0, nan], ub=[1, nan, nan]),
    "equality vector": lambda: new_constraints(3, ONES, 1, "="),
    ">= vector": lambda: new_constraints(3, [1, 2, 3], 0.5, ">="),
    "<= vector: sign flip": lambda: new_constraints(3, [1, 2, 3], 0.5, "<="),
    "<= matrix": lambda: new_constraints(3, np.eye(3), [0.8, 0.7, 0.6], "<="),
    "default type is =": lambda: new_constraints(2, np.eye(2), [0.3, 0.7]),
    "add =": lambda: grown(1),
    "then add >=": lambda: grown(2),
    "then add <=": lambda: grown(3),
    "then add a second =: goes to the front": lambda: grown(4),
    "scalar b is repeated for every column": lambda: grown(5),
    "two equalities at once": lambda: grown(6),
    "add.variables(2), no bounds": lambda: add_variables(2, grown(6)),
    "add.variables(2, lb=0, ub=1)": lambda: add_variables(2, grown(6), lb=0, ub=1),
    "add.variables(2, lb=c(0,-1))": lambda: add_variables(2, grown(6), lb=[0, -1]),
    "add.variables(2, lb=c(NA,0)): first NA, so all lb become NA": lambda: add_variables(2, grown(6), lb=[nan, 0]),
    "delete one equality": lambda: delete_constraints(0, grown(6)),
    "delete several": lambda: delete_constraints([1, 3, 5], grown(6)),
    ">= only (meq 0)": only_inequalities,
    "delete column 1 when meq is 0: SIT counts 1:0 as c(1,0) and meq becomes -1 (a SIT bug)": lambda: (
        delete_constraints(0, only_inequalities())
    ),
    "delete column 2 when meq is 0": lambda: delete_constraints(1, only_inequalities()),
    "create.basic.constraints(3)": lambda: sitpy.create_basic_constraints(3),
    "create.basic.constraints(3, -0.2, 0.5, 1)": lambda: sitpy.create_basic_constraints(3, -0.2, 0.5, 1),
    "create.basic.constraints vector": lambda: sitpy.create_basic_constraints(3, [0, 0.1, 0.2], [0.5, 0.6, 0.7], 0.9),
    "create.basic.constraints without sum": lambda: sitpy.create_basic_constraints(3, 0, 1, nan),
    "merge with inequality only": lambda: merged(0),
    "merge with one equality": lambda: merged(1),
    "merge with two equalities": lambda: merged(2),
    "merge of different n is refused": lambda: merge_constraints(new_constraints(3), new_constraints(2)),
    "add.constraint.maxloss": lambda: sitpy.add_constraint_maxloss(ia3(), 0.12, "<=", base2()),
    "add.constraint.mad": lambda: sitpy.add_constraint_mad(ia3(), 0.05, "<=", base2()),
    "add.constraint.cvar": lambda: sitpy.add_constraint_cvar(ia3(), 0.1, "<=", base2()),
    "add.constraint.cdar": lambda: sitpy.add_constraint_cdar(ia3(), 0.1, "<=", base2()),
    "add.constraint.mad.downside": lambda: sitpy.add_constraint_mad_downside(ia3(), 0.1, "<=", base2()),
    "add.constraint.mad.downside mar": lambda: sitpy.add_constraint_mad_downside(
        ia3(parameters_mar=0.01), 0.1, "<=", base2()
    ),
    "add.constraint.gini": lambda: sitpy.add_constraint_gini(ia3(), 0, ">=", base2()),
    "add.constraint.omega": lambda: sitpy.add_constraint_omega(ia3(), 0, ">=", base2()),
}

# cases in which SIT drops bounds without a word, and the words of our warnings (one per bound)
WARNINGS = {
    "wrong length bounds: only the first is used": [
        r"lb has 2 values for 3 variables; as in SIT only the first, 0\.1, is used for all\. Give 1 or 3 values",
        r"ub has 2 values for 3 variables; as in SIT only the first, 0\.9, is used for all\. Give 1 or 3 values",
    ],
    "add.variables(2, lb=c(NA,0)): first NA, so all lb become NA": [
        r"lb of the added variables begins with a missing value; as in SIT all 2 then have no bound\. Use -inf or inf",
    ],
}
SIT_BUG = "delete column 1 when meq is 0: SIT counts 1:0 as c(1,0) and meq becomes -1 (a SIT bug)"
REFUSED = "merge of different n is refused"


def same(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, numbers(theirs), rtol=1e-14, atol=1e-15, equal_nan=True)


def test_every_stored_case_is_built_here() -> None:
    assert list(BUILD) == list(CASES)
    assert len(BUILD) == 41


@pytest.mark.parametrize("name", [name for name in CASES if name != REFUSED])
def test_builders_give_what_sit_gives(name: str) -> None:
    case = CASES[name]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        ours = BUILD[name]()
    assert [w.category for w in heard] == [sitpy.SitpyWarning] * len(WARNINGS.get(name, []))
    for warning, words in zip(heard, WARNINGS.get(name, [])):
        assert re.search(words, str(warning.message))
    assert ours.n == case["n"]
    assert ours.A.shape == (case["n"], len(case["b"]))
    same(ours.A, case["A"])
    same(ours.b, case["b"])
    same(ours.lb, case["lb"])
    same(ours.ub, case["ub"])
    assert ours.binary_index is None
    assert case["binary_index"] is None
    if name == SIT_BUG:
        # SIT stores meq = -1 here and its type.constraints then fails; a set without equalities keeps none
        assert case["meq"] == -1
        assert ours.meq == 0
        assert sitpy.type_constraints(ours) == [">=", ">="]
    else:
        assert ours.meq == case["meq"]
        assert sitpy.type_constraints(ours) == case["type"]
    assert ours.check() is ours


def test_sets_over_different_numbers_of_assets_cannot_be_merged() -> None:
    assert "same number of assets" in CASES[REFUSED]["error"]
    with pytest.raises(
        sitpy.InputError,
        match=r"the first set has 3 variables, the second 2; both must be based on the same assets \(add_variables",
    ):
        BUILD[REFUSED]()
