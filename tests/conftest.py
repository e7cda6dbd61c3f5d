"""Shared by all tests: a fixed hypothesis profile, so that a failure here is a failure everywhere."""

import matplotlib
import pytest
from hypothesis import HealthCheck, settings

import sitpy

matplotlib.use("Agg")
settings.register_profile(
    "fixed",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("fixed")


@pytest.fixture
def ia_a() -> sitpy.InputAssumptions:
    """Bernstein & Wilkinson 1970-1996: 9 assets, 27 years."""
    return sitpy.aa_test_create_ia_rebal()


@pytest.fixture
def ia_b() -> sitpy.InputAssumptions:
    """Simulated 8-ETF history: 72 months."""
    with pytest.warns(sitpy.SimulatedDataWarning):
        return sitpy.aa_test_create_ia()
