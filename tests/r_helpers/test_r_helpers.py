"""The small R helpers: each expected value stands beside the R expression that prints it.

The values of c, cbind, rbind, rep, diag, matrix, seq, strsplit, paste and format are R's documented behaviour (``?rep``,
``?seq`` and so on); those of SIT's own helpers (iif, ifna, mlag, ntop, ...) follow by hand from what they are defined to do.
"""

import copy
import doctest
import importlib
import inspect
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sitpy
import sitpy.r as r
from sitpy import InputError, SitpyWarning

NAN = float("nan")
DATES = pd.date_range("2009-11-30", periods=4, freq="ME")
FRAME = pd.DataFrame({"A": [1.0, 2.0], "B": [3.0, 4.0]}, index=pd.Index(["x", "y"]))


def same(found: Any, expected: Any) -> None:
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


# ------------------------------------------------------------------------------------------------- R's own printing

VALUES: list[tuple[str, Callable[[], Any], Any]] = [
    ("c(1, c(2, 3), NULL)", lambda: r.c(1, [2, 3], None), [1, 2, 3]),
    ("c(TRUE, FALSE, 3)", lambda: r.c(True, False, 3), [1, 0, 3]),
    ("c(1, TRUE, 'a')", lambda: r.c(1, True, "a"), ["1", "TRUE", "a"]),
    ("c(0.1, 100000, 1e-4, 123456, 'a')", lambda: r.c(0.1, 1e5, 1e-4, 123456.0, "a"), ["0.1", "1e+05", "1e-04", "123456", "a"]),
    ("c(matrix(1:4, 2))", lambda: r.c(r.matrix(r.seq(4), 2)), [1, 2, 3, 4]),
    ("rep(1:4, 2)", lambda: r.rep(r.seq(4), 2), [1, 2, 3, 4, 1, 2, 3, 4]),
    ("rep(1:4, each = 2)", lambda: r.rep(r.seq(4), each=2), [1, 1, 2, 2, 3, 3, 4, 4]),
    ("rep(1:4, c(2,1,2,1))", lambda: r.rep(r.seq(4), [2, 1, 2, 1]), [1, 1, 2, 3, 3, 4]),
    ("rep(1:4, each = 2, length.out = 4)", lambda: r.rep(r.seq(4), each=2, length_out=4), [1, 1, 2, 2]),
    (
        "rep(1:4, each = 2, length.out = 10)",
        lambda: r.rep(r.seq(4), each=2, length_out=10),
        [1, 1, 2, 2, 3, 3, 4, 4, 1, 1],
    ),
    ("rep(1:2, times = 2, each = 2)", lambda: r.rep([1, 2], 2, each=2), [1, 1, 2, 2, 1, 1, 2, 2]),
    ("rep(1:2, times = 5, length.out = 3)", lambda: r.rep([1, 2], 5, 3), [1, 2, 1]),
    ("rep('a', 3)", lambda: r.rep("a", 3), ["a", "a", "a"]),
    ("rep(NA, 2)", lambda: r.rep(None, 2), [NAN, NAN]),
    ("rep(numeric(0), length.out = 2)", lambda: r.rep([], length_out=2), [NAN, NAN]),
    ("rep(1:3, 0)", lambda: r.rep([1, 2, 3], 0), []),
    ("seq(5)", lambda: r.seq(5), [1, 2, 3, 4, 5]),
    ("seq(0)", lambda: r.seq(0), [1, 0]),
    ("seq(-2)", lambda: r.seq(-2), [1, 0, -1, -2]),
    ("seq(3.7)", lambda: r.seq(3.7), [1, 2, 3]),
    ("seq()", r.seq, [1]),
    ("seq(c(5, 6, 7))", lambda: r.seq([5, 6, 7]), [1, 2, 3]),
    ("seq(2, 5)", lambda: r.seq(2, 5), [2, 3, 4, 5]),
    ("seq(5, 2)", lambda: r.seq(5, 2), [5, 4, 3, 2]),
    ("seq(1.5, 4)", lambda: r.seq(1.5, 4), [1.5, 2.5, 3.5]),
    ("seq(4, 4)", lambda: r.seq(4, 4), [4]),
    ("seq(1, 10, by = 3)", lambda: r.seq(1, 10, 3), [1, 4, 7, 10]),
    ("seq(1, 6, by = 3)", lambda: r.seq(1, 6, by=3), [1, 4]),
    ("seq(10, 1, by = -4)", lambda: r.seq(10, 1, -4), [10, 6, 2]),
    ("seq(1, 10, length.out = 4)", lambda: r.seq(1, 10, length_out=4), [1, 4, 7, 10]),
    ("seq(1, 10, length.out = 3.2)", lambda: r.seq(1, 10, length_out=3.2), [1, 4, 7, 10]),
    ("seq(10, by = 5, length.out = 3)", lambda: r.seq(10, by=5, length_out=3), [10, 15, 20]),
    ("seq(to = 10, length.out = 3)", lambda: r.seq(to=10, length_out=3), [8, 9, 10]),
    ("seq(to = 10, by = 5, length.out = 3)", lambda: r.seq(to=10, by=5, length_out=3), [0, 5, 10]),
    ("seq(length.out = 3)", lambda: r.seq(length_out=3), [1, 2, 3]),
    ("seq(length.out = 0)", lambda: r.seq(length_out=0), []),
    ("seq(along.with = c('a', 'b'))", lambda: r.seq(along_with=["a", "b"]), [1, 2]),
    ("seq(0, 10, along.with = 1:3)", lambda: r.seq(0, 10, along_with=[7, 8, 9]), [0, 5, 10]),
    ("matrix(1:6, nrow = 2)", lambda: r.matrix(r.seq(6), nrow=2), [[1, 3, 5], [2, 4, 6]]),
    ("matrix(1:6, ncol = 2)", lambda: r.matrix(r.seq(6), ncol=2), [[1, 4], [2, 5], [3, 6]]),
    ("matrix(1:6, 2, byrow = TRUE)", lambda: r.matrix(r.seq(6), 2, byrow=True), [[1, 2, 3], [4, 5, 6]]),
    ("matrix(1:3)", lambda: r.matrix([1, 2, 3]), [[1], [2], [3]]),
    ("matrix(0, 2, 3)", lambda: r.matrix(0, 2, 3), [[0, 0, 0], [0, 0, 0]]),
    ("matrix(1:2, 2, 2)", lambda: r.matrix([1, 2], 2, 2), [[1, 1], [2, 2]]),
    ("matrix(NA, 1, 2)", lambda: r.matrix(None, 1, 2), [[NAN, NAN]]),
    ("matrix(numeric(0), 1, 2)", lambda: r.matrix([], 1, 2), [[NAN, NAN]]),
    ("matrix(matrix(1:4, 2), 1)", lambda: r.matrix([[1, 3], [2, 4]], 1), [[1, 2, 3, 4]]),
    ("diag(2)", lambda: r.diag(2), [[1, 0], [0, 1]]),
    ("diag(2.9)", lambda: r.diag(2.9), [[1, 0], [0, 1]]),
    ("diag(c(2))", lambda: r.diag([2]), [[1, 0], [0, 1]]),
    ("diag(c(3, 4))", lambda: r.diag([3, 4]), [[3, 0], [0, 4]]),
    ("diag(matrix(1:4, 2))", lambda: r.diag([[1, 3], [2, 4]]), [1, 4]),
    ("diag(matrix(1:6, 2))", lambda: r.diag([[1, 3, 5], [2, 4, 6]]), [1, 4]),
    ("diag(5, 2)", lambda: r.diag(5, 2), [[5, 0], [0, 5]]),
    ("diag(nrow = 2)", lambda: r.diag(nrow=2), [[1, 0], [0, 1]]),
    ("diag(1:2, 3)", lambda: r.diag([1, 2], 3), [[1, 0, 0], [0, 2, 0], [0, 0, 1]]),
    ("diag(1, 2, 3)", lambda: r.diag(1, 2, 3), [[1, 0, 0], [0, 1, 0]]),
    ("cbind(1:2, 3:4)", lambda: r.cbind([1, 2], [3, 4]), [[1, 3], [2, 4]]),
    ("cbind(1:3, 0)", lambda: r.cbind([1, 2, 3], 0), [[1, 0], [2, 0], [3, 0]]),
    ("cbind(1:4, 1:2)", lambda: r.cbind(r.seq(4), [1, 2]), [[1, 1], [2, 2], [3, 1], [4, 2]]),
    ("cbind(matrix(1:4, 2), 5:6)", lambda: r.cbind([[1, 3], [2, 4]], [5, 6]), [[1, 3, 5], [2, 4, 6]]),
    ("cbind(NULL, 1:2, numeric(0))", lambda: r.cbind(None, [1, 2], []), [[1], [2]]),
    ("cbind(1:2, c('a', 'b'))", lambda: r.cbind([1, 2], ["a", "b"]), [["1", "a"], ["2", "b"]]),
    ("rbind(1:2, 3:4)", lambda: r.rbind([1, 2], [3, 4]), [[1, 2], [3, 4]]),
    ("rbind(matrix(1:4, 2), 0)", lambda: r.rbind([[1, 3], [2, 4]], 0), [[1, 3], [2, 4], [0, 0]]),
    ("rbind(1:4, 1:2)", lambda: r.rbind(r.seq(4), [1, 2]), [[1, 2, 3, 4], [1, 2, 1, 2]]),
    ("unlist(strsplit('a,b,,c', ','))", lambda: r.spl("a,b,,c"), ["a", "b", "", "c"]),
    ("unlist(strsplit(',a,', ','))", lambda: r.spl(",a,"), ["", "a"]),
    ("unlist(strsplit('abc', ''))", lambda: r.spl("abc", ""), ["a", "b", "c"]),
    (r"unlist(strsplit('a.b', '\\.'))", lambda: r.spl("a.b", "\\."), ["a", "b"]),
    ("unlist(strsplit('', ','))", lambda: r.spl(""), []),
    ("unlist(strsplit(c('a b', 'c'), ' '))", lambda: r.spl(["a b", "c"], " "), ["a", "b", "c"]),
    ("paste(1:3, collapse = ',')", lambda: r.join([1, 2, 3], ","), "1,2,3"),
    ("paste(c(0.1, 1e5, 1/3), collapse = ' ')", lambda: r.join([0.1, 1e5, 1 / 3], " "), "0.1 1e+05 0.333333333333333"),
    ("paste(c(TRUE, FALSE), collapse = ' ')", lambda: r.join([True, False], " "), "TRUE FALSE"),
    ("paste(c('a', NA), collapse = ' ')", lambda: r.join(["a", None], " "), "a NA"),
    ("paste(character(0), collapse = ',')", lambda: r.join([], ","), ""),
    ("trimws(c(' a', 'b c '))", lambda: r.trim([" a", "b c "]), ["a", "b c"]),
    ("as.vector(matrix(1:4, 2))", lambda: r.vec([[1, 3], [2, 4]]), [1, 2, 3, 4]),
    ("length(matrix(0, 2, 3))", lambda: r.len(r.matrix(0, 2, 3)), 6),
    ("length('abc')", lambda: r.len("abc"), 1),
    ("length(NULL)", lambda: r.len(None), 0),
    ("length(list(1, a = 2))", lambda: r.len(r.list(1, a=2)), 2),
    ("kronecker(matrix(1, 2, 1), matrix(1:2, 1))", lambda: r.repmat([[1, 2]], 2, 1), [[1, 2], [1, 2]]),
    ("kronecker(matrix(1, 1, 2), 1:2)", lambda: r.repmat([1, 2], 1, 2), [[1, 1], [2, 2]]),
    ("paste0(format(c(10, 123.4), big.mark = ','), '%')", lambda: r.to_percent([0.1, 1.234]), [" 10.0%", "123.4%"]),
    ("format(c(1, 10, 100), big.mark = ',')", lambda: r.to_nice([1, 10, 100]), ["  1", " 10", "100"]),
    ("format(1234567.89, big.mark = ',')", lambda: r.to_nice(1234567.891), "1,234,568"),
    ("format(round(2/3, 2))", lambda: r.to_nice(2 / 3), "0.67"),
    ("format(c(-1.5, 0))", lambda: r.to_nice([-1.5, 0]), ["-1.5", " 0.0"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "call", "printed"), VALUES, ids=[expression for expression, *_ in VALUES])
def test_the_value_that_R_prints(expression: str, call: Callable[[], Any], printed: Any) -> None:
    assert expression
    found = call()
    same(found, printed)
    assert np.shape(found) == np.shape(printed)


def test_the_fuzz_of_seq_reaches_its_end() -> None:
    """R: length(seq(0, 1, by = 0.1)) is 11 and its last value exactly 1, although 0.1 is no binary fraction."""
    values = r.seq(0, 1, by=0.1)
    assert len(values) == 11 and values[-1] == 1.0
    assert r.seq(0, 0.3, by=0.1)[-1] <= 0.3  # 3 * 0.1 is above 0.3: R cuts it to the end
    np.testing.assert_allclose(r.seq(1, 2, by=0.3), [1, 1.3, 1.6, 1.9], rtol=1e-15)  # rounding of one sum


def test_whole_numbers_stay_whole() -> None:
    for values in (r.seq(4), r.seq(1, 9, 2), r.matrix(r.seq(4), 2), r.rep([1, 2], 2), r.c(1, [2, 3])):
        assert values.dtype.kind == "i"


# ---------------------------------------------------------------------------------------------------- recycling

UNEVEN: list[tuple[str, Callable[[], Any], Any, str]] = [
    ("cbind(1:3, 1:2)", lambda: r.cbind([1, 2, 3], [1, 2]), [[1, 1], [2, 2], [3, 1]],
     "argument 2 has 2 values, which do not fill 3 rows evenly"),
    ("cbind(matrix(1:4, 2), 1:3)", lambda: r.cbind([[1, 3], [2, 4]], [1, 2, 3]), [[1, 3, 1], [2, 4, 2]],
     "argument 2 has 3 values, which do not fill 2 rows evenly"),
    ("rbind(1:2, 1:3)", lambda: r.rbind([1, 2], [1, 2, 3]), [[1, 2, 1], [1, 2, 3]],
     "argument 1 has 2 values, which do not fill 3 columns evenly"),
    ("matrix(1:3, 2, 2)", lambda: r.matrix([1, 2, 3], 2, 2), [[1, 3], [2, 1]],
     "3 values do not fill a matrix of 2 x 2 evenly"),
    ("matrix(1:5, 2)", lambda: r.matrix(r.seq(5), 2), [[1, 3, 5], [2, 4, 1]],
     "5 values do not fill a matrix of 2 x 3 evenly"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "call", "printed", "words"), UNEVEN, ids=[case[0] for case in UNEVEN])
def test_R_warns_where_lengths_do_not_divide(expression: str, call: Any, printed: Any, words: str) -> None:
    with pytest.warns(SitpyWarning, match=words) as record:
        found = call()
    same(found, printed)
    assert record[0].filename == __file__, "the warning points at the caller"


vectors = st.lists(st.integers(-9, 9), min_size=1, max_size=7)


@given(vectors, vectors)
def test_columns_repeat_the_shorter_vector(a: list[int], b: list[int]) -> None:
    n = max(len(a), len(b))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        columns, rows = r.cbind(a, b), r.rbind(a, b)
    assert columns.tolist() == [[a[i % len(a)], b[i % len(b)]] for i in range(n)]
    same(rows, columns.T)
    assert len(said) == (2 if n % min(len(a), len(b)) else 0)


@given(vectors, st.integers(1, 4), st.integers(1, 4))
def test_a_matrix_is_the_data_repeated_column_by_column(data: list[int], nrow: int, ncol: int) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        filled, across = r.matrix(data, nrow, ncol), r.matrix(data, ncol, nrow, byrow=True)
    assert r.vec(filled).tolist() == [data[i % len(data)] for i in range(nrow * ncol)]
    same(across.T, filled)
    assert len(said) == (2 if nrow * ncol % len(data) else 0)


@given(vectors, st.integers(0, 3), st.integers(0, 3), st.none() | st.integers(0, 9))
def test_rep_by_plain_loops(x: list[int], times: int, each: int, length_out: int | None) -> None:
    longer = [value for value in x for _ in range(each)]
    if length_out is None:
        assert r.rep(x, times, each=each).tolist() == longer * times
        assert r.rep(x, [times] * len(x)).tolist() == [value for value in x for _ in range(times)]
    elif longer:
        assert r.rep(x, times, length_out, each).tolist() == [longer[i % len(longer)] for i in range(length_out)]


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9))
def test_seq_ends_within_its_limits(first: int, last: int, step: int) -> None:
    by = step if last >= first else -step
    assert r.seq(first, last, by).tolist() == [*range(first, last + (1 if by > 0 else -1), by)]
    # the same in tenths, whose rounding the fuzz must bridge (1e-12: a few roundings of numbers up to 50)
    np.testing.assert_allclose(r.seq(first / 10, last / 10, by / 10), r.seq(first, last, by) / 10, atol=1e-12)


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=5))
def test_join_undoes_spl(pieces: list[str]) -> None:
    assert r.spl(r.join(pieces, ","), ",").tolist() == pieces


