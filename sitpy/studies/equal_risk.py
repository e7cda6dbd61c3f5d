"""Equal risk contributions: the two worked examples of Maillard, Roncalli and Teiletche (2010).

Four assets with volatilities of 10, 20, 30 and 40 percent: all correlations alike, then two blocks. Weights of the minimum
variance portfolio (MV), of equal risk contributions (ERC), and volatilities are compared as printed; shares of the risk
follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.constraints import create_basic_constraints
from sitpy.inputs import InputAssumptions
from sitpy.measures import portfolio_risk, portfolio_risk_contribution
from sitpy.portfolios.equal_risk import equal_risk_contribution_portfolio
from sitpy.portfolios.minimum import min_risk_portfolio
from sitpy.studies.published import side_by_side
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, write_figure, write_table

RISK = (0.1, 0.2, 0.3, 0.4)
BLOCKS = ((1, 0.8, 0, 0), (0.8, 1, 0, 0), (0, 0, 1, -0.5), (0, 0, -0.5, 1))

ALIKE_MV = {0.0: (70.2, 17.6, 7.8, 4.4), 0.3: (89.5, 10.5, 0, 0), 0.5: (100, 0, 0, 0)}
ALIKE_ERC = (48, 24, 16, 12)  # whatever the correlation
BLOCKS_PRINTED = {"1/n": (25, 25, 25, 25), "MV": (74.5, 0, 15.2, 10.3), "ERC": (38.4, 19.2, 24.3, 18.2)}
BLOCKS_VOLATILITY = {"1/n": 11.5, "MV": 8.6, "ERC": 10.3}
"""Percent, as printed."""


def assumptions(correlation: ArrayLike) -> InputAssumptions:
    """The four assets, by their volatilities; expected returns have no part in this."""
    names = [f"{risk:.0%} volatility" for risk in RISK]
    return InputAssumptions(symbols=names, expected_return=np.zeros(4), risk=RISK, correlation=correlation)


def alike(correlation: float) -> InputAssumptions:
    """The four assets, every pair with the same correlation."""
    return assumptions(np.full((4, 4), correlation) + (1 - correlation) * np.eye(4))


def portfolios(ia: InputAssumptions) -> pd.DataFrame:
    """The three portfolios (portfolios x assets)."""
    constraints = create_basic_constraints(ia.n)
    weights = {
        "1/n": np.full(ia.n, 1 / ia.n),
        "MV": min_risk_portfolio(ia, constraints),
        "ERC": equal_risk_contribution_portfolio(ia, constraints),
    }
    return pd.DataFrame(weights, index=ia.symbols).T


def weights_table(title: str, rows: dict[str, tuple[ArrayLike, ArrayLike]]) -> StudyTable:
    """Printed weights and ours (percent), one row per portfolio."""
    printed, ours = (np.array([pair[k] for pair in rows.values()], dtype=float) for k in (0, 1))
    columns = {f"{risk:.0%}": (printed[:, i], 100 * ours[:, i]) for i, risk in enumerate(RISK)}
    return side_by_side(title, "portfolio", list(rows), columns, 1)


@dataclass(frozen=True, kw_only=True)
class EqualRiskStudy(Study):
    """Weights of both examples as printed, and what they mean for the risk."""

    def run(self, options: StudyOptions) -> StudyResult:
        """Both examples; a page of weights and shares of the risk."""
        rows: dict[str, tuple[ArrayLike, ArrayLike]] = {
            f"MV, rho {rho:g}": (printed, portfolios(alike(rho)).loc["MV"]) for rho, printed in ALIKE_MV.items()
        }
        for rho in ALIKE_MV:
            rows[f"ERC, rho {rho:g}"] = (ALIKE_ERC, portfolios(alike(rho)).loc["ERC"])
        ia = assumptions(BLOCKS)
        ours = portfolios(ia)
        share = pd.DataFrame(portfolio_risk_contribution(ours, ia), ours.index, ours.columns)
        volatility = 100 * portfolio_risk(ours, ia)
        tables = (
            weights_table("all correlations rho: weights in percent by volatility, printed and here", rows),
            weights_table("two blocks: weights in percent", {k: (v, ours.loc[k]) for k, v in BLOCKS_PRINTED.items()}),
            side_by_side(
                "two blocks: volatility in percent",
                "portfolio",
                list(ours.index),
                {"volatility": (list(BLOCKS_VOLATILITY.values()), volatility)},
                1,
            ),
            StudyTable(
                "two blocks: share of the risk",
                share.rename_axis("portfolio").reset_index(),
                dict.fromkeys(share.columns, ".1%"),
            ),
        )
        apart = float(np.abs(share.loc["ERC"] - 0.25).max())
        notes = (f"shares of the risk in the ERC portfolio are equal to {apart:.0e}",)
        return StudyResult(tables=tables, notes=notes, files=self._write(tables, options.out))

    def _write(self, tables: tuple[StudyTable, ...], out: Path | None) -> tuple[Path, ...]:
        if out is None:
            return ()
        from sitpy.plots import layout
        from sitpy.plots.comparison import plot_bars

        figure = layout(2, 2, by="row")
        figure.suptitle("Equal risk contributions: the examples of Maillard, Roncalli and Teiletche (2010)")
        for title, ia in (("all correlations 0", alike(0)), ("two blocks", assumptions(BLOCKS))):
            weights = portfolios(ia)
            shares = pd.DataFrame(portfolio_risk_contribution(weights, ia), weights.index, weights.columns)
            plot_bars(weights.T, f"Weights: {title}", "Weight")
            plot_bars(shares.T, f"Shares of the risk: {title}", "Share")
        names = ("alike", "blocks", "blocks_volatility", "blocks_risk_shares")
        written = [write_table(table.frame, out / f"{name}.csv") for name, table in zip(names, tables, strict=True)]
        return (*written, write_figure(figure, out / "equal_risk.png"))


STUDY = EqualRiskStudy(
    name="erc",
    title="The properties of equally weighted risk contribution portfolios",
    source="Maillard, Roncalli and Teiletche, 2010",
)
