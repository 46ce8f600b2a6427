"""What people read is said in a way that can be translated: none of it is a plain string."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mediashare.errors import MediashareError
from mediashare.sentences import Sentence

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = sorted(
    path
    for folder in ("mediashare", "workers")
    for path in (ROOT / folder).rglob("*.py")
    # What fills a demo speaks to whoever runs it, at a command line, in English.
    if not {"migrations", "demo"} & set(path.parts)
)
ROOT_ERROR = "MediashareError"
SAYING = ("said", "said_many")
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in PRODUCT}


def is_plain(node: ast.expr | None) -> bool:
    """Whether it is text that no catalogue can know: a literal, or one that is filled in here."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value != ""
    if isinstance(node, ast.BinOp):
        return is_plain(node.left) or is_plain(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"format", "join"} and is_plain(node.func.value)
    return isinstance(node, ast.JoinedStr)


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield name, node


def error_names() -> set[str]:
    """Every class that is one of our errors, however far down."""
    found, before = {ROOT_ERROR}, 0
    while len(found) > before:
        before = len(found)
        for _name, node in classes():
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
            bases |= {base.attr for base in node.bases if isinstance(base, ast.Attribute)}
            if bases & found:
                found.add(node.name)
    return found


def called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def told_by_errors() -> Iterator[tuple[str, ast.expr]]:
    """What our errors are made with: by name, and by their own classes."""
    known = error_names()
    for name, tree in TREES.items():
        made = [call for call in calls(tree) if called(call) in known]
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name in known:
                made += [call for call in calls(node) if called(call) == "__init__"]
        for call in made:
            yield from ((name, each) for each in call.args)


def told_of_fields() -> Iterator[tuple[str, ast.expr]]:
    """What is wrong with each field: `errors={…}`, `errors["…"] = …`, `errors.setdefault(…)`."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "errors":
                values = node.value.values if isinstance(node.value, ast.Dict) else []
                yield from ((name, each) for each in values)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                kept = node.targets[0].value
                if isinstance(kept, ast.Name) and kept.id in {"errors", "wrong", "mistakes"}:
                    yield name, node.value
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "errors.setdefault":
                yield name, node.args[1]


def plain_constants(tree: ast.Module) -> set[str]:
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and is_plain(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def list_plain(told: Iterator[tuple[str, ast.expr]]) -> list[str]:
    return [
        f"{name}:{node.lineno}"
        for name, node in told
        if is_plain(node)
        or (isinstance(node, ast.Name) and node.id in plain_constants(TREES[name]))
    ]


def test_every_error_has_a_sentence_of_its_own() -> None:
    kinds: list[Any] = [MediashareError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    known = error_names()
    plain = [
        f"{name}:{node.lineno}"
        for name, owner in classes()
        for node in owner.body
        if owner.name in known and isinstance(node, ast.Assign)
        if ast.unparse(node.targets[0]) == "message" and is_plain(node.value)
    ]

    assert [kind for kind in kinds if not isinstance(kind.message, Sentence)] == []
    assert plain == []


def test_errors_are_made_with_sentences() -> None:
    told = list(told_by_errors())

    assert told
    assert list_plain(iter(told)) == []


def test_fields_are_told_in_sentences() -> None:
    told = list(told_of_fields())

    assert told
    assert list_plain(iter(told)) == []


def test_the_next_page_is_told_in_sentences() -> None:
    told = [
        (name, call.args[0])
        for name, tree in TREES.items()
        for call in calls(tree)
        if called(call) == "flash"
    ]

    assert told
    assert list_plain(iter(told)) == []


def test_what_is_said_can_be_collected() -> None:
    made_up = [
        f"{name}:{call.lineno}"
        for name, tree in TREES.items()
        for call in calls(tree)
        if called(call) in SAYING
        for each in call.args
        if is_plain(each) and not isinstance(each, ast.Constant)
    ]

    assert made_up == []


def test_only_one_file_flashes_past_the_translation() -> None:
    taken = [
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        if any(each.name == "flash" for each in node.names)
    ]

    assert taken == []
