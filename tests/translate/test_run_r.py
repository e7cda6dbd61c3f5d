"""R scripts that run: what they print, draw and make is kept, by the names that the script uses, whatever ends it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from reading import CORPUS, STATED, PostRun

import sitpy
from sitpy.reference import compare, read_reference
from sitpy.studies import StudyOptions, find_study, frontiers, run_study
from sitpy.translate import parse, translate
from sitpy.translate.translation import runnable

HEAD = "ia = aa.test.create.ia.rebal()\ncs = create.basic.constraints(ia$n, 0, 0.8, 1)\n"


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    """No run leaves a figure."""
    plt.close("all")  # of tests before
    yield
    left = plt.get_fignums()
    plt.close("all")
    assert left == []


DRAWN = f"{HEAD}ef = portopt(ia, cs, 2)\ndraw = function(ef) plot.transition.map(ef)\n"


def run(source: str | Path, *arguments: Any, **options: Any) -> sitpy.RRun:
    return sitpy.run_r(source, *arguments, **options)


def names(source: str) -> list[str]:
    """The titles of all frontiers of a script over the nine asset classes."""
    return [one.title for one in run(HEAD + source).frontiers]


def files(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()} - {"files.sha256"}


# ------------------------------------------------------------------------------------------------- the published post

CASES = ("02a_bounds_m50_80", "02b_130_30_vi", "02c_130_30_split", "02e_200_100_binary")
PAGES = ("unlimited_leverage", "130-30_absolute", "130-30_split", "200-100_binary")


@pytest.fixture(scope="module")
def post(post_run: PostRun) -> sitpy.RRun:
    return post_run.run


@pytest.fixture(scope="module")
def pages_of_the_study() -> dict[str, Figure]:
    """The figures of the study on the same data, by construction."""
    drawn: dict[str, Figure] = {}

    def keep(figure: Figure, path: Path) -> Path:
        drawn[path.stem.partition("_")[2]] = figure
        plt.close(figure)
        return path

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setattr(frontiers, "write_figure", keep)
        patch.setattr(frontiers, "write_table", lambda frame, path, **_: path)
        patch.setattr(sitpy.Frontier, "to_json", lambda frontier, path: path)
        run_study_without_files = find_study("130-30")
        run_study_without_files.run(StudyOptions("etf8-simulated", out=Path("nowhere")))
    return drawn


def test_the_post_runs_verbatim_and_names_what_it_made(post: sitpy.RRun) -> None:
    assert post.ok and post.printed == "" and len(post.files) == 20
    titles = [f"{name} ({i} of 4)" for i in range(1, 5) for name in ("ef.risk", "ef.mad")]
    assert [one.title for one in post.frontiers] == titles
    assert [one.r_line for one in post.frontiers] == [21, 22, 60, 64, 99, 103, 152, 156]
    assert [one.changed for one in post.frontiers] == [False, False] + [True] * 6
    assert all(one.frontier.proven and one.frontier.weight.shape == (50, 8) for one in post.frontiers)
    assert [figure.file for figure in post.figures] == [f"figure-{i}.png" for i in range(1, 5)]
    assert any(re.match(r"R line 8: aa_test_create_ia uses the shipped SIMULATED history", note) for note in post.notes)


def test_the_posts_frontiers_are_those_that_r_found(post: sitpy.RRun) -> None:
    """B_02*: R's own run of these constructions on this history, 50 points each; judged as `sitpy compare` judges."""
    stored = [f"B_{case}_{measure}" for case in CASES for measure in ("Risk", "MAD")]
    for one, name in zip(post.frontiers, stored, strict=True):
        assert read_reference(name)["nportfolios"] == 50
        summary = compare(one.frontier, name).summary
        assert summary["ok"] and summary["reference_not_optimal"] == 0 == summary["other_weights"], name
        assert summary["objective"] < 1e-6 and summary["weights"] < 1e-5


