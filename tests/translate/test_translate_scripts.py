"""Whole scripts: the published post, the opening that public scripts share, what is left to do, what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from reading import run

import sitpy
from sitpy.studies.frontiers import trace
from sitpy.studies.hundred_thirty import STUDY
from sitpy.translate import translate

POST = Path(__file__).parents[3] / "shared" / "scripts-r" / "130-30.R"


@pytest.fixture(scope="module")
def post() -> str:
    if not POST.is_file():
        pytest.skip("the published post is not at hand")
    return POST.read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------- the published post


def test_the_post_becomes_python_as_a_person_writes_it(post: str) -> None:
    made = translate(post, name="130-30.R")
    assert made.complete
    for line in (
        "ia = aa_test_create_ia()",
        "n = ia.n",
        'constraints = new_constraints(np.eye(n), np.full(n, -0.5), type=">=")',
        'constraints = add_constraints(np.eye(n), np.full(n, 0.8), "<=", constraints)',
        'constraints = add_constraints(np.ones(n), 1, "=", constraints)',
        'ef_mad = portopt(ia, constraints, 50, "MAD", min_mad_portfolio)',
        "layout(2, 2)",
        "plot_ef(ia, [ef_risk, ef_mad], portfolio_risk, False)",
        "plot_transitopn_map(ef_risk)",
        "constraints.A = np.vstack([constraints.A, np.zeros((n, constraints.A.shape[1]))])",
        "ef_risk.weight = ef_risk.weight[:, :n]",
        "ef_risk.weight = ef_risk.weight[:, :n] - ef_risk.weight[:, n : 2 * n]",
        "constraints.binary_index = np.arange(2 * n, 3 * n)",
        "# adjust prior constraints, add v.i",
    ):
        assert f"\n{line}\n" in made.code
    assert "source(" not in made.code and "setInternet2(" not in made.code
    assert "R line 3: source is left out" in made.notes[1]


def test_the_post_runs_and_its_frontiers_are_those_of_the_study(post: str, monkeypatch: pytest.MonkeyPatch) -> None:
    points, made = 5, translate(post.replace(", 50,", ", 5,"))
    traced: list[sitpy.Frontier] = []
    plain = sitpy.portopt

    def portopt(*arguments: Any, **options: Any) -> sitpy.Frontier:
        traced.append(plain(*arguments, **options))
        return traced[-1]

    monkeypatch.setattr(sitpy, "portopt", portopt)
    ia = run(made.code)["ia"]
    constructions = {construction.key: construction for construction in STUDY.constructions}
    order = ("1_unlimited_leverage", "2_130-30_absolute", "3_130-30_split", "5_200-100_binary")
    problems = [(constructions[key], measure) for key in order for measure in ("Risk", "MAD")]
    assert len(traced) == len(problems)
    for found, (construction, measure) in zip(traced, problems):
        expected = trace(*construction.build(ia), points, measure)
        # the same problem with its bounds as rows: other pivots, so the last digits differ
        np.testing.assert_allclose(found.objective, expected.objective, rtol=1e-6, err_msg=construction.key)
        np.testing.assert_allclose(found.return_, expected.return_, rtol=1e-6, err_msg=construction.key)
        assert found.weight.shape == expected.weight[:, : ia.n].shape
        if measure == "Risk":  # whose weights are unique; 1e-4 is what 1e-6 of the flat objective leaves open
            np.testing.assert_allclose(found.weight, expected.weight[:, : ia.n], atol=1e-4, err_msg=construction.key)


# --------------------------------------------------------------------------------------- the opening that scripts share

OPENING = """\
con = gzcon(url('http://www.systematicportfolio.com/sit.gz', 'rb'))
source(con)
close(con)
load.packages('quantmod,quadprog')
symbols = spl('AAPL,QQQ,TSLA')
getSymbols(symbols, from = '1980-01-01', auto.assign = TRUE)
# align dates, month ends
hist.prices = merge(AAPL, QQQ, TSLA)
month.ends = endpoints(hist.prices, 'months')
hist.prices = Cl(hist.prices)[month.ends, ]
colnames(hist.prices) = symbols
hist.prices = na.omit(hist.prices['2022::2023'])
hist.returns = na.omit(ROC(hist.prices, type = 'discrete'))
ia = create.historical.ia(hist.returns, 12)
own = list()
own$n = len(symbols)
own$symbols = symbols
own$hist.returns = hist.returns
own$expected.return = apply(hist.returns, 2, mean, na.rm = T)
own$risk = apply(hist.returns, 2, sd, na.rm = T)
own$correlation = cor(hist.returns, use = 'complete.obs', method = 'pearson')
own$cov = own$correlation * (own$risk %*% t(own$risk))
weights = equal.weight.portfolio(own, create.basic.constraints(own$n))
"""


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prices") / "prices.csv"
    sitpy.data.mag7_simulated_prices().to_csv(path)
    return path


def test_the_opening_becomes_pandas_over_one_table_of_prices(prices: Path) -> None:
    made = translate(OPENING, prices=prices)
    assert made.complete
    assert f'prices = pd.read_csv("{prices}", index_col=0, parse_dates=True)' in made.code
    found = run(made.code)
    table = sitpy.data.mag7_simulated_prices()[["AAPL", "QQQ", "TSLA"]]
    monthly = table.groupby(table.index.to_period("M")).tail(1).loc["2022":"2023"]
    expected = sitpy.create_historical_ia(monthly.pct_change().iloc[1:], 12)
    np.testing.assert_allclose(found["ia"].cov, expected.cov, rtol=1e-12)
    np.testing.assert_allclose(found["own"].cov, monthly.pct_change().cov(), rtol=1e-12)
    assert found["own"].symbols == ["AAPL", "QQQ", "TSLA"]
    np.testing.assert_allclose(found["weights"], np.full(3, 1 / 3))


def test_without_a_table_the_prices_are_downloaded() -> None:
    code = translate(OPENING).code
    assert "from sitpy.data.online import yahoo_prices" in code
    assert 'prices = yahoo_prices(symbols, "1980-01-01")' in code


def test_a_back_test_runs_over_the_table(prices: Path) -> None:
    source = """
        load.packages('quantmod')
        tickers = spl('AAPL,MSFT')
        data <- new.env()
        getSymbols(tickers, src = 'yahoo', from = '1970-01-01', env = data, auto.assign = T)
        for (i in ls(data)) data[[i]] = adjustOHLC(data[[i]], use.Adjusted = T)
        bt.prep(data, align = 'remove.na', dates = '2022::2023')
        prices = data$prices
        models = list()
        data$weight[] = NA
        data$weight[] = 1 / ncol(prices)
        models$equal = bt.run(data)
        equity = models$equal$equity
    """
    made = translate(source, prices=prices)
    assert made.complete, made.todos
    equity = run(made.code)["equity"]
    table = sitpy.data.mag7_simulated_prices()[["AAPL", "MSFT"]].loc["2022":"2023"]
    expected = (1 + table.pct_change().mean(axis=1).fillna(0)).cumprod()
    np.testing.assert_allclose(np.ravel(equity), expected, rtol=1e-10)


def test_samples_take_the_table_of_prices() -> None:
    code = translate("ia = aa.test.create.ia()\nb = aa.test.create.ia.country()", prices="p.csv").code
    assert "ia = aa_test_create_ia(prices)" in code
    assert "b = aa_test_create_ia_country(prices=prices)" in code


# --------------------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("layout(1:2)", "layout(2, 1)"),
        ("layout(matrix(1:6, nrow = 2))", "layout(2, 3)"),
        ("layout(matrix(1:4, 2, byrow = TRUE))", 'layout(2, 2, by="row")'),
        ("layout(matrix(c(1, 1, 2, 3), 2, byrow = TRUE))", "layout([[1, 1], [2, 3]])"),
        ("layout(matrix(1:2, nrow = 2), heights = c(3, 1))", "layout(2, 1, heights=[3, 1])"),
        ("par(mfrow = c(2, 3))", 'layout(2, 3, by="row")'),
        ("par(mfcol = c(2, 2), mar = c(1, 1, 1, 1))", "layout(2, 2)"),
        ("layout(1)", "layout(1, 1)"),
    ],
)
def test_pages_are_those_of_the_plots(source: str, expected: str) -> None:
    made = translate(source)
    assert made.complete and f"\n{expected}\n" in made.code


def test_what_is_drawn_between_png_and_dev_off_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "ia = aa.test.create.ia.rebal()\npng(filename = 'ia.png', width = 600)\nplot.ia(ia)\ndev.off()\n"
    monkeypatch.chdir(tmp_path)
    made = translate(source)
    run(made.code)
    assert (tmp_path / "ia.png").stat().st_size > 1000
    assert "plt.show()" not in made.code
    assert "png: the size is left" in made.notes[0]


# ----------------------------------------------------------------------------------------------- calls of the toolbox


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("portopt(ia, nportfolios = 5, constraints)", "portopt(ia, constraints, nportfolios=5)"),
        ("portopt(ia, constraints, nport = 5)", "portopt(ia, constraints, nportfolios=5)"),
        (
            "portopt(ia, constraints, 5, 'CVaR', min.cvar.portfolio)",
            'portopt(ia, constraints, 5, "CVaR", min_cvar_portfolio)',
        ),
        ("portopt(ia, constraints, equally.spaced.risk = T)", "portopt(ia, constraints, equally_spaced_risk=True)"),
        ("create.ia.subset(ia, c(1, 3))", "create_ia_subset(ia, [0, 2])"),
        ("create.ia.subset(ia, 2:4)", "create_ia_subset(ia, np.arange(1, 4))"),
        ("delete.constraints(2, constraints)", "delete_constraints(1, constraints)"),
        ("new.constraints(n, lb = 0, ub = NA)", "new_constraints(n, lb=0, ub=np.nan)"),
        ("new.constraints(rep(1, n), 1, type = '=')", 'new_constraints(np.ones(n), 1, type="=")'),
        ("to.percent(0.5)", "r.to_percent(0.5)"),
        ("min.var.portfolio(ia, constraints)", "min_var_portfolio(ia, constraints)"),
    ],
)
def test_calls_keep_their_names_and_get_a_legal_order(source: str, expected: str) -> None:
    head = "ia = aa.test.create.ia.rebal()\nn = ia$n\nconstraints = create.basic.constraints(n)\n"
    made = translate(f"{head}x = {source}")
    assert made.complete, made.todos
    assert f"\nx = {expected}\n" in made.code


# ------------------------------------------------------------------------------------------------------ left to do


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x = smooth.spline(1, 2)", "sitpy does not know smooth.spline"),
        ("x = y + 1", "nothing in the script assigns y"),
        ("x = 2i", "complex numbers"),
        ("y = z = 1\nx = y ~ z", "the operator ~"),
        ("x = sort(c('b', 'A'))", "locale"),
        ("f = function(x) { if (x) y[1] = 2 }\ny = c(1, 2)", "copy of the outer y"),
        ("x = portopt(1, foo = 2)", "portopt with the argument foo"),
        ("x = c(a = 1, 2)", "without a name follows one with a name"),
        ("x = tryCatch(1, error = function(e) 2)", "does not know tryCatch"),
        ("x = NULL\nx$a = 1", "x is NULL and becomes a list"),
        ("data(iris)", "does not know data"),
        ("x = matrix(1:4, 2, dimnames = list(1, 2))", "dimnames"),
        ("k = round(2.5)\nx = create.ia.subset(aa.test.create.ia.rebal(), k)", "counts from 0"),
    ],
)
def test_what_cannot_be_said_is_marked_with_its_line(source: str, reason: str) -> None:
    made = translate(f"# a script\n{source}\nlast = 1\n")
    assert len(made.todos) == 1 and not made.complete
    assert re.search(rf"R line \d+: .*({reason})", made.todos[0])
    assert f"# TODO({made.todos[0].split(': ')[0]})" in made.code
    assert "# Not translated:" in made.code and "last = 1" in made.code
    compile(made.code, "script.py", "exec")


def test_a_value_that_is_missing_ends_the_script_where_it_is_needed() -> None:
    with pytest.raises(NotImplementedError, match="R line 2: x = foo"):
        run(translate("a = 1\nx = foo(a)\n").code)
    assert run(translate("a = 1\npersp(a)\nb = a\n").code)["b"] == 1


def test_strict_refuses_what_is_not_complete() -> None:
    with pytest.raises(
        sitpy.InputError, match=r"1 statement\(s\) cannot be translated: R line 1: sitpy does not know foo"
    ):
        translate("x = foo()", strict=True)
    assert translate("x = 1", strict=True).complete


# --------------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("system('ls')", "system"),
        ("x = system2('ls', stdout = TRUE)", "system2"),
        ("shell('dir')", "shell"),
        ("unlink('a', recursive = TRUE)", "unlink"),
        ("base::unlink('a')", "unlink"),
        ("file.remove('a')", "file.remove"),
        ("f = function() { if (TRUE) file.rename('a', 'b') }", "file.rename"),
        ("writeLines('a', 'file.txt')", "writeLines"),
        ("writeLines(con = file('x'), text = 'a')", "writeLines"),
        ("cat('a', file = 'x.txt')", "cat"),
        ("eval(parse(text = 'x = 1'))", "eval"),
        ("download.file('http://a', 'b')", "download.file"),
        ("source('other.R')", "source"),
        ("sink('out.txt')", "sink"),
        ("save(x, file = 'x.RData')", "save"),
        ("saveRDS(1, 'x.rds')", "saveRDS"),
        ("write.csv(1, 'x.csv')", "write.csv"),
        ("setwd('/tmp')", "setwd"),
        ("install.packages('x')", "install.packages"),
        ("do.call('system', list('ls'))", "system"),
        ("sapply(c('a', 'b'), unlink)", "unlink"),
        ("g = file.remove", "file.remove"),
        ("x |> saveRDS('a')", "saveRDS"),
    ],
)
def test_a_script_that_reaches_out_is_refused_with_its_line(source: str, name: str) -> None:
    with pytest.raises(sitpy.InputError, match=rf"line 2: {name} .*take the line out"):
        translate(f"x = 1\n{source}\n")


def test_what_only_looks_like_it_is_not_refused() -> None:
    source = "save = 2\ny = save * 2\nsystem = function(x) x + 1\nz = system(1)\ncat('a', file = '')\nwriteLines('b', stdout())"
    made = translate(source)
    assert run(made.code)["z"] == 2


# -------------------------------------------------------------------------------------------- rules that bite


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("counter = 0\nbump = function() counter <<- counter + 1\nbump(); bump()", "counter", 2),
        ("x = c(1, 2, 3)\nn = 0\ny = x[1:n]", "y", [1.0]),
        ("x = c(5, 6)\nf = function(v) { v[1] = 0; v }\ny = f(x)\nz = x", "z", [5.0, 6.0]),
        ("x = list(a = c(1, 2))\ny = x\ny$a = 3\nz = x$a", "z", [1.0, 2.0]),
        ("m = matrix(1:4, 2)\ny = m + c(10, 20)", "y", [[11.0, 13.0], [22.0, 24.0]]),
        ("x = rep(c(1, 2), each = 2, times = 2)", "x", [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]),
        ("x = 2^(60:62)", "x", [2.0**60, 2.0**61, 2.0**62]),
        ("f = function(x, y) x %/% y\nz = f(c(7, 8, 9, 10), c(2, 3))", "z", [3.0, 2.0, 4.0, 3.0]),
        ("x = c(TRUE, TRUE) + c(TRUE, FALSE)", "x", [2.0, 1.0]),
        ("list = 3\nx = list * 2", "x", 6.0),
        ("x = sum(c(1, NA) > 0, na.rm = TRUE)", "x", 1.0),
    ],
)
def test_rules_of_r_that_bite(source: str, name: str, expected: Any) -> None:
    made = translate(source)
    assert made.complete, made.todos
    np.testing.assert_array_equal(np.asarray(run(made.code)[name], dtype=float), expected)


@pytest.mark.parametrize("source", [None, 5, b"x = 1", Path("x.R")])
def test_only_text_is_translated(source: Any) -> None:
    with pytest.raises(sitpy.InputError, match="give the text of an R script"):
        translate(source)


def test_an_empty_script_is_a_script() -> None:
    made = translate("")
    assert made.complete and run(made.code) is not None
    assert translate("# only words\n").code.endswith("# only words\n")


def test_translating_twice_gives_the_same() -> None:
    assert translate(OPENING, prices="p.csv") == translate(OPENING, prices="p.csv")


# ---------------------------------------------------------------------------------------------------- helpers


@pytest.mark.parametrize("x", [pd.Series([1.0, 2.0, 3.0], index=["a", "b", "c"]), np.array([1.0, 2.0, 3.0])])
def test_taking_and_putting_change_nothing_in_place(x: Any) -> None:
    from sitpy.translate import like_r

    before = x.copy()
    assert list(like_r.take(x, [3, 1])) == [3.0, 1.0]
    assert list(like_r.take(x, -2)) == [1.0, 3.0]
    assert list(like_r.put(x, 9, 2)) == [1.0, 9.0, 3.0]
    assert (x == before).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.take([1, 2], 5), "position 5 is asked for, but there are 2"),
        (lambda r: r.take([1, 2], [1, -1]), "do not go together"),
        (lambda r: r.take([1, 2], "a"), "there are no names"),
        (lambda r: r.take([1, 2], [1, None]), "a position is missing"),
        (lambda r: r.put([1, 2, 3], [1, 2], [1, 2, 3]), "2 values do not fill 3 places"),
        (lambda r: r.calc([1, 2, 3], "+", [1, 2]), "not repeated evenly"),
        (lambda r: r.calc(np.eye(2), "+", np.eye(3)), "matrices of"),
        (lambda r: r.true([True, False]), "the condition has 2 values"),
        (lambda r: r.true(float("nan")), "the condition is missing"),
        (lambda r: r.apply([1, 2], 1, sum), "apply takes a matrix"),
    ],
)
def test_the_helpers_say_what_cannot_be(call: Any, message: str) -> None:
    from sitpy.translate import like_r

    with pytest.raises(sitpy.InputError, match=message):
        call(like_r)
