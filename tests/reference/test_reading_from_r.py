"""R's objects in every form that they are kept in; a real R where the machine has one."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import sitpy
from sitpy.errors import InputError
from sitpy.files import numbers
from sitpy.reference import explain, load_frontier, read_held, read_reference, reference_ia
from sitpy.reference.dput import read_dput
from sitpy.reference.rvalues import RValue, dates

RSCRIPT = shutil.which("Rscript")
needs_r = pytest.mark.skipif(RSCRIPT is None, reason="needs R: no Rscript on this machine")
EXPORT = files("sitpy.reference_outputs") / "export_from_r.R"


@cache
def solved() -> sitpy.Frontier:
    ia = reference_ia("A")
    return sitpy.portopt(ia, sitpy.create_basic_constraints(ia.n, 0, 0.8), 6)


def r_vector(values: np.ndarray) -> str:
    return f"c({', '.join(repr(float(value)) for value in np.ravel(values, order='F'))})"


def r_matrix(values: np.ndarray, columns: list[str] | None = None) -> str:
    names = "" if columns is None else f", dimnames = list(NULL, c({', '.join(map(json.dumps, columns))}))"
    return f"structure({r_vector(values)}, dim = c({values.shape[0]}L, {values.shape[1]}L){names})"


def objects_in_r() -> str:
    """The frontier, its assumptions and its constraints as text that R and the reader of dput understand."""
    ef, ia, c = solved(), solved().ia, solved().constraints
    symbols = ", ".join(map(json.dumps, ia.symbols))
    return (
        f"ef <- list(weight = {r_matrix(ef.solution, ia.symbols)}, return = {r_vector(ef.return_)}, "
        f'risk = {r_vector(ef.risk)}, name = "Risk")\n'
        f"ia <- list(symbols = c({symbols}), n = {ia.n}L, expected.return = {r_vector(ia.expected_return)}, "
        f"risk = {r_vector(ia.risk)}, cov = {r_matrix(ia.cov)}, hist.returns = {r_matrix(ia.hist_returns)}, "
        "annual.factor = 1, parameters.alpha = 0.95)\n"
        f"constraints <- list(A = {r_matrix(c.A)}, b = {r_vector(c.b)}, meq = {c.meq}L, "
        f"lb = c(NA, {', '.join(['0'] * 8)}), ub = {r_vector(c.ub)})\n"
    )


def run_r(code: str, folder: Path) -> str:
    script = folder / "script.R"
    script.write_text(code, encoding="utf-8")
    assert RSCRIPT is not None
    done = subprocess.run([RSCRIPT, "--vanilla", str(script)], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_whole(path: Path) -> None:
    """A file with ef, ia and constraints has them to the last bit, and agrees with the frontier."""
    held = read_held(path)
    ef = solved()
    assert held.frontier is not None and held.ia is not None and held.constraints is not None
    np.testing.assert_array_equal(held.frontier.net_weight, ef.solution)
    np.testing.assert_array_equal(held.frontier.return_, ef.return_)
    assert held.frontier.measure == "Risk"
    assert held.ia.symbols == ef.ia.symbols
    for name in ("expected_return", "cov", "hist_returns"):
        np.testing.assert_array_equal(held.ia[name], ef.ia[name])
    np.testing.assert_array_equal(held.constraints.A, ef.constraints.A)
    assert np.isnan(held.constraints.lb[0]) and held.constraints.meq == ef.constraints.meq
    assert explain(ef, path).causes == {"equal": 6}


# --------------------------------------------------------------------------------------------------- export_from_r.R


@needs_r
def test_what_the_export_writes_is_read_to_the_last_bit(tmp_path: Path) -> None:
    run_r(
        f'source("{EXPORT}")\n{objects_in_r()}'
        'export_for_sitpy("all.json", ef = ef, ia = ia, constraints = constraints)\n',
        tmp_path,
    )
    assert_whole(tmp_path / "all.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.json", "script.R"]  # and no temporary file


@needs_r
def test_unusual_values_survive_the_export(tmp_path: Path) -> None:
    run_r(
        f'''source("{EXPORT}")
x <- list(numbers = c(1/3, NA, NaN, Inf, -Inf, 1e-300, -0.1), whole = c(1L, NA), truth = c(TRUE, NA),
  words = c("a \\"b\\" \\\\ \\n\\t", NA, "\\u00e9"), empty = numeric(0), nothing = NULL, f = function(x) x,
  days = as.Date(c("2001-01-31", NA)), moment = as.POSIXct("2001-01-31 12:30:00", tz = "UTC"),
  level = factor(c("x", "y", "x")), named = c(a = 1, b = 2),
  history = structure(matrix(1:4 / 7, 2), class = c("xts", "zoo"), dimnames = list(NULL, c("a", "b")),
    index = structure(c(86400, 172800), tzone = "UTC", tclass = "Date")),
  table = data.frame(a = 1:2, b = c(0.5, 0.25)))
export_for_sitpy("x.json", x = x)
''',
        tmp_path,
    )
    from sitpy.reference.rfiles import read_export

    content = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    x = read_export(content, "x.json").get("x")
    assert x is not None

    def item(name: str) -> RValue:
        found = x.get(name)
        assert found is not None
        return found

    assert item("numbers").items[:2] == [1 / 3, None]
    np.testing.assert_array_equal(item("numbers").items[2:], [np.nan, np.inf, -np.inf, 1e-300, -0.1])
    assert item("whole").items == [1, None] and item("truth").items == [True, None]
    assert item("words").items == ['a "b" \\ \n\t', None, "é"]
    assert x.get("nothing") is None and x.get("f") is None and x.get("empty") is None
    assert item("days").items == ["2001-01-31", None]
    assert item("moment").items == ["2001-01-31 12:30:00"]
    assert item("level").words() == ["x", "y", "x"]
    assert item("named").names == ["a", "b"]
    assert item("history").columns == ["a", "b"] and item("history").rows == ["1970-01-02", "1970-01-03"]
    np.testing.assert_array_equal(item("history").matrix("x"), np.array([[1, 3], [2, 4]]) / 7)
    np.testing.assert_array_equal(item("table").matrix("x"), [[1, 0.5], [2, 0.25]])


@needs_r
@pytest.mark.parametrize(
    ("call", "words"),
    [
        ('export_for_sitpy("x.json")', "give objects with their names"),
        ('export_for_sitpy("x.json", 1)', "give every object a name of its own"),
        ('export_for_sitpy("x.json", x = quote(a + b)^2)', "non-numeric argument"),
        ('export_for_sitpy("x.json", x = 1i)', "cannot write an object of class complex"),
    ],
)
def test_the_export_says_what_it_cannot_write(call: str, words: str, tmp_path: Path) -> None:
    text = run_r(f'source("{EXPORT}")\ntryCatch({call}, error = function(e) cat(conditionMessage(e)))\n', tmp_path)
    assert words in text
    assert not (tmp_path / "x.json").exists()


@needs_r
def test_a_vector_of_weights_from_r(tmp_path: Path) -> None:
    """One portfolio without any figure: return and risk are those by the result's assumptions."""
    ef = solved()
    names = ", ".join(f"`{symbol}` = {float(w)!r}" for symbol, w in zip(ef.ia.symbols, ef.solution[0], strict=True))
    run_r(f'source("{EXPORT}")\nexport_for_sitpy("w.json", w = c({names}), measure = "Risk")', tmp_path)
    one = sitpy.Frontier(ef.solution[:1], "Risk", ef.ia, ef.constraints, ef.statistics[:1], measure="Risk")
    assert explain(one, tmp_path / "w.json").causes == {"equal": 1}