def test_the_posts_pictures_are_those_of_the_study(post: sitpy.RRun, pages_of_the_study: dict[str, Figure]) -> None:
    for figure, key in zip(post.figures, PAGES, strict=True):
        (ours,), theirs = figure.pages, pages_of_the_study[key]
        assert ours.get_size_inches().tolist() == theirs.get_size_inches().tolist()
        assert len(ours.axes) == len(theirs.axes) == 4
        for mine, other in zip(ours.axes, theirs.axes, strict=True):
            same_axes(mine, other)


def test_the_posts_pictures_have_the_pixels_of_the_study(
    post_run: PostRun, pages_of_the_study: dict[str, Figure], tmp_path: Path
) -> None:
    """Without the study's heading. A corner that differs by 1e-7 may be drawn into the next pixel: 1 in 10000 may differ."""
    for figure, key in list(zip(post_run.run.figures, PAGES, strict=True))[1::2]:
        page = pages_of_the_study[key]
        page.suptitle("").remove()
        page._suptitle = None  # type: ignore[attr-defined]
        with matplotlib.rc_context({"text.parse_math": False}):
            page.savefig(tmp_path / figure.file, dpi=110)
        images = [plt.imread(folder / figure.file)[..., :3] for folder in (post_run.folder / "130-30", tmp_path)]
        assert images[0].shape == images[1].shape
        differ = (np.abs(images[0] - images[1]) > 0.03).any(axis=2)
        assert differ.mean() < 1e-4 and (images[0] < 0.5).mean() > 0.1, key


def same_axes(mine: Any, other: Any) -> None:
    """The same artists at the same places, to 1e-4 of a percent: the study has its bounds as bounds, the post as rows."""
    words = ("get_title", "get_xlabel", "get_ylabel")
    assert [getattr(mine, word)() for word in words] == [getattr(other, word)() for word in words]
    np.testing.assert_allclose([mine.get_xlim(), mine.get_ylim()], [other.get_xlim(), other.get_ylim()], atol=1e-4)
    assert sorted(text.get_text() for text in mine.texts) == sorted(text.get_text() for text in other.texts)
    assert len(mine.lines) == len(other.lines) > 0
    for a, b in zip(mine.lines, other.lines, strict=True):
        assert (a.get_color(), a.get_linestyle()) == (b.get_color(), b.get_linestyle())
        np.testing.assert_allclose(a.get_xydata(), b.get_xydata(), atol=1e-4)
    areas = [list(axes.collections) for axes in (mine, other)]
    assert len(areas[0]) == len(areas[1]) > 0
    for a, b in zip(*areas, strict=True):
        np.testing.assert_allclose(a.get_facecolor(), b.get_facecolor())
        np.testing.assert_allclose(np.asarray(a.get_offsets()), np.asarray(b.get_offsets()), atol=1e-4)
        for p, q in zip(a.get_paths(), b.get_paths(), strict=True):
            np.testing.assert_allclose(p.vertices, q.vertices, atol=1e-4)
    legends = [axes.get_legend() for axes in (mine, other)]
    shown = [legend and [text.get_text() for text in legend.get_texts()] for legend in legends]
    assert shown[0] == shown[1]


# ------------------------------------------------------------------------------------------- frontiers and their names

SPLIT = """\
ia = aa.test.create.ia.rebal()
n = ia$n
ia.ls = aa.test.ia.add.short(ia)
cs = new.constraints(diag(2*n), rep(0, 2*n), type = '>=')
cs = add.constraints(rbind(diag(n), 0*diag(n)), rep(0.8, n), type = '<=', cs)
cs = add.constraints(rbind(0*diag(n), diag(n)), rep(0.5, n), type = '<=', cs)
cs = add.constraints(c(rep(1, n), -rep(1, n)), 1, type = '=', cs)
cs = add.constraints(c(rep(1, n), rep(1, n)), 1.6, type = '=', cs)
both = function(points) {
  found = list()
  found$Risk = portopt(ia.ls, cs, points, 'Risk')
  found$MAD = portopt(ia.ls, cs, points, 'MAD', min.mad.portfolio)
  for (m in c('Risk', 'MAD')) {
    found[[m]]$weight = found[[m]]$weight[, 1:n] - found[[m]]$weight[, (n+1):(2*n)]
  }
  found
}
efs = both(50)
"""


