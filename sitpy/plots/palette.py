"""Colours, hatches and dashes that stay apart for colour-blind readers and in grey print."""

from __future__ import annotations

from sitpy.errors import InputError

# Paul Tol's "muted" scheme and its pale grey (personal.sron.nl/~pault), in an order of our own: neighbours,
# and colours two apart, stay far from each other under deuteranopia and protanopia too, because in a stack of
# areas neighbours touch.
ASSET_COLOURS = (
    "#CC6677",  # rose
    "#882255",  # wine
    "#88CCEE",  # cyan
    "#999933",  # olive
    "#332288",  # indigo
    "#44AA99",  # teal
    "#117733",  # green
    "#DDCC77",  # sand
    "#AA4499",  # purple
    "#DDDDDD",  # pale grey
)
HATCHES = ("/", "\\", "x", ".", "-", "o")

# The darker colours of the same scheme, readable as thin lines on white. Five colours and six dash patterns
# have no common factor, so that thirty lines in a row differ, and neighbours differ in both.
LINE_COLOURS = ("#000000", "#CC6677", "#332288", "#117733", "#AA4499")
Dash = str | tuple[int, tuple[float, ...]]
LINE_DASHES: tuple[Dash, ...] = (
    "solid",
    (0, (6, 2)),
    (0, (1.5, 1.5)),
    (0, (7, 2, 1.5, 2)),
    (0, (3, 1.5)),
    (0, (7, 2, 1.5, 2, 1.5, 2)),
)


def asset_styles(n: int) -> list[tuple[str, str]]:
    """Colour and hatch of each of `n` assets.

    Parameters
    ----------
    n : int
        Number of assets, zero or more.

    Returns
    -------
    list of (colour, hatch)
        Length `n`, all different. The first ten are plain colours (hatch ``""``); each further ten take the
        same colours with another hatch, denser from the second round of hatches on.

    Raises
    ------
    InputError
        If `n` is negative.

    Examples
    --------
    >>> from sitpy.plots import asset_styles
    >>> asset_styles(11)[0], asset_styles(11)[10]
    (('#CC6677', ''), ('#CC6677', '//'))
    """
    _check_count(n, "assets")
    styles = []
    for i in range(n):
        tens, colour = divmod(i, len(ASSET_COLOURS))
        round_, kind = divmod(tens - 1, len(HATCHES))
        hatch = HATCHES[kind] * (2 + round_) if tens else ""
        styles.append((ASSET_COLOURS[colour], hatch))
    return styles


def line_styles(n: int) -> list[tuple[str, Dash]]:
    """Colour and dash pattern of each of `n` lines.

    Parameters
    ----------
    n : int
        Number of lines, zero or more.

    Returns
    -------
    list of (colour, dash)
        Length `n`; a dash is "solid" or matplotlib's (offset, (on, off, ...)) in points. Lines that follow
        each other differ in colour and in dash pattern; the first thirty pairs are all different.

    Raises
    ------
    InputError
        If `n` is negative.

    Examples
    --------
    >>> from sitpy.plots import line_styles
    >>> line_styles(2)
    [('#000000', 'solid'), ('#CC6677', (0, (6, 2)))]
    """
    _check_count(n, "lines")
    return [(LINE_COLOURS[i % len(LINE_COLOURS)], LINE_DASHES[i % len(LINE_DASHES)]) for i in range(n)]


def ink_on(rgb: tuple[float, ...]) -> str:
    """Black or white, whichever contrasts more with the background `rgb` (red, green, blue in 0..1)."""
    luminance = relative_luminance(rgb)
    contrast_white, contrast_black = 1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05
    return "white" if contrast_white > contrast_black else "black"


def relative_luminance(rgb: tuple[float, ...]) -> float:
    """Relative luminance of an sRGB colour, 0 for black and 1 for white (WCAG 2.1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _check_count(n: int, what: str) -> None:
    if n < 0:
        raise InputError(f"the number of {what} is {n}, expected zero or more: pass len() of what you draw")
