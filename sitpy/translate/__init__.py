"""R scripts turned into Python.

`translate` does it all; `parse` and `deparse` read and write R; `like_r` has the rules of R that Python lacks.
"""

from sitpy.translate import like_r as like_r
from sitpy.translate.deparse import deparse
from sitpy.translate.parser import parse
from sitpy.translate.translation import Translation, translate

__all__ = ["Translation", "deparse", "like_r", "parse", "translate"]
