"""Strategies from their names."""

from __future__ import annotations

import numpy as np
import pytest

import sitpy
from sitpy import InputError
from sitpy.portfolios.strategy_names import ALGORITHMS, GROUPS, _plain

PARAMETERS = {
    "target.return": "0.12:1",
    "target.risk": "0.1:1",
    "rso": "min.var:4:3",
    "random.hist": "min.var:3",
    "cluster": "hclust:equal.weight",
}


@pytest.mark.parametrize("name", [item.name for item in ALGORITHMS])
def test_every_name_gives_a_portfolio(ia_a: sitpy.InputAssumptions, name: str) -> None:
    text = f"X,{name},{PARAMETERS[name]}" if name in PARAMETERS else f"X,{name}"
    (fn,) = sitpy.map_min_risk_fns(text).values()
    ia_a.parameters_omega = 0.05  # some portfolios are never below 0, and their Omega is infinite
    weights = fn(ia_a, sitpy.create_basic_constraints(ia_a.n, 0, 1, 1))
    assert np.shape(weights) == (9,)
    assert np.sum(weights) == pytest.approx(1, abs=1e-6)


def test_names_are_unique() -> None:
    names = [_plain(name) for item in ALGORITHMS for name in (item.name, item.short) if name]
    assert len(set(names)) == len(names)
    assert len({_plain(name) for name in GROUPS}) == len(GROUPS)


@pytest.mark.parametrize(
    ("spelling", "function"),
    [
        ("Min.Var", "min_var_portfolio"),
        ("min.var.portfolio", "min_var_portfolio"),
        ("MV", "min_var_portfolio"),
        ("min_var", "min_var_portfolio"),
        (" Equal Weight ", "equal_weight_portfolio"),
        ("EW", "equal_weight_portfolio"),
        ("MD", "max_div_portfolio"),
        ("ERC", "equal_risk_contribution_portfolio"),
        ("MC", "min_corr_portfolio"),
        ("mc2", "min_corr2_portfolio"),
        ("HRP", "hierarchical_risk_parity"),
        ("Hierarchical.Risk.Parity", "hierarchical_risk_parity"),
        ("Min.CVaR", "min_cvar_portfolio"),
    ],
)
def test_spellings(spelling: str, function: str) -> None:
    assert sitpy.get_algo(spelling) is getattr(sitpy, function)


@pytest.mark.parametrize(
    ("spelling", "factory"),
    [
        ("Risk.Parity", "risk_parity_portfolio"),
        ("RP", "risk_parity_portfolio"),
        ("MS", "max_sharpe_portfolio"),
        ("Max.Sharpe", "max_sharpe_portfolio"),
        ("Target.Risk", "target_risk_portfolio"),
        ("Target.Return", "target_return_portfolio"),
        ("Min.Corr", "min_corr"),
        ("RSO", "rso_portfolio"),
        ("Cluster", "distribute_weights"),
        ("EF", "ef_portfolio"),
    ],
)
def test_factories(spelling: str, factory: str) -> None:
    assert sitpy.get_algo(spelling, has_param=True) is getattr(sitpy, factory)


@pytest.mark.parametrize(
    ("spelling", "function"),
    [
        ("hclust", "cluster_group_hclust"),
        ("cluster.group.hclust", "cluster_group_hclust"),
        ("Kmeans90", "cluster_group_kmeans_90"),
        ("kmeans.elbow", "cluster_group_kmeans_elbow"),
        ("empty.group", "empty_group"),
    ],
)
def test_groups(spelling: str, function: str) -> None:
    assert sitpy.get_group(spelling) is getattr(sitpy, function)


def test_ftca_has_its_usual_threshold(ia_a: sitpy.InputAssumptions) -> None:
    np.testing.assert_array_equal(sitpy.get_group("ftca")(ia_a), sitpy.cluster_group_FTCA(0.5)(ia_a))


