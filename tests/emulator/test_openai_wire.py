import json
import re

import pytest

from omni_stream.emulator.openai_wire import OpenAIChunks
from omni_stream.emulator.wire import DONE

HEAD = (
    'data: {"id":"chatcmpl-7f-8e","object":"chat.completion.chunk","created":17,"model":"gpt-audio",'
    '"service_tier":"default","system_fingerprint":null,'
)
TAIL = ',"usage":null,"obfuscation":"?"}\n\n'


def chunks(*, speaks=True, include_usage=True):
    return OpenAIChunks("gpt-audio", id="7f-8e", created=17, speaks=speaks, include_usage=include_usage)


def shown(event):
    """The event, what is random in it left out."""
    return re.sub(r'"obfuscation":"[A-Za-z0-9]{1,16}"', '"obfuscation":"?"', event.decode())


def delta(inner):
    return f'{HEAD}"choices":[{{"index":0,"delta":{inner},"finish_reason":null}}]{TAIL}'


def test_the_first_event_names_the_role():
    assert [shown(event) for event in chunks().begin()] == [delta('{"role":"assistant","refusal":null}')]


def test_the_text_of_speech_is_a_transcript_whose_id_is_said_once():
    spoken = chunks()
    assert [shown(event) for text in ("Hello", " you") for event in spoken.text(text)] == [
        delta('{"content":null,"audio":{"id":"audio_7f8e","transcript":"Hello"}}'),
        delta('{"audio":{"transcript":" you"}}'),
    ]


def test_audio_follows_events_without_choices_and_says_its_id_once():
    spoken = chunks()
    *ticks, (first, encoded) = spoken.audio(b"/v8A")
    assert [(shown(tick), audio) for tick, audio in ticks] == [(HEAD[:-1] + TAIL, None)] * 2
    assert (shown(first), encoded) == (delta('{"audio":{"id":"audio_7f8e","data":"/v8A"}}'), b"/v8A")
    *_, (second, _) = spoken.audio(b"AAAA")
    assert shown(second) == delta('{"audio":{"data":"AAAA"}}')


def test_speech_ends_with_its_cost_then_an_expiry_and_no_reason():
    cost, end, done = chunks().end("stop", {"total_tokens": 3})
    assert shown(cost) == HEAD + '"choices":[]' + TAIL.replace("null", '{"total_tokens":3}')
    assert shown(end) == HEAD + '"choices":[{"index":0,"delta":{"audio":{"expires_at":3617}}}]' + TAIL
    assert done == DONE
    assert len(chunks(include_usage=False).end("stop", {})) == 2


@pytest.mark.parametrize("reason", ["stop", "length"])
def test_what_is_only_written_ends_with_its_reason(reason):
    written = chunks(speaks=False)
    [first] = written.begin()
    assert json.loads(first[6:])["choices"][0]["delta"] == {
        "role": "assistant",
        "content": "",
        "refusal": None,
    }
    assert shown(written.text("Hi")[0]) == delta('{"content":"Hi"}')
    stop, cost, done = written.end(reason, {"total_tokens": 3})
    assert shown(stop) == f'{HEAD}"choices":[{{"index":0,"delta":{{}},"finish_reason":"{reason}"}}]{TAIL}'
    assert b'"choices":[],"usage":{' in cost
    assert done == DONE


def test_the_same_answer_is_the_same_bytes():
    assert chunks().audio(b"AAAA") == chunks().audio(b"AAAA")
