"""``python -m sitpy``: the command line."""

from sitpy.cli import app

app()
