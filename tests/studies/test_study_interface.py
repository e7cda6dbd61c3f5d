"""What every study promises: it is found, it refuses options that it does not take, its verdicts are its status."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sitpy
from sitpy.studies import STUDIES, Study, StudyOptions, StudyResult, StudyTable, find_study, run_study
from sitpy.studies.inputs import DATA_SETS, periods_per_year, study_data


@dataclass(frozen=True, kw_only=True)
class Echo(Study):
    """Says what it was given."""

    def run(self, options: StudyOptions) -> StudyResult:
        options.report("echo", 1, 1)
        return StudyResult(head=(repr(options.path),))


FIXED = Echo(name="fixed", title="Fixed", source="nowhere")
READS = Echo(name="reads", title="Reads", source="nowhere", files="port1.txt of the OR-Library")


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_is_found_and_says_what_it_is(name: str) -> None:
    study = find_study(name)
    assert study.name == name and study.title and study.source
    assert set(study.data_sets) <= set(DATA_SETS)


def test_unknown_study_is_refused() -> None:
    with pytest.raises(sitpy.InputError, match=r"there is no study 'nope'; there are .*130-30"):
        find_study("nope")


@pytest.mark.parametrize(
    ("study", "options", "words"),
    [
        (FIXED, StudyOptions(data="etf8-simulated"), "'fixed' brings its own data: leave out --data"),
        (FIXED, StudyOptions(annual_factor=12), "'fixed' brings its own data"),
        (FIXED, StudyOptions(points=5), "'fixed' has no number of points to choose"),
        (FIXED, StudyOptions(path=Path(".")), "'fixed' reads no files of yours: leave out --path"),
        (
            READS,
            StudyOptions(),
            "reads port1.txt of the OR-Library: download them and give their folder with --path DIR",
        ),
        (READS, StudyOptions(path=Path("nowhere")), "'nowhere' is not a folder; the study 'reads' reads port1.txt"),
    ],
)
def test_options_that_a_study_does_not_take(study: Study, options: StudyOptions, words: str) -> None:
    with pytest.raises(sitpy.InputError, match=words):
        run_study(study, options)


def test_options_reach_the_study(tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    options = StudyOptions(path=tmp_path, progress=lambda *call: calls.append(call))
    assert run_study(READS, options).head == (repr(tmp_path),)
    assert calls == [("echo", 1, 1)]
    assert run_study(FIXED).ok  # nothing to compare


@pytest.mark.parametrize(
    ("cells", "verdicts"),
    [
        ([True, True], [True, True]),
        ([True, False], [True, False]),
        ([True, None], [True]),
        ([np.nan, np.False_], [False]),
        ([1, 0], []),  # numbers are no verdicts
        (["ok", "no"], []),
    ],
)
def test_verdicts_are_the_true_and_false_cells(cells: list[object], verdicts: list[bool]) -> None:
    table = StudyTable("", pd.DataFrame({"name": ["a", "b"], "": cells}))
    assert table.verdicts() == verdicts
    good = StudyTable("", pd.DataFrame({"": [True]}))
    assert StudyResult(tables=(good, table)).ok == (False not in verdicts)


# -------------------------------------------------------------------------------------------------------- data


@pytest.mark.parametrize("name", DATA_SETS)
def test_data_sets_load_and_their_stored_figures_are_theirs(name: str) -> None:
    ia, letter = study_data(name)
    assert ia.source
    if letter is not None:
        stored = sitpy.reference.read_reference(f"ia_{letter}")
        assert ia.symbols == stored["symbols"]
        # closed formulas in double precision
        np.testing.assert_allclose(ia.expected_return, stored["expected_return"], rtol=1e-12)


def test_a_data_set_has_its_own_annual_factor() -> None:
    with pytest.raises(sitpy.InputError, match="'etf8-simulated' has its own number of periods per year"):
        study_data("etf8-simulated", 4)


def test_a_data_set_that_is_not_taken_is_named_with_those_that_are() -> None:
    with pytest.raises(
        sitpy.InputError, match="no data set or file 'etf8-simulated'; there are bernstein-wilkinson, or"
    ):
        study_data("etf8-simulated", None, ("bernstein-wilkinson",))


def test_input_assumptions_may_be_given() -> None:
    ia = sitpy.aa_test_create_ia_rebal()
    result = run_study(find_study("introduction"), StudyOptions(data=ia, points=2))
    assert result.ok and "27 periods" in result.head[0]
    assert not result.tables[0].verdicts()  # nothing is known of the caller's own


@pytest.mark.parametrize(
    ("labels", "periods"),
    [
        (["1970", "1971", "1972"], 1),
        (["2020-01-31", "2020-02-29", "2020-03-31"], 12),
        (["2020-03-31", "2020-06-30", "2020-09-30"], 4),
        (["2020-01-03", "2020-01-10", "2020-01-17"], 52),
        (["2020-01-02", "2020-01-03", "2020-01-06"], 252),
        (["2018-12-31", "2019-12-31", "2020-12-31"], 1),
    ],
)
def test_periods_per_year(labels: list[str], periods: float) -> None:
    assert periods_per_year(pd.Index(labels)) == periods
