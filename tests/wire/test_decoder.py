import base64
import contextlib
import json
import logging
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import bodies

import omni_stream as omni
from omni_stream.wire import decoder as decoder_file

SPEECH = bodies.pcm(9_001)
DASHSCOPE = bodies.dashscope_reply(SPEECH)
OPENAI = bodies.openai_reply(SPEECH)
FORMAT = omni.AudioFormat(24_000)


def decoded(content, *, cuts=(), **options):
    """All items of a whole body, fed in pieces."""
    decoder = omni.StreamDecoder(**options)
    edges = [0, *sorted(cuts), len(content)]
    items = [item for begin, end in pairwise(edges) for item in decoder.feed(content[begin:end])]
    return decoder, items + decoder.close()


def failed(content, **options):
    """The error of a body."""
    with pytest.raises(omni.OmniStreamError) as caught:
        decoded(content, **options)
    return caught.value


def pcm_of(items):
    return b"".join(bytes(item) for item in items if isinstance(item, omni.AudioFrame))


def text_of(items, kind=omni.TextDelta):
    return "".join(item.text for item in items if isinstance(item, kind))


def delta(**delta):
    return bodies.block(bodies.dashscope({"delta": delta}))


STOP = bodies.block(bodies.dashscope({"delta": {"content": ""}, "finish_reason": "stop"}))


@pytest.mark.parametrize("documents", [DASHSCOPE, OPENAI], ids=["dashscope", "openai"])
@pytest.mark.parametrize("size", [1, 7, 1460, 16_384, 10**9])
def test_a_reply_equals_a_plain_reading_of_it_at_any_read_size(documents, size):
    content = bodies.body(documents)
    decoder, items = decoded(content, cuts=range(size, len(content), size))
    text, transcript, speech, usage = bodies.plainly_read(documents)
    assert text_of(items) == text
    assert text_of(items, omni.TranscriptDelta) == transcript
    assert pcm_of(items) == speech
    assert decoder.usage.total_tokens == usage["total_tokens"]
    assert decoder.partial.audio_seconds == pytest.approx(len(speech) / 48_000)
    assert decoder.stats.events == len(documents) + 1


@given(cuts=st.lists(st.integers(0, len(bodies.body(DASHSCOPE))), max_size=20))
def test_any_split_gives_the_same_items(cuts):
    content = bodies.body(DASHSCOPE)
    assert decoded(content, cuts=cuts)[1] == decoded(content)[1]


@given(st.binary(max_size=300) | st.text('dat: {}[]"\\,choiesn\n\r[DONE]01', max_size=300).map(str.encode))
def test_any_bytes_give_items_or_a_documented_error(content):
    decoder = omni.StreamDecoder()
    with contextlib.suppress(omni.ApiError, omni.ProtocolError):
        items = decoder.feed(content) + decoder.close()
        assert isinstance(items[-1], omni.Finished)
    assert decoder.close() == []


def test_events_and_frames_keep_their_order():
    content = (
        delta(content="a")
        + delta(audio={"data": "AAAA"})
        + delta(content="b")
        + delta(audio={"data": "AAAA"})
    )
    _, items = decoded(content + STOP)
    kinds = [type(item).__name__ for item in items]
    assert kinds == ["TextDelta", "AudioFrame", "TextDelta", "AudioFrame", "Finished"]
    assert [item.position_frames for item in items if isinstance(item, omni.AudioFrame)] == [0, 1]


def test_audio_as_it_came_decodes_to_the_same_frames():
    content = bodies.body(DASHSCOPE)
    decoder, items = decoded(content, decode_audio=False)
    deltas = [item for item in items if isinstance(item, omni.AudioDelta)]
    assert b"".join(delta.decode() for delta in deltas) == SPEECH
    assert deltas[0].raw["choices"][0]["delta"]["audio"]["id"] == "audio_5f3a"
    assert decoder.stats.audio_seconds == pytest.approx(len(SPEECH) / 48_000, abs=1e-3)


def test_an_event_with_text_and_audio_gives_both():
    _, items = decoded(delta(content="hi", audio={"data": "AAAA"}) + STOP)
    assert items[0] == omni.TextDelta("hi")
    assert items[1] == omni.AudioFrame(b"\0\0", FORMAT)


def test_raw_is_what_came():
    _, items = decoded(delta(content="hi") + STOP)
    assert items[0].raw == bodies.dashscope({"delta": {"content": "hi"}})


