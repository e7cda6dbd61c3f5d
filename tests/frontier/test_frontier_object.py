"""The Frontier record, its file form, and what portopt takes and refuses."""

from __future__ import annotations

import copy
import functools
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from stored_cases import rebuilt

import sitpy
from sitpy.frontier import FORMAT, MINIMISERS

Array = np.ndarray


@functools.cache
def assumptions() -> sitpy.InputAssumptions:
    """Bernstein & Wilkinson 1970-1996: 9 assets, 27 years."""
    return sitpy.aa_test_create_ia_rebal()


@functools.cache
def long_only() -> sitpy.Constraints:
    constraints = sitpy.new_constraints(9, lb=0, ub=0.8)
    return sitpy.add_constraints(np.ones(9), 1, "=", constraints, "budget")


@functools.cache
def five_points() -> sitpy.Frontier:
    return sitpy.portopt(assumptions(), long_only(), 5, "five")


def fresh() -> sitpy.Frontier:
    return copy.deepcopy(five_points())


# ----------------------------------------------------------------------------------------------- the record


def test_weights_carry_the_assets_names() -> None:
    ef = five_points()
    assert list(ef.weights.columns) == assumptions().symbols
    assert list(ef.weights.index) == [1, 2, 3, 4, 5]
    np.testing.assert_array_equal(ef.weights.to_numpy(), ef.weight)


def test_repeated_assets_and_auxiliary_variables_have_unique_names() -> None:
    ef = rebuilt("A_02e_200_100_binary_Risk")
    symbols = assumptions().symbols
    expected = [*symbols, *(f"{symbol}.1" for symbol in symbols), *(f"aux.{i}" for i in range(1, 10))]
    assert list(ef.weights.columns) == expected


def test_weight_may_be_assigned_and_the_solution_stays() -> None:
    ef = fresh()
    before = ef.solution.copy()
    ef.weight = ef.weight[:, :4]
    assert ef.weight.shape == (5, 4)
    assert ef.n_assets == 4
    assert list(ef.weights.columns) == assumptions().symbols[:4]
    np.testing.assert_array_equal(ef.solution, before)
    np.testing.assert_array_equal(ef.risk, five_points().risk)


def test_assigned_weight_is_a_copy() -> None:
    ef = fresh()
    mine = np.ones((5, 2))
    ef.weight = mine
    mine[:] = 7
    assert (ef.weight == 1).all()


@pytest.mark.parametrize("shape", [(4, 9), (6, 9), (9,), (5, 9, 1)])
def test_weight_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    ef = fresh()
    with pytest.raises(sitpy.InputError, match=r"weight has shape .*; expected 5 points x variables"):
        ef.weight = np.zeros(shape)
    np.testing.assert_array_equal(ef.weight, five_points().weight)


def test_fields_answer_to_their_r_names() -> None:
    ef = five_points()
    np.testing.assert_array_equal(ef["return"], ef.return_)
    np.testing.assert_array_equal(ef["weight"], ef.weight)
    np.testing.assert_array_equal(ef["risk"], ef.risk)
    with pytest.raises(KeyError, match="no field 'leverage'"):
        ef["leverage"]


def test_return_and_risk_are_those_of_the_weights() -> None:
    ef, ia = five_points(), assumptions()
    np.testing.assert_allclose(ef.return_, ef.weight @ ia.expected_return, rtol=1e-12)
    np.testing.assert_allclose(ef.risk, [np.sqrt(x @ ia.cov @ x) for x in ef.weight], rtol=1e-12)


def test_to_frame() -> None:
    frame = five_points().to_frame()
    assert list(frame.columns) == ["return", "risk", *assumptions().symbols]
    assert frame.shape == (5, 11)
    np.testing.assert_array_equal(frame["risk"], five_points().risk)


def test_statistics_frame() -> None:
    ef = five_points()
    frame = ef.statistics_frame()
    assert list(frame.columns) == [
        "target",
        "objective",
        "bound",
        "gap",
        "proven",
        "qp_count",
        "lp_count",
        "nodes",
        "primal_residual",
    ]
    assert np.isnan(frame["target"].iloc[0])
    np.testing.assert_allclose(frame["objective"], ef.risk**2 / 2, rtol=1e-9)  # a variance is halved
    assert (frame["bound"] <= frame["objective"] + 1e-15).all()
    assert frame["proven"].all()
    assert (frame["qp_count"] == 0).all()  # the exact path is a formula; the reference engine solves every point
    plain = sitpy.portopt(ef.ia, ef.constraints, 5, engine="reference").statistics_frame()
    assert (plain["qp_count"] >= 1).all()
    assert frame["primal_residual"].max() <= 1e-9


