"""Colours stay apart for readers with and without colour blindness."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sitpy.errors import InputError
from sitpy.plots import asset_styles, line_styles
from sitpy.plots.palette import ink_on, relative_luminance

# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
# Distance in CIELAB (1976). A difference of 2.3 is just noticeable side by side; large areas that are
# compared with a legend need several times that, and areas that touch in a stack more still.
ANY_PAIR, NEIGHBOURS = 15.0, 25.0


def lab(colour: str, vision: str) -> np.ndarray:
    c = np.array(to_rgb(colour))
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    seen = np.clip(VISION[vision] @ linear, 0, 1)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    t = to_xyz @ seen / np.array([0.95047, 1.0, 1.08883])
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(a: str, b: str, vision: str) -> float:
    return float(np.linalg.norm(lab(a, vision) - lab(b, vision)))


@pytest.mark.parametrize("vision", VISION)
def test_ten_assets_are_told_apart_by_colour_alone(vision: str) -> None:
    colours = [colour for colour, hatch in asset_styles(10)]
    assert min(distance(a, b, vision) for a, b in combinations(colours, 2)) > ANY_PAIR
    neighbours = zip(colours, colours[1:] + colours[:1], strict=True)
    assert min(distance(a, b, vision) for a, b in neighbours) > NEIGHBOURS


def test_hatches_begin_with_the_eleventh_asset_and_no_style_repeats() -> None:
    styles = asset_styles(150)
    assert all(hatch == "" for _, hatch in styles[:10])
    assert all(hatch for _, hatch in styles[10:])
    assert len(set(styles)) == 150
    assert asset_styles(0) == []


def test_lines_differ_in_colour_and_dash() -> None:
    styles = line_styles(30)
    assert len({repr(s) for s in styles}) == 30
    for (colour_a, dash_a), (colour_b, dash_b) in combinations(styles[:5], 2):
        assert colour_a != colour_b and dash_a != dash_b


def test_lines_are_dark_enough_on_white() -> None:
    for colour, _ in line_styles(5):
        assert 1.05 / (relative_luminance(to_rgb(colour)) + 0.05) > 3.0  # WCAG 2.1, graphical objects


def test_ink_contrasts_with_any_grey() -> None:
    for grey in np.linspace(0, 1, 101):
        paper = relative_luminance((grey, grey, grey))
        ink = relative_luminance(to_rgb(ink_on((grey, grey, grey))))
        assert (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5  # WCAG 2.1, text


@pytest.mark.parametrize("styles", [asset_styles, line_styles])
def test_a_negative_number_is_refused(styles) -> None:
    with pytest.raises(InputError, match=r"is -1, expected zero or more"):
        styles(-1)