def test_thinking_is_told_from_text():
    stream = (
        delta(content=None, reasoning_content="Hmm") + delta(content="Yes", reasoning_content=None) + STOP
    )
    _, items = decoded(stream)
    assert items == [omni.ReasoningDelta("Hmm"), omni.TextDelta("Yes"), omni.Finished("stop")]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"choices": None},
        {"choices": []},
        {"choices": [None]},
        {"choices": [{}]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {}}]},
        {"choices": [{"delta": {"content": None, "audio": None}}]},
        {"choices": [{"delta": {"content": 5, "audio": {"data": 6, "transcript": []}}}]},
        {"choices": {"delta": 1}, "usage": [1]},
        {"choices": [{"delta": {"audio": {"data": ""}}}], "usage": {}},
        {"obfuscation": "tick", "usage": None},
        {"error": None, "code": 0, "message": ""},
        [1, 2],
        "text",
        3,
    ],
)
def test_what_says_nothing_is_ignored_and_counted(document):
    decoder, items = decoded(bodies.block(document) + STOP)
    assert items == [omni.Finished("stop")]
    assert decoder.stats.ignored_events == 1


@pytest.mark.parametrize("usage_first", [True, False])
def test_usage_may_come_before_or_after_the_finish(usage_first):
    usage = bodies.block(bodies.dashscope(usage=bodies.USAGE))
    decoder, items = decoded((usage + STOP) if usage_first else (STOP + usage))
    assert [type(item) for item in items] == [omni.Usage, omni.Finished]
    assert decoder.usage == omni.Usage(20, 33, 53, {k: v for k, v in bodies.USAGE.items() if "details" in k})


def test_a_service_that_gives_no_reason_has_none():
    decoder, items = decoded(bodies.body(OPENAI))
    assert items[-1] == omni.Finished(None)
    assert decoder.finish_reason is None


def test_the_end_of_openais_audio_marks_completion_without_done():
    _, items = decoded(bodies.body(OPENAI, done=False))
    assert items[-1] == omni.Finished(None)


def test_a_finish_reason_marks_completion_without_done():
    _, items = decoded(delta(content="x") + STOP)
    assert items[-1] == omni.Finished("stop")


def test_nothing_behind_done_is_looked_at():
    decoder = omni.StreamDecoder()
    items = decoder.feed(delta(content="x") + b"data: [DONE]\n\n" + delta(content="y") + b"data: {broken\n\n")
    assert items == [omni.TextDelta("x"), omni.Finished(None)]
    assert decoder.done
    assert decoder.feed(b"data: {broken\n\n") == []
    assert decoder.close() == []


@pytest.mark.parametrize("mark", ["[DONE] ", " [DONE]", "[done]", "[DONE]x", "[DONE", '"[DONE]"'])
def test_only_the_exact_mark_is_the_end(mark):
    decoder = omni.StreamDecoder(strict=False)
    assert decoder.feed(f"data: {mark}\n\n".encode()) == []
    assert not decoder.done


@pytest.mark.parametrize("done", [True, False])
def test_a_stream_without_blank_lines_is_read_at_its_end(done):
    lines = bodies.body(DASHSCOPE, done=done).replace(b"\n\n", b"\n")
    decoder, items = decoded(lines)
    assert items[-1] == omni.Finished("stop")
    assert pcm_of(items) == SPEECH
    assert decoder.partial.text == "你好, world"


