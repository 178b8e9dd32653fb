"""The architecture as tests: what the design promises, read from the source itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from importlinter import cli as import_linter

from tests.support.source import APP, ROOT, functions, place, python_files, tree

THE_TRANSACTION = APP / "transaction.py"
ROUTING = APP / "delivery" / "routing"
PRESS = APP / "paper" / "press.py"
FORESIGHT = {
    APP / "oversight" / "service" / "forecast.py": "app.oversight.rules.smoothing",
    APP / "oversight" / "service" / "coverage.py": "app.oversight.service.measuring",
}
THE_ROADS_DOOR = APP / "delivery" / "travel" / "roads.py"
TIMELESS_ROOMS = {"rules", "queries", "models"}
CLOCK_READERS = {"now", "today", "utcnow", "time", "time_ns", "monotonic"}
WHAT_A_REQUEST_IS = {"request", "session", "flash", "g", "redirect", "render_template", "url_for"}


def room(path: Path) -> str:
    """Give the room of a package that a file belongs to: `service` for meals/service/till.py."""
    parts = path.relative_to(APP).with_suffix("").parts
    return parts[1] if len(parts) > 1 else ""


def application_files(*rooms: str) -> list[Path]:
    files = [path for path in python_files() if path.is_relative_to(APP)]
    return [path for path in files if room(path) in rooms] if rooms else files


def test_only_the_transaction_commits() -> None:
    commits = [
        place(path, node.lineno)
        for path in application_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert len(commits) == 1, commits
    assert commits[0].startswith(place(THE_TRANSACTION))


def test_no_import_hides_in_a_function_but_those_that_few_pay_for() -> None:
    hidden = {
        place(path, node.lineno)
        for path in python_files()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        if not _only_few_pay_for(path, node)
    }
    assert sorted(hidden) == []


def _only_few_pay_for(path: Path, node: ast.Import | ast.ImportFrom) -> bool:
    """Tell the solver, the roads, forecasts, what opens printed papers: each loads longer than most pages."""
    module = (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
    if path == PRESS:
        return module == "app.paper.drawing"
    if path in FORESIGHT:
        return module == FORESIGHT[path]
    if path == THE_ROADS_DOOR:
        return module.startswith("app.delivery.travel.network.")
    return path.is_relative_to(ROUTING) and module.split(".")[0] in {"numpy", "ortools", "pyvrp"}


def test_rules_queries_and_models_never_read_the_clock() -> None:
    readings = [
        place(path, node.lineno)
        for path in application_files(*TIMELESS_ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in CLOCK_READERS
        and isinstance(node.value, ast.Name)
        and node.value.id in {"clock", "datetime", "date", "time"}
    ]
    assert readings == []


def test_services_and_below_do_not_know_that_there_is_a_request() -> None:
    knowing = [
        f"{place(path, node.lineno)} {alias.name}"
        for path in application_files("service", "queries", "models", "rules")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module in {"flask", "flask_login"}
        for alias in node.names
        if alias.name in WHAT_A_REQUEST_IS or node.module == "flask_login"
    ]
    assert knowing == []


def test_only_queries_select() -> None:
    selecting = [
        f"{place(path, node.lineno)} {alias.name}"
        for path in application_files("commands", "views", "forms", "service", "models", "rules")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        for alias in node.names
        if alias.name == "select"
    ]
    assert selecting == []


def test_every_verb_of_a_service_says_who_and_when_by_name() -> None:
    """`by` and `at` are never positional, and never have a default that could be forgotten."""
    careless = [
        f"{place(path, function.lineno)} {function.name}"
        for path in application_files("service")
        for function in functions(path)
        for name in ("by", "at")
        if _may_be_left_out(function, name)
    ]
    assert careless == []


def _may_be_left_out(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    arguments = function.args
    if function.name.startswith("_") or all(
        argument.arg != "by" for argument in arguments.kwonlyargs + arguments.args
    ):
        return False
    if any(argument.arg == name for argument in (*arguments.posonlyargs, *arguments.args)):
        return True
    defaults = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return any(argument.arg == name and default is not None for argument, default in defaults)


def test_every_module_says_what_it_is_the_home_of() -> None:
    silent = [place(path) for path in python_files() if ast.get_docstring(tree(path)) is None]
    assert silent == []


def test_the_import_contracts_hold() -> None:
    assert import_linter.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_help_loads_neither_the_solver_nor_any_page() -> None:
    program = (
        "import sys\n"
        "from flask.cli import main\n"
        "sys.argv = ['flask', '--app', 'wsgi', '--help']\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'ortools', 'numpy', 'osmium', 'pandas', 'scipy'} & set(sys.modules)\n"
        "heavy |= {name for name in sys.modules if name.endswith(('.views', '.service', '.commands'))}\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    answer = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert "audit" in answer.stdout