def test_search_counts_are_reported() -> None:
    frame = rebuilt("A_04b_exactly_3_Risk").statistics_frame()
    assert frame["nodes"].sum() > len(frame)
    assert (frame["qp_count"] >= 1).all()


def test_repr_says_what_it_is() -> None:
    assert repr(five_points()) == "<Frontier 'five': 5 points, return 7.74% to 19.90%, all proven>"


# ------------------------------------------------------------------------------------------------ the file


def round_trip(ef: sitpy.Frontier, folder: Path) -> sitpy.Frontier:
    return sitpy.Frontier.from_json(ef.to_json(folder / "ef.json"))


@pytest.mark.parametrize(
    "name", ["A_01_longonly_0_80_CVaR", "A_02e_200_100_binary_MAD", "B_04b_exactly_3_Risk", "B_02b_130_30_vi_Risk"]
)
def test_json_round_trip(name: str, tmp_path: Path) -> None:
    ef = rebuilt(name)
    again = round_trip(ef, tmp_path)
    for field in ("weight", "solution", "return_", "risk", "target_return", "objective"):
        np.testing.assert_array_equal(getattr(again, field), getattr(ef, field))
    assert (again.name, again.measure, again.seconds) == (ef.name, ef.measure, ef.seconds)
    pd.testing.assert_frame_equal(again.statistics_frame(), ef.statistics_frame())
    pd.testing.assert_frame_equal(again.weights, ef.weights)
    assert again.ia.symbols == ef.ia.symbols
    for field in ("expected_return", "cov", "hist_returns", "annual_factor", "parameters_alpha", "parameters_mar"):
        np.testing.assert_array_equal(getattr(again.ia, field), getattr(ef.ia, field))
    for field in ("A", "b", "lb", "ub", "binary_index", "meq", "names"):
        np.testing.assert_array_equal(getattr(again.constraints, field), getattr(ef.constraints, field))
    assert sitpy.compare(again, ef).ok


def test_json_keeps_the_assigned_weight_beside_the_solution(tmp_path: Path) -> None:
    ef = fresh()
    ef.weight = ef.weight[:, :3]
    again = round_trip(ef, tmp_path)
    assert again.weight.shape == (5, 3)
    assert again.solution.shape == (5, 9)


def test_json_keeps_the_covariance_of_the_optimisation(tmp_path: Path) -> None:
    ia = assumptions().copy()
    ia.cov_temp = np.diag(np.diag(ia.cov))
    again = round_trip(sitpy.portopt(ia, long_only(), 3), tmp_path)
    np.testing.assert_array_equal(again.ia.cov_temp, ia.cov_temp)


def test_json_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps({"format": "sitpy frontier 99"}))
    with pytest.raises(sitpy.InputError, match=f"its format is 'sitpy frontier 99', expected '{FORMAT}'"):
        sitpy.Frontier.from_json(path)


@pytest.mark.parametrize("field", ["weight", "solution", "ia", "constraints", "statistics", "measure"])
def test_incomplete_json_is_refused_and_names_the_field(field: str, tmp_path: Path) -> None:
    path = five_points().to_json(tmp_path / "ef.json")
    content = json.loads(path.read_text())
    del content[field]
    path.write_text(json.dumps(content))
    with pytest.raises(sitpy.InputError, match=f"is an incomplete sitpy frontier: '{field}'"):
        sitpy.Frontier.from_json(path)


@pytest.mark.parametrize(("field", "value"), [("weight", [["x"]]), ("ia", [1]), ("statistics", [{"target": 1}])])
def test_damaged_json_is_refused(field: str, value: object, tmp_path: Path) -> None:
    path = five_points().to_json(tmp_path / "ef.json")
    content = json.loads(path.read_text())
    content[field] = value
    path.write_text(json.dumps(content))
    with pytest.raises(sitpy.InputError):
        sitpy.Frontier.from_json(path)


def test_frontier_read_from_a_file_has_no_programme_to_check(tmp_path: Path) -> None:
    with pytest.raises(sitpy.InputError, match="does not know the programme it minimised"):
        round_trip(five_points(), tmp_path).certificates()


