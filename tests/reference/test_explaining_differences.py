"""Every reason why two frontiers differ, each in a case that was made to have it; R's own files with the known ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy.errors import InputError
from sitpy.frontier import MINIMISERS
from sitpy.reference import (
    Held,
    StoredFrontier,
    explain,
    load_frontier,
    read_reference,
    reference_constraints,
    reference_ia,
    stored,
)
from sitpy.reference.causes import Cause
from sitpy.reference.definitions import digits_of
from sitpy.reference.differing import constraint_differences, ia_differences

RISK = "A_01_longonly_0_80_Risk"
POINTS = 9


@cache
def solved(name: str = RISK, points: int = POINTS) -> sitpy.Frontier:
    content = read_reference(name)
    measure = content["measure"]
    return sitpy.portopt(
        reference_ia(content["inputs"]["ia"]),
        reference_constraints(content["constraints"]),
        points,
        measure,
        MINIMISERS[measure],
    )


def portfolios(ef: sitpy.Frontier, **fields: Any) -> StoredFrontier:
    """The frontier as a file has it that carries no inputs, with some figures changed."""
    return replace(stored(ef), frontier=None, **fields)


# ---------------------------------------------------------------------------------------------------- R's own files


@pytest.mark.parametrize("name", [RISK, "A_02b_130_30_vi_MAD", "A_02c_130_30_split_MAD", "B_01_longonly_0_80_CVaR"])
def test_a_frontier_agrees_with_r(name: str) -> None:
    explanation = explain(solved(name, 50), name)
    assert explanation.causes == {"equal": 50}
    assert explanation.agrees and explanation.ok and explanation.status == 0
    assert not explanation.data and not explanation.definitions


def test_weights_that_are_not_unique_are_proven_optimal_on_both_sides() -> None:
    """reference_outputs: weights are not unique at 13 points of this file."""
    name = "A_01_longonly_0_80_CDaR"
    explanation = explain(solved(name, 50), name)
    assert explanation.causes == {"equal": 37, "other weights": 13}
    assert explanation.ok and not explanation.agrees
    for why in explanation.points.query("cause == 'other weights'")["why"]:
        assert why.startswith("both have the optimal CDaR ") and "both are feasible" in why


@pytest.mark.parametrize("name", ["A_04b_exactly_3_Risk", "B_04b_exactly_3_Risk"])
def test_points_at_which_r_is_known_not_to_be_optimal(name: str) -> None:
    """Those of ``optimality_check``, which tried every 0/1 pattern."""
    check = read_reference("optimality_check")["cases"][name]
    theirs = load_frontier(name)
    beaten = check["suboptimal_points"]
    # the file against itself, solved again: both sides have R's weights, so the result is what is not optimal
    content = read_reference(name)
    ours = sitpy.portopt(
        reference_ia(content["inputs"]["ia"]),
        reference_constraints(content["constraints"]),
        targets=np.minimum(theirs.target, theirs.return_)[: beaten[1]],
    )
    first = replace(
        theirs,
        **{
            field: getattr(theirs, field)[: beaten[1]]
            for field in ("net_weight", "return_", "risk", "objective", "target")
        },
    )
    explanation = explain(ours, first)
    expected = [point in beaten for point in range(1, beaten[1] + 1)]
    assert (explanation.points["cause"] == "reference not optimal").tolist() == expected
    assert explanation.ok
    more = theirs.objective[beaten[0] - 1] / check["best"][beaten[0] - 1] - 1
    assert explanation.points["why"][beaten[0]].startswith(
        f"the reference's Risk is {100 * more:.2g} % above the optimum"
    )


# -------------------------------------------------------------------------------------------------------- rounding


@pytest.mark.parametrize("digits", [3, 4, 6])
def test_rounded_weights(digits: int) -> None:
    ef = solved()
    explanation = explain(ef, portfolios(ef, net_weight=ef.solution.round(digits)))
    assert set(explanation.causes) <= {"equal", "rounding"}
    assert not explanation.notes and not explanation.definitions
    assert ("rounding" in explanation.causes) is (digits < 5)  # six digits are within the weights' tolerance
    assert explanation.ok
    if digits < 5:
        assert f"figures with {digits} decimals" in explanation.points.query("cause == 'rounding'")["why"].iloc[0]


def test_everything_rounded() -> None:
    ef = solved()
    fields = {"net_weight": ef.solution.round(4), "return_": ef.return_.round(4), "risk": ef.risk.round(4)}
    explanation = explain(ef, portfolios(ef, objective=fields["risk"], **fields))
    assert set(explanation.causes) == {"rounding"}
    assert not explanation.notes and not explanation.definitions
    assert not explanation.comparison.resolved  # type: ignore[union-attr]


def test_more_than_the_last_digit_is_not_rounding() -> None:
    ef = solved()
    weight = ef.solution.round(4)
    weight[3, :2] += [0.002, -0.002]
    explanation = explain(ef, portfolios(ef, net_weight=weight))
    assert explanation.points["cause"].iloc[3] != "rounding"
    assert explanation.points["cause"].drop(4).isin(["rounding", "equal"]).all()


def test_digits_of_a_table() -> None:
    assert digits_of(np.array([0.25, 0.5, 0.123])) == 3
    assert digits_of(np.array([1 / 3, 0.5])) is None
    assert digits_of(np.array([1.0])) is None


# ------------------------------------------------------------------------------------------ weights, optimum, rows


def test_equal_assets_that_change_places() -> None:
    """Two assets with the same history: any split between them has the same risk, which is no difference of risk."""
    returns = reference_ia("A").hist_returns
    ia = sitpy.create_historical_ia(np.column_stack([returns[:, 0], returns[:, 0], returns[:, 5:]]), 1)
    c = sitpy.create_basic_constraints(ia.n, 0, 0.8)
    ef = sitpy.portopt(ia, c, 6)
    mirrored = ef.solution.copy()
    mirrored[:, 0], mirrored[:, 1] = 0.9 * ef.solution[:, :2].sum(axis=1), 0.1 * ef.solution[:, :2].sum(axis=1)
    other = sitpy.Frontier(mirrored, ef.name, ia, c, ef.statistics, measure="Risk")
    explanation = explain(ef, other)
    assert "other weights" in explanation.causes
    assert explanation.ok
    why = explanation.points.query("cause == 'other weights'")["why"].iloc[0]
    assert "both have the optimal Risk" in why and "both are feasible" in why


def spoiled(ef: sitpy.Frontier, point: int) -> sitpy.Frontier:
    """One point moved half of the way to the mean of its neighbours: the same return nearly, and more risk."""
    weight = ef.solution.copy()
    weight[point] = 0.5 * (weight[point - 2] + weight[point + 2])
    return sitpy.Frontier(weight, ef.name, ef.ia, ef.constraints, ef.statistics, measure=ef.measure)


def test_a_reference_that_is_not_optimal_says_by_how_much() -> None:
    ef = solved()
    other = spoiled(ef, 4)
    explanation = explain(ef, other)
    assert explanation.causes == {"equal": POINTS - 1, "reference not optimal": 1}
    more = other.risk[4] / ef.risk[4] - 1
    assert f"{100 * more:.2g} % above the optimum" in explanation.points["why"].iloc[4]
    assert explanation.ok


def test_a_result_that_is_not_optimal_is_an_error_of_ours() -> None:
    ef = solved()
    explanation = explain(spoiled(ef, 4), ef)
    assert explanation.causes == {"equal": POINTS - 1, "result not optimal": 1}
    assert "above the optimum" in explanation.points["why"].iloc[4]
    assert not explanation.ok and explanation.status == 1


def test_a_reference_that_breaks_a_bound_or_a_row_says_which_and_by_how_much() -> None:
    ef = solved()
    weight = ef.solution.copy()
    asset = int(weight[2].argmax())
    weight[2, asset] -= 0.01  # the sum of the weights is 0.99 then
    other = sitpy.Frontier(weight, ef.name, ef.ia, ef.constraints, ef.statistics, measure="Risk")
    explanation = explain(ef, other)
    assert explanation.points["cause"].iloc[2] == "reference not feasible"
    assert explanation.points["why"].iloc[2] == "the reference misses row 1 (= 1) by 0.01"
    weight[2] = 0
    weight[2, :2] = [1.3, -0.3]
    other = sitpy.Frontier(weight, ef.name, ef.ia, ef.constraints, ef.statistics, measure="Risk")
    why = explain(ef, other).points["why"].iloc[2]
    assert why == "the reference misses the upper bound 0.8 of SP500 by 0.5"


# ---------------------------------------------------------------------------------------------------- other data


def changed_data() -> sitpy.InputAssumptions:
    ia = reference_ia("A")
    values = ia.expected_return.copy()
    values[5] += 0.01
    ia.expected_return = values
    return ia


def test_other_inputs_are_named_with_asset_field_and_difference() -> None:
    ef, ia = solved(), changed_data()
    other = sitpy.portopt(ia, ef.constraints, POINTS)
    explanation = explain(ef, other)
    assert [(item.field, item.where, item.count) for item in explanation.data] == [("expected_return", "Gold", 1)]
    assert "(by +0.01)" in str(explanation.data[0])
    assert set(explanation.causes) <= {"equal", "other data"} and "other data" in explanation.causes
    assert not explanation.ok


def test_inputs_that_are_not_in_the_file_are_found_from_its_returns() -> None:
    """Weights and returns alone: only another expected return of one asset explains the returns at all points."""
    ef, ia = solved(), changed_data()
    other = sitpy.portopt(ia, ef.constraints, POINTS)
    explanation = explain(ef, portfolios(other))
    assert explanation.data[0].where == "Gold"
    assert explanation.data[0].reference - explanation.data[0].result == pytest.approx(0.01, abs=1e-9)


def test_each_field_of_the_inputs() -> None:
    ia = reference_ia("A")
    assert ia_differences(ia, reference_ia("A")) == []
    other = ia.copy()
    history = ia.hist_returns.copy()
    history[3, 2] += 0.05
    other.hist_returns = history
    other.parameters_alpha = 0.9
    found = ia_differences(ia, other)
    assert [item.field for item in found] == ["hist_returns", "parameters_alpha"]
    assert found[0].where == f"Europe at {ia.dates[3]}"  # type: ignore[index]
    assert found[0].reference - found[0].result == pytest.approx(0.05)
    other = sitpy.InputAssumptions(symbols=ia.symbols, expected_return=ia.expected_return, cov=ia.cov * 2)
    assert {item.field for item in ia_differences(ia, other)} == {"risk", "cov"}
    short = sitpy.create_historical_ia(ia.hist_returns[1:], 1)
    short.symbols = ia.symbols
    assert "number of rows of hist_returns" in {item.field for item in ia_differences(ia, short)}


def test_other_constraints() -> None:
    ef = solved()
    wider = ef.constraints.copy()
    wider.ub = np.append(wider.ub[:-1], 0.9)
    assert [(item.field, item.where) for item in constraint_differences(ef.constraints, wider)] == [
        ("ub", "variable 9")
    ]
    turned = ef.constraints.copy()
    turned.A, turned.b = -turned.A, -turned.b  # the one row is an equality
    assert constraint_differences(ef.constraints, turned) == []
    more = sitpy.add_constraints([1, 1] + [0] * 7, 0.1, ">=", ef.constraints)
    assert [item.field for item in constraint_differences(ef.constraints, more)] == ["rows"]
    explanation = explain(ef, sitpy.portopt(ef.ia, more, POINTS))
    assert "other data" in explanation.causes


def test_a_row_with_one_variable_is_a_bound_however_it_is_written() -> None:
    """As the published post writes its bounds; looser rows than the bounds change nothing, tighter ones do."""
    ia = solved().ia
    n, eye, sum_to_one = ia.n, np.eye(ia.n), np.ones(ia.n)
    bounds = sitpy.add_constraints(sum_to_one, 1, "=", sitpy.new_constraints(n, lb=-0.5, ub=0.8))
    rows = sitpy.new_constraints(2 * eye, np.full(n, -1.0), type=">=")
    rows = sitpy.add_constraints(-5 * eye, np.full(n, -4.0), ">=", rows)
    rows = sitpy.add_constraints(sum_to_one, 1, "=", rows)
    assert constraint_differences(rows, bounds) == [] == constraint_differences(bounds, rows)
    looser = sitpy.add_constraints(eye, np.full(n, -0.7), ">=", bounds)
    assert constraint_differences(rows, looser) == []
    fixed = sitpy.add_constraints(-eye[0], 0.1, "=", rows)
    found = {(item.field, item.where): (item.result, item.reference) for item in constraint_differences(rows, fixed)}
    assert found == {("lb", "variable 1"): (-0.5, -0.1), ("ub", "variable 1"): (0.8, -0.1)}
    assert explain(sitpy.portopt(ia, rows, POINTS), sitpy.portopt(ia, bounds, POINTS)).ok


# ------------------------------------------------------------------------------------------------ other definition


def turned(name: str, points: int, **factors: float) -> tuple[sitpy.Frontier, StoredFrontier]:
    ef = solved(name, points)
    values = {field: getattr(stored(ef), field) * factor for field, factor in factors.items()}
    return ef, portfolios(ef, **values)


@pytest.mark.parametrize(
    ("name", "factors", "figure", "words"),
    [
        (RISK, {"risk": 12**0.5, "objective": 12**0.5}, "risk", "times sqrt(12), as 12 months a year are annualised"),
        (RISK, {"objective": 252**-0.5}, "Risk", "divided by sqrt(252), as one of 252 trading days a year"),
        (RISK, {"objective": (26 / 27) ** 0.5}, "Risk", "with the divisor T = 27, not T - 1"),
        (RISK, {"return_": 100, "target": 100}, "return", "in percent, not a fraction"),
        ("A_01_longonly_0_80_MAD", {"objective": 0.5}, "MAD", "of half the size"),
        ("A_01_longonly_0_80_MAD", {"objective": 27 / 26}, "MAD", "with the divisor T - 1 = 26, not T"),
        ("A_01_longonly_0_80_MaxLoss", {"objective": -1}, "MaxLoss", "with the sign turned"),
        (RISK, {"objective": 100 * 12**0.5}, "Risk", "in percent, not a fraction, and times sqrt(12)"),
    ],
)
def test_figures_that_follow_another_definition(name: str, factors: dict[str, float], figure: str, words: str) -> None:
    ef, other = turned(name, POINTS, **factors)
    explanation = explain(ef, other)
    assert {item.figure for item in explanation.definitions} == {figure}
    assert words in str(explanation.definitions[0])
    assert explanation.causes == {"equal": POINTS}  # when the definitions are translated, nothing is left
    assert not explanation.ok and explanation.status == 1


def test_a_variance_in_place_of_a_standard_deviation() -> None:
    ef = solved()
    explanation = explain(ef, portfolios(ef, objective=ef.risk**2))
    assert str(explanation.definitions[0]) == "the reference's Risk is a variance, not a standard deviation"


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (sitpy.portfolio_cvar, "strictly below the quantile of type 7, as SIT's portfolio.cvar"),
        (sitpy.portfolio_var, "the quantile of type 7 itself (a value at risk)"),
    ],
)
def test_other_tails(figures: Any, words: str) -> None:
    """SIT's portfolio.cvar is not what its programme minimises, and users store either, or the quantile."""
    ef = solved("B_01_longonly_0_80_CVaR")
    explanation = explain(ef, portfolios(ef, objective=figures(ef.solution, ef.ia)))
    assert words in str(explanation.definitions[0])
    assert explanation.causes == {"equal": POINTS}