# -------------------------------------------------------------------------------------------------------- labels


def test_cbind_keeps_names() -> None:
    frame = r.cbind(FRAME, C=[5, 6], D=0)
    assert frame.columns.tolist() == ["A", "B", "C", "D"] and frame.index.tolist() == ["x", "y"]
    same(frame, [[1, 3, 5, 0], [2, 4, 6, 0]])
    assert r.cbind(FRAME, 7).columns.tolist() == ["A", "B", ""]
    series = pd.Series([1.0, 2.0, 3.0, 4.0], index=DATES, name="SPY")
    by_date = r.cbind(series, TLT=series * 2)
    assert by_date.columns.tolist() == ["SPY", "TLT"] and isinstance(by_date.index, pd.DatetimeIndex)
    assert isinstance(r.cbind(np.eye(2), pd.Series([1, 2])), np.ndarray)  # a Series that only counts has no labels


def test_rbind_keeps_names() -> None:
    frame = r.rbind(FRAME, z=[5, 6])
    assert frame.index.tolist() == ["x", "y", "z"] and frame.columns.tolist() == ["A", "B"]
    same(frame, [[1, 3], [2, 4], [5, 6]])
    prices = pd.DataFrame({"A": [1.0, 2, 3, 4]}, index=DATES)
    whole = r.rbind(prices.iloc[:2], prices.iloc[2:])
    pd.testing.assert_frame_equal(whole, prices, check_freq=False)


