"""The record of input assumptions: what is derived from what, assignment later, labels, and every message."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sitpy
from sitpy import InputAssumptions, InputError

nan = np.nan
RISK = [0.1, 0.2]
CORRELATION = [[1, 0.5], [0.5, 1]]
COV = [[0.01, 0.01], [0.01, 0.04]]  # RISK and CORRELATION multiplied out by hand


# ------------------------------------------------------------------------------------------------- derivation


def test_covariance_comes_from_correlation_and_risk() -> None:
    ia = InputAssumptions(symbols=["A", "B"], risk=RISK, correlation=CORRELATION)
    np.testing.assert_allclose(ia.cov, COV, rtol=1e-15)
    assert ia.n == 2


def test_risk_and_correlation_come_from_covariance() -> None:
    ia = InputAssumptions(cov=COV)
    np.testing.assert_allclose(ia.risk, RISK, rtol=1e-15)
    np.testing.assert_allclose(ia.correlation, CORRELATION, rtol=1e-15)
    assert ia.symbols == ["asset 1", "asset 2"]


def test_an_asset_without_risk_correlates_with_nothing() -> None:
    ia = InputAssumptions(cov=[[0, 0], [0, 0.04]])
    assert ia.correlation.tolist() == [[1, 0], [0, 1]]


@given(
    st.lists(st.floats(0.01, 2), min_size=3, max_size=3),
    st.lists(st.floats(-0.45, 0.45), min_size=3, max_size=3),
)
def test_covariance_and_back(risk: list[float], off: list[float]) -> None:
    correlation = np.eye(3)
    correlation[np.triu_indices(3, 1)] = off
    correlation = correlation + np.triu(correlation, 1).T
    there = InputAssumptions(risk=risk, correlation=correlation)
    back = InputAssumptions(cov=there.cov)
    # two square roots and a division: a few roundings
    np.testing.assert_allclose(back.risk, risk, rtol=1e-14)
    np.testing.assert_allclose(back.correlation, correlation, rtol=0, atol=1e-14)


def test_fields_may_be_assigned_later_as_in_r() -> None:
    ia = InputAssumptions(symbols=["A", "B"])
    assert ia.n == 2
    assert "cov" not in ia
    with pytest.raises(InputError, match="have no cov; give cov, or risk and correlation"):
        ia.cov  # noqa: B018
    ia["risk"], ia.correlation = RISK, CORRELATION
    np.testing.assert_allclose(ia.cov, COV, rtol=1e-15)
    ia.risk = [0.2, 0.2]  # cov was derived, so it follows
    np.testing.assert_allclose(ia.cov, [[0.04, 0.02], [0.02, 0.04]], rtol=1e-15)
    ia.cov = COV  # given now, so it stays
    ia.risk = [1, 1]
    np.testing.assert_allclose(ia.cov, COV, rtol=1e-15)
    ia["expected.return"] = [0.05, 0.08]
    assert ia.expected_return.tolist() == ia["expected.return"].tolist() == [0.05, 0.08]
    ia["parameters.alpha"] = 0.9
    assert ia.parameters_alpha == 0.9
    ia["parameters.mar"] = 0.01
    assert ia.parameters_mar == 0.01
    assert "cov.temp" not in ia
    ia["cov.temp"] = np.eye(2)
    assert "cov.temp" in ia
    ia.cov_temp = None
    assert ia.cov_temp is None
    assert ia.check() is ia


def test_a_field_assigned_with_the_wrong_shape_is_found_by_check() -> None:
    ia = InputAssumptions(cov=COV)
    ia.expected_return = [0.1, 0.2, 0.3]
    with pytest.raises(InputError, match=r"expected_return has shape \(3,\); expected \(2,\) for 2 assets"):
        ia.check()


def test_defaults_are_those_of_sit() -> None:
    ia = InputAssumptions(cov=COV)
    assert (ia.parameters_alpha, ia.parameters_omega, ia.parameters_mar, ia.annual_factor) == (0.95, 0, None, 1)
    assert (ia.nperiod, ia.source, ia.dates, ia.cov_temp) == (None, None, None, None)
    assert (ia.arithmetic_return, ia.geometric_return) == (None, None)
    assert ia.index.tolist() == [0, 1]
    assert ia["annual.factor"] == 1


def test_the_callers_arrays_are_copied_and_may_be_read_only() -> None:
    cov = pd.DataFrame(COV).to_numpy()
    cov.flags.writeable = False
    ia = InputAssumptions(cov=cov)
    ia.cov[0, 0] = 0.09
    assert ia.risk[0] == pytest.approx(0.3)
    assert cov[0, 0] == 0.01


def test_a_copy_shares_nothing() -> None:
    ia = sitpy.create_ia([[0.1, 0.0], [0.2, 0.3], [0.0, 0.1]])
    twin = ia.copy()
    twin.hist_returns[:] = 0
    twin.cov[:] = 0
    twin.symbols = ["x", "y"]
    assert ia.hist_returns[0, 0] == 0.1
    assert ia.cov[0, 0] > 0
    assert ia.symbols == ["asset 1", "asset 2"]


# ----------------------------------------------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("fields", "symbols"),
    [
        ({"cov": pd.DataFrame(COV, index=["x", "y"], columns=["x", "y"])}, ["x", "y"]),
        ({"cov": COV, "expected_return": pd.Series([0.1, 0.2], index=["p", "q"])}, ["p", "q"]),
        ({"risk": pd.Series(RISK, index=["p", "q"]), "correlation": CORRELATION}, ["p", "q"]),
        ({"hist_returns": pd.DataFrame([[0.1, 0.2]], columns=["u", "v"]), "cov": COV}, ["u", "v"]),
        ({"cov": pd.DataFrame(COV, columns=["x", "y"]), "symbols": ["one", "two"]}, ["one", "two"]),
        ({"cov": COV, "expected_return": pd.Series([0.1, 0.2])}, ["asset 1", "asset 2"]),
        ({"cov": COV, "symbols": (1, 2)}, ["1", "2"]),
    ],
)
def test_names_travel_with_the_data(fields: dict[str, Any], symbols: list[str]) -> None:
    assert InputAssumptions(**fields).symbols == symbols


def test_dates_travel_with_the_history() -> None:
    months = pd.to_datetime(["2020-01-31", "2020-02-29"])
    table = pd.DataFrame([[0.1, 0.2], [0.0, -0.1]], index=months, columns=["A", "B"])
    ia = sitpy.create_historical_ia(table, 12)
    pd.testing.assert_frame_equal(ia.history, table, check_freq=False)
    assert ia.nperiod == 2
    assert InputAssumptions(hist_returns=[[1, 2]], cov=COV, dates=["first"]).dates == ["first"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"expected_return": pd.Series([0.1, 0.2], index=["A", "B"]), "cov": pd.DataFrame(COV, columns=["B", "A"])},
            "cov is labelled B, A but the assets are A, B; put them in the same order",
        ),
        (
            {"symbols": ["A", "B"], "expected_return": pd.Series([0.1, 0.2], index=["B", "A"])},
            "expected_return is labelled B, A but the assets are A, B",
        ),
        (
            {"symbols": ["A", "B"], "risk": pd.Series(RISK, index=["B", "C"])},
            "risk is labelled B, C but the assets are A, B",
        ),
        (
            {"symbols": ["A", "B"], "hist_returns": pd.DataFrame([[1, 2]], columns=["B", "A"])},
            "hist_returns is labelled B, A but the assets are A, B",
        ),
    ],
)
def test_labels_in_another_order_are_never_mixed_up(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        InputAssumptions(**fields)


def test_labels_are_watched_in_later_assignments_too() -> None:
    ia = InputAssumptions(symbols=["A", "B"], cov=COV)
    with pytest.raises(InputError, match="expected_return is labelled B, A but the assets are A, B"):
        ia.expected_return = pd.Series([0.1, 0.2], index=["B", "A"])
    ia.expected_return = pd.Series([0.1, 0.2], index=["A", "B"])
    assert ia.expected_return.tolist() == [0.1, 0.2]


def test_table_of_assets() -> None:
    ia = InputAssumptions(symbols=["A", "B"], cov=COV, expected_return=[0.05, 0.08])
    table = ia.to_frame()
    assert table.columns.tolist() == ["expected_return", "risk"]
    assert table.index.tolist() == ["A", "B"]
    assert table.index.name == "asset"
    assert table.loc["B"].tolist() == pytest.approx([0.08, 0.2], rel=1e-15)
    ia.geometric_return = [0.04, 0.06]
    assert ia.to_frame()["geometric_return"].tolist() == [0.04, 0.06]
    assert repr(ia) == "<InputAssumptions: 2 assets (A, B)>"


# --------------------------------------------------------------------------------------------------- messages

TWO = {"symbols": ["Gold", "Bonds"]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, r"the input assumptions are empty; give symbols, or expected_return and cov"),
        (
            {"cov": [[1, 0.5], [0.4, 1]], **TWO},
            r"cov is not symmetric: 0\.5 for \(Gold, Bonds\) but 0\.4 for \(Bonds, Go",
        ),
        ({"correlation": [[1, 0.5], [0.4, 1]], **TWO}, r"correlation is not symmetric: .* use \(correlation \+ corr"),
        ({"cov_temp": [[1, 0.5], [0.4, 1]], **TWO}, r"cov_temp is not symmetric"),
        (
            {"cov": [[1, nan], [nan, 1]], **TWO},
            r"cov of 'Gold' and 'Bonds' is nan; give a finite number or leave the as",
        ),
        ({"cov": [[1, 0], [0, nan]], **TWO}, r"cov of 'Bonds' is nan"),
        ({"expected_return": [0.1, nan], **TWO}, r"expected_return of 'Bonds' is nan; give a finite number"),
        ({"risk": [np.inf, 1], **TWO}, r"risk of 'Gold' is inf; give a finite number"),
        ({"geometric_return": [nan, 1], **TWO}, r"geometric_return of 'Gold' is nan"),
        ({"cov": [[1, 0], [0, -0.25]], **TWO}, r"cov of 'Bonds' is -0\.25; risk and variance cannot be negative"),
        ({"risk": [-0.1, 1], **TWO}, r"risk of 'Gold' is -0\.1; risk and variance cannot be negative"),
        ({"cov": np.eye(3), **TWO}, r"cov has shape \(3, 3\); expected \(2, 2\) for 2 assets"),
        ({"cov": [1, 1], **TWO}, r"cov has shape \(2,\); expected \(2, 2\) for 2 assets"),
        ({"correlation": np.ones((2, 3)), **TWO}, r"correlation has shape \(2, 3\); expected \(2, 2\)"),
        ({"expected_return": [1, 2, 3], **TWO}, r"expected_return has shape \(3,\); expected \(2,\) for 2 assets"),
        ({"expected_return": 0.1, **TWO}, r"expected_return has shape \(1,\); expected \(2,\) for 2 assets"),
        ({"risk": [[1, 2]], **TWO}, r"risk has shape \(1, 2\); expected \(2,\) for 2 assets"),
        (
            {"hist_returns": np.ones((4, 3)), **TWO},
            r"hist_returns has shape \(4, 3\); expected periods x 2 assets \(Gold",
        ),
        ({"hist_returns": [1, 2], **TWO}, r"hist_returns has shape \(2,\); expected periods x 2 assets"),
        ({"expected_return": ["a", 1], **TWO}, r"expected_return holds something that is not a number: .*'a'"),
        ({"cov": [[1, 2], [3]], **TWO}, r"cov holds something that is not a number"),
        *(
            (
                {"cov": COV, "parameters_alpha": alpha},
                rf"parameters_alpha is {alpha}; a confidence level lies between 0 and 1",
            )
            for alpha in (0, 1, -0.5, 95, nan)
        ),
    ],
)
def test_messages_name_the_asset_and_the_number(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        InputAssumptions(**fields)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("expected_return", "have no expected_return; give expected_return, one number per asset"),
        ("cov", "have no cov; give cov, or risk and correlation"),
        ("risk", "have no risk; give risk or cov"),
        ("correlation", "have no correlation; give correlation or cov"),
        ("hist_returns", r"have no hist_returns; this needs a history: create_historical_ia\(returns, annual_factor\)"),
    ],
)
def test_a_missing_field_says_what_to_give(name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        getattr(InputAssumptions(symbols=["A"]), name)


def test_asymmetry_by_rounding_is_forgiven_but_no_more() -> None:
    InputAssumptions(cov=[[1, 0.5 + 1e-12], [0.5, 1]])
    with pytest.raises(InputError, match="not symmetric"):
        InputAssumptions(cov=[[1, 0.5 + 1e-8], [0.5, 1]])
    with pytest.raises(InputError, match="not symmetric"):  # the scale of the matrix decides, not 1
        InputAssumptions(cov=[[1e-6, 5e-7], [4e-7, 1e-6]])


@pytest.mark.parametrize(
    ("dates", "when"), [(None, "row 1"), (["2020-01", "2020-02", "2020-03"], "2020-02")], ids=["rows", "dates"]
)
def test_an_incomplete_history_names_asset_and_period(dates: list[str] | None, when: str) -> None:
    ia = InputAssumptions(
        symbols=["Gold", "Bonds"], cov=COV, dates=dates, hist_returns=[[0.1, 0], [0.1, nan], [0.1, nan]]
    )
    words = f"hist_returns of 'Bonds' has 2 missing value(s), the first at {when}; drop these periods or fill them"
    with pytest.raises(InputError, match=re.escape(words)):
        ia.complete_history()


# ------------------------------------------------------------------------------------------------ create_ia


def test_create_ia_by_hand() -> None:
    """Columns 0.1 0.2 0.0 and 0.0 0.3 0.1: means, squares and products worked out on paper."""
    ia = sitpy.create_ia([[0.1, 0.0], [0.2, 0.3], [0.0, 0.1]])
    np.testing.assert_allclose(ia.expected_return, [0.1, 0.4 / 3], rtol=1e-14)
    np.testing.assert_allclose(ia.risk, [0.1, np.sqrt(0.07 / 3)], rtol=1e-14)
    np.testing.assert_allclose(ia.cov, [[0.01, 0.01], [0.01, 0.07 / 3]], rtol=1e-14)
    np.testing.assert_allclose(ia.correlation[0, 1], 0.1 / np.sqrt(0.07 / 3), rtol=1e-14)
    assert (ia.n, ia.nperiod, ia.annual_factor, ia.index.tolist()) == (2, 3, 1, [0, 1])
    assert sitpy.create_ia([[1, 2], [3, 4]], index=[4, 7], nperiod=9).index.tolist() == [4, 7]
    assert sitpy.create_ia([[1, 2], [3, 4]], index=[4, 7], nperiod=9).nperiod == 9


def test_create_ia_leaves_missing_returns_out_asset_by_asset() -> None:
    ia = sitpy.create_ia([[0.1, 0.0], [0.2, 0.3], [nan, 0.5], [0.0, 0.1]])
    np.testing.assert_allclose(ia.expected_return, [0.1, 0.9 / 4], rtol=1e-14)
    # the correlation uses the three complete rows, those of test_create_ia_by_hand
    np.testing.assert_allclose(ia.correlation[0, 1], 0.1 / np.sqrt(0.07 / 3), rtol=1e-14)
    sd = np.sqrt((0.0**2 + 0.3**2 + 0.5**2 + 0.1**2 - 0.9**2 / 4) / 3)
    np.testing.assert_allclose(ia.risk, [0.1, sd], rtol=1e-14)
    np.testing.assert_allclose(ia.cov[0, 1], ia.correlation[0, 1] * 0.1 * sd, rtol=1e-14)


@pytest.mark.parametrize("annual_factor", [1, 4, 12, 252])
def test_create_historical_ia_by_hand(annual_factor: float) -> None:
    f = annual_factor
    ia = sitpy.create_historical_ia([[0.01, 0.02], [0.03, -0.02], [0.02, 0.03]], f)
    np.testing.assert_allclose(ia.arithmetic_return, [1.02**f - 1, 1.01**f - 1], rtol=1e-12)
    products = [1.01 * 1.03 * 1.02, 1.02 * 0.98 * 1.03]
    np.testing.assert_allclose(ia.geometric_return, [p ** (f / 3) - 1 for p in products], rtol=1e-12)
    np.testing.assert_allclose(ia.risk, np.sqrt(f) * np.array([0.01, np.sqrt(0.0014 / 2)]), rtol=1e-12)
    assert ia.expected_return.tolist() == ia["arithmetic.return"].tolist()
    np.testing.assert_allclose(ia.cov, ia.correlation * np.outer(ia.risk, ia.risk), rtol=1e-15)
    assert ia.annual_factor == f


def test_create_historical_ia_with_gaps_uses_the_returns_that_are_there() -> None:
    ia = sitpy.create_historical_ia([[0.1, 0.2], [nan, -0.1], [0.3, 0.3], [0.2, 0.0]], 1)
    np.testing.assert_allclose(ia.arithmetic_return, [0.2, 0.1], rtol=1e-14)
    np.testing.assert_allclose(
        ia.geometric_return, [(1.1 * 1.3 * 1.2) ** (1 / 3) - 1, (1.2 * 0.9 * 1.3) ** 0.25 - 1], rtol=1e-13
    )
    np.testing.assert_allclose(ia.risk, [0.1, np.sqrt((0.04 + 0.01 + 0.09 - 4 * 0.01) / 3)], rtol=1e-13)
    # complete rows: (0.1, 0.3, 0.2) against (0.2, 0.3, 0.0); deviations (-1, 1, 0) and (1, 4, -5)/3
    np.testing.assert_allclose(ia.correlation[0, 1], 3 / np.sqrt(2 * 42), rtol=1e-13)
    assert np.isnan(ia.hist_returns[1, 0])


@pytest.mark.parametrize("constant", [0.0, 0.1, 0.01, -0.003])
def test_an_asset_that_never_moves_gets_a_tiny_risk_and_no_correlation(constant: float) -> None:
    """0.1 ten times over has a rounded mean that is not 0.1: the risk is still zero, so 1e-6."""
    moving = np.linspace(-0.1, 0.13, 10)
    ia = sitpy.create_historical_ia(np.column_stack([np.full(10, constant), moving]), 12)
    assert ia.risk[0] == 1e-6
    assert ia.correlation.tolist() == [[1, 0], [0, 1]]
    assert ia.cov[0, 1] == 0
    plain = sitpy.create_ia(np.column_stack([np.full(10, constant), moving]))
    assert plain.risk[0] == 0
    assert plain.correlation.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("build", [sitpy.create_ia, sitpy.create_historical_ia])
@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([[0.1, 0.2]], r"hist_returns has shape \(1, 2\); expected 2 or more periods x 1 or more assets"),
        ([0.1, 0.2], r"hist_returns has shape \(2,\); expected 2 or more periods"),
        (np.ones((3, 0)), r"hist_returns has shape \(3, 0\)"),
        ([["a", 1], [2, 3]], r"hist_returns holds something that is not a number: .*'a'"),
        ([[1, 2], [3]], r"hist_returns holds something that is not a number"),
        ([[0.1, 0.2], [0.1, np.inf]], r"hist_returns\[1, 1\] is infinite; returns are finite fractions"),
        ([[0.1, nan], [nan, 0.2], [0.1, 0.2]], r"only 1 period\(s\) have a return for every asset; 2 or more"),
        ([[0.1, nan], [0.2, nan], [0.1, nan]], r"only 0 period\(s\) have a return for every asset; 2 or more"),
    ],
)
def test_histories_that_cannot_be_used(build: Callable[[Any], InputAssumptions], history: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        build(history)


@pytest.mark.parametrize("factor", [0, -1, nan])
def test_the_annual_factor_must_be_positive(factor: float) -> None:
    with pytest.raises(InputError, match=rf"annual_factor is {factor}; give the number of periods per year \(1, 12"):
        sitpy.create_historical_ia([[0.1], [0.2]], factor)


# ------------------------------------------------------------------------------------------- subset and short


@pytest.mark.parametrize(
    ("index", "positions"),
    [
        ([5, 0], [5, 0]),
        (["Gold", "SP500"], [5, 0]),
        (["Gold", 0, -1], [5, 0, 8]),
        (np.array([2, 1]), [2, 1]),
        (None, list(range(9))),
    ],
)
def test_subset_by_position_and_by_name(ia_a: InputAssumptions, index: Any, positions: list[int]) -> None:
    ia_a.cov_temp = 2 * ia_a.cov
    part = sitpy.create_ia_subset(ia_a, index)
    assert part.n == len(positions)
    assert part.symbols == [ia_a.symbols[i] for i in positions]
    assert part.index.tolist() == positions
    for name in ("expected_return", "risk", "geometric_return", "arithmetic_return"):
        assert part[name].tolist() == ia_a[name][positions].tolist()
    for name in ("cov", "correlation", "cov_temp"):
        assert part[name].tolist() == ia_a[name][positions][:, positions].tolist()
    assert part.hist_returns.tolist() == ia_a.hist_returns[:, positions].tolist()
    assert (part.nperiod, part.dates, part.annual_factor) == (27, ia_a.dates, 1)
    part.hist_returns[:] = 0
    assert ia_a.hist_returns[0, 0] == 0.0403  # first figure of the shipped table


def test_a_subset_of_a_subset_remembers_where_its_assets_came_from(ia_a: InputAssumptions) -> None:
    part = sitpy.create_ia_subset(sitpy.create_ia_subset(ia_a, [7, 5, 3]), [2, 0])
    assert part.index.tolist() == [3, 7]


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (["Silver"], "there is no asset 'Silver'; the assets are SP500, SmallUS, Europe"),
        ([9], r"there is no asset 9: the 9 assets are counted 0\.\.8"),
        ([0, -10], r"there is no asset -10: the 9 assets are counted 0\.\.8"),
        ("Gold", r"index is 'Gold'; give a list of positions or names, such as \['Gold'\]"),
        (np.arange(9) > 5, r"index holds False; give positions or names \(numpy\.flatnonzero turns a mask into"),
        ([1.5], r"index holds 1\.5; give positions or names"),
    ],
)
def test_a_subset_of_assets_that_do_not_exist(ia_a: InputAssumptions, index: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.create_ia_subset(ia_a, index)


def test_add_short_doubles_everything_in_blocks(ia_a: InputAssumptions) -> None:
    ia_a.cov_temp = 3 * ia_a.cov
    both = sitpy.aa_test_ia_add_short(ia_a)
    n = ia_a.n
    assert both.n == 2 * n
    assert both.symbols == ia_a.symbols * 2
    assert both.index.tolist() == [*range(n), *range(n)]
    for name in ("cov", "correlation", "cov_temp"):
        C, D = ia_a[name], both[name]
        assert D.shape == (2 * n, 2 * n)
        assert D[:n, :n].tolist() == D[n:, n:].tolist() == C.tolist()
        assert D[:n, n:].tolist() == D[n:, :n].tolist() == (-C).tolist()
    for name in ("expected_return", "arithmetic_return", "geometric_return"):
        assert both[name].tolist() == [*ia_a[name], *-ia_a[name]]
    assert both.risk.tolist() == [*ia_a.risk, *ia_a.risk]
    assert both.hist_returns[:, :n].tolist() == ia_a.hist_returns.tolist()
    assert both.hist_returns[:, n:].tolist() == (-ia_a.hist_returns).tolist()
    assert (both.dates, both.nperiod) == (ia_a.dates, 27)
    assert ia_a.n == n


def test_long_and_short_of_the_same_size_cancel(ia_a: InputAssumptions) -> None:
    both = sitpy.aa_test_ia_add_short(ia_a)
    x = np.linspace(0.1, 0.9, 9)
    assert sitpy.portfolio_risk(np.concatenate([x, x]), both)[0] == pytest.approx(0, abs=1e-9)
    net = np.concatenate([x, x / 2])
    for measure in (sitpy.portfolio_risk, sitpy.portfolio_mad, sitpy.portfolio_return, sitpy.portfolio_maxloss):
        np.testing.assert_allclose(measure(net, both), measure(x / 2, ia_a), rtol=1e-12)


# ------------------------------------------------------------------------------- against the figures of SIT


@pytest.mark.parametrize("name", ["A", "B"])
def test_input_assumptions_are_those_of_sit(name: str, ia_a: InputAssumptions, ia_b: InputAssumptions) -> None:
    """Figures of R's ``create.historical.ia``; both sides do the same few operations, hence 1e-12 relative."""
    from sitpy.reference import read_reference, reference_ia

    theirs = read_reference(f"ia_{name}")
    for ours in (ia_a if name == "A" else ia_b, reference_ia(name)):
        assert (ours.n, ours.nperiod, ours.annual_factor) == (theirs["n"], theirs["T"], theirs["annual_factor"])
        assert ours.symbols == theirs["symbols"]
        assert ours.dates is not None
        assert [str(date)[:10] for date in ours.dates] == [str(label) for label in theirs["index"]]
        for field in (
            "expected_return",
            "arithmetic_return",
            "geometric_return",
            "risk",
            "correlation",
            "cov",
            "hist_returns",
        ):
            np.testing.assert_allclose(ours[field], theirs[field], rtol=1e-12, atol=1e-15, err_msg=field)


