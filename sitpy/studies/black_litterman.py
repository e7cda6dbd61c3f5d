"""Black-Litterman: the tables of He and Litterman (1999) and of Idzorek (2005), printed figures beside ours.

The papers print their inputs rounded too, so a figure may come out one unit of its last digit away.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sitpy.studies import he_litterman, idzorek
from sitpy.studies.published import HALF_A_DIGIT
from sitpy.studies.study import Study, StudyOptions, StudyResult, write_figure, write_table


@dataclass(frozen=True, kw_only=True)
class BlackLittermanStudy(Study):
    """Both papers, table by table."""

    def run(self, options: StudyOptions) -> StudyResult:
        """All tables, how many entries agree to the last digit, and a page of returns and weights."""
        tables = (*he_litterman.tables(), *idzorek.tables())
        cells = pd.concat([table.cells for table in tables], ignore_index=True)
        units = cells["units"]
        off = int((units > HALF_A_DIGIT).sum())
        notes = (
            f"{units.size} printed entries: {units.size - off} agree to the last digit, {off} are at most "
            f"{units.max():.2f} units of it away (the papers print their inputs rounded as well)",
        )
        return StudyResult(tables=tables, notes=notes, files=_write(cells, options.out))


def _write(cells: pd.DataFrame, out: Path | None) -> tuple[Path, ...]:
    if out is None:
        return ()
    from sitpy.plots import layout
    from sitpy.plots.comparison import plot_bars

    figure = layout(2, 2, by="row")
    figure.suptitle("Black-Litterman: the market's expected returns and weights before and after the views")
    country = he_litterman.COUNTRIES
    (by_hand, by_hand_weight), view = he_litterman.traditional(), he_litterman.with_views("table4")
    market = he_litterman.equilibrium()
    returns = pd.DataFrame(
        {"implied by the market": market, "shifted by hand": by_hand, "with the view": view["mu"]}, country
    )
    weights = pd.DataFrame(
        {"market": he_litterman.WEIGHT, "shifted by hand": by_hand_weight, "with the view": view["w"]}, country
    )
    plot_bars(returns, "He and Litterman: Germany beats Europe by 5 %", "Expected return")
    plot_bars(weights, "He and Litterman: Germany beats Europe by 5 %", "Weight")
    mu, best = idzorek.with_views()
    returns = pd.DataFrame({"implied by the market": idzorek.equilibrium(), "with views": mu}, idzorek.ASSETS)
    weights = pd.DataFrame({"market": idzorek.WEIGHT, "with views": best}, idzorek.ASSETS)
    plot_bars(returns, "Idzorek: three views", "Expected return")
    plot_bars(weights, "Idzorek: three views", "Weight")
    return write_table(cells, out / "tables.csv"), write_figure(figure, out / "black_litterman.png")


STUDY = BlackLittermanStudy(
    name="black-litterman",
    title="The intuition behind Black-Litterman model portfolios",
    source="He and Litterman, 1999, and Idzorek, 2005",
)