def test_a_table_keeps_the_types_of_its_columns() -> None:
    frame = r.cbind(FRAME, name=["one", "two"])
    assert frame["A"].dtype.kind == "f" and frame["name"].tolist() == ["one", "two"]


def test_row_labels_that_differ_are_refused() -> None:
    other = FRAME.rename(index={"x": "z"})
    with pytest.raises(
        InputError, match=r"the rows of argument 2 are labelled otherwise than those of argument 1; .*reindex"
    ):
        r.cbind(FRAME, other)
    with pytest.raises(InputError, match="the columns of argument 2 are labelled otherwise than those of argument 1"):
        r.rbind(FRAME, FRAME[["B", "A"]])


def test_names_of_a_vector() -> None:
    """R: c(a = 1:2, b = 3) prints the names a1 a2 b; c(c(x = 1), 2) the names x and ""."""
    assert r.c(a=[1, 2], b=3).to_dict() == {"a1": 1, "a2": 2, "b": 3}
    assert r.c(pd.Series({"x": 1}), 2).index.tolist() == ["x", ""]
    assert r.c(a=pd.Series({"x": 1})).index.tolist() == ["a.x"]
    assert r.rep(pd.Series({"x": 1, "y": 2}), 2).index.tolist() == ["x", "y", "x", "y"]


