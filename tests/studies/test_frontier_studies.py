"""The studies that trace frontiers, against the stored figures of R (the 130/30 study has a file of its own)."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.reference import load_frontier, read_reference
from sitpy.studies import StudyOptions, find_study, run_study
from sitpy.studies.frontiers import FrontierResult, FrontierStudy

A, B = "bernstein-wilkinson", "etf8-simulated"

# study and data -> R's files of its frontiers, in order; "" where R has none
STORED = {
    ("introduction", A): [f"A_01_longonly_0_80_{measure}" for measure in ("Risk", "MaxLoss", "MAD")],
    ("introduction", B): [f"B_01_longonly_0_80_{measure}" for measure in ("Risk", "MaxLoss", "MAD")],
    ("cvar", A): [f"A_01_longonly_0_80_{measure}" for measure in ("Risk", "CVaR", "CDaR")],
    ("cvar", B): [f"B_01_longonly_0_80_{measure}" for measure in ("Risk", "CVaR", "CDaR")],
    ("cardinality", A): [f"A_{k}_{m}" for k in ("04a_mininvest_10", "04b_exactly_3") for m in ("Risk", "MAD")],
    ("cardinality", B): [f"B_{k}_{m}" for k in ("04a_mininvest_10", "04b_exactly_3") for m in ("Risk", "MAD")],
    ("risk-limits", B): ["B_01_longonly_0_80_Risk", *(f"B_11_{m}_limit_Risk" for m in ("maxloss", "cvar", "mad"))],
    ("risk-limits", A): ["A_01_longonly_0_80_Risk", "", "", ""],
    ("downside", A): [
        "A_01_longonly_0_80_Risk",
        "A_01_longonly_0_80_MAD",
        "A_01b_longonly_downside_RiskDown",
        "A_01b_longonly_downside_MADdown",
        "A_01c_longonly_downside_mar0_RiskDown",
        "A_01c_longonly_downside_mar0_MADdown",
    ],
    ("gini", A): ["A_01_longonly_0_80_Risk", "A_01d_longonly_gini_Gini"],
    ("gini", B): ["B_01_longonly_0_80_Risk", ""],
}
# reference_outputs/README.md and the notes of the files: optima that are not unique, and points where SIT is not optimal
# the notes on the stored files say at how many points weights are not unique; A_01c RiskDown: at 2
OTHER_WEIGHTS = {
    "A_01_longonly_0_80_CDaR": 13,
    "A_01c_longonly_downside_mar0_MADdown": 5,
    "A_01c_longonly_downside_mar0_RiskDown": 2,
}
NOT_OPTIMAL = {"A_04b_exactly_3_Risk": 27, "B_04b_exactly_3_Risk": 8}
NAMES = sorted({name for name, _ in STORED})


@cache
def result(name: str, data: str) -> FrontierResult:
    found = run_study(find_study(name), StudyOptions(data=data))
    assert isinstance(found, FrontierResult)
    return found


@pytest.mark.parametrize(("name", "data"), STORED)
def test_every_frontier_is_compared_with_its_own_file_of_r(name: str, data: str) -> None:
    found = result(name, data)
    references = ["" if item.comparison is None else item.comparison.reference for item in found.traced]
    assert references == STORED[name, data]
    assert found.ok and found.tables[0].verdicts() == [True] * sum(map(bool, references))
    for reference, points in zip(references, found.summary["points"]):
        assert points == (read_reference(reference)["nportfolios"] if reference else 50)


@pytest.mark.parametrize(("name", "data"), STORED)
def test_every_point_is_proven_and_no_worse_than_r(name: str, data: str) -> None:
    found = result(name, data)
    summary = found.summary
    assert (summary["proven"] == summary["points"]).all()
    # found by the checker, from outside the solvers
    assert summary["violation"].max() <= 1e-8 and summary["gap"].max() <= 1e-6
    compared = summary[summary["ok"].notna()]
    # tolerances: reference_outputs/README.md; MILP 1e-5 because its solver counts 0.999999 as 1
    assert compared["objective"].max() <= (1e-5 if name == "cardinality" else 1e-6)
    assert compared["weights"].max() <= 1e-5
    for item in found.traced:
        if item.comparison is not None:
            # 1e-8: rounding of both solvers (lpSolve stops near 1e-9)
            reached = item.comparison.points["return_difference"] <= 1e-11
            assert item.comparison.points.loc[reached, "excess"].max() <= 1e-8


@pytest.mark.parametrize(("name", "data"), STORED)
def test_what_differs_from_r_is_known_and_said(name: str, data: str) -> None:
    found = result(name, data)
    for item in found.traced:
        if item.comparison is None:
            continue
        summary, notes = item.comparison.summary, " ".join(found.notes)
        label = f"{item.construction.key} {item.measure}: "
        beaten, other = summary["reference_not_optimal"], summary["other_weights"]
        assert beaten == NOT_OPTIMAL.get(item.comparison.reference, 0)
        assert (f"{label}R is not optimal at {beaten} point(s)" in notes) == (beaten > 0)
        # at points that are not unique, the two may also happen to agree
        assert other <= OTHER_WEIGHTS.get(item.comparison.reference, 0)
        assert (f"{label}several portfolios are optimal at {other} point(s)" in notes) == (other > 0)


@pytest.mark.parametrize("data", [A, B])
def test_cardinality_holds(data: str) -> None:
    for item in result("cardinality", data).traced:
        weight = item.frontier.weight
        held = weight > 1e-6
        if item.construction.key == "1_at_least_10":
            assert weight[held].min() >= 0.1 - 1e-8
        else:
            assert (item.frontier.solution[:, weight.shape[1] :].round().sum(axis=1) == 3).all()
            assert held.sum(axis=1).max() <= 3


def test_limits_hold_and_bind() -> None:
    free, *capped = result("risk-limits", B).traced
    caps = [(sitpy.portfolio_maxloss, 0.12), (sitpy.portfolio_cvar_ru, 0.08), (sitpy.portfolio_mad, 0.029)]
    for item, (measure, cap) in zip(capped, caps):
        values = measure(item.frontier.weight, item.frontier.ia)
        assert values.max() <= cap + 1e-8
        assert measure(free.frontier.weight, free.frontier.ia).max() > cap + 1e-3  # without it, it is exceeded
        assert values[-1] == pytest.approx(cap, abs=1e-8)  # the largest return uses the limit up


def test_downside_counts_from_its_own_threshold() -> None:
    traced = result("downside", A).traced
    assert [item.frontier.ia.parameters_mar for item in traced] == [None] * 4 + [0.0] * 2
    for item in traced[2:]:
        history = item.frontier.weight @ item.frontier.ia.hist_returns.T
        level = history.mean(axis=1, keepdims=True) if item.frontier.ia.parameters_mar is None else 0.0
        short = np.maximum(level - history, 0)
        value = short.mean(axis=1) if item.measure == "MADdown" else np.sqrt((short**2).mean(axis=1))
        np.testing.assert_allclose(item.frontier.objective, value, atol=1e-12)


# ------------------------------------------------------------------------------------------------------- files


@pytest.mark.usefixtures("sketched")
@pytest.mark.parametrize("name", NAMES)
def test_files_hold_what_was_traced(name: str, tmp_path: Path) -> None:
    study = find_study(name)
    assert isinstance(study, FrontierStudy)
    out = tmp_path / "out"
    found = run_study(study, StudyOptions(points=3, out=out))
    assert isinstance(found, FrontierResult)
    keys = [page.key for page in study.pages] or [item.key for item in study.constructions]
    stems = [f"{item.construction.key}_{item.measure}" for item in found.traced]
    expected = {"summary.csv"} | {f"{key}.png" for key in keys}
    expected |= {f"{stem}.{kind}" for stem in stems for kind in ("csv", "json")}
    assert {path.name for path in found.files} == expected
    assert {path.name for path in out.iterdir()} == expected | {"files.sha256"}
    assert not found.tables[0].verdicts()  # 3 points have no stored figures
    assert len(pd.read_csv(out / "summary.csv")) == len(found.traced)
    for stem, item in zip(stems, found.traced):
        frame = pd.read_csv(out / f"{stem}.csv", index_col=0)
        assert len(frame) == 3
        np.testing.assert_allclose(frame.iloc[:, 2:], item.frontier.weight, atol=1e-12)  # CSV prints 17 digits
        assert load_frontier(out / f"{stem}.json").measure == item.measure


@pytest.mark.usefixtures("sketched")
def test_a_coarse_frontier_is_drawn_as_fine_as_the_one_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R stored 10 points of Gini and 50 of Risk: chords of ten would seem worse than they are."""
    drawn: list[list[int]] = []
    from sitpy import plots

    original = plots.plot_ef
    monkeypatch.setattr(
        plots,
        "plot_ef",
        lambda ia, efs, *more: drawn.append([len(ef.weight) for ef in efs]) or original(ia, efs, *more),
    )
    found = run_study(find_study("gini"), StudyOptions(out=tmp_path))
    assert drawn == [[50, 50], [50, 50]]
    assert isinstance(found, FrontierResult) and list(found.summary["points"]) == [50, 10]


