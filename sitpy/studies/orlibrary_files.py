"""Files of the OR-Library: the assets of a market, and its published frontier.

``portK.txt``: the number of assets n, then n lines "mean, standard deviation", then n(n+1)/2 lines "i, j, correlation".
``portefK.txt``: lines "return, variance", from the largest return to the least variance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sitpy.errors import InputError
from sitpy.inputs import InputAssumptions
from sitpy.studies.downloads import read_numbers

Array = np.ndarray


def read_assets(file: Path) -> InputAssumptions:
    """The assets of a ``portK.txt``: weekly means, standard deviations and correlations.

    Raises
    ------
    InputError
        The file cannot be read, has another length than its number of assets asks for, or holds impossible numbers.
    """
    values = read_numbers(file)
    n = int(values[0])
    expected = 1 + 2 * n + 3 * n * (n + 1) // 2
    if n != values[0] or n < 2 or values.size != expected:
        raise InputError(
            f"{str(file)!r} begins with {values[0]:g} and holds {values.size} numbers; a file of n assets begins with n and "
            f"holds 1 + 2n + 3n(n+1)/2 numbers, which is {expected if n > 0 else 'more than 0'}"
        )
    mean, risk = values[1 : 1 + 2 * n].reshape(n, 2).T
    i, j, rho = values[1 + 2 * n :].reshape(-1, 3).T
    correlation = np.full((n, n), np.nan)
    known = (i % 1 == 0) & (j % 1 == 0) & (np.minimum(i, j) >= 1) & (np.maximum(i, j) <= n)
    if not known.all() or (np.abs(rho) > 1).any() or (risk <= 0).any():
        raise InputError(
            f"{str(file)!r} has {int((~known).sum())} pair(s) of assets outside 1 to {n}, {int((np.abs(rho) > 1).sum())} "
            f"correlation(s) outside -1 to 1 and {int((risk <= 0).sum())} standard deviation(s) not above 0; download it again"
        )
    row, column = i.astype(int) - 1, j.astype(int) - 1
    correlation[row, column] = correlation[column, row] = rho
    if np.isnan(correlation).any():
        first = np.argwhere(np.isnan(correlation))[0] + 1
        raise InputError(f"{str(file)!r} has no correlation of the assets {first[0]} and {first[1]}; download it again")
    names = [f"asset {k + 1}" for k in range(n)]
    return InputAssumptions(symbols=names, expected_return=mean, risk=risk, correlation=correlation)


def read_published(file: Path) -> Array:
    """The frontier of a ``portefK.txt`` (points x 2: return, variance), from the largest return down.

    Raises
    ------
    InputError
        The file cannot be read or does not hold pairs that fall from line to line.
    """
    values = read_numbers(file)
    pairs = values[: values.size // 2 * 2].reshape(-1, 2)
    if (
        values.size % 2
        or len(pairs) < 2
        or (np.diff(pairs[:, 0]) >= 0).any()
        or (np.diff(pairs[:, 1]) > 0).any()
        or (pairs[:, 1] <= 0).any()
    ):
        raise InputError(
            f"{str(file)!r} holds {values.size} numbers that are not pairs of a return and a variance above 0, both falling "
            "from line to line; download it again"
        )
    return pairs


def thinned(published: Array, points: int) -> Array:
    """So many of the published points, both ends among them, from the least variance up.

    Raises
    ------
    InputError
        Fewer than 2 points.
    """
    if points < 2:
        raise InputError(f"{points} point(s) of a frontier are asked for; ask for 2 or more")
    chosen = np.unique(np.linspace(0, len(published) - 1, min(points, len(published))).round().astype(int))
    return np.asarray(published[chosen][::-1])