def test_diag_keeps_labels() -> None:
    cov = pd.DataFrame([[4.0, 1.0], [1.0, 9.0]], index=["A", "B"], columns=["A", "B"])
    assert r.diag(cov).to_dict() == {"A": 4.0, "B": 9.0}
    back = r.diag(r.diag(cov))
    assert back.columns.tolist() == back.index.tolist() == ["A", "B"]
    same(r.diag(FRAME), [1, 4])  # rows and columns have different names


def test_matrix_with_names() -> None:
    frame = r.matrix([1, 2, 3, 4], 2, dimnames=(["x", "y"], ["A", "B"]))
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"A": [1, 2], "B": [3, 4]}, index=["x", "y"]))


@pytest.mark.parametrize(
    "call",
    [
        lambda t: r.ifna(t, 0),
        r.ifna_prev,
        r.mlag,
        lambda t: r.mlag(t, -1),
        lambda t: r.iif(t > 1, t, 0),
        lambda t: r.iif(t > 1, 1, 0),
        r.ntop,
        r.ntop_keep,
        r.to_nice,
        r.to_percent,
    ],
)
def test_tables_come_back_with_their_labels(call: Callable[[Any], Any]) -> None:
    before = FRAME.copy()
    found = call(FRAME)
    assert found.index.equals(FRAME.index) and found.columns.equals(FRAME.columns)
    pd.testing.assert_frame_equal(FRAME, before)
    same(call(FRAME.to_numpy()), found)


