"""Code in the docs runs, names what there is, and shows the house as it stands."""

import re
import subprocess
import sysconfig
from functools import cache
from pathlib import Path

import pytest

import omni_stream as omni

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\b[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)

RUN_PAGE = """
import ast, asyncio, inspect, pathlib, sys
source = pathlib.Path(sys.argv[1]).read_text("utf-8")
code = compile(source, sys.argv[2], "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
running = eval(code, {"__name__": "page"})
if inspect.iscoroutine(running):
    asyncio.run(running)
"""


def program_of(page):
    """The Python of a page, each line where it stands there; what is an example is tested as one."""
    text = page.read_text("utf-8")
    lines = [""] * text.count("\n")
    for block in BLOCK.finditer(text):
        if "--8<--" not in block[1]:
            first = text.count("\n", 0, block.start(1))
            code = block[1].splitlines()
            lines[first : first + len(code)] = code
    return "\n".join(lines).rstrip()


def commands_of(page):
    """The command lines of a page that call `omni-stream`."""
    shell = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in shell for line in block.splitlines() if line.startswith("omni-stream")]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if program_of(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_the_code_of_a_page_runs(page, run, tmp_path):
    program = tmp_path / "page.py"
    program.write_text(program_of(page), "utf-8")
    run("-c", RUN_PAGE, program, page.relative_to(ROOT))


COMMANDS = {
    *(("bench",), ("bench", "show"), ("bench", "compare")),
    *((name,) for name in ("ask", "chat", "devices", "emulator", "models", "tokens", "voices")),
}


@cache
def options_of(*command):
    """The options that `omni-stream command --help` shows."""
    program = Path(sysconfig.get_path("scripts"), "omni-stream")
    shown = subprocess.run(
        [program, *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
    ).stdout
    return set(re.findall(r"^\s*(?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}


def test_every_command_line_names_options_that_there_are():
    told = [line.split("|")[0].split() for page in PAGES for line in commands_of(page)]
    assert {words[1] for words in told} == {"ask", "bench", "chat", "emulator", "tokens", "voices"}
    for _, command, *words in told:
        named = {word for word in words if re.fullmatch("--?[a-z-]+", word)}
        within = words[:1] if (command, words[0]) in COMMANDS else []
        assert named <= options_of(command, *within) | {"-o"}


def test_the_reference_names_every_option():
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")
    told = set(re.findall(r"`(?:omni-stream )?(--[a-z-]+)", page))
    assert told == options_of().union(*(options_of(*command) for command in COMMANDS))


def test_every_name_in_the_docs_is_public():
    told = {name for page in PAGES for name in re.findall(r"\bomni\.([A-Za-z_]+)", page.read_text("utf-8"))}
    assert told <= set(omni.__all__)


def test_every_public_name_is_in_the_reference():
    reference = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs" / "reference").iterdir())
    documented = set(re.findall(r"^::: omni_stream\.\w+\.(\w+)$", reference, re.MULTILINE))
    modules = ["errors", "catalog", "tokens"]
    assert [module for module in modules if f"::: omni_stream.{module}\n" in reference] == modules
    errors = {
        name
        for name in omni.__all__
        if isinstance(getattr(omni, name), type) and getattr(omni, name).__module__ == "omni_stream.errors"
    }
    assert set(omni.__all__) - documented - errors == {"catalog", "tokens"}


@pytest.mark.parametrize("page", ["README.md", "docs/index.md", "docs/concepts/flow.md"])
def test_the_picture_of_the_flow_shows_rooms_that_there_are(page):
    picture = re.search(r"^```\n(.*?--?> .*?)\n", (ROOT / page).read_text("utf-8"), re.MULTILINE)[1]
    shown = re.split(r"\s*--?> |, ", picture)
    rooms = {path.stem for path in (ROOT / "omni_stream").iterdir()}
    assert {word for word in shown if word not in rooms} <= {"bytes", "frames"}
    assert [word for word in shown if word in {"sse", "wire", "events", "pcm", "stages", "sinks"}] == [
        "sse", "wire", "events", "pcm", "stages", "sinks",
    ]  # fmt: skip
