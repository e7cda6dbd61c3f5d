"""The adapter on zipline: open orders count, what cannot trade stays, shares are whole, errors reach the algorithm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from algorithm_runs import constant_closes, needs_zipline, run_text, sessions

import sitpy.optimize as opt

DAYS = sessions("2019-01-14", "2019-01-25")  # nine sessions, Monday 21 is a holiday


# --------------------------------------------------------------------------------------------- where none is running


def test_no_algorithm_has_no_weights_and_takes_no_orders() -> None:
    assert opt.current_weights() == {}
    with pytest.raises(opt.NoAlgorithmError, match=r"no algorithm is running, .*calculate_optimal_portfolio") as caught:
        opt.order_optimal_portfolio(opt.TargetWeights({"A": 0.5}), [])
    assert isinstance(caught.value, RuntimeError)


def test_the_module_is_imported_and_used_without_zipline() -> None:
    """None in sys.modules is how Python itself is told that there is no such module."""
    code = (
        "import sys, importlib.util\n"
        "sys.modules['zipline'] = None\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'zipline' else find(name)\n"
        "import sitpy.optimize as opt\n"
        "print(opt.calculate_optimal_portfolio(opt.TargetWeights({'A': 0.5}), []).to_dict())\n"
        "for call in (lambda: opt.order_optimal_portfolio(opt.TargetWeights({}), []),\n"
        "             lambda: opt.run_algorithm_file(sys.argv[1], 'prices.csv')):\n"
        "    try:\n"
        "        call()\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, __file__], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    weights, order, run = done.stdout.splitlines()
    assert weights == "{'A': 0.5}"
    assert order.startswith("NoAlgorithmError") and order.endswith('pip install "sitpy[zipline]"')
    assert run.startswith("InputError running an algorithm needs zipline") and 'pip install "sitpy[zipline]"' in run


# -------------------------------------------------------------------------------------------------- open orders

TWICE = """
    import sitpy.optimize as opt

    def initialize(context):
        at_no_cost()
        schedule_function(trade, date_rules.every_day(), time_rules.market_open())

    def trade(context, data):
        aim = opt.TargetWeights({symbol("A"): 0.5, symbol("B"): -0.25})
        first = order_optimal_portfolio(aim, [])
        between = opt.current_weights()
        second = order_optimal_portfolio(aim, [])
        kept = opt.calculate_optimal_portfolio(opt.TargetWeights({}), [opt.Frozen(symbol("A"))])
        record(first=len(first), second=len(second), a=between[symbol("A")], b=between[symbol("B")], kept=kept[symbol("A")])
        if len(first):
            log.info("%s", sorted(asset.symbol for asset in first.index))
            record(known=all(get_order(name).amount for name in first))
"""


@needs_zipline
def test_two_orders_before_a_fill_do_not_double(tmp_path: Path) -> None:
    run = run_text(tmp_path, TWICE, constant_closes(DAYS, A=100.0, B=40.0))
    # 0.5 * 1,000,000 / 100 and -0.25 * 1,000,000 / 40 shares, ordered once
    assert run.orders["amount"].tolist() == [5000, -6250]
    assert run.orders["symbol"].tolist() == ["A", "B"]
    assert run.recorded["first"].tolist() == [2] + [0] * 8 and not run.recorded["second"].any()
    assert run.log == ("2019-01-14 16:00 INFO ['A', 'B']",)
    assert run.recorded["known"].all()
    # ordered, not filled: the weights are there already, and they are what an optimization starts from
    np.testing.assert_allclose(run.recorded[["a", "b", "kept"]].iloc[0], [0.5, -0.25, 0.5], atol=1e-12)
    assert run.weights.iloc[0].abs().sum() == 0
    np.testing.assert_allclose(run.weights.iloc[1:], np.tile([0.5, -0.25], (8, 1)), atol=1e-12)


@needs_zipline
def test_what_is_filled_in_part_counts_as_held_and_as_coming(tmp_path: Path) -> None:
    prices = constant_closes(DAYS, A=100.0, B=40.0)
    # zipline fills at most a tenth of the volume: 1,000 of the 5,000 shares each session
    text = TWICE.replace(
        "at_no_cost()", "at_no_cost(); set_slippage(slippage.FixedBasisPointsSlippage(0, volume_limit=0.1))"
    )
    run = run_text(tmp_path, text, prices, volumes=0 * prices + 10_000)
    assert run.orders["amount"].tolist() == [5000, -6250]
    assert run.orders["filled"].tolist() == [5000, -6250] and run.orders["status"].tolist() == ["filled", "filled"]
    shares = run.weights["A"] * run.equity / 100.0
    np.testing.assert_allclose(shares.iloc[:6], [0, 1000, 2000, 3000, 4000, 5000], rtol=1e-9)


# ---------------------------------------------------------------------------------------------- what cannot trade

RESTRICTED = """
    import quantopian.optimize as opt

    def initialize(context):
        at_no_cost()
        context.a, context.b, context.c = symbols("A", "B", "C")
        stop = pd.Timestamp("2019-01-17")
        set_asset_restrictions(HistoricalRestrictions(
            [Restriction(context.a, stop, RESTRICTION_STATES.FROZEN),
             Restriction(context.c, pd.Timestamp("2019-01-02"), RESTRICTION_STATES.FROZEN)]))
        schedule_function(trade, date_rules.every_day(), time_rules.market_open())

    def trade(context, data):
        if get_datetime() < pd.Timestamp("2019-01-17", tz="UTC"):
            aim = opt.TargetWeights({context.a: 0.25, context.b: 0.25, context.c: 0.25})
        else:
            aim = opt.MaximizeAlpha({context.b: 1.0, context.c: 2.0})
        order_optimal_portfolio(aim, [opt.MaxGrossExposure(1.0)])

    import pandas as pd
