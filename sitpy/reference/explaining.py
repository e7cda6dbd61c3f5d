"""Why two frontiers differ: point by point, and in sum."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from sitpy.constraints import Constraints
from sitpy.errors import InputError
from sitpy.frontier import Frontier
from sitpy.inputs import InputAssumptions
from sitpy.record import Record
from sitpy.reference.causes import Cause, Judge, rounded_points
from sitpy.reference.comparing import Comparison, compare, point_by_point
from sitpy.reference.definitions import OtherDefinition, one_asset, translated
from sitpy.reference.differing import DataDifference, constraint_differences, ia_differences
from sitpy.reference.reading import Held, Source, assets_of, read_held, with_figures
from sitpy.reference.stored import StoredFrontier

Array = np.ndarray

REPORT = (
    "none of the known reasons applies: please report it with both files, the version of sitpy and the point's number "
    "(sitpy --version)"
)


@dataclass(frozen=True)
class Explanation(Record):
    """Why a result and a reference differ.

    Attributes
    ----------
    points : DataFrame (points)
        Columns of :class:`Comparison` and, instead of the verdict, ``cause`` (see :class:`Cause`) and ``why`` in words;
        empty where one of the files holds no frontier.
    data : list of DataDifference
        Fields of input assumptions and constraints that differ.
    definitions : list of OtherDefinition
        Figures that the reference defines in another way; the points are compared after these are translated.
    notes : list of str
        What else is to be known: assets in another order, what could not be checked.
    comparison : Comparison or None
    result, reference : StoredFrontier or None
        What was compared, in the same terms.
    """

    name: str
    reference_name: str
    points: pd.DataFrame
    data: list[DataDifference] = field(default_factory=list)
    definitions: list[OtherDefinition] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comparison: Comparison | None = None
    result: StoredFrontier | None = None
    reference: StoredFrontier | None = None

    @property
    def causes(self) -> dict[str, int]:
        """How many points each cause explains."""
        if self.points.empty:
            return {}
        counts = self.points["cause"].value_counts()
        return {cause.value: int(counts[cause.value]) for cause in Cause if cause.value in counts}

    @property
    def ok(self) -> bool:
        """Whether nothing differs for which the result or its data may have to be mended."""
        points = self.points.empty or all(Cause(cause).harmless for cause in self.points["cause"])
        made = self.comparison is None or self.comparison.not_reproduced == 0
        return points and made and not self.data and not self.definitions

    @property
    def agrees(self) -> bool:
        """Whether nothing differs at all, but for the accuracy of solvers."""
        return self.ok and set(self.causes) <= {Cause.EQUAL.value}

    @property
    def status(self) -> int:
        """Exit status: 0 where nothing has to be mended, 1 where something differs."""
        return 0 if self.ok else 1


def explain(result: Source, reference: Source, measure: str | None = None) -> Explanation:
    """Compare a frontier with a reference and say why they differ.

    Parameters
    ----------
    result, reference : Frontier, StoredFrontier, path, or the name of a stored reference
        What :func:`load_frontier` reads; also files that hold only input assumptions or constraints, which are compared
        with those of the other side.
    measure : str, optional
        What the weights are the least of, where neither file says.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        Different measures or assets, nothing in common, or figures that can neither be read nor computed.

    Examples
    --------
    >>> from sitpy.reference import explain
    >>> explain("A_04b_exactly_3_Risk", "A_04b_exactly_3_Risk").causes
    {'equal': 50}
    """
    ours, theirs = read_held(result, measure), read_held(reference, measure)
    data: list[DataDifference] = []
    if ours.ia is not None and theirs.ia is not None:
        data += ia_differences(ours.ia, theirs.ia)
    if ours.constraints is not None and theirs.constraints is not None:
        data += constraint_differences(ours.constraints, theirs.constraints)
    if ours.frontier is None or theirs.frontier is None:
        return _without_points(ours, theirs, data)
    return _Explainer(ours, theirs, data, measure).explanation()


def _without_points(ours: Held, theirs: Held, data: list[DataDifference]) -> Explanation:
    """Only the data of both sides are compared."""
    common = [name for name in ("ia", "constraints") if ours[name] is not None and theirs[name] is not None]
    if not common:
        raise InputError(
            f"{ours.name!r} and {theirs.name!r} hold nothing of the same kind; compare frontiers, input assumptions or "
            "constraints with their like"
        )
    words = {"ia": "input assumptions", "constraints": "constraints"}
    notes = [f"compared: {' and '.join(words[name] for name in common)}; one of the files holds no portfolios"]
    return Explanation(ours.name, theirs.name, pd.DataFrame(), data, [], notes)


class _Explainer:
    """Puts both sides into the same terms, compares them, and looks for the reason at each point."""

    def __init__(self, ours: Held, theirs: Held, data: list[DataDifference], measure: str | None) -> None:
        self.notes: list[str] = []
        self.data = data
        self.definitions: list[OtherDefinition] = []
        self.unknown: list[str] = []
        ours, theirs = _same_measure(ours, theirs, measure)
        theirs = self._same_assets(ours, theirs)
        self.ours = self._complete(ours, ours.ia or theirs.ia)
        self.theirs = self._complete(theirs, theirs.ia or ours.ia)
        self.ia = ours.ia or theirs.ia
        self.constraints = ours.constraints or theirs.constraints

    def explanation(self) -> Explanation:
        ours, theirs = self._translated()
        rounding = rounded_points(ours, theirs, self._recomputed(theirs))
        near = _replaced(theirs, ours, rounding) if rounding.any() else theirs
        comparison = compare(_solvable(self.ours, ours, self.ia, self.constraints), near)
        judge = Judge(
            self.ia,
            self.constraints,
            ours,
            theirs,
            self.ours.weight,
            self.theirs.weight,
            bool(self.data),
            bool(self.unknown),
            comparison.resolved,
        )
        points = comparison.points.drop(columns="verdict")
        verdicts = comparison.points["verdict"].to_numpy()
        found = [
            judge.rounding(i) if rounding.size > i and rounding[i] else judge.cause(i, verdicts[i], points.iloc[i])
            for i in range(len(points))
        ]
        if rounding.any():  # with what it differs by, before it was taken as the same
            shown = point_by_point(ours, theirs).drop(columns="verdict")
            points = points.where(~pd.Series(rounding, index=points.index), shown)
        points["cause"] = [cause.value for cause, _ in found]
        points["why"] = [why for _, why in found]
        return Explanation(
            ours.name,
            theirs.name,
            points,
            self.data,
            self.definitions,
            self.notes,
            comparison,
            ours,
            theirs,
        )

    def _translated(self) -> tuple[StoredFrontier, StoredFrontier]:
        """Both frontiers, the reference's figures by our definitions."""
        ours, theirs = self.ours.frontier, self.theirs.frontier
        assert ours is not None and theirs is not None
        own = self.theirs.ia or self.ia
        weight = None if own is None or self.theirs.weight is None else assets_of(self.theirs.weight, own)
        if own is None or weight is None:
            self.notes.append("neither file holds input assumptions: definitions and optimality cannot be checked")
            return ours, theirs
        theirs, self.definitions, self.unknown = translated(theirs, weight, own)
        for figure in self.unknown:
            words = f"the reference's {figure} is not that of its own weights by any definition that is known here"
            asset = one_asset(theirs.return_, weight, own) if figure == "return" and self.theirs.ia is None else None
            if asset is not None:
                self.data.append(DataDifference("expected_return", asset[0], asset[1], asset[2]))
                words += f"; an expected return of {asset[2]:.8g} for {asset[0]} (here {asset[1]:.8g}) explains it"
            elif self.theirs.ia is None:
                words += "; its inputs may differ: export ia too, and it is compared"
            self.notes.append(words)
        return ours, theirs

    def _recomputed(self, theirs: StoredFrontier) -> StoredFrontier:
        """The reference with figures of its own weights, by the result's assumptions where there are such."""
        weight = None if self.ia is None or self.theirs.weight is None else assets_of(self.theirs.weight, self.ia)
        if weight is None or self.ia is None:
            return theirs
        missing = np.full(len(weight), np.nan)
        blank = replace(theirs, return_=missing, risk=missing, objective=missing)
        found = with_figures(Held(theirs.name, blank, weight=weight), self.ia).frontier
        return theirs if found is None else found

    def _complete(self, held: Held, ia: InputAssumptions | None) -> Held:
        """The figures that a file of weights lacks."""
        if ia is not None:
            held = with_figures(held, ia)
        frontier = held.frontier
        assert frontier is not None
        if not np.isfinite(frontier.return_).all() or not np.isfinite(frontier.objective).any():
            raise InputError(
                f"{held.name!r} holds weights without the return and {frontier.measure} of each, and neither file holds the "
                "input assumptions to compute them from; export ia too"
            )
        return held

    def _same_assets(self, ours: Held, theirs: Held) -> Held:
        """The reference with its assets in the result's order."""
        one, two = ours.frontier, theirs.frontier
        assert one is not None and two is not None and theirs.weight is not None
        if one.symbols == two.symbols:
            return theirs
        if not any(theirs.columns) and len(one.symbols) <= theirs.weight.shape[1]:
            columns = tuple(ours.columns) if len(ours.columns) == theirs.weight.shape[1] else ()
            self.notes.append("the reference's weights have no names: taken in the result's order")
            n = len(one.symbols)
            net = theirs.weight[:, :n]
            if one.frontier is not None and len(columns) >= 2 * n and one.frontier.ia.n == 2 * n:
                net = net - theirs.weight[:, n : 2 * n]
            return replace(theirs, frontier=replace(two, net_weight=net, symbols=one.symbols), columns=columns)
        if sorted(one.symbols) != sorted(two.symbols) or len(set(one.symbols)) < len(one.symbols):
            raise InputError(
                f"the result has the assets {', '.join(one.symbols)}; the reference has {', '.join(two.symbols)}"
            )
        order = [two.symbols.index(name) for name in one.symbols]
        self.notes.append("the reference has the assets in another order")
        frontier = replace(two, net_weight=two.net_weight[:, order], symbols=one.symbols)
        # rows of constraints and assumptions stay in the file's own order, so only plain weights can go on
        plain = theirs.weight.shape[1] == len(order)
        ia = None if theirs.ia is None or not plain else _reordered(theirs.ia, order)
        return replace(
            theirs,
            frontier=frontier,
            weight=theirs.weight[:, order] if plain else None,
            ia=ia,
            constraints=None,
            columns=tuple(one.symbols) if plain else (),
        )


