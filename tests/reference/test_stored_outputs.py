"""Stored outputs: what is in them agrees with itself, and results are compared with them fairly."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sitpy
from sitpy import InputError, compare, load_frontier
from sitpy.errors import SimulatedDataWarning
from sitpy.files import numbers
from sitpy.frontier import MEASURES, MINIMISERS
from sitpy.reference import (
    StoredFrontier,
    net_weight,
    read_reference,
    reference_constraints,
    reference_ia,
    stored,
)

NAMES = sorted(
    item.name.removesuffix(".json")
    for item in files("sitpy.reference_outputs").iterdir()
    if item.name.endswith(".json")
)
FRONTIERS = [name for name in NAMES if "measure" in read_reference(name)]
RISK = "A_01_longonly_0_80_Risk"


@cache
def solved(name: str, nportfolios: int = 50) -> sitpy.Frontier:
    """The frontier of a stored case, solved from its own inputs."""
    content = read_reference(name)
    measure = content["measure"]
    return sitpy.portopt(
        reference_ia(content["inputs"]["ia"]),
        reference_constraints(content["constraints"]),
        nportfolios,
        measure,
        MINIMISERS[measure],
    )


# ---------------------------------------------------------------------------------------------------- reading


def test_the_stored_frontiers_are_all_there() -> None:
    assert len(FRONTIERS) == 51  # 27 on A, 24 on B
    assert {read_reference(name)["measure"] for name in FRONTIERS} == set(MINIMISERS)


@pytest.mark.parametrize("name", FRONTIERS)
def test_every_stored_frontier_agrees_with_itself(name: str) -> None:
    """Return, risk and objective that R reports are those of its own net weights, in our measures.

    1e-10 relative as for the measures; 1e-9 absolute where a measure is zero by cancellation.
    """
    content, theirs = read_reference(name), load_frontier(name)
    inputs = content["inputs"]["ia"]
    if not isinstance(inputs, str):  # weights are net of short positions, so the assets are those before doubling
        inputs = {field: value for field, value in inputs.items() if field != "transform"}
    ia = reference_ia(inputs)
    assert (theirs.name, theirs.measure, theirs.frontier) == (name, content["measure"], None)
    assert theirs.symbols == ia.symbols
    points = content["outputs"]["n_points"]
    assert theirs.net_weight.shape == (points, ia.n)
    np.testing.assert_allclose(theirs.net_weight.sum(axis=1), 1, atol=1e-8)
    np.testing.assert_allclose(theirs.return_, sitpy.portfolio_return(theirs.net_weight, ia), rtol=1e-10)
    np.testing.assert_allclose(theirs.risk, sitpy.portfolio_risk(theirs.net_weight, ia), rtol=1e-9)
    measure = MEASURES[theirs.measure]
    np.testing.assert_allclose(theirs.objective, measure(theirs.net_weight, ia), rtol=1e-9, atol=1e-9)
    assert theirs["return"] is theirs.return_


@pytest.mark.parametrize("name", FRONTIERS)
def test_stored_weights_satisfy_the_stored_constraints(name: str) -> None:
    """R's solvers keep to the rows within 1e-8; weights are listed with their auxiliary variables."""
    content = read_reference(name)
    c = reference_constraints(content["constraints"]).check()
    x = numbers(content["outputs"]["weight"])
    assert c.n == x.shape[1]
    residual = x @ c.A - c.b
    assert np.abs(residual[:, : c.meq]).max(initial=0) < 1e-8
    assert residual[:, c.meq :].min(initial=0) > -1e-8
    assert np.nanmin(np.where(np.isnan(c.lb), 0, x - c.lb)) > -1e-8
    assert np.nanmin(np.where(np.isnan(c.ub), 0, c.ub - x)) > -1e-8
    if c.binary_index is not None:
        assert np.abs(x[:, c.binary_index] - x[:, c.binary_index].round()).max() < 1e-4  # SIT's own bineps


def test_binaries_are_counted_from_zero_here() -> None:
    content = read_reference("A_04b_exactly_3_Risk")
    assert content["constraints"]["binary_index"] == list(range(10, 19))
    index = reference_constraints(content["constraints"]).binary_index
    assert index is not None
    assert index.tolist() == list(range(9, 18))


