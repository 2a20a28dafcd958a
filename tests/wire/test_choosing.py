import json
import time
import tracemalloc

import pytest
from wire import bodies
from wire.shapes.shape import DONE, event, line

import omni_stream as omni
from omni_stream.wire.choosing import MOST_BLANK_BYTES, MOST_DOCUMENTS, Choosing
from omni_stream.wire.dialects import dialects, owner_of

TICK = event({"ping": 1})
WORDS = event({"choices": [{"delta": {"content": "Hi"}}]})
SPOKEN = event({"type": "speech.audio.delta", "audio": "AAAA"})


def choosing(**limits):
    return Choosing(**{"max_line_bytes": 1 << 20, "max_event_bytes": 1 << 20, **limits})


def decoded(content, **options):
    decoder = omni.StreamDecoder(None, **options)
    return decoder.feed(content) + decoder.close()


def test_what_nobody_owns_is_waited_out():
    choice = choosing()
    assert choice.feed(TICK * 3) is None
    assert choice.feed(SPOKEN).name == "openai-speech"
    assert choice.beginning == TICK * 3 + SPOKEN


def test_comments_and_a_byte_order_mark_say_nothing():
    choice = choosing()
    assert choice.feed(b"\xef\xbb\xbf: hello\n\n") is None
    assert choice.feed(WORDS).name == "openai-chat"


def test_blanks_are_waited_out_but_not_for_ever():
    choice = choosing(max_event_bytes=1 << 24)
    assert choice.feed(b"\n" * MOST_BLANK_BYTES) is None
    assert choice.feed(b"\n") is None
    begin = time.process_time()
    for _ in range(30_000):  # half a minute, if all that came were looked at each time
        assert choice.feed(b"\n" * 50) is None
    assert time.process_time() - begin < 5
    assert choice.feed(WORDS).name == "openai-chat"


def test_what_nobody_owns_for_long_is_the_most_common_dialect():
    choice = choosing()
    assert choice.feed(TICK * (MOST_DOCUMENTS - 1)) is None
    assert choice.feed(TICK).name == "openai-chat"


def test_comments_without_end_are_not_kept_without_end():
    choice = choosing(max_event_bytes=1_000)
    comments = b": beat\n\n" * 50
    assert choice.feed(comments) is None
    assert choice.feed(comments) is None
    assert choice.feed(comments).name == "openai-chat"


def test_a_first_event_of_many_megabytes_is_waited_for():
    encoded = "A" * (3 << 20)
    content = event({"candidates": [{"content": {"parts": [{"inlineData": {"data": encoded}}]}}]})
    decoder = omni.StreamDecoder(None)
    items = [item for at in range(0, len(content), 1 << 16) for item in decoder.feed(content[at:][: 1 << 16])]
    assert [len(item) for item in items] == [9 << 17]


def test_byte_by_byte_its_time_and_memory_are_those_of_the_bytes():
    choice = choosing()
    tracemalloc.start()
    for _ in range(200_000):
        choice.feed(b":")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (line({"audio_base64": "AAAA"}), "elevenlabs"),
        (b"\n \n" + line({"audio_base64": "AAAA"}), "elevenlabs"),
        (b"RIFF\0\0\0\0WAVE", "audio-body"),
        (b"ID3\4\0\0\0\0", "audio-body"),
        (event({"choices": [], "modality": "text"}), "vllm-omni"),
        (event({"choices": []}), "openai-chat"),
        (event({"error": {"message": "no"}}), "openai-chat"),
        (event({"code": "Throttling", "message": "slow"}), "openai-chat"),
        (event({"type": "speech.audio.delta", "audio_data": "AAAA"}), "voxtral"),
        (event({"output": {"audio": {"data": "AAAA"}}}), "qwen-tts"),
        (event({"base_resp": {"status_code": 1004}}), "minimax"),
        (event({"promptFeedback": {"blockReason": "OTHER"}}), "gemini"),
    ],
)
def test_a_first_document_is_enough(content, name):
    assert choosing().feed(content).name == name


def test_a_stream_that_ends_undecided_is_of_the_usual_dialect_and_keeps_what_came():
    with pytest.raises(omni.StreamTruncated):
        decoded(b"")
    with pytest.raises(omni.StreamTruncated):
        decoded(TICK)
    assert decoded(TICK + DONE) == [omni.Finished(None)]
    assert decoded(WORDS.rstrip() + b"\n\n" + DONE)[0] == omni.TextDelta("Hi")
    assert decoded(DONE + b"data: {oops}\n\n") == [omni.Finished(None)]


def test_a_last_event_without_its_blank_line_is_read_all_the_same():
    items = decoded(event({"data": {"audio": "0000", "status": 2}}).rstrip())
    assert [type(item).__name__ for item in items] == ["AudioFrame", "Finished"]


def test_lines_of_no_dialect_are_refused_by_their_name():
    with pytest.raises(omni.ProtocolError, match="dialect 'openai-chat' and not of 'elevenlabs'"):
        decoded(line({"choices": [{"message": {"content": "Hi"}}]}))


def test_lines_that_say_no_are_heard():
    with pytest.raises(omni.ApiError, match="no such voice"):
        decoded(line({"error": {"message": "no such voice"}}))


def test_broken_json_first_is_broken_json():
    with pytest.raises(omni.ProtocolError, match="invalid JSON"):
        decoded(b"data: {oops}\n\n" * MOST_DOCUMENTS)


def test_a_document_has_one_owner_but_for_chat_completions():
    for dialect in dialects():
        if dialect.is_own is not None:
            assert not dialect.is_own({"ping": 1})
    assert owner_of([1]) is None
    assert owner_of({"choices": []}).name == "openai-chat"


def test_what_came_before_the_choice_is_given_with_its_place():
    content = TICK + WORDS + b"data: {oops}\n\n"
    with pytest.raises(omni.ProtocolError) as caught:
        decoded(content)
    assert (caught.value.event_index, caught.value.offset) == (2, len(TICK + WORDS))
    assert list(caught.value.events) == [omni.TextDelta("Hi")]


@pytest.mark.parametrize("dialect", ["openai-chat", "gemini", "minimax"])
def test_a_dialect_of_ones_own_is_never_called_foreign(dialect):
    mine = omni.Dialect(name="mine", read=lambda document, _: [omni.Finished(str(document["n"]))])
    content = json.dumps({"choices": [], "candidates": [], "base_resp": {}, "n": 1, "dialect": dialect})
    decoder = omni.StreamDecoder(mine)
    assert decoder.feed(bodies.block(json.loads(content))) + decoder.close() == [omni.Finished("1")]
