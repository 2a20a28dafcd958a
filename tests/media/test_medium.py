import copy
import dataclasses
import pickle

import pytest

import omni_stream as omni


@pytest.mark.parametrize(
    ("medium", "kind"), [(omni.Image, "image"), (omni.Audio, "audio"), (omni.Video, "video")]
)
def test_each_has_its_kind(medium, kind):
    assert medium.kind == medium("a").kind == kind


def test_a_medium_is_frozen_and_has_no_other_attributes():
    image = omni.Image("eagle.png")
    with pytest.raises(dataclasses.FrozenInstanceError):
        image.source = "owl.png"
    assert not hasattr(image, "__dict__")


def test_a_medium_equals_itself_alone_and_can_be_a_key():
    one, other = omni.Image(bytearray(b"same")), omni.Image(bytearray(b"same"))
    assert one != other
    assert {one: 1, other: 2}[one] == 1


def test_a_medium_can_be_copied_and_pickled():
    audio = omni.Audio("a.wav", media_type="audio/wav")
    for twin in (copy.deepcopy(audio), pickle.loads(pickle.dumps(audio))):
        assert (type(twin), twin.source, twin.media_type) == (omni.Audio, "a.wav", "audio/wav")


def test_media_facts_know_nothing_that_they_are_not_told():
    facts = omni.MediaFacts(kind="image")
    told = dataclasses.asdict(facts)
    assert told.pop("kind") == "image"
    assert set(told.values()) == {None}
