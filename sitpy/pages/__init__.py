"""Whole pages for a reader without Python: one file each, with its pictures and tables inside."""

from __future__ import annotations

from sitpy.pages.report import report

__all__ = ["report"]
