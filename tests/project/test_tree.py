"""What is in the repository, and what must not be."""

import re
import subprocess
import tomllib
from itertools import pairwise

import pytest

# Written so that this file does not hold what it looks for.
ABSOLUTE_PATH = re.compile(r"(?<![\w./{}<>])/(?:home|root|Users|work|opt|mnt)/\w")
REGISTRY = re.compile(r"\b(?:pypi\.org|pythonhosted\.org|crates\.io|debian\.org)\b")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


@pytest.fixture(scope="module")
def texts(files, root):
    """The text of each file that is one."""
    found = {}
    for file in files:
        try:
            found[file] = (root / file).read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_names_an_absolute_path(texts):
    assert [(str(file), hit) for file, text in texts.items() for hit in ABSOLUTE_PATH.findall(text)] == []


def test_no_file_names_a_registry(texts):
    found = {str(file) for file, text in texts.items() if REGISTRY.search(text)}
    assert found <= {"native/Cargo.lock", "native/fuzz/Cargo.lock"}  # cargo's own form


def test_a_name_says_what_a_file_holds(files):
    assert [str(file) for file in files if {*file.parts, file.stem} & VAGUE_NAMES] == []


def test_what_is_made_is_not_kept(files):
    assert [str(file) for file in files if file.suffix in {".so", ".pyc", ".whl", ".wav"}] == []


TEST_FOLDERS = {"benchmarks", "card", "oracles", "peers", "project", "typing"}
"""Those that are no room's."""


def test_each_test_folder_is_a_room_or_known(files, root):
    folders = {file.parts[1] for file in files if file.parts[0] == "tests" and len(file.parts) > 2}
    rooms = {path.stem for path in (root / "omni_stream").iterdir()}
    assert folders - rooms <= TEST_FOLDERS


def test_each_link_in_a_page_leads_to_a_file(texts, root):
    links = [
        (file, target)
        for file, text in texts.items()
        if file.suffix == ".md"
        for target in re.findall(
            r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        )
    ]
    assert links
    assert [
        (str(file), target)
        for file, target in links
        if "://" not in target and not (root / file.parent / target).exists()
    ] == []


def test_pins_are_plain_and_sorted(root):
    pins = [line for line in (root / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin)] == []
    names = [re.sub(r"[-_.]+", "-", pin.split("==")[0]).lower() for pin in pins]
    assert all(earlier < later for earlier, later in pairwise(sorted(names)))


def test_all_versions_are_one(root):
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert (
        tomllib.loads((root / "native" / "Cargo.toml").read_text())["workspace"]["package"]["version"]
        == version
    )
    assert version in (root / "CHANGELOG.md").read_text()


def test_ci_runs_the_command_of_the_readme(root):
    assert re.search(r"make .*\btest$", (root / ".ci" / "run").read_text(), re.MULTILINE)
    assert re.search(r"^make test\b", (root / "README.md").read_text(), re.MULTILINE)


def test_make_knows_each_command_that_is_told_of(root, texts):
    told = {
        target
        for file, text in texts.items()
        if file.suffix == ".md"
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE)
    }
    listed = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    assert told
    assert told <= set(re.findall(r"make ([a-z-]+)", listed))