def test_series_come_back_with_their_labels() -> None:
    series = pd.Series([1.0, NAN, 3.0, 4.0], index=DATES, name="SPY")
    for found in (
        r.ifna(series, 0),
        r.ifna_prev(series),
        r.mlag(series),
        r.to_nice(series),
        r.iif(series > 2, series, 0),
    ):
        assert found.index.equals(DATES) and found.name == "SPY"
    assert r.mlast(series, 2).index.equals(DATES[2:])
    assert r.rep_row(pd.Series({"A": 1, "B": 2}), 2).columns.tolist() == ["A", "B"]
    assert r.rep_col(pd.Series({"A": 1, "B": 2}), 2).index.tolist() == ["A", "B"]
    assert r.trim(pd.Series([" a ", None], index=["x", "y"])).iloc[0] == "a"


# ------------------------------------------------------------------------------------------------ missing values


def test_iif_chooses() -> None:
    same(r.iif([True, False], [1, 2], [10, 20]), [1, 20])
    same(r.iif([True, None, False], "a", "b"), ["a", "b", "b"])  # missing counts as false
    assert r.iif(True, [1, 2, 3], "other") == [1, 2, 3]  # a single condition chooses the whole
    same(r.iif([True, False], 1, "b"), ["1", "b"])  # one type, as in R
    same(r.iif(np.array([[True], [False]]), 1, 0), [[1], [0]])


def test_ifna_replaces_infinite_values_too() -> None:
    same(r.ifna([1, NAN, np.inf, -np.inf], 0), [1, 0, 0, 0])
    same(r.ifna([NAN, 2], [7, 8]), [7, 2])
    same(r.ifna(["a", None], "b"), ["a", "b"])
    assert r.ifna(NAN, 5) == 5 and r.ifna(3, 5) == 3
    same(r.ifna([1, 2], 0), [1, 2])


def test_ifna_prev_goes_down_each_column() -> None:
    same(r.ifna_prev([NAN, 1, NAN, NAN, 2, NAN]), [NAN, 1, 1, 1, 2, 2])
    same(r.ifna_prev([[1, NAN], [NAN, 2], [3, NAN]]), [[1, NAN], [1, 2], [3, 2]])
    same(r.ifna_prev(["a", None]), ["a", "a"])


def test_mlag_moves_rows() -> None:
    same(r.mlag([1, 2, 3, 4], 2), [NAN, NAN, 1, 2])
    same(r.mlag([1, 2, 3, 4], -1), [2, 3, 4, NAN])
    same(r.mlag([1, 2], 0), [1, 2])
    same(r.mlag([1, 2], 5), [NAN, NAN])
    same(r.mlag([1, 2], -5), [NAN, NAN])
    same(r.mlag([[1, 2], [3, 4]]), [[NAN, NAN], [1, 2]])
    same(r.mlag([True, False]), [NAN, 1])
    assert r.mlag(["a", "b"]).tolist() == [None, "a"]


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=8), st.integers(-9, 9))
def test_a_lag_and_back(x: list[float], k: int) -> None:
    back = r.mlag(r.mlag(x, k), -k)
    kept = ~np.isnan(back)
    assert kept.sum() == max(0, len(x) - abs(k))
    same(back[kept], np.array(x)[kept])


def test_mlast_and_count() -> None:
    same(r.mlast([1, 2, 3]), [3])
    assert r.mlast(FRAME).index.tolist() == ["y"]
    table = FRAME.mask(FRAME == 3)
    assert r.count(table).to_dict() == {"A": 2, "B": 1}
    assert r.count(table, side=1).to_dict() == {"x": 1, "y": 2}
    assert r.count(["a", None, "b"]) == 2


# ---------------------------------------------------------------------------------------------------------- ntop


def test_ntop_holds_the_best() -> None:
    same(r.ntop([[3, 1, 2]], 1), [[1, 0, 0]])
    same(r.ntop([[3, 1, 2]], 2, dirMaxMin=False), [[0, 0.5, 0.5]])
    same(r.ntop([[NAN, 1, NAN], [NAN] * 3], 2), [[0, 1, 0], [0, 0, 0]])  # fewer values, none
    same(r.ntop([[1, 1, 1]], 2), [[0.5, 0.5, 0]])  # of equal ones the first
    same(r.ntop([[-np.inf, np.inf, 0]], 5), [[1 / 3] * 3])


