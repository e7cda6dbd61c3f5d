"""The algorithm that is running, where one is: its portfolio as weights."""

from __future__ import annotations

import sys

from sitpy.optimize.reading import Asset


def running_portfolio() -> dict[Asset, float]:
    """Weights of the running zipline algorithm, open orders counted; nothing where none runs."""
    if "zipline.utils.algo_instance" not in sys.modules:
        return {}
    from sitpy.optimize.zipline import current_weights

    return current_weights()
