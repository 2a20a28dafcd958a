"""Both sides of every bound in the catalog, of every model, at the exact edge.

Whatever a data file says is tried: a bound that no check looks at, or that is
checked on the wrong side of its number, fails here.
"""

from dataclasses import fields, is_dataclass
from math import inf, nextafter

import pytest

from omni_stream.catalog import Bounds, find_provider, models
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, MediaFacts, Video
from omni_stream.request import chat_request

URL = "https://media.test/medium"


def bounds_in(value, path=()):
    """Each bound in the media limits of a model, with the names that lead to it."""
    if isinstance(value, Bounds):
        yield path, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from bounds_in(getattr(value, field.name), (*path, field.name))


def edges(bounds, *, whole):
    """Pairs of the last number within each edge of ``bounds`` and the first beyond it."""

    def step(number, towards):
        return int(number) + (1 if towards > 0 else -1) if whole else nextafter(number, towards)

    if bounds.at_most is not None:
        yield bounds.at_most, step(bounds.at_most, inf)
    if bounds.less_than is not None:
        yield step(bounds.less_than, -inf), bounds.less_than
    if bounds.at_least is not None:
        yield bounds.at_least, step(bounds.at_least, -inf)
    if bounds.more_than is not None:
        yield step(bounds.more_than, inf), bounds.more_than


def ask(model, parts, facts=None):
    """Check a message of ``parts``, in each of which was found what ``facts`` say."""
    messages = [{"role": "user", "content": parts}]
    request = chat_request(messages, provider=find_provider(model.provider), model=model.name)
    request.check(dict.fromkeys(request.body.media, facts) if facts else {})


def medium(kind, **facts):
    """A check of one medium with those facts."""
    make = {"image": Image, "audio": Audio, "video": Video}[kind]
    return lambda model: ask(model, [make(b"content")], MediaFacts(kind=kind, **facts))


def sides(kind, number):
    """A picture whose sides, or whose ratio, are that number."""
    return medium(kind, width=int(number), height=int(number) + 1)


def ratio(number):
    """A picture of that ratio; one beyond a whole number is a pixel longer."""
    height = 20
    width = round(number) * height + (number > round(number))
    return medium("image", width=width, height=height)


CHECKS = {
    ("image", "bytes"): lambda number: medium("image", bytes=number),
    ("image", "side_pixels"): lambda number: sides("image", number),
    ("image", "side_ratio"): ratio,
    ("image", "count_by_url"): lambda number: lambda model: ask(model, [Image(URL)] * number),
    ("image", "count_inline"): lambda number: lambda model: ask(model, [Image(b"A")] * number),
    ("audio", "count"): lambda number: lambda model: ask(model, [Audio(URL)] * number),
    ("audio", "bytes"): lambda number: medium("audio", bytes=number),
    ("audio", "seconds"): lambda number: medium("audio", seconds=number),
    ("video", "count"): lambda number: lambda model: ask(model, [Video(URL)] * number),
    ("video", "bytes"): lambda number: medium("video", bytes=number),
    ("video", "seconds"): lambda number: medium("video", seconds=number),
    ("frames",): lambda number: lambda model: ask(model, [Frames([URL] * number)]),
}

EDGES = [
    pytest.param(
        model, CHECKS[path](within), CHECKS[path](beyond), id=f"{model.name} {'.'.join(path)} {bounds}"
    )
    for model in models()
    for path, bounds in bounds_in(model.media)
    for within, beyond in edges(bounds, whole=path[-1] not in ("seconds", "side_ratio"))
]


@pytest.mark.parametrize(("model", "within", "beyond"), EDGES)
def test_a_number_at_the_edge_is_within_and_the_next_is_refused(model, within, beyond):
    within(model)
    with pytest.raises(UsageError, match=model.name):
        beyond(model)


def spoken(tokens, model):
    """A conversation whose recordings, none of them too long, are so many tokens."""
    most = int(model.media.audio.seconds.at_most * model.audio_tokens_per_second)
    parts = [most] * (tokens // most) + [tokens % most]
    recordings = {Audio(b"A"): part / model.audio_tokens_per_second for part in parts if part}
    messages = [{"role": "user", "content": [recording]} for recording in recordings]
    return messages, {
        recording: MediaFacts(kind="audio", seconds=seconds) for recording, seconds in recordings.items()
    }


@pytest.mark.parametrize("thinks", [False, True])
@pytest.mark.parametrize(
    "model", [model for model in models() if model.token_rules], ids=lambda model: model.name
)
def test_the_input_of_each_mode_may_be_full_and_no_fuller(model, thinks):
    limits = model.thinking_tokens if thinks else model.tokens
    if limits is None:
        assert not model.thinks
        return

    def check(tokens):
        messages, facts = spoken(tokens, model)
        options = {"provider": find_provider(model.provider), "model": model.name, "thinking": thinks}
        chat_request(messages, **options).check(facts)

    check(limits.input)
    with pytest.raises(UsageError, match=f"at most {limits.input:,} tokens of input for {model.name}"):
        check(limits.input + 1)


def test_there_are_bounds_to_try():
    assert len(EDGES) >= 100
    assert {path for model in models() for path, _ in bounds_in(model.media)} == set(CHECKS)
