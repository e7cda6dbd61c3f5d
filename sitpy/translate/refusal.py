"""Scripts that are not translated at all: what writes or deletes files, or runs other programs."""

from __future__ import annotations

from collections.abc import Iterator

from sitpy.errors import InputError
from sitpy.translate.emit.openings import connections_of, loads_toolbox
from sitpy.translate.nodes import (
    Assign,
    Call,
    Constant,
    For,
    Function,
    Name,
    Namespace,
    Node,
    Number,
    Program,
    Text,
    children,
    walk,
)

_RUNS = "runs another program"
_WRITES = "writes a file"
_DELETES = "deletes, moves or makes files"
_READS = "runs code from somewhere else"
_SETS = "changes the settings of the machine"
_ENDS = "ends R"
REFUSED: dict[str, str] = {
    **dict.fromkeys(("system", "system2", "shell", "shell.exec", "pipe", "fork", "mcparallel"), _RUNS),
    **dict.fromkeys(("socketConnection", "install.packages", "update.packages", "devtools"), _RUNS),
    **dict.fromkeys(("install_github", "dyn.load", ".Call", ".C", ".External", ".Internal", ".Primitive"), _RUNS),
    **dict.fromkeys(("browseURL", "file.edit", "Rprof", "make.socket"), _RUNS),
    **dict.fromkeys(("unlink", "file.remove", "file.rename", "file.copy", "file.create", "file.append"), _DELETES),
    **dict.fromkeys(("dir.create", "file.symlink", "file.link", "Sys.chmod", "setwd", "unzip", "untar"), _DELETES),
    **dict.fromkeys(("write", "write.table", "write.csv", "write.csv2", "write.xts", "write.zoo", "fwrite"), _WRITES),
    **dict.fromkeys(("write.dcf", "writeBin", "writeChar", "save", "save.image", "saveRDS", "dump"), _WRITES),
    **dict.fromkeys(("serialize", "sink", "download.file", "zip", "tar", "write.xlsx", "savehistory"), _WRITES),
    **dict.fromkeys(("eval", "evalq", "parse", "source", "sys.source", "load", "attach", "assign"), _READS),
    **dict.fromkeys(("str2lang", "str2expression", "makeActiveBinding"), _READS),
    **dict.fromkeys(("Sys.setenv", "Sys.unsetenv", "Sys.umask", "Sys.setFileTime"), _SETS),
    **dict.fromkeys(("q", "quit"), _ENDS),
}
# write only when they are told where
_TO_FILES = {"writeLines": ("con", 1), "cat": ("file", None), "dput": ("file", 1), "capture.output": ("file", None)}
_CONNECTIONS = ("file", "gzfile", "bzfile", "xzfile", "fifo", "open")
_INDIRECT = {
    *("do.call", "match.fun", "get", "get0", "mget", "getAnywhere", "getFromNamespace", "getExportedValue"),
    *(
        "sapply",
        "lapply",
        "apply",
        "vapply",
        "mapply",
        "tapply",
        "rapply",
        "eapply",
        "outer",
        "aggregate",
        "by",
        "sweep",
    ),
    *("Map", "Reduce", "Filter", "Find", "Position", "Vectorize", "Recall", "call", "as.name", "as.symbol"),
}


def refuse(program: Program) -> None:
    """Raise InputError at the first construct that must not become Python."""
    own = {
        node.target.name
        for top in program.statements
        for node in walk(top)
        if isinstance(node, Assign) and isinstance(node.target, Name) and isinstance(node.value, Function)
    }
    variables = {
        node.target.name
        for top in program.statements
        for node in walk(top)
        if isinstance(node, Assign) and isinstance(node.target, Name)
    }
    variables |= {node.variable for top in program.statements for node in walk(top) if isinstance(node, For)}
    variables |= {
        p.name for top in program.statements for f in walk(top) if isinstance(f, Function) for p in f.parameters
    }
    connections = connections_of(program.statements)
    for top in program.statements:
        for node in _uttered(top):
            found = _found(node, own, variables, connections)
            if found is not None:
                name, what = found
                raise InputError(
                    f"line {node.at.line}: {name} {what}; sitpy translates no such script: take the line out, and do in "
                    "Python what it did"
                )


def _uttered(node: Node) -> Iterator[Node]:
    """A node and all below it, but for the names of the functions that are called."""
    yield node
    for child in children(node):
        if not (isinstance(node, Call) and child is node.function and isinstance(child, Name)):
            yield from _uttered(child)


def _found(node: Node, own: set[str], variables: set[str], connections: frozenset[str]) -> tuple[str, str] | None:
    """The name of what must not be and what it does."""
    if isinstance(node, Call):
        name = node.name
        if name in ("source", "sys.source") and loads_toolbox(node, connections):
            return None
        if name in REFUSED and name not in own:
            return name, REFUSED[name]
        if name in _TO_FILES and name not in own and _to_file(node, *_TO_FILES[name]):
            return name, _WRITES
        if name in _CONNECTIONS and name not in own and _for_writing(node):
            return name, _WRITES
        if name in _INDIRECT:
            words = [argument.value for argument in node.arguments if isinstance(argument.value, Text)]
            for word in words:
                if word.value in REFUSED or word.value in _TO_FILES:
                    return word.value, REFUSED.get(word.value, _WRITES)
    elif isinstance(node, (Namespace, Name)):
        known = REFUSED.keys() - (variables if isinstance(node, Name) else set())
        if node.name in known:
            return node.name, REFUSED[node.name]
    return None


def _for_writing(node: Call) -> bool:
    """Whether a connection is opened to write."""
    modes = [argument.value for argument in node.arguments[1:] if argument.name in (None, "open")]
    return any(isinstance(mode, Text) and set(mode.value) & set("wa+") for mode in modes)


def _to_file(node: Call, word: str, place: int | None) -> bool:
    """Whether a call is told to write somewhere else than to the screen."""
    unnamed = [argument for argument in node.arguments if argument.name is None]
    told = [argument.value for argument in node.arguments if argument.name == word]
    if place is not None and len(unnamed) > place:
        told.append(unnamed[place].value)
    screen = (Text(""), Constant("NULL"), Number("1"))
    return any(
        value is not None
        and value not in screen
        and not (isinstance(value, Call) and value.name in ("stdout", "stderr"))
        for value in told
    )
