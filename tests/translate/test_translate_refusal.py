"""Scripts that write or delete files, run other programs or evaluate text are refused with their line, however they say it."""

from __future__ import annotations

import pytest

import sitpy
from sitpy.translate import translate

# as a call, by its package, in backticks, as a text, as a value, handed on, within anything
REACHING = [
    ("`system`('ls')", "system"),
    ("'system'('ls')", "system"),
    ("f = system; f('x')", "system"),
    ("f <- base::system", "system"),
    ("base:::system('ls')", "system"),
    ("get('unlink')('x')", "unlink"),
    ("match.fun('unlink')('x')", "unlink"),
    ("getFromNamespace('system', 'base')('ls')", "system"),
    ("do.call(system, list('ls'))", "system"),
    ("do.call('system', list('ls'))", "system"),
    ("sapply('x', system)", "system"),
    ("lapply(files, 'file.remove')", "file.remove"),
    ("Map(system, 'ls')", "system"),
    ("Reduce('unlink', list('a'))", "unlink"),
    ("Filter(file.remove, 'a')", "file.remove"),
    ("outer('a', 'b', 'file.rename')", "file.rename"),
    ("tapply(1, 1, 'system')", "system"),
    ("x = list(f = system)", "system"),
    ("(unlink)('a')", "unlink"),
    ("(function(f) f('ls'))(system)", "system"),
    ("x %>% unlink", "unlink"),
    ("f = function(g = system) g('ls')", "system"),
    ("f = function(x = unlink('a')) 1", "unlink"),
    ("tryCatch(system('ls'), error = function(e) 1)", "system"),
    ("local({ unlink('a') })", "unlink"),
    ("on.exit(unlink('x'))", "unlink"),
    ("if (FALSE) system('ls')", "system"),
    ("x[[system('ls')]]", "system"),
    ("x[unlink('a')] = 1", "unlink"),
    ("names(x) = system('ls')", "system"),
    ("-system('ls')", "system"),
    ("system = 3; system('ls')", "system"),
    ("system <- function(x) x; base::system('ls')", "system"),
    ("options(error = quote(system('ls')))", "system"),
    ("write.table(x)", "write.table"),
    ("utils::write.csv(x)", "write.csv"),
    ("data.table::fwrite(x, 'a')", "fwrite"),
    ("write(x, 'f')", "write"),
    ("cat('a', append = TRUE, file = f)", "cat"),
    ("dput(x, file = 'a')", "dput"),
    ("capture.output(x, file = 'a')", "capture.output"),
    ("writeLines('a', f)", "writeLines"),
    ("con = file('out.txt', 'w')", "file"),
    ("con = gzfile('out.gz', open = 'ab')", "gzfile"),
    ("x = readLines(pipe('ls'))", "pipe"),
    ("eval(quote(x))", "eval"),
    ("x = str2lang('y')", "str2lang"),
    ("sys.source('a.R', e)", "sys.source"),
    ("source('deposit.R')", "source"),
    ("source(url('http://example.org/x.R'))", "source"),
    ("load('a.RData')", "load"),
    ("assign('x', 1)", "assign"),
    ("Sys.setenv(A = 'b')", "Sys.setenv"),
    ("q()", "q"),
    ("quit(save = 'no')", "quit"),
    ("shell.exec('x')", "shell.exec"),
    (".Call('foo')", ".Call"),
    ("devtools::install_github('a/b')", "install_github"),
]


@pytest.mark.parametrize(("source", "name"), REACHING, ids=[source for source, _ in REACHING])
def test_what_reaches_out_is_refused_with_its_line(source: str, name: str) -> None:
    with pytest.raises(
        sitpy.InputError, match=rf"^line 2: {name} .*; sitpy translates no such script: take the line out"
    ):
        translate(f"x = 1\n{source}\n")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("unlink('a')", "deletes, moves or makes files"),
        ("system('a')", "runs another program"),
        ("save(x)", "writes a file"),
        ("eval(x)", "runs code from somewhere else"),
        ("Sys.setenv(A = 1)", "changes the settings of the machine"),
        ("quit()", "ends R"),
    ],
)
def test_the_reason_is_said(source: str, reason: str) -> None:
    with pytest.raises(sitpy.InputError, match=reason):
        translate(source)


@pytest.mark.parametrize(
    "source",
    [
        "for (q in 1:3) x = q",
        "load = 3; y = load + 1",
        "f = function(save) save + 1; y = f(1)",
        "parse = function(x) x; y = parse('a')",
        "x = list(write = 1)$write",
        "x = 'unlink the chain'",
        "cat('a', sep = '')",
        "source('sit.r')",
        "source('c:/R/SIT/sit.gz')",
        "con = gzcon(file('sit', 'rb')); source(con); close(con)",
    ],
)
def test_what_only_has_such_a_name_is_translated(source: str) -> None:
    made = translate(source)
    assert made.complete, made.todos


@pytest.mark.parametrize(
    "source",
    ["x = readLines('a.txt')", "x = read.csv('a.csv')", "f = paste0('sys', 'tem'); get(f)('ls')", "x = Sys.time()"],
)
def test_what_else_reaches_out_is_left_to_do_and_runs_nothing(source: str) -> None:
    made = translate(source)
    assert len(made.todos) == 1
    code = [line for line in made.code.splitlines() if line and not line.startswith(("#", '"""'))]
    assert [line for line in code if not line.startswith("raise NotImplementedError(")] in (
        [],
        ['f = "system"'],
        ["f = like_r.paste"],
    )
