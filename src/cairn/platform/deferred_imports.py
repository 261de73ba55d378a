"""Load parts of an app when they are first used, so that a command starts soon.

An `api.py` lists with star imports the modules that make up its app's public face. If it ran them,
a module that needs one function of an app would load all of its documents, forms and tasks, and by
their imports nearly all of Cairn. `cairn receive` then loaded 2,500 modules and used a third. So
the star imports are for readers and type checkers, and a name is looked up where it is listed.
`AppConfig.ready` registers what other apps call, and names it by its path for the same reason.
"""

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

__all__ = ["TYPE_CHECKING", "call_later", "import_later", "list_exports", "load_exports_on_demand"]

TYPE_CHECKING = False
"""As in `typing`: a type checker takes it for true."""

_STAR_IMPORT: Final = re.compile(r"^ *from (\S+) import \*", re.MULTILINE)
_EXPORT_LIST: Final = re.compile(r"^__all__ = \[([^\]]*)\]", re.MULTILINE)
_QUOTED_NAME: Final = re.compile(r'"(\w+)"')


def load_exports_on_demand(face: str) -> Callable[[str], object]:
    """Build the `__getattr__` of a public face.

    Args:
        face: dotted name of the `api` module, its `__name__`.

    Returns:
        A function that imports the module that exports a name, and returns what it names.
    """

    def load_export(name: str) -> object:
        module = None if name.startswith("__") else list_exports(face).get(name)
        if module is None:
            raise AttributeError(f"{face} exports no {name}.")
        value = getattr(import_module(module), name)
        setattr(sys.modules[face], name, value)
        return value

    return load_export


@cache
def list_exports(face: str) -> Mapping[str, str]:
    """List what a public face exports, and load none of it.

    Args:
        face: dotted name of the `api` module.

    Returns:
        The dotted name of the exporting module, by exported name.
    """
    exports = {}
    for module in _STAR_IMPORT.findall(_read_source(face)):
        for names in _EXPORT_LIST.findall(_read_source(module)):
            exports.update(dict.fromkeys(_QUOTED_NAME.findall(names), module))
    return exports


def import_later(path: str) -> Callable[[], Any]:
    """Name a value that is imported when it is asked for.

    Args:
        path: dotted path of the value, such as `cairn.data.intake.tasks.FILE_REMINDER_JOB`.

    Returns:
        A function that returns the value.
    """

    def load_value() -> Any:
        module, _dot, name = path.rpartition(".")
        return getattr(import_module(module), name)

    return load_value


def call_later(path: str) -> Callable[..., Any]:
    """Name a function or class that is imported when it is called.

    Args:
        path: dotted path of the function.

    Returns:
        A function that calls it.
    """
    load_function = import_later(path)

    def call_function(*args: Any, **options: Any) -> Any:
        return load_function()(*args, **options)

    return call_function


def _read_source(module: str) -> str:
    root, *parts = module.split(".")
    path = Path(sys.modules[root].__path__[0], *parts)
    file = path.with_suffix(".py")
    return (file if file.is_file() else path / "__init__.py").read_text("utf-8")
