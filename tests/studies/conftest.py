"""Figures without their rendering, which takes most of a study's time and is tested in tests/plots."""

from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Save the head of a PNG file in place of every figure, once something is drawn on it."""

    def savefig(figure: Figure, path: Any, **_: Any) -> None:
        assert all(axes.has_data() for axes in figure.axes) and figure.axes
        Path(path).write_bytes(PNG)

    monkeypatch.setattr(Figure, "savefig", savefig)