def test_a_split_construction_in_a_function_gives_the_frontiers_of_r() -> None:
    """A_02c: R's own run on the same assumptions, 50 points."""
    done = run(SPLIT.replace("for (m in c('Risk', 'MAD')) {\n    found[[m]]$weight = found[[m]]$weight[, 1:n] - "
                             "found[[m]]$weight[, (n+1):(2*n)]\n  }\n  ", ""))  # fmt: skip
    assert [one.title for one in done.frontiers] == ["efs$Risk", "efs$MAD"]
    for one, measure in zip(done.frontiers, ("Risk", "MAD"), strict=True):
        summary = compare(one.frontier, f"A_02c_130_30_split_{measure}").summary
        assert summary["ok"] and summary["objective"] < 1e-6, measure
        assert not one.changed and one.frontier.proven


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ef.risk = portopt(ia, cs, 3)", ["ef.risk"]),
        ("portopt(ia, cs, 3, 'mine') -> x", ["x"]),
        ("a = portopt(ia, cs, 3)\nb = a", ["a"]),
        ("a = portopt(ia, cs, 3)\na = portopt(ia, cs, 4)\na = 1", ["a (1 of 2)", "a (2 of 2)"]),
        ("a = portopt(ia, cs, 3)\nefs = list(a, portopt(ia, cs, 4))", ["a", "efs[[2]]"]),
        ("efs = list(one = portopt(ia, cs, 3), two = portopt(ia, cs, 4))", ["efs$one", "efs$two"]),
        ("efs = list()\nfor (i in 1:2) { ef = portopt(ia, cs, i + 2); efs[[i]] = ef }", ["efs[[1]]", "efs[[2]]"]),
        ("for (i in 1:2) ef = portopt(ia, cs, i + 2)", ["ef (1 of 2)", "ef (2 of 2)"]),
        ("f = function(k) { ef = portopt(ia, cs, k); ef }\ng = f(3)", ["g"]),
        ("f = function(k) { ef = portopt(ia, cs, k); k }\ng = f(3)", ["ef"]),
        ("f = function(k) portopt(ia, cs, k)\nh = lapply(c(3, 4), f)", ["h[[1]]", "h[[2]]"]),
        ("all = list(a = list(b = portopt(ia, cs, 3)))", ["all$a$b"]),
        ("x = list()\nx$ef = portopt(ia, cs, 3)\nx = 2", ["x$ef"]),
        ("print(portopt(ia, cs, 3, 'shown'))", ["frontier shown"]),
        ("portopt(ia, cs, 3)\nportopt(ia, cs, 4)", ["frontier Risk (1 of 2)", "frontier Risk (2 of 2)"]),
        ("plot.ef(ia, list(portopt(ia, cs, 3, 'drawn')))", ["frontier drawn"]),
        ("ia$parameters.omega = 0.12\nb = portopt.omega(ia, cs, 2)", ["b"]),
        ("g = NULL\nf = function() { g <<- portopt(ia, cs, 3); 1 }\nf()", ["g"]),
        ("g = NULL\nf = function() { ef = portopt(ia, cs, 3); g <<- ef; 1 }\nf()", ["g"]),
        ("x = min.risk.portfolio(ia, cs)", []),
    ],
)  # fmt: skip
def test_every_frontier_has_the_best_name_that_can_be_found(source: str, expected: list[str]) -> None:
    assert names(source) == expected


def test_other_names_of_a_frontier_are_told() -> None:
    (one,) = run(f"{HEAD}a = portopt(ia, cs, 3)\nb = a\nboth = list(a, x = b)\n").frontiers
    assert one.name == "a" and set(one.also) == {"b", "both[[1]]", "both$x"}