def test_another_level_of_cvar() -> None:
    ef = solved("B_01_longonly_0_80_CVaR")
    other = ef.ia.copy()
    other.parameters_alpha = 0.9
    explanation = explain(ef, portfolios(ef, objective=sitpy.portfolio_cvar_ru(ef.solution, other)))
    assert "the same mean at the level 0.9, not 0.95" in str(explanation.definitions[0])


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (lambda r: r.mean(axis=0), "the mean per period"),
        (lambda r: r.mean(axis=0) * 12, "times the annual factor (not compounded)"),
        (lambda r: np.prod(1 + r, axis=0) ** (12 / len(r)) - 1, "the geometric return per year"),
    ],
)
def test_other_annualisation_of_returns(mean: Any, words: str) -> None:
    ef = solved("B_01_longonly_0_80_Risk")
    returns = ef.solution @ mean(ef.ia.hist_returns)
    explanation = explain(ef, portfolios(ef, return_=returns, target=returns))
    assert words in str(explanation.definitions[0])
    assert explanation.causes == {"equal": POINTS}


def test_figures_that_nothing_explains_ask_for_a_report() -> None:
    ef = solved()
    strange = ef.risk * np.linspace(1, 2, POINTS)
    explanation = explain(ef, portfolios(ef, objective=strange))
    assert "unexplained" in explanation.causes
    assert "is not that of its own weights by any definition" in explanation.notes[0]
    assert not explanation.ok


