import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import media_tokens

from omni_stream import tokens
from omni_stream.errors import UsageError

FLASH, TURBO = "qwen3-omni-flash", "qwen-omni-turbo"
FACTORS = {FLASH: 32, TURBO: 28}
MOST_SAMPLED = {FLASH: 128, TURBO: 80}
models = st.sampled_from([FLASH, TURBO])
sides = st.one_of(st.integers(1, 300), st.integers(1, 4_000))
frame_counts = st.one_of(st.integers(2, 60), st.integers(500, 4_000), st.integers(2, 200_000))
rates = st.one_of(
    st.sampled_from([1, 2, 15, 24, 24_000 / 1001, 25, 30_000 / 1001, 30, 59.94, 60]), st.floats(0.5, 240)
)


@pytest.mark.parametrize(
    ("size", "frames", "fps", "model", "counts"),
    [
        # 10 s, 20 frames in 10 pairs, each shrunk from 22 x 40 to 20 x 36
        ((720, 1280), 250, 25, FLASH, (7202, 7202)),
        ((720, 1280), 250, 25, TURBO, (7202, 5514)),  # as coded 7200 * 28 * 28 / 32 / 32
        # 150 s, as many frames as are taken, which makes each smaller: 13 x 18
        ((480, 640), 3750, 25, FLASH, (14_978, 14_978)),
        ((480, 640), 3750, 25, TURBO, (15_642, 11_976)),  # 80 frames of 17 x 23
        # 35.16 s, cut to 35 and to 840 frames, those begun: 70 are taken, and 69 would be larger
        ((1080, 1920), 843, 24_000 / 1001, FLASH, (15_682, 15_682)),
        # 4 s of a small picture, enlarged to 12 x 12
        ((96, 96), 100, 25, FLASH, (578, 578)),
        ((96, 96), 90, 25, FLASH, (578, 578)),  # 3.6 s, 7 frames: half a pair is one
        ((96, 96), 85, 25, FLASH, (434, 434)),  # 3.4 s: cut to 3
        ((96, 96), 13, 25, FLASH, (290, 290)),  # 0.52 s: the least, 4 frames
        ((96, 96), 3, 1, FLASH, (146, 146)),  # 3 s, and an odd frame too many
        ((96, 96), 3, 2, FLASH, (146, 146)),  # 1.5 s: cut to 1, 2 frames
    ],
)
def test_a_video_counts_by_the_rules_and_as_coded(size, frames, fps, model, counts):
    by_the_rules = tokens.video(*size, frames=frames, fps=fps, model=model)
    assert (by_the_rules, tokens.video(*size, frames=frames, fps=fps, model=model, as_coded=True)) == counts


@pytest.mark.parametrize(("frames", "count"), [(2, 146), (3, 146), (4, 290), (12, 290)])
def test_a_clip_of_half_a_second_or_less_counts_and_as_coded_is_refused(frames, count):
    assert tokens.video(96, 96, frames=frames, fps=25, model=FLASH) == count
    with pytest.raises(UsageError, match=r"no clip of 0\.5 s or less, and \d+ frames at 25 a second are 0\."):
        tokens.video(96, 96, frames=frames, fps=25, model=FLASH, as_coded=True)


@given(height=sides, width=sides, frames=frame_counts, fps=rates, model=models)
@settings(max_examples=1000)
def test_any_video_counts_what_the_oracle_counts(height, width, frames, fps, model):
    assume(max(height, width) <= 200 * min(height, width))
    taken = media_tokens.sampled(frames, fps, most=MOST_SAMPLED[model])
    if taken is None:
        taken = min(4, frames - frames % 2)
        with pytest.raises(UsageError, match="no clip of"):
            tokens.video(height, width, frames=frames, fps=fps, model=model, as_coded=True)
    else:
        count = tokens.video(height, width, frames=frames, fps=fps, model=model, as_coded=True)
        assert count in media_tokens.video(height, width, FACTORS[model], taken=taken, coded=True)
    count = tokens.video(height, width, frames=frames, fps=fps, model=model)
    assert count in media_tokens.video(height, width, FACTORS[model], taken=taken, coded=False)


@given(one=frame_counts, other=frame_counts, fps=rates, model=models)
def test_a_longer_video_of_a_small_picture_never_counts_less(one, other, fps, model):
    shorter, longer = sorted([one, other])
    assert tokens.video(96, 96, frames=shorter, fps=fps, model=model) <= tokens.video(
        96, 96, frames=longer, fps=fps, model=model
    )


@given(height=sides, width=sides, frames=frame_counts, fps=rates)
def test_the_code_counts_a_flash_model_as_the_rules_do_and_turbo_by_its_wrong_factor(
    height, width, frames, fps
):
    assume(max(height, width) <= 200 * min(height, width))
    assume(frames / fps > 0.5)
    for model, factor in FACTORS.items():
        count = tokens.video(height, width, frames=frames, fps=fps, model=model)
        coded = tokens.video(height, width, frames=frames, fps=fps, model=model, as_coded=True)
        assert coded - 2 == (count - 2) * factor**2 // 32**2


@given(height=sides, width=sides, frames=frame_counts, fps=rates, model=models)
@settings(max_examples=300)
def test_a_videos_count_has_its_bounds(height, width, frames, fps, model):
    assume(max(height, width) <= 200 * min(height, width))
    count = tokens.video(height, width, frames=frames, fps=fps, model=model)
    assert 2 < count <= 2 + MOST_SAMPLED[model] // 2 * 768


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"height": 0}, "height is a whole number from 1 to 2147483647, and 0 is not; give the pixels"),
        ({"width": 2**31}, "and 2147483648 is not"),
        ({"width": 96.0}, "and 96.0 is not"),
        (
            {"frames": 1},
            "frames is a whole number from 2 to 2147483647, and 1 is not; count a single picture with",
        ),
        ({"frames": 2**31}, "and 2147483648 is not"),
        ({"fps": 0}, "fps is a number from 0.001 to 1000000, and 0 is not; give the rate in frames a second"),
        ({"fps": 1_000_001}, "and 1000001 is not"),
        ({"fps": math.nan}, "and nan is not"),
        ({"height": 1, "width": 201}, "at most 200 times the shorter one, and 1 x 201 pixels are 201 to 1"),
    ],
)
@pytest.mark.parametrize("as_coded", [False, True])
def test_what_is_no_video_is_refused(changed, message, as_coded):
    size = {"height": 96, "width": 96, "frames": 100, "fps": 25} | changed
    with pytest.raises(UsageError) as caught:
        tokens.video(size.pop("height"), size.pop("width"), **size, model=FLASH, as_coded=as_coded)
    assert message in str(caught.value)


@pytest.mark.parametrize("fps", [0.001, 1_000_000])
@pytest.mark.parametrize("frames", [2, 2**31 - 1])
@pytest.mark.parametrize("size", [(1, 200), (2**31 - 1, 2**31 - 1)])
def test_the_bounds_of_a_video_are_within_them(size, frames, fps):
    assert tokens.video(*size, frames=frames, fps=fps, model=FLASH) > 2
