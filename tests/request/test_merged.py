import pytest

from omni_stream.errors import UsageError
from omni_stream.request.merged import checked_extra, merged


def test_a_setting_does_not_take_away_its_neighbours():
    body = {"voice_setting": {"voice_id": "a", "speed": 1}, "stream": True, "list": [1]}
    extra = {"voice_setting": {"speed": 2}, "list": [2], "seed": 7}
    assert merged(body, extra) == {
        "voice_setting": {"voice_id": "a", "speed": 2},
        "stream": True,
        "list": [2],
        "seed": 7,
    }
    assert body["voice_setting"]["speed"] == 1


def test_a_mapping_replaces_what_is_none_and_the_other_way_round():
    assert merged({"a": 1, "b": {"c": 1}}, {"a": {"x": 1}, "b": None}) == {"a": {"x": 1}, "b": None}


def test_nothing_is_added_by_none():
    assert checked_extra(None) == {}


@pytest.mark.parametrize("extra", ["speed", [("speed", 1)], 7])
def test_what_is_no_mapping_is_refused(extra):
    with pytest.raises(UsageError, match="extra_body is a mapping of the body's own keys"):
        checked_extra(extra)
