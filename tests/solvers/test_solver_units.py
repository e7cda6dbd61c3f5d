"""Every case of the stored reference 09_solver_units through sitpy's solvers, and what the messages say."""

import re

import numpy as np
import pytest
from problems import THREE_ASSETS

import sitpy
from sitpy.reference import read_reference

EXACT = 1e-9
"""Vertices and closed forms of well-scaled problems of three variables: rounding only."""
CASES = {case["name"]: case for case in read_reference("09_solver_units")["outputs"]}
LP = [case for case in CASES.values() if case["solver"] == "solve.LP.bounds"]
QP = [case for case in CASES.values() if case["solver"] == "solve.QP.bounds"]
SIT_DEFAULT_LB = {"NA bounds: lb becomes default.lb -100", "other default.lb", "lb below default.lb is clipped"}
"""Cases in which R's answer comes from its default lower bound of -100 or a like one."""
SEVERAL_ANSWERS = {"exactly one upper bound"}
"""max x0 + x1 with x0 + x1 <= 3: every point of the row is optimal."""


def numbers(values):
    """R's figures: null is missing, one value stands for all variables."""
    values = np.array([np.nan if value is None else value for value in values], dtype=float)
    return values if values.size > 1 else float(values[0])


def lp_arguments(case, **more):
    options = case["options"] or {}
    arguments = {
        "direction": case["direction"],
        "objective_in": case["objective"],
        "const_mat": case["const_mat"],
        "const_dir": case["const_dir"],
        "const_rhs": case["const_rhs"],
    }
    arguments |= {name: numbers(options[name]) for name in ("lb", "ub") if name in options}
    if "binary.vec" in options:
        arguments["binary_vec"] = [k - 1 for k in options["binary.vec"]]
    return arguments | more


def qp_arguments(case):
    options = case["options"] or {}
    arguments = {"Dmat": case["Dmat"], "dvec": case["dvec"], "Amat": case["A"], "bvec": case["b"], "meq": case["meq"]}
    arguments |= {name: numbers(options[name]) for name in ("lb", "ub") if name in options}
    if "binary.vec" in options:
        arguments["binary_vec"] = [k - 1 for k in options["binary.vec"]]
    return arguments


# ------------------------------------------------------------------------------------------------ linear programmes

ENGINES = ["highs", "pulp", "pulp:CBC"]


def test_every_stored_case_is_used():
    assert len(LP) == 14 and len(QP) == 16  # counted in the file


@pytest.mark.parametrize("solver", ENGINES)
@pytest.mark.parametrize(
    "case",
    [case for case in LP if case["outputs"]["status"] == 0 and case["name"] not in SIT_DEFAULT_LB],
    ids=lambda c: c["name"],
)
def test_linear_optimum_of_r(case, solver):
    answer = sitpy.solve_LP_bounds(**lp_arguments(case), solver=solver)
    assert answer.status == 0 and answer.solver == solver
    if case["name"] not in SEVERAL_ANSWERS:
        assert answer.solution == pytest.approx(case["outputs"]["solution"], abs=EXACT)
    assert answer.value == pytest.approx(case["outputs"]["value"], abs=EXACT)


@pytest.mark.parametrize("solver", ENGINES)
@pytest.mark.parametrize(
    ("name", "default_lb"), [("NA bounds: lb becomes default.lb -100", -100), ("other default.lb", -7)]
)
def test_default_lb_gives_the_stored_answer(name, default_lb, solver):
    answer = sitpy.solve_LP_bounds(**lp_arguments(CASES[name], default_lb=default_lb, solver=solver))
    assert answer.solution == pytest.approx(CASES[name]["outputs"]["solution"], abs=EXACT)
    assert answer.value == pytest.approx(CASES[name]["outputs"]["value"], abs=EXACT)


@pytest.mark.parametrize("solver", ENGINES)
def test_free_variables_are_free_without_default_lb(solver):
    """x0 >= -500 and nothing holds x1: R's -100 is not in the problem."""
    with pytest.raises(sitpy.UnboundedError, match="without limit"):
        sitpy.solve_LP_bounds(**lp_arguments(CASES["NA bounds: lb becomes default.lb -100"]), solver=solver)
    free = sitpy.solve_LP_bounds("min", [1, 0], [[1, 0]], [">="], -500, lb=np.nan, ub=5, solver=solver)
    assert free.solution[0] == pytest.approx(-500, abs=1e-7)  # 1e-9 of a figure of 500


