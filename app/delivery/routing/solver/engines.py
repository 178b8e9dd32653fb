"""Home of loading the engines, once a process, without what nobody needs here.

CP-SAT's Python face wants pandas, for series of variables that the planner never makes. Loading it takes four
times as long as all engines together, in every process that plans; so an empty stand-in is shown meanwhile.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

_ENGINES = ("ortools.sat.python.cp_model", "ortools.linear_solver.pywraplp", "pyvrp")

_NAMES_OF_PANDAS = ("Index", "Series", "DataFrame")
"""What the engine's module mentions when it is loaded."""


def load_engines() -> None:
    """Load the engines, if this process has not: it takes a moment, which is nobody's planning."""
    is_needed = _ENGINES[0] not in sys.modules and "pandas" not in sys.modules
    if is_needed:
        _load_without_pandas(_ENGINES[0])
    for engine in _ENGINES:
        importlib.import_module(engine)


def _load_without_pandas(engine: str) -> None:
    """Load a module with a stand-in in pandas' place; one that wants more of pandas is not loaded."""
    stand_in = ModuleType("pandas")
    for name in _NAMES_OF_PANDAS:
        setattr(stand_in, name, type(name, (), {}))
    sys.modules["pandas"] = stand_in
    try:
        importlib.import_module(engine)
    except (AttributeError, ImportError):
        sys.modules.pop(engine, None)
    finally:
        if sys.modules.get("pandas") is stand_in:
            del sys.modules["pandas"]
