"""Efficient frontiers and single portfolios in the plane of risk and return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from sitpy.arguments import flag, function, listed, numbers, shown
from sitpy.errors import InputError
from sitpy.plots.inputs import drawable
from sitpy.plots.labels import place_labels
from sitpy.plots.page import cells_waiting, dress, next_axes, percent_ticks
from sitpy.plots.page import layout as page_of
from sitpy.plots.palette import line_styles
from sitpy.plots.transition import plot_transition_map

if TYPE_CHECKING:
    from sitpy.frontier import Frontier
    from sitpy.inputs import InputAssumptions

Floats = npt.NDArray[np.float64]
Measure = Callable[[Any, Any], Any]

_MEASURE_NAMES = {
    "risk": "Risk",
    "mad": "MAD",
    "maxloss": "MaxLoss",
    "cvar": "CVaR",
    "cdar": "CDaR",
    "var": "VaR",
    "cvar_ru": "CVaR (RU)",
    "cdar_ru": "CDaR (RU)",
    "mad_downside": "MAD downside",
}


def plot_ef(
    ia: InputAssumptions,
    efs: Frontier | Sequence[Frontier],
    portfolio_risk_fn: Measure | None = None,
    transition_map: bool = True,
    layout: object = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Efficient frontiers against any risk measure, with the assets as labelled points.

    Parameters
    ----------
    ia : InputAssumptions
        The n assets to show; ``symbols`` and ``expected_return`` have length n.
    efs : Frontier or sequence of Frontier
        One line each, in the order of their points; ``weight`` has shape (points, n or more). Columns past n
        are auxiliary, and the measure ignores them.
    portfolio_risk_fn : callable, optional
        ``portfolio_risk_fn(weight, ia)`` gives one number per row of `weight`, as a fraction (0.1 is 10 %).
        Default `sitpy.portfolio_risk`. Where it is nan, the line has a gap.
    transition_map : bool
        Draw the transition map of the first frontier too, in the cell after. Not done when `ax` is given.
    layout : object, optional
        SIT's "a layout is set already"; not needed, because the cells of the current page are taken first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current page, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the frontiers, both axes in percent. Drawn without `ax`, it is pyplot's current one
        afterwards.

    Raises
    ------
    InputError
        If there is no frontier, if one has fewer columns than assets, or if the measure does not give one
        number per portfolio.

    References
    ----------
    SIT, ``plot.ef``.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> ef = sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n), 5, "Risk")
    >>> sitpy.plot_ef(ia, ef, sitpy.portfolio_mad, False).get_title()
    'MAD vs Return'
    """
    drawable(ia)
    measure = _measure_of(portfolio_risk_fn)
    remedy = "pass portopt(...) or a list of them: plot_ef(ia, efs)"
    frontiers: list[Any] = [efs] if hasattr(efs, "weight") else listed("efs", efs, remedy)
    for ef in frontiers:
        if not (hasattr(ef, "weight") and hasattr(ef, "return_") and hasattr(ef, "name")):
            raise InputError(f"efs holds {shown(ef)}, which is no frontier; {remedy}")
    if not frontiers:
        beside = " with ax given" if ax is not None else ""
        raise InputError(f"no frontiers to draw{beside}, expected one or more: pass portopt(...) or a list of them")
    curves = [_curve(measure, ef, ia) for ef in frontiers]
    asset_risk = 100 * _measured(measure, np.eye(ia.n), ia, "the assets")
    asset_return = 100 * np.asarray(ia.expected_return, dtype=float)

    with_map = flag("transition_map", transition_map) and ax is None
    if with_map and cells_waiting() < 2:
        page_of(2, 1)
    given, ax = ax, next_axes(ax)
    name = _measure_name(measure)
    dress(ax, f"{name} vs Return", name, "Return")
    for (risk, return_), ef, (colour, dash) in zip(curves, frontiers, line_styles(len(curves)), strict=True):
        (line,) = ax.plot(risk, return_, color=colour, linestyle=dash, linewidth=1.8, label=str(ef.name))
        lonely = _lonely(risk + return_)
        if lonely:
            line.set(marker="o", markersize=4, markevery=lonely)
    ax.scatter(asset_risk, asset_return, s=22, facecolor="white", edgecolor="0.15", linewidth=1.1, zorder=3)
    _percent_from_zero(ax)
    symbols = [str(s) for s in ia.symbols]
    place_labels(ax, asset_risk, asset_return, symbols, fontsize=8, color="#332288", zorder=4)
    if len(curves) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, handlelength=3, fontsize=9)
    if with_map:
        plot_transition_map(frontiers[0])
    if given is None:
        plt.sca(ax)  # so that plot_add_portfolios() without ax finds the frontiers, not the transition map
    return ax


