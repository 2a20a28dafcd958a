"""What is tested is the wheel, it holds what the source tree does, and brings nothing under the GPL."""

import importlib.metadata
import json
import re
import subprocess
import sysconfig
from pathlib import Path

from packaging.requirements import Requirement

import omni_stream
from omni_stream import _native

INSTALLED = Path(sysconfig.get_path("platlib"), "omni_stream")
GPL = re.compile(r"(?<![A-Z])A?GPL|(?<!Lesser )General Public Licen[cs]e|Affero", re.IGNORECASE)


def test_what_is_tested_is_the_installed_wheel():
    assert Path(omni_stream.__file__) == INSTALLED / "__init__.py"
    assert Path(_native.__file__).parent == INSTALLED


def test_the_wheel_holds_what_the_source_tree_does_and_the_native_module(files, root):
    source = {file.relative_to("omni_stream") for file in files if file.parts[0] == "omni_stream"}
    wheel = {
        file.relative_to(INSTALLED)
        for file in INSTALLED.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {str(file) for file in wheel ^ source} == {Path(_native.__file__).name}
    for file in source:
        assert (INSTALLED / file).read_bytes() == (root / "omni_stream" / file).read_bytes(), file


def test_the_wheel_brings_its_types_and_its_licence():
    assert (INSTALLED / "py.typed").exists()
    metadata = importlib.metadata.metadata("omni_stream")
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE"]


def test_what_is_installed_is_what_is_pinned(root):
    lines = (root / "constraints.txt").read_text().splitlines()
    pins = {
        _normal(name): version for name, _, version in (line.partition("==") for line in lines) if version
    }
    installed = {_normal(found.name): found.version for found in importlib.metadata.distributions()}
    others = {
        "omni-stream",
        "setuptools",
    }  # what is tested, and what Python 3.11 puts into its own environments
    assert {name: installed[name] for name in installed.keys() - others} == {
        name: pins.get(name) for name in installed.keys() - others
    }


def test_the_base_install_brings_nothing_under_the_gpl():
    licences = {name: _licence(name) for name in _brought_by("omni_stream")}
    assert {"aiohttp", "numpy", "soxr"} <= set(licences)
    assert {name: licence for name, licence in licences.items() if GPL.search(licence)} == {}


def test_the_native_module_brings_nothing_under_the_gpl(root):
    command = ["cargo", "metadata", "--locked", "--offline", "--format-version", "1"]
    listed = subprocess.run(command, cwd=root / "native", capture_output=True, check=True)
    licences = {package["name"]: package["license"] for package in json.loads(listed.stdout)["packages"]}
    assert "pyo3" in licences
    assert {name: licence for name, licence in licences.items() if not licence or GPL.search(licence)} == {}


def test_the_gpl_is_recognised_and_the_lgpl_is_not_taken_for_it():
    for licence in ("GPL-3.0-or-later", "AGPL-3.0", "GNU General Public License v3 (GPLv3)"):
        assert GPL.search(licence)
    for licence in ("LGPL-2.1-or-later", "GNU Lesser General Public License v2 or later (LGPLv2+)", "MIT"):
        assert not GPL.search(licence)


def _brought_by(name, seen=None):
    """The names of all that is installed with a distribution, without its extras."""
    seen = set() if seen is None else seen
    for requirement in map(Requirement, importlib.metadata.requires(name) or []):
        needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if needed and requirement.name not in seen:
            seen.add(requirement.name)
            _brought_by(requirement.name, seen)
    return seen


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(name):
    metadata = importlib.metadata.metadata(name)
    said = [metadata.get("License-Expression"), *(metadata.get_all("Classifier") or [])]
    named = [entry for entry in said if entry and not entry.startswith(("Programming", "Topic"))]
    return " ".join([*named, (metadata.get("License") or "").split("\n")[0]])
