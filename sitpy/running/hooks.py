"""Calls and assignments of a translated script that tell what they give: the only change that is made to run it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TypeVar

# no variable can have these names
MADE, NAMED = "<made>", "<named>"

_Function = TypeVar("_Function", ast.FunctionDef, ast.Lambda)


def hooked(code: str, r_names: Mapping[str, str]) -> ast.Module:
    """The script with ``MADE(value)`` around each call and ``NAMED(value, name, local)`` around what is assigned.

    `r_names` has R's name of each variable. Every node keeps its line.
    """
    tree = ast.parse(code)
    _Hooks(r_names).visit(tree)
    return ast.fix_missing_locations(tree)


class _Hooks(ast.NodeTransformer):
    def __init__(self, r_names: Mapping[str, str]) -> None:
        self._r_names = r_names
        self._global: list[set[str]] = []
        """For each function around, the names that are not its own."""

    def _within(self, node: _Function) -> _Function:
        self._global.append({name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names})
        self.generic_visit(node)
        self._global.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._within(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._within(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return _around(MADE, node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        name = self._name(node.targets[0])
        if name is not None:
            local = bool(self._global) and _root(node.targets[0]) not in self._global[-1]
            node.value = _around(NAMED, node.value, name, local)
        return node

    def _name(self, target: ast.expr) -> str | None:
        """What R calls the place to which something is assigned."""
        match target:
            case ast.Name(id=name):
                return self._r_names.get(name, name)
            case (
                ast.Attribute(value=inner, attr=field)
                | ast.Subscript(value=inner, slice=ast.Constant(value=str(field)))
            ):
                base = self._name(inner)
                return None if base is None else f"{base}${field}"
        return None


def _root(target: ast.expr) -> str:
    while isinstance(target, (ast.Attribute, ast.Subscript)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _around(function: str, value: ast.expr, *more: str | bool) -> ast.Call:
    """A call of a hook, where the value stood."""
    call = ast.Call(ast.Name(function, ast.Load()), [value, *map(ast.Constant, more)], [])
    return ast.copy_location(call, value)
