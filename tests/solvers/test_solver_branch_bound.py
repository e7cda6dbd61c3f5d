"""SIT's general branch and bound: every control setting, limits, flags, words; and 0/1 programmes that lose no node."""

from dataclasses import replace

import numpy as np
import pytest
from problems import (
    NONE,
    THREE_ASSETS,
    by_enumeration,
    cardinality,
    held_already,
    mixed_binary,
    problems,
    two_shorts_left,
)

import sitpy
from sitpy.reference import read_reference
from sitpy.solvers import model_for

STORED = read_reference("03_mbqp_test")
FIELDS = STORED["constraints"]
BEST = STORED["outputs"]["enumerated_best"]
VARIANTS = [(v["branchvar"], v["proborder"], v["searchdir"]) for v in STORED["outputs"]["variants"]]
BINARIES = np.array(FIELDS["binary_index"]) - 1
INFINITE = np.array([np.inf, 1, 1, 1])


def relaxation(data):
    """The quadratic relaxation of mbqp.test, as SIT's script builds it."""
    try:
        answer = sitpy.solve_QP_bounds(
            FIELDS["Dmat"], FIELDS["dvec"], FIELDS["A"], FIELDS["b"], FIELDS["meq"], lb=data["lb"], ub=data["ub"]
        )
    except sitpy.InfeasibleError:
        return {"ok": False}
    return {"ok": True, "x": answer.solution, "fval": answer.value}


def search(**control):
    data = {"lb": np.array([-np.inf, 0, 0, 0]), "ub": INFINITE}
    return sitpy.binary_branch_bound(BINARIES, data, relaxation, sitpy.bbb_control(**control) if control else None)


def test_the_reference_has_all_36_settings():
    words = {
        (a, b, c)
        for a in ("first", "max", "min")
        for b in ("0", "1", "mindiff")
        for c in ("depth", "breadth", "best", "normbest")
    }
    assert set(VARIANTS) == words and len(VARIANTS) == 36


@pytest.mark.parametrize(("branchvar", "proborder", "searchdir"), VARIANTS)
def test_every_control_setting_reaches_the_optimum(branchvar, proborder, searchdir):
    """Enumerated optimum -5 at (0, 1, 0, 1); several of SIT's own settings stop at -4."""
    found = search(branchvar=branchvar, proborder=proborder, searchdir=searchdir)
    assert found.flag == 1 and found.proven
    # vertices of a problem with coefficients up to 10: rounding only
    assert found.fmin == pytest.approx(BEST["value"], abs=1e-9)
    assert found.xmin == pytest.approx(BEST["x"], abs=1e-9)
    assert found.bound <= found.fmin + 1e-9 and found.gap <= 1e-6


def test_defaults_of_the_control_are_those_of_sit():
    control = sitpy.bbb_control()
    assert (control.itermax, control.depthmax, control.bineps, control.precisioneps) == (200, np.inf, 1e-4, 0)
    assert (control.branchvar, control.proborder, control.searchdir, control.silent) == ("first", "0", "depth", True)
    assert search().fmin == pytest.approx(-5, abs=1e-9)  # and without any control


def test_relaxation_at_the_root_is_the_stored_one():
    relaxed = relaxation({"lb": np.array([-np.inf, 0, 0, 0]), "ub": INFINITE})
    assert relaxed["fval"] == pytest.approx(STORED["outputs"]["relaxed"]["value"], abs=1e-9)
    assert relaxed["x"] == pytest.approx(STORED["outputs"]["relaxed"]["x"], abs=1e-9)


@pytest.mark.parametrize("searchdir", ["depth", "breadth", "best", "normbest"])
@pytest.mark.parametrize("itermax", [1, 2, 3, 4])
def test_itermax_is_honoured_and_says_so(itermax, searchdir):
    calls = []

    def counted(data):
        fixed = (data["lb"][BINARIES] == data["ub"][BINARIES]).all()
        calls.append(bool(fixed))
        return relaxation(data)

    control = sitpy.bbb_control(itermax=itermax, searchdir=searchdir, branchvar="max")
    found = sitpy.binary_branch_bound(BINARIES, {"lb": np.array([-np.inf, 0, 0, 0]), "ub": INFINITE}, counted, control)
    # both children of the node in hand may be visited when the limit is reached
    assert found.counter <= itermax + 1
    assert found.bound <= -5 + 1e-9  # never above the optimum
    if not found.proven:
        assert found.flag in (1, 5)
        if found.flag == 5:
            assert np.isnan(found.xmin).all() and found.fmin == np.inf
    else:
        assert found.fmin == pytest.approx(-5, abs=1e-9)


