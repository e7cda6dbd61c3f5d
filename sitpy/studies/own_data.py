"""Frontiers of the user's own returns, from the words of a command line: bounds, sum, leverage, measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sitpy.constraints import Constraints, add_constraints, new_constraints
from sitpy.errors import InputError, there_are
from sitpy.frontier import MEASURES, MINIMISERS
from sitpy.inputs import InputAssumptions
from sitpy.studies.frontiers import Construction, FrontierResult, FrontierStudy, Traced, remarks
from sitpy.studies.hundred_thirty import with_absolute_values
from sitpy.studies.study import StudyOptions, StudyTable, data_line, write_figure, write_table

Array = np.ndarray

_SHOWN = 6  # points of a frontier in the table
_HELD = 0.0005  # weights below are not worth a mention


@dataclass(frozen=True)
class Limits:
    """What the weights may be: numbers or ``asset=number`` for the bounds (0 and 1 for assets that get none), their sum,
    and the most of ``sum |x|``."""

    lower: Sequence[str] = ()
    upper: Sequence[str] = ()
    total: float = 1.0
    gross: float | None = None

    def constraints(self, ia: InputAssumptions) -> Constraints:
        """Bounds and sum; with ``gross``, the v form: ``-v <= x <= v``, ``sum v <= gross``."""
        lower, upper = bounds(self.lower, ia.symbols, "--lower", 0), bounds(self.upper, ia.symbols, "--upper", 1)
        for symbol, low, high in zip(ia.symbols, lower, upper):
            if low > high:
                raise InputError(
                    f"--lower of {symbol!r} is {low:g}, above its --upper of {high:g}; exchange or widen them"
                )
        for option, value in (("--sum", self.total), ("--gross", self.gross)):
            if value is not None and not np.isfinite(value):
                raise InputError(f"{option} is {value:g}; give a finite number")
        constraints = new_constraints(ia.n, lb=lower, ub=upper)
        constraints = add_constraints(np.ones(ia.n), self.total, "=", constraints, f"sum x = {self.total:g}")
        if self.gross is not None and self.gross >= self.total and not (constraints.lb < 0).any():
            raise InputError(
                f"--gross is {self.gross:g}, but no weight may be negative, so it limits nothing; give a negative --lower"
            )
        return constraints if self.gross is None else at_most_gross(constraints, self.gross)

    def title(self) -> str:
        """The limits in a line."""
        leverage = "" if self.gross is None else f"; sum |x| <= {self.gross:g}"
        lower, upper = (
            ", ".join([*([] if any("=" not in word for word in words) else [default]), *words])
            for words, default in ((self.lower, "0"), (self.upper, "1"))
        )
        return f"{lower} <= x <= {upper}; sum x = {self.total:g}{leverage}"


def at_most_gross(constraints: Constraints, gross: float) -> Constraints:
    """Limit the leverage of all variables: n more variables ``v`` with ``-v <= x <= v`` and ``sum v <= gross``.

    Examples
    --------
    >>> import sitpy
    >>> from sitpy.studies.own_data import at_most_gross
    >>> at_most_gross(sitpy.new_constraints(3, lb=-1, ub=1), 1.6)
    <Constraints: 6 variables (0 binary), 0 equalities, 7 inequalities>
    """
    names = f"sum v = sum |x| <= {gross:g}"
    return add_constraints(np.repeat([0, 1], constraints.n), gross, "<=", with_absolute_values(constraints), names)


def bounds(words: Sequence[str], symbols: Sequence[str], option: str, default: float) -> Array:
    """One bound per asset, from one number for all (or the default) and ``asset=number`` for single ones.

    Raises
    ------
    InputError
        A word that is no number, an unknown or repeated asset.

    Examples
    --------
    >>> from sitpy.studies.own_data import bounds
    >>> bounds(["0.8", "SPY=0.3"], ["SPY", "TLT"], "--upper", 1).tolist()
    [0.3, 0.8]
    """
    given: dict[str, float] = {}
    for word in words:
        symbol, pair, number = word.rpartition("=")
        symbol = symbol.strip()
        if pair and not symbol:
            raise InputError(f"{option} {word!r} names no asset before the '='")
        if symbol and symbol not in symbols:
            raise InputError(f"there is no asset {symbol!r} for {option}; {there_are(symbol, symbols)}")
        if symbol in given:
            what = f"{symbol!r}" if symbol else "all assets"
            raise InputError(f"{option} has two numbers for {what}; leave out one")
        given[symbol] = _number(number, word, option)
    return np.array([given.get(symbol, given.get("", default)) for symbol in symbols], dtype=float)


def _number(text: str, word: str, option: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if np.isnan(value):
        raise InputError(f"{option} {word!r} is not a number or asset=number, such as 0.8 or SPY=0.3 (0.8 is 80 %)")
    return value


def measure_names(words: Sequence[str]) -> tuple[str, ...]:
    """Names of measures from words that may hold several between commas, in upper or lower case; each once.

    Raises
    ------
    InputError
        None, or an unknown one.

    Examples
    --------
    >>> from sitpy.studies.own_data import measure_names
    >>> measure_names(["cvar,risk", "CVaR"])
    ('CVaR', 'Risk')
    """
    known = {name.lower(): name for name in MINIMISERS}
    wanted = [part.strip() for word in words for part in word.split(",") if part.strip()]
    if not wanted:
        raise InputError(f"--measure names no measure; there are {', '.join(MINIMISERS)}")
    for name in wanted:
        if name.lower() not in known:
            raise InputError(f"there is no measure {name!r}; {there_are(name, MINIMISERS)}")
    return tuple(dict.fromkeys(known[name.lower()] for name in wanted))


def with_parameters(ia: InputAssumptions, alpha: float, mar: float | None) -> InputAssumptions:
    """The same assumptions with the confidence level and the least acceptable return of the measures.

    Examples
    --------
    >>> import sitpy
    >>> from sitpy.studies.own_data import with_parameters
    >>> with_parameters(sitpy.aa_test_create_ia_rebal(), 0.9, None).parameters_alpha
    0.9
    """
    if not 0 < alpha < 1:
        raise InputError(f"--alpha is {alpha:g}; a confidence level lies between 0 and 1, such as 0.95")
    if mar is not None and not np.isfinite(mar):
        raise InputError(f"--mar is {mar:g}; give a return per period as a finite fraction, such as 0.005")
    ia = ia.copy()
    ia.parameters_alpha, ia.parameters_mar = alpha, mar
    return ia


@dataclass(frozen=True, kw_only=True)
class OwnFrontiers(FrontierStudy):
    """Frontiers of given input assumptions, one per measure."""

    def run(self, options: StudyOptions) -> FrontierResult:
        """Trace every frontier, and only then write; the tables show some points of each."""
        ia, _ = self.inputs(options)
        traced = self._trace(ia, None, options)
        summary = pd.DataFrame([item.row() for item in traced])
        return FrontierResult(
            head=(data_line(ia),),
            tables=tuple(shown_points(item) for item in traced),
            notes=remarks(summary),
            files=() if options.out is None else tuple(self._write(ia, traced, summary, options.out)),
            traced=tuple(traced),
            summary=summary,
        )

    def _write(self, ia: InputAssumptions, traced: list[Traced], summary: pd.DataFrame, out: Path) -> list[Path]:
        """The figure, a CSV file (with the measure) and a JSON file per frontier, and the summary."""
        written = [draw_own(f"{period_of(ia)}\n{self.source}", ia, traced, out / "frontier.png")]
        for item in traced:
            frame = item.frontier.to_frame()
            if item.measure != "Risk":
                frame.insert(2, item.measure, item.frontier.objective, allow_duplicates=True)
            written.append(write_table(frame, out / f"frontier_{item.measure}.csv", index=True))
            written.append(item.frontier.to_json(out / f"frontier_{item.measure}.json"))
        return [*written, write_table(summary.drop(columns="construction"), out / "summary.csv")]


def own_frontiers(ia: InputAssumptions, limits: Limits, measures: tuple[str, ...]) -> OwnFrontiers:
    """The frontiers of these assumptions within these limits.

    Examples
    --------
    >>> import sitpy
    >>> from sitpy.studies import StudyOptions, run_study
    >>> from sitpy.studies.own_data import Limits, own_frontiers
    >>> ia = sitpy.aa_test_create_ia_rebal()
    >>> study = own_frontiers(ia, Limits(upper=["0.8"]), ("CVaR",))
    >>> run_study(study, StudyOptions(ia, points=3)).summary["proven"].tolist()
    [3]
    """
    constraints = limits.constraints(ia)
    return OwnFrontiers(
        name="frontier",
        title="Efficient frontiers",
        source=limits.title(),
        data_sets=("own returns",),
        constructions=(Construction("frontier", limits.title(), lambda ia: (ia, constraints), "", measures),),
    )


def shown_points(item: Traced) -> StudyTable:
    """Some points of a frontier from the least risk to the largest return: what they promise and what they hold."""
    ef, measure = item.frontier, item.measure
    rows = np.unique(np.linspace(0, len(ef.weight) - 1, _SHOWN).round().astype(int))
    columns = {"point": rows + 1, "return": ef.return_[rows], "Risk": ef.risk[rows]}
    columns[measure] = ef.objective[rows]
    frame = pd.DataFrame(columns)
    frame["proven"] = [bool(ef.statistics[i].proven) for i in rows]
    weights = ef.weights.iloc[:, : ef.n_assets]
    frame["largest weights"] = [_largest(weights.iloc[i]) for i in rows]
    formats = {"return": ".2%", "Risk": ".2%", measure: ".2%"}
    return StudyTable(f"{measure}: {len(ef.weight)} points, some of them (return and Risk per year):", frame, formats)


def period_of(ia: InputAssumptions) -> str:
    """What the figure is about: the file, the assets, the first and last period."""
    dates = ia.dates or ["1", str(len(ia.hist_returns))]
    file = Path((ia.source or "").rpartition(", ")[0] or "own returns").name
    return f"{file}: {ia.n} assets, {dates[0]} to {dates[-1]}"


def draw_own(title: str, ia: InputAssumptions, traced: Sequence[Traced], path: Path) -> Path:
    """A row per measure: all frontiers against it on the left, and the weights of its own frontier beside, along it."""
    from sitpy.plots import layout, plot_ef, plot_transition_map

    figure = layout(len(traced), 2, by="row")
    figure.suptitle(title)
    efs = [item.frontier for item in traced]
    for item in traced:
        # the measure as it was minimised, which its function's name would tell apart from SIT's
        ax = plot_ef(ia, efs, MEASURES[item.measure], False)
        ax.title.set_text(f"{item.measure} vs Return")
        ax.set_xlabel(item.measure)
        plot_transition_map(item.frontier, item.frontier.objective, item.measure)
    return write_figure(figure, path)


def _largest(weights: pd.Series[float], most: int = 4) -> str:
    """The largest positions of a portfolio in words: TLT 45%, SPY -30%."""
    order = np.argsort(-np.abs(weights.to_numpy()), kind="stable")
    held = [i for i in order if abs(weights.iloc[i]) >= _HELD]
    rest = f" +{len(held) - most}" if len(held) > most else ""
    return ", ".join(f"{weights.index[i]} {weights.iloc[i]:.0%}" for i in held[:most]) + rest
