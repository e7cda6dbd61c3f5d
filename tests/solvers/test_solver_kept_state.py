"""Models keep state between solves; a caller's array that changes afterwards must not reach it."""

import numpy as np
import pytest

from sitpy.solvers import Program, model_for


@pytest.mark.parametrize("binary", [[], [1]])
def test_right_hand_sides_changed_in_place_are_seen(binary: list[int]) -> None:
    # min (x^2 + y^2)/2 with x + y >= b: x = y = b/2; with y 0 or 1: the better of x = b and x = b - 1
    program = Program(
        np.zeros(2), np.ones((2, 1)), np.ones(1), 0, np.zeros(2), np.array([5.0, 1.0]), np.eye(2), np.array(binary, int)
    )
    model, b = model_for(program), np.ones(1)
    values = []
    for b[0] in (1.0, 2.0, 1.0):
        solution = model.solve(b)
        assert solution is not None
        values.append(solution.value)
    expected = [0.5, 1.0, 0.5] if binary else [0.25, 1.0, 0.25]
    np.testing.assert_allclose(values, expected, rtol=1e-12)
