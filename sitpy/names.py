"""The names of R's Systematic Investor Toolbox (SIT), by topic: what a user who comes from R looks for.

An R name becomes a Python name by turning every ``.`` into ``_`` and nothing else; a name with a word that Python keeps for
itself would be an exception, and there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from sitpy.errors import InputError

HELPERS = "small R helpers"
"""The topic whose names are in ``sitpy.r``; those of all others are importable from sitpy itself."""

_LISTED = {
    "constraints, inputs, frontiers, measures": """
        new.constraints add.constraints add.variables delete.constraints type.constraints
        create.basic.constraints merge.constraints min.portfolio optimize.portfolio add.constraint.maxloss
        portfolio.maxloss min.maxloss.portfolio add.constraint.mad portfolio.mad min.mad.portfolio
        add.constraint.cvar portfolio.cvar min.cvar.portfolio portfolio.var add.constraint.cdar portfolio.cdar
        min.cdar.portfolio portfolio.cdar.real compute.drawdowns min.avgcor.portfolio portfolio.avgcor
        min.cor.insteadof.cov.portfolio portfolio.avgcor.real add.constraint.mad.downside portfolio.mad.downside
        min.mad.downside.portfolio portfolio.risk.downside min.risk.downside.portfolio add.constraint.gini
        min.gini.portfolio portfolio.gini.coefficient lp.obj.portfolio max.return.portfolio portfolio.return
        portfolio.geometric.return max.geometric.return.portfolio portfolio.unrebalanced.return geom2aritm
        aritm2geom geom2aritm4 aritm2geom4 target.return.portfolio.helper target.return.portfolio
        target.risk.portfolio.helper target.risk.portfolio min.risk.portfolio portfolio.risk find.erc.portfolio
        find.erc.portfolio.simple portfolio.risk.contribution portopt plot.ia plot.ef plot.add.portfolios
        plot.transitopn.map plot.transition.map portfolio.turnover portfolio.concentration.herfindahl.index
        portfolio.concentration.gini.coefficient add.constraint.omega portfolio.omega max.omega.portfolio
        portopt.omega plot.omega aa.test.create.ia aa.test.create.ia.rebal aa.test.create.ia.country
        aa.test.create.ia.custom aa.test.ia.add.short aa.test.hist.capitalization portopt.resampled
    """,
    "solvers": """
        solve.LP.bounds solve.QP.bounds bbb_control lm.constraint tls ols find.maximum.distance.point
        binary_branch_bound solve.QP
    """,
    "Black-Litterman": """
        bl.compute.risk.aversion bl.compute.eqret bl.compute.posterior bl.compute.optimal
    """,
    "constructors, estimators, groups, rolling allocation": """
        strategy.performance.snapshoot create.ia update.ia create.ia.subset create.ia.period
        create.historical.ia ia.build.hist momentum.averaged create.ia.averaged static.weight.portfolio
        equal.weight.portfolio get.risky.asset.index set.risky.asset risk.parity.portfolio.basic
        risk.parity.portfolio min.var.portfolio max.div.portfolio equal.risk.contribution.portfolio ef.portfolio
        inverse.variance.portfolio hierarchical.risk.parity random.hist random.hist.weight
        max.sharpe.portfolio.helper max.sharpe.portfolio max.sharpe.portfolio.axioma max.sharpe.nlp.portfolio
        min.corr.excel min.corr min.corr2 min.var.excel min.var2.portfolio min.var2 min.var.excel.portfolio
        min.corr.excel.portfolio min.corr.portfolio min.corr2.portfolio min.cvar min.cdar min.risk.downside
        min.mad.downside sample.shrinkage sample.anchored.shrinkage sample.mix.shrinkage exp.sample.shrinkage
        diagonal.shrinkage average.shrinkage min.shrinkage max.shrinkage create.cov.matrix ledoit.wolf.shrinkage
        factor.model.shrinkage cov.shrink cov.sample cov.const.cor cov.diag cov.market cov.2param shrink.diag
        shrink.const.cor shrink.single.index shrink.two.parameter empty.group static.group cluster.group.hclust
        cluster.group.kmeans.90 cluster.group.kmeans.elbow cluster.group.FTCA distribute.weights get.algo
        get.group map.min.risk.fns rso.portfolio portfolio.allocation.helper.parallel
        portfolio.allocation.helper portfolio.allocation.custom.stats portfolio.allocation.helper.basic
        create.strategies target.vol.strategy calendar.signal calendar.strategy randfixedsum asset.paths
        min.te.portfolio
    """,
    "backtest and reports": """
        bt.merge bt.prep bt.prep.remove.symbols.min.history bt.prep.remove.symbols bt.prep.trim bt.run.share
        bt.run bt.summary bt.trim bt.run.weight.fast compute.turnover compute.max.deviation bt.trade.summary
        bt.change.periodicity bt.apply bt.apply.matrix exrem bt.exrem compute.cagr compute.nyears
        compute.raw.annual.factor compute.annual.factor compute.sharpe compute.calmar compute.R2 compute.DVR
        compute.risk compute.drawdown compute.max.drawdown compute.avg.drawdown compute.cdar compute.exposure
        compute.var compute.cvar compute.stats bt.simple bt.apply.min.weight bt.apply.round.weight
        bt.start.dates bt.end.dates plotbt.custom.report bt.detail.summary plotbt.strategy.sidebyside plotbt
        plotbt.transition.map plotbt.holdings plotbt.holdings.time plotbt.monthly.table
    """,
    HELPERS: """
        c cbind rbind rep diag matrix seq len spl trim join iif ifna ifna.prev mlag mlast repmat vec rep.row
        rep.col count ntop ntop.keep lookup.index to.percent to.nice dates2index list layout
    """,
}

R_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {topic: tuple(text.split()) for topic, text in _LISTED.items()}
)
"""Topic -> names in R's spelling, in the order in which one meets them in SIT."""

