"""The last run of the benchmarks as a page of the documentation, with a picture of the searches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
PICTURE = DOCS / "images" / "benchmarks.png"

WORDS = """# How fast, beside other software

Made by `python benchmarks/engine.py --page`: everything in one process, one thread, medians of {repeat}. Times are of the
public calls, with checks and proofs. "beside" says how many times as long the others take for the same work in the same
process; seconds wander from machine to machine and from hour to hour, ratios much less. "excess" is by how much, relative,
our worst point lies above the best objective that anybody found; a few 1e-9 stand for the others' tolerances.

{versions}.

| work | problem | sitpy | asked for | excess | nodes | beside |
|---|---|---|---|---|---|---|
{table}

- W1, W2: the whole efficient frontier. An exact path gives every point, so 2000 points cost what 50 cost.
- W3: exactly 200 % long and 100 % short, a 0/1 variable per asset. W4: at most 10 assets, each held with at least 1 %;
  every point is proven to 1e-6. Markets of the OR-Library (Beasley 1990; Chang, Meade, Beasley and Sharaiha 2000).
- W5: linear measures of simulated histories. W6: minimum variance of 50 assets, on every one of 500 dates.
{picture}"""

PICTURED = """
![Nodes and seconds of the search at each point of the frontiers](images/benchmarks.png)

Each point of the frontiers with 0/1 variables, from the least risk (left) to the largest return: nodes of the search, and
seconds until the answer is proven.
"""


def write(rows: list[dict[str, Any]], versions: dict[str, str], repeat: int) -> None:
    """docs/benchmarks.md and its picture."""
    searched = [row for row in rows if any(row["nodes"])]
    if searched:
        _draw(searched)
    table = "\n".join("| " + " | ".join(cells(row)) + " |" for row in rows)
    text = WORDS.format(
        repeat=repeat,
        versions=", ".join(f"{name} {version}" for name, version in versions.items()),
        table=table,
        picture=PICTURED if searched else "",
    )
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")


def cells(row: dict[str, Any]) -> list[str]:
    """A row of the table: work, problem, our time, the one asked for, excess, nodes, what stands beside."""
    beside = ", ".join(f"{name} {ratio:.3g}x" for name, ratio in row["beside"].items())
    excess = "" if row["excess"] is None else f"{row['excess']:.0e}"
    nodes = str(sum(row["nodes"]) or "")
    times = [_time(row["seconds"]), _time(row["at_most"])]
    return [row["work"], row["problem"], *times, excess, nodes, f"{beside} {row['note']}".strip()]


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.2g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def _draw(rows: list[dict[str, Any]]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained", sharex=True)
    for row in rows:
        name = row["problem"].removesuffix(", 50 points")
        left.plot(range(1, len(row["nodes"]) + 1), [max(1, count) for count in row["nodes"]], ".-", label=name)
        right.plot(range(1, len(row["point_seconds"]) + 1), row["point_seconds"], ".-", label=name)
    for axes, what in ((left, "nodes of the search"), (right, "seconds to the proof")):
        axes.set(yscale="log", xlabel="point of the frontier, from the least risk", ylabel=what)
        axes.grid(alpha=0.3)
    left.legend(fontsize=8)
    figure.savefig(PICTURE, dpi=110)
    plt.close(figure)
