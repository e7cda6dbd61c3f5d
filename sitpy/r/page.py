"""R's ``layout``: where the next pictures go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sitpy.r._vectors import values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def layout(mat: Any, *arguments: Any, **options: Any) -> Figure:
    """Begin a page: :func:`sitpy.layout`, loaded when it is called.

    Parameters
    ----------
    mat : matrix of whole numbers, or int
        R's form ``layout(matrix(seq(4), nrow=2))``: the n-th picture goes where the number n stands. Two whole numbers
        are rows and columns.
    *arguments, **options
        As in :func:`sitpy.layout`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        As in :func:`sitpy.layout`.

    Examples
    --------
    >>> import sitpy.r as r
    >>> page = r.layout(r.matrix(r.seq(4), nrow=2))
    >>> page.get_size_inches().tolist()
    [12.4, 8.4]
    >>> import matplotlib.pyplot as plt
    >>> plt.close(page)

    References
    ----------
    base R, ``layout``.
    """
    from sitpy.plots import layout as begin_page

    cells = values_of(mat)
    if cells.ndim == 0:
        return begin_page(mat, *arguments, **options)
    if cells.dtype.kind == "f" and np.all(cells == np.rint(cells)):
        cells = cells.astype(int)
    return begin_page(cells, *arguments, **options)
