"""The pages of the documentation that are made from the code; ``docs/build.py`` puts them together."""
