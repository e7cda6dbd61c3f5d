"""The doors for arguments: what they let through, and the words of those that they close."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sitpy import InputError, arguments

nan, inf = float("nan"), float("inf")


@pytest.mark.parametrize("value", [3, 3.0, np.int8(3), np.float32(3), np.array(3), np.array([3.0]), Fraction(6, 2)])
def test_a_count_is_an_int(value: Any) -> None:
    found = arguments.whole("n", value, 1)
    assert found == 3 and type(found) is int


@pytest.mark.parametrize("value", [0.5, np.float64(0.5), np.array([0.5]), Fraction(1, 2)])
def test_a_number_is_a_float(value: Any) -> None:
    assert type(arguments.real("x", value)) is float and arguments.real("x", value) == 0.5


def test_numbers_are_an_own_copy_in_one_layout() -> None:
    given = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    found = arguments.numbers("A", given)
    assert found.flags.c_contiguous and not np.shares_memory(found, given)
    np.testing.assert_array_equal(arguments.numbers("A", pd.DataFrame(given)), given)
    np.testing.assert_array_equal(arguments.numbers("A", [True, None, 2]), [1, nan, 2])


def test_what_else_is_let_through() -> None:
    assert arguments.positions("index", 2).tolist() == [2]
    assert arguments.positions("index", [], 3).tolist() == []
    assert arguments.flag("silent", 1) is True and arguments.flag("silent", np.False_) is False
    assert arguments.function("fn", len, "give one") is len
    assert arguments.listed("names", pd.Index(["a", "b"]), "give some") == ["a", "b"]
    assert arguments.minimum_return("mar", None) is None
    assert arguments.processes("cores", -1) == -1


CLOSED: list[tuple[Callable[[], Any], str]] = [
    *(
        (lambda v=v: arguments.whole("n", v, 2), f"n is {words}; give a whole number, 2 or more")
        for v, words in (
            (1, "1"),
            (2.5, "2.5"),
            (True, "True"),
            ("3", "'3'"),
            (nan, "nan"),
            (inf, "inf"),
            (None, "None"),
            ([3], "[3]"),
            (3j, "3j"),
            (np.ones(2), "[1.0, 1.0]"),
            (len, "the builtin_function_or_method len"),
            (int, "the type int"),
            (pd.Series([3]), "a Series of shape (1,)"),
        )
    ),
    *(
        (lambda v=v: arguments.real("rf", v, "give a rate"), f"rf is {words}; give a rate")
        for v, words in (
            (nan, "nan"),
            (-inf, "-inf"),
            (True, "True"),
            ("0.1", "'0.1'"),
            (np.ones((2, 2)), "an array of shape (2, 2)"),
        )
    ),
    (lambda: arguments.probability("alpha", 1), "alpha is 1; a confidence level lies between 0 and 1"),
    (lambda: arguments.yearly(0), "annual_factor is 0; give the number of periods per year (1, 12, 52, 252)"),
    (lambda: arguments.minimum_return("mar", inf), "mar is inf; give a finite return per period, or None for"),
    (lambda: arguments.processes("cores", 0), "cores is 0; give a number of processes, or -1"),
    *(
        (lambda v=v: arguments.numbers("w", v), f"w holds something that is not a number: {words}")
        for v, words in (
            (None, "found None"),
            ("0.5", "found text"),
            (["a"], "could not convert string to float: 'a'"),
            ([1j], "found complex128"),
            (np.array(["2020"], "M8[D]"), "found datetime64[D]"),
            ([[1], [1, 2]], ""),
            (pd.DataFrame({"A": [1.0], "B": ["u"]}), "could not convert string to float: 'u'"),
            ({"a": 1}, ""),
        )
    ),
    (lambda: arguments.finite("mu", [[1, 2], [3, nan]]), "mu[1, 1] is nan; give a finite number"),
    (lambda: arguments.finite("mu", inf), "mu is inf; give a finite number"),
    *(
        (
            lambda v=v: arguments.positions("index", v),
            f"index is {words}; expected whole numbers, positions counted from 0",
        )
        for v, words in (
            ([0.5], "[0.5]"),
            (["A"], "['A']"),
            ([True], "[True]"),
            ([inf], "[inf]"),
            ([[1], [1, 2]], "[[1], [1, 2]]"),
            ([[1, 2]], "[[1, 2]]"),
        )
    ),
    (lambda: arguments.positions("index", [0, 3], 3), "index reaches from 0 to 3 but the 3 assets are counted 0..2"),
    *(
        (lambda v=v: arguments.choice("type", v, ("a", "b", "c")), f"type {words} is not known; use 'a', 'b' or 'c'")
        for v, words in (("d", "'d'"), (None, "None"), (np.array(["a", "b"]), "['a', 'b']"), (["a"], "['a']"))
    ),
    (lambda: arguments.text("name", 3), "name is 3; give text"),
    (lambda: arguments.flag("silent", "no"), "silent is 'no'; give True or False"),
    (lambda: arguments.flag("silent", np.array([True, False])), "silent is [True, False]; give True or False"),
    (lambda: arguments.function("fn", "mean", "give a function"), "fn is 'mean'; give a function"),
    (lambda: arguments.function("fn", int, "give a function"), "fn is the type int; give a function"),
    (lambda: arguments.instance("ia", {}, pd.DataFrame, "give a table"), "ia is a dict; give a table"),
    (lambda: arguments.instance("ia", None, pd.DataFrame, "give a table"), "ia is None; give a table"),
    (lambda: arguments.listed("names", "abc", "give a list"), "names is 'abc'; give a list"),
    (lambda: arguments.listed("names", 3, "give a list"), "names is 3; give a list"),
]


@pytest.mark.parametrize(("call", "words"), CLOSED, ids=[words for _, words in CLOSED])
def test_a_closed_door_says_what_was_found_and_what_to_do(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match="^" + re.escape(words)):
        call()


def test_long_things_are_shown_by_type_and_shape() -> None:
    table = pd.DataFrame(np.zeros((300, 4)))
    assert arguments.shown(table) == "a DataFrame of shape (300, 4)"
    assert arguments.shown(np.zeros(7)) == "an array of shape (7,)"
    assert len(arguments.shown("x" * 1000)) < 100
    assert len(arguments.shown([table] * 9)) < 1000
