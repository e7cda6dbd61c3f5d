"""Back-tests to report on, and the pieces of a page."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import sitpy


class Page(HTMLParser):
    """Text of cells, headings and captions, and every attribute, in their order; opened and closed tags must match."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.rows: list[list[str]] = []
        self.texts: dict[str, list[str]] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.feed(source)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        else:
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in reversed(self.open):
            if tag in ("td", "th"):
                self.rows[-1][-1] += data
                return
            if tag in self.texts:
                self.texts[tag][-1] += data
                return

    def row(self, label: str, number: int = 0) -> list[str]:
        """The cells of the row of that label, of the first table that has one, or of a later one."""
        return [row[1:] for row in self.rows if row and row[0] == label][number]


@pytest.fixture(autouse=True)
def no_figures() -> None:
    """A page needs no figures of pyplot, and leaves none."""
    plt.close("all")


@pytest.fixture(scope="session")
def data() -> sitpy.BacktestData:
    moves = np.random.default_rng(2).normal(0.0005, 0.01, (600, 3))
    days = pd.bdate_range("2018-05-01", periods=600)
    return sitpy.bt_prep(pd.DataFrame(np.cumprod(1 + moves, axis=0), index=days, columns=["A", "B & <c>", "$x$"]))


@pytest.fixture(scope="session")
def models(data: sitpy.BacktestData) -> dict[str, sitpy.BacktestModel]:
    """One with costs and trades, one with shares over fewer dates, whose name is nothing but trouble."""
    weight = np.repeat(np.eye(3), 200, axis=0)
    first = sitpy.bt_run(data, weight=weight, commission=0.01)
    second = sitpy.bt_run_share(data, weight=np.where(np.arange(600) == 300, 1 / 3, np.nan)[:, None] * np.ones(3))
    return {"First": first, '_<b>"S&P" $x$ 100$</b>': sitpy.bt_trim(second)[0]}


@pytest.fixture(scope="session")
def written(
    models: dict[str, sitpy.BacktestModel], data: sitpy.BacktestData, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    series = {
        "Beta, <24> months": pd.DataFrame({"First": models["First"].ret.rolling(50).std()}),
        "Exposure": pd.DataFrame({"gross": models["First"].weight.sum(axis=1), "net": 0.5}),
    }
    return sitpy.report(
        models,
        tmp_path_factory.mktemp("page") / "report.html",
        title="Two <i>strategies</i>",
        date="2021-02-03",
        notes=["First note.", "R&D <script>alert(1)</script>"],
        data=data,
        series=series,
    )


@pytest.fixture(scope="session")
def page(written: Path) -> Page:
    return Page(written.read_text(encoding="utf-8"))
