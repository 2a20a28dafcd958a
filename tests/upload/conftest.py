import pytest


@pytest.fixture
def saved(tmp_path):
    """Writes content into a file whose name says nothing of it."""

    def save(content, name="content"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return save