def test_a_stream_without_blank_lines_that_is_cut_keeps_its_whole_documents():
    lines = bodies.body(DASHSCOPE, done=False).replace(b"\n\n", b"\n")
    error = failed(lines[: len(lines) // 2])
    assert isinstance(error, omni.StreamTruncated)
    assert error.partial.text == "你好, world"
    assert error.partial.audio_seconds > 0


@pytest.mark.parametrize("cut", [2, 1])
def test_a_last_event_without_its_blank_line_is_taken(cut):
    content = bodies.body(DASHSCOPE)[:-cut]
    decoder, items = decoded(content)
    assert decoder.done
    assert items[-1] == omni.Finished("stop")


def test_every_cut_of_a_reply_is_truncated_or_complete_and_loses_nothing_whole():
    content = delta(content="one") + delta(audio={"data": "AAAAAAAA"}) + STOP
    whole = decoded(content)[1]
    complete_from = len(content) - 2
    for cut in range(len(content)):
        decoder = omni.StreamDecoder()
        items = decoder.feed(content[:cut])
        if cut >= complete_from:
            assert items + decoder.close() == whole
            continue
        with pytest.raises(omni.StreamTruncated) as caught:
            decoder.close()
        items += caught.value.events
        assert items == whole[: len(items)]


def test_an_empty_stream_is_truncated():
    error = failed(b"")
    assert isinstance(error, omni.StreamTruncated)
    assert error.partial == omni.Partial()


@pytest.mark.parametrize("content", [b"", b'{"error": {"message": "no voice"}}', b": beat\n\n"])
def test_a_stream_without_any_event_may_be_none(content):
    assert "may be no event stream" in str(failed(content))
    assert "may be no event stream" not in str(failed(delta(content="x")))


def test_an_error_in_the_stream_carries_what_came_before_it():
    fault = b'data: {"error":{"message":"bad words","code":"data_inspection_failed"},"request_id":"r-1"}\n\n'
    error = failed(delta(content="so ") + delta(content="far") + fault)
    assert isinstance(error, omni.InvalidRequestError)
    assert (error.code, error.message, error.request_id) == ("data_inspection_failed", "bad words", "r-1")
    assert error.status is None
    assert list(error.events) == [omni.TextDelta("so "), omni.TextDelta("far")]
    assert error.partial == omni.Partial(text="so far", events=2)


def test_a_native_error_inside_the_compatible_stream_has_its_status_from_the_comment():
    fault = (
        b'id:1\nevent:error\n:HTTP_STATUS/429\ndata:{"request_id":"r","code":"Throttling.AllocationQuota",'
        b'"message":"slow"}\n\n'
    )
    error = failed(fault)
    assert isinstance(error, omni.RateLimitError)
    assert (error.status, error.code, error.request_id) == (429, "Throttling.AllocationQuota", "r")
    assert error.retryable


def test_an_error_event_of_plain_text_says_it():
    error = failed(b"event: error\ndata: out of memory\n\n")
    assert isinstance(error, omni.ApiError)
    assert error.message == "out of memory"


def test_an_unfinished_error_event_is_an_error_all_the_same():
    assert failed(b'event: error\ndata: {"message": "boom"}').message == "boom"


def test_the_headers_request_id_is_used_where_the_error_names_none():
    error = failed(b'data: {"error": "no"}\n\n', request_id="from-the-header")
    assert (error.request_id, error.message) == ("from-the-header", "no")


def test_errors_are_found_among_documents_without_blank_lines():
    content = delta(content="x").replace(b"\n\n", b"\n") + b'data: {"error": {"message": "late"}}\n\n'
    error = failed(content)
    assert (error.message, list(error.events)) == ("late", [omni.TextDelta("x")])


def test_broken_json_is_an_error_with_its_place():
    first = delta(content="x")
    error = failed(first + b"data: {oops}\n\n")
    assert isinstance(error, omni.ProtocolError)
    assert (error.event_index, error.offset) == (1, len(first))
    assert error.excerpt == b"{oops}"
    assert list(error.events) == [omni.TextDelta("x")]


def test_broken_base64_is_an_error_with_its_place():
    first = delta(audio={"data": "AAAA"})
    error = failed(first + delta(audio={"data": "A!AA"}))
    assert isinstance(error, omni.ProtocolError)
    assert (error.event_index, error.offset) == (1, len(first))
    assert "character 1" in str(error)


def test_not_strict_leaves_broken_events_out_counts_and_warns(caplog):
    content = b"data: {oops}\n\n" + delta(audio={"data": "A!AA"}) + delta(audio={"data": "AAAA"}) + STOP
    with caplog.at_level(logging.WARNING, "omni_stream"):
        decoder, items = decoded(content, strict=False)
    (frame, finished) = items
    assert bytes(frame) == b"\0\0"
    assert finished == omni.Finished("stop")
    assert decoder.stats.skipped_events == 2
    assert len(caplog.records) == 1


def test_json_nested_without_end_is_broken_json():
    assert isinstance(failed(b"data: " + b"[" * 200_000 + b"\n\n"), omni.ProtocolError)


def test_an_integer_without_end_is_broken_json():
    assert isinstance(failed(b"data: " + b"1" * 5_000 + b"\n\n"), omni.ProtocolError)


def test_invalid_utf8_is_replaced_and_counted():
    content = delta(content="a?b").replace(b"?", b"\xff") + STOP
    decoder, items = decoded(content)
    assert items[0] == omni.TextDelta("a\ufffdb")
    assert decoder.stats.replacements == 1


def test_half_a_surrogate_pair_is_replaced_and_counted():
    content = b'data: {"choices":[{"delta":{"content":"\\ud83d!"}}]}\n\n' + STOP
    decoder, items = decoded(content)
    assert items[0] == omni.TextDelta("\ufffd!")
    assert decoder.partial.text == "\ufffd!"
    assert decoder.stats.replacements == 1


def test_an_odd_byte_is_carried_and_one_at_the_end_is_counted():
    encoded = [base64.b64encode(part).decode() for part in (b"\1\2\3", b"\4\5")]
    decoder, items = decoded(b"".join(delta(audio={"data": part}) for part in encoded) + STOP)
    assert pcm_of(items) == b"\1\2\3\4"
    assert decoder.stats.rest_bytes == 1


def test_a_base64_quantum_left_open_at_the_end_is_an_error():
    error = failed(delta(audio={"data": "AAAAA"}) + STOP)
    assert isinstance(error, omni.ProtocolError)
    assert not isinstance(error, omni.StreamTruncated)
    assert pcm_of(error.events) == b""
    assert error.partial.audio_seconds > 0


def test_not_strict_leaves_out_a_quantum_left_open_counts_and_warns(caplog):
    with caplog.at_level(logging.WARNING, "omni_stream"):
        decoder, items = decoded(delta(audio={"data": "AAAAA"}) + STOP, strict=False)
    assert pcm_of(items) == b"\0\0"
    assert items[-1] == omni.Finished("stop")
    assert decoder.stats.skipped_events == 1
    assert "at the end of the audio" in caplog.text


@pytest.mark.parametrize("feed", [True, False])
def test_a_spent_decoder_says_so(feed):
    decoder = omni.StreamDecoder()
    with pytest.raises(omni.OmniStreamError):
        decoder.feed(b"data: {oops}\n\n") if feed else decoder.close()
    with pytest.raises(omni.UsageError, match="one for each reply"):
        decoder.feed(b"")
    assert decoder.close() == []


def test_an_event_over_its_limit_comes_after_what_was_before_it():
    content = delta(content="x") + b"data: " + b"y" * 2_000
    error = failed(content, max_event_bytes=1_000)
    assert isinstance(error, omni.LimitExceeded)
    assert (error.limit, list(error.events)) == (1_000, [omni.TextDelta("x")])


def test_what_is_over_a_limit_behind_the_end_is_not_looked_at():
    content = delta(content="x") + b"data: [DONE]\n\n" + b"data: " + b"y" * 2_000
    decoder, items = decoded(content, max_event_bytes=1_000)
    assert items == [omni.TextDelta("x"), omni.Finished(None)]
    assert decoder.done


@pytest.mark.parametrize("decode_audio", [True, False])
def test_audio_over_its_limit_is_an_error(decode_audio):
    audio = delta(audio={"data": base64.b64encode(bytes(48_000)).decode()})
    error = failed(audio * 3, max_audio_seconds=2, decode_audio=decode_audio)
    assert isinstance(error, omni.LimitExceeded)
    assert error.seen == pytest.approx(3)
    assert len(error.events) == 3


def test_text_over_its_limit_is_an_error(monkeypatch):
    monkeypatch.setattr(decoder_file, "MAX_TEXT_BYTES", 5)
    error = failed(delta(content="four") + delta(content="four"))
    assert isinstance(error, omni.LimitExceeded)
    assert (error.limit, error.seen) == (5, 8)
    assert list(error.events) == [omni.TextDelta("four")] * 2


def test_the_model_is_the_services_name_for_it():
    decoder, _ = decoded(bodies.body(OPENAI))
    assert decoder.model == "gpt-audio"


def test_an_unknown_dialect_is_named():
    with pytest.raises(omni.UsageError, match=r"'openai-chat', .*, not 'morse'"):
        omni.StreamDecoder("morse")


def test_only_the_first_choice_is_read():
    two = {"choices": [{"delta": {"content": "one"}}, {"delta": {"content": "two"}}]}
    _, items = decoded(bodies.block(two) + STOP)
    assert text_of(items) == "one"


def test_json_in_any_layout_is_the_same_document():
    document = bodies.dashscope({"delta": {"audio": {"data": "AAAA"}}})
    lines = json.dumps(document, indent=1).splitlines()
    content = b"".join(f"data:{line}\r\n".encode() for line in lines) + b"\r\n"
    _, items = decoded(content + STOP)
    assert pcm_of(items) == b"\0\0\0"[:2]
