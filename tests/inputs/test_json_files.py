"""Files are written whole or not at all, and every number survives."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitpy.errors import InputError
from sitpy.files import numbers, read_json, write_json, write_whole

SPECIAL = [1.5, np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2]


def test_every_kind_of_number_comes_back(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", {"vector": np.array(SPECIAL), "matrix": [SPECIAL, SPECIAL], "one": np.inf})
    back = read_json(path)
    np.testing.assert_array_equal(numbers(back["vector"]), SPECIAL)
    np.testing.assert_array_equal(np.signbit(numbers(back["vector"])), np.signbit(SPECIAL))
    np.testing.assert_array_equal(numbers(back["matrix"]), [SPECIAL, SPECIAL])
    assert numbers(back["one"]) == np.inf
    assert back["vector"][1:4] == [None, "Inf", "-Inf"]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64)))
def test_any_float_comes_back_bit_for_bit(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    path = tmp_path_factory.getbasetemp() / "floats.json"
    write_json(path, {"values": values})
    back = numbers(read_json(path)["values"])
    np.testing.assert_array_equal(back, np.array(values))
    finite = ~np.isnan(values)
    np.testing.assert_array_equal(np.signbit(back[finite]), np.signbit(np.array(values)[finite]))


def test_words_of_r_are_numbers_too() -> None:
    np.testing.assert_array_equal(numbers([None, "NaN", "Inf", "-Inf", 2]), [np.nan, np.nan, np.inf, -np.inf, 2])
    assert numbers([[], [], []]).shape == (3, 0)
    assert numbers([]).shape == (0,)
    assert np.isnan(numbers(None))
    assert numbers(3).tolist() == 3


def test_plain_types_are_kept(tmp_path: Path) -> None:
    content = {
        "text": "é",
        "none": None,
        "flag": np.bool_(True),
        "count": np.int64(3),
        "float": np.float64(0.1),
        "tuple": (1, "b"),
        "nested": {"a": [np.array([1, 2]), {"b": np.nan}]},
        7: "numbered",
    }
    back = read_json(write_json(tmp_path / "a.json", content))
    assert back == {
        "text": "é",
        "none": None,
        "flag": True,
        "count": 3,
        "float": 0.1,
        "tuple": [1, "b"],
        "nested": {"a": [[1, 2], {"b": None}]},
        "7": "numbered",
    }
    assert isinstance(back["count"], int)
    assert back["flag"] is True


def test_what_json_cannot_hold_is_refused_before_the_file_is_touched(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", {"kept": 1})
    with pytest.raises(TypeError):
        write_json(path, {"no": object()})
    assert read_json(path) == {"kept": 1}


def test_a_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "result.csv"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half of the n")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_whole(path, fail)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["result.csv"]
    with pytest.raises(RuntimeError, match="disk full"):
        write_whole(tmp_path / "new.csv", fail)
    assert os.listdir(tmp_path) == ["result.csv"]


def test_the_old_file_is_there_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "result.png"
    seen: list[Any] = []

    def write(temporary: Path) -> None:
        temporary.write_text("new")
        seen.append((path.exists() and path.read_text(), temporary.parent, temporary.suffix))

    assert write_whole(path, write) == path
    assert write_whole(str(path), write) == path
    assert seen == [(False, path.parent, ".png"), ("new", path.parent, ".png")]
    assert os.listdir(path.parent) == ["result.png"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    path = write_whole(tmp_path / "whole", lambda temporary: temporary.write_text(""))
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, r"cannot read '.*a\.json': No such file or directory"),
        (b"", r"'.*a\.json' is not JSON: Expecting value"),
        (b'{"a": 1', r"'.*a\.json' is not JSON: .*line 1"),
        (b"\xff\xfe\xfa", r"'.*a\.json' is not JSON: .*codec can't decode"),
        (b"[1, 2]", r"'.*a\.json' holds a JSON list; expected an object with named fields"),
        (b'"text"', r"'.*a\.json' holds a JSON str; expected an object"),
        (b"null", r"'.*a\.json' holds a JSON NoneType; expected an object"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_json(path)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        read_json(tmp_path)


def test_the_file_is_strict_json(tmp_path: Path) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    path = write_json(tmp_path / "a.json", {"values": SPECIAL})
    json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    assert path.read_text(encoding="utf-8").endswith("}\n")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write '.*a\.json': "):
        write_json(tmp_path / "file" / "a.json", {})