def test_ntop_keep_by_hand() -> None:
    ranks = [[4, 3, 2, 1], [2, 4, 3, 1], [1, 2, 3, 4], [NAN] * 4, [1, 2, 3, 4]]
    same(
        r.ntop_keep(ranks, 2, 3),
        [
            [0.5, 0.5, 0, 0],  # the best two
            [0.5, 0.5, 0, 0],  # the first is third now: kept
            [0, 0.5, 0, 0.5],  # the first is last: out; the second is third: kept; the best comes in
            [0, 0, 0, 0],
            [0, 0, 0.5, 0.5],  # nothing to keep
        ],
    )


@given(
    st.lists(st.lists(st.integers(0, 9) | st.just(NAN), min_size=4, max_size=4), min_size=1, max_size=6),
    st.integers(1, 4),
)
def test_weights_are_equal_and_held_assets_are_no_worse(data: list[list[float]], topn: int) -> None:
    weight, values = r.ntop(data, topn), np.array(data, dtype=float)
    for row, score in zip(weight, values):
        n = min(topn, int((~np.isnan(score)).sum()))
        assert (row > 0).sum() == n and np.all(row[row > 0] == 1 / max(n, 1))
        if n:
            assert score[row > 0].min() >= np.nanmax(np.append(score[row == 0], -1))
    same(r.ntop_keep(data, topn, topn), weight)  # who is kept is among the best anyway


# ------------------------------------------------------------------------------------------------------- text


def test_text_in_a_table_stays() -> None:
    table = pd.DataFrame({"name": ["Sharpe", None], "value": [1234.5, NAN]})
    same(r.to_nice(table), [["Sharpe", "1,234.5"], ["", ""]])
    assert r.to_nice("1234.5") == "1,234.5"
    assert r.to_nice(5, eprefix=" EUR") == "5 EUR"
    assert r.to_percent(-0.00001) == "0%"  # no minus zero
    assert r.to_nice([np.inf, 1]).tolist() == ["Inf", "  1"]


# ----------------------------------------------------------------------------------------------------- positions


def test_lookup_index_counts_from_zero() -> None:
    assert r.lookup_index(FRAME, "B").tolist() == [1]
    assert r.lookup_index(pd.Series({"x": 1, "y": 2}), r.spl("y,x")).tolist() == [1, 0]
    assert r.lookup_index(["a", "b", "c"]).tolist() == [0, 1, 2]
    assert r.lookup_index(["a", "b", "c"], [2, -1]).tolist() == [2, 2]


RANGES = [
    ("", [0, 1, 2, 3]),
    (None, [0, 1, 2, 3]),
    ("2009", [0, 1]),
    ("2010::", [2, 3]),
    ("::2009", [0, 1]),
    ("::", [0, 1, 2, 3]),
    ("2009-12::2010-01", [1, 2]),
    ("2009:12::2010:01", [1, 2]),
    ("200912/201001", [1, 2]),
    ("2009-12-31", [1]),
    ("20091231::20100130", [1]),
    ("1995::1999", []),
    (["2009-11", "2010-02"], [0, 3]),
    ([3, 0], [3, 0]),
]


@pytest.mark.parametrize(("dates", "rows"), RANGES)
def test_dates2index_reads_ranges_as_xts_does(dates: Any, rows: list[int]) -> None:
    assert r.dates2index(DATES, dates).tolist() == rows
    assert r.dates2index(pd.Series(0, index=DATES), dates).tolist() == rows
    assert r.dates2index(pd.DataFrame({"A": 0}, index=DATES.strftime("%Y-%m-%d")), dates).tolist() == rows


def test_dates2index_of_years() -> None:
    years = pd.Series(0, index=[1970, 1971, 1972])
    assert r.dates2index(years, "1971::").tolist() == [1, 2]


# ---------------------------------------------------------------------------------------------------------- list


def test_a_list_is_read_and_set_by_name_and_position() -> None:
    x = r.list(10, "b", a=1)
    assert (x[0], x[1], x[2], x[-1], x.a, x["a"]) == (10, "b", 1, 1, 1, 1)
    x["expected.return"] = [0.1]
    x[0] = 11
    x[2] = 5
    x.a += 1
    assert x.expected_return == x["expected_return"] == x["expected.return"] == [0.1]
    assert [*x] == [11, "b", 6, [0.1]] and len(x) == 4 and x.names() == ["a", "expected_return"]
    assert "a" in x and "expected.return" in x and "z" not in x and "names" not in x
    del x.a
    assert "a" not in x and len(x) == 3
    assert repr(r.list()) == "list()" and len(r.list()) == 0
    assert isinstance(x, sitpy.record.Record)
    other = copy.deepcopy(x)
    other.expected_return.append(0.2)
    assert x.expected_return == [0.1]
    assert r.list(names=3)[0] == 3 and r.list(names=3)["names"] == 3  # a field may have the name of a method


def test_lists_are_joined() -> None:
    """R: c(list(1, a = 2), list(b = 3), 4:5, d = 6) has the values 1 2 3 4 5 6."""
    x = r.c(r.list(1, a=2), r.list(b=3), [4, 5], d=6)
    assert (x.a, x.b, x.d) == (2, 3, 6) and [x[i] for i in range(3)] == [1, 4, 5]