def test_assumptions_named_by_a_file() -> None:
    plain = reference_ia("A")
    doubled = reference_ia({"base": "A", "transform": "aa.test.ia.add.short: ...", "parameters_alpha": 0.9})
    assert (doubled.n, doubled.symbols) == (18, plain.symbols * 2)
    assert (doubled.parameters_alpha, plain.parameters_alpha) == (0.9, 0.95)
    assert reference_ia("B").annual_factor == 12
    with pytest.raises(InputError, match="the reference names input assumptions 'C'; known are A and B"):
        reference_ia("C")


@pytest.mark.filterwarnings(f"error::{SimulatedDataWarning.__module__}.SimulatedDataWarning")
def test_reading_the_simulated_assumptions_of_a_file_is_silent() -> None:
    assert reference_ia({"base": "B"}).n == 8


@pytest.mark.parametrize("name", [RISK, f"{RISK}.json"])
def test_a_reference_is_found_by_its_name(name: str) -> None:
    assert read_reference(name)["case"] == RISK


@pytest.mark.parametrize("read", [read_reference, load_frontier])
def test_an_unknown_name_lists_the_known_ones(read: Any) -> None:
    with pytest.raises(InputError, match="there is no stored reference 'A_99'; there are 03_mbqp_test, ") as caught:
        read("A_99")
    for name in NAMES:
        assert name in str(caught.value)


def test_a_reference_file_is_read_from_its_path_too(tmp_path: Path) -> None:
    path = tmp_path / "copy.json"
    path.write_text(json.dumps(read_reference(RISK)))
    for source in (path, str(path)):
        assert compare(load_frontier(source), RISK).points["verdict"].unique().tolist() == ["equal"]


