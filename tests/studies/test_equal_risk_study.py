"""The study of equal risk contributions: the paper's figures, and what its portfolios are known to be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sitpy.studies import StudyOptions, equal_risk, find_study, run_study


def test_every_printed_figure_comes_out() -> None:
    """Maillard, Roncalli and Teiletche (2010): weights to 0.1 %, the inputs being exact."""
    result = run_study(find_study("erc"))
    assert result.ok
    verdicts = [verdict for table in result.tables for verdict in table.verdicts()]
    assert len(verdicts) == 6 + 3 + 3


@pytest.mark.parametrize("correlation", [-0.3, 0.0, 0.4, 0.9])
def test_with_all_correlations_alike_weights_go_by_one_over_volatility(correlation: float) -> None:
    """The paper's theorem; and the least variance without correlation goes by one over the variance."""
    ours = equal_risk.portfolios(equal_risk.alike(correlation))
    inverse = 1 / np.array(equal_risk.RISK)
    np.testing.assert_allclose(ours.loc["ERC"], inverse / inverse.sum(), rtol=0, atol=1e-10)
    if correlation == 0:
        np.testing.assert_allclose(ours.loc["MV"], inverse**2 / (inverse**2).sum(), rtol=0, atol=1e-10)


def test_shares_of_the_risk_follow_from_the_definition() -> None:
    """Equal in the ERC portfolio, and the weights themselves where the variance is least (equal marginal risks)."""
    shares = run_study(find_study("erc")).tables[-1].frame.set_index("portfolio")
    np.testing.assert_allclose(shares.loc["ERC"], 0.25, rtol=0, atol=1e-10)
    weights = equal_risk.portfolios(equal_risk.assumptions(equal_risk.BLOCKS))
    np.testing.assert_allclose(shares.loc["MV"], weights.loc["MV"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=0, atol=1e-12)


def test_a_wrong_weight_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(equal_risk.BLOCKS_PRINTED, "ERC", (38.5, 19.2, 24.3, 18.2))
    result = run_study(find_study("erc"))
    assert not result.ok and result.tables[1].verdicts() == [True, True, False]


@pytest.mark.usefixtures("sketched")
def test_files_are_written(tmp_path: Path) -> None:
    result = run_study(find_study("erc"), StudyOptions(out=tmp_path))
    assert sorted(file.name for file in result.files) == [
        "alike.csv", "blocks.csv", "blocks_risk_shares.csv", "blocks_volatility.csv", "equal_risk.png",
    ]  # fmt: skip
    assert all(file.is_file() for file in result.files)
