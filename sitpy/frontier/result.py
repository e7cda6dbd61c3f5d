"""A traced frontier: its portfolios, how each was solved, and everything needed to solve it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitpy import measures
from sitpy.constraints import Constraints
from sitpy.errors import InputError
from sitpy.files import numbers, read_json, write_json
from sitpy.frontier.path import frontier_path
from sitpy.frontier.statistics import PointStatistics
from sitpy.inputs import InputAssumptions
from sitpy.portfolios.problem import padded, variable_names
from sitpy.portfolios.risk_measures import RISK_MEASURES, risk_measure
from sitpy.record import Record
from sitpy.solvers import certificate
from sitpy.sparse import dense

Array = np.ndarray
MinRiskFunction = Callable[[InputAssumptions, Constraints], Any]

MEASURES: dict[str, Callable[[Any, InputAssumptions], Array]] = {
    measure.name: measure.of for measure in RISK_MEASURES
} | {"Omega": measures.portfolio_omega}
"""The measure that each frontier is about: what its minimiser minimises exactly, and Omega, which is maximised."""

FORMAT = "sitpy frontier 1"


class Frontier(Record):
    """Portfolios of least risk, from the least risk to the largest return.

    Attributes
    ----------
    weight : array (points x variables)
        Weights, auxiliary variables included; may be assigned (``ef.weight = ef.weight[:, :n]``), which changes what is
        shown and drawn but not ``solution``.
    solution : array (points x variables)
        What the solver gave, as it was.
    return_, risk : array (points)
        Expected return and standard deviation per year of the first ``ia.n`` variables; ``ef["return"]`` is the same.
    name : str
        The label given to :func:`portopt`.
    ia : InputAssumptions
    constraints : Constraints
        The inputs.
    measure : str or None
        Name of the measure that was minimised (a key of ``sitpy.frontier.MINIMISERS``: "Risk", "MAD", ...), or "Omega",
        which was maximised; None for a caller's own.
    statistics : list of PointStatistics
        One per point.
    seconds : float
        Time that the whole frontier took.
    """

    def __init__(
        self,
        solution: Array,
        name: str,
        ia: InputAssumptions,
        constraints: Constraints,
        statistics: Sequence[PointStatistics] = (),
        seconds: float = float("nan"),
        weight: Array | None = None,
        measure: str | None = None,
    ) -> None:
        self.measure = measure
        self.solution = np.array(solution, dtype=float)
        self.weight = self.solution if weight is None else weight
        self.name = name
        self.ia = ia
        self.constraints = constraints
        self.statistics = list(statistics)
        self.seconds = seconds
        self.return_ = measures.portfolio_return(self.solution, ia)
        self.risk = measures.portfolio_risk(self.solution, ia)

    @property
    def weight(self) -> Array:
        """Weights (points x variables)."""
        return self._weight

    @weight.setter
    def weight(self, value: ArrayLike) -> None:
        values = np.array(value, dtype=float)
        if values.ndim != 2 or values.shape[0] != self.solution.shape[0]:
            raise InputError(f"weight has shape {values.shape}; expected {self.solution.shape[0]} points x variables")
        self._weight = values

    @property
    def n_assets(self) -> int:
        """How many leading columns of ``weight`` are assets."""
        return min(self.ia.n, int(self.weight.shape[1]))

    @property
    def weights(self) -> pd.DataFrame:
        """Weights with their names (points x variables); repeated assets are "X", "X.1", auxiliary ones "aux.1"."""
        names = variable_names(self.ia, self.weight.shape[1])
        return pd.DataFrame(self.weight.copy(), columns=list(names), index=self._points())

    @property
    def objective(self) -> Array:
        """What was minimised, as a measure of each point: the standard deviation for a variance, CVaR for CVaR.

        nan for a caller's own function, whose measure is not known here.
        """
        if self.measure is None:
            return np.array([point.objective for point in self.statistics])
        return MEASURES[self.measure](self.solution, self.ia)

    @property
    def target_return(self) -> Array:
        """Expected return asked for at each point; nan at the least-risk end."""
        return np.array([point.target for point in self.statistics])

    @property
    def turning_points(self) -> pd.DataFrame:
        """Where the exact frontier of risk turns: return, risk and weights (turning points, from the least risk up).

        Between them weights are affine in the return (:func:`sitpy.frontier_path` has the formulas).

        Raises
        ------
        InputError
            Another measure than "Risk", 0/1 variables or a Gini limit.
        NotSolvedError
            Some part of the path cannot be vouched for.
        """
        if self.measure != "Risk":
            raise InputError(
                f"the frontier is about {self.measure or 'a function of your own'}; turning points are those of risk: "
                "portopt(ia, constraints, min_risk_fn=min_risk_portfolio)"
            )
        return frontier_path(self.ia, self.constraints).turning_points

    @property
    def proven(self) -> bool:
        """Whether every point is a proven optimum."""
        return bool(self.statistics) and all(point.proven for point in self.statistics)

    def _points(self) -> pd.RangeIndex:
        return pd.RangeIndex(1, len(self.weight) + 1, name="point")

    def to_frame(self) -> pd.DataFrame:
        """One row per point: return, risk, then the weights.

        Examples
        --------
        >>> import sitpy
        >>> ia = sitpy.aa_test_create_ia_rebal()
        >>> ef = sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n), 3)
        >>> ef.to_frame().columns[:3].tolist()
        ['return', 'risk', 'SP500']
        """
        head = pd.DataFrame({"return": self.return_, "risk": self.risk}, index=self._points())
        return pd.concat([head, self.weights], axis=1)

    def statistics_frame(self) -> pd.DataFrame:
        """One row per point: target, objective, bound, gap, proof, counts and residual."""
        return pd.DataFrame([vars(point) for point in self.statistics], index=self._points())

    def certificates(self) -> pd.DataFrame:
        """Residuals of every point, computed anew from its constraints (see :func:`sitpy.certificate`).

        Least-risk functions of the caller's own have no programme here and raise an InputError.
        """
        known = risk_measure(self._min_risk_fn)
        if known is None:
            raise InputError(
                "this frontier does not know the programme it minimised (own min_risk_fn, or read from a file)"
            )
        program = known.program(self.ia, self.constraints)
        program = program.with_row(padded(self.ia.expected_return, program.n), -np.inf)
        rows = []
        for x, point in zip(self._full, self.statistics):
            target = -np.inf if np.isnan(point.target) else point.target
            b = np.append(program.b[:-1], target - 1e-12 * abs(target) if np.isfinite(target) else target)
            check = certificate(replace(program, b=b), x, point.bound if program.binary.size else None)
            rows.append(
                {
                    "primal_residual": check.primal_residual,
                    "dual_residual": check.dual_residual,
                    "complementarity": check.complementarity,
                    "gap": check.gap,
                }
            )
        return pd.DataFrame(rows, index=self._points())

    _min_risk_fn: MinRiskFunction | None = None
    _full: Array

    def to_json(self, path: str | os.PathLike[str]) -> Path:
        """Write everything (weights, inputs, constraints, statistics) as one JSON file, whole or not at all."""
        ia, c = self.ia, self.constraints
        return write_json(
            path,
            {
                "format": FORMAT,
                "name": self.name,
                "measure": self.measure,
                "symbols": list(variable_names(ia, self.weight.shape[1])),
                "weight": self.weight,
                "solution": self.solution,
                "return": self.return_,
                "risk": self.risk,
                "statistics": [vars(point) for point in self.statistics],
                "seconds": self.seconds,
                "ia": {
                    "symbols": ia.symbols,
                    "expected_return": ia.expected_return,
                    "cov": ia.cov,
                    "cov_temp": ia.cov_temp,
                    "hist_returns": ia.hist_returns if "hist_returns" in ia._arrays else None,
                    "annual_factor": ia.annual_factor,
                    "parameters_alpha": ia.parameters_alpha,
                    "parameters_omega": ia.parameters_omega,
                    "parameters_mar": ia.parameters_mar,
                    "dates": None if ia.dates is None else [str(date) for date in ia.dates],
                    "source": ia.source,
                },
                "constraints": {
                    "A": dense(c.matrix),
                    "b": c.b,
                    "meq": c.meq,
                    "lb": c.lb,
                    "ub": c.ub,
                    "binary_index": c.binary_index,
                    "names": c.names,
                    "differences": [{"returns": returns, "variable": variable} for returns, variable in c.differences],
                },
            },
        )

    @staticmethod
    def from_json(path: str | os.PathLike[str]) -> Frontier:
        """Read a frontier that :meth:`to_json` wrote.

        Raises
        ------
        InputError
            When the file cannot be read or is no frontier of sitpy.
        """
        content = read_json(path)
        if content.get("format") != FORMAT:
            raise InputError(
                f"{str(path)!r} is not a sitpy frontier: its format is {content.get('format')!r}, expected {FORMAT!r}"
            )
        try:
            ia = content["ia"]
            c = content["constraints"]
            arrays = ("expected_return", "cov", "cov_temp", "hist_returns")
            fields: dict[str, Any] = {
                key: numbers(value) if key in arrays and value else value for key, value in ia.items()
            }
            assumptions = InputAssumptions(**fields)
            A = numbers(c["A"]).reshape(len(c["A"]), -1)
            constraints = Constraints(
                A, numbers(c["b"]), c["meq"], numbers(c["lb"]), numbers(c["ub"]), c["binary_index"], None, c["names"]
            )
            constraints.differences = tuple(
                (numbers(item["returns"]), int(item["variable"])) for item in c.get("differences", [])
            )
            points = [
                PointStatistics(
                    **{key: value if isinstance(value, bool) else _number(value) for key, value in point.items()}
                )
                for point in content["statistics"]
            ]
            return Frontier(
                numbers(content["solution"]),
                content["name"],
                assumptions,
                constraints,
                points,
                _number(content["seconds"]),
                numbers(content["weight"]),
                content["measure"],
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{str(path)!r} is an incomplete sitpy frontier: {error}") from error

    def __repr__(self) -> str:
        state = "" if not self.statistics else (", all proven" if self.proven else ", NOT all proven")
        return (
            f"<Frontier {self.name!r}: {len(self.weight)} points, return {self.return_.min():.2%} to "
            f"{self.return_.max():.2%}{state}>"
        )


def _number(value: Any) -> Any:
    return float("nan") if value is None else (float(value) if isinstance(value, str) else value)
