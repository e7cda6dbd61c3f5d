"""Minimum correlation and minimum variance algorithms against their definitions in plain loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, rankdata

import sitpy

Array = np.ndarray

PORTFOLIOS: dict[str, Any] = {
    "min_corr": sitpy.min_corr_portfolio,
    "min_corr2": sitpy.min_corr2_portfolio,
    "min_corr_excel": sitpy.min_corr_excel_portfolio,
    "min_var2": sitpy.min_var2_portfolio,
    "min_var_excel": sitpy.min_var_excel_portfolio,
}


def random_ia(seed: int, n: int = 7) -> sitpy.InputAssumptions:
    rng = np.random.default_rng(seed)
    return sitpy.create_ia(0.02 * rng.normal(size=(40, n)) @ rng.normal(size=(n, n)))


def scaled(values: Any) -> Array:
    return np.asarray(values) / np.sum(values)


def plain_min_corr(ia: sitpy.InputAssumptions, power: float) -> Array:
    """Averages of averages, before the division by risk."""
    n, C = ia.n, ia.correlation
    pairs = [C[i, j] for i in range(n) for j in range(i)]
    tail = [[norm.sf(C[i, j], np.mean(pairs), np.std(pairs, ddof=1)) for j in range(n)] for i in range(n)]
    average = [np.mean([tail[i][j] for j in range(n) if j != i]) for i in range(n)]
    rank = scaled(rankdata([-a for a in average]) ** power)
    return scaled([sum(rank[i] * tail[i][j] for i in range(n) if i != j) for j in range(n)])


def plain_min_corr2(ia: sitpy.InputAssumptions, power: float) -> Array:
    n, C = ia.n, ia.correlation
    average = [np.mean([C[i, j] for j in range(n) if j != i]) for i in range(n)]
    rank = scaled(rankdata(average) ** power)
    return scaled([rank[j] + sum(rank[i] * (1 - C[i, j]) for i in range(n) if i != j) for j in range(n)])


def plain_min_var_excel(ia: sitpy.InputAssumptions) -> Array:
    average = ia.cov.mean(axis=0)
    return norm.sf(average, average.mean(), average.std(ddof=1)) / np.diag(ia.cov)


@pytest.mark.parametrize("power", [0.5, 1, 2, -1])
@pytest.mark.parametrize("seed", range(4))
def test_definitions(seed: int, power: float) -> None:
    """The stored figures of SIT hold powers 1 and 2; the definitions reach further."""
    ia = random_ia(seed)
    first, second = plain_min_corr(ia, power), plain_min_corr2(ia, power)
    for found, expected in (
        (sitpy.min_corr(power)(ia, None), first / ia.risk),
        (sitpy.min_corr_excel(power)(ia, None), first / ia.risk),
        (sitpy.min_corr_excel(power, "none")(ia, None), first),
        (sitpy.min_corr_excel(power, "variance")(ia, None), first / ia.risk**2),
        (sitpy.min_var2(power)(ia, None), first / ia.risk**2),
        (sitpy.min_corr2(power)(ia, None), second / ia.risk),
        (sitpy.min_var_excel()(ia, None), plain_min_var_excel(ia)),
    ):
        np.testing.assert_allclose(found, scaled(expected), rtol=1e-11)


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_order_scale_and_riskless_assets(name: str) -> None:
    ia, portfolio = random_ia(9), PORTFOLIOS[name]
    x = portfolio(ia)
    assert x.sum() == pytest.approx(1) and (x > 0).all()
    order = np.random.default_rng(0).permutation(ia.n)
    np.testing.assert_allclose(portfolio(sitpy.create_ia_subset(ia, order.tolist())), x[order], rtol=1e-11)
    np.testing.assert_allclose(portfolio(sitpy.InputAssumptions(cov=1e-9 * ia.cov)), x, rtol=1e-10)
    cov = np.zeros((8, 8))
    cov[1:, 1:] = ia.cov
    with_cash = portfolio(sitpy.InputAssumptions(cov=cov), sitpy.create_basic_constraints(8))
    np.testing.assert_allclose(with_cash, [0, *x], rtol=1e-11)


@pytest.mark.parametrize("name", ["min_corr", "min_corr2", "min_corr_excel", "min_var2"])
@pytest.mark.parametrize("rho", [-0.2, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_equal_correlations_leave_the_risks(name: str, rho: float, n: int) -> None:
    """Where correlations do not differ (one or two assets above all) nothing tells the assets apart but their risk."""
    risk = np.array([0.1, 0.4, 0.2, 0.3, 0.15])[:n]
    correlation = np.full((n, n), rho) + (1 - rho) * np.eye(n)
    ia = sitpy.InputAssumptions(risk=risk, correlation=correlation)
    power = 2 if name == "min_var2" else 1
    np.testing.assert_allclose(PORTFOLIOS[name](ia), scaled(1 / risk**power), rtol=1e-12)


def test_equal_average_covariances_leave_the_variances() -> None:
    ia = sitpy.InputAssumptions(cov=[[0.04, 0.01, 0.01], [0.01, 0.03, 0.02], [0.01, 0.02, 0.03]])
    np.testing.assert_allclose(sitpy.min_var_excel_portfolio(ia), scaled([1 / 0.04, 1 / 0.03, 1 / 0.03]), rtol=1e-12)


def test_bad_input_is_refused() -> None:
    ia = random_ia(0)
    with pytest.raises(sitpy.InputError, match="final_scale 'vol' is not known; use 'risk', 'variance' or 'none'"):
        sitpy.min_corr_excel_portfolio(ia, final_scale="vol")
    for power in (np.nan, np.inf):
        for factory in (sitpy.min_corr, sitpy.min_corr2):
            with pytest.raises(sitpy.InputError, match=r"power_function is (nan|inf); give a finite power"):
                factory(power)(ia, None)
    for portfolio in PORTFOLIOS.values():
        with pytest.raises(sitpy.InputError, match="no asset has a risk above 0"):
            portfolio(sitpy.InputAssumptions(cov=np.zeros((2, 2))))
