"""Views in words: what they mean, which names they may hold, and what is refused."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sitpy

COUNTRIES = ["Australia", "Canada", "France", "Germany", "Japan", "UK", "USA"]
ABC = ["A", "B", "C"]


def read(text: str | list[str], symbols: list[str] = ABC) -> tuple[list[list[float]], list[float]]:
    views = sitpy.bl_views(text, symbols)
    return views.pmat.to_numpy().round(12).tolist(), views.qmat.to_numpy().round(12).tolist()


@pytest.mark.parametrize(
    ("text", "row", "amount"),
    [
        ("A > B by 2%", [1, -1, 0], 0.02),
        ("A < B by 2%", [-1, 1, 0], 0.02),
        ("A > B by 0.02", [1, -1, 0], 0.02),
        ("A > B by .5 %", [1, -1, 0], 0.005),
        ("A>B by 2e-2", [1, -1, 0], 0.02),
        ("A = 12%", [1, 0, 0], 0.12),
        ("A = -3%", [1, 0, 0], -0.03),
        ("A = 0", [1, 0, 0], 0),
        ("A = B", [1, -1, 0], 0),
        ("A - B = 3%", [1, -1, 0], 0.03),
        ("A = B + 3%", [1, -1, 0], 0.03),
        ("A - 3% = B", [1, -1, 0], 0.03),
        ("12% = A", [-1, 0, 0], -0.12),
        ("0.5*A + 0.5*B > C by 2%", [0.5, 0.5, -1], 0.02),
        ("50% A + 50%*B > C by 2%", [0.5, 0.5, -1], 0.02),
        ("0.5 A + B*0.5 > C by 2%", [0.5, 0.5, -1], 0.02),
        ("(A + B)/2 > C by 2%", [0.5, 0.5, -1], 0.02),
        ("0.5 (A + B) - C = 2%", [0.5, 0.5, -1], 0.02),
        ("-(A - 2 B) = 1%", [-1, 2, 0], 0.01),
        ("2*3*A/4 = 1%", [1.5, 0, 0], 0.01),
        ("A + A - B = 1%", [2, -1, 0], 0.01),
        ("A = 150%", [1, 0, 0], 1.5),
        ("a > b by 2%".upper(), [1, -1, 0], 0.02),  # BY
        ("  A   >  B   by   2 %  ", [1, -1, 0], 0.02),
    ],
)
def test_what_a_view_means(text: str, row: list[float], amount: float) -> None:
    assert read(text) == ([row], [amount])


def test_several_views_are_parted_by_lines_or_semicolons() -> None:
    expected = ([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], [0.02, 0.04])
    for text in ("A > B by 2%; C = 4%", "\nA > B by 2%\n\n  C = 4%\n", ["A > B by 2%", "C = 4%"]):
        assert read(text) == expected


def test_labels_are_the_text_and_the_assets() -> None:
    views = sitpy.bl_views("Germany > 0.295*France + 0.705*UK by  5%; Canada - USA = 3% with 80% confidence", COUNTRIES)
    assert list(views.pmat.columns) == COUNTRIES
    texts = ["Germany > 0.295*France + 0.705*UK by 5%", "Canada - USA = 3% with 80% confidence"]
    assert list(views.pmat.index) == list(views["qmat"].index) == list(views["confidence"].index) == texts
    assert views.pmat.loc[texts[0]].to_dict() == pytest.approx(
        {"Australia": 0, "Canada": 0, "France": -0.295, "Germany": 1, "Japan": 0, "UK": -0.705, "USA": 0}
    )
    assert math.isnan(views.confidence.iloc[0]) and views.confidence.iloc[1] == 0.8


@pytest.mark.parametrize("words", ["with 65% confidence", "with 0.65 confidence", "With Confidence 65 %"])
def test_confidence(words: str) -> None:
    for view in ("A > B by 2%", "A = 4%"):
        assert sitpy.bl_views(f"{view} {words}", ABC).confidence.tolist() == [0.65]


# ---------------------------------------------------------------------------------------------------- names

STRANGE = [
    "Int'l Dev. Equity",
    "Int'l Emerg. Equity",
    "US Bonds",
    "US",
    "20Y_Treas",
    "S&P 500",
    "T-Bills",
    "BRK.B",
    "BRK",
    "Emerging (EM)",
    "3M",
    "by",
    "600519",
    'Say "A"',
    "Größe",
]


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("quote", ["", '"', "'", "`"])
def test_strange_names(name: str, quote: str) -> None:
    """Every name in any quotes, and bare unless it is a word of the language or a number."""
    if quote == "" and name in ("by", "600519"):
        with pytest.raises(sitpy.InputError, match="view 1"):
            sitpy.bl_views(f"{name} > US by 2%", STRANGE)
        return
    for text in (f"{quote}{name}{quote} = 2%", f"2% = 0.5*{quote}{name}{quote}", f"({quote}{name}{quote})/2=2%"):
        row = sitpy.bl_views(text, STRANGE).pmat.iloc[0]
        assert list(row.index[row != 0]) == [name]


def test_the_longest_name_is_taken_and_spaces_within_it_may_vary() -> None:
    row = sitpy.bl_views("US   Bonds - US = 1%", STRANGE).pmat.iloc[0]
    assert row["US Bonds"] == 1 and row["US"] == -1
    row = sitpy.bl_views("BRK.B - BRK = 1%", STRANGE).pmat.iloc[0]
    assert row["BRK.B"] == 1 and row["BRK"] == -1


@pytest.mark.parametrize(
    ("text", "symbols", "reading"),
    [
        ("A-B = 2%", ["A", "B", "A-B"], "A - B"),
        ("C > A/B by 1%", ["A", "B", "A/B", "C"], "A / B"),
        ("2 Year = 1%", ["Year", "2 Year"], "2 Year"),
    ],
)
def test_names_that_read_in_two_ways_need_quotes(text: str, symbols: list[str], reading: str) -> None:
    with pytest.raises(sitpy.InputError, match=rf"is an asset, but it can also be read as {re.escape(reading)}; write"):
        sitpy.bl_views(text, symbols)


def test_names_that_read_in_one_way_do_not() -> None:
    names = ["A", "A-B", "C"]  # there is no B, so A-B can only be the asset
    assert read("A-B > C by 1%", names)[0] == [[0.0, 1.0, -1.0]]
    both = ["A", "B", "A-B"]
    assert read('"A-B" = 1%', both)[0] == [[0.0, 0.0, 1.0]]
    assert read("A - B = 1%", both)[0] == [[1.0, -1.0, 0.0]]


SAFE = (
    st.text(st.sampled_from("abcXYZ019._'& "), min_size=1, max_size=12)
    .map(str.strip)
    .filter(
        lambda name: (
            bool(re.search(r"[a-zA-Z]", name))
            and name.lower() not in ("by", "with", "confidence")
            and "  " not in name
            and not re.fullmatch(r"[\d.]+e\d+", name, re.IGNORECASE)
        )
    )
)


@given(st.lists(SAFE, min_size=2, max_size=5, unique=True), st.data())
def test_any_name_in_quotes_and_any_sum_is_read_back(names: list[str], data: st.DataObject) -> None:
    """Coefficients and amount written out and read again are the same numbers."""
    share = st.integers(-300, 300).filter(bool).map(lambda value: value / 100)
    row = data.draw(st.lists(share, min_size=len(names), max_size=len(names)))
    amount = data.draw(st.integers(1, 99)) / 1000
    text = " + ".join(f'{value} * "{name}"' for value, name in zip(row, names))
    views = sitpy.bl_views(f"{text} = {amount}", names)
    np.testing.assert_allclose(views.pmat.to_numpy()[0], row, rtol=0, atol=1e-15)
    assert views.qmat.iloc[0] == pytest.approx(amount, abs=1e-15)


# ---------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("Germny > France by 5%", '"Germny" is not an asset; did you mean Germany', 0),
        ("Canada - usa = 3%", '"usa" is not an asset; did you mean USA', 9),
        ("Germany > Frnce + UK by 5%", '"Frnce" is not an asset; did you mean France', 10),
        ("Xyz = 5%", '"Xyz" is not an asset; The assets are Australia, Canada', 0),
        ("Germany2 = 5%", '"Germany2" is not an asset; did you mean Germany', 0),
        ('"Frans" = 5%', '"Frans" is not an asset; did you mean France', 0),
        ("0.5UK = 5%", '"0.5UK" is not an asset', 0),
        ('"France = 5%', 'the quote " is not closed', 0),
        ("Germany", 'expected ">", "<" or "=" but found the end', 7),
        ("Germany UK = 2%", 'expected ">", "<" or "=" but found UK', 8),
        ("Germany > France", 'expected "by" and a number: by how much', 16),
        ("Germany > France 5%", 'expected "by" and a number', 17),
        ("Germany > France by", 'expected a positive number after "by" but found the end', 19),
        ("Germany > France by UK", 'expected a positive number after "by" but found UK', 20),
        ("Germany > France by -5%", 'expected a positive number after "by" but found -', 20),
        ("Germany > France by 0%", 'the number after "by" must be positive', 20),
        ("Germany > France by 5", "a return of 5 is 500%; write 5% or 0.05", 20),
        ("Germany = 5", "a return of 5 is 500%; write 5% or 0.05", 8),
        ("Germany > 5% by 2%", 'a number beside the assets needs "="', 8),
        ("Germany = 5% by 2%", "the view is complete before by", 13),
        ("Germany = 5% UK = 3%", "the view is complete before =; one view per line", 16),
        ("Germany = 5% 2", "the view is complete before 2; one view per line", 13),
        ("Germany >= France by 2%", "expected an asset or a number but found =", 9),
        ("> France by 2%", "expected an asset or a number but found >", 0),
        ("Germany + = 2%", "expected an asset or a number but found =", 10),
        ("(Germany + UK = 2%", 'expected ")" but found =', 14),
        ("Germany * UK = 2%", "two assets cannot be multiplied", 8),
        ("2 / UK = 2%", "only a number that is not zero can stand below", 2),
        ("UK / 0 = 2%", "only a number that is not zero can stand below", 3),
        ("Germany - Germany = 2%", "the coefficients of all assets are zero", 0),
        ("0 * UK = 2%", "the coefficients of all assets are zero", 0),
        ("2% = 3%", "the coefficients of all assets are zero", 0),
        ("UK = 2% with much confidence", '"much" is not an asset', 13),
        ("UK = 2% with 20%", 'expected a confidence after "with"', 13),
        ("UK = 2% with confidence", 'expected a confidence after "with"', 23),
        ("UK = 2% with 120% confidence", "a confidence of 1.2 is not above 0 and up to 1", 13),
        ("UK = 2% with 0% confidence", "a confidence of 0 is not above 0", 13),
    ],
)
def test_bad_text_is_marked_at_its_place(text: str, words: str, place: int) -> None:
    with pytest.raises(sitpy.InputError, match=re.escape(words)) as caught:
        sitpy.bl_views(["UK = 4%", text], COUNTRIES)
    first, line, mark = str(caught.value).split("\n")
    assert first.startswith("view 2: ")
    assert line.strip() == text
    assert mark.index("^") == line.index(text) + place


def test_the_same_view_twice() -> None:
    for second in ("A > B by 2%", "B < A by 2%", "2*A - 2*B = 4%", "B - A = -2%"):
        with pytest.raises(
            sitpy.InputError, match=r'views 1 and 3 say the same \("A > B by 2%", ".*"\) and would count'
        ):
            sitpy.bl_views(["A > B by 2%", "C = 1%", second], ABC)
    sitpy.bl_views(["A > B by 2%", "A > B by 3%"], ABC)  # two opinions on one portfolio


def test_nothing_to_read() -> None:
    for empty in ("", " \n ;", []):
        with pytest.raises(sitpy.InputError, match="no view in the text"):
            sitpy.bl_views(empty, ABC)
    with pytest.raises(sitpy.InputError, match="the asset 'B' is named twice"):
        sitpy.bl_views("A = 2%", ["A", "B", "B"])
    with pytest.raises(sitpy.InputError, match=r"J, \.\.\. \(12 in all\)"):
        sitpy.bl_views("Z = 2%", list("ABCDEFGHIJKL"))
