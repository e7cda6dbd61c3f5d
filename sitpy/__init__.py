"""Portfolio construction with the names and the numbers of R's Systematic Investor Toolbox.

The public names, by topic, are listed in ``__init__.pyi``; each is loaded when it is first used.
"""

import lazy_loader

from sitpy._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
