"""Pages and files of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitpy.translate.emit.code import bracketed, quoted
from sitpy.translate.emit.registry import Given, matched
from sitpy.translate.nodes import Binary, Call, Constant, Name, Node, Number, Text, bare

if TYPE_CHECKING:
    from sitpy.translate.emit.statements import Statements

SCREENS = ("windows", "x11", "X11", "quartz", "dev.new")
DEFAULT_FILES = {"pdf": "Rplots.pdf", "tiff": "Rplot%03d.tif"} | {
    kind: f"Rplot%03d.{kind}" for kind in ("png", "jpeg", "svg", "bmp")
}
"""R's kinds of files for pictures, and the file of each where the script names none."""
DEVICES = (*DEFAULT_FILES, *SCREENS)
TRUE = (Constant("TRUE"), Name("T"))


def statement(writer: Statements, node: Call) -> bool:
    """A page, a file or its end; whether it was one."""
    if node.name in writer.script.found.functions:
        return False
    if node.name == "layout":
        _layout(writer, node)
    elif node.name == "par":
        _par(writer, node)
    elif node.name in DEVICES:
        _open(writer, node)
    elif node.name == "dev.off":
        _close(writer)
    else:
        return False
    return True


def _layout(writer: Statements, node: Call) -> None:
    given = matched(node, "mat", "widths", "heights", "respect")
    emitter = writer.emitter
    options = ""
    if "heights" in given:
        code = emitter.code(given["heights"])
        options = f", heights={bracketed(code.items) if code.items is not None else code.text}"
    for name in ("widths", "respect"):
        if name in given:
            writer.script.note(node.at.line, f"layout: {name} is left out, all columns are alike")
    counts = counted_cells(writer, given["mat"])
    if counts is not None:
        emitter.script.toolbox.add("layout")
        writer.line(f"layout({counts}{options})")
        return
    code = emitter.code(given["mat"])
    written = code.text.removeprefix("np.array(").removesuffix(")") if code.text.startswith("np.array([") else None
    if written is not None:
        emitter.script.toolbox.add("layout")
        writer.line(f"layout({written}{options})")
    else:
        writer.line(f"r.layout({code}{options})")


def counted_cells(writer: Statements, node: Node) -> str | None:
    """``rows, columns`` where the cells are 1, 2, 3, ... in R's order or row by row."""
    inner = bare(node)
    emitter = writer.emitter
    if isinstance(inner, Number):
        return "1, 1"
    if _from_one(inner):
        last = emitter.code(getattr(inner, "right", inner))
        return f"{last}, 1"
    if not (isinstance(inner, Call) and inner.name == "matrix"):
        return None
    given: Given = matched(inner, "data", "nrow", "ncol", "byrow", "dimnames")
    byrow = "byrow" in given and bare(given["byrow"]) in TRUE
    data = bare(given["data"]) if "data" in given else None
    if data is None or not (_from_one(data) or data == Number("1")):
        return None
    total = int(getattr(getattr(data, "right", data), "value", 0))
    sizes = {name: int(getattr(bare(given[name]), "value", 0)) for name in ("nrow", "ncol") if name in given}
    if 0 in sizes.values():
        return None
    rows = sizes.get("nrow") or -(-total // sizes.get("ncol", 1))
    columns = sizes.get("ncol") or -(-total // rows)
    if rows * columns != total:
        return None
    return f"{rows}, {columns}" + (', by="row"' if byrow and rows > 1 and columns > 1 else "")


def _from_one(node: Node) -> bool:
    return (
        isinstance(node, Binary)
        and node.operator == ":"
        and node.left in (Number("1"), Number("1L"))
        and isinstance(node.right, Number)
    )


def _par(writer: Statements, node: Call) -> None:
    for argument in node.arguments:
        value = bare(argument.value) if argument.value is not None else None
        if argument.name in ("mfrow", "mfcol") and isinstance(value, Call) and value.name == "c":
            rows, columns = (str(writer.emitter.code(part.value)) for part in value.arguments if part.value is not None)
            order = ', by="row"' if argument.name == "mfrow" and "1" not in (rows, columns) else ""
            writer.script.toolbox.add("layout")
            writer.line(f"layout({rows}, {columns}{order})")
        else:
            writer.script.note(
                node.at.line, f"par: {argument.name or 'an argument'} is left out, sitpy sets its own margins"
            )


def _open(writer: Statements, node: Call) -> None:
    """A device: what is drawn until it is closed goes into its file."""
    if node.name in SCREENS:
        if writer.script.devices:
            writer.line("_devices.screen()")
        else:
            writer.script.note(node.at.line, f"{node.name} is left out: figures open by themselves")
        return
    first = ("filename", "file") if node.name != "pdf" else ("file", "filename")
    given = matched(node, *first, "width", "height", "units", "pointsize", "bg", "res", "...")
    name = next((given[key] for key in first if key in given), Text(DEFAULT_FILES[node.name]))
    if any(key in given for key in ("width", "height", "res")):
        writer.script.note(node.at.line, f"{node.name}: the size is left to sitpy's pages")
    inner = bare(name)
    if writer.script.devices:
        writer.line(f"_devices.open({writer.emitter.code(inner)}, {quoted(node.name)})")
    elif isinstance(inner, Text):
        writer.script.saving = quoted(_numbered(inner.value))
    else:
        writer.line(f"picture = {writer.emitter.code(inner)}")
        writer.script.saving = "picture"


def _numbered(file: str) -> str:
    """R's ``plot%03d.png`` for one page."""
    return file % 1 if "%" in file and file.count("%") == 1 else file


def _close(writer: Statements) -> None:
    if writer.script.devices:
        writer.line("_devices.close()")
    elif writer.script.saving is None:
        writer.line("plt.close()")
    else:
        writer.line(f"plt.savefig({writer.script.saving})")
        writer.line("plt.close()")
    writer.script.saving, writer.script.unsaved = None, False
