"""The way to the compiler, for what needs it at run time: importing, comparing and compiling editions.

It is loaded when it is first asked for, and is `dicomspec._codegen` wherever it lies: inside the package when that was
installed, beside the package in a checkout.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

from dicomspec.errors import EditionError

__all__ = ["FOLDER", "IS_CHECKOUT", "SHIPPED", "compiler"]

_HERE: Final = Path(__file__).resolve().parent
IS_CHECKOUT: Final = not (_HERE / "_codegen").is_dir()
"""Whether the package lies in a checkout, with the compiler and the dictionaries beside it."""

FOLDER: Final = _HERE.parent / "codegen" if IS_CHECKOUT else _HERE / "_codegen"
SHIPPED: Final = _HERE.parent / "dictionaries" if IS_CHECKOUT else _HERE / "_dictionaries"
"""The folder of the dictionaries that were shipped."""

_NAME: Final = f"{__package__}._codegen"
_lock: Final = threading.Lock()


def compiler(module: str) -> Any:
    """A module of the compiler, such as ``"build"``.

    Raises:
        EditionError: the compiler is not there.
    """
    with _lock:
        if _NAME not in sys.modules:
            _load()
    return import_module(f"{_NAME}.{module}")


def _load() -> None:
    start = FOLDER / "__init__.py"
    spec = spec_from_file_location(_NAME, start, submodule_search_locations=[str(FOLDER)]) if start.is_file() else None
    if spec is None or spec.loader is None:
        raise EditionError(f"the compiler of dictionaries is not there: {start} is missing")
    package = module_from_spec(spec)
    sys.modules[_NAME] = package
    spec.loader.exec_module(package)
