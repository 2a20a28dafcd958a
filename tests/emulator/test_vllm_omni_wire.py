import base64
import io
import wave

from omni_stream.emulator.vllm_omni_wire import VllmOmniChunks
from omni_stream.emulator.wire import DONE

HEAD = 'data: {"id":"chatcmpl-7f8e","object":"chat.completion.chunk","created":17,"model":"m","choices":['
AUDIO_TAIL = '],"usage":{"prompt_tokens":9,"total_tokens":9,"completion_tokens":0},"modality":"audio"}\n\n'


def chunks(*, is_wav=True, speaks=True, include_usage=True):
    return VllmOmniChunks(
        "m",
        id="7f-8e",
        created=17,
        speaks=speaks,
        is_wav=is_wav,
        prompt_tokens=9,
        include_usage=include_usage,
    )


def choice(content, reason="null"):
    return (
        f'{{"index":0,"delta":{{"role":"assistant","content":"{content}"}},"logprobs":null,'
        f'"finish_reason":{reason}}}'
    )


def test_text_says_that_it_is_text():
    answer = chunks()
    assert answer.begin()[0].decode() == HEAD + choice("") + '],"modality":"text"}\n\n'
    assert answer.text("我")[0].decode() == HEAD + choice("我") + '],"modality":"text"}\n\n'


def test_raw_audio_stands_where_text_does_after_an_event_without_any():
    answer = chunks(is_wav=False)
    empty, spoken = answer.audio(b"/v8A")
    assert (empty[0].decode(), empty[1]) == (HEAD + choice("") + AUDIO_TAIL, None)
    assert (spoken[0].decode(), spoken[1]) == (HEAD + choice("/v8A") + AUDIO_TAIL, b"/v8A")
    assert len(answer.audio(b"AAAA")) == 1


def test_each_wav_is_a_file_of_its_own():
    answer = chunks()
    pcm = bytes(range(12))
    for _ in range(2):
        content, encoded = answer.audio(base64.b64encode(pcm))[-1]
        assert encoded in content
        with wave.open(io.BytesIO(base64.b64decode(encoded))) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
            assert file.readframes(100) == pcm


def test_the_reason_is_given_once_for_the_last_modality():
    stop, cost, done = chunks().end("stop", {"total_tokens": 3})
    assert stop.decode() == HEAD + choice("", '"stop"') + '],"modality":"audio"}\n\n'
    assert cost.decode() == HEAD + '],"usage":{"total_tokens":3}}\n\n'
    assert done == DONE
    stop, done = chunks(speaks=False, include_usage=False).end("length", {})
    assert b'"length"}],"modality":"text"}' in stop