def test_the_export_is_shipped_and_needs_no_package() -> None:
    text = EXPORT.read_text(encoding="utf-8")
    assert "library(" not in text and "require(" not in text and "::" not in text


# ------------------------------------------------------------------------------------------------------------- dput


def test_dput_text_of_all_three(tmp_path: Path) -> None:
    path = tmp_path / "all.R"
    path.write_text(objects_in_r(), encoding="utf-8")
    assert_whole(path)


@needs_r
def test_dput_as_r_itself_writes_it(tmp_path: Path) -> None:
    run_r(
        objects_in_r()
        + 'dput(list(ef = ef, ia = ia, constraints = constraints), "all.txt", control = c("keepNA", "keepInteger", '
        '"niceNames", "showAttributes", "digits17"))\n'
        'dput(data.frame(a = 1:3, b = c(0.5, NA, -Inf)), "table.R")\n'
        'dput(structure(c(a = 0.25, b = 0.75), note = "x"), "vector.R")\n',
        tmp_path,
    )
    assert_whole(tmp_path / "all.txt")
    table = read_dput((tmp_path / "table.R").read_text())
    np.testing.assert_array_equal(table.matrix("x"), [[1, 0.5], [2, np.nan], [3, -np.inf]])
    vector = read_dput((tmp_path / "vector.R").read_text())
    assert vector.names == ["a", "b"] and vector.items == [0.25, 0.75]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("1:3", [1, 2, 3]),
        ("3:1", [3, 2, 1]),
        ("c(-1, NA_real_, Inf, -Inf, 1e-3, 2L)", [-1, None, np.inf, -np.inf, 1e-3, 2]),
        ("c(1:2, 5L)", [1, 2, 5]),
        ("NULL", []),
        ("numeric(0)", []),
        ("c(TRUE, FALSE, NA)", [True, False, None]),
        ('"a\\"b"', ['a"b']),
    ],
)
def test_values_of_dput(text: str, items: list[object]) -> None:
    assert read_dput(text).items == items


