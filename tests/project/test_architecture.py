"""What import-linter cannot see: programs use the public API, rooms below never import the package."""

import ast
import sys
from pathlib import Path

import pytest

import omni_stream as omni

PACKAGE = Path(__file__).parents[2] / "omni_stream"
PROGRAMS = {"cli": {"bench", "emulator"}, "emulator": set(), "bench": set(), "batch": set()}
"""The rooms of the top floor, and which others of it they may use."""

SOURCES = sorted(PACKAGE.rglob("*.py"))
ROOMS = {path.stem for path in PACKAGE.iterdir()} - {"__init__", "__pycache__"}


def room_of(source):
    return source.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(source):
    """The dotted name of everything of this package that a file imports."""
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "omni_stream")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} has a relative import"
            if (node.module or "").split(".")[0] == "omni_stream":
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names_of(source):
    """Every name that a file takes from `omni`."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source.read_bytes()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "omni"
    }


@pytest.mark.parametrize(
    "source",
    [source for source in SOURCES if room_of(source) in PROGRAMS],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_a_program_uses_the_public_api_alone(source):
    room = room_of(source)
    public = {f"omni_stream.{name}" for name in PROGRAMS[room]}
    for name in imported(source):
        is_own = name.split(".")[1:2] == [room]
        is_public = name == "omni_stream" or {name, name.rsplit(".", 1)[0]} & public
        assert is_own or is_public, f"{name}: a program imports `omni_stream as omni`, or its own room"
    assert names_of(source) <= set(omni.__all__)


@pytest.mark.parametrize(
    "source",
    [source for source in SOURCES if room_of(source) not in {*PROGRAMS, "__init__"}],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_a_room_imports_from_the_rooms_that_own_a_thing(source):
    for name in imported(source):
        assert name.split(".")[1] in ROOMS, f"{name}: import it from the room that owns it"


def test_the_child_that_speaks_imports_the_standard_library_alone():
    tree = ast.parse((PACKAGE / "emulator" / "espeak.py").read_bytes())
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in modules} <= sys.stdlib_module_names
