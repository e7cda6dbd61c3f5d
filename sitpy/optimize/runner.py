"""Runs a published algorithm's file, unchanged, on a user's own prices."""

from __future__ import annotations

import os
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import pandas as pd

from sitpy.arguments import positive, real, shown
from sitpy.errors import InputError, there_are
from sitpy.files import write_whole
from sitpy.optimize.errors import AlgorithmError
from sitpy.optimize.journal import Journal
from sitpy.optimize.market import Market, Table, bundle, calendar_of_exchange, market_of, old_ways_allowed
from sitpy.optimize.surroundings import AlgorithmLog, available, names_of, quantopian_modules
from sitpy.optimize.zipline import INSTALL

_PARTS = ("initialize", "handle_data", "before_trading_start", "analyze")


@dataclass(frozen=True)
class AlgorithmRun:
    """What an algorithm did; tables have a row per session unless something else is said.

    ``path`` and ``capital`` as given; ``equity``, the portfolio's value at each close; ``performance``, zipline's table of
    figures, where a recorded variable may hide a figure of its name; ``recorded``, these variables; ``weights`` of the
    positions at each close (sessions x symbols, fractions of the portfolio's value); ``orders``, a row per order in the order
    in which they were placed, with the average price of its fills; ``log``, the logged lines, in New York time.
    """

    path: Path
    capital: float
    performance: pd.DataFrame
    equity: pd.Series
    recorded: pd.DataFrame
    weights: pd.DataFrame
    orders: pd.DataFrame
    log: tuple[str, ...]

    @property
    def leverage(self) -> pd.Series:
        """Gross exposure: the sum of all positions' sizes as a fraction of the portfolio's value."""
        return self.weights.abs().sum(axis=1).rename("leverage")

    @property
    def exposure(self) -> pd.Series:
        """Net exposure: long less short positions as a fraction of the portfolio's value."""
        return self.weights.sum(axis=1).rename("exposure")

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write all tables as CSV and the log as text; the files' paths.

        Raises
        ------
        InputError
            The system refuses.
        """
        into = Path(folder)
        figures = self.performance.drop(columns=["orders", "transactions", "positions"], errors="ignore")
        tables = {"performance": figures, "recorded": self.recorded, "weights": self.weights, "orders": self.orders}
        written = [
            write_whole(into / f"{name}.csv", lambda path, table=table: table.to_csv(path, float_format="%.12g"))  # type: ignore[misc]
            for name, table in tables.items()
        ]
        text = "".join(f"{line}\n" for line in self.log)
        return [*written, write_whole(into / "log.txt", lambda path: path.write_text(text, encoding="utf-8"))]


def run_algorithm_file(
    path: str | os.PathLike[str],
    prices: Table,
    start: Any = None,
    end: Any = None,
    capital: float = 1_000_000,
    volumes: Table | None = None,
) -> AlgorithmRun:
    """Run the file of an algorithm, as it was published for Quantopian or zipline, on daily closes.

    The file finds what it found there: the names of zipline's API without an import, ``log``, ``order_optimal_portfolio``, and
    the modules ``quantopian.algorithm``, ``.optimize`` and ``.pipeline``. An order is filled at the close of the next session,
    with zipline's default slippage (5 basis points) and commission (0.001 per share).

    Parameters
    ----------
    path : path of a Python file
    prices : DataFrame or path of a CSV file (dates x symbols)
        Closes of every session of the New York exchange. A symbol may begin later and end earlier than the others. Prices are
        kept to thousandths. Rows before `start` are the history that the algorithm can look back on.
    start, end : date or str, optional
        First and last day of the run; default those of the prices.
    capital : float
        Cash at the start.
    volumes : DataFrame or path of a CSV file (dates x symbols), optional
        Shares traded, of which an order gets at most a tenth per session; default so many that every order is filled at once.

    Returns
    -------
    AlgorithmRun

    Raises
    ------
    InputError
        zipline is not installed; a file that cannot be read or has no ``initialize``; prices with gaps, dates or capital that
        cannot be.
    AlgorithmError
        The file is no Python, or the algorithm stopped; the message names the line. The cause is the original error.

    Warns
    -----
    SitpyWarning
        Rows on days on which the exchange was closed: they are left out.

    Examples
    --------
    In a shell ``sitpy algo FILE.py --prices prices.csv --start 2019-01-16``; in Python::

        run = sitpy.optimize.run_algorithm_file("leverage.py", prices, start="2019-01-16")
        run.recorded.tail()

    References
    ----------
    Quantopian API reference (2020); zipline-reloaded, ``run_algorithm``.
    """
    cash = real("capital", capital, "give a positive amount of money", positive)
    file, code = _compiled(path)
    _refuse_without_zipline()
    market = market_of(prices, volumes)
    sessions = market.between(start, end)
    log, journal = AlgorithmLog(), Journal(market.closes.columns)
    with bundle(market) as (name, environment), quantopian_modules(), _lines_of(file, market):
        names = names_of(file, log)
        exec(code, names)
        performance = _run(names, file, sessions, cash, name, environment, journal)
    days = sessions.rename("date")
    return AlgorithmRun(
        path=file,
        capital=cash,
        performance=performance.set_axis(days).sort_index(axis=1),
        equity=journal.equity(days),
        recorded=journal.recorded(days),
        weights=journal.weights(days),
        orders=journal.orders(),
        log=tuple(log.lines),
    )


def _run(
    names: dict[str, Any],
    file: Path,
    sessions: pd.DatetimeIndex,
    cash: float,
    name: str,
    environment: Mapping[str, str],
    journal: Journal,
) -> pd.DataFrame:
    """zipline's table of the run."""
    from zipline import run_algorithm
    from zipline.finance import metrics

    if not callable(names.get("initialize")):
        raise InputError(
            f"{str(file)!r} has no function initialize(context), with which every algorithm begins; add it"
        )
    with old_ways_allowed():
        table: pd.DataFrame = run_algorithm(
            start=sessions[0],
            end=sessions[-1],
            **{part: names.get(part) for part in _PARTS},
            capital_base=cash,
            bundle=name,
            environ=environment,
            default_extension=False,
            trading_calendar=calendar_of_exchange(),
            benchmark_returns=pd.Series(0.0, index=sessions),
            metrics_set={*metrics.load("default"), journal},
        )
    return table


