# ruff: noqa: F821
"""An algorithm as the first version of the API had it: names that nobody imports, one pair, two leverages in turn."""

import quantopian.experimental.optimize as opt
from quantopian.pipeline import Pipeline  # noqa: F401


def initialize(context):
    context.long, context.short = symbols("AAPL", "IBM")
    schedule_function(once, date_rules.week_start(), time_rules.market_open())
    schedule_function(twice, date_rules.week_start(days_offset=2), time_rules.market_open())
    schedule_function(note, date_rules.every_day(), time_rules.market_close())


def once(context, data):
    trade(context, 1.0)


def twice(context, data):
    trade(context, 2.0)


def trade(context, gross):
    alphas = {context.long: 1.0, context.short: -0.5}
    limits = [opt.MaxGrossExposure(gross), opt.DollarNeutral(0.1)]
    ids = order_optimal_portfolio(opt.MaximizeAlpha(alphas), constraints=limits)
    log.info("%d orders for gross %s", len(ids), gross)


def note(context, data):
    portfolio = context.portfolio
    record(lev=context.account.leverage, exp=portfolio.positions_value / portfolio.portfolio_value)
