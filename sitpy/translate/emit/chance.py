"""Random numbers, which are others in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitpy.translate.emit.code import Code
from sitpy.translate.emit.kinds import NUMBER, VECTOR
from sitpy.translate.emit.registry import Untranslated, matched, translates
from sitpy.translate.nodes import Call

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter


@translates("set.seed")
def _seed(emitter: Emitter, node: Call) -> Code:
    raise Untranslated("set.seed stands alone", node)


@translates("rnorm", "runif")
def _random(emitter: Emitter, node: Call) -> Code:
    normal = node.name == "rnorm"
    given = matched(node, "n", *(("mean", "sd") if normal else ("min", "max")))
    n = emitter.code(given["n"])
    emitter.script.note(node.at.line, f"{node.name}: Python's random numbers are other ones than R's")
    generator = "rng" if "rng" in emitter.script.imports else "np.random.default_rng()"
    names = ("mean", "sd") if normal else ("min", "max")
    ends = [str(emitter.code(given[name])) if name in given else default for name, default in zip(names, "01")]
    shape = "" if n.text == "1" else f", {n}"
    function = "normal" if normal else "uniform"
    if n.text == "1":
        return Code(f"{generator}.{function}({ends[0]}, {ends[1]})", NUMBER, fresh=True)
    return Code(f"{generator}.{function}({ends[0]}, {ends[1]}{shape})", VECTOR, fresh=True)
