"""The fifteen worked cases, each with its unique optimum or the reason why there is none."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import sitpy.optimize as opt
from sitpy.reference import read_reference

STORED = read_reference("optimize_cases")
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in STORED["cases"]}
TOLERANCE = STORED["tolerance"]


def objective_of(case: dict[str, Any]) -> opt.Objective:
    given = case["objective"]
    if given["type"] == "MaximizeAlpha":
        return opt.MaximizeAlpha(given["alphas"])
    return opt.TargetWeights(given["weights"])


def constraint_of(stored: dict[str, Any]) -> opt.Constraint:
    arguments = {key: value for key, value in stored.items() if key != "type"}
    name, _, method = stored["type"].partition(".")
    for key in {"loadings", "etf_lookthru"} & arguments.keys():
        arguments[key] = pd.DataFrame(arguments[key])
    if "assets" in arguments and name != "Basket":
        arguments["asset_or_assets"] = arguments.pop("assets")
    made = getattr(opt, name)
    result: opt.Constraint = (getattr(made, method) if method else made)(**arguments)
    return result


def run(case: dict[str, Any]) -> tuple[list[opt.Constraint], opt.OptimizationResult]:
    constraints = [constraint_of(stored) for stored in case["constraints"]]
    return constraints, opt.run_optimization(objective_of(case), constraints, case["current_portfolio"])


def value(case: dict[str, Any], w: pd.Series) -> float:
    given = case["objective"]
    if given["type"] == "MaximizeAlpha":
        return sum((alpha or 0.0) * w.get(asset, 0.0) for asset, alpha in given["alphas"].items())
    return sum((w[asset] - given["weights"].get(asset, 0.0)) ** 2 for asset in w.index)


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    case = CASES[name]
    _, result = run(case)
    expected = case["expected"]
    assert result.status == expected["status"] and result.success == (result.status == "optimal")
    if result.new_weights is None:
        with pytest.raises(getattr(opt, expected["exception"])):
            result.raise_for_status()
        return
    w = result.new_weights
    wanted = expected["weights"] if expected.get("unique", True) else expected["least_norm_weights"]
    assert w.reindex(wanted).to_dict() == pytest.approx(wanted, abs=TOLERANCE["weights"])
    assert set(w.index[w != 0]) <= set(wanted)
    assert value(case, w) == pytest.approx(expected["objective_value"], abs=TOLERANCE["objective_value"])
    if not expected.get("unique", True):
        low, high = expected["net_exposure_range"]
        assert low - 1e-7 <= w.sum() <= high + 1e-7
        assert w.abs().sum() == pytest.approx(expected["gross_exposure"], abs=1e-7)
    assert result.diagnostics.violations == {} and result.diagnostics.conflict is None


def test_the_contradiction_is_told() -> None:
    case = CASES["opt-14"]
    constraints, result = run(case)
    found = {
        name: [type(v.constraint).__name__ for v in broken] for name, broken in result.diagnostics.violations.items()
    }
    assert found == case["expected"]["violations"] and list(found) == ["target", "current", "empty"]
    conflict = result.diagnostics.conflict
    assert conflict is not None and all(mine is theirs for mine, theirs in zip(conflict, constraints, strict=True))
    with pytest.raises(opt.InfeasibleConstraints) as caught:
        result.raise_for_status()
    text = str(caught.value)
    for constraint in constraints:
        assert repr(constraint) in text
    for words in (
        "Target portfolio breaks:",
        "Current portfolio breaks:",
        "Empty portfolio breaks:",
        "net exposure is 0.2, above the maximum 0.05",
        "weight of 'B' is -0.2, below the minimum 0",
        "weight of 'A' is 0 and must be 0.2",
    ):
        assert words in text


def test_growth_without_limit_names_the_assets(capsys: pytest.CaptureFixture[str]) -> None:
    _, result = run(CASES["opt-15"])
    with pytest.raises(
        opt.UnboundedObjective, match=r"nothing limits the weights of 'A', 'B'; add MaxGrossExposure\(1\.0\)"
    ):
        result.raise_for_status()
    result.print_diagnostics()
    assert "MaxGrossExposure(1.0)" in capsys.readouterr().out


def test_success_has_nothing_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    _, result = run(CASES["opt-08"])
    result.print_diagnostics()
    result.raise_for_status()
    assert capsys.readouterr().out == "No violations.\n"


def test_without_any_asset_a_demand_is_met_by_nothing_or_by_no_portfolio() -> None:
    nothing = opt.MaximizeAlpha({})
    assert opt.calculate_optimal_portfolio(nothing, [opt.NetExposure(0, 1), opt.MaxGrossExposure(1)]).empty
    forced = opt.NetExposure(0.5, 1)
    result = opt.run_optimization(nothing, [opt.MaxGrossExposure(1), forced])
    assert result.status == "infeasible" and result.diagnostics.conflict == [forced]
    with pytest.raises(opt.InfeasibleConstraints, match="This constraint cannot be satisfied:\n    NetExposure"):
        result.raise_for_status()