def _reordered(ia: InputAssumptions, order: list[int]) -> InputAssumptions:
    return InputAssumptions(
        symbols=[ia.symbols[i] for i in order],
        expected_return=ia.expected_return[order],
        cov=ia.cov[np.ix_(order, order)],
        hist_returns=ia.hist_returns[:, order] if "hist_returns" in ia else None,
        annual_factor=ia.annual_factor,
        parameters_alpha=ia.parameters_alpha,
        parameters_omega=ia.parameters_omega,
        parameters_mar=ia.parameters_mar,
    )


def _same_measure(ours: Held, theirs: Held, measure: str | None) -> tuple[Held, Held]:
    """Both with the measure that they are about; a file that does not say takes the other's."""
    one, two = ours.frontier, theirs.frontier
    assert one is not None and two is not None
    names = [name for name in (measure, one.measure, two.measure) if name]
    if not names:
        raise InputError("neither file says what its weights are the least of; say it: --measure Risk")
    if one.measure and two.measure and one.measure != two.measure:
        raise InputError(f"the result minimises {one.measure}, the reference {two.measure}; compare like with like")
    known = one.measure or two.measure or names[0]

    def named(held: Held, frontier: StoredFrontier) -> Held:
        if frontier.measure:
            return held
        objective = frontier.risk if known == "Risk" else frontier.objective
        return replace(held, frontier=replace(frontier, measure=known, objective=objective))

    return named(ours, one), named(theirs, two)


def _replaced(theirs: StoredFrontier, ours: StoredFrontier, where: Array) -> StoredFrontier:
    """The reference with our figures where it only rounds them."""
    changed: dict[str, Any] = {}
    for name in ("return_", "risk", "objective", "target"):
        changed[name] = np.where(where, getattr(ours, name), getattr(theirs, name))
    changed["net_weight"] = np.where(where[:, None], ours.net_weight, theirs.net_weight)
    return replace(theirs, **changed)


def _solvable(
    held: Held, frontier: StoredFrontier, ia: InputAssumptions | None, constraints: Constraints | None
) -> StoredFrontier:
    """The result with what is needed to solve it again, where that is known."""
    if frontier.frontier is not None or ia is None or constraints is None or held.weight is None:
        return frontier
    if held.weight.shape[1] != constraints.n:
        missing = np.zeros((len(held.weight), constraints.n))  # only the inputs are used
        return replace(frontier, frontier=Frontier(missing, frontier.name, ia, constraints, measure=frontier.measure))
    return replace(frontier, frontier=Frontier(held.weight, frontier.name, ia, constraints, measure=frontier.measure))