# --------------------------------------------------------------------------------------------------- what it takes


def test_assets_in_another_order() -> None:
    ef, order = solved(), np.array([3, 1, 2, 0, 4, 5, 6, 8, 7])
    other = portfolios(ef, net_weight=ef.solution[:, order], symbols=[ef.ia.symbols[i] for i in order])
    explanation = explain(ef, other)
    assert explanation.causes == {"equal": POINTS}
    assert "the reference has the assets in another order" in explanation.notes


def test_other_assets_and_other_measures_are_not_compared() -> None:
    with pytest.raises(InputError, match=r"the result has the assets SP500, .*; the reference has SPY, QQQ"):
        explain(RISK, "B_01_longonly_0_80_Risk")
    with pytest.raises(InputError, match="the result minimises Risk, the reference MAD"):
        explain(RISK, "A_01_longonly_0_80_MAD")


def test_every_cause_has_its_meaning_and_only_some_are_harmless() -> None:
    from sitpy.pages.comparison import MEANINGS

    assert set(MEANINGS) == set(Cause)
    assert {cause for cause in Cause if not cause.harmless} == {Cause.DATA, Cause.OURS, Cause.UNEXPLAINED}


def test_what_is_held_in_a_frontier_of_ours(tmp_path: Path) -> None:
    from sitpy.reference import read_held

    held = read_held(solved().to_json(tmp_path / "ef.json"))
    assert isinstance(held, Held)
    assert held.ia is not None and held.constraints is not None and held.weight is not None