"""


@needs_zipline
def test_what_cannot_trade_keeps_its_position_or_stays_out(tmp_path: Path) -> None:
    run = run_text(tmp_path, RESTRICTED, constant_closes(DAYS, A=100.0, B=50.0, C=25.0))
    assert set(run.orders["symbol"]) == {"A", "B"}, "C cannot be bought at all"
    assert run.orders.loc[run.orders["symbol"] == "A", "amount"].tolist() == [2500], "A can no longer be sold"
    # the best alpha is out of reach, and what A holds is taken from the limit: three quarters are left for B
    assert run.orders.loc[run.orders["symbol"] == "B", "amount"].tolist() == [5000, 10_000]
    np.testing.assert_allclose(run.weights.iloc[-1], [0.25, 0.75, 0], atol=1e-12)


@needs_zipline
def test_an_asset_that_ends_is_closed_by_zipline_and_no_longer_ordered(tmp_path: Path) -> None:
    prices = constant_closes(DAYS, A=100.0, B=50.0)
    prices.loc["2019-01-18":, "B"] = np.nan  # its last close is that of the 17th
    text = """
    from quantopian.optimize import TargetWeights

    def initialize(context):
        at_no_cost()
        context.aim = TargetWeights({symbol("A"): 0.5, symbol("B"): 0.5})
        schedule_function(trade, date_rules.every_day(), time_rules.market_open())

    def trade(context, data):
        order_optimal_portfolio(context.aim, [])
    """
    run = run_text(tmp_path, text, prices)
    assert run.orders["placed"].max() == pd.Timestamp("2019-01-14") and len(run.orders) == 2
    np.testing.assert_allclose(run.weights.loc["2019-01-17"], [0.5, 0.5], atol=1e-12)
    np.testing.assert_allclose(run.weights.iloc[-1], [0.5, 0.0], atol=1e-12)
    assert run.equity.iloc[-1] == pytest.approx(1_000_000)


# --------------------------------------------------------------------------------------------------- whole shares


@needs_zipline
def test_shares_are_whole_and_cut_toward_zero(tmp_path: Path) -> None:
    text = """
    import quantopian.optimize as opt

    def initialize(context):
        at_no_cost()
        weights = dict(zip(symbols("A", "B", "C"), (0.1, -0.1, 0.1)))
        schedule_function(lambda context, data: order_optimal_portfolio(opt.TargetWeights(weights), []))
    """
    # 0.1 * 1,000,000 / price: 299.9985, -299.9985 and 29.999994, of which only the last is within 1e-4 of a whole number
    run = run_text(tmp_path, text, constant_closes(DAYS[:3], A=333.335, B=333.335, C=3333.334))
    assert run.orders["amount"].tolist() == [299, -299, 30]


# ---------------------------------------------------------------------------------------------------------- errors


@needs_zipline
def test_an_error_reaches_the_algorithm_and_nothing_is_ordered(tmp_path: Path) -> None:
    text = """
    import quantopian.optimize as opt

    def initialize(context):
        schedule_function(trade)

    def trade(context, data):
        a = symbol("A")
        try:
            order_optimal_portfolio(opt.TargetWeights({a: 0.5}), [opt.FixedWeight(a, 1.0), opt.LongOnly(a), opt.CannotHold(a)])
        except opt.InfeasibleConstraints as error:
            record(conflict=len(error.diagnostics.conflict), orders=len(get_open_orders()))
        try:
            order_optimal_portfolio(opt.MaximizeAlpha({a: 0.5}), iter([]))
        except opt.UnboundedObjective:
            record(unbounded=1)
    """
    run = run_text(tmp_path, text, constant_closes(DAYS[:2], A=100.0))
    assert run.recorded.to_dict("list") == {"conflict": [2, 2], "orders": [0, 0], "unbounded": [1, 1]}
    assert run.orders.empty and list(run.orders) == [
        "placed",
        "symbol",
        "amount",
        "filled",
        "price",
        "commission",
        "status",
        "changed",
    ]


@needs_zipline
@pytest.mark.parametrize(
    ("where", "call", "words"),
    [
        (
            "trade",
            "order_optimal_portfolio(opt.TargetWeights({'A': 0.5}), [])",
            r"WrongTypeError: 'A' cannot be ordered",
        ),
        ("trade", "order_optimal_portfolio(0.5, [])", r"WrongTypeError: objective is 0\.5"),
        ("trade", "order_optimal_portfolio(opt.TargetWeights({}), 3)", r"WrongTypeError: constraints is 3"),
        ("initialize", "order_optimal_portfolio(opt.TargetWeights({}), [])", r"NoAlgorithmError: .* in initialize"),
        (
            "before_trading_start",
            "order_optimal_portfolio(opt.TargetWeights({symbol('A'): 0.5}), [])",
            r"OrderInBeforeTradingStart",
        ),
    ],
)
def test_wrong_calls_are_named_with_their_line(tmp_path: Path, where: str, call: str, words: str) -> None:
    calls = dict.fromkeys(("initialize", "before_trading_start", "trade"), "pass") | {where: call}
    text = f"""
    import quantopian.optimize as opt
    def initialize(context):
        schedule_function(trade)
        {calls["initialize"]}
    def before_trading_start(context, data):
        {calls["before_trading_start"]}
    def trade(context, data):
        {calls["trade"]}
    """
    line = {"initialize": 5, "before_trading_start": 7, "trade": 9}[where]
    with pytest.raises(opt.AlgorithmError, match=rf"algorithm\.py, line {line}, in {where}: {words}") as caught:
        run_text(tmp_path, text, constant_closes(DAYS[:2], A=100.0))
    assert caught.value.line == line and caught.value.__cause__ is not None


@needs_zipline
def test_a_portfolio_without_value_has_no_weights(tmp_path: Path) -> None:
    prices = constant_closes(DAYS[:4], A=100.0)
    prices.iloc[2:] = 10.0  # three times long loses 270 %
    text = """
    import quantopian.optimize as opt

    def initialize(context):
        schedule_function(lambda context, data: order_optimal_portfolio(opt.TargetWeights({symbol("A"): 3.0}), []))
    """
    with pytest.raises(opt.AlgorithmError, match=r"BankruptError: the portfolio is worth -1,7.*MaxGrossExposure"):
        run_text(tmp_path, text, prices)


@needs_zipline
def test_the_universe_of_the_early_version_is_ignored(tmp_path: Path) -> None:
    text = """
    import quantopian.experimental.optimize as opt

    def initialize(context):
        at_no_cost()
        schedule_function(trade)

    def trade(context, data):
        a = symbol("A")
        order_optimal_portfolio(opt.TargetPortfolioWeights({a: 0.5}), [opt.MaxGrossLeverage(1.0)], universe=[a])
    """
    with pytest.warns(DeprecationWarning) as caught:
        run = run_text(tmp_path, text, constant_closes(DAYS[:3], A=100.0))
    found = {str(warning.message): Path(warning.filename).name for warning in caught}
    for words in ("order_optimal_portfolio ignores universe", "TargetPortfolioWeights is", "MaxGrossLeverage is"):
        (name,) = [name for message, name in found.items() if message.startswith(words)]
        assert name == "algorithm.py", "the warning points at the algorithm's own line"
    assert run.orders["amount"].tolist() == [5000]