def test_a_frontier_is_kept_as_it_was_before_its_variable_was_assigned_anew() -> None:
    source = (
        "ef = portopt(ia, cs, 3)\nef$weight = ef$weight[, 1:2]\nef = portopt(ia, cs, 4)\n"
        "b = ef\nb$weight = 2 * b$weight\n"
    )
    done = run(HEAD + source)
    ia = sitpy.aa_test_create_ia_rebal()
    expected = [sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8, 1), points) for points in (3, 4)]
    assert [(one.title, one.changed) for one in done.frontiers] == [
        ("ef (1 of 2)", True), ("ef (2 of 2)", False), ("b", True)
    ]  # fmt: skip
    first, second, double = (one.frontier for one in done.frontiers)
    np.testing.assert_array_equal(first.weight, expected[0].weight[:, :2])
    np.testing.assert_array_equal(first.solution, expected[0].solution)
    np.testing.assert_array_equal(second.weight, expected[1].weight)
    np.testing.assert_array_equal(double.weight, 2 * expected[1].weight)


def test_a_function_that_changes_its_copy_leaves_one_frontier() -> None:
    source = "net = function(ef) { ef$weight = ef$weight[, 1:4]; ef }\nx = net(portopt(ia, cs, 3))\n"
    (one,) = run(HEAD + source).frontiers
    assert one.name == "x" and one.changed and one.frontier.weight.shape == (3, 4)


# ------------------------------------------------------------------------------------------------------------- files


def test_files_are_named_as_the_script_names_things(tmp_path: Path) -> None:
    source = (
        "`my ef` = portopt(ia, cs, 3)\nEF = portopt(ia, cs, 4)\nef = portopt(ia, cs, 5)\n.hidden = portopt(ia, cs, 6)\n"
        "l = list(portopt(ia, cs, 7))\nplot.transition.map(ef)\n"
    )
    done = run(HEAD + source, out=tmp_path)
    stems = ["my_ef", "EF", "ef-2", "hidden", "l-1"]  # EF and ef are one file on some systems
    assert files(tmp_path) == {f"{stem}.{kind}" for stem in stems for kind in ("csv", "json")} | {"figure-1.png"}
    assert {path.name for path in done.files} == files(tmp_path) and all(path.is_file() for path in done.files)
    for one in done.frontiers:
        table, stored = (tmp_path / file for file in one.files)
        read = sitpy.Frontier.from_json(stored)
        np.testing.assert_array_equal(read.weight, one.frontier.weight)
        frame = pd.read_csv(table, index_col=0)
        np.testing.assert_allclose(frame["return"], one.frontier.return_, rtol=1e-12)
        np.testing.assert_allclose(frame.iloc[:, 2:], one.frontier.weight, atol=1e-12)


