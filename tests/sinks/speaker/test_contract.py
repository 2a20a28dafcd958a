"""A speaker keeps the rules of all sinks."""

import pytest
from sinks.contract import CHECKS

NAMES = [check.__name__ for check in CHECKS]


@pytest.fixture(scope="module")
def checking(tmp_path_factory, start_child):
    """All checks at once, a process and a card each: playing takes time, and little else."""
    folders = {name: tmp_path_factory.mktemp("card") for name in NAMES}
    return {
        name: start_child("keeps_the_contract", check=name, folder=str(folder))
        for name, folder in folders.items()
    }


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.removeprefix("check_"))
def test_contract(name, checking):
    assert len(checking[name].all("kept")) == 1
