"""The published studies that ``sitpy reproduce`` runs: one small module each, listed in :data:`STUDIES`."""

from __future__ import annotations

from importlib import import_module

from sitpy.errors import InputError, there_are
from sitpy.studies.study import Study, StudyOptions, StudyResult, StudyTable, run_study

__all__ = ["STUDIES", "Study", "StudyOptions", "StudyResult", "StudyTable", "find_study", "run_study"]

STUDIES = {
    "introduction": "sitpy.studies.introduction",
    "130-30": "sitpy.studies.hundred_thirty",
    "cardinality": "sitpy.studies.cardinality",
    "cvar": "sitpy.studies.cvar",
    "risk-limits": "sitpy.studies.risk_limits",
    "downside": "sitpy.studies.downside",
    "gini": "sitpy.studies.gini",
    "erc": "sitpy.studies.equal_risk",
    "black-litterman": "sitpy.studies.black_litterman",
    "resampling": "sitpy.studies.resampling",
    "omega": "sitpy.studies.omega",
    "arithmetic-geometric": "sitpy.studies.arithmetic_geometric",
    "orlibrary": "sitpy.studies.orlibrary",
    "markowitz-ten": "sitpy.studies.markowitz_ten",
    "beta-hedge": "sitpy.studies.beta_hedge",
}
"""Name on the command line -> module with a ``STUDY``."""


def find_study(name: str) -> Study:
    """The study of that name.

    Examples
    --------
    >>> from sitpy.studies import find_study
    >>> find_study("130-30").title
    '130/30 Portfolio Construction'
    """
    if name not in STUDIES:
        raise InputError(f"there is no study {name!r}; {there_are(name, STUDIES)}")
    study: Study = import_module(STUDIES[name]).STUDY
    return study
