"""Every parameter of every public class and function: wrong types are TypeErrors, wrong numbers ValueErrors, both in words."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy
import sitpy.optimize as opt

NAN, INF = np.nan, np.inf
LOADINGS = pd.DataFrame({"beta": [1.0, 0.5]}, index=["A", "B"])
RISK = pd.DataFrame({"energy": [1.0], "momentum": [0.5]}, index=["A"])
TWICE = pd.Series([1.0, 2.0], ["A", "A"])
LEVELS = pd.Series([1.0, 2.0], pd.MultiIndex.from_tuples([("2020-01-01", "A"), ("2020-01-01", "B")]))
EVENT = LOADINGS.assign(beta=pd.to_datetime(["2020-01-01", "2020-01-02"]))
groups, positions = opt.NetGroupExposure, opt.PositionConcentration

GOOD: dict[Callable[..., Any], dict[str, Any]] = {
    opt.MaximizeAlpha: {"alphas": {"A": 1.0}},
    opt.TargetWeights: {"weights": {"A": 1.0}},
    opt.Objective: {"values": {"A": 1.0}},
    opt.MaxGrossExposure: {"max": 1.0},
    opt.MaxTurnover: {"max": 1.0},
    opt.NetExposure: {"min": -1.0, "max": 1.0},
    opt.DollarNeutral: {"tolerance": 0.1},
    groups: {"labels": {"A": "x"}, "min_weights": {"x": -1.0}, "max_weights": {"x": 1.0}, "etf_lookthru": None},
    groups.with_equal_bounds: {"labels": {"A": "x"}, "min": -1.0, "max": 1.0, "etf_lookthru": None},
    positions: {
        "min_weights": {"A": -1.0},
        "max_weights": {"A": 1.0},
        "default_min_weight": 0.0,
        "default_max_weight": 0.0,
        "etf_lookthru": None,
    },
    positions.with_equal_bounds: {"min": -1.0, "max": 1.0, "etf_lookthru": None},
    opt.FactorExposure: {"loadings": LOADINGS, "min_exposures": {"beta": -1.0}, "max_exposures": {"beta": 1.0}},
    opt.Pair: {"long": "A", "short": "B", "hedge_ratio": 1.0, "tolerance": 0.0},
    opt.Basket: {"assets": ["A", "B"], "min_net_exposure": -1.0, "max_net_exposure": 1.0},
    opt.FixedWeight: {"asset": "A", "weight": 0.1},
    opt.Frozen: {"asset_or_assets": ["A"], "max_error_display": 10},
    opt.ReduceOnly: {"asset_or_assets": ["A"], "max_error_display": 10},
    opt.LongOnly: {"asset_or_assets": ["A"], "max_error_display": 10},
    opt.ShortOnly: {"asset_or_assets": ["A"], "max_error_display": 10},
    opt.CannotHold: {"asset_or_assets": ["A"], "max_error_display": 10},
    opt.experimental.RiskModelExposure: {"risk_model_loadings": RISK, "version": 0, "min_energy": 0.0},
    opt.run_optimization: {"objective": opt.TargetWeights({}), "constraints": [], "current_portfolio": {}},
    opt.calculate_optimal_portfolio: {"objective": opt.TargetWeights({}), "constraints": [], "current_portfolio": {}},
}

Bad = tuple[Any, type[Exception], str]


def number(label: str) -> list[Bad]:
    """What is no number, under the label that the message gives it."""
    return [
        (None, TypeError, f"^{label} is None; give a number"),
        ("0.5", TypeError, f"^{label} is '0.5'; give a number"),
        (True, TypeError, f"^{label} is True; give a number"),
        ([0.5], TypeError, rf"^{label} is \[0.5\]; give a number"),
        (1j, TypeError, f"^{label} is 1j; give a number"),
        (np.array([1.0, 2.0]), TypeError, rf"^{label} is \[1.0, 2.0\]; give a number"),
        (LOADINGS, TypeError, rf"^{label} is a DataFrame of shape \(2, 1\); give a number"),
        (NAN, ValueError, f"^{label} is nan; give a number"),
        (10**400, ValueError, f"^{label} is too large for a number of the machine; give a smaller one"),
    ]


def finite(label: str) -> list[Bad]:
    return [*number(label), (INF, ValueError, f"^{label} is inf; give a finite number")]


def size(label: str) -> list[Bad]:
    return [*number(label), (-0.1, ValueError, f"^{label} is -0.1; give 0 or more")]


def no_map(label: str) -> list[Bad]:
    kinds = {None: "NoneType", "A": "str", 1.0: "float", (1, 2): "tuple"}
    found: list[Bad] = [
        (value, TypeError, f"^{label} is a {kind}; give a Series or a dict from asset to number")
        for value, kind in kinds.items()
    ]
    found += [([1.0], TypeError, f"^{label} is a list"), (LOADINGS, TypeError, f"^{label} is a DataFrame")]
    found += [
        (np.ones(2), TypeError, f"^{label} is a ndarray"),
        (LEVELS, TypeError, rf"^{label} has labels of 2 levels; take one of them, as with \.xs\(date\)"),
        (TWICE, ValueError, f"^{label} has 'A' more than once; give each asset once"),
    ]
    return found


def no_asset(label: str) -> list[Bad]:
    return [
        (None, TypeError, f"^{label} is None; give an asset"),
        (NAN, ValueError, f"^{label} is nan; give an asset"),
        (pd.NaT, ValueError, f"^{label} is NaT; give an asset"),
        (pd.NA, ValueError, f"^{label} is <NA>; give an asset"),
    ]


def by_asset(label: str) -> list[Bad]:
    """A map whose keys are assets."""
    return [*no_map(label), *(({key: 1.0}, kind, words) for key, kind, words in no_asset(f"a key of {label}"))]


def weights(label: str, missing: bool) -> list[Bad]:
    entries = [bad for bad in finite(rf"{label}\['A'\]") if not missing or (bad[0] is not None and bad[0] is not NAN)]
    found = [({"A": value}, kind, words) for value, kind, words in entries if value is not None]
    if not missing:
        found.append(({"A": None}, ValueError, rf"^{label}\['A'\] is nan; give a number"))
    return [*by_asset(label), *found, (pd.Series(["x"], ["A"]), TypeError, rf"^{label}\['A'\] is 'x'; give a number")]


def bounds(label: str, key: str, side: str, other: str) -> list[Bad]:
    """A map of bounds; ``side`` is the infinite end at which no number is left."""
    entries = [({key: value}, kind, words) for value, kind, words in number(rf"{label}\['{key}'\]")]
    nothing = INF if side == "low" else -INF
    return [*no_map(label), *entries, ({key: nothing}, ValueError, other)]


def table(label: str) -> list[Bad]:
    place = rf"{label}\['A', 'beta'\]"
    return [
        *(
            (value, TypeError, f"^{label} is a {type(value).__name__}; give a DataFrame")
            for value in ("A", 1.0, [1.0], TWICE)
        ),
        (LOADINGS.astype(str), TypeError, rf"^{label} has str in the column 'beta'; give numbers|{place} is '1.0'"),
        (LOADINGS.astype(object).replace(1.0, "1"), TypeError, f"^{place} is '1'; give a number"),
        (LOADINGS * 1j, TypeError, f"^{label} has complex128 in the column 'beta'; give numbers"),
        (EVENT, TypeError, rf"^{label} has datetime64\[.*\] in the column 'beta'; give numbers"),
        (LEVELS.to_frame("beta"), TypeError, f"^{label} has rows of 2 levels; take one of them"),
        (LEVELS.to_frame("beta").T, TypeError, f"^{label} has columns of 2 levels; take one of them"),
        (LOADINGS.set_axis(["A", "A"]), ValueError, f"^{label} has the rows 'A' more than once"),
        (LOADINGS.set_axis([NAN, "A"]), ValueError, f"^{label} has rows without a name; leave them out"),
        (pd.concat([LOADINGS, LOADINGS], axis=1), ValueError, f"^{label} has the columns 'beta' more than once"),
        (LOADINGS.replace(1.0, INF), ValueError, f"^{place} is infinite; give a finite number"),
    ]


def several(label: str) -> list[Bad]:
    """One asset or more."""
    one = [bad for bad in no_asset(label) if bad[0] is not None]
    return [
        *one,
        (None, TypeError, f"^{label} is None; give an asset"),
        *(([value], kind, words) for value, kind, words in no_asset(rf"{label}\[0\]")),
        (["A", ["B"]], TypeError, rf"^{label}\[1\] is a list, which cannot name an asset; give text"),
        (LOADINGS, TypeError, f"^{label} is a DataFrame; give its index or its columns"),
        (np.array("A"), TypeError, f"^{label} is a ndarray, which cannot name an asset"),
    ]


def display(label: str) -> list[Bad]:
    words = "give a whole number of 0 or more"
    return [*number(label), *((v, ValueError, f"^{label} is {v}; {words}") for v in (-1, 1.5, INF))]


def lower(low: str, high: str) -> str:
    return f"^{low} is .* and {high} is .*; the lower bound must not be above"


def none_between(low: str, high: str) -> str:
    return f"^{low} is .* and {high} is .*; (no number lies between them|the lower bound must not be above)"


def pair(low: str, high: str) -> dict[str, list[Bad]]:
    """Two numbers around which a value may lie."""
    return {
        low: [*number(low), (2.0, ValueError, lower(low, high)), (INF, ValueError, none_between(low, high))],
        high: [*number(high), (-2.0, ValueError, lower(low, high)), (-INF, ValueError, none_between(low, high))],
    }


LABELS: list[Bad] = [
    *by_asset("labels"),
    ({"A": ["x"]}, TypeError, r"^labels\['A'\] is a list, which cannot name a group; give text"),
]
GROUP_SIDES = none_between(r"min_weights\['x'\]", r"max_weights\['x'\]")
FACTOR_SIDES = none_between(r"min_exposures\['beta'\]", r"max_exposures\['beta'\]")
ONE_SIDES = none_between("the minimum of 'A'", "its maximum")
NO_CONSTRAINTS: list[Bad] = [
    (None, TypeError, "^constraints is None; give a list of constraints"),
    (1.0, TypeError, "^constraints is 1.0; give a list of constraints"),
    (np.array(1.0), TypeError, r"^constraints is array\(1\.\); give a list of constraints"),
    (opt.NetExposure(0, 1), TypeError, r"^constraints is NetExposure\(min=0, max=1\); give a list of constraints"),
    ("LongOnly", TypeError, r"^constraints\[0\] is 'L'; give constraints such as NetExposure\(-0\.1, 0\.1\)"),
    ([opt.DollarNeutral], TypeError, r"^constraints\[0\] is <class .*> \(a class: call it\); give constraints"),
    ([opt.DollarNeutral(), None], TypeError, r"^constraints\[1\] is None; give constraints such as"),
    ([opt.TargetWeights({})], TypeError, r"^constraints\[0\] is TargetWeights\(no assets\); give constraints"),
]
NO_OBJECTIVE: list[Bad] = [
    (value, TypeError, r"^objective is .*; give MaximizeAlpha\(alphas\) or TargetWeights\(weights\)")
    for value in (None, "alpha", {"A": 1.0}, opt.MaximizeAlpha, opt.Objective({"A": 1.0}), opt.NetExposure(0, 1))
]
BAD: dict[Callable[..., Any], dict[str, list[Bad]]] = {
    opt.MaximizeAlpha: {"alphas": weights("alphas", missing=True)},
    opt.TargetWeights: {"weights": weights("weights", missing=True)},
    opt.Objective: {"values": weights("values", missing=True)},
    opt.MaxGrossExposure: {"max": size("max")},
    opt.MaxTurnover: {"max": size("max")},
    opt.NetExposure: pair("min", "max"),
    opt.DollarNeutral: {"tolerance": size("tolerance")},
    groups: {
        "labels": [
            *LABELS,
            ({"A": "y"}, ValueError, "^min_weights has no bound for the label 'y'; give one, or NotCon"),
        ],
        "min_weights": [
            *bounds("min_weights", "x", "low", GROUP_SIDES),
            ({}, ValueError, "^min_weights has no bound for the label 'x'; give one, or NotConstrained"),
            ({"x": 2.0}, ValueError, GROUP_SIDES),
        ],
        "max_weights": [
            *bounds("max_weights", "x", "high", GROUP_SIDES),
            ({"y": 1.0}, ValueError, "^max_weights has no bound for the label 'x'; give one, or NotConstrained"),
            ({"x": -2.0}, ValueError, GROUP_SIDES),
        ],
        "etf_lookthru": table("etf_lookthru"),
    },
    groups.with_equal_bounds: {"labels": LABELS, **pair("min", "max"), "etf_lookthru": table("etf_lookthru")},
    positions: {
        "min_weights": [
            *by_asset("min_weights"),
            *bounds("min_weights", "A", "low", ONE_SIDES),
            ({"A": 2.0}, ValueError, ONE_SIDES),
            ({"B": 0.1}, ValueError, "^the minimum of 'B' is 0.1 and its maximum is 0; the lower bound must not be"),
        ],
        "max_weights": [
            *by_asset("max_weights"),
            *bounds("max_weights", "A", "high", ONE_SIDES),
            ({"A": -2.0}, ValueError, ONE_SIDES),
            ({"B": -0.1}, ValueError, "^the minimum of 'B' is 0 and its maximum is -0.1; the lower bound must not be"),
        ],
        **pair("default_min_weight", "default_max_weight"),
        "etf_lookthru": table("etf_lookthru"),
    },
    positions.with_equal_bounds: {**pair("min", "max"), "etf_lookthru": table("etf_lookthru")},
    opt.FactorExposure: {
        "loadings": [
            *table("loadings"),
            (
                LOADINGS.assign(size=0.0),
                ValueError,
                "^min_exposures has no bound for the factor 'size'; give one, or Not",
            ),
        ],
        "min_exposures": [
            *bounds("min_exposures", "beta", "low", FACTOR_SIDES),
            ({}, ValueError, "^min_exposures has no bound for the factor 'beta'; give one, or NotConstrained"),
            ({"beta": 2.0}, ValueError, FACTOR_SIDES),
        ],
        "max_exposures": [
            *bounds("max_exposures", "beta", "high", FACTOR_SIDES),
            ({}, ValueError, "^max_exposures has no bound for the factor 'beta'; give one, or NotConstrained"),
            ({"beta": -2.0}, ValueError, FACTOR_SIDES),
        ],
    },
    opt.Pair: {
        "long": [
            *no_asset("long"),
            (["A"], TypeError, "^long is a list, which cannot name an asset; give text or any other hashable"),
            (("A", ["B"]), TypeError, "^long is a tuple, which cannot name an asset"),
            ("B", ValueError, "^long and short are both 'B'; give two assets"),
        ],
        "short": [
            *no_asset("short"),
            ({}, TypeError, "^short is a dict, which cannot"),
            ("A", ValueError, "are both 'A'"),
        ],
        "hedge_ratio": [
            *finite("hedge_ratio"),
            (0.0, ValueError, "^hedge_ratio is 0; give a positive number"),
            (-1.0, ValueError, "^hedge_ratio is -1; give a positive number"),
        ],
        "tolerance": size("tolerance"),
    },
    opt.Basket: {"assets": several("assets"), **pair("min_net_exposure", "max_net_exposure")},
    opt.FixedWeight: {
        "asset": [*no_asset("asset"), (["A"], TypeError, "^asset is a list, which cannot name an asset")],
        "weight": finite("weight"),
    },
    **{
        kind: {"asset_or_assets": several("asset_or_assets"), "max_error_display": display("max_error_display")}
        for kind in (opt.Frozen, opt.ReduceOnly, opt.LongOnly, opt.ShortOnly, opt.CannotHold)
    },
    opt.experimental.RiskModelExposure: {
        "risk_model_loadings": [
            *table("risk_model_loadings"),
            (
                LOADINGS,
                ValueError,
                "^risk_model_loadings has the columns 'beta'; the factors are basic_materials, consumer",
            ),
        ],
        "version": [
            ("0", TypeError, "^version is '0'; give a whole number or Newest"),
            (True, TypeError, "^version is True; give a whole number or Newest"),
            (0.0, TypeError, "^version is 0.0; give a whole number or Newest"),
            (1, ValueError, "^version is 1; known are 0 and Newest"),
        ],
        "min_energy": [
            *(bad for bad in number("min_energy") if bad[0] is not None),  # None leaves the preset
            (
                0.2,
                ValueError,
                r"^min_exposures\['energy'\] is 0.2 and max_exposures\['energy'\] is 0.18; the lower bound",
            ),
        ],
        "min_beta": [
            (0.1, TypeError, "^RiskModelExposure has no argument 'min_beta'; give min_<factor> or max_<factor>")
        ],
        "energy": [(0.1, TypeError, "^RiskModelExposure has no argument 'energy'; give min_<factor> or max_<factor>")],
    },
    **{
        function: {
            "objective": NO_OBJECTIVE,
            "constraints": NO_CONSTRAINTS,
            "current_portfolio": [
                bad for bad in weights("current_portfolio", missing=False) if bad[0] is not None
            ],  # None is the default
        }
        for function in (opt.run_optimization, opt.calculate_optimal_portfolio)
    },
}
TABLE = [
    pytest.param(called, name, *bad, id=f"{called.__qualname__}-{name}-{i}")
    for called, parameters in BAD.items()
    for name, listed in parameters.items()
    for i, bad in enumerate(listed)
]


@pytest.mark.parametrize(("called", "name", "value", "kind", "words"), TABLE)
def test_bad_input(called: Callable[..., Any], name: str, value: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(sitpy.SitpyError, match=words) as caught:
        called(**{**GOOD[called], name: value})
    assert isinstance(caught.value, kind)
    assert isinstance(caught.value, (opt.WrongTypeError, sitpy.InputError))


@pytest.mark.parametrize("called", GOOD, ids=lambda called: str(called.__qualname__))
def test_the_arguments_that_are_varied_are_good_and_all_there_are(called: Callable[..., Any]) -> None:
    called(**GOOD[called])
    names = [name for name, p in inspect.signature(called).parameters.items() if p.kind is not p.VAR_KEYWORD]
    assert set(names) <= set(GOOD[called]) and set(names) <= set(BAD[called])


def test_every_public_class_and_function_is_in_a_table() -> None:
    elsewhere = {"backtest", "order_optimal_portfolio", "run_algorithm_file"}  # in the tests of each
    records = {
        "AlgorithmRun",
        "BacktestRun",
        "Diagnostics",
        "OptimizationResult",
        "Violation",
    }  # made by the package only
    no_arguments = {"Constraint", "current_weights"}
    called = {function.__qualname__ for function in BAD}
    for name in set(opt.__all__) - elsewhere - records - no_arguments:
        value = getattr(opt, name)
        if callable(value) and not (isinstance(value, type) and issubclass(value, Exception)):
            assert name in called, name


@pytest.mark.parametrize("missing", [NAN, None, pd.NA, pd.NaT])
def test_assets_without_a_number_or_a_label_are_left_out(missing: Any) -> None:
    given = {"A": 0.1, "B": missing}
    for kind in (opt.MaximizeAlpha, opt.TargetWeights):
        assert kind(given).values == kind(pd.Series(given, dtype=object)).values == {"A": 0.1}
    limit = opt.NetGroupExposure.with_equal_bounds({"A": "x", "B": missing}, 0.0, 0.1)
    assert limit.labels == {"A": "x"}
    ones = pd.DataFrame({"beta": [2.0, missing, 1.0]}, ["A", "B", "C"], dtype=object)
    assert opt.FactorExposure(ones, {"beta": 0}, {"beta": 1}).loadings["beta"].to_list() == [2.0, 0.0, 1.0]


def test_whole_numbers_and_truth_values_are_loadings() -> None:
    """Membership in an industry is often a column of truth values."""
    frame = pd.DataFrame({"a": [True, False], "b": [1, 2], "c": pd.array([1.5, None], dtype="Float64")}, ["A", "B"])
    limit = opt.FactorExposure(frame, dict.fromkeys("abc", 0.0), dict.fromkeys("abc", 1.0))
    assert limit.loadings.to_numpy().tolist() == [[1.0, 1.0, 1.5], [0.0, 2.0, 0.0]]


def test_nothing_given_is_changed() -> None:
    alphas, loadings = pd.Series([1.0, NAN], ["A", "B"]), LOADINGS.copy()
    opt.calculate_optimal_portfolio(
        opt.MaximizeAlpha(alphas),
        [opt.MaxGrossExposure(1.0), opt.FactorExposure(loadings, {"beta": -0.1}, {"beta": 0.1})],
        held := {"B": 0.2},
    )
    assert alphas.equals(pd.Series([1.0, NAN], ["A", "B"])) and loadings.equals(LOADINGS) and held == {"B": 0.2}


FUND = pd.DataFrame({"ETF": [0.6, 0.4]}, ["A", "B"])


@pytest.mark.parametrize("called", [called for called in GOOD if not inspect.isfunction(called)])
def test_a_constraint_reads_as_it_was_written(called: Callable[..., Any]) -> None:
    """Its text makes the same constraint again; a frame is shown by its size, and brought back for this test."""
    arguments = {**GOOD[called]}
    if "etf_lookthru" in arguments:
        arguments["etf_lookthru"] = FUND
    made = called(**arguments)
    if not isinstance(made, opt.Constraint):
        return
    frames = {
        "<2 assets x 'beta'>": "LOADINGS",
        "<1 assets x 'energy', 'momentum'>": "RISK",
        "<2 assets x 'ETF'>": "FUND",
    }
    written = repr(made)
    for shown, frame in frames.items():
        written = written.replace(shown, frame)
    names = {**vars(opt), "RiskModelExposure": opt.experimental.RiskModelExposure, "LOADINGS": LOADINGS, "RISK": RISK}
    again = eval(written, {**names, "FUND": FUND})
    assert repr(again) == repr(made) and ("FUND" in written) == ("etf_lookthru" in arguments)
    for key, value in vars(made).items():
        same = getattr(again, key)
        assert value.equals(same) if isinstance(value, pd.DataFrame) else value == same
