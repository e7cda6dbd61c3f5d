"""The support search against 25 published-data optima, and on the studies' own rows against R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support_cases import support_program

import sitpy
from sitpy.portfolios.minimum import risk_program
from sitpy.reference import read_reference
from sitpy.solvers.support_model import SupportModel
from sitpy.solvers.supports import recognised_support
from sitpy.studies.cardinality import exactly, held_or_not

Array = np.ndarray

SHARED = Path(__file__).resolve().parents[3] / "shared"
OPTIMA = SHARED / "reference" / "cardinality_orlibrary.json"
needs_data = pytest.mark.skipif(not OPTIMA.exists(), reason="the OR-Library data are not beside this checkout")


def read_library(name: str) -> tuple[Array, Array]:
    """Means and covariance of one file: n, then mean and deviation of each, then i, j, correlation."""
    numbers = np.array((SHARED / "data" / "orlibrary" / f"{name}.txt").read_text(encoding="utf-8").split(), dtype=float)
    n = int(numbers[0])
    mean, deviation = numbers[1 : 2 * n + 1].reshape(n, 2).T
    i, j, value = numbers[2 * n + 1 :].reshape(-1, 3).T
    correlation = np.zeros((n, n))
    i, j = i.astype(int) - 1, j.astype(int) - 1
    correlation[i, j] = correlation[j, i] = value
    return mean, correlation * np.outer(deviation, deviation)


@needs_data
@pytest.mark.parametrize("name", ["port1", "port2", "port3", "port4", "port5"])
def test_the_known_optima_of_or_library(name: str) -> None:
    """Chang et al. (2000): at most 10 assets, each 0 or 1 to 100 %. The optima are proven to 1e-6 (branch and bound; some
    also by Gurobi and CPLEX); their file holds x'Cx, the programme half of it."""
    cases = json.loads(OPTIMA.read_text(encoding="utf-8"))["cases"][name]
    mean, covariance = read_library(name)
    program = support_program(covariance, least=0.01, counts=[(None, "<=", 10)], rows=[(mean, ">=", -np.inf)])
    structure = recognised_support(program)
    assert structure is not None
    model, start = SupportModel(program, structure), None
    if name == "port4":  # the two hardest are left out here; they take most of the time
        cases = cases[2:]
    for case in cases:
        b = program.b.copy()
        b[-1] = case["target"]
        found = model.solve(b, start=start)
        assert found is not None and found.proven
        assert 2 * found.value <= case["variance"] * (1 + 1e-6)
        assert 2 * found.bound <= case["variance"] * (1 + 1e-9)
        assert 2 * found.value >= case["lower_bound"] * (1 - 1e-6)
        assert program.violation(found.x, b) <= 1e-9
        start = found.x


@pytest.mark.parametrize(("study", "reference"), [(0, "A_04a_mininvest_10_Risk"), (1, "A_04b_exactly_3_Risk")])
def test_the_studies_rows_against_r(study: int, reference: str) -> None:
    """R's own branch and bound stops at a gap; at R's returns our risk is never above R's."""
    ia = sitpy.aa_test_create_ia_rebal()
    constraints = (held_or_not(ia, 0.1), exactly(ia, 3))[study][1]
    program = risk_program(ia, constraints)
    program = program.with_row(np.concatenate([ia.expected_return, np.zeros(program.n - ia.n)]), -np.inf)
    structure = recognised_support(program)
    assert structure is not None
    model, stored, start = SupportModel(program, structure), read_reference(reference)["outputs"], None
    for risk, return_ in list(zip(stored["risk"], stored["return"]))[::7]:
        b = program.b.copy()
        b[-1] = return_ - 1e-12
        found = model.solve(b, start=start)
        assert found is not None and found.proven
        assert np.sqrt(2 * found.value) <= risk * (1 + 1e-7)
        start = found.x
