"""The published studies that ``sitpy reproduce`` runs: one small module each, listed in :data:`STUDIES`."""

from __future__ import annotations

from importlib import import_module

from sitpy.errors import InputError
from sitpy.studies.study import Study, StudyResult, run_study

__all__ = ["STUDIES", "Study", "StudyResult", "find_study", "run_study"]

STUDIES = {"130-30": "sitpy.studies.hundred_thirty"}
"""Name on the command line -> module with a ``STUDY``."""


def find_study(name: str) -> Study:
    """The study of that name.

    Examples
    --------
    >>> from sitpy.studies import find_study
    >>> len(find_study("130-30").constructions)
    5
    """
    if name not in STUDIES:
        raise InputError(f"there is no study {name!r}; there are {', '.join(STUDIES)}")
    study: Study = import_module(STUDIES[name]).STUDY
    return study
