"""``sitpy compare``: two frontiers, and why they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sitpy.cli.terminal import console_of, print_table

if TYPE_CHECKING:
    from rich.console import Console

    from sitpy.reference import Explanation


def compare(
    result: Annotated[
        str,
        typer.Argument(
            metavar="RESULT",
            help="A frontier: JSON (of `reproduce`, Frontier.to_json or export_from_r.R), text of R's dput (.R), CSV (points "
            "x assets), .rds or .RData.",
        ),
    ],
    reference: Annotated[
        str,
        typer.Argument(metavar="REFERENCE", help="Another one, a reference file of R, or a stored reference's name."),
    ],
    measure: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the weights are the least of (Risk, MAD, ...), where no file says."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Write the comparison as a page with pictures, too.")
    ] = None,
) -> None:
    """Compare two frontiers point by point, and say why they differ.

    \b
    Examples:
      sitpy compare cvar/frontier_CVaR.json other/frontier_CVaR.json
      sitpy compare frontier.json ef.rds --html comparison.html

    Exit status: 0 when they agree (or differ by rounding, by weights that are not unique, or because the reference is not
    optimal or not feasible), 1 when they differ, 2 when they cannot be compared.
    """
    from sitpy.reference import explain

    explanation = explain(result, reference, measure)
    console = console_of()
    _print_points(console, explanation)
    _print_reasons(console, explanation)
    if html is not None:
        import matplotlib

        matplotlib.use("Agg")
        from sitpy.pages.comparison import comparison_page

        console.print(f"page: {comparison_page(explanation, html)}", markup=False, soft_wrap=True)
    console.print("agrees" if explanation.ok else "DIFFERS", style="bold green" if explanation.ok else "bold red")
    if explanation.status:
        raise typer.Exit(explanation.status)


def _print_points(console: Console, explanation: Explanation) -> None:
    """The points that differ, and the largest differences of all."""
    from sitpy.studies import StudyTable

    comparison = explanation.comparison
    if comparison is None:
        return
    if comparison.resolved:
        console.print("the grids of returns differ: the problem was solved again at the reference's targets")
    if comparison.not_reproduced:
        console.print(
            f"{comparison.not_reproduced} point(s) of the result are not the optimum of the inputs that it carries",
            style="bold red",
        )
    points = explanation.points.rename_axis("point").reset_index()
    points = points[points["cause"] != "equal"].rename(
        columns={"reference_objective": "reference", "weight_difference": "weights"}
    )
    if len(points):
        shown = points[["point", "return", "objective", "reference", "excess", "weights", "cause"]]
        formats = {"return": ".4%", "objective": ".8g", "reference": ".8g", "excess": "+.1e", "weights": ".1e"}
        print_table(console, StudyTable("", shown, formats))
    summary = comparison.summary
    console.print(
        f"{summary['points']} points; largest difference in objective {summary['objective']:.1e} (relative), "
        f"return {summary['return']:.1e}, net weights {summary['weights']:.1e}; "
        f"reference not optimal at {summary['reference_not_optimal']}, other weights with the same objective at "
        f"{summary['other_weights']}, different at {summary['different']}"
    )


def _print_reasons(console: Console, explanation: Explanation) -> None:
    """Every reason with its proof at the point that shows it best, then data and definitions."""
    from sitpy.reference.explaining import REPORT

    points = explanation.points
    for cause, count in explanation.causes.items():
        if cause == "equal":
            continue
        those = points[points["cause"] == cause]
        shown = those.iloc[int(those["excess"].abs().fillna(0).to_numpy().argmax())]
        where = f"{count} points" if count > 1 else "1 point"
        console.print(f"{cause} at {where}; at point {shown.name}: {shown['why']}", markup=False, soft_wrap=True)
    for difference in explanation.data:
        console.print(f"other data: {difference}", markup=False, soft_wrap=True)
    for definition in explanation.definitions:
        console.print(f"other definition: {definition}", markup=False, soft_wrap=True)
    for note in explanation.notes:
        console.print(f"note: {note}", markup=False, soft_wrap=True)
    if "unexplained" in explanation.causes:
        console.print(REPORT, style="bold red", markup=False, soft_wrap=True)
