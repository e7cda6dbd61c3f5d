"""Properties of the Black-Litterman formulas: referees, certain views, labels, order, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sitpy

Array = np.ndarray
NAMES = ["A", "B", "C", "D"]


def random_problem(seed: int, n: int = 5, k: int = 3) -> tuple[Array, Array, Array, Array, Array]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(n, n)) / 10
    return (
        rng.normal(0.05, 0.02, n),
        root @ root.T + 0.005 * np.eye(n),
        rng.normal(size=(k, n)),
        rng.normal(0.03, 0.02, k),
        rng.uniform(1e-4, 1e-2, k),
    )


@pytest.fixture
def prior() -> tuple[pd.Series, pd.DataFrame]:
    """Four assets with labels."""
    mu, cov, *_ = random_problem(4, n=4)
    return pd.Series(mu, NAMES), pd.DataFrame(cov, NAMES, NAMES)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("given", [True, False])
def test_posterior_is_that_of_the_inverse_formulas(seed: int, given: bool) -> None:
    """SIT's form, with inverses of tau S and Omega: 1e-9, the condition number of the inverses."""
    mu, cov, P, q, omega = random_problem(seed)
    tau = 0.07
    posterior = sitpy.bl_compute_posterior(mu, cov, P, q, tau, omega if given else None)
    omega = omega if given else np.diag(tau * P @ cov @ P.T)
    M = np.linalg.inv(np.linalg.inv(tau * cov) + P.T @ np.diag(1 / omega) @ P)
    expected = M @ (np.linalg.inv(tau * cov) @ mu + P.T @ (q / omega))
    np.testing.assert_allclose(posterior.expected_return, expected, rtol=1e-9)
    np.testing.assert_allclose(posterior.cov, cov + M, rtol=1e-9)
    np.testing.assert_allclose(posterior.omega, omega, rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_posterior_is_generalised_least_squares(seed: int) -> None:
    """Theil's mixed estimation: prior and views as n + k weighted observations of the expected returns."""
    mu, cov, P, q, omega = random_problem(seed)
    root = np.linalg.inv(np.linalg.cholesky(0.05 * cov))
    rows = np.vstack([root, P / np.sqrt(omega)[:, None]])
    seen = np.concatenate([root @ mu, q / np.sqrt(omega)])
    expected = np.linalg.lstsq(rows, seen, rcond=None)[0]
    ours = sitpy.bl_compute_posterior(mu, cov, P, q, 0.05, omega).expected_return
    np.testing.assert_allclose(ours, expected, rtol=1e-9)


def test_certain_views_hold_exactly_and_vague_ones_do_nothing() -> None:
    mu, cov, P, q, _ = random_problem(1)
    certain = sitpy.bl_compute_posterior(mu, cov, P, q, confidences=np.zeros(3))
    np.testing.assert_allclose(P @ certain.expected_return, q, rtol=1e-10)
    np.testing.assert_allclose(
        P @ (certain.cov - cov), 0, atol=1e-14
    )  # nothing left to learn about the views' portfolios
    vague = sitpy.bl_compute_posterior(mu, cov, P, q, confidences=np.full(3, 1e12))
    np.testing.assert_allclose(vague.expected_return, mu, rtol=1e-10)
    np.testing.assert_allclose(vague.cov, 1.025 * cov, rtol=1e-10)


def test_views_that_say_what_is_believed_already_change_no_return() -> None:
    mu, cov, P, _, _ = random_problem(2)
    np.testing.assert_allclose(sitpy.bl_compute_posterior(mu, cov, P, P @ mu).expected_return, mu, rtol=1e-12)


def test_certain_views_that_repeat_each_other() -> None:
    """The third follows from the first two: as if it were not there."""
    mu, cov, P, q, _ = random_problem(3, k=2)
    repeated, amounts = np.vstack([P, P[0] - 2 * P[1]]), np.append(q, q[0] - 2 * q[1])
    two = sitpy.bl_compute_posterior(mu, cov, P, q, confidences=np.zeros(2))
    three = sitpy.bl_compute_posterior(mu, cov, repeated, amounts, confidences=np.zeros(3))
    np.testing.assert_allclose(three.expected_return, two.expected_return, rtol=1e-9)
    np.testing.assert_allclose(three.cov, two.cov, rtol=1e-9)


def test_certain_views_that_contradict_each_other(prior: tuple[pd.Series, pd.DataFrame]) -> None:
    text = ["A = 5% with 100% confidence", "B = 2%", "A = 6% with 100% confidence"]
    with pytest.raises(
        sitpy.InputError,
        match=r"views 1 and 3 are certain and contradict.*view 3 says 6\.0000%, the others imply 5\.0000%",
    ):
        sitpy.bl_compute_posterior(*prior, text)
    P, q = [[1, -1, 0, 0], [0, 1, -1, 0], [1, 0, -1, 0]], [0.01, 0.02, 0.05]
    with pytest.raises(
        sitpy.InputError, match=r"views 1, 2 and 3 are certain.*view 3 says 5\.0000%, the others imply 3\.0000%"
    ):
        sitpy.bl_compute_posterior(*prior, P, q, confidences=[0, 0, 0])
    one = sitpy.bl_compute_posterior(*prior, P, q, confidences=[0, 0, 0.001])  # the doubtful one gives way
    np.testing.assert_allclose(np.array(P)[:2] @ one.expected_return, q[:2], rtol=1e-9)


def test_a_singular_covariance_is_welcome() -> None:
    """Two assets that are one: a view about the first moves the second alike; a view on their difference is refused."""
    mu = np.array([0.05, 0.05, 0.03])
    cov = np.array([[0.04, 0.04, 0.01], [0.04, 0.04, 0.01], [0.01, 0.01, 0.02]])
    moved = sitpy.bl_compute_posterior(mu, cov, [1, 0, 0], [0.09])
    np.testing.assert_allclose(moved.expected_return, [0.07, 0.07, 0.035], rtol=1e-9)  # half way, and 0.01/0.04 of it
    with pytest.raises(
        sitpy.InputError, match=r"view 1 says 1\.0000% of a portfolio without risk, whose expected return is 0\.0000%"
    ):
        sitpy.bl_compute_posterior(mu, cov, [1, -1, 0], [0.01])
    with pytest.raises(sitpy.InputError, match=r"view 2 says 1\.0000% of a portfolio without risk"):
        sitpy.bl_compute_posterior(mu, cov, [[0, 0, 1], [1, -1, 0]], [0.02, 0.01])
    with pytest.raises(sitpy.InputError, match=r"view 1 says 2\.0000% of a portfolio without risk.* is 3\.0000%"):
        sitpy.bl_compute_posterior(mu, np.diag([0.04, 0.04, 0.0]), [0, 0, 1], [0.02])
    cash = sitpy.bl_compute_posterior(mu, np.diag([0.04, 0.04, 0.0]), [[0, 0, 1], [1, 0, 0]], [0.03, 0.07])
    np.testing.assert_allclose(cash.expected_return, [0.06, 0.05, 0.03], rtol=1e-12)
    with pytest.raises(sitpy.InputError, match="cov is singular: some portfolio has no risk"):
        sitpy.bl_compute_optimal(3, mu, cov)
    with pytest.raises(sitpy.InputError, match="cov is singular"):
        sitpy.bl_compute_optimal(3, mu, np.diag([0.04, 0.0, 0.02]))


def test_words_arrays_and_views_are_the_same(prior: tuple[pd.Series, pd.DataFrame]) -> None:
    mu, cov = prior
    P, q = np.array([[1, -0.5, -0.5, 0], [0, 0, 0, 1]]), [0.02, 0.04]
    text = ["A > 0.5*B + 0.5*C by 2%", "D = 4%"]
    expected = sitpy.bl_compute_posterior(mu.to_numpy(), cov.to_numpy(), P, q)
    assert isinstance(expected.expected_return, np.ndarray) and isinstance(expected.cov, np.ndarray)
    several: list[Any] = [
        sitpy.bl_compute_posterior(mu, cov, text),
        sitpy.bl_compute_posterior(mu, cov, "; ".join(text)),
        sitpy.bl_compute_posterior(mu, cov, tuple(text)),
        sitpy.bl_compute_posterior(mu, cov.to_numpy(), text),
        sitpy.bl_compute_posterior(mu.to_numpy(), cov, sitpy.bl_views(text, NAMES)),
        sitpy.bl_compute_posterior(mu.to_numpy(), cov.to_numpy(), text, symbols=NAMES),
        sitpy.bl_compute_posterior(mu, cov, pd.DataFrame(P, columns=NAMES), pd.Series(q)),
    ]
    for posterior in several:
        assert (
            list(posterior.expected_return.index) == list(posterior.cov.columns) == list(posterior.cov.index) == NAMES
        )
        np.testing.assert_allclose(posterior.expected_return, expected.expected_return, rtol=1e-12)
        np.testing.assert_allclose(posterior.cov, expected.cov, rtol=1e-12)
    column = sitpy.bl_compute_posterior(mu.to_numpy()[:, None], cov.to_numpy(), P, np.array(q)[:, None])  # R's matrices
    np.testing.assert_array_equal(column.expected_return, expected.expected_return)


def test_confidence_in_words_is_idzoreks(prior: tuple[pd.Series, pd.DataFrame]) -> None:
    mu, cov = prior
    posterior = sitpy.bl_compute_posterior(mu, cov, "A > B by 2% with 80% confidence; D = 4%", tau=0.1)
    P = [[1, -1, 0, 0], [0, 0, 0, 1]]
    np.testing.assert_allclose(posterior.omega, sitpy.bl_confidence_omega([0.8, 0.5], cov, P, 0.1), rtol=1e-12)
    certain = sitpy.bl_compute_posterior(mu, cov, "A > B by 2% with 100% confidence")
    assert certain.expected_return["A"] - certain.expected_return["B"] == pytest.approx(0.02, abs=1e-12)


def test_order_of_assets_and_of_views_and_size_of_views_do_not_matter() -> None:
    mu, cov, P, q, omega = random_problem(6)
    expected = sitpy.bl_compute_posterior(mu, cov, P, q, 0.05, omega)
    order, views = np.array([3, 0, 4, 1, 2]), np.array([2, 0, 1])
    other = sitpy.bl_compute_posterior(
        mu[order], cov[np.ix_(order, order)], P[np.ix_(views, order)], q[views], 0.05, omega[views]
    )
    np.testing.assert_allclose(other.expected_return, np.asarray(expected.expected_return)[order], rtol=1e-10)
    np.testing.assert_allclose(other.cov, np.asarray(expected.cov)[np.ix_(order, order)], rtol=1e-10)
    size = np.array([10.0, -0.01, 3.0])  # twice a view with four times the variance is the same view
    scaled = sitpy.bl_compute_posterior(mu, cov, P * size[:, None], q * size, 0.05, omega * size**2)
    np.testing.assert_allclose(scaled.expected_return, expected.expected_return, rtol=1e-10)


def test_equilibrium_and_optimum_undo_each_other(prior: tuple[pd.Series, pd.DataFrame]) -> None:
    _, cov = prior
    weight = pd.Series([0.4, 0.3, 0.2, 0.1], NAMES)
    mu = sitpy.bl_compute_eqret(2.7, cov, weight)
    assert list(mu.index) == NAMES
    pd.testing.assert_series_equal(sitpy.bl_compute_optimal(2.7, mu, cov), weight)
    plain = sitpy.bl_compute_eqret(2.7, cov.to_numpy(), weight.to_list())
    assert isinstance(plain, np.ndarray)
    np.testing.assert_array_equal(plain, mu)
    above = sitpy.bl_compute_eqret(2.7, cov, weight, 0.01)
    np.testing.assert_allclose(above - mu, 0.01, rtol=1e-12)


def test_nothing_is_changed_in_place(prior: tuple[pd.Series, pd.DataFrame]) -> None:
    mu, cov = prior
    P, q, omega = np.array([[1.0, -1, 0, 0]]), np.array([0.02]), np.array([0.001])
    kept = [np.array(item) for item in (mu, cov, P, q, omega)]
    posterior = sitpy.bl_compute_posterior(mu, cov, P, q, 0.05, omega)
    posterior.expected_return.iloc[0] = 9.0
    posterior.pmat[:] = 9.0
    posterior.omega[:] = 9.0
    for before, after in zip(kept, (mu, cov, P, q, omega)):
        np.testing.assert_array_equal(before, after)


# ---------------------------------------------------------------------------------------------- what is refused


def test_words_of_the_posterior(prior: tuple[pd.Series, pd.DataFrame]) -> None:
    mu, cov = prior
    posterior = sitpy.bl_compute_posterior
    P = [[1, -1, 0, 0]]
    for match, arguments, named in (
        (r"pmat has shape \(1, 3\); expected views x 4 assets", ([[1, -1, 0]], [0.1]), {}),
        ("view 2 has only zero coefficients", ([[1, 0, 0, 0], [0, 0, 0, 0]], [0.1, 0.2]), {}),
        ("qmat is missing; give the return of each view", (P,), {}),
        (r"qmat has shape \(2,\); expected 1 numbers, one per view", (P, [0.1, 0.2]), {}),
        ("qmat holds a missing or infinite number at position 0", (P, [np.nan]), {}),
        ("qmat and confidences belong to views, but pmat is missing", (), {"qmat": [0.1]}),
        ("qmat and confidences belong to views", (), {"confidences": [0.1]}),
        (r"confidences has shape \(2,\); expected 1 numbers", (P, [0.1]), {"confidences": [0.1, 0.2]}),
        (r"variance of view 1 in confidences is -0\.1; it cannot be negative", (P, [0.1]), {"confidences": [-0.1]}),
        ("tau is 0; give a number above 0", (P, [0.1]), {"tau": 0}),
        ("tau holds a missing", (P, [0.1]), {"tau": float("nan")}),
        (r"tau has shape \(2,\); give one number", (P, [0.1]), {"tau": [0.1, 0.2]}),
        ("the views hold their returns already; leave qmat out", ("A = 2%", [0.02]), {}),
        ('view 1: "E" is not an asset', ("E = 2%",), {}),
        ("the text names a confidence already", ("A = 2% with 60% confidence",), {"confidences": [0.1]}),
        ("symbols is labelled A, B, D, C but mu A, B, C, D", ("A = 2%",), {"symbols": list("ABDC")}),
        ("pmat is labelled D, C, B, A but mu and cov A, B, C, D", (pd.DataFrame(P, columns=list("DCBA")), [0.1]), {}),
    ):
        with pytest.raises(sitpy.InputError, match=match):
            posterior(mu, cov, *arguments, **named)
    with pytest.raises(sitpy.InputError, match="views in words need the names of the assets"):
        posterior(mu.to_numpy(), cov.to_numpy(), "A = 2%")
    with pytest.raises(sitpy.InputError, match="symbols names 3 assets but cov has 4"):
        posterior(mu.to_numpy(), cov.to_numpy(), "A = 2%", symbols=list("ABC"))
    with pytest.raises(
        sitpy.InputError, match="cov is labelled D, C, B, A but mu A, B, C, D; put them in the same order"
    ):
        posterior(mu, cov.loc[list("DCBA"), list("DCBA")])
    with pytest.raises(sitpy.InputError, match=r"mu has shape \(3,\); expected 4 numbers, one per asset"):
        posterior([0.1, 0.2, 0.3], cov.to_numpy())


def bad_covariances() -> list[tuple[str, Any]]:
    return [
        (r"cov has shape \(4, 3\); expected n assets x n assets", np.ones((4, 3))),
        ("cov is not symmetric: entries differ from their mirror by up to 1", np.triu(np.ones((4, 4)))),
        (
            r"cov is not a covariance: its smallest eigenvalue is -1; make_positive_definite",
            2 * np.ones((4, 4)) - np.eye(4),
        ),
        ("cov holds a missing or infinite number at position 0, 0", np.full((4, 4), np.nan)),
        ("cov holds a missing or infinite number at C", pd.DataFrame(np.diag([1, 1, np.nan, 1]), NAMES, NAMES)),
        ("cov holds something that is not a number", [["a"]]),
    ]


@pytest.mark.parametrize(("match", "cov"), bad_covariances())
def test_words_about_the_covariance(match: str, cov: Any) -> None:
    for call in (
        lambda: sitpy.bl_compute_posterior(np.ones(4), cov),
        lambda: sitpy.bl_compute_eqret(2, cov, np.ones(4)),
        lambda: sitpy.bl_compute_optimal(2, np.ones(4), cov),
        lambda: sitpy.bl_confidence_omega(0.5, cov, np.eye(4)),
    ):
        with pytest.raises(sitpy.InputError, match=match):
            call()


def test_words_of_the_others() -> None:
    cov = np.eye(2) / 25
    with pytest.raises(sitpy.InputError, match="risk_aversion is -1; give a number above 0"):
        sitpy.bl_compute_eqret(-1, cov, [0.5, 0.5])
    with pytest.raises(sitpy.InputError, match="risk_aversion is 0; give a number above 0"):
        sitpy.bl_compute_optimal(0, [0.1, 0.1], cov)
    with pytest.raises(sitpy.InputError, match=r"cap_weight has shape \(3,\); expected 2 numbers, one per asset"):
        sitpy.bl_compute_eqret(2, cov, [0.5, 0.5, 0])
    with pytest.raises(sitpy.InputError, match="risk_free holds a missing"):
        sitpy.bl_compute_eqret(2, cov, [0.5, 0.5], float("nan"))
    with pytest.raises(sitpy.InputError, match=r"bench has shape \(1,\); expected the returns of one benchmark"):
        sitpy.bl_compute_risk_aversion([0.1])
    with pytest.raises(sitpy.InputError, match=r"bench has shape \(3, 2\); expected the returns of one benchmark"):
        sitpy.bl_compute_risk_aversion(np.ones((3, 2)))
    with pytest.raises(sitpy.InputError, match="bench less risk_free never changes"):
        sitpy.bl_compute_risk_aversion([0.1, 0.1, 0.1])
    with pytest.raises(sitpy.InputError, match=r"risk_free has shape \(2,\); expected 3 numbers, one per period"):
        sitpy.bl_compute_risk_aversion([0.1, 0.2, 0.1], [0.01, 0.02])
    with pytest.raises(sitpy.InputError, match="labelled with other periods; align them first"):
        sitpy.bl_compute_risk_aversion(pd.Series([0.1, 0.2], [1, 2]), pd.Series([0.0, 0.1], [2, 3]))
    for share in (0, -0.1, 1.01, 60):
        with pytest.raises(sitpy.InputError) as caught:
            sitpy.bl_confidence_omega(share, cov, [[1, 0]])
        assert str(caught.value) == (
            f"the confidence of view 1 is {share}; give a share above 0 and up to 1 (certain), such as 0.6 for 60 %. "
            "A view of confidence 0 has a variance without limit: leave it out"
        )
    with pytest.raises(sitpy.InputError, match="the confidence of view 2 is 0; give a share"):
        sitpy.bl_confidence_omega([0.5, 0], cov, [[1, 0], [0, 1]])
    assert sitpy.bl_confidence_omega(1, cov, [[1, 0]]).tolist() == [0]
    with pytest.raises(sitpy.InputError, match=r"confidence has shape \(2,\); expected 1 numbers"):
        sitpy.bl_confidence_omega([0.5, 0.5], cov, [1, 0])