def test_files_of_an_earlier_run_go_and_those_of_the_user_stay(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    run(f"{HEAD}a = portopt(ia, cs, 3)\nplot.transition.map(a)\n", out=tmp_path)
    run(f"{HEAD}b = portopt(ia, cs, 3)\n", out=tmp_path)
    assert files(tmp_path) == {"mine.txt", "b.csv", "b.json"}


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(f"{HEAD}png('a.png')\nplot.ia(ia)\ndev.off()\nef = portopt(ia, cs, 3)\n")
    assert done.files == () and [*tmp_path.iterdir()] == []
    assert [figure.file for figure in done.figures] == ["a.png"]


def test_an_out_that_is_a_file_is_refused_before_anything_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(sitpy.InputError, match="it is a file, not a folder"):
        run("x = 1\ncat('ran')\n", out=tmp_path / "file", echo=print)
    assert capsys.readouterr().out == "" and (tmp_path / "file").read_text() == "mine"


# ----------------------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("draw(ef)\ndraw(ef)", ["figure-1.png", "figure-2.png"]),
        ("layout(matrix(1:2, nrow = 1))\ndraw(ef)", ["figure-1.png"]),
        ("layout(matrix(1:2, nrow = 1))", []),
        ("for (i in 1:3) draw(ef)", ["figure-1.png", "figure-2.png", "figure-3.png"]),
        ("f = function() { draw(ef); 1 }\nf()", ["figure-1.png"]),
        ("png('a.png')\ndraw(ef)\ndev.off()\ndraw(ef)", ["a.png", "figure-1.png"]),
        ("png('a.png', width = 600)\ndraw(ef)", ["a.png"]),
        ("f = function(x) png(paste(x, '.png', sep = ''))\nf('b')\ndraw(ef)\ndev.off()", ["b.png"]),
        ("pdf('a.pdf')\ndraw(ef)\ndraw(ef)\ndev.off()", ["a.pdf"]),
        ("png('p%02d.png')\ndraw(ef)\ndraw(ef)\ndev.off()", ["p01.png", "p02.png"]),
        ("png()\ndraw(ef)\ndev.off()", ["Rplot001.png"]),
        ("pdf()\ndraw(ef)\ndev.off()", ["Rplots.pdf"]),
        ("png('a.png')\ndraw(ef)\ndraw(ef)\ndev.off()", ["a-page1.png", "a.png"]),
        ("png('a.png')\ndev.off()", []),
        ("png('a.png')\ndraw(ef)\ndev.off()\npng('a.png')\ndraw(ef)\ndev.off()", ["a.png", "a-2.png"]),
        ("svg('a.svg')\ndraw(ef)\ndev.off()\njpeg('b.jpg')\ndraw(ef)\ndev.off()", ["a.svg", "b.jpg"]),
        ("bmp('a.bmp')\ndraw(ef)\ndev.off()", ["a.png"]),
        ("png('figure-1.png')\ndraw(ef)\ndev.off()\ndraw(ef)", ["figure-1.png", "figure-2.png"]),
        ("dev.new()\ndraw(ef)\ndev.off()\ndraw(ef)", ["figure-1.png", "figure-2.png"]),
        ("dev.off()", []),
    ],
)
def test_figures_by_the_names_of_the_script_or_by_number(source: str, expected: list[str]) -> None:
    assert [figure.file for figure in run(DRAWN + source).figures] == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("../../x.png", "x.png"),
        ("/tmp/x.png", "x.png"),
        ("c:\\\\plots\\\\x.png", "x.png"),
        ("..", "figure.png"),
        (".hidden.png", "hidden.png"),
        ("a:b?.png", "a_b_.png"),
        ("plain", "plain.png"),
        ("x.pdf", "x.pdf.png"),
        ("files.sha256", "files.sha256.png"),
    ],
)
def test_no_picture_leaves_the_folder_and_what_is_named_otherwise_is_said(
    tmp_path: Path, file: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Figure, "savefig", lambda _, path, **__: Path(path).write_bytes(b"drawn"))
    out = tmp_path / "a" / "out"
    done = run(f"{DRAWN}png('{file}')\ndraw(ef)\ndev.off()\n", out=out)
    assert files(out) == {expected, "ef.csv", "ef.json"}
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == files(out) | {"files.sha256"}
    said = file.replace("\\\\", "\\")
    assert done.notes[-1] == f"R line 5: {said} is saved as {expected}, in the folder of this run"


def test_kinds_of_files_are_what_they_say(tmp_path: Path) -> None:
    kinds = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml", "jpeg": b"\xff\xd8", "tiff": b"II*\x00"}
    source = "".join(f"{kind}('a.{kind}')\ndraw(ef)\ndraw(ef)\ndev.off()\n" for kind in kinds)
    done = run(DRAWN + source, out=tmp_path)
    for kind, magic in kinds.items():
        assert (tmp_path / f"a.{kind}").read_bytes().startswith(magic)
    assert (tmp_path / "a-page1.png").is_file() and not (tmp_path / "a-page1.pdf").exists()
    assert (tmp_path / "a.pdf").read_bytes().count(b"/Type /Page ") == 2
    assert "a.png: 2 pages were drawn, of which R keeps the last" in " ".join(done.notes)


def test_a_file_takes_no_cell_of_the_page_on_the_screen_which_goes_on_afterwards() -> None:
    source = (
        "layout(matrix(1:2, nrow = 1))\nplot.ef(ia, portopt(ia, cs, 3), portfolio.risk, F)\npng('a.png')\n"
        "plot.ef(ia, portopt(ia, cs, 3), portfolio.mad, F)\ndev.off()\n"
        "plot.ef(ia, portopt(ia, cs, 3), portfolio.cvar, F)\n"
    )
    named, page = run(DRAWN + source).figures
    assert [axes.get_title() for axes in named.pages[0].axes] == ["MAD vs Return"]
    assert [axes.get_title() for axes in page.pages[0].axes] == ["Risk vs Return", "CVaR vs Return"]


