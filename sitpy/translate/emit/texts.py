"""Text: joined, printed, formatted, looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sitpy.r._vectors import text_of
from sitpy.translate.emit.code import ATOM, OR, TERNARY, Code, quoted
from sitpy.translate.emit.kinds import ANY, NULL, TEXT, TEXTS, WHOLE, Kind, join
from sitpy.translate.emit.registry import Untranslated, matched, only, plain_arguments, translates
from sitpy.translate.nodes import Call, Constant, Name, Node, Text, bare

if TYPE_CHECKING:
    from sitpy.translate.emit.emitter import Emitter


@translates("paste", "paste0")
def _paste(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "...", "sep", "collapse")
    between = "" if node.name == "paste0" else " "
    if "sep" in given:
        between = _literal(given["sep"])
    values = [argument.value for argument in given.dots]
    if any(argument.name for argument in given.dots) or any(value in (None, Name("...")) for value in values):
        raise Untranslated("paste of these arguments is not known", node)
    codes = [emitter.code(value) for value in values if value is not None]
    simple = all(code.kind.rank == 0 and (code.kind.of == "text" or code.kind.whole) for code in codes)
    codes = [Code('"NA"', TEXT) if value == Constant("NA") else code for value, code in zip(values, codes)]
    if "collapse" not in given and codes and simple and not any(code.kind.missing for code in codes):
        return Code(formatted(codes, between), TEXT, fresh=True)
    texts = [str(code) for code in codes]
    if between != " ":
        texts.append(f"sep={quoted(between)}")
    kind = TEXT if codes and all(code.kind.rank == 0 for code in codes) else TEXTS
    if any(code.kind.rank is None for code in codes):
        kind = Kind("text", None)
    if "collapse" in given and bare(given["collapse"]) != Name("NULL"):
        collapse = emitter.code(given["collapse"])
        if collapse.kind.of != "null":
            texts.append(f"collapse={collapse}")
            kind = TEXT
    return Code(f"like_r.paste({', '.join(texts)})", kind, fresh=True)


def _literal(node: Node) -> str:
    inner = bare(node)
    if not isinstance(inner, Text):
        raise Untranslated("a separator that is no text in the script is not known")
    return inner.value


def formatted(codes: list[Code], between: str) -> str:
    """An f-string, or a plain one where all is known."""
    parts, plain = [], True
    for code in codes:
        literal = re.fullmatch(r'"([^"\\{}]*)"', code.text)
        if literal:
            parts.append(literal[1])
        elif re.fullmatch(r"\d[\d.e+]*", code.text):
            parts.append(str(text_of(np.array([float(code.text)]))[0]))
        else:
            plain = False
            parts.append("{" + code.text + "}")
    body = (between if not set(between) & set('"\\{}\n') else "").join(parts)
    broken = any('"' in part or "\\" in part for part in parts if part.startswith("{"))
    if broken or (between and set(between) & set('"\\{}\n')):
        joined = ", ".join(code.text if code.kind.of == "text" else f"str({code})" for code in codes)
        return f"{quoted(between)}.join([{joined}])"
    return quoted(body) if plain else f'f"{body}"'


# ---------------------------------------------------------------------------------------------------------- print


@translates("cat")
def _cat(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "...", "file", "sep", "fill", "labels", "append")
    only(given, node, "sep")
    between = _literal(given["sep"]) if "sep" in given else " "
    codes = [emitter.code(argument.value) for argument in given.dots if argument.value is not None]
    codes = [code for code in codes if code.kind.of != "null"]
    texts = [_spread(code) for code in codes]
    end = ""
    if codes and codes[-1].text.startswith('"') and codes[-1].text.endswith('\\n"'):
        rest = codes[-1].text[:-3]
        texts[-1] = f'{rest}"'
        if rest == '"':
            texts.pop()
        end = "\n"
    options = [] if between == " " else [f"sep={quoted(between)}"]
    options += [] if end == "\n" else ['end=""']
    return Code(f"print({', '.join([*texts, *options])})", NULL, fresh=True)


def _spread(code: Code) -> str:
    """All values of an argument of ``cat``."""
    if code.kind.of == "function":
        raise Untranslated("cat of a function is not known")
    if code.kind.rank == 0:
        return str(code)
    return f"*{code.at(ATOM)}" if code.kind.rank == 1 else f"*like_r.each({code})"


@translates("print", "message")
def _print(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "...")
    return Code(f"print({emitter.code(given['x'])})", NULL, fresh=True)


# ---------------------------------------------------------------------------------------------------- text values


@translates("format", "prettyNum")
def _format(emitter: Emitter, node: Call) -> Code:
    formals = ("trim", "digits", "nsmall", "justify", "width", "na.encode", "scientific", "big.mark")
    given = matched(node, "x", *(formals if node.name == "format" else ("big.mark",)))
    only(given, node, "x", "digits", "nsmall", "width", "scientific", "big.mark")
    code = emitter.code(given["x"])
    options = [f", {name.replace('.', '_')}={emitter.code(given[name])}" for name in formals if name in given]
    kind = TEXT if code.kind.rank == 0 else TEXTS if code.kind.rank == 1 else ANY
    return Code(f"like_r.format({code}{''.join(options)})", kind, fresh=True)


@translates("switch")
def _switch(emitter: Emitter, node: Call) -> Code:
    """One after the other, as R does: only the alternative that is chosen is worked out."""
    if len(node.arguments) < 2 or any(argument.value is None and not argument.name for argument in node.arguments):
        raise Untranslated("switch needs a text and what to choose from", node)
    (first, *rest) = node.arguments
    word = emitter.code(first.value) if isinstance(first.value, Name) and first.name in (None, "EXPR") else None
    if word is None or word.kind.of != "text" or word.kind.rank != 0:
        raise Untranslated("switch by something that is not known to be a variable with one text", node)
    otherwise = [argument.value for argument in rest if argument.name is None]
    if len(otherwise) > 1 or (rest[-1].name and rest[-1].value is None):
        raise Untranslated("switch with these alternatives is not known", node)
    parts, names, kind = [], [], None
    for argument in rest:
        if argument.name is None:
            continue
        names.append(quoted(argument.name))
        if argument.value is None:  # the same as the next one
            continue
        value = emitter.code(argument.value)
        test = f"{word} == {names[0]}" if len(names) == 1 else f"{word} in ({', '.join(names)})"
        parts.append(f"{value.at(OR)} if {test} else ")
        kind, names = join(kind, value.kind), []
    last = emitter.code(otherwise[0]) if otherwise and otherwise[0] is not None else Code("None", NULL)
    return Code("".join(parts) + last.at(TERNARY), join(kind, last.kind), TERNARY)


@translates("toupper", "tolower", "nchar")
def _cased(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.of != "text" or code.kind.rank is None or code.kind.labelled:
        raise Untranslated(f"{node.name} of something that is not known to be text", node)
    if node.name == "nchar":
        if code.kind.rank == 0:
            return Code(f"len({code})", WHOLE, fresh=True)
        return Code(f"np.char.str_len({code})", Kind("number", code.kind.rank, whole=True), fresh=True)
    function = {"toupper": "upper", "tolower": "lower"}[node.name]
    if code.kind.rank == 0:
        return Code(f"{code.at(ATOM)}.{function}()", code.kind, fresh=True)
    return Code(f"np.char.{function}({code})", code.kind, fresh=True)


@translates("substr", "substring")
def _substr(emitter: Emitter, node: Call) -> Code:
    given = matched(node, "x", "start", "stop")
    code, first = emitter.code(given["x"]), emitter.code(given["start"])
    last = emitter.code(given["stop"]) if "stop" in given else None
    known = first.linear is not None and first.linear.least >= 1 and (last is None or last.kind.positive)
    if code.kind.of != "text" or code.kind.rank != 0 or not known or first.linear is None:
        raise Untranslated(f"{node.name} of these is not known", node)
    start = str(first.linear + -1)
    return Code(f"{code.at(ATOM)}[{'' if start == '0' else start}:{last or ''}]", TEXT, fresh=True)


@translates("spl", "strsplit")
def _spl(emitter: Emitter, node: Call) -> Code:
    if node.name == "strsplit":
        raise Untranslated("strsplit is not known; use spl", node)
    given = matched(node, "s", "delim")
    texts = [str(emitter.code(given[name])) for name in ("s", "delim") if name in given]
    return Code(f"r.spl({', '.join(texts)})", TEXTS, fresh=True)


@translates("sprintf")
def _sprintf(emitter: Emitter, node: Call) -> Code:
    values = plain_arguments(node)
    codes = [emitter.code(value) for value in values]
    pattern = bare(values[0])
    kinds = re.findall(r"%%|%[-+0 #]*\d*(?:\.\d+)?([a-zA-Z])", pattern.value) if isinstance(pattern, Text) else []
    letters = [letter for letter in kinds if letter]
    fits = len(letters) == len(codes) - 1 and all(
        code.kind.rank == 0 and (code.kind.of == "text" if letter == "s" else code.kind.of == "number")
        for letter, code in zip(letters, codes[1:])
    )
    if not isinstance(pattern, Text) or not set(letters) <= set("dsfeg") or len(letters) != len(codes) - 1:
        raise Untranslated("sprintf of these is not known", node)
    written = any(re.search(r'["\\]', code.text) for code in codes[1:]) or re.search(r"%[0+]*[-# ]", pattern.value)
    if not fits or written:
        kind = Kind("text", 0 if all(code.kind.rank == 0 for code in codes) else None)
        return Code(f"like_r.sprintf({', '.join(map(str, codes))})", kind, fresh=True)
    parts = iter(codes[1:])
    pieces = re.split(r"(%%|%[-+0 #]*\d*(?:\.\d+)?[a-zA-Z])", pattern.value)
    texts = [_piece(piece, parts) for piece in pieces]
    body = "".join(texts)
    return Code(
        f"{'f' if letters else ''}{quoted(body if letters else pattern.value.replace('%%', '%'))}", TEXT, fresh=True
    )


def _piece(piece: str, codes: Iterator[Code]) -> str:
    """A part of a format as it stands in an f-string."""
    if piece == "%%":
        return "%"
    if not piece.startswith("%"):
        return piece.replace("{", "{{").replace("}", "}}")
    flags, letter = piece[1:-1], piece[-1]
    right = ">" if letter == "s" and flags else ""
    form = f"{right}{flags}{'' if letter == 's' else letter}"
    return f"{{{next(codes)}{':' + form if form else ''}}}"


@translates("names", "colnames")
def _names(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.labelled and code.kind.rank == 2:
        return Code(f"{code.at(ATOM)}.columns.to_numpy(dtype=str)", TEXTS, fresh=True)
    if node.name == "names" or code.kind.of == "any":
        return Code(f"like_r.names({code})", TEXTS if code.kind.of == "list" else Kind(), fresh=True)
    raise Untranslated("names of columns are not known here", node)


@translates("as.character")
def _as_character(emitter: Emitter, node: Call) -> Code:
    (value,) = plain_arguments(node)
    code = emitter.code(value)
    if code.kind.of == "text":
        return code
    if code.kind.rank in (0, 1) and code.kind.plain:
        if re.fullmatch(r"\d[\d.e+]*", code.text):
            return Code(formatted([code], ""), TEXT, fresh=True)
        return Code(f"like_r.paste({code})", Kind("text", code.kind.rank), fresh=True)
    raise Untranslated("as.character of this is not known", node)
