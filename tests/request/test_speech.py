import pytest

from omni_stream.catalog import find_model, find_provider
from omni_stream.errors import UsageError
from omni_stream.request.speech import modalities_of, voice_of

DASHSCOPE = find_provider("dashscope")


def chosen(modalities=None, *, name="qwen3-omni-flash", voice=None, thinking=False):
    return modalities_of(modalities, voice=voice, thinking=thinking, name=name, model=find_model(name))


def test_an_answer_speaks_where_model_and_mode_allow_it():
    assert chosen() == ("text", "audio")
    assert chosen(thinking=True) == ("text",)
    assert chosen(name="qwen3.8-omni-flash") == ("text",)
    assert chosen(name="a-model-of-tomorrow") == ("text", "audio")


def test_modalities_may_be_chosen_in_any_order():
    assert chosen(["text"]) == ("text",)
    assert chosen(("audio", "text")) == ("text", "audio")


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"modalities": ["audio"]}, "no service answers without text"),
        ({"modalities": []}, "no service answers without text"),
        ({"modalities": "text"}, r'modalities is \["text"\]'),
        ({"modalities": ["text", "video"]}, r'modalities is \["text"\]'),
        ({"voice": "Cherry", "thinking": True}, "the answer while it thinks is text"),
        ({"voice": "Cherry", "modalities": ["text"]}, "the answer as asked is text"),
        ({"voice": "Cherry", "name": "qwen3.8-omni-flash"}, "the answer of qwen3.8-omni-flash is text"),
    ],
)
def test_what_contradicts_itself_is_refused(arguments, rule):
    with pytest.raises(UsageError, match=rule):
        chosen(**arguments)


def test_the_voice_is_the_callers_then_the_models_then_the_providers():
    model = find_model("qwen2.5-omni-7b")
    assert voice_of("Chelsie", model=model, call=DASHSCOPE.ask) == "Chelsie"
    assert voice_of(None, model=model, call=DASHSCOPE.ask) == "Ethan"
    assert voice_of(None, model=None, call=DASHSCOPE.ask) == "Cherry"


@pytest.mark.parametrize("voice", ["", " ", "a\nb", 7])
def test_what_is_no_name_of_a_voice_is_refused(voice):
    with pytest.raises(UsageError, match="voice is the name of a voice"):
        voice_of(voice, model=None, call=DASHSCOPE.ask)