@pytest.mark.parametrize("solver", ENGINES)
def test_given_lower_bounds_are_not_clipped_by_default_lb(solver):
    """x0 >= -300 is a given bound: R clips it at -100, the optimum of the problem as posed is -350."""
    answer = sitpy.solve_LP_bounds(
        **lp_arguments(CASES["lb below default.lb is clipped"], default_lb=-100), solver=solver
    )
    assert answer.solution == pytest.approx([-300, -50], abs=EXACT)
    assert answer.value == pytest.approx(-350, abs=EXACT)


def test_other_default_lb_left_out_meets_the_row():
    """min x0 + x1 with x0 + x1 >= -1000 and free variables: the row decides."""
    arguments = lp_arguments(CASES["other default.lb"])
    assert sitpy.solve_LP_bounds(**arguments).value == pytest.approx(-1000, abs=1e-6)  # 1e-9 relative


@pytest.mark.parametrize("solver", ENGINES)
@pytest.mark.parametrize("name", ["infeasible", "infeasible with negative lb"])
def test_infeasible_linear_programme_names_row_numbers_and_remedy(name, solver):
    with pytest.raises(sitpy.InfeasibleError) as caught:
        sitpy.solve_LP_bounds(**lp_arguments(CASES[name]), solver=solver)
    words = str(caught.value)
    assert "row 0: sum of 2 variables = 5 needs 5" in words
    assert "the upper bounds 1 of 2 variables" in words
    assert "at most 2: 3 too little" in words and "Raise these bounds or change this constraint" in words
    assert caught.value.conflict.distance == pytest.approx(3, abs=EXACT)  # 5 - 2


def test_unbounded_linear_programme_names_the_variables_and_the_remedy():
    with pytest.raises(sitpy.UnboundedError) as caught:
        sitpy.solve_LP_bounds(**lp_arguments(CASES["unbounded"]))
    words = str(caught.value)
    assert "nothing bounds variable 0, variable 1" in words and "Give upper or lower bounds" in words


@pytest.mark.parametrize("solver", ["pulp", "pulp:CBC"])
def test_unbounded_linear_programme_through_pulp(solver):
    with pytest.raises(sitpy.UnboundedError, match=r"without limit.*bound"):
        sitpy.solve_LP_bounds(**lp_arguments(CASES["unbounded"]), solver=solver)


def test_senses_double_equals_one_word_for_all_and_no_rows():
    one = sitpy.solve_LP_bounds("min", [1, 2], [[1, 1]], ["=="], 1)
    assert one.solution == pytest.approx([1, 0], abs=EXACT)
    both = sitpy.solve_LP_bounds("max", [1, 2], [[1, 0], [0, 1]], "<=", [3, 4])
    assert both.value == pytest.approx(11, abs=EXACT)
    none = sitpy.solve_LP_bounds("max", [1, -2], [], [], [], lb=-1, ub=1)
    assert none.solution == pytest.approx([1, -1], abs=EXACT)


def test_duals_are_in_the_callers_order_and_sense():
    """min 3x + 2y, x + y >= 2 (dual 2), x <= 1 (not active: 0), x - y = 0... moved last: order must come back."""
    answer = sitpy.solve_LP_bounds("min", [3, 2], [[1, 1], [1, 0], [1, -1]], [">=", "<=", "="], [2, 5, 0])
    assert answer.solution == pytest.approx([1, 1], abs=EXACT)
    # gradient (3, 2) = 2.5 (1, 1) + 0.5 (1, -1)
    assert answer.row_duals == pytest.approx([2.5, 0, 0.5], abs=EXACT)
    assert answer.reduced_costs == pytest.approx([0, 0], abs=EXACT)


def test_dual_of_an_active_upper_row_is_the_change_of_the_minimum():
    """min -x with x <= 4: one more unit of the limit lowers the minimum by 1."""
    answer = sitpy.solve_LP_bounds("min", [-1, 0], [[1, 1]], ["<="], 4)
    assert answer.row_duals == pytest.approx([-1], abs=EXACT)


