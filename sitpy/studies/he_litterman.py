"""He and Litterman (1999): equilibrium returns of seven countries, moved by views (tables 2 to 8)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy.black_litterman import bl_compute_eqret, bl_compute_optimal, bl_compute_posterior
from sitpy.reference import read_reference
from sitpy.studies.published import ROUNDED_INPUTS, PrintedTable, side_by_side

Array = np.ndarray

PAPER = read_reference("he_litterman_1999")
COUNTRIES: list[str] = PAPER["countries"]
DELTA, TAU = float(PAPER["delta"]), float(PAPER["tau"])
WEIGHT = np.array(PAPER["weq_pct"]) / 100
RISK = np.array(PAPER["sigma_pct"]) / 100
COV = np.array(PAPER["corr"]) * np.outer(RISK, RISK)

VIEWS = {
    "table4": ("p_germany",),
    "table5": ("p_germany", "p_canada_usa"),
    "table6": ("p_germany", "p_canada_usa"),
    "table7": ("p_germany", "p_canada_usa"),
    "table8": ("p_germany", "p_canada_usa", "p_canada_japan"),
}
SAYS = {
    "table4": "Germany beats the rest of Europe by 5 %",
    "table5": "and Canada beats the USA by 3 %",
    "table6": "Canada beats the USA by 4 % instead",
    "table7": "with half the confidence in Germany",
    "table8": "and Canada beats Japan by 4.12 %, which was expected already",
}


def equilibrium() -> Array:
    """Expected returns at which everybody holds the market."""
    return np.asarray(bl_compute_eqret(DELTA, COV, WEIGHT))


def traditional() -> tuple[Array, Array]:
    """Returns with Germany raised and France and the UK lowered by hand until Germany leads by 5 %, and their best weights.

    Europe's market-weighted mean return stays.
    """
    mu = equilibrium()
    lead = 0.05 - np.array(PAPER["p_germany"]) @ mu
    others = lead / (1 + (WEIGHT[2] + WEIGHT[5]) / WEIGHT[3])
    mu[[2, 5]] -= others
    mu[3] += lead - others
    return mu, np.asarray(bl_compute_optimal(DELTA, mu, COV))


def view_inputs(name: str) -> tuple[Array, Array, Array]:
    """P, q and the views' variances (``tau p S p'``; with half the confidence, twice that) of a table."""
    P = np.array([PAPER[view] for view in VIEWS[name]], dtype=float)
    omega = TAU * ((P @ COV) * P).sum(axis=1)
    if name in ("table7", "table8"):
        omega[0] *= 2
    return P, np.array(PAPER[name]["q_pct"]) / 100, omega


def with_views(name: str) -> pd.DataFrame:
    """Expected returns, best weights, and what these add to the market's, of a table (countries x 3)."""
    P, q, omega = view_inputs(name)
    posterior = bl_compute_posterior(equilibrium(), COV, P, q, TAU, omega)
    best = np.asarray(bl_compute_optimal(DELTA, posterior.expected_return, posterior.cov))
    columns = {"mu": np.asarray(posterior.expected_return), "w": best, "dw": best - WEIGHT / (1 + TAU)}
    return pd.DataFrame(columns, index=COUNTRIES)


def on_views(name: str) -> Array:
    """The weights on the views' portfolios (the paper's lambda): best weights are ``(market + P' lambda)/(1 + tau)``."""
    return np.asarray(np.linalg.lstsq(view_inputs(name)[0].T, (1 + TAU) * with_views(name)["dw"].to_numpy())[0])


def tables() -> list[PrintedTable]:
    """Every printed column beside ours, in percent."""
    mu, weight = traditional()
    columns: dict[str, tuple[ArrayLike, ArrayLike]] = {
        "return": (PAPER["pi_pct"], 100 * equilibrium()),
        "shifted": (PAPER["table3"]["mu"], 100 * mu),
        "weight": (PAPER["table3"]["w_opt"], 100 * weight),
    }
    title = "He and Litterman, tables 2 and 3: equilibrium returns; returns shifted by hand and their weights (%)"
    result = [side_by_side(title, "country", COUNTRIES, columns, 1, ROUNDED_INPUTS)]
    for name, says in SAYS.items():
        ours, printed = 100 * with_views(name), PAPER[name]
        names = {"mu": "return", "w": "weight", "dw": "added"}
        columns = {names[key]: (printed[key], ours[key]) for key in names if key in printed}
        title = f"He and Litterman, table {name[-1]}: {says} (%)"
        result.append(side_by_side(title, "country", COUNTRIES, columns, 1, ROUNDED_INPUTS))
    rows: dict[str, tuple[float, float, float, float]] = {}
    for name, views in VIEWS.items():
        omega, weight = view_inputs(name)[2] / TAU, on_views(name)
        lambdas = PAPER[name].get("lambda", [np.nan] * len(views))
        for i, view in enumerate(views):
            label = f"table {name[-1]}, {view.removeprefix('p_').replace('_', ' less ')}"
            rows[label] = (PAPER[name]["omega_over_tau"][i], omega[i], lambdas[i], weight[i])
    variance, ours_variance, on, ours_on = np.array(list(rows.values())).T
    title = "He and Litterman: variance of the views over tau, and weights on the views"
    columns = {"variance": (variance, ours_variance), "lambda": (on, ours_on)}
    return [*result, side_by_side(title, "view", list(rows), columns, 3, ROUNDED_INPUTS)]