def test_itermax_one_finds_nothing_at_a_fractional_root():
    found = search(itermax=1)
    assert (found.flag, found.proven, found.counter) == (5, False, 1)
    assert found.bound == pytest.approx(STORED["outputs"]["relaxed"]["value"], abs=1e-9)  # the root's


@pytest.mark.parametrize("searchdir", ["depth", "best"])
def test_depthmax_is_honoured_and_says_so(searchdir):
    """Three assets held of eight: one branching does not settle that."""
    problem = cardinality(np.diag(np.arange(1.0, 9.0)), 3, least=0.1, most=0.4)
    deepest = []

    def relax(data):
        deepest.append(int((data["lb"][problem.binary] == data["ub"][problem.binary]).sum()))
        answer = model_for(replace(problem, lb=data["lb"], ub=data["ub"], binary=NONE)).solve()
        return {"ok": False} if answer is None else {"ok": True, "x": answer.x, "fval": answer.value}

    control = sitpy.bbb_control(itermax=10**6, depthmax=1, searchdir=searchdir)
    found = sitpy.binary_branch_bound(problem.binary, {"lb": problem.lb, "ub": problem.ub}, relax, control)
    optimum = by_enumeration(problem)
    assert max(depth for depth in deepest if depth < problem.binary.size) == 1
    assert not found.proven and found.bound < optimum
    assert found.flag == 5 or found.fmin >= optimum - 1e-7  # Clarabel's accuracy


def test_precisioneps_stops_early_and_keeps_a_valid_bound():
    found = search(precisioneps=100.0, searchdir="depth")
    assert found.flag == 1 and found.fmin >= -5 - 1e-9 and found.bound <= -5 + 1e-9


def test_silent_and_not(capsys):
    search(searchdir="best")
    assert capsys.readouterr().out == ""
    search(searchdir="best", silent=False)
    printed = capsys.readouterr().out
    assert "best value -5" in printed and printed.startswith("relaxation ")


def test_flag_7_where_no_choice_is_feasible():
    """2 b = 1 is feasible for the relaxation, never for 0 or 1; b >= 2 not even there."""

    def relax(data):
        try:
            lp = sitpy.solve_LP_bounds("min", [1], [[2]], ["="], 1, lb=data["lb"], ub=data["ub"])
        except sitpy.InfeasibleError:
            return {"ok": False}
        return {"ok": True, "x": lp.solution, "fval": lp.value}

    found = sitpy.binary_branch_bound([0], {"lb": [0], "ub": [1]}, relax)
    assert found.flag == 7 and found.proven and found.fmin == np.inf and np.isnan(found.xmin).all()
    found = sitpy.binary_branch_bound([0], {"lb": [0], "ub": [1]}, lambda data: {"ok": False})
    assert (found.flag, found.counter) == (7, 1)


def test_nearly_integer_is_settled_by_its_own_solve():
    """A relaxation that answers 0.99995: the value reported is that of b = 1, not the relaxed one."""

    def relax(data):
        fixed = data["lb"][0] == data["ub"][0]
        return {"ok": True, "x": np.array([data["lb"][0] if fixed else 0.99995]), "fval": 1.0 if fixed else 0.5}

    found = sitpy.binary_branch_bound([0], {"lb": [0], "ub": [1]}, relax, sitpy.bbb_control(bineps=1e-4))
    assert found.xmin.tolist() in ([0.0], [1.0]) and found.fmin == 1.0


def test_a_bound_below_the_value_is_used():
    """A relaxation whose value is only known to 0.1 must not let the search claim more."""

    def relax(data):
        answer = relaxation(data)
        return answer | ({"bound": answer["fval"] - 0.1} if answer["ok"] else {})

    found = sitpy.binary_branch_bound(BINARIES, {"lb": np.array([-np.inf, 0, 0, 0]), "ub": INFINITE}, relax)
    assert found.fmin == pytest.approx(-5, abs=1e-9)
    assert found.bound == pytest.approx(-5.1, abs=1e-9) and not found.proven


@pytest.mark.parametrize(
    ("control", "words"),
    [
        ({"branchvar": "last"}, "branchvar 'last' is not known; use 'first', 'max' or 'min'"),
        ({"proborder": "2"}, "proborder '2' is not known"),
        ({"searchdir": "deep"}, "searchdir 'deep' is not known; use 'depth', 'breadth', 'best' or 'normbest'"),
        ({"itermax": 0}, "itermax is 0; give 1 or more"),
        ({"depthmax": np.nan}, "depthmax is nan; give 1 or more"),
        ({"bineps": 0.5}, "bineps is 0.5"),
        ({"bineps": 0.0}, "bineps is 0.0"),
        ({"precisioneps": -1.0}, "precisioneps is -1.0; give 0 or more"),
    ],
)
def test_bad_control(control, words):
    with pytest.raises(sitpy.InputError, match=words):
        sitpy.bbb_control(**control)