# ------------------------------------------------------------------------------------------ portopt's arguments


@pytest.mark.parametrize("measure", MINIMISERS)
def test_progress_goes_up_by_one_to_the_total(measure: str) -> None:
    calls: list[tuple[int, int]] = []
    sitpy.portopt(assumptions(), long_only(), 6, min_risk_fn=MINIMISERS[measure], progress=lambda *at: calls.append(at))
    done = [at for at, _ in calls]
    assert {total for _, total in calls} == {6}
    assert done[-1] == 6
    assert done == sorted(set(done))


def test_progress_over_targets_counts_dropped_points_too() -> None:
    calls: list[tuple[int, int]] = []
    with pytest.warns(sitpy.SitpyWarning, match="left out"):
        sitpy.portopt(
            assumptions(),
            long_only(),
            targets=[0.1, 0.9, 0.12],
            on_failure="drop",
            progress=lambda *at: calls.append(at),
        )
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_progress_ends_at_the_new_total_when_risk_is_respaced() -> None:
    calls: list[tuple[int, int]] = []
    ef = sitpy.portopt(assumptions(), long_only(), 8, equally_spaced_risk=True, progress=lambda *at: calls.append(at))
    assert calls[-1] == (len(ef.weight), len(ef.weight))


def test_own_function_gives_the_same_frontier() -> None:
    """Any function (ia, constraints) -> weights will do; only the proof is the function's own affair."""
    seen: list[int] = []

    def own(ia: sitpy.InputAssumptions, constraints: sitpy.Constraints) -> Array:
        seen.append(constraints.b.size)
        return sitpy.min_risk_portfolio(ia, constraints)

    ef = sitpy.portopt(assumptions(), long_only(), 5, "own", own)
    np.testing.assert_allclose(ef.weight, five_points().weight, rtol=0, atol=1e-6)
    np.testing.assert_allclose(ef.risk, five_points().risk, rtol=1e-7)
    assert seen == [1, 2, 2, 2]  # the target is one more row; the largest return is a programme of its own
    assert ef.measure is None
    assert not ef.proven
    assert "NOT all proven" in repr(ef)
    assert ef.statistics_frame()["primal_residual"].max() <= 1e-9


def test_own_function_that_breaks_a_constraint_is_seen_in_the_residual() -> None:
    ef = sitpy.portopt(assumptions(), long_only(), 3, min_risk_fn=lambda ia, _: np.full(ia.n, 0.1))
    assert ef.statistics_frame()["primal_residual"].iloc[0] == pytest.approx(0.1, abs=1e-12)


def test_own_function_has_no_certificates() -> None:
    own = lambda ia, constraints: sitpy.min_risk_portfolio(ia, constraints, engine="reference")  # noqa: E731
    ef = sitpy.portopt(assumptions(), long_only(), 3, min_risk_fn=own)
    np.testing.assert_allclose(ef.weight, five_points().weight[::2], rtol=0, atol=1e-6)
    with pytest.raises(sitpy.InputError, match="own min_risk_fn"):
        ef.certificates()


def test_targets_in_the_order_given_and_nan_is_the_least_risk() -> None:
    ef = sitpy.portopt(assumptions(), long_only(), targets=[0.15, np.nan, 0.1])
    np.testing.assert_array_equal(ef.target_return, [0.15, np.nan, 0.1])
    np.testing.assert_allclose(ef.return_[[0, 2]], [0.15, 0.1], rtol=0, atol=1e-10)
    np.testing.assert_allclose(ef.weight[1], five_points().weight[0], rtol=0, atol=1e-8)


def test_one_target_may_be_a_number() -> None:
    assert sitpy.portopt(assumptions(), long_only(), targets=0.1).weight.shape == (1, 9)


@pytest.mark.parametrize("targets", [[], [[0.1, 0.12]], [np.inf], ["much"], [0.1, -np.inf]])
def test_unusable_targets_are_refused(targets: list[Any]) -> None:
    with pytest.raises(sitpy.InputError, match="targets"):
        sitpy.portopt(assumptions(), long_only(), targets=targets)


@pytest.mark.parametrize("nportfolios", [1, 0, -3, 2.5, np.nan, "many", None])
def test_fewer_than_two_points_are_refused(nportfolios: Any) -> None:
    with pytest.raises(sitpy.InputError, match=r"nportfolios is .*; give a whole number, 2 or more"):
        sitpy.portopt(assumptions(), long_only(), nportfolios)