def plot_add_portfolios(
    ia: InputAssumptions,
    portfolio_risk_fn: Measure | None = None,
    *,
    ax: Axes | None = None,
    **portfolios: npt.ArrayLike,
) -> Axes:
    """Add single portfolios to a frontier picture, as marked and labelled points.

    Parameters
    ----------
    ia : InputAssumptions
        The n assets that the weights refer to.
    portfolio_risk_fn : callable, optional
        The measure on the horizontal axis, as in `plot_ef`. Default `sitpy.portfolio_risk`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default pyplot's current axes.
    **portfolios : array-like, shape (n,) or more
        Weights of each portfolio under the name to be shown; entries past n are auxiliary. A pandas Series
        with the assets' symbols as index is matched by name. Names with spaces: ``**{"Max Sharpe":
        weights}``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If no portfolio is given, or one has fewer weights than there are assets, or lacks an asset by name.

    References
    ----------
    SIT, ``plot.add.portfolios``.

    Examples
    --------
    >>> import numpy as np
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> ef = sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n), 5, "Risk")
    >>> ax = sitpy.plot_ef(ia, ef, sitpy.portfolio_risk, False)
    >>> ax = sitpy.plot_add_portfolios(ia, sitpy.portfolio_risk, ax=ax, Equal=np.full(ia.n, 1 / ia.n))
    >>> ax.texts[-1].get_text()
    'Equal'
    """
    if not portfolios:
        raise InputError("no portfolio was given, expected weights by name: such as Equal=np.full(n, 1 / n)")
    drawable(ia)
    measure = _measure_of(portfolio_risk_fn)
    weights = np.vstack([_one_row(name, weight, ia)[: ia.n] for name, weight in portfolios.items()])
    risk = 100 * _measured(measure, weights, ia, "the portfolios")
    return_ = 100 * weights @ np.asarray(ia.expected_return, dtype=float)
    ax = next_axes(ax if ax is not None else plt.gca())
    ax.scatter(risk, return_, s=46, marker="D", facecolor="#DDCC77", edgecolor="black", zorder=5)
    place_labels(ax, risk, return_, list(portfolios), gap=8, fontsize=9, fontweight="bold", color="black", zorder=6)
    return ax


def _measure_of(portfolio_risk_fn: Measure | None) -> Measure:
    """The caller's measure, or the standard deviation."""
    from sitpy.measures import portfolio_risk

    measure: Measure = portfolio_risk if portfolio_risk_fn is None else portfolio_risk_fn
    return function("portfolio_risk_fn", measure, "pass a function of (weight, ia) such as portfolio_mad")


def _curve(measure: Measure, ef: Any, ia: InputAssumptions) -> tuple[Floats, Floats]:
    """Measure and return of a frontier's points, in percent."""
    weight, return_ = np.atleast_2d(numbers("weight", ef.weight)), numbers("return", ef.return_).ravel()
    if weight.shape[1] < ia.n or len(weight) != len(return_):
        raise InputError(
            f"frontier {ef.name!r} has weights of shape {weight.shape} and {len(return_)} returns, expected "
            f"one return per row and at least {ia.n} columns: pass the ia that the frontier was made from"
        )
    return 100 * _measured(measure, weight, ia, f"frontier {ef.name!r}"), 100 * return_


def _measured(measure: Measure, weight: Floats, ia: InputAssumptions, what: str) -> Floats:
    """The measure of each row of `weight`."""
    value = numbers(f"what {_measure_name(measure)} gave", measure(weight, ia)).ravel()
    if len(value) != len(weight):
        raise InputError(
            f"the measure {_measure_name(measure)} gave {len(value)} numbers for {what}, expected "
            f"{len(weight)}, one per portfolio: pass a function of (weight, ia) such as portfolio_mad"
        )
    return value


def _measure_name(measure: Measure) -> str:
    """Name to print for a measure function: portfolio_mad -> MAD."""
    function = getattr(measure, "func", measure)  # functools.partial hides the name one level down
    name = getattr(function, "__name__", type(function).__name__).strip("_")
    if name == "<lambda>":
        return "Measure"
    name = name.removeprefix("portfolio_")
    return _MEASURE_NAMES.get(name, name[:1].upper() + name[1:].replace("_", " "))


def _one_row(name: str, weight: Any, ia: InputAssumptions) -> Floats:
    """Weights of one portfolio; a labelled Series is put in the order of the assets."""
    index = list(getattr(weight, "index", ())) if hasattr(weight, "reindex") else []
    if any(isinstance(label, str) for label in index):
        missing = [s for s in ia.symbols if s not in index]
        if missing:
            raise InputError(
                f"portfolio {name!r} has no weight for {', '.join(map(str, missing))}, expected one per "
                "asset: add a 0, or pass a plain array in the order of ia.symbols"
            )
        weight = weight[list(ia.symbols)]
    row = np.atleast_1d(numbers(f"portfolio {name!r}", weight))
    if row.size < ia.n or row.size != row.shape[-1]:
        raise InputError(
            f"portfolio {name!r} has weights of shape {row.shape}, expected one row of {ia.n}: "
            "pass one weight per asset, and each portfolio under its own name"
        )
    return row.ravel()


def _lonely(values: Floats) -> list[int]:
    """Points whose neighbours are missing: no line reaches them, so they need a marker."""
    seen = np.concatenate([[False], np.isfinite(values), [False]])
    return [int(i) for i in np.flatnonzero(seen[1:-1] & ~seen[:-2] & ~seen[2:])]


def _percent_from_zero(ax: Axes) -> None:
    """Percent on both axes, with the origin in view as in SIT: cash is where risk is zero."""
    ax.update_datalim([(0.0, 0.0)])
    ax.autoscale_view()
    percent_ticks(ax.xaxis)
    percent_ticks(ax.yaxis)
