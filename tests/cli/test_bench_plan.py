import pytest

import omni_stream as omni
from omni_stream.bench import Case, Load
from omni_stream.cli.bench_plan import DEFAULT_PROMPT, cases_of, how_of, levels_of, speaks_of


def test_cases_are_each_model_with_each_voice_region_and_prompt(tmp_path):
    (tmp_path / "prompts").write_text("two\n\nthree\n")
    cases = cases_of(["one"], [str(tmp_path / "prompts")], ["m"], ["Cherry", "Ethan"], [])
    assert cases == [
        Case(prompt, "m", voice) for voice in ("Cherry", "Ethan") for prompt in ("one", "two", "three")
    ]
    assert cases_of([], [], [], [], []) == [Case(DEFAULT_PROMPT)]


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "has no prompt"), (b"a\xff", "not UTF-8 at byte 1"), (None, "No such file")]
)
def test_a_file_that_has_no_prompts_is_refused(tmp_path, content, says):
    if content is not None:
        (tmp_path / "prompts").write_bytes(content)
    with pytest.raises(omni.UsageError, match=says):
        cases_of([], [str(tmp_path / "prompts")], [], [], [])
    with pytest.raises(omni.UsageError, match="a prompt is empty"):
        cases_of([" "], [], [], [], [])


def test_a_sweep_is_of_users_or_of_rates():
    assert levels_of(None, Load(concurrency=3)) == [3]
    assert levels_of("1,2,8", Load(concurrency=3)) == [1, 2, 8]
    assert levels_of("0.5, 2", Load(rate=1)) == [0.5, 2]


@pytest.mark.parametrize("sweep", ["", "1,x", "1,1", "0.5,1", "0", "1,100000"])
def test_other_sweeps_are_refused(sweep):
    with pytest.raises(omni.UsageError):
        levels_of(sweep, Load(concurrency=3))


def test_a_provider_that_answers_no_questions_is_given_texts_to_speak():
    assert [speaks_of(name, speak=False) for name in (None, "dashscope", "minimax")] == [False, False, True]
    assert speaks_of("dashscope", speak=True)


@pytest.mark.parametrize(
    ("given", "is_swept", "how"),
    [
        ((None, None, None), False, (8, None, "poisson")),
        ((3, None, None), True, (3, None, "poisson")),
        ((None, 2.0, None), False, (None, 2.0, "poisson")),
        ((9, 2.0, "constant"), False, (9, 2.0, "constant")),
        ((None, None, "gamma:2"), True, (None, 1.0, "gamma:2")),
        ((None, None, "trace:file"), False, (None, None, "trace:file")),
    ],
)
def test_a_loop_is_closed_unless_a_rate_or_arrivals_are_asked_for(given, is_swept, how):
    assert tuple(how_of(*given, is_swept=is_swept, users=8).values()) == how


@pytest.mark.parametrize("concurrency", [None, 4])
def test_arrivals_without_a_rate_are_refused(concurrency):
    with pytest.raises(omni.UsageError, match="give --rate"):
        how_of(concurrency, None, "constant", is_swept=False, users=8)