def test_the_shipped_sources_are_named(ia_a: InputAssumptions, ia_b: InputAssumptions) -> None:
    assert ia_a.source == "Bernstein & Wilkinson (1997), annual returns 1970-1996"
    assert ia_b.source == "simulated 8-ETF monthly history shipped with sitpy"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"covariance": np.eye(2)}, "input assumptions have no field 'covariance'; did you mean cov?"),
        ({"returns": [0.1, 0.2]}, "input assumptions have no field 'returns'; did you mean hist_returns?"),
        (
            {"expected.returns": [0.1, 0.2]},
            "input assumptions have no field 'expected.returns'; did you mean expected_return?",
        ),
        ({"mu": [0.1, 0.2]}, "input assumptions have no field 'mu'; they are annual_factor, arithmetic_return"),
        ({"symbols": 3}, "symbols is 3; give a list with the name of each asset"),
        ({"symbols": "AB"}, "symbols is 'AB'; give a list with the name of each asset"),
        ({"symbols": []}, "symbols is []; give a list with the name of each asset"),
        ({"symbols": ["A", None]}, "symbols is ['A', None]; give a list"),
        ({"cov": np.eye(2), "annual_factor": "12"}, "annual_factor is '12'; give the number of periods per year"),
        ({"cov": np.eye(2), "annual_factor": 0}, "annual_factor is 0; give the number of periods per year"),
        (
            {"cov": np.eye(2), "parameters_alpha": None},
            "parameters_alpha is None; a confidence level lies between 0 and 1",
        ),
        (
            {"cov": np.eye(2), "index": ["A", "B"]},
            "index is ['A', 'B']; expected whole numbers, positions counted from 0",
        ),
        ({"cov": np.eye(2), "nperiod": 2.5}, "nperiod is 2.5; give a whole number, 0 or more"),
        ({"cov": np.eye(2), "source": 3}, "source is 3; give text"),
        (
            {"cov": pd.DataFrame({"A": [1.0, 0], "B": ["x", "y"]})},
            "cov holds something that is not a number: could not",
        ),
        (
            {"hist_returns": np.zeros((3, 2)), "dates": ["a", "b"]},
            "dates has 2 labels for 3 periods of hist_returns; give one",
        ),
        (
            {"expected_return": pd.Series([0.1, 0.2], ["A", "B"]), "risk": pd.Series([0.1, 0.2], ["X", "Y"])},
            "risk is labelled X, Y but the assets are A, B; put them in the same order, or hand over the numbers alone",
        ),
    ],
)
def test_fields_that_are_none(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(sitpy.InputError, match=re.escape(words)):
        sitpy.InputAssumptions(**fields)


def test_symbols_given_rename_what_is_labelled_otherwise() -> None:
    history = pd.DataFrame([[0.1, 0.2], [0.0, -0.1]], columns=["EWA", "EWC"])
    ia = sitpy.InputAssumptions(symbols=["Australia", "Canada"], hist_returns=history)
    assert ia.history.columns.tolist() == ["Australia", "Canada"]
    with pytest.raises(sitpy.InputError, match="cov is labelled EWA, EWC but the assets are Australia, Canada"):
        ia.cov = history.cov()  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda ia: sitpy.create_ia_subset(ia, []), "index is empty; give a list of positions or names, such as"),
        (lambda ia: sitpy.create_ia_subset(ia, 3), "index is 3; give a list of positions or names, such as [3]"),
        (lambda ia: sitpy.create_ia_subset("x"), "ia_base is 'x'; give input assumptions: create_ia"),
        (lambda ia: sitpy.update_ia(ia, 3, np.eye(9)), "name is 3; give text"),
        (
            lambda ia: sitpy.create_historical_ia([[0.1], [0.2]], True),
            "annual_factor is True; give the number of periods",
        ),
        (lambda ia: sitpy.ia_build_hist([[0.1], [0.2]], "x"), "lookbacks is 'x'; give lengths such as (20, 60, 120)"),
        (lambda ia: sitpy.ia_build_hist([["a"], ["b"]], 1), "hist_returns holds something that is not a number"),
        (lambda ia: sitpy.momentum_averaged([0.1, 0.2], 1), "prices has shape (2,); expected periods x assets"),
        (lambda ia: sitpy.aa_test_create_ia(prices=3), "prices is 3; give a DataFrame or the path of a CSV file"),
        (lambda ia: sitpy.aa_test_create_ia_custom(3), "symbols is 3; give names such as 'SPY,TLT'"),
        (lambda ia: sitpy.inputs.tables.between(ia.history, 2005), "dates is 2005; give text"),
        (
            lambda ia: sitpy.aa_test_hist_capitalization(pd.DataFrame()),
            "capitalization has shape (0, 0); give one row or more",
        ),
        (lambda ia: sitpy.endpoints(pd.date_range("2020", periods=3), 3), "the periodicity 3 is not known; use 'days'"),
    ],
)
def test_one_wrong_argument_is_named_with_its_remedy(
    ia_a: sitpy.InputAssumptions, call: Callable[[Any], Any], words: str
) -> None:
    with pytest.raises(sitpy.InputError, match="^" + re.escape(words)):
        call(ia_a)
