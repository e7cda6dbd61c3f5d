"""R's own pictures, as `like_r` draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitpy.translate.emit.code import Code
from sitpy.translate.emit.kinds import NULL, TEXTS
from sitpy.translate.emit.registry import Untranslated, matched, translates
from sitpy.translate.nodes import Call

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter

_LINE = ("x", "y", "type")
_FORMALS = {
    "plot": (*_LINE, "xlim", "ylim", "log", "main", "sub", "xlab", "ylab"),
    "matplot": (*_LINE, "lty", "lwd", "pch"),
    "lines": _LINE,
    "points": _LINE,
    "abline": ("a", "b", "h", "v"),
    "grid": ("nx", "ny", "col", "lty"),
    "text": ("x", "y", "labels", "adj", "pos"),
    "title": ("main", "sub", "xlab", "ylab"),
    "mtext": ("text", "side"),
    "legend": ("x", "y", "legend", "fill", "col", "border", "lty", "lwd", "pch"),
    "barplot": ("height", "width", "space", "names.arg", "legend.text", "beside", "horiz"),
    "pie": ("x", "labels"),
    "plota": ("y", "main", "plotX", "LeftMargin", "x.highlight", "type", "xlim", "ylim"),
    "plota.lines": ("y", "type"),
    "plota.legend": ("labels", "fill", "lastobs", "x"),
    "rainbow": ("n",),
}
_IN_ORDER = {"x", "y", "height", "n", "labels"}


@translates(*_FORMALS)
def _drawn(emitter: Emitter, node: Call) -> Code:
    """The arguments by R's rules, all but the data by name."""
    formals = _FORMALS[node.name]
    given = matched(node, *formals, "...")
    texts, in_order = [], True
    for formal in formals:
        in_order = in_order and formal in _IN_ORDER and formal in given
        if formal in given:
            text = emitter.code(given[formal]).text
            texts.append(text if in_order else f"{formal.replace('.', '_')}={text}")
    for argument in given.dots:
        name = (argument.name or "").replace(".", "_")
        if argument.value is None or not name.isidentifier():
            raise Untranslated(f"{node.name} with so many arguments is not known", node)
        texts.append(f"{name}={emitter.code(argument.value)}")
    text = f"like_r.{node.name.replace('.', '_')}({', '.join(texts)})"
    if node.name == "rainbow":
        return Code(text, TEXTS, fresh=True)
    emitter.script.unsaved = True
    return Code(text, NULL, fresh=True)
