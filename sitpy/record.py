"""Records whose fields answer to their Python and to their R names."""

from __future__ import annotations

from typing import Any

from sitpy.errors import InputError

# R names that are reserved words in Python
_RESERVED = {"return": "return_", "lambda": "lambda_"}


def field_name(name: str) -> str:
    """Python name of an R list field: dots become underscores, reserved words get a trailing one."""
    name = name.replace(".", "_")
    return _RESERVED.get(name, name)


class Record:
    """Gives a class ``record["expected.return"]`` beside ``record.expected_return``."""

    def __getitem__(self, name: str) -> Any:
        attribute = field_name(name)
        if attribute.startswith("_") or not hasattr(self, attribute):
            raise KeyError(f"{type(self).__name__} has no field {name!r}")
        return getattr(self, attribute)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self, field_name(name), value)

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and getattr(self, field_name(name), None) is not None
        except InputError:  # a field that says what to give where it is missing
            return False
