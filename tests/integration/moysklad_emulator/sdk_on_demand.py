"""The vendor's SDK, file by file: its package imports two thousand models at once, which takes half a minute.

Nothing of the SDK changes; only its two package files are replaced by ones that import a class when it is first used.
"""

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

NAME = "moysklad_remap_12_sdk"
_IMPORT = re.compile(rf"^from ({NAME}\.\S+) import (\w+)", re.MULTILINE)


def load() -> Any:
    """The SDK's package; nothing of it is imported before it is used."""
    if NAME in sys.modules:
        return sys.modules[NAME]
    spec = importlib.util.find_spec(NAME)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    homes = {name: module for module, name in _IMPORT.findall((folder / "__init__.py").read_text(encoding="utf-8"))}

    waiting = ["CounterpartiesApi", "CustomerOrdersApi"]  # the models import in circles; this order holds

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(name)
        before, waiting[:] = [*waiting], []
        for first in before:
            importlib.import_module(homes[first])
        return getattr(importlib.import_module(homes[name]), name)

    for path in (".", "api", "models"):
        module = ModuleType(NAME if path == "." else f"{NAME}.{path}")
        module.__path__ = [str(folder / path)]
        module.__getattr__ = find  # type: ignore[method-assign]
        sys.modules[module.__name__] = module
        if path != ".":
            setattr(sys.modules[NAME], path, module)
    return sys.modules[NAME]
