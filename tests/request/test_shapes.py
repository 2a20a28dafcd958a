import pytest

from omni_stream.catalog import providers
from omni_stream.errors import UsageError
from omni_stream.request.chat import chat_request
from omni_stream.request.gemini import gemini_request
from omni_stream.request.shapes import chat_shape, speech_shape


@pytest.mark.parametrize("provider", providers(), ids=lambda provider: provider.name)
def test_every_provider_names_shapes_that_there_are(provider):
    if provider.ask is not None:
        assert callable(chat_shape(provider.ask.request))
    if provider.speak is not None:
        assert callable(speech_shape(provider.speak.request))


def test_a_shape_is_found_by_its_name():
    assert chat_shape("openai-chat") is chat_request
    assert chat_shape("gemini") is gemini_request


def test_a_function_is_taken_as_it_is():
    assert chat_shape(dict) is speech_shape(dict) is dict


@pytest.mark.parametrize("request_", ["openai-speech", "", None, 7])
def test_a_shape_that_there_is_not_is_told(request_):
    with pytest.raises(
        UsageError, match="the request of a question is a function, or one of 'openai-chat', 'gemini'"
    ):
        chat_shape(request_)
