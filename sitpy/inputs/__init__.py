"""Input assumptions: the record, its estimates from a history, and the tables these come from."""

from sitpy.inputs.assumptions import InputAssumptions, checked_assumptions, given_assumptions
from sitpy.inputs.estimates import (
    aa_test_ia_add_short,
    create_historical_ia,
    create_ia,
    create_ia_subset,
    update_ia,
)
from sitpy.inputs.labels import labels_of, names_of, unique_names
from sitpy.inputs.own_prices import read_prices
from sitpy.inputs.own_returns import own_history, periods_per_year, read_returns
from sitpy.inputs.samples import (
    COUNTRY_FUNDS,
    ETF8,
    aa_test_create_ia,
    aa_test_create_ia_country,
    aa_test_create_ia_custom,
    aa_test_create_ia_rebal,
    aa_test_hist_capitalization,
)
from sitpy.inputs.tables import monthly_returns, read_table
from sitpy.inputs.windows import create_ia_averaged, create_ia_period, ia_build_hist, momentum_averaged

__all__ = [
    "COUNTRY_FUNDS",
    "ETF8",
    "InputAssumptions",
    "aa_test_create_ia",
    "aa_test_create_ia_country",
    "aa_test_create_ia_custom",
    "aa_test_create_ia_rebal",
    "aa_test_hist_capitalization",
    "aa_test_ia_add_short",
    "checked_assumptions",
    "create_historical_ia",
    "create_ia",
    "create_ia_averaged",
    "create_ia_period",
    "create_ia_subset",
    "given_assumptions",
    "ia_build_hist",
    "labels_of",
    "momentum_averaged",
    "monthly_returns",
    "names_of",
    "own_history",
    "periods_per_year",
    "read_prices",
    "read_returns",
    "read_table",
    "unique_names",
    "update_ia",
]