def test_a_folder_of_the_same_name_does_not_hide_a_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / RISK).mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_frontier(RISK).name == RISK


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {},
            "'x' holds no frontier: expected a file of sitpy .'sitpy frontier 1'. or a reference file of R with",
        ),
        ({"measure": "Risk", "outputs": []}, "'x' holds no frontier"),
        ({"measure": "Risk", "outputs": {"return": []}}, "'x' holds no frontier"),
        ({"outputs": {"weight": [[1]]}}, "'x' holds no frontier"),
        ({"format": "sitpy frontier 1"}, "is an incomplete sitpy frontier: 'ia'"),
        ({"format": "sitpy frontier 9", "weight": []}, "'x' holds no frontier"),
    ],
)
def test_files_without_a_frontier(tmp_path: Path, content: dict[str, Any], words: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=words):
        load_frontier(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read '.*no\.json': No such file"):
        load_frontier(tmp_path / "no.json")


# -------------------------------------------------------------------------------------------------- round trip


def assert_same_frontier(left: sitpy.Frontier, right: sitpy.Frontier) -> None:
    assert (left.name, left.measure, left.seconds) == (right.name, right.measure, right.seconds)
    for field in ("weight", "solution", "return_", "risk", "objective", "target_return"):
        np.testing.assert_array_equal(left[field], right[field], err_msg=field)
    for one, other in zip(left.statistics, right.statistics, strict=True):
        np.testing.assert_equal(vars(one), vars(other))
        assert isinstance(one.proven, bool)
    for field in ("A", "b", "meq", "lb", "ub", "binary_index", "names", "differences"):
        np.testing.assert_equal(left.constraints[field], right.constraints[field], err_msg=field)
    for field in (
        "symbols",
        "expected_return",
        "cov",
        "cov_temp",
        "annual_factor",
        "parameters_alpha",
        "parameters_omega",
        "parameters_mar",
        "source",
        "nperiod",
    ):
        np.testing.assert_equal(left.ia[field], right.ia[field], err_msg=field)
    assert ("hist_returns" in left.ia) is ("hist_returns" in right.ia)
    if "hist_returns" in left.ia:
        np.testing.assert_array_equal(left.ia.hist_returns, right.ia.hist_returns)
    assert list(map(str, left.ia.dates or [])) == list(map(str, right.ia.dates or []))


@pytest.mark.parametrize(
    "name",
    [RISK, "B_01_longonly_0_80_CVaR", "A_02c_130_30_split_MAD", "A_04a_mininvest_10_Risk", "B_11_cvar_limit_Risk"],
)
def test_a_frontier_comes_back_from_its_file(tmp_path: Path, name: str) -> None:
    ef = solved(name, 5)
    back = sitpy.Frontier.from_json(ef.to_json(tmp_path / "ef.json"))
    assert_same_frontier(back, ef)
    assert_same_frontier(sitpy.Frontier.from_json(back.to_json(tmp_path / "again.json")), ef)
    assert (tmp_path / "ef.json").read_text() == (tmp_path / "again.json").read_text()
    assert sorted(os.listdir(tmp_path)) == ["again.json", "ef.json"]
    assert back.proven
    # and it carries what is needed to solve it again: same optimum, to the solvers' accuracy
    again = sitpy.portopt(back.ia, back.constraints, 5, back.name, MINIMISERS[back.measure or ""])
    np.testing.assert_allclose(again.objective, ef.objective, rtol=1e-9)


def test_assigned_weights_and_unusual_inputs_come_back_too(tmp_path: Path) -> None:
    ia = sitpy.InputAssumptions(
        expected_return=[0.05, 0.08, 0.1],
        risk=[0.1, 0.2, 0.3],
        correlation=np.eye(3),
        parameters_alpha=0.9,
        parameters_mar=0.01,
        parameters_omega=0.02,
        cov_temp=np.diag([0.01, 0.05, 0.1]),
        source="invented",
    )
    c = sitpy.add_constraints(np.ones(3), 1, "=", sitpy.new_constraints(3, lb=0, ub=[0.9, np.nan, np.inf]), "budget")
    c = sitpy.add_variables(1, c, lb=-np.inf, ub=1)
    ef = sitpy.portopt(ia, c, 4, "mine")
    ef.weight = ef.weight[:, :3].round(2)
    back = sitpy.Frontier.from_json(ef.to_json(tmp_path / "ef.json"))
    assert_same_frontier(back, ef)
    assert back.weight.shape == (4, 3)
    assert back.solution.shape == (4, 4)
    for field in ("weight", "solution", "return_", "risk"):
        np.testing.assert_array_equal(back[field], ef[field])
    np.testing.assert_array_equal(back.constraints.ub, [0.9, np.nan, np.inf, 1])
    np.testing.assert_array_equal(back.constraints.lb, [0, 0, 0, -np.inf])
    assert back.constraints.names == ["budget"]
    assert (back.ia.parameters_mar, back.ia.parameters_omega, back.ia.source) == (0.01, 0.02, "invented")
    with pytest.raises(InputError, match="have no hist_returns"):
        back.ia.hist_returns  # noqa: B018


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"format": "other"}')
    with pytest.raises(
        InputError, match=r"is not a sitpy frontier: its format is 'other', expected 'sitpy frontier 1'"
    ):
        sitpy.Frontier.from_json(path)


# ----------------------------------------------------------------------------------------------------- compare


def verdicts(comparison: sitpy.reference.Comparison) -> dict[str, int]:
    counts = comparison.points["verdict"].value_counts()
    return {str(verdict): int(count) for verdict, count in counts.items()}


@pytest.mark.parametrize("name", [RISK, "A_01_longonly_0_80_MAD", "A_02c_130_30_split_Risk", "B_01_longonly_0_80_CVaR"])
def test_equal(name: str) -> None:
    comparison = compare(solved(name), name)
    assert verdicts(comparison) == {"equal": 50}
    assert comparison.ok
    assert not comparison.resolved
    assert (comparison.name, comparison.reference) == (read_reference(name)["measure"], name)
    summary = comparison.summary
    assert summary["points"] == 50
    assert summary["ok"] is True
    assert summary["objective"] <= 1e-6
    assert summary["weights"] <= 1e-5
    assert summary["leverage_min"] >= 1 - 1e-9
    assert (summary["other_weights"], summary["reference_not_optimal"], summary["different"]) == (0, 0, 0)


