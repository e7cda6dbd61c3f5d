"""A frontier that its caller ends: what is solved stays, and the warning says what is missing."""

from __future__ import annotations

import numpy as np
import pytest

import sitpy
from sitpy.solvers import Solution
from sitpy.solvers.limits import INTERRUPTED
from sitpy.solvers.support_model import SupportModel


def few() -> tuple[sitpy.InputAssumptions, sitpy.Constraints]:
    ia = sitpy.aa_test_create_ia_rebal()
    return ia, sitpy.add_cardinality(sitpy.create_basic_constraints(ia.n), 3, min_weight=0.1)


@pytest.mark.parametrize("last", [1, 3])
def test_an_ended_search_ends_the_frontier(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    """The search at point number ``last`` is ended, as by Ctrl-C: its best answer is the last point."""
    whole = SupportModel.solve
    count = [0]

    def solve(self: SupportModel, *args: object, **options: object) -> Solution | None:
        count[0] += 1
        found = whole(self, *args, **options)  # type: ignore[arg-type]
        assert found is not None
        if count[0] < last:
            return found
        return Solution(found.x, found.value, found.bound - 1e-4, False, nodes=5, stopped_by=INTERRUPTED)

    monkeypatch.setattr(SupportModel, "solve", solve)
    words = rf"Ctrl-C ended the frontier after {last} of 10 points; the others are missing"
    with (
        pytest.warns(sitpy.SitpyWarning, match=words),
        pytest.warns(sitpy.SitpyWarning, match="after 5 nodes with value"),
    ):
        ef = sitpy.portopt(*few(), 10)
    assert len(ef.weight) == last and not ef.proven
    assert [point.proven for point in ef.statistics] == [True] * (last - 1) + [False]


def test_a_limit_ends_a_search_and_the_frontier_goes_on() -> None:
    """Against the same frontier without limits: no bound is above a proven optimum, no value below it."""
    proven = sitpy.portopt(*few(), 6)
    with pytest.warns(sitpy.SitpyWarning, match=r"the limit of 1 nodes ended the search after 1 nodes .* not proven"):
        ended = sitpy.portopt(*few(), targets=proven.target_return, limits=sitpy.Limits(nodes=1))
    for best, found in zip(proven.statistics, ended.statistics):
        assert found.bound <= best.objective * (1 + 1e-9) and found.objective >= best.objective * (1 - 1e-9)
    assert not ended.proven and proven.proven
    assert np.isfinite(ended.weight).all()