def test_attributes_of_dput_in_both_spellings() -> None:
    for names, dim in ((".Names", ".Dim"), ("names", "dim")):
        value = read_dput(f'structure(list(1, structure(1:4, {dim} = c(2L, 2L))), {names} = c("a", "b"))')
        assert value.names == ["a", "b"]
        assert value.items[1].matrix("it").tolist() == [[1, 3], [2, 4]]
    factor = read_dput('structure(c(1L, 2L, NA), levels = c("x", "y"), class = "factor")')
    assert factor.words() == ["x", "y", "NA"]
    assert dates(read_dput('structure(c(11353, NA), class = "Date")')) == ["2001-01-31", "NA"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("list(a = 1,\n  b = new.env())", "line 2, column 7: a call of new.env; expected c"),
        ("c(1, x)", "line 1, column 6: something that dput does not write"),
        ("c(1, 2", r"line 1, column 2: .* is never closed"),
        ("1\n2", "line 2, column 1: a second value; expected one value"),
        ("", "the text holds no value of R"),
        ("c(a = list(1), 2)", "line 1, column 1: c.. of lists"),
    ],
)
def test_text_that_is_not_of_dput(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.R"
    path.write_text(text)
    with pytest.raises(InputError, match=rf"'.*x\.R', {words}"):
        load_frontier(path)


@pytest.mark.parametrize("name", ["A_02b_130_30_vi_Risk", "A_02c_130_30_split_MAD", "A_04a_mininvest_10_MAD"])
def test_auxiliary_variables_and_doubled_assets_as_portopt_names_them(name: str, tmp_path: Path) -> None:
    """In R, auxiliary columns of ef$weight have the name "", and doubled assets have the same names twice."""
    content = read_reference(name)
    outputs = content["outputs"]
    columns = ["" if column == "(auxiliary)" else column for column in outputs["weight_columns"]]
    text = (
        f"list(weight = {r_matrix(numbers(outputs['weight']), columns)}, return = {r_vector(numbers(outputs['return']))}, "
        f'risk = {r_vector(numbers(outputs["risk"]))}, name = "{content["measure"]}")'
    )
    ours = load_frontier(name)
    theirs = load_frontier(dput_file(tmp_path, text))
    assert (theirs.symbols, theirs.measure) == (ours.symbols, ours.measure)
    np.testing.assert_allclose(theirs.net_weight, ours.net_weight, atol=1e-12)
    explanation = explain(name, dput_file(tmp_path, text))
    assert explanation.causes == {"equal": 50}
    assert not explanation.definitions and not explanation.notes


# --------------------------------------------------------------------------------------------------- .rds and .RData


@needs_r
@pytest.mark.parametrize(
    ("write", "name"),
    [
        ('saveRDS(list(ef = ef, ia = ia, constraints = constraints), "all.rds")', "all.rds"),
        ('other <- 1:5; save(ef, ia, constraints, other, file = "all.RData")', "all.RData"),
        ('save(ef, ia, constraints, file = "all.rda", compress = "xz")', "all.rda"),
    ],
)
def test_binary_files_of_r(write: str, name: str, tmp_path: Path) -> None:
    pytest.importorskip("rdata", reason="needs the extra 'r' (rdata)")
    run_r(objects_in_r() + write, tmp_path)
    assert_whole(tmp_path / name)


def test_a_binary_file_that_is_none(tmp_path: Path) -> None:
    pytest.importorskip("rdata", reason="needs the extra 'r' (rdata)")
    path = tmp_path / "x.rds"
    path.write_bytes(b"no R")
    with pytest.raises(InputError, match=r"'.*x\.rds' is no file of saveRDS or save: "):
        load_frontier(path)
    with pytest.raises(InputError, match=r"cannot read '.*no\.rds'"):
        load_frontier(tmp_path / "no.rds")


def test_without_the_package_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rdata", None)
    with pytest.raises(InputError, match=r"needs the package rdata: install sitpy\[r\], or write .* with dput"):
        load_frontier(tmp_path / "x.rds")


# -------------------------------------------------------------------------------------------------------------- CSV


def test_a_table_of_weights(tmp_path: Path) -> None:
    ef = solved()
    ef.to_frame().to_csv(tmp_path / "full.csv")
    ef.weights.to_csv(tmp_path / "plain.csv", index=False)
    ef.weights.to_csv(tmp_path / "excel.csv", sep=";", decimal=",")
    for name in ("full.csv", "plain.csv", "excel.csv"):
        assert explain(ef, tmp_path / name).causes == {"equal": 6}, name
    assert load_frontier(tmp_path / "plain.csv", "Risk").symbols == ef.ia.symbols


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A,B\n0.5,x\n", r"line 2, column 'B': 'x'; expected a number"),
        ("A,B\n0.5\n", "line 2: 1 cells; expected 2"),
        ("A,B\n", "has no table: expected names of assets"),
        ("return,risk\n1,2\n", "has the columns return, risk, none of which is an asset"),
        ("A,B\n0.5,NA\n", "the weight of variable 2 at point 1 is missing"),
    ],
)
def test_tables_that_are_none(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        load_frontier(path)


# ------------------------------------------------------------------------------------------------- malformed objects


def dput_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "x.R"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("list(a = 'x')", "holds a, none of which is ef, ia, constraints or weights"),
        ("'x'", "holds none of ef, ia, constraints and weights"),
        ("list(weight = structure(1:3, dim = c(2L, 2L)))", r"ef\$weight has 3 numbers for a matrix of 2 x 2"),
        ("list(weight = c(0.5, 0.5), return = c(1, 2))", "return has 2 numbers for 1 points of weight"),
        ("list(weight = list('a'), return = 1)", "has columns of|'a'; expected numbers"),
        ("a <- list(weight = 1:2)\nb <- list(weight = 1:2)", "holds 2 objects that are ef: a, b"),
        ("list(A = NULL, b = NULL, meq = 0)", "constraints have no rows"),
        ("list(expected.return = c(0.1, 0.2), cov = structure(1:9, dim = c(3L, 3L)))", "ia: cov has shape"),
        ("list(expected.return = c('a', 'b'), cov = 1)", r"ia\$expected.return holds 'a'; expected numbers"),
    ],
)
def test_objects_that_do_not_agree_with_themselves(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        read_held(dput_file(tmp_path, text))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "holds no 'objects'"),
        ({"objects": {"ef": 5}}, r"objects\.ef is '5'; expected an object with"),
        ({"objects": {"ef": {"numbers": 5}}}, "expected a list"),
        ({"objects": {"ef": {"numbers": ["x", 1]}}}, "holds 'x'; expected numbers, null"),
    ],
)
def test_an_export_that_was_changed_by_hand(content: dict[str, object], words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"format": "sitpy from R 1", **content}))
    with pytest.raises(InputError, match=words):
        load_frontier(path)