def test_a_whole_text(ia_a: sitpy.InputAssumptions) -> None:
    constraints = sitpy.create_basic_constraints(ia_a.n)
    fns = sitpy.map_min_risk_fns(
        """EW; MV, Min.Var;
        C.EW, Cluster, hclust:equal.weight;
        C.MV,Cluster,hclust:equal.weight:min.var; CVaR RP, risk.parity, cvar; TR,Target.Risk,0.1:1;"""
    )
    hclust = sitpy.cluster_group_hclust
    expected = {
        "EW": sitpy.equal_weight_portfolio,
        "MV": sitpy.min_var_portfolio,
        "C.EW": sitpy.distribute_weights(sitpy.equal_weight_portfolio, hclust),
        "C.MV": sitpy.distribute_weights(sitpy.equal_weight_portfolio, hclust, sitpy.min_var_portfolio),
        "CVaR RP": sitpy.risk_parity_portfolio("cvar"),
        "TR": sitpy.target_risk_portfolio(0.1, 1),
    }
    assert list(fns) == list(expected)
    for name, fn in expected.items():
        np.testing.assert_array_equal(fns[name](ia_a, constraints), fn(ia_a, constraints))


def test_a_list_is_as_good_as_a_text() -> None:
    assert list(sitpy.map_min_risk_fns(["A,min.var", "B,EW"])) == ["A", "B"]


def test_a_cluster_takes_its_group_first(ia_a: sitpy.InputAssumptions) -> None:
    """distribute_weights has the algorithm first, the text has the group first."""
    fns = sitpy.map_min_risk_fns("C,Cluster,FTCA:risk.parity:equal.weight")
    plain = sitpy.distribute_weights(
        sitpy.risk_parity_portfolio(), sitpy.cluster_group_FTCA(), sitpy.equal_weight_portfolio
    )
    np.testing.assert_array_equal(fns["C"](ia_a, None), plain(ia_a))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "X,min.vra",
            r"strategy 'X': there is no algorithm 'min\.vra'\. Did you mean 'min\.var'\? Known are equal\.weight",
        ),
        ("qqqqqq", r"strategy 'qqqqqq': there is no algorithm 'qqqqqq'\. Known are equal\.weight, EW, "),
        ("X,cluster,hclsut:EW", r"there is no group 'hclsut'\. Did you mean 'hclust'\? Known are hclust, kmeans\.90"),
        ("X,cluster,hclust:nothing", "strategy 'X': there is no algorithm 'nothing'"),
        ("X,target.risk", r"target\.risk needs parameters; write target\.risk,target_risk:\[annual_factor\]"),
        ("X,cluster,hclust", r"1 parameter\(s\) given \(hclust\); write cluster,group_fn:fn:\[fn_within\]"),
        ("X,target.risk,1:2:3", r"3 parameter\(s\) given \(1:2:3\); write target\.risk"),
        ("X,min.var,3", r"min\.var takes no parameters; leave them out"),
        ("X,target.risk,low", r"target_risk of target\.risk is 'low'; give a number"),
        ("X,rso,EW:3:1.5", r"s of rso is '1\.5'; give a whole number"),
        ("X,risk.parity,vol", "strategy 'X': risk_fn 'vol' is not known"),
        ("X,EW;X,MV", "strategy 'X' is there twice; give each its own name"),
        (" ; ", "strategys is empty"),
        ([], "strategys is empty"),
    ],
)
def test_texts_that_cannot_be_read(text: str | list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        sitpy.map_min_risk_fns(text)


def test_parameters_must_be_there_where_they_are_needed() -> None:
    with pytest.raises(InputError, match=r"cluster needs parameters; write cluster,group_fn:fn:\[fn_within\]"):
        sitpy.get_algo("cluster")
    with pytest.raises(InputError, match=r"equal\.weight takes no parameters; leave them out"):
        sitpy.get_algo("EW", True)
