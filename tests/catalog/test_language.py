import pytest

from omni_stream import catalog


@pytest.mark.parametrize("name", ["cantonese", "Cantonese", "CANTONESE", "粤语"])
def test_a_language_is_found_by_code_and_by_either_name(name):
    assert catalog.find_language(name).dialect_of == "zh"


@pytest.mark.parametrize(
    ("name", "code"), [("FR", "fr"), ("french", "fr"), ("法语", "fr"), ("southern min", "minnan")]
)
def test_case_does_not_matter(name, code):
    assert catalog.find_language(name).code == code


@pytest.mark.parametrize("name", ["", "xx", "french ", "Klingon"])
def test_an_unknown_name_is_none(name):
    assert catalog.find_language(name) is None


def test_no_two_rows_share_a_name():
    rows = catalog.languages()
    names = [name for row in rows for name in {row.code, row.name.lower(), row.chinese_name}]
    assert len(set(names)) == len(names)
    assert len([row for row in rows if row.dialect_of is None]) == 10
    assert len([row for row in rows if row.dialect_of == "zh"]) == 8
