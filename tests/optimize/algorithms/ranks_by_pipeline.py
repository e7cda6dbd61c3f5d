"""An algorithm as the contest had it: modules under one name, ranks from a pipeline, limits of positions and a group."""

import pandas as pd
import quantopian.algorithm as algo
import quantopian.optimize as opt
from quantopian.pipeline import Pipeline
from quantopian.pipeline.data.builtin import USEquityPricing
from quantopian.pipeline.factors import SimpleMovingAverage

WINDOW = 5
NUMBER = 0.3


def initialize(context):
    mean = SimpleMovingAverage(inputs=[USEquityPricing.close], window_length=WINDOW)
    algo.attach_pipeline(Pipeline({"mean": mean, "last": USEquityPricing.close.latest}), "prices")
    algo.schedule_function(rebalance, algo.date_rules.every_day(), algo.time_rules.market_open())


def before_trading_start(context, data):
    prices = algo.pipeline_output("prices").dropna()
    context.alpha = (prices["mean"] / prices["last"] - 1).rank() - (len(prices) + 1) / 2
    first = prices.iloc[0]
    algo.record(mean=first["mean"], last=first["last"])


def rebalance(context, data):
    groups = pd.Series("all", index=context.alpha.index)
    algo.order_optimal_portfolio(
        objective=opt.MaximizeAlpha(context.alpha),
        constraints=[
            opt.MaxGrossExposure(1.0),
            opt.DollarNeutral(),
            opt.PositionConcentration.with_equal_bounds(min=-NUMBER, max=NUMBER),
            opt.NetGroupExposure.with_equal_bounds(labels=groups, min=-0.1, max=0.1),
        ],
    )