def test_two_points_are_the_two_ends() -> None:
    ef = sitpy.portopt(assumptions(), long_only(), 2)
    np.testing.assert_allclose(ef.weight, five_points().weight[[0, -1]], rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ({"engine": "quick"}, "engine 'quick' is not known; use 'fast' or 'reference'"),
        ({"on_failure": "ignore"}, "on_failure 'ignore' is not known; use 'raise' or 'drop'"),
    ],
)
def test_unknown_words_are_refused(words: dict[str, Any], match: str) -> None:
    with pytest.raises(sitpy.InputError, match=match):
        sitpy.portopt(assumptions(), long_only(), 5, **words)


def test_fewer_variables_than_assets_are_refused() -> None:
    with pytest.raises(sitpy.InputError, match="the constraints have 4 variables but there are 9 assets"):
        sitpy.portopt(assumptions(), sitpy.create_basic_constraints(4), 5)


# ----------------------------------------------------------------------------------- no limit, nothing changed


def test_without_constraints_weights_sum_to_one() -> None:
    """SIT fails here; the frontier ends at the largest expected return of a single asset (gold, 20.14 %)."""
    with pytest.warns(sitpy.SitpyWarning, match="ends at the largest expected return of a single asset, 20.1400%"):
        ef = sitpy.portopt(assumptions(), nportfolios=5)
    np.testing.assert_allclose(ef.weight.sum(axis=1), 1.0, rtol=0, atol=1e-9)
    assert ef.return_[-1] == pytest.approx(assumptions().expected_return.max(), abs=1e-10)
    assert ef.proven
    cov = assumptions().cov
    closed = np.linalg.solve(cov, np.ones(9))
    np.testing.assert_allclose(ef.weight[0], closed / closed.sum(), rtol=0, atol=1e-7)  # Merton (1972)
    assert ef.weight.min() < 0


def test_own_constraints_without_a_limit_are_refused() -> None:
    constraints = sitpy.add_constraints(np.ones(9), 1, "=", sitpy.new_constraints(9))
    with pytest.raises(sitpy.UnboundedError) as caught:
        sitpy.portopt(assumptions(), constraints, 5)
    message = str(caught.value)
    assert message.startswith("the constraints do not limit the expected return: the objective improves without limit")
    assert "nothing bounds " in message
    assert "Give upper or lower bounds" in message


@pytest.mark.parametrize("measure", MINIMISERS)
def test_inputs_are_not_modified(measure: str) -> None:
    ia = rebuilt("A_02b_130_30_vi_Risk").ia.copy()
    constraints = rebuilt("A_02b_130_30_vi_Risk").constraints.copy()
    ia_before, constraints_before = copy.deepcopy(vars(ia)), copy.deepcopy(vars(constraints))
    sitpy.portopt(ia, constraints, 3, min_risk_fn=MINIMISERS[measure])
    for now, before in ((vars(ia), ia_before), (vars(constraints), constraints_before)):
        assert now.keys() == before.keys()
        for field in now:
            np.testing.assert_equal(now[field], before[field])


def test_read_only_arrays_are_accepted() -> None:
    """As pandas 3 hands them out."""
    ia, constraints = assumptions().copy(), long_only().copy()
    arrays = [*ia._arrays.values(), constraints._A, constraints._b, constraints._lb, constraints._ub]
    for values in arrays:
        values.flags.writeable = False
    targets = np.array([np.nan, 0.1])
    targets.flags.writeable = False
    for min_risk_fn in MINIMISERS.values():
        assert sitpy.portopt(ia, constraints, 3, min_risk_fn=min_risk_fn, equally_spaced_risk=True).proven
        assert sitpy.portopt(ia, constraints, targets=targets, min_risk_fn=min_risk_fn).proven


def test_the_published_constructions_run_without_any_warning() -> None:
    """Not even NumPy's: variables without bounds and the switched-off target row are infinite on both sides."""
    for name in ("A_02b_130_30_vi_Risk", "A_04b_exactly_3_Risk"):
        stored = rebuilt_inputs(name)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert sitpy.portopt(*stored, 3).proven


def rebuilt_inputs(name: str) -> tuple[sitpy.InputAssumptions, sitpy.Constraints]:
    from stored_cases import case

    return case(name).ia, case(name).constraints