def test_devices_within_one_another_close_from_the_last_to_the_first() -> None:
    source = "png('a.png')\npng('b.png')\ndraw(ef)\ndev.off()\ndraw(ef)\ndraw(ef)\ndev.off()\n"
    assert [figure.file for figure in run(DRAWN + source).figures] == ["b.png", "a-page1.png", "a.png"]


def test_the_callers_figures_and_settings_stay_as_they_are() -> None:
    mine = sitpy.layout(1, 2)  # which has two free cells
    other = plt.figure()
    plt.figure(mine)
    before, interactive = dict(matplotlib.rcParams), plt.isinteractive()
    showing, stdout = warnings.showwarning, sys.stdout
    done = run(f"{DRAWN}draw(ef)\npng('a.png')\ndraw(ef)\nstop('end')\n", check=False)
    assert len(done.figures) == 2 and mine.axes == [] and other.axes == []
    assert plt.gcf() is mine and plt.get_fignums() == [mine.number, other.number]
    assert dict(matplotlib.rcParams) == before and plt.isinteractive() == interactive
    assert warnings.showwarning is showing and sys.stdout is stdout
    plt.close("all")


# ------------------------------------------------------------------------------------------------------------ words


def test_what_is_printed_comes_in_order_and_as_it_comes() -> None:
    heard: list[str] = []
    source = "cat('a', 1:2, '\\n')\nprint('b')\nmessage('c')\nx = 3\nx\nfor (i in 1:2) cat(i)\n"
    done = run(source, echo=heard.append)
    assert done.printed == "a 1 2 \nb\nc\n3\n12" or done.printed == "a 1 2\nb\nc\n3\n12"
    assert "".join(heard) == done.printed


def test_warnings_are_told_once_with_their_line() -> None:
    source = (
        "library(quantmod)\nia = aa.test.create.ia()\nf = function(x) {\n  warning('too ', 'small')\n  x\n}\n"
        "for (i in 1:3) y = f(i)\n"
    )
    done = run(source)
    assert done.notes[0].startswith("R line 1: library is left out")
    assert done.notes[1].startswith("R line 2: aa_test_create_ia uses the shipped SIMULATED history")
    assert done.notes[2:] == ("R line 4: too small",)


# ------------------------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("x = 1\n\n# a comment\nstop('not ', 'good')", 4, "R line 4: not good"),
        ("f = function(x) {\n  y = x\n  stop('no')\n}\nz = 1\nw = f(z)", 3, "R line 3, called from R line 6: no"),
        ("y = sapply(1:3, function(i) {\n  if (i > 2) stop('third')\n  i\n})", 2, "R line 2, called from R line 1: third"),
        (
            "f = function(x) stop('f')\nfor (i in 1:3) {\n  if (i == 1) {\n    x = 1\n  } else if (f(i) > 5) {\n  }\n}",
            1,
            "R line 1, called from R line 5: f",
        ),
        ("x = 1\nif (x > 2) {\n  y = 1\n} else {\n  y = 2\n  stop('else')\n}", 6, "R line 6: else"),
        (HEAD + "ef = portopt(ia, new.constraints(ia$n, lb = 0.5, ub = 0.1), 3)", 3, "R line 3: variable 0: lower bound 0.5"),
        ("x = list(a = 1)\n\ny = x[[\n  'b']]", 3, "R line 3: "),
    ],
)  # fmt: skip
def test_an_error_names_the_line_in_r(source: str, line: int, message: str) -> None:
    with pytest.raises(sitpy.RScriptError, match=re.escape(message)) as caught:
        run(f"{source}\n")
    assert caught.value.line == line == caught.value.run.r_line
    assert "Traceback" not in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.R")), ids=lambda path: path.stem)
