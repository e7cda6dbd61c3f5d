"""Every example runs as a script, saves its figures where it is told, and traces the frontiers that R printed."""

import runpy
import sys
from pathlib import Path

import pytest

import sitpy
from sitpy.studies import STUDIES, find_study

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SCRIPTS = [module.split(".")[-1] for name, module in STUDIES.items() if not find_study(name).files]

# names in the script -> R's figures
STORED = {
    "introduction": {
        "ef_risk": "A_01_longonly_0_80_Risk",
        "ef_maxloss": "A_01_longonly_0_80_MaxLoss",
        "ef_mad": "A_01_longonly_0_80_MAD",
    },
    "cvar": {
        "ef_risk": "A_01_longonly_0_80_Risk",
        "ef_cvar": "A_01_longonly_0_80_CVaR",
        "ef_cdar": "A_01_longonly_0_80_CDaR",
    },
    "hundred_thirty": {"ef_risk": "A_02e_200_100_binary_Risk", "ef_mad": "A_02e_200_100_binary_MAD"},
    "risk_limits": {
        "no limit": "B_01_longonly_0_80_Risk",
        "Max Loss to 12%": "B_11_maxloss_limit_Risk",
        "CVaR to 8%": "B_11_cvar_limit_Risk",
    },
    "cardinality": {"ef_risk": "A_04b_exactly_3_Risk", "ef_mad": "A_04b_exactly_3_MAD"},
    "downside": {
        "ef_risk_downside": "A_01c_longonly_downside_mar0_RiskDown",
        "ef_mad_downside": "A_01c_longonly_downside_mar0_MADdown",
    },
    "gini": {"ef_risk": "A_01_longonly_0_80_Risk", "ef_gini": "A_01d_longonly_gini_Gini"},
}
FIGURES = {
    "introduction": 1,
    "hundred_thirty": 5,
    "cardinality": 2,
    "cvar": 1,
    "risk_limits": 1,
    "downside": 2,
    "gini": 1,
}


@pytest.mark.usefixtures("sketched")
@pytest.mark.parametrize("script", SCRIPTS)
def test_example_runs_and_agrees(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    out, here = tmp_path / "out", tmp_path / "here"
    out.mkdir()
    here.mkdir()
    path = EXAMPLES / f"{script}.py"
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "argv", [str(path), str(out)])
    try:
        names = runpy.run_path(str(path))
    finally:
        plt.close("all")
    assert not list(here.iterdir())
    figures = list(out.glob("*.png"))
    assert figures and len(figures) == FIGURES.get(script, len(figures))
    names |= {ef.name: ef for ef in names.get("efs", [])}
    for name, reference in STORED.get(script, {}).items():
        assert sitpy.compare(names[name], reference).ok, name


def test_example_without_an_argument_saves_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["introduction.py"])
    runpy.run_path(str(EXAMPLES / "introduction.py"))
    plt.close("all")
    assert [path.name for path in tmp_path.iterdir()] == ["introduction.png"]
    content = (tmp_path / "introduction.png").read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) > 20_000