def test_other_weights_of_a_linear_measure() -> None:
    """CDaR is zero for many portfolios: the same optimum at other weights, and another grid of returns above it."""
    comparison = compare(solved("A_01_longonly_0_80_CDaR"), "A_01_longonly_0_80_CDaR")
    counts = verdicts(comparison)
    assert comparison.ok
    assert set(counts) == {"equal", "other weights"}
    assert counts["other weights"] == comparison.summary["other_weights"] > 0
    other = comparison.points[comparison.points["verdict"] == "other weights"]
    assert (other["weight_difference"] > 1e-5).all()
    assert (other["excess"].abs() <= 1e-6).all()


@pytest.mark.parametrize("name", ["A_04b_exactly_3_Risk", "B_04b_exactly_3_Risk"])
def test_a_reference_that_is_not_optimal(name: str) -> None:
    """The points are those at which every 0/1 pattern, tried one by one, beats SIT (``optimality_check``)."""
    comparison = compare(solved(name), name)
    beaten = comparison.points.index[comparison.points["verdict"] == "reference not optimal"]
    check = read_reference("optimality_check")["cases"][name]
    assert [int(point) for point in beaten] == check["suboptimal_points"]
    assert len(beaten) == {"A_04b_exactly_3_Risk": 27, "B_04b_exactly_3_Risk": 8}[name]  # as reference_outputs says
    assert comparison.ok
    assert comparison.resolved
    assert comparison.summary["reference_not_optimal"] == len(beaten)
    assert comparison.summary["different"] == 0
    assert (comparison.points.loc[beaten, "excess"] < -1e-5).all()
    assert comparison.summary["objective"] <= 1e-6  # at the others


def changed(source: StoredFrontier, **fields: Any) -> StoredFrontier:
    return replace(source, **fields)


def with_point(values: np.ndarray, point: int, factor: float = 1.0, add: Any = 0.0) -> np.ndarray:
    result = values.copy()
    result[point] = result[point] * factor + add
    return result


