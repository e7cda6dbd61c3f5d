"""Whatever stands where assumptions, constraints, weights or a limit should: the answer is an error of sitpy's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy

HISTORY = pd.DataFrame(0.01 + 0.03 * np.random.default_rng(5).standard_normal((12, 3)), columns=["A", "B", "C"])
IA = sitpy.create_historical_ia(HISTORY, 12)
CONSTRAINTS = sitpy.create_basic_constraints(3, 0, 0.8)
WRONG: dict[str, Any] = {
    "none": None,
    "text": "x",
    "nan": float("nan"),
    "empty": [],
    "short": [0.5],
    "cube": np.ones((2, 2, 2)),
    "object": object(),
    "foreign": pd.Series([0.5, 0.3, 0.2], index=["X", "Y", "Z"]),
    "words": pd.DataFrame({"A": [0.1], "B": ["u"], "C": [0.2]}),
    "dates": np.array(["2020-01-01"] * 3, dtype="M8[D]"),
    "complex": np.array([1j, 0, 0]),
    "ragged": [[1], [1, 2]],
    "class": int,
    "missing": [0.5, float("nan"), 0.5],
    "infinite": [0.5, float("inf"), 0.5],
}


def public(prefix: str) -> list[Callable[..., Any]]:
    found = (getattr(sitpy, name) for name in sitpy.__all__ if name.startswith(prefix))
    return [value for value in found if inspect.isfunction(value)]


def taking(*names: str) -> list[Callable[..., Any]]:
    """The public functions whose first parameters have these names."""
    return [fn for fn in public("") if tuple(inspect.signature(fn).parameters)[: len(names)] == names]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("measure", taking("weight", "ia"), ids=lambda fn: fn.__name__)
def test_no_weights(measure: Callable[..., Any], wrong: str) -> None:
    if "plot" not in measure.__name__:
        with pytest.raises(sitpy.InputError, match="weight"):
            measure(WRONG[wrong], IA)


@pytest.mark.parametrize("wrong", [*WRONG, "constraints"])
def test_no_assumptions(wrong: str) -> None:
    value = CONSTRAINTS if wrong == "constraints" else WRONG[wrong]
    functions = [
        *taking("ia", "constraints"),
        *taking("ia", "value"),
        *taking("weight", "ia"),
        sitpy.cluster_group_hclust,
    ]
    assert len(functions) > 50
    others = {"constraints": CONSTRAINTS, "weight": [0.5, 0.3, 0.2], "value": 0.1, "type": "<="}
    more = {
        "add_constraint_fn": sitpy.add_constraint_mad,
        "target_return": 0.1,
        "target_risk": 0.1,
        "index_weight": [1, 0, 0],
    }
    for fn in functions:
        known = (
            others | more
            if fn.__name__.startswith("add_")
            else {k: v for k, v in (others | more).items() if k != "type"}
        )
        given = {name: known[name] for name in inspect.signature(fn).parameters if name in known}
        with pytest.raises(sitpy.InputError, match=r"ia is .*; give input assumptions: create_ia"):
            fn(**given, ia=value)


@pytest.mark.parametrize("wrong", [name for name in WRONG if name != "none"])
def test_no_constraints(wrong: str) -> None:
    for fn in [sitpy.min_risk_portfolio, sitpy.portopt, sitpy.max_sharpe_portfolio_axioma, sitpy.min_portfolio]:
        more = [sitpy.add_constraint_mad] if fn is sitpy.min_portfolio else []
        with pytest.raises(sitpy.InputError, match=r"constraints is .*; give constraints: new_constraints"):
            fn(IA, WRONG[wrong], *more)  # type: ignore[operator]
    for call in (
        lambda c: sitpy.add_constraints([1, 1, 1], 1, "=", c),
        lambda c: sitpy.add_variables(1, c),
        lambda c: sitpy.delete_constraints(0, c),
        lambda c: sitpy.merge_constraints(CONSTRAINTS, c),
        sitpy.type_constraints,
        lambda c: sitpy.add_constraint_cvar(IA, 0.1, "<=", c),
    ):
        with pytest.raises(sitpy.InputError, match=r"constraints2? is .*; give constraints: new_constraints"):
            call(WRONG[wrong])


@pytest.mark.parametrize("builder", public("add_constraint_"), ids=lambda fn: fn.__name__)
@pytest.mark.parametrize("wrong", WRONG)
def test_no_limit(builder: Callable[..., Any], wrong: str) -> None:
    with pytest.raises(sitpy.InputError, match=r"^value is .*; give the limit as a finite number"):
        builder(IA, WRONG[wrong], "<=", CONSTRAINTS)
    with pytest.raises(sitpy.InputError, match=r"^constraint type .* is not known; use '=', '>=' or '<='"):
        builder(IA, 0.1, WRONG[wrong], CONSTRAINTS)


MAKERS = [fn for fn in public("") if "__wrapped__" in vars(fn) and "makes_" in inspect.getsource(inspect.unwrap(fn))]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda fn: fn.__name__)
def test_a_maker_called_as_a_constructor_says_how_it_is_written(maker: Callable[..., Any]) -> None:
    words = (
        rf"{maker.__name__} makes a (constructor|group function): write {maker.__name__}\(.*\)\(ia(, constraints)?\)"
    )
    for call in (lambda: maker(IA), lambda: maker(IA, CONSTRAINTS)):
        with pytest.raises(sitpy.InputError, match=words):
            call()


def test_all_makers_are_marked() -> None:
    """Every public function of portfolios that takes no assumptions and gives a function back."""
    names = {fn.__name__ for fn in MAKERS}
    assert {
        "risk_parity_portfolio",
        "target_return_portfolio",
        "min_cvar",
        "rso_portfolio",
        "cluster_group_FTCA",
    } <= names
    annotated = {
        fn.__name__
        for fn in public("")
        if str(inspect.signature(fn).return_annotation) in ("Strategy", "FreeStrategy", "GroupFunction")
    }
    assert annotated - names == {"get_group"}
