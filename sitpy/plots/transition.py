"""Transition map: the weights along a frontier, as stacked areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from sitpy.arguments import numbers, text
from sitpy.errors import InputError
from sitpy.plots.page import dress, next_axes, percent_ticks
from sitpy.plots.palette import asset_styles
from sitpy.plots.stack import draw_stack, stack_legend

if TYPE_CHECKING:
    from sitpy.frontier import Frontier

Floats = npt.NDArray[np.float64]


def plot_transition_map(
    ef: Frontier | npt.ArrayLike,
    x: npt.ArrayLike | None = None,
    xlab: str = "Risk",
    name: str = "",
    type: Literal["s", "l"] = "s",
    *,
    ax: Axes | None = None,
) -> Axes:
    """Weights of the portfolios along a frontier, stacked: positive ones above zero, negative ones below.

    Parameters
    ----------
    ef : Frontier, DataFrame or array, shape (points, assets)
        A frontier, or weights as fractions (0.1 is 10 %). Auxiliary columns of a frontier are left out.
    x : array-like, shape (points,), optional
        Position of each portfolio as a fraction, drawn in percent; default ``ef.risk``. The portfolios are
        put in rising order of `x`, those of equal `x` in the order given; those where `x` is nan have no
        place and are left out.
    xlab : str
        Label of the horizontal axis.
    name : str
        Name in the title; default ``ef.name``.
    type : {"s", "l"}
        "s": steps, each portfolio holds from its own `x` to the next one, the last for a step of average
        width. "l": straight lines between portfolios.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the next free cell of the current `layout`, or a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The legend stands at the right in the order of the stack, its top entry the top of the stack.

    Raises
    ------
    InputError
        If there are no weights, `x` is missing for plain weights or has the wrong length, or `type` is
        unknown.

    References
    ----------
    SIT, ``plot.transition.map`` (and ``plot.transitopn.map``, spelled so there). At a portfolio with
    a missing weight the areas have a gap.

    Examples
    --------
    >>> import sitpy
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> ef = sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n), 5, "Risk")
    >>> sitpy.plot_transition_map(ef).get_title()
    'Transition Map for Risk'
    """
    if not isinstance(type, str) or type not in ("s", "l"):
        raise InputError(f'type is {type!r}, expected "s" or "l": "s" draws steps, "l" straight lines')
    weights, names = _read_weights(ef)
    text("name", name), text("xlab", xlab)
    position = _read_position(ef, x, len(weights))
    weights, position = _in_order(weights, position)
    position, weights = _outline(position, weights, steps=type == "s")

    title = name or (str(getattr(ef, "name", "")) if _is_frontier(ef) else "")
    ax = next_axes(ax)
    dress(ax, f"Transition Map for {title}" if title else "Transition Map", xlab, "Allocation %")
    styles = asset_styles(len(names))
    draw_stack(ax, position, np.maximum(weights, 0), styles)
    draw_stack(ax, position, np.minimum(weights, 0), styles)
    ax.axhline(0, color="black", linewidth=0.8, zorder=3)
    ax.margins(x=0, y=0.03)
    percent_ticks(ax.xaxis)
    stack_legend(ax, names, styles)
    return ax


plot_transitopn_map = plot_transition_map  # SIT's own spelling


def _is_frontier(ef: Any) -> bool:
    """A table may have an asset called "risk" or "weight": only what has no columns can be a frontier."""
    return hasattr(ef, "weight") and not hasattr(ef, "columns")


def _read_weights(ef: Any) -> tuple[Floats, list[str]]:
    """Weights in percent (points x assets) and the assets' names."""
    frontier = _is_frontier(ef)
    table = getattr(ef, "weights", ef.weight) if frontier else ef
    n_assets = getattr(ef, "n_assets", None) if frontier else None
    weights = 100 * np.atleast_2d(numbers("the weights", table))
    weights = weights[:, :n_assets] if weights.ndim == 2 else weights
    if weights.ndim != 2 or weights.size == 0:
        raise InputError(
            f"the weights have shape {weights.shape}, expected points x assets with at least one of each: "
            "pass a frontier, or a table with one row per portfolio"
        )
    columns = getattr(table, "columns", None)
    if columns is None:
        return weights, [f"Asset {i + 1}" for i in range(weights.shape[1])]
    return weights, [str(c) for c in columns][: weights.shape[1]]


def _read_position(ef: Any, x: npt.ArrayLike | None, points: int) -> Floats:
    """Place of each portfolio on the horizontal axis, in percent."""
    given = ef.risk if x is None and _is_frontier(ef) else x
    if given is None:
        raise InputError("weights without x, expected one number per row: pass x=portfolio_risk(weights, ia)")
    position = 100 * numbers("x", given).ravel()
    if len(position) != points:
        raise InputError(f"x has {len(position)} numbers, expected {points}: one for each row of the weights")
    if not np.isfinite(position).any():
        raise InputError("x holds no finite number, expected one per portfolio: pass another measure as x")
    return position


def _in_order(weights: Floats, position: Floats) -> tuple[Floats, Floats]:
    """Rows in rising order of position, without those that have no place; a row with a hole becomes a gap."""
    placed = np.flatnonzero(np.isfinite(position))
    order = placed[np.argsort(position[placed], kind="stable")]
    rows = weights[order]
    rows[np.isnan(rows).any(axis=1)] = np.nan
    return rows, position[order]


def _outline(position: Floats, weights: Floats, *, steps: bool) -> tuple[Floats, Floats]:
    """Corners of the areas: with steps, each portfolio at its own place and again at the next one's.

    The last portfolio has no next one: its step is of average width. Where all portfolios stand at one place
    there is no average, and the last of them is drawn one point wide.
    """
    span = position[-1] - position[0]
    if not steps and span > 0:
        return position, weights
    width = span / (len(position) - 1) if span > 0 else 1.0
    ends = np.append(position, position[-1] + width)
    return np.repeat(ends, 2)[1:-1], np.repeat(weights, 2, axis=0)