# ------------------------------------------------------------------------------------------------------- layout


def test_layout_takes_a_matrix() -> None:
    import matplotlib.pyplot as plt

    ef = sitpy.portopt(sitpy.aa_test_create_ia_rebal(), sitpy.create_basic_constraints(9), 3)
    page = r.layout(r.matrix(r.seq(2), nrow=1))
    maps = [sitpy.plot_transition_map(ef) for _ in range(2)]
    assert [ax.figure for ax in maps] == [page, page]
    assert maps[0].get_position().x0 < maps[1].get_position().x0
    for form in (r.matrix([1.0, 2.0], 1), pd.DataFrame([[1, 2]])):
        assert r.layout(form).get_size_inches().tolist() == page.get_size_inches().tolist()
    assert r.layout(1, 2).get_size_inches().tolist() == page.get_size_inches().tolist()
    plt.close("all")


def test_pictures_are_loaded_only_when_drawn() -> None:
    code = "import sys; from sitpy.r import *; print(any('matplotlib' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# ------------------------------------------------------------------------------------------------------- errors

ERRORS: list[tuple[Callable[[], Any], str]] = [
    (lambda: r.rep([1, 2, 3], [1, 2]), r"times has 2 numbers; expected 1, or 3: one for each entry"),
    (lambda: r.spl("a", 3), r"delim is 3; give text"),
    (lambda: r.join(["a"], None), r"delim is None; give text"),
    (lambda: r.to_nice(1.5, "x"), r"nround is 'x'; give a whole number of decimals"),
    (lambda: r.to_percent(0.5, 1.5), r"nround is 1\.5; give a whole number of decimals"),
    (lambda: r.mlag([1, 2], "x"), r"nlag is 'x'; give a whole number of rows, negative to look ahead"),
    (lambda: r.matrix([1, 2], 1, dimnames="ab"), r"dimnames is 'ab'; give the names of the rows"),
    (lambda: r.matrix([1, 2], 1, dimnames=(["a"], ["b"])), r"dimnames is .*; give 1 names of rows and 2 of columns"),
    (lambda: r.matrix([1, 2], byrow="yes"), r"byrow is 'yes'; give True or False"),
    (lambda: r.ntop([[1, 2]], 1, "yes"), r"dirMaxMin is 'yes'; give True or False"),
    (lambda: r.c(np.array(["2020-01-01"], "M8[D]"), 1), r"dates and numbers do not go together; write the dates as text"),
    (lambda: r.seq(1, 10**30), r"to is 1000.*; expected one finite number"),
    (lambda: r.rep([1], -1), r"times is -1; give a whole number, 0 or more"),
    (lambda: r.rep([1], each=-1), r"each is -1; give a whole number, 0 or more"),
    (lambda: r.rep([1], length_out="x"), r"length_out is 'x'; give a whole number"),
    (lambda: r.seq(1, 5, -1), r"by is -1, the wrong sign to lead from 1 to 5; turn it"),
    (lambda: r.seq(1, 5, 0), r"by is 0, which never leads from 1 to 5"),
    (lambda: r.seq(1, 5, 1, 5), r"seq was given from_, to, by and a length"),
    (lambda: r.seq(1, NAN), r"to is nan; expected one finite number"),
    (lambda: r.seq("a", 3), r"from_ is 'a'; expected one finite number"),
    (lambda: r.seq(1, [2, 3]), r"to is \[2, 3\]; expected one finite number"),
    (lambda: r.seq(length_out=-1), r"length_out is -1; expected 0 or more"),
    (lambda: r.matrix(1, -1), r"nrow is -1; give a whole number, 0 or more"),
    (lambda: r.matrix(1, ncol=NAN), r"ncol is nan; give a whole number"),
    (lambda: r.diag([[1, 2], [3, 4]], 2), r"nrow and ncol are not for a matrix x"),
    (r.diag, r"diag needs x or nrow"),
    (lambda: r.diag(-1), r"x is -1; give a whole number"),
    (lambda: r.diag([], 2), r"x is empty; give at least one value for the diagonal"),
    (lambda: r.diag(np.zeros((1, 1, 1))), r"x has 3 dimensions"),
    (
        lambda: r.cbind(np.eye(2), np.eye(3)),
        r"argument 2 has 3 rows but argument 1 has 2; matrices that are bound together need the same number of rows",
    ),
    (lambda: r.rbind(np.eye(2), 0, np.eye(3)), r"argument 3 has 3 columns but argument 1 has 2"),
    (lambda: r.cbind(np.zeros((1, 1, 1))), r"argument 1 has 3 dimensions; expected a number, a vector or a matrix"),
    (lambda: r.c([[1], [2, 3]]), r"parts have different lengths"),
    (lambda: r.c({"a": 1}), r"found a dict, .*give a vector, a Series or list"),
    (lambda: r.spl(5), r"spl splits text; found 5"),
    (lambda: r.spl("a(b", "("), r"delim '\(' is no regular expression: .*; put a \\ before special signs"),
    (lambda: r.trim([1]), r"trim takes text; found \[1\]"),
    (lambda: r.to_percent("5"), r"to_percent takes fractions such as 0.05; found '5'"),
    (lambda: r.iif(NAN, 1, 2), r"the condition is missing; expected True or False"),
    (
        lambda: r.iif([True, False], [1, 2, 3], 0),
        r"truepart has shape \(3,\) and the condition \(2,\); expected one value, or the same shape",
    ),
    (lambda: r.ifna([1, NAN], [1, 2, 3]), r"truepart has shape \(3,\)"),
    (lambda: r.mlast([1, 2], 3), r"n is 3 but there are 2 rows; ask for no more than these"),
    (lambda: r.mlast([1, 2], 0), r"n is 0; give a whole number, 1 or more"),
    (lambda: r.count([[1]], 3), r"side is 3; expected 2 to count per column, or 1 to count per row"),
    (lambda: r.ntop([1, 2]), r"data has shape \(2,\) and type int64; expected numbers, periods x assets \(rbind"),
    (lambda: r.ntop([["a"]]), r"data has shape \(1, 1\) and type <U1; expected numbers"),
    (lambda: r.ntop([[1]], 0), r"topn is 0; give a whole number, 1 or more"),
    (lambda: r.ntop_keep([[1]], 1, -1), r"keepn is -1; give a whole number, 0 or more"),
    (lambda: r.repmat(1, -1, 1), r"n is -1"),
    (lambda: r.rep_row([1], -1), r"nr is -1"),
    (lambda: r.rep_col([1], -1), r"nc is -1"),
    (lambda: r.lookup_index(["SPY", "QQQ"], "SPX"), r"there is no 'SPX' among the labels; did you mean 'SPY'\?"),
    (lambda: r.lookup_index(["SPY", "QQQ"], "Gold"), r"there is no 'Gold' among the labels; there are SPY, QQQ"),
    (lambda: r.lookup_index(["SPY", "QQQ"], 2), r"index holds 2; expected names, or positions 0..1"),
    (lambda: r.lookup_index(["SPY", "QQQ"], 0.5), r"index holds 0.5; expected names"),
    (lambda: r.dates2index([1, 2], "2010"), r"x is a list; expected a Series or DataFrame with dates"),
    (lambda: r.dates2index(pd.RangeIndex(3), "2010"), r"found int64 labels; give a Series or DataFrame with a DatetimeIndex"),
    (lambda: r.dates2index(pd.Index([20050131]), "2005"), r"whole numbers in the index are read as years, which fails"),
    (lambda: r.dates2index(DATES, "next year"), r"dates 'next year' is not a range such as '1990::2010'"),
    (lambda: r.dates2index(DATES, "2010-13::"), r"dates '2010-13::' is not a range"),
    (lambda: r.dates2index(DATES, 4), r"dates holds 4; expected names, or positions 0..3"),
    (lambda: r.list(_a=1), r"the list cannot have the name '_a'; let it begin with a letter"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), ERRORS, ids=[words[:40] for _, words in ERRORS])
