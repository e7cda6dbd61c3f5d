"""Statements too long for a line are broken without another meaning."""

from __future__ import annotations

import pytest
from reading import run

from sitpy.translate import translate
from sitpy.translate.emit.code import wrapped

LONG = " + ".join(f"variable_{i}" for i in range(8))


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (f"x = 2 * (1 if ({LONG}) > 3 else variable_1 + variable_2 + variable_3 + variable_4 + variable_5)", 2),
        (f"x = [v + {LONG} for v in [variable_1, variable_2, {LONG}]]", [9, 9, 16]),
        (f"x = sum(v + {LONG} for v in [variable_1, variable_2, {LONG}, variable_3])", 43),
        (f"x = (lambda a, b: a * 2 + b + {LONG} + variable_1 + variable_2 + variable_3)(variable_1, variable_2)", 14),
        (f"x = max(variable_1, variable_2 + {LONG}, min({LONG}, {LONG}), {LONG}, 'for '.count('r'))", 9),
        (
            f"x = len([variable_1, [variable_2, {LONG}], ({LONG}), '{LONG}', variable_3, 'a (long, text', variable_4])",
            7,
        ),
    ],
)
def test_a_broken_line_has_the_same_value(line: str, value: object) -> None:
    lines = wrapped(line, 0)
    assert len(lines) > 1
    names = {f"variable_{i}": 1 for i in range(8)}
    assert run("\n".join(lines), **names)["x"] == run(line, **names)["x"] == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("y = nrow(m) * if (sum(b) > m[1, 2] && length(x) > 1) sd(1:5) else which.max(x[order(x)])", 10),
        (
            "y = sum(sapply(c(which.max(x), sort(c(1, 2, 3, 4, 5))[2:5]), function(v) v * length(seq(2, 10, 2)) + length(x)))",
            120,
        ),
    ],
)
def test_long_statements_have_the_value_of_r(source: str, value: float) -> None:
    """Values by R 4.2.2."""
    head = "x = c(3, -1, 4, 1, 5); m = matrix(1:6, 2); b = c(TRUE, FALSE)\n"
    made = translate(head + source)
    assert made.complete and max(map(len, made.code.splitlines())) <= 120
    assert run(made.code)["y"] == value
