"""Names beside points, placed where they cover least.

For every label a few places around its point are tried, always in the same order, and the one that covers the
least of the other labels, points and lines is taken. The same picture therefore always gets the same labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text

from sitpy.plots.page import AtDraw, pixels_per_point

Floats = npt.NDArray[np.float64]

# Directions in order of preference (right, left, above, below, corners), and distances from the marker in
# points (1/72 inch). From the second distance on, a thin leader line ties the label to its point.
_DIRECTIONS = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)], dtype=float)
_DISTANCES = np.array([0.0, 8.0, 18.0, 30.0])
_LEADER = {"arrowstyle": "-", "color": "0.6", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
# What a place costs: leaving the axes, lying on another label, on a point, on a line, and being far away.
_OUTSIDE, _ON_LABEL, _ON_POINT, _ON_LINE, _FAR = 50.0, 20.0, 8.0, 4.0, 0.4


def place_labels(
    ax: Axes, x: Floats, y: Floats, labels: Sequence[str], *, gap: float = 5.0, **text: Any
) -> list[Annotation]:
    """Write `labels` beside the points (`x`, `y`), in data units; call it after the data are drawn.

    Points without a finite place get no label. `gap` is the distance from the point's centre, in points;
    further keywords style the text.
    """
    written = [
        ax.annotate(
            label, (float(a), float(b)), xytext=(0, 0), textcoords="offset points", ha="center", va="center",
            arrowprops=_LEADER, **text,
        )
        for label, a, b in zip(labels, x, y, strict=True)
        if np.isfinite(a) and np.isfinite(b)
    ]  # fmt: skip
    for label in written:
        label.set_in_layout(False)  # they lie inside the axes; measuring them costs half of a page's layout
    if written:
        placer = _Placer(ax, written, gap)
        ax.add_artist(placer)
        placer.place()
    return written


class _Placer(AtDraw):
    """Finds places for one set of labels, and anew whenever the picture is drawn."""

    def __init__(self, ax: Axes, labels: list[Annotation], gap: float) -> None:
        super().__init__(self.place)
        # Only sets written before are obstacles: were each to evade the other, no two drawings were alike.
        self.earlier = [artist for artist in ax.artists if isinstance(artist, _Placer)]
        self.home, self.labels, self.gap = ax, labels, gap
        self.boxes: Floats = np.zeros((0, 4))

    def place(self) -> None:
        """Move the labels to the places that cost least at the present size of the axes."""
        ax = self.home
        pixel = pixels_per_point(ax)
        ax.get_xlim(), ax.get_ylim()  # brings the limits, and so transData, up to date with the data
        anchors = ax.transData.transform(np.array([label.xy for label in self.labels]))
        # Text's own extent: that of an Annotation holds its leader too.
        extents = [Text.get_window_extent(label) for label in self.labels]
        sizes = np.array([(extent.width, extent.height) for extent in extents])
        offsets, far = _offsets(sizes, self.gap * pixel, _DISTANCES * pixel)
        centres, half = anchors[:, None, :] + offsets, sizes[:, None, :] / 2
        boxes = np.concatenate([centres - half, centres + half], axis=2)
        taken = np.concatenate([np.zeros((0, 4)), *(placer.boxes for placer in self.earlier)])
        cost = _fixed_cost(ax, boxes, pixel) + _FAR * far + 0.01 * np.arange(len(far))
        chosen = _choose(boxes, cost, taken)
        for i, (label, place) in enumerate(zip(self.labels, chosen, strict=True)):
            label.set_position(tuple(offsets[i, place] / pixel))
            if label.arrow_patch is not None:
                label.arrow_patch.set_visible(bool(far[place] > 0))
        self.boxes = boxes[np.arange(len(boxes)), chosen]


def _offsets(sizes: Floats, gap: float, distances: Floats) -> tuple[Floats, Floats]:
    """Centre of each label from its point (labels x places x 2, pixels), and how far out each place is."""
    ring = np.repeat(np.arange(len(distances)), len(_DIRECTIONS))
    direction = np.tile(_DIRECTIONS, (len(distances), 1))
    corner = np.abs(direction).sum(axis=1) == 2
    reach = np.where(corner, 0.5, 1.0) * (gap + distances[ring])
    return direction * (sizes[:, None, :] / 2 + reach[:, None]), ring.astype(float)


def _fixed_cost(ax: Axes, boxes: Floats, pixel: float) -> Floats:
    """Cost of each place (labels x places) for what does not move: the frame, the points and the lines."""
    area = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    outside = 1 - _overlap(boxes, np.array(ax.bbox.extents)) / area
    cost = _OUTSIDE * (outside + (outside > 1e-6))
    points = [_pixels(ax, np.asarray(dots.get_offsets(), dtype=float)) for dots in ax.collections]
    lines = [_dense(_pixels(ax, np.asarray(line.get_xydata(), dtype=float)), 4 * pixel) for line in ax.lines]
    cost += _ON_POINT * _inside(boxes, points, 3 * pixel)
    return np.asarray(cost + _ON_LINE * np.minimum(_inside(boxes, lines, pixel), 3))


def _choose(boxes: Floats, cost: Floats, taken: Floats) -> list[int]:
    """The cheapest place for each label in turn, then twice more knowing where the others went."""
    n = len(boxes)
    area = (boxes[:, 0, 2] - boxes[:, 0, 0]) * (boxes[:, 0, 3] - boxes[:, 0, 1])
    chosen = [-1] * n
    for _ in range(3):
        for i in range(n):
            others = [boxes[j, chosen[j]] for j in range(n) if j != i and chosen[j] >= 0]
            covered = sum((_overlap(boxes[i], box) for box in [*others, *taken]), np.zeros(boxes.shape[1]))
            chosen[i] = int(np.argmin(cost[i] + _ON_LABEL * (covered / area[i] + (covered > 0))))
    return chosen


def _overlap(boxes: Floats, other: Floats) -> Floats:
    """Area that `boxes` (... x 4) share with one other box, in square pixels."""
    width = np.minimum(boxes[..., 2], other[2]) - np.maximum(boxes[..., 0], other[0])
    height = np.minimum(boxes[..., 3], other[3]) - np.maximum(boxes[..., 1], other[1])
    return np.asarray(np.clip(width, 0, None) * np.clip(height, 0, None))


def _inside(boxes: Floats, clouds: list[Floats], margin: float) -> Floats:
    """How many points (each of `clouds` is points x 2, pixels) lie in each box, widened by `margin`."""
    count = np.zeros(boxes.shape[:-1])
    low, high = boxes[..., None, :2] - margin, boxes[..., None, 2:] + margin
    for cloud in clouds:
        count += ((cloud > low) & (cloud < high)).all(axis=-1).sum(axis=-1)
    return count


def _pixels(ax: Axes, data: Floats) -> Floats:
    finite = data[np.isfinite(data).all(axis=1)]
    return np.asarray(ax.transData.transform(finite)) if len(finite) else np.zeros((0, 2))


def _dense(path: Floats, step: float) -> Floats:
    """The same path with points no further apart than `step`, so that a line between two points is seen."""
    if len(path) < 2:
        return path
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, int(along[-1] / step) + 1))
    return np.column_stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])])
