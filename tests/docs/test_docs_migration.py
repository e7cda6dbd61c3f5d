"""The migration guide: its Python is what the translator makes, its numbers are R's, its tables say what R and Python say.

`test_docs_pages` holds the page to what its pieces print. Here the pieces run once, and their variables are compared with R's
stored figures and with figures that are found another way.
"""

from __future__ import annotations

import ast
import importlib.util
import itertools
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

import sitpy
import sitpy.r as r
from sitpy.names import HELPERS, R_NAMES
from sitpy.reference import read_reference, reference_ia
from sitpy.translate import like_r, translate

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "migration.md").read_text(encoding="utf-8")
RSCRIPT = shutil.which("Rscript")


def builder() -> ModuleType:
    """docs/build_pages.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("build_pages", DOCS / "build_pages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = builder()
PAIRS = [(pair["r"], pair["python"]) for pair in BUILD.PAIR.finditer(PAGE)]
TITLES = re.findall(r"^### \d+\. (.*)$", PAGE, re.MULTILINE)


def variables(title: str) -> dict[str, Any]:
    """What a piece leaves behind."""
    import matplotlib.pyplot as plt

    found: dict[str, Any] = {}
    try:
        exec(PAIRS[TITLES.index(title)][1], found)
    finally:
        plt.close("all")
    return found


# ---------------------------------------------------------------------------------------------------- snippets


def test_there_are_as_many_snippets_as_the_page_says() -> None:
    assert len(PAIRS) == len(TITLES) == 13 and "## Thirteen snippets" in PAGE


@pytest.mark.parametrize(("source", "python"), PAIRS, ids=TITLES)
def test_the_python_of_a_snippet_is_what_translate_makes(source: str, python: str) -> None:
    made = translate(source, prices="prices.csv")
    assert made.complete, made.todos
    docstring, _, code = made.code.partition('"""\n\n')
    assert docstring.startswith('"""script.R, translated from R.') and code == python


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    monkeypatch.chdir(tmp_path)
    table = sitpy.data.mag7_simulated_prices()
    table.to_csv("prices.csv")
    return table


def test_the_opening_gives_the_monthly_returns(prices: pd.DataFrame) -> None:
    found = variables("The opening")
    months = prices[["AAPL", "MSFT", "NVDA"]].loc["2022":"2023"]
    returns = months.groupby(months.index.to_period("M")).tail(1).pct_change().iloc[1:]
    np.testing.assert_allclose(found["ia"].hist_returns, returns, rtol=1e-12)
    np.testing.assert_allclose(found["ia"].risk, returns.std() * 12**0.5, rtol=1e-12)


def test_inputs_by_hand_have_the_covariance_of_the_returns(capsys: pytest.CaptureFixture[str]) -> None:
    found = variables("Input assumptions field by field")
    covariance = found["hist_returns"].cov()
    np.testing.assert_allclose(found["ia"].cov, covariance, rtol=1e-12)
    # the two that share it alone are the best three: a little gold would add risk at the margin
    two = covariance.iloc[:2, :2]
    least = np.linalg.solve(two, [1, 1]) / np.linalg.solve(two, [1, 1]).sum()
    assert (covariance.iloc[2, :2] @ least) > two.iloc[0] @ least
    assert capsys.readouterr().out == f"{np.round(np.append(least, 0.0), 4)}\n"


def test_group_limits_give_the_linear_optimum() -> None:
    found = variables("Constraints")
    ia = found["ia"]
    stocks, gold = np.arange(9) < 5, np.array(ia.symbols) == "Gold"
    best = linprog(
        -ia.expected_return,
        A_ub=[stocks, -gold.astype(float)],
        b_ub=[0.4, -0.05],
        A_eq=[np.ones(9)],
        b_eq=[1],
        bounds=(0, 0.8),
    )
    assert ia.expected_return @ found["x"].to_numpy() == pytest.approx(-best.fun, abs=1e-10)


@pytest.mark.parametrize(
    ("title", "name"),
    [("130/30 by auxiliary variables", "A_02b_130_30_vi_Risk"), ("Long and short apart", "A_02c_130_30_split_MAD")],
)
def test_frontiers_are_those_of_r(title: str, name: str) -> None:
    """R's figures of the published post on data set A: risk or mean absolute deviation at all 50 points."""
    found = variables(title)
    compared = sitpy.compare(found["ef"], name)
    assert set(compared.points.verdict) <= {"equal", "reference not optimal"}
    assert len(compared.points) == 50 and (compared.points.verdict == "equal").sum() > 40


def test_the_three_assets_are_the_best_three() -> None:
    found = variables("Exactly three assets")
    ia = found["ia"]
    risks = {}
    for three in itertools.combinations(range(9), 3):
        chosen = sitpy.create_ia_subset(ia, list(three))
        x = sitpy.min_risk_portfolio(chosen, sitpy.create_basic_constraints(3, 0, 0.6, 1))
        risks[three] = sitpy.portfolio_risk(x, chosen)[0]
    best = min(risks, key=lambda three: risks[three])
    assert tuple(np.flatnonzero(found["x"] > 0.001)) == best
    assert sitpy.portfolio_risk(found["x"], ia)[0] == pytest.approx(risks[best], rel=1e-7)


