"""The page: cells are filled in order, spans are honoured, nothing is kept outside the figure."""

from __future__ import annotations

import pickle
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from sitpy.errors import InputError
from sitpy.plots import layout, next_axes


def cell(ax):
    spec = ax.get_subplotspec()
    return (spec.rowspan.start, spec.colspan.start)


def test_cells_are_filled_column_by_column_as_in_r() -> None:
    figure = layout(2, 2)
    taken = [next_axes() for _ in range(4)]
    assert [cell(ax) for ax in taken] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert all(ax.figure is figure for ax in taken)


def test_cells_are_filled_row_by_row_on_request() -> None:
    layout(2, 2, by="row")
    assert [cell(next_axes()) for _ in range(4)] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_one_number_is_that_many_rows() -> None:
    layout(3)
    assert [cell(next_axes()) for _ in range(3)] == [(0, 0), (1, 0), (2, 0)]


def test_layout_matrix_spans_and_leaves_empty() -> None:
    layout(np.array([[2, 2, 0], [1, 3, 3]]))
    specs = [next_axes().get_subplotspec() for _ in range(3)]
    assert [(s.rowspan, s.colspan) for s in specs] == [
        (range(1, 2), range(1)),
        (range(1), range(2)),
        (range(1, 2), range(1, 3)),
    ]


def test_a_vector_is_one_column() -> None:
    layout([1, 2])
    assert [cell(next_axes()) for _ in range(2)] == [(0, 0), (1, 0)]


def test_a_full_page_begins_a_new_figure() -> None:
    page = layout(1, 1)
    assert next_axes().figure is page
    assert next_axes().figure is not page


def test_a_given_axes_takes_no_cell() -> None:
    own = plt.figure().add_subplot()
    page = layout(1, 2)
    assert next_axes(own) is own
    assert cell(next_axes()) == (0, 0)
    assert next_axes().figure is page


def test_closing_the_page_forgets_it() -> None:
    page = layout(2, 2)
    plt.close(page)
    assert next_axes().figure is not page


def test_without_a_page_a_figure_of_the_size_asked_for() -> None:
    assert tuple(next_axes(figsize=(5, 3)).figure.get_size_inches()) == (5, 3)
    assert tuple(layout(1, 2, figsize=(9, 4)).get_size_inches()) == (9, 4)


def test_a_users_own_figure_is_left_alone() -> None:
    own = plt.figure()
    assert next_axes().figure is not own
    assert own.axes == []


def test_a_half_filled_page_can_be_pickled() -> None:
    figure = layout(1, 2)
    next_axes()
    assert len(pickle.loads(pickle.dumps(figure)).axes) == 1


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        ((0, 2), {}, r"rows is 0; give a whole number, 1 or more"),
        ((2, 2), {"by": "diagonal"}, r"by is 'diagonal', expected \"column\" or \"row\""),
        (([[1, 2]], 2), {}, r"cols is 2 beside a layout matrix, expected none"),
        (([[1, 3]],), {}, r"holds the numbers \[1, 3\], expected 1, 2"),
        (([[0, 0]],), {}, r"holds the numbers \[\], expected 1, 2"),
        (([[-1, 1]],), {}, r"holds the numbers \[-1, 1\]"),
        (([[1, 2], [2, 1]],), {}, r"cells numbered 1 .* do not form a rectangle"),
        (([[1.5, 2.0]],), {}, r"is \[\[1\.5, 2\.0\]\] of shape \(1, 2\), expected rows x columns"),
    ],
)
def test_bad_layouts_are_refused(args, kwargs, words) -> None:
    with pytest.raises(InputError, match=words):
        layout(*args, **kwargs)


def test_an_array_of_axes_is_refused() -> None:
    with pytest.raises(InputError, match=r"ax is a ndarray, expected one matplotlib Axes"):
        next_axes(plt.subplots(1, 2)[1])


def test_a_script_needs_no_display() -> None:
    script = (
        "import sys, sitpy.plots as p\n"
        "p.layout(1, 1).savefig('/dev/null', format='png')\n"
        "import matplotlib; print(matplotlib.get_backend().lower())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={"MPLBACKEND": "Agg"}, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "agg"
