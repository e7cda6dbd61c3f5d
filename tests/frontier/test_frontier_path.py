"""The exact path of the frontier of risk: formulas against solvers, ends, ratios, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.portfolios.minimum import risk_program
from sitpy.portfolios.problem import padded
from sitpy.solvers import certificate

Array = np.ndarray


def ia() -> sitpy.InputAssumptions:
    return sitpy.aa_test_create_ia_rebal()


def long_only(upper: float = 0.8) -> sitpy.Constraints:
    return sitpy.create_basic_constraints(9, 0, upper)


def split_130_30() -> sitpy.Constraints:
    """Weights as long less short parts, at most 130/30 in all: a covariance without full rank over [x, long, short]."""
    n = 9
    constraints = sitpy.new_constraints(3 * n, lb=[-0.3] * n + [0.0] * 2 * n, ub=[0.8] * 3 * n)
    unit = np.eye(n)
    constraints = sitpy.add_constraints(np.r_[np.ones(n), np.zeros(2 * n)], 1, "=", constraints, "sum of weights")
    constraints = sitpy.add_constraints(np.vstack([unit, -unit, unit]), 0, "=", constraints, "parts")
    return sitpy.add_constraints(np.r_[np.zeros(n), np.ones(2 * n)], 1.6, "<=", constraints, "leverage")


@pytest.mark.parametrize("build", [long_only, split_130_30], ids=["long only", "130/30 with parts"])
def test_every_point_is_the_optimum_of_the_solver(build: object) -> None:
    """Halfway along every segment, against the reference engine and against conditions of optimality from outside."""
    data, constraints = ia(), build()  # type: ignore[operator]
    path = sitpy.frontier_path(data, constraints)
    middles = (path.return_[1:] + path.return_[:-1]) / 2
    plain = sitpy.portopt(data, constraints, targets=middles, engine="reference")
    exact = path.weights(middles)
    assert exact.shape == (middles.size, constraints.n)
    for x, target, slow in zip(exact, middles, plain.objective):
        value = 0.5 * x[:9] @ data.cov @ x[:9]
        assert value <= slow * (1 + 1e-9)
        program = risk_program(data, constraints).with_row(padded(data.expected_return, constraints.n), target)
        checked = certificate(program, x)
        assert checked.primal_residual < 1e-9 and checked.gap < 1e-8


def test_segments_are_the_weights() -> None:
    path = sitpy.frontier_path(ia(), long_only())
    table, turns = path.segments, path.turning_points
    assert len(table) == len(turns) - 1
    assert list(turns.columns) == ["return", "risk", *ia().symbols]
    for k in range(len(table)):
        begins, ends = table[("", "begins")][k], table[("", "ends")][k]
        third = begins + (ends - begins) / 3
        by_formula = table["at"].iloc[k] + (third - begins) * table["per"].iloc[k]
        np.testing.assert_allclose(by_formula, path.weights(third), rtol=0, atol=1e-12)
    np.testing.assert_allclose(turns["risk"], sitpy.portfolio_risk(path.weight, ia()), rtol=1e-9)
    np.testing.assert_allclose(turns["return"], sitpy.portfolio_return(path.weight, ia()), rtol=1e-9)


def test_a_frontier_has_its_turning_points() -> None:
    ef = sitpy.portopt(ia(), long_only(), 7)
    pd.testing.assert_frame_equal(ef.turning_points, sitpy.frontier_path(ia(), long_only()).turning_points)
    by_mad = sitpy.portopt(ia(), long_only(), 3, "MAD", sitpy.min_mad_portfolio)
    with pytest.raises(sitpy.InputError, match="the frontier is about MAD; turning points are those of risk"):
        _ = by_mad.turning_points


def test_two_thousand_points_are_those_of_fifty() -> None:
    """Every 40th of 1961 points is one of 50: the path is the same, however many points are asked for."""
    many, few = sitpy.portopt(ia(), long_only(), 1961), sitpy.portopt(ia(), long_only(), 50)
    np.testing.assert_allclose(many.weight[::40], few.weight, rtol=0, atol=1e-11)
    assert many.proven and len(many.weight) == 1961


@pytest.mark.parametrize("rf", [0.0, 0.05, 0.15])
def test_the_largest_ratio_is_that_of_the_general_method(rf: float) -> None:
    """Against the homogenised programme of max_sharpe_portfolio_axioma, which knows nothing of the path."""
    path = sitpy.frontier_path(ia(), long_only(0.3))
    x = path.max_sharpe(rf)
    other = sitpy.max_sharpe_portfolio_axioma(ia(), long_only(0.3), rf)
    ratio = [(w[:9] @ ia().expected_return - rf) / sitpy.portfolio_risk(w, ia())[0] for w in (x, other)]
    assert ratio[0] == pytest.approx(ratio[1], rel=1e-9)
    np.testing.assert_allclose(x, other, rtol=0, atol=1e-6)


def test_the_point_of_a_risk_is_the_largest_return_at_that_risk() -> None:
    path = sitpy.frontier_path(ia(), long_only())
    for risk in np.linspace(path.risk[0], path.risk[-1], 9):
        x = path.of_risk(float(risk))
        assert sitpy.portfolio_risk(x, ia())[0] == pytest.approx(risk, rel=1e-9)
        # and no efficient portfolio of that return has less risk
        np.testing.assert_allclose(path.weights(float(x @ ia().expected_return)), x, rtol=0, atol=1e-8)


def test_below_the_least_risk_the_answer_is_the_least_risk() -> None:
    path = sitpy.frontier_path(ia(), long_only())
    np.testing.assert_array_equal(path.weights(-1.0), path.weight[0])


def test_words_of_what_cannot_be() -> None:
    path = sitpy.frontier_path(ia(), long_only())
    assert repr(path).startswith("<FrontierPath: ")
    with pytest.raises(
        sitpy.InfeasibleError, match=r"return of 25\.0000%: the constraints allow 7\.7\d+% .* to 19\.9\d+%"
    ):
        path.weights([0.1, 0.25])
    with pytest.raises(sitpy.InfeasibleError, match=r"no efficient portfolio has a risk of 1\.0000%: they have 2\.5"):
        path.of_risk(0.01)
    with pytest.raises(
        sitpy.InfeasibleError, match=r"more than rf = 50\.0000%; the largest return is 19\.9\d+%. Lower rf"
    ):
        path.max_sharpe(0.5)
    with pytest.raises(sitpy.InputError, match="risk is -1; give a standard deviation"):
        path.of_risk(-1)
    with pytest.raises(sitpy.InputError, match="target has 2 dimensions"):
        path.weights([[0.1]])
    binary = sitpy.add_variables(1, long_only(), lb=0, ub=1)
    binary.binary_index = [9]
    with pytest.raises(sitpy.InputError, match="1 0/1 variables, so weights are not affine in the return; use portopt"):
        sitpy.frontier_path(ia(), binary)
    with pytest.raises(sitpy.InfeasibleError, match=r"contradict|needs 1, but"):
        sitpy.frontier_path(ia(), long_only(0.1))


def test_without_bounds_the_path_has_no_end() -> None:
    """Two assets, weights that sum to 1 and nothing else: the hyperbola of the textbook."""
    data = sitpy.InputAssumptions(expected_return=[0.05, 0.1], cov=[[0.01, 0.0], [0.0, 0.04]])
    free = sitpy.new_constraints(2, [1.0, 1.0], 1, "=")
    path = sitpy.frontier_path(data, free)
    assert path.unlimited and repr(path).endswith("without limit>")
    np.testing.assert_allclose(path.weights(0.2), [-2.0, 3.0], rtol=0, atol=1e-9)
    # largest ratio at rf = 0: V^-1 mu, scaled to sum 1
    tangency = np.array([0.05 / 0.01, 0.1 / 0.04])
    np.testing.assert_allclose(path.max_sharpe(), tangency / tangency.sum(), rtol=0, atol=1e-9)