@pytest.mark.parametrize("solver", ["glpk", "HIGHS!", "", "pulpCBC"])
def test_unknown_solver(solver):
    with pytest.raises(sitpy.InputError, match=re.escape(f"solver {solver!r} is not known; use 'highs'")):
        sitpy.solve_LP_bounds("min", [1, 1], [[1, 1]], [">="], 1, solver=solver)


def test_solver_that_pulp_does_not_know():
    with pytest.raises(sitpy.InputError, match=r"PuLP does not know a solver 'nonsense'; it knows .*PULP_CBC_CMD"):
        sitpy.solve_LP_bounds("min", [1, 1], [[1, 1]], [">="], 1, solver="pulp:nonsense")


def test_solver_that_pulp_knows_but_does_not_find(monkeypatch):
    import pulp

    known = pulp.listSolvers()
    monkeypatch.setattr(pulp, "listSolvers", lambda onlyAvailable=False: ["PULP_CBC_CMD"] if onlyAvailable else known)
    with pytest.raises(
        sitpy.InputError, match=r"knows CPLEX_CMD but does not find it here; available are PULP_CBC_CMD"
    ):
        sitpy.solve_LP_bounds("min", [1, 1], [[1, 1]], [">="], 1, solver="pulp:cplex")
    monkeypatch.setattr(pulp, "listSolvers", lambda onlyAvailable=False: [] if onlyAvailable else known)
    with pytest.raises(sitpy.InputError, match="PuLP finds no solver on this machine"):
        sitpy.solve_LP_bounds("min", [1, 1], [[1, 1]], [">="], 1, solver="pulp")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"direction": "up"}, "direction 'up' is not known; use 'min' or 'max'"),
        ({"const_dir": ["<"]}, "constraint type '<' is not known"),
        ({"const_mat": [[1, 1, 1]]}, r"const_mat has shape \(1, 3\); expected constraints x 2 variables"),
        ({"const_rhs": [1, 2]}, "1 rows, const_dir 1 senses and const_rhs 2 values"),
        ({"lb": [0, 0, 0]}, "lb has 3 values for 2 variables"),
        ({"objective_in": [1, np.nan]}, "objective_in holds a missing"),
        ({"const_rhs": [np.nan]}, "const_rhs holds a missing"),
        ({"const_mat": [[1, np.inf]]}, "const_mat holds a missing or infinite"),
    ],
)
def test_unusable_linear_input(changes, words):
    arguments = {
        "direction": "min",
        "objective_in": [1, 1],
        "const_mat": [[1, 1]],
        "const_dir": [">="],
        "const_rhs": [1],
    }
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.solve_LP_bounds(**(arguments | changes))


@pytest.mark.parametrize("position", [-1, 2])
def test_binary_that_does_not_exist(position):
    """A position outside 0..n-1 is an input error, not the last variable and not an IndexError."""
    with pytest.raises(sitpy.InputError, match=r"binary_vec.*0\.\.1"):
        sitpy.solve_LP_bounds("min", [1, 1], [[1, 1]], [">="], 1, binary_vec=[position])
    with pytest.raises(sitpy.InputError, match=r"binary_vec.*0\.\.1"):
        sitpy.solve_QP_bounds(np.eye(2), [0, 0], np.ones((2, 1)), [1], 1, binary_vec=[position])


# --------------------------------------------------------------------------------------------- quadratic programmes


@pytest.mark.parametrize(
    "case", [case for case in QP if "solution" in case.get("true_optimum", {})], ids=lambda case: case["name"]
)
def test_quadratic_optimum_is_that_of_quadprog_with_bounds_as_rows(case):
    """Also where SIT stops with an error (all fixed, one bound) or forgets a covariance (a fixed variable)."""
    answer = sitpy.solve_QP_bounds(**qp_arguments(case))
    assert answer.solution == pytest.approx(case["true_optimum"]["solution"], abs=EXACT)
    assert answer.value == pytest.approx(case["true_optimum"]["value"], abs=EXACT)
    assert answer.flag == 1 and answer.bound == pytest.approx(answer.value, abs=EXACT)