# ------------------------------------------------------------------------------------------- the user's own data


def test_limits_that_cannot_be_met_are_named_with_the_least_possible() -> None:
    history = 3.5 * sitpy.data.etf8_simulated()
    ia = sitpy.create_historical_ia(history, 12)
    with pytest.raises(sitpy.InfeasibleError, match=r"keeps CVaR at or below 0.08 per period, the least is 0\.1\d+"):
        run_study(find_study("risk-limits"), StudyOptions(data=ia, points=3))


@pytest.mark.parametrize("name", NAMES)
def test_a_history_with_a_hole_is_refused(name: str, tmp_path: Path) -> None:
    history = sitpy.data.etf8_simulated()
    history.iloc[3, 2] = np.nan
    history.to_csv(tmp_path / "own.csv")
    with pytest.raises(sitpy.InputError, match="hist_returns of 'EEM' has 1 missing value"):
        run_study(find_study(name), StudyOptions(data=str(tmp_path / "own.csv")))


def test_two_assets_cannot_be_three() -> None:
    ia = sitpy.create_historical_ia(sitpy.data.etf8_simulated()[["SPY", "TLT"]], 12)
    with pytest.raises(sitpy.InfeasibleError, match="3 assets held"):
        run_study(find_study("cardinality"), StudyOptions(data=ia, points=2))


def test_the_order_of_assets_does_not_matter() -> None:
    history = sitpy.data.bernstein_wilkinson()
    turned = sitpy.create_historical_ia(history.iloc[:, ::-1], 1)
    found = run_study(find_study("introduction"), StudyOptions(data=turned, points=50))
    assert isinstance(found, FrontierResult)
    for item, other in zip(found.traced, result("introduction", A).traced):
        np.testing.assert_allclose(item.frontier.objective, other.frontier.objective, rtol=1e-7, atol=1e-9)
