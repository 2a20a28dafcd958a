"""A speaker keeps the rules of all sinks."""

import pytest
from card import Card
from sinks.contract import CHECKS

NAMES = [check.__name__ for check in CHECKS]


@pytest.fixture(scope="module")
def checking(tmp_path_factory, start_child):
    """All checks at once, a process and a card each: playing takes time, and little else."""
    cards = {name: Card(tmp_path_factory.mktemp("card"), channels=2) for name in NAMES}
    return {
        name: start_child(card, "keeps_the_contract", check=name, folder=str(card.folder))
        for name, card in cards.items()
    }


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.removeprefix("check_"))
def test_contract(name, checking):
    assert len(checking[name].all("kept")) == 1