def test_what_cannot_be_done_says_so(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


def test_what_a_list_does_not_have() -> None:
    x = r.list(1, a=2)
    with pytest.raises(AttributeError, match="the list has no 'b'; it has a"):
        x.b  # noqa: B018
    with pytest.raises(KeyError, match="the list has no 'b'; it has a"):
        x["b"]
    with pytest.raises(KeyError, match=r"the list has no position 2: its 2 value\(s\) are counted from 0"):
        x[2]
    with pytest.raises(KeyError, match="the list has no position 2"):
        x[2] = 3


# --------------------------------------------------------------------------------------------------- documented


@pytest.mark.parametrize("name", [name for name in r.__all__ if callable(getattr(r, name))])
def test_every_helper_is_documented(name: str) -> None:
    text = inspect.getdoc(getattr(r, name)) or ""
    assert ">>>" in text and "References\n----------\n" in text
    assert any(source in text for source in ("SIT, ``", "base R, ``"))
    module = importlib.import_module(getattr(r, name).__module__)
    assert doctest.DocTestFinder().find(getattr(r, name), name, module)


def test_all_names_of_the_specification_are_there() -> None:
    names = (
        "c cbind rbind rep diag matrix seq len spl trim join iif ifna ifna_prev mlag mlast repmat vec rep_row rep_col count "
        "ntop ntop_keep lookup_index to_percent to_nice dates2index list layout"
    )
    constants = {"T": True, "F": False, "NULL": None, "NA": np.nan, "Inf": np.inf}
    assert sorted([*names.split(), *constants]) == sorted(r.__all__)
    assert repr({name: getattr(r, name) for name in constants}) == repr(constants)
    scope: dict[str, Any] = {}
    exec("from sitpy.r import *", scope)
    assert set(names.split()) <= set(scope)


def test_a_pasted_script() -> None:
    """Lines of a SIT script, with brackets and underscores as the only edits."""
    n = 3
    A = r.rbind(r.diag(n), -r.diag(n))
    b = r.c(r.rep(0, n), -r.rep(0.8, n))
    constraints = sitpy.new_constraints(r.cbind(r.diag(n), -r.diag(n)), b, type=">=")
    constraints = sitpy.add_constraints(r.rep(1, n), 1, type="=", constraints=constraints)
    assert A.shape == (6, 3) and constraints.A.shape == (3, 7) and constraints.meq == 1