NOT_YET: tuple[str, ...] = ()
"""Listed names that sitpy does not have yet."""


def r_names(topic: str | None = None) -> tuple[str, ...]:
    """R's names, of one topic or of all.

    Parameters
    ----------
    topic : str, optional
        A key of ``R_NAMES``.

    Returns
    -------
    tuple of str

    Raises
    ------
    InputError
        An unknown topic.

    Examples
    --------
    >>> from sitpy.names import r_names
    >>> r_names("Black-Litterman")
    ('bl.compute.risk.aversion', 'bl.compute.eqret', 'bl.compute.posterior', 'bl.compute.optimal')
    """
    if topic is None:
        return tuple(name for names in R_NAMES.values() for name in names)
    if topic not in R_NAMES:
        raise InputError(f"there is no topic {topic!r}; the topics are {'; '.join(R_NAMES)}")
    return R_NAMES[topic]


def python_name(r_name: str) -> str:
    """The Python name of an R name: dots become underscores.

    Parameters
    ----------
    r_name : str
        A name of SIT, in R's spelling.

    Returns
    -------
    str

    Raises
    ------
    InputError
        A name that is not on the list; the message gives the nearest ones.

    Examples
    --------
    >>> from sitpy.names import python_name
    >>> python_name("solve.QP.bounds")
    'solve_QP_bounds'
    """
    known = r_names()
    if r_name not in known:
        near = get_close_matches(r_name, known)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "sitpy.names.r_names() lists all"
        raise InputError(f"{r_name!r} is no name of SIT that sitpy knows; {hint}")
    return r_name.replace(".", "_")


def module_of(r_name: str) -> str:
    """The module to import an R name from: ``sitpy.r`` for R's own small helpers, sitpy itself for everything else.

    Parameters, return value and errors as in :func:`python_name`.

    Examples
    --------
    >>> from sitpy.names import module_of
    >>> module_of("rep.row"), module_of("portopt")
    ('sitpy.r', 'sitpy')
    """
    python_name(r_name)
    return "sitpy.r" if r_name in R_NAMES[HELPERS] else "sitpy"
