"""House rules that no linter knows. Each names what breaks it, and where."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(
    path
    for folder in ("mediashare", "workers", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
PRODUCT = [path for path in PYTHON if "tests" not in path.relative_to(ROOT).parts]
FRONT_END = [
    path
    for kind in ("js", "css")
    for path in sorted((ROOT / "static").rglob(f"*.{kind}"))
    if "dist" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAX_FILE, MAX_FUNCTION = 400, 50
COMMITTERS = {"mediashare/web/db.py", "mediashare/db/session.py"}
REFERENCE = r"""(?:extends|include|import|from) ['"]([^'"]+)['"]"""
DRAWERS = {"utils", "util", "helpers", "common", "misc", "tools.py"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in names:
            yield node


def test_no_file_is_longer_than_400_lines() -> None:
    long = [relative(p) for p in PYTHON + FRONT_END if len(p.read_text().splitlines()) > MAX_FILE]

    assert long == []


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{relative(path)}:{node.name}"
        for path in PYTHON
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= MAX_FUNCTION
    ]

    assert long == []


def test_no_drawer_is_opened() -> None:
    drawers = [relative(path) for path in PRODUCT if path.stem in DRAWERS]

    assert drawers == []


def test_only_two_files_commit() -> None:
    found = {
        relative(path)
        for path in PRODUCT
        for call in calls(path, "commit", "rollback")
        if isinstance(call.func, ast.Attribute)
    }

    assert found <= COMMITTERS


@pytest.mark.parametrize("name", ["service", "queries"])
def test_functions_that_use_a_session_take_it_first(name: str) -> None:
    late = [
        f"{relative(path)}:{node.name}"
        for path in PRODUCT
        if path.stem == name
        for node in functions(path)
        for position, argument in enumerate([*node.args.args, *node.args.kwonlyargs])
        if argument.arg == "session" and position != 0
    ]

    assert late == []


def test_every_relationship_says_how_it_loads() -> None:
    silent = [
        f"{relative(path)}:{call.lineno}"
        for path in PRODUCT
        for call in calls(path, "relationship")
        if "lazy" not in {keyword.arg for keyword in call.keywords}
    ]

    assert silent == []


def test_every_module_says_what_belongs_in_it() -> None:
    silent = [
        relative(path) for path in PRODUCT if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_every_exception_to_a_check_names_it_and_its_reason() -> None:
    pattern = re.compile(r"#\s*(noqa|type: ignore)(?P<rest>.*)$")
    bare = [
        f"{relative(path)}:{number}"
        for path in PYTHON
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := pattern.search(line)) and not _has_code_and_reason(found["rest"])
        if relative(path) != relative(Path(__file__))
    ]

    assert bare == []


def _has_code_and_reason(rest: str) -> bool:
    return bool(re.match(r"(: ?[A-Z0-9, ]+ +-|\[[a-z, -]+\] +#) ?\w", rest))


def test_the_environment_is_read_at_the_edge_only() -> None:
    edge = {
        "mediashare/config.py",
        "mediashare/faults.py",
        # Reads nothing for itself: it passes on to its child where a GPU and its libraries are.
        "workers/tools/speech/process.py",
    }
    readers = {
        relative(path)
        for path in PRODUCT
        if re.search(r"os\.(environ\[|environ\.get|getenv)", path.read_text())
    }

    assert readers <= edge


def test_every_rendered_template_exists_and_every_template_is_used() -> None:
    existing = {path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES}
    rendered = {
        str(call.args[0].value)
        for path in PRODUCT
        for call in calls(path, "render_template")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    referred = {name for path in TEMPLATES for name in re.findall(REFERENCE, path.read_text())}

    assert rendered | referred == existing


def test_a_slice_renders_only_its_own_templates() -> None:
    foreign = [
        f"{relative(path)}: {call.args[0].value!s}"
        for path in PRODUCT
        if path.parent.parent.name == "mediashare" and path.parent.name != "web"
        for call in calls(path, "render_template")
        if isinstance(call.args[0], ast.Constant)
        and str(call.args[0].value).split("/")[0] != path.parent.name
    ]

    assert foreign == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"\sstyle=",
        r"\son\w+=",
        r"hx-on",
        r"\bjs:",
        r"<script(?![^>]*\ssrc=)",
        r"<style",
        r"""(src|href|action)=["']?(https?:)?//""",
    ],
)
def test_templates_hold_nothing_that_the_content_policy_refuses(pattern: str) -> None:
    found = [
        f"{relative(path)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]

    assert found == []