def test_single_portfolios_are_those_of_r() -> None:
    """R's weights on the same data under the same constraints; 1e-6 is what its solvers leave open."""
    weights = variables("Single portfolios")["weights"]
    stored = read_reference("A_05_single_portfolios")["outputs"]
    ia = reference_ia("A")
    for measure in ("risk", "mad", "maxloss"):
        theirs = np.array(stored[f"min.{measure}"]["weight"], dtype=float).ravel()
        value = getattr(sitpy, f"portfolio_{measure}")
        assert value(weights[measure], ia)[0] == pytest.approx(value(theirs, ia)[0], rel=1e-6)
    np.testing.assert_allclose(weights["equal"], np.full(9, 1 / 9))
    shares = weights["erc"] * (ia.cov @ weights["erc"])
    np.testing.assert_allclose(shares / shares.sum(), np.full(9, 1 / 9), atol=1e-8)


def test_functions_in_a_list_give_the_measures(capsys: pytest.CaptureFixture[str]) -> None:
    found = variables("Measures, and functions in a list")
    ef, ia = found["ef"], found["ia"]
    best = int(np.argmax(ef.return_ / ef.risk))
    np.testing.assert_allclose(found["w"], ef.weight[best])
    assert f"risk {np.sqrt(ef.weight[best] @ ia.cov @ ef.weight[best]):.4f}\n" in capsys.readouterr().out
    np.testing.assert_allclose(found["largest"], ef.weight.max(axis=1))


def test_the_rolling_loop_knows_only_the_past() -> None:
    found = variables("A rolling loop")
    returns, earned = found["returns"], []
    for t in range(15, 27):
        past = pd.DataFrame(returns[t - 15 : t])
        ia = sitpy.InputAssumptions(expected_return=past.mean(), cov=past.cov())
        earned.append(sitpy.min_risk_portfolio(ia, sitpy.create_basic_constraints(9, 0, 0.5, 1)) @ returns[t])
    np.testing.assert_allclose(found["earned"], earned, rtol=1e-6)


def test_the_back_tests_hold_what_they_should(prices: pd.DataFrame) -> None:
    models = variables("A back-test")["models"]
    held = prices[["AAPL", "MSFT", "NVDA"]].loc["2022":"2023"]
    bought = (held / held.iloc[0]).mean(axis=1)
    np.testing.assert_allclose(np.ravel(models.hold.equity), bought, rtol=1e-10)
    assert np.ravel(models.timing.equity)[:50] == pytest.approx(np.ones(50))


# ------------------------------------------------------------------------------------------------------- tables

ROW = re.compile(r"^\| `(.+?)` \| (.+?) \| `(.+?)` \| (.+?) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE)


def words(value: Any) -> str:
    """Values one after the other, a matrix column by column."""
    entries = np.asarray(value, dtype=object if isinstance(value, str) else None).ravel(order="F")
    return " ".join(map(word, entries)) or "nothing"


def word(entry: Any) -> str:
    if isinstance(entry, (bool, np.bool_)):
        return "TRUE" if entry else "FALSE"
    if isinstance(entry, str):
        return entry
    return "NA" if np.isnan(entry) else f"{float(entry):.10g}"


def test_the_tables_are_all_read() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(ROWS) > 50
    assert len(lines) == len(ROWS) + len(NAMES)


@pytest.mark.parametrize(("python", "stated"), [row[2:] for row in ROWS])
def test_python_gives_what_the_table_says(python: str, stated: str) -> None:
    tree = ast.parse(python)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {"np": np, "pd": pd, "r": r, "like_r": like_r}

    def value() -> Any:
        exec(compile(tree, "row", "exec"), names)
        return eval(compile(ast.Expression(last.value), "row", "eval"), names)

    if stated.endswith("Error"):
        with pytest.raises(Exception) as error:
            value()
        assert type(error.value).__name__ == stated
    else:
        assert words(value()) == stated


WORDS_IN_R = r"""
.word <- function(x) {
  if (is.null(x)) return('NULL')
  if (is.logical(x)) s <- ifelse(is.na(x), 'NA', ifelse(x, 'TRUE', 'FALSE'))
  else if (is.character(x)) s <- x
  else s <- ifelse(is.na(x), 'NA', ifelse(is.infinite(x), 'Inf', formatC(as.numeric(x), digits = 10, format = 'g', width = 1)))
  if (length(s)) paste(s, collapse = ' ') else 'nothing'
}
"""


@pytest.mark.skipif(RSCRIPT is None, reason="R's Rscript is not installed")
def test_r_gives_what_the_tables_say() -> None:
    asked = "\n".join(f"cat(.word({{ {row[0]} }}), '\\n', sep = '')" for row in ROWS)
    done = subprocess.run(
        [str(RSCRIPT), "--vanilla", "-"], input=WORDS_IN_R + asked, capture_output=True, text=True, check=True
    )
    assert dict(zip([row[0] for row in ROWS], done.stdout.splitlines())) == {row[0]: row[1] for row in ROWS}


NAMES = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("theirs", "ours"), NAMES)
def test_names_are_there(theirs: str, ours: str) -> None:
    known = {name for names in R_NAMES.values() for name in names}
    listed = re.findall(r"`([^`]+)`", theirs)
    functions = [name for name in listed if "$" not in name]
    assert set(functions) <= known
    if set(functions) <= set(R_NAMES[HELPERS]) - {"layout"} and functions:
        assert all(hasattr(r, name.replace(".", "_")) for name in functions)
        return
    python = re.findall(r"`([^`]+)`", ours)
    assert [name.replace(".", "_").replace("ef$return", "ef$return_").replace("$", ".") for name in listed] == python
    assert all(hasattr(sitpy, name) for name in python if "." not in name)
    records = {"constraints": sitpy.new_constraints(2), "ia": sitpy.aa_test_create_ia_rebal()}
    for record, name in (part.split(".") for part in python if "." in part):
        assert hasattr(records.get(record, sitpy.Frontier), name) or record == "ef"