def test_numbers_for_proborder_are_read():
    assert sitpy.bbb_control(proborder=1).proborder == "1"


def test_bad_data():
    with pytest.raises(sitpy.InputError, match=r"bbb_data .* has no 'ub'"):
        sitpy.binary_branch_bound([0], {"lb": [0]}, relaxation)
    with pytest.raises(sitpy.InputError, match=r"from 0 to 4 but the 4 variables are counted 0\.\.3"):
        sitpy.binary_branch_bound([0, 4], {"lb": np.zeros(4), "ub": np.ones(4)}, relaxation)
    with pytest.raises(sitpy.InputError, match="from -1 to 0"):
        sitpy.binary_branch_bound([0, -1], {"lb": np.zeros(4), "ub": np.ones(4)}, relaxation)


def test_bounds_of_the_caller_stay_as_they_are():
    lb, ub = np.array([-np.inf, 0, 0, 0]), INFINITE.copy()
    lb.flags.writeable = ub.flags.writeable = False
    sitpy.binary_branch_bound(BINARIES, {"lb": lb, "ub": ub}, relaxation)
    assert lb.tolist() == [-np.inf, 0, 0, 0] and ub.tolist() == [np.inf, 1, 1, 1]


# ------------------------------------------------------------------------------------- programmes with binaries


def test_solve_QP_bounds_with_binaries():
    answer = sitpy.solve_QP_bounds(
        FIELDS["Dmat"],
        FIELDS["dvec"],
        FIELDS["A"],
        FIELDS["b"],
        0,
        binary_vec=BINARIES,
        lb=[None, 0, 0, 0],
        ub=[None, 1, 1, 1],
    )
    assert answer.solution == pytest.approx(BEST["x"], abs=1e-9)
    assert answer.value == pytest.approx(-5, abs=1e-9)
    assert answer.flag == 1 and answer.gap <= 1e-12 and answer.counter >= 1


def test_solve_QP_bounds_that_only_the_binaries_make_infeasible():
    with pytest.raises(sitpy.InfeasibleError, match="the binary variables being 0 or 1") as caught:
        sitpy.solve_QP_bounds(np.eye(2), [0, 0], [[2], [0]], [1], 1, binary_vec=[0])
    assert caught.value.conflict.integer and "column 0: 2 variable 0 = 1" in str(caught.value)


@pytest.mark.parametrize("problem", problems(binary=True), ids=lambda problem: problem.name)
@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_zoo_with_binaries(problem, engine):
    answer = model_for(problem.program, engine).solve()
    assert answer is not None and answer.proven
    assert answer.value == pytest.approx(problem.optimum, abs=1e-8)  # gap of 1e-9 and rounding
    assert answer.bound <= problem.optimum + 1e-9 * max(1, abs(problem.optimum))
    assert problem.program.violation(answer.x) <= 1e-8
    if problem.x is not None:
        assert answer.x == pytest.approx(problem.x, abs=1e-6)  # square root of the gap, times the curvature


@pytest.mark.parametrize("engine", ["fast", "reference"])
@pytest.mark.parametrize("problem", problems("infeasible"), ids=lambda problem: problem.name)
def test_infeasible_is_none(problem, engine):
    assert model_for(problem.program, engine).solve() is None


@pytest.mark.parametrize("fast", [True, False])
def test_the_barely_feasible_nodes_of_the_reference_notes_are_kept(fast):
    """Two shorts of at most 0.5 that must sum to 1; k binaries that are 1 already."""
    engine = "fast" if fast else "reference"
    for problem in (two_shorts_left(), held_already()):
        answer = model_for(problem.program, engine).solve()
        assert answer is not None
        assert answer.x == pytest.approx(problem.x, abs=1e-9)


@pytest.mark.parametrize("size", [1e-3, 0.1, 1.0, 1e3, 1e4])
def test_rows_of_any_scale_lose_no_node(size):
    """The budget row times a number is the same budget; value by the closed form of two of three assets."""
    base = cardinality(THREE_ASSETS, 2, least=0.1)
    A, b = base.A.copy(), base.b.copy()
    A[:, 0] *= size
    b[0] *= size
    best = (0.04 * 0.0225 - 0.002**2) / (0.04 + 0.0225 - 2 * 0.002) / 2
    answer = model_for(replace(base, A=A, b=b)).solve()
    assert answer is not None and answer.value == pytest.approx(best, rel=1e-6)


def test_unknown_engine():
    with pytest.raises(sitpy.InputError, match="engine 'turbo' is not known; use 'fast' or 'reference'"):
        model_for(mixed_binary().program, "turbo")