def test_files_with_inputs_only_are_compared_and_hold_no_frontier(tmp_path: Path) -> None:
    inputs = objects_in_r().split("\n", 1)[1]
    path = dput_file(tmp_path, inputs)
    with pytest.raises(InputError, match="holds no frontier, only input assumptions or constraints"):
        load_frontier(path)
    explanation = explain(solved(), path)
    assert explanation.points.empty
    assert not explanation.data  # the bound that is NA there is one of the rows as well
    assert "compared: input assumptions and constraints" in explanation.notes[0]
    lower = inputs.replace(r_vector(solved().constraints.ub), f"c(0.7, {', '.join(['0.8'] * 8)})")
    assert lower != inputs
    different = explain(solved(), dput_file(tmp_path, lower)).data
    assert [(item.field, item.where, item.reference) for item in different] == [("ub", "variable 1", 0.7)]


def test_weights_without_anything_to_measure_them_by(tmp_path: Path) -> None:
    path = dput_file(tmp_path, "c(A = 0.5, B = 0.5)")
    with pytest.raises(InputError, match="neither file says what its weights are the least of"):
        explain(path, path)
    with pytest.raises(InputError, match="without the return and MAD of each, and neither file holds the input"):
        explain(path, path, "MAD")
    with pytest.raises(InputError, match="the measure 'Rsk' is not known; did you mean 'Risk'"):
        explain(path, path, "Rsk")