# --------------------------------------------------------------------------------------------------------- faults


def _compiled(path: Any) -> tuple[Path, CodeType]:
    """The file's code, or where it is not Python."""
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(f"path is {shown(path)}; give the path of an algorithm's Python file")
    file = Path(path)
    try:
        source = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the style of somebody else's code
            return file, compile(source, str(file), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = str(file) if line is None else f"{file}, line {line}"
        words = error.msg if isinstance(error, SyntaxError) else error
        raise AlgorithmError(f"{where}: this is not Python 3: {words}", line) from error


@contextmanager
def _lines_of(file: Path, market: Market) -> Iterator[None]:
    """An error of the algorithm with the last of its own lines at work, and what helps where a name is not known."""
    try:
        yield
    except InputError as error:
        if _last_line(error, file):
            raise _stopped(error, file, market) from error
        raise
    except Exception as error:
        raise _stopped(error, file, market) from error


def _stopped(error: Exception, file: Path, market: Market) -> AlgorithmError:
    line = _last_line(error, file)
    where = f"{file}, line {line.lineno}, in {line.name}" if line else str(file)
    return AlgorithmError(
        f"{where}: {type(error).__name__}: {error}{_remedy(error, market)}", line.lineno if line else None
    )


def _last_line(error: Exception, file: Path) -> traceback.FrameSummary | None:
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return own[-1] if own else None


def _remedy(error: Exception, market: Market) -> str:
    """What there is, where something was asked for that is not there."""
    from zipline.errors import SymbolNotFound

    if isinstance(error, SymbolNotFound):
        return f" The prices have no such column; {there_are(error.kwargs['symbol'], market.closes.columns)}"
    if isinstance(error, ImportError) and str(error.name).split(".")[0] == "quantopian":
        return f"; of Quantopian's modules there are {', '.join(available())}"
    return ""


def _refuse_without_zipline() -> None:
    try:
        import zipline  # noqa: F401
    except ImportError as error:
        raise InputError(f"running an algorithm needs zipline ({error}): {INSTALL}") from None