def test_wherever_a_script_warns_or_stops_its_line_is_the_one_of_r(path: Path) -> None:
    """A warning before every other statement at the top, and an end behind the last."""
    source = STATED.sub("", path.read_text(encoding="utf-8")).rstrip("\n")
    lines = [*source.split("\n"), "stop('the end')"]
    tops = sorted(
        {node.at.line for node in parse(source).statements if not lines[node.at.line - 1].startswith((" ", "}"))}
    )
    places = tops[1::2]
    for before, at in enumerate(places):
        lines.insert(at - 1 + before, f"warning('here {at + before}')")
    done = run("\n".join(lines) + "\n", check=False)
    expected = [f"R line {at + before}: here {at + before}" for before, at in enumerate(places)]
    assert [note for note in done.notes if "here" in note] == expected and len(expected) > 1
    assert (done.r_line, done.message) == (len(lines), f"R line {len(lines)}: the end")


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.R")), ids=lambda path: path.stem)
def test_every_statement_has_its_line_and_the_text_is_the_same(path: Path) -> None:
    source = STATED.sub("", path.read_text(encoding="utf-8"))
    made = translate(source, name=path.name)
    code = made.code.split("\n")[:-1]
    assert len(made.r_lines) == len(code)
    first = next(i for i, line in enumerate(made.r_lines) if line)
    for text, line in zip(code[first:], made.r_lines[first:], strict=True):
        if text.strip() and not text.strip().startswith(("#", "global ", "pass")):
            assert 1 <= line <= len(source.split("\n")), text
    assert runnable(source, name=path.name).code == made.code  # none of these draws anything


def test_what_was_made_until_the_error_is_saved(tmp_path: Path) -> None:
    first = "cat('begun')\nef = portopt(ia, cs, 3)\npng('a.png')\nplot.transition.map(ef)\n"
    source = f"{HEAD}{first}stop('enough')\nb = portopt(ia, cs, 3)\n"
    with pytest.raises(sitpy.RScriptError, match="R line 7: enough") as caught:
        run(source, out=tmp_path)
    assert isinstance(caught.value.__cause__, RuntimeError)
    done = caught.value.run
    assert done.printed == "begun" and not done.ok
    assert files(tmp_path) == {"ef.csv", "ef.json", "a.png"} == {path.name for path in done.files}


def test_an_interruption_saves_what_was_made_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sitpy, "min_risk_portfolio", interrupted)
    source = f"{HEAD}ef = portopt(ia, cs, 3)\nplot.transition.map(ef)\nx = min.risk.portfolio(ia, cs)\n"
    with pytest.raises(KeyboardInterrupt):
        run(source, out=tmp_path)
    assert files(tmp_path) == {"ef.csv", "ef.json", "figure-1.png"}
    done = run(source, check=False)
    assert isinstance(done.error, KeyboardInterrupt) and done.message == "R line 5: interrupted"


def test_an_interruption_that_a_search_takes_for_its_own_end_ends_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """As portopt does, which gives what it has when Ctrl-C comes."""
    real, before = sitpy.portopt, signal.getsignal(signal.SIGINT)

    def portopt(*given: Any) -> sitpy.Frontier:
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        return real(*given)

    monkeypatch.setattr(sitpy, "portopt", portopt)
    done = run(f"{HEAD}ef = portopt(ia, cs, 3)\nx = portopt(ia, cs, 4)\n", check=False)
    assert done.message == "R line 3: interrupted" and [len(one.frontier.weight) for one in done.frontiers] == [3]
    assert signal.getsignal(signal.SIGINT) is before


