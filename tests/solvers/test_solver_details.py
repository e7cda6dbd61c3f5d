"""Every solve can return the checker's residuals."""

import numpy as np
import pytest

import sitpy
from sitpy.frontier import MINIMISERS


@pytest.mark.parametrize("function", [*MINIMISERS.values(), sitpy.max_return_portfolio])
def test_minimisers_return_a_certificate(function: object, ia_a: sitpy.InputAssumptions) -> None:
    constraints = sitpy.create_basic_constraints(ia_a.n, 0, 0.8)
    solution = function(ia_a, constraints, details=True)  # type: ignore[operator]
    assert solution.certificate.is_optimal(1e-7)
    assert solution.certificate.objective == pytest.approx(solution.value, rel=1e-12, abs=1e-12)


def test_solver_functions_return_a_certificate() -> None:
    qp = sitpy.solve_QP_bounds(np.diag([1.0, 2.0]), [0, 0], [[1], [1]], [1], 1, lb=0)
    assert qp.certificate is not None and qp.certificate.is_optimal(1e-9)
    lp = sitpy.solve_LP_bounds("max", [0.1, 0.12], [[1, 1]], ["="], 1, lb=0, ub=0.7)
    assert lp.certificate.is_optimal(1e-9)
    both = sitpy.solve_LP_bounds("max", [5, 4, 3], [[2, 3, 1]], ["<="], 5, ub=1, binary_vec=[0, 1, 2])
    assert both.certificate.primal_residual <= 1e-9 and both.certificate.gap <= 1e-6