def test_cases_without_bounds_or_binaries_through_solve_QP():
    case = CASES["min variance, no bounds"]
    answer = sitpy.solve_QP(case["Dmat"], case["dvec"], case["A"], case["b"], case["meq"])
    assert answer.solution == pytest.approx(case["true_optimum"]["solution"], abs=EXACT)
    case = CASES["variable pinned by two opposite rows"]
    answer = sitpy.solve_QP(case["Dmat"], case["dvec"], case["A"], case["b"], case["meq"])
    assert answer.solution == pytest.approx(case["true_optimum"]["solution"], abs=EXACT)


@pytest.mark.parametrize(
    ("name", "value", "x"),
    [
        # 0.2^2/2: all in the less risky of two perfectly correlated assets
        ("singular Dmat: quadprog fails, ipop takes over", 0.02, [1, 0]),
        # x'Dx/2 on x = (t, 1-t) is concave here: an end, 0.04/2 at t = 1 or 0.09/2 at t = 0
        ("indefinite Dmat", 0.02, [1, 0]),
    ],
)
def test_matrices_that_quadprog_refuses(name, value, x):
    answer = sitpy.solve_QP_bounds(**qp_arguments(CASES[name]))
    assert answer.solution == pytest.approx(x, abs=EXACT)
    assert answer.value == pytest.approx(value, abs=EXACT)


def test_zero_block_leaves_the_rest_as_it_is():
    """The auxiliary variable costs nothing: the weights are those of "min variance, no bounds"."""
    answer = sitpy.solve_QP_bounds(**qp_arguments(CASES["zero block Dmat (auxiliary variable without ridge)"]))
    best = CASES["min variance, no bounds"]["true_optimum"]
    assert answer.solution[:3] == pytest.approx(best["solution"], abs=EXACT)
    assert answer.value == pytest.approx(best["value"], abs=EXACT)
    assert -1 <= answer.solution[3] <= 0


def test_binary_case():
    case = CASES["binary: pick 2 of 3"]
    answer = sitpy.solve_QP_bounds(**qp_arguments(case))
    # the ridge of 2e-9 on two binaries at 1 is in R's value: 2e-9
    assert answer.solution == pytest.approx(case["outputs"]["solution"], abs=EXACT)
    assert answer.value == pytest.approx(case["outputs"]["value"], abs=EXACT)
    assert answer.flag == 1 and answer.gap <= 1e-9 and answer.counter >= 1


def test_binary_infeasible_case():
    """Three binaries cannot sum to 4: the row and the upper bounds contradict each other without the 0/1 condition."""
    with pytest.raises(sitpy.InfeasibleError) as caught:
        sitpy.solve_QP_bounds(**qp_arguments(CASES["binary infeasible: 4 of 3"]))
    assert "column 1: sum of 3 variables = 4 needs 4" in str(caught.value)
    assert "at most 3: 1 too little" in str(caught.value)


def test_infeasible_bounds():
    with pytest.raises(sitpy.InfeasibleError) as caught:
        sitpy.solve_QP_bounds(**qp_arguments(CASES["infeasible: quadprog fails, ipop takes over"]))
    words = str(caught.value)
    assert "column 0: sum of 3 variables = 1 needs 1" in words and "the upper bounds 0.2 of 3 variables" in words
    assert "at most 0.6: 0.4 too little" in words and "Raise these bounds" in words
    assert caught.value.conflict.distance == pytest.approx(0.4, abs=EXACT)


def test_infeasible_equalities():
    with pytest.raises(sitpy.InfeasibleError) as caught:
        sitpy.solve_QP_bounds(**qp_arguments(CASES["infeasible equality pair"]))
    words = str(caught.value)
    assert "column 0: sum of 3 variables = 1" in words and "column 1: sum of 3 variables = 0.5" in words
    assert "missed by at least 0.5" in words and "Relax or remove one of them" in words


def test_unbounded_quadratic_programme():
    with pytest.raises(sitpy.UnboundedError, match="nothing bounds variable 1 on that side"):
        sitpy.solve_QP_bounds(np.diag([1.0, 0.0]), [0, 1], np.ones((2, 1)), [1])


def test_solutions_answer_to_r_names():
    answer = sitpy.solve_QP_bounds(THREE_ASSETS, np.zeros(3), np.ones((3, 1)), [1], 1)
    assert answer["unconstrained.solution"] == pytest.approx([0, 0, 0])
    assert answer["Lagrangian"].shape == (1,)