def test_what_is_left_to_do_is_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(sitpy.UntranslatedError, match=r"2 statement\(s\) cannot be translated: R line 2") as caught:
        run("cat('a')\nx = foo(1)\ny = bar(2)\n", out=tmp_path / "out", echo=print)
    assert [todo[:8] for todo in caught.value.todos] == ["R line 2", "R line 3"]
    assert not (tmp_path / "out").exists() and capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (5, "script is 5; give the path of an R script, or its text"),
        (None, "script is None"),
        ("nothing.R", "there is no file 'nothing.R'"),
        (Path("nothing.R"), "there is no file 'nothing.R'"),
        ("x = (1\n", "'\\(' is never closed"),
        ("unlink('a')\n", "line 1: unlink deletes, moves or makes files"),
        ("x = 1\nsystem('ls')\n", "line 2: system runs another program"),
    ],
)
def test_what_cannot_be_a_script_is_refused(script: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(sitpy.InputError, match=message):
        run(script, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_path_is_read_in_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "old.R"
    path.write_bytes("# ann\xe9e\ncat('\xe9')\n".encode("latin-1"))
    assert run(path).printed == run(str(path)).printed == "é"


# ------------------------------------------------------------------------------------------------------------ prices

MARKET = """\
load.packages('quantmod')
data = new.env()
getSymbols(c('AAPL', 'MSFT'), src = 'yahoo', env = data, auto.assign = T)
bt.prep(data, align = 'remove.na', dates = '2022::2023')
x = data$prices
"""


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    sitpy.data.mag7_simulated_prices().to_csv(path)
    return path


def test_downloads_without_prices_are_refused_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("sitpy.running.script.find_spec", lambda name: None if name == "yfinance" else real(name))
    with pytest.raises(sitpy.InputError, match=r"R line 3: the script downloads prices; .*--prices FILE.csv"):
        run(MARKET)


def test_downloads_are_read_from_the_prices(prices: Path) -> None:
    done = run(f"{MARKET}ia = create.historical.ia(na.omit(ROC(x, type = 'discrete')), 252)\n"
               "ef = portopt(ia, create.basic.constraints(ia$n), 3)\n", prices)  # fmt: skip
    table = sitpy.data.mag7_simulated_prices()[["AAPL", "MSFT"]].loc["2022":"2023"]
    ia = sitpy.create_historical_ia(table.pct_change().iloc[1:], 252)
    expected = sitpy.portopt(ia, sitpy.create_basic_constraints(2), 3)
    np.testing.assert_allclose(done.frontiers[0].frontier.return_, expected.return_, rtol=1e-9)
    assert any("the prices are those of" in note for note in done.notes)


def test_prices_that_are_not_there_or_not_read(prices: Path, tmp_path: Path) -> None:
    with pytest.raises(sitpy.InputError, match=r"there is no file of prices 'none.csv'"):
        run("x = 1\n", "none.csv")
    assert run("x = 1\n", prices).notes == (f"{prices} was not read: nothing in the script takes prices",)
    sitpy.data.mag7_simulated_prices()[["AAPL"]].to_csv(tmp_path / "one.csv")
    with pytest.raises(sitpy.RScriptError, match=r"R line [34]: .*MSFT"):
        run(MARKET, tmp_path / "one.csv")


def test_random_numbers_have_their_seed() -> None:
    source = "set.seed(10)\nx = rnorm(3)\ncat(x)\n"
    first, second = run(source), run(source)
    expected = " ".join(map(str, np.random.default_rng(10).standard_normal(3)))
    assert first.printed == second.printed == expected
    assert "Python's random numbers are other ones than R's" in first.notes[0]


# ---------------------------------------------------------------------------------------------------- the translation


def test_the_python_for_people_saves_its_pictures_itself() -> None:
    source = f"{HEAD}png()\nplot.ia(ia)\ndev.off()\nwarning('a')\n"
    code = translate(source).code
    assert 'plt.savefig("Rplot001.png")' in code and "_devices" not in code
    assert "import warnings\n" in code and 'warnings.warn("a")' in code
    handed = runnable(source).code
    assert '_devices.open("Rplot%03d.png", "png")' in handed and "plt" not in handed


def test_no_name_of_a_script_reaches_the_machinery() -> None:
    source = "warnings = 1\nprint = 2\ndevices = 3\n.devices = 4\nx = warnings + print + devices + .devices\ncat(x)\n"
    assert run(source).printed == "10"


def test_a_run_is_kept_when_the_study_is_not_asked() -> None:
    """The public names are those of the room."""
    from sitpy import running

    assert {name: getattr(sitpy, name) for name in running.__all__} == {
        name: getattr(running, name) for name in running.__all__
    }
    assert run_study(find_study("130-30"), StudyOptions(points=2)).ok
