"""Input assumptions: the record, its estimates from a history, and the tables these come from."""

from sitpy.inputs.assumptions import InputAssumptions, labels_of
from sitpy.inputs.estimates import (
    ETF8,
    aa_test_create_ia,
    aa_test_create_ia_rebal,
    aa_test_ia_add_short,
    create_historical_ia,
    create_ia,
    create_ia_subset,
)
from sitpy.inputs.tables import monthly_returns, read_table

__all__ = [
    "ETF8",
    "InputAssumptions",
    "aa_test_create_ia",
    "aa_test_create_ia_rebal",
    "aa_test_ia_add_short",
    "create_historical_ia",
    "create_ia",
    "create_ia_subset",
    "labels_of",
    "monthly_returns",
    "read_table",
]
