"""Strategies by name: from ``"MV,Min.Var;C.EW,Cluster,hclust:equal.weight"`` to functions.

R spellings are welcome: dots, blanks, upper and lower case and a final "portfolio" make no difference.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeVar

from sitpy.arguments import flag, listed, shown, text
from sitpy.errors import InputError
from sitpy.portfolios.allocation import (
    equal_weight_portfolio,
    inverse_variance_portfolio,
    risk_parity_portfolio,
    risk_parity_portfolio_basic,
)
from sitpy.portfolios.averaged import Constructor, random_hist, rso_portfolio
from sitpy.portfolios.clusters import (
    cluster_group_FTCA,
    cluster_group_hclust,
    cluster_group_kmeans_90,
    cluster_group_kmeans_elbow,
)
from sitpy.portfolios.correlation import (
    min_corr,
    min_corr2,
    min_corr2_portfolio,
    min_corr_excel,
    min_corr_excel_portfolio,
    min_corr_portfolio,
    min_var2,
    min_var2_portfolio,
    min_var_excel_portfolio,
)
from sitpy.portfolios.equal_risk import equal_risk_contribution_portfolio
from sitpy.portfolios.gini import min_gini_portfolio
from sitpy.portfolios.groups import GroupFunction, distribute_weights, empty_group
from sitpy.portfolios.hierarchical import hierarchical_risk_parity
from sitpy.portfolios.minimum import (
    max_return_portfolio,
    min_cdar_portfolio,
    min_cor_insteadof_cov_portfolio,
    min_cvar_portfolio,
    min_mad_portfolio,
    min_maxloss_portfolio,
    min_risk_portfolio,
)
from sitpy.portfolios.nonlinear import max_geometric_return_portfolio, min_avgcor_portfolio
from sitpy.portfolios.omega import max_omega_portfolio
from sitpy.portfolios.sharpe import max_sharpe_nlp_portfolio, max_sharpe_portfolio, max_sharpe_portfolio_axioma
from sitpy.portfolios.tail_risk import min_cdar, min_cvar, min_mad_downside, min_risk_downside
from sitpy.portfolios.targets import ef_portfolio, target_return_portfolio, target_risk_portfolio
from sitpy.portfolios.variance import max_div_portfolio, min_var_portfolio

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Algorithm:
    """A constructor with its R name and a short one.

    ``ready``: the constructor, where it takes no parameters or can do without; ``factory``: what makes it from parameters;
    ``parameters``: their names, in the order of a text, and how each is read; ``least``: how many must be given.
    """

    name: str
    short: str = ""
    ready: Constructor | None = None
    factory: Callable[..., Constructor] | None = None
    parameters: dict[str, Callable[[str], Any]] = field(default_factory=dict)
    least: int = 0

    @property
    def usage(self) -> str:
        """How to write the parameters."""
        labels = [label if i < self.least else f"[{label}]" for i, label in enumerate(self.parameters)]
        return f"{self.name},{':'.join(labels)}"


def get_group(group_name: str) -> GroupFunction:
    """Group function by its name.

    Parameters
    ----------
    group_name : str
        "hclust", "kmeans.90", "kmeans.elbow", "FTCA" or "empty"; "cluster.group.hclust" is the same as "hclust".

    Returns
    -------
    callable ``ia -> group labels``

    Raises
    ------
    InputError
        The name is not known; the message lists those that are.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.get_group("FTCA")(sitpy.aa_test_create_ia_rebal()).tolist()
    [1, 1, 1, 1, 2, 3, 4, 4, 5]

    References
    ----------
    SIT, ``get.group``.
    """
    key = _plain(text("group_name", group_name)).removeprefix("clustergroup").removesuffix("group")
    return _found("group", group_name, key, GROUPS)


def get_algo(algo_name: str, has_param: bool = False) -> Constructor:
    """Portfolio constructor by its name.

    Parameters
    ----------
    algo_name : str
        As in R, with or without ".portfolio" ("min.var", "Min.Var.Portfolio"), or short: EW, RP, IV, ERC, HRP, MV, MD, MC,
        MC2, MCE, MV2, MVE, MS, MR. "Cluster" is :func:`distribute_weights`.
    has_param : bool
        Whether parameters follow. If so, the factory is returned that makes the constructor from them.

    Returns
    -------
    callable
        ``(ia, constraints) -> weights``; with ``has_param``, ``(parameters ...) -> constructor``.

    Raises
    ------
    InputError
        The name is not known (the message lists those that are), takes no parameters, or cannot do without.

    Examples
    --------
    >>> import sitpy
    >>> sitpy.get_algo("Min.Var") is sitpy.min_var_portfolio
    True
    >>> sitpy.get_algo("Cluster", has_param=True) is sitpy.distribute_weights
    True

    References
    ----------
    SIT, ``get.algo``.
    """
    algorithm = _algorithm(text("algo_name", algo_name))
    if flag("has_param", has_param):
        if algorithm.factory is None:
            raise InputError(f"{algorithm.name} takes no parameters; leave them out")
        return algorithm.factory
    if algorithm.ready is not None:
        return algorithm.ready
    if algorithm.factory is None or algorithm.least:
        raise InputError(f"{algorithm.name} needs parameters; write {algorithm.usage}")
    return algorithm.factory()


def map_min_risk_fns(strategys: str | Iterable[str]) -> dict[str, Constructor]:
    """Strategies of a rolling allocation from a text.

    Parameters
    ----------
    strategys : str, or sequence of str
        Entries ``name,algorithm`` or ``name,algorithm,parameter:parameter...`` with a semicolon between them; a name
        alone is also its algorithm. Algorithms are those of :func:`get_algo`. "Cluster" takes a group of :func:`get_group`,
        the algorithm across groups and, if another, the one within.

    Returns
    -------
    dict of str to callable ``(ia, constraints) -> weights``
        In the order of the text.

    Raises
    ------
    InputError
        An unknown name, parameters that are missing, too many or no number, no entry, the same name twice.

    Examples
    --------
    >>> import sitpy
    >>> fns = sitpy.map_min_risk_fns("EW;MV,Min.Var;C.EW,Cluster,hclust:equal.weight;TR,Target.Risk,0.1:1")
    >>> list(fns)
    ['EW', 'MV', 'C.EW', 'TR']
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> weights = fns["TR"](ia, sitpy.create_basic_constraints(ia.n))
    >>> round(float(sitpy.portfolio_risk(weights, ia)[0]), 4)
    0.1

    References
    ----------
    SIT, ``map.min.risk.fns``.
    """
    remedy = "give text such as 'MV,Min.Var;EW,Equal.Weight', or a list of such entries"
    entries = strategys.split(";") if isinstance(strategys, str) else listed("strategys", strategys, remedy)
    if not all(isinstance(entry, str) for entry in entries):
        raise InputError(f"strategys is {shown(entries)}; {remedy}")
    result: dict[str, Constructor] = {}
    for entry in entries:
        fields = [field.strip() for field in entry.split(",")]
        if fields == [""]:
            continue
        name, words = fields[0], re.split("[:,]", ",".join(fields[2:])) if len(fields) > 2 else []
        if name in result:
            raise InputError(f"strategy {name!r} is there twice; give each its own name")
        try:
            result[name] = _constructor(fields[1] if len(fields) > 1 else name, [word.strip() for word in words])
        except InputError as error:
            raise InputError(f"strategy {name!r}: {error}") from None
    if not result:
        raise InputError("strategys is empty; give entries such as 'MV,Min.Var;EW,Equal.Weight'")
    return result


def _constructor(algo_name: str, words: list[str]) -> Constructor:
    if not words:
        return get_algo(algo_name)
    factory, algorithm = get_algo(algo_name, has_param=True), _algorithm(algo_name)
    if not algorithm.least <= len(words) <= len(algorithm.parameters):
        raise InputError(f"{len(words)} parameter(s) given ({':'.join(words)}); write {algorithm.usage}")
    values = {}
    for (label, read), word in zip(algorithm.parameters.items(), words):
        try:
            values[label] = read(word)
        except InputError:
            raise
        except ValueError:
            raise InputError(
                f"{label} of {algorithm.name} is {word!r}; give a {'whole ' if read is int else ''}number"
            ) from None
    made: Constructor = factory(**values)
    return made


def _algorithm(algo_name: str) -> Algorithm:
    known = {name: algorithm for algorithm in ALGORITHMS for name in (algorithm.name, algorithm.short) if name}
    return _found("algorithm", algo_name, _plain(algo_name), known)


def _found(what: str, name: str, key: str, known: Mapping[str, Entry]) -> Entry:
    """The entry of that name, or an error that lists the names and the closest of them."""
    plain = {_plain(label): label for label in known}
    if key in plain:
        return known[plain[key]]
    close = get_close_matches(key, plain, n=1)
    guess = f" Did you mean {plain[close[0]]!r}?" if close else ""
    raise InputError(f"there is no {what} {name!r}.{guess} Known are {', '.join(known)}")


def _plain(name: str) -> str:
    """A name without what spellings differ in."""
    return re.sub("[^a-z0-9]", "", name.lower()).replace("portfolio", "")


def _between_risks(min_risk: float = 0.0, max_risk: float = math.inf) -> Constructor:
    return partial(max_geometric_return_portfolio, min_risk=min_risk, max_risk=max_risk)


GROUPS: dict[str, GroupFunction] = {
    "hclust": cluster_group_hclust,
    "kmeans.90": cluster_group_kmeans_90,
    "kmeans.elbow": cluster_group_kmeans_elbow,
    "FTCA": cluster_group_FTCA(),
    "empty": empty_group,
}
"""A new group function is one line here."""

ALGORITHMS = (
    Algorithm("equal.weight", "EW", equal_weight_portfolio),
    Algorithm("risk.parity", "RP", None, risk_parity_portfolio, {"risk_fn": str}),
    Algorithm("risk.parity.basic", "", risk_parity_portfolio_basic),
    Algorithm("inverse.variance", "IV", inverse_variance_portfolio),
    Algorithm("equal.risk.contribution", "ERC", equal_risk_contribution_portfolio),
    Algorithm("find.erc", "", equal_risk_contribution_portfolio),
    Algorithm("find.erc.simple", "", equal_risk_contribution_portfolio),
    Algorithm("hierarchical.risk.parity", "HRP", hierarchical_risk_parity),
    Algorithm("min.var", "MV", min_var_portfolio),
    Algorithm("min.risk", "", min_risk_portfolio),
    Algorithm("min.mad", "", min_mad_portfolio),
    Algorithm("min.maxloss", "", min_maxloss_portfolio),
    Algorithm("min.cvar", "", min_cvar_portfolio, min_cvar, {"alpha": float}),
    Algorithm("min.cdar", "", min_cdar_portfolio, min_cdar, {"alpha": float}),
    Algorithm("min.risk.downside", "", None, min_risk_downside, {"mar": float}),
    Algorithm("min.mad.downside", "", None, min_mad_downside, {"mar": float}),
    Algorithm("min.gini", "", min_gini_portfolio),
    Algorithm("min.cor.insteadof.cov", "", min_cor_insteadof_cov_portfolio),
    Algorithm("min.avgcor", "", min_avgcor_portfolio),
    Algorithm("max.div", "MD", max_div_portfolio),
    Algorithm("min.corr", "MC", min_corr_portfolio, min_corr, {"power_function": float}),
    Algorithm("min.corr2", "MC2", min_corr2_portfolio, min_corr2, {"power_function": float}),
    Algorithm(
        "min.corr.excel", "MCE", min_corr_excel_portfolio, min_corr_excel, {"power_function": float, "final_scale": str}
    ),
    Algorithm("min.var2", "MV2", min_var2_portfolio, min_var2, {"power_function": float}),
    Algorithm("min.var.excel", "MVE", min_var_excel_portfolio),
    Algorithm("max.sharpe", "MS", None, max_sharpe_portfolio, {"const": str, "const_sum": float}),
    Algorithm("max.sharpe.axioma", "", max_sharpe_portfolio_axioma),
    Algorithm("max.sharpe.nlp", "", max_sharpe_nlp_portfolio),
    Algorithm("max.return", "MR", max_return_portfolio),
    Algorithm("max.omega", "", max_omega_portfolio),
    Algorithm(
        "max.geometric.return",
        "",
        max_geometric_return_portfolio,
        _between_risks,
        {"min_risk": float, "max_risk": float},
    ),
    Algorithm("ef", "", None, ef_portfolio, {"percent": float}),
    Algorithm("target.return", "", None, target_return_portfolio, {"target_return": float, "annual_factor": float}, 1),
    Algorithm("target.risk", "", None, target_risk_portfolio, {"target_risk": float, "annual_factor": float}, 1),
    Algorithm("rso", "", None, rso_portfolio, {"weight_fn": get_algo, "k": float, "s": int}, 3),
    Algorithm("random.hist", "", None, random_hist, {"portfolio_fn": get_algo, "nruns": int, "nsamples": int}, 1),
    Algorithm(
        "cluster", "", None, distribute_weights, {"group_fn": get_group, "fn": get_algo, "fn_within": get_algo}, 2
    ),
)
"""A new constructor is one line here."""