SHIFT = np.array([1, -1, 0, 0, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("name", "fields", "verdict"),
    [
        # objective: 1e-6 relative above, or 1e-5 below
        (RISK, lambda s: {"objective": with_point(s.objective, 7, 1 + 5e-7)}, "equal"),
        (RISK, lambda s: {"objective": with_point(s.objective, 7, 1 + 5e-6)}, "different"),
        (RISK, lambda s: {"objective": with_point(s.objective, 7, 1 - 5e-6)}, "different"),
        (RISK, lambda s: {"objective": with_point(s.objective, 7, 1 - 5e-5)}, "reference not optimal"),
        # return: 1e-6 absolute on either side
        (RISK, lambda s: {"return_": with_point(s.return_, 7, add=5e-7)}, "equal"),
        # weights: 1e-5; a variance has one optimum, a linear measure may have several
        (RISK, lambda s: {"net_weight": with_point(s.net_weight, 7, add=5e-6 * SHIFT)}, "equal"),
        (RISK, lambda s: {"net_weight": with_point(s.net_weight, 7, add=5e-5 * SHIFT)}, "different"),
        (
            "A_01_longonly_0_80_MAD",
            lambda s: {"net_weight": with_point(s.net_weight, 7, add=0.1 * SHIFT)},
            "other weights",
        ),
        ("A_01_longonly_0_80_MAD", lambda s: {"objective": with_point(s.objective, 7, 1.01)}, "different"),
        # a missing number is never equal to one
        (RISK, lambda s: {"objective": with_point(s.objective, 7, np.nan)}, "different"),
        (RISK, lambda s: {"net_weight": with_point(s.net_weight, 7, np.nan)}, "different"),
    ],
)
def test_one_point_changed_by_hand(name: str, fields: Any, verdict: str) -> None:
    theirs = load_frontier(name)
    comparison = compare(changed(theirs, **fields(theirs)), theirs)
    assert comparison.points["verdict"].iloc[7] == verdict
    assert (comparison.points["verdict"].drop(8) == "equal").all()
    assert comparison.ok is (verdict != "different")
    assert comparison.summary["different"] == (verdict == "different")


def test_objectives_that_are_zero_to_both_solvers_are_equal() -> None:
    theirs = load_frontier("A_01_longonly_0_80_CDaR")
    assert theirs.objective[0] < 1e-9
    assert compare(changed(theirs, objective=with_point(theirs.objective, 0, 0)), theirs).points["excess"].iloc[0] == 0
    worse = changed(theirs, objective=with_point(theirs.objective, 0, 0, 1e-6))
    assert compare(worse, theirs).points["verdict"].iloc[0] == "different"


def test_another_grid_is_solved_again_at_the_references_returns() -> None:
    comparison = compare(solved(RISK, 7), RISK)
    assert comparison.resolved
    assert verdicts(comparison) == {"equal": 50}


def test_a_result_that_is_not_its_own_optimum_is_found_though_it_is_solved_again() -> None:
    """Solving again at the reference's returns must not hide that the result's own points are bad."""
    ef = solved(RISK, 7)
    spoiled = sitpy.Frontier(ef.solution, ef.name, ef.ia, ef.constraints, ef.statistics, measure=ef.measure)
    spoiled.solution[3] = 0.5 * spoiled.solution[2] + 0.5 * spoiled.solution[4]  # same return, more risk
    spoiled.risk = sitpy.portfolio_risk(spoiled.solution, ef.ia)
    comparison = compare(spoiled, RISK)
    assert comparison.resolved
    assert comparison.not_reproduced == comparison.summary["not_reproduced"] == 1
    assert not comparison.ok
    assert not comparison.summary["ok"]
    assert compare(ef, RISK).not_reproduced == 0
    assert compare(ef, RISK).ok


def test_another_grid_is_solved_again_where_all_returns_are_negative() -> None:
    ia = reference_ia("A")
    ia.expected_return = -ia.expected_return
    c = reference_constraints(read_reference(RISK)["constraints"])
    comparison = compare(sitpy.portopt(ia, c, 4), sitpy.portopt(ia, c, 6))
    assert comparison.resolved
    assert verdicts(comparison) == {"equal": 6}


def test_another_grid_without_the_inputs_is_an_error() -> None:
    short = changed(stored(solved(RISK, 7)), frontier=None)
    words = (
        r"the grids of returns differ and the result \(7 points from 0\.0773\d* to 0\.199\d*\) does not carry its "
        r"inputs; solve it again with portopt\(\.\.\., targets=returns of the reference\)"
    )
    with pytest.raises(InputError, match=words):
        compare(short, RISK)
    theirs = load_frontier(RISK)
    with pytest.raises(InputError, match="the grids of returns differ"):
        compare(changed(theirs, return_=with_point(theirs.return_, 7, add=2e-6)), theirs)


def test_different_measures_and_different_assets_are_not_compared() -> None:
    with pytest.raises(InputError, match="the result minimises Risk, the reference MAD; compare like with like"):
        compare(RISK, "A_01_longonly_0_80_MAD")
    words = "the result has the assets SP500, SmallUS, .*, TBills; the reference has SPY, QQQ, .*, GLD"
    with pytest.raises(InputError, match=words):
        compare(RISK, "B_01_longonly_0_80_Risk")


def test_frontiers_files_and_names_are_all_compared(tmp_path: Path) -> None:
    ef = solved(RISK)
    path = ef.to_json(tmp_path / "ef.json")
    for left in (ef, path, str(path), stored(ef), load_frontier(path)):
        assert verdicts(compare(left, RISK)) == {"equal": 50}
    assert verdicts(compare(ef, path)) == {"equal": 50}
    assert compare(ef, ef).summary["weights"] == 0
    assert compare(ef, ef)["summary"]["points"] == 50


def test_long_less_short_where_the_assets_are_doubled() -> None:
    ia = reference_ia({"base": "A", "transform": "doubled"})
    x = np.arange(20.0)[None, :]
    np.testing.assert_array_equal(net_weight(x, ia), np.full((1, 9), -9.0))
    np.testing.assert_array_equal(net_weight(x, reference_ia("A")), x[:, :9])
    ef = solved("A_02c_130_30_split_Risk")
    gross = numbers(read_reference("A_02c_130_30_split_Risk")["outputs"]["gross_leverage"])
    leverage = compare(ef, "A_02c_130_30_split_Risk").points["leverage"].to_numpy()
    np.testing.assert_allclose(leverage, gross, atol=1e-5)  # sums of nine weights that SIT holds to 1e-6
