from omni_stream.emulator.wire import DONE, Chunks, event


def chunks(**options):
    return Chunks("qwen3-omni-flash", id="7f", created=17, **options)


def only(events):
    [event] = events
    return event.decode()


TAIL = (
    '"object":"chat.completion.chunk","usage":null,"created":17,"system_fingerprint":null,'
    '"model":"qwen3-omni-flash","id":"chatcmpl-7f"}\n\n'
)
DELTA_TAIL = ',"finish_reason":null,"index":0,"logprobs":null}],' + TAIL


def test_the_first_event_names_the_role():
    assert only(chunks().begin()) == (
        'data: {"choices":[{"delta":{"content":"","role":"assistant"},"index":0,'
        '"logprobs":null,"finish_reason":null}],' + TAIL
    )
    assert only(chunks(thinks=True).begin()) == (
        'data: {"choices":[{"delta":{"content":null,"role":"assistant","reasoning_content":""},"index":0,'
        '"logprobs":null,"finish_reason":null}],' + TAIL
    )


def test_text_is_in_its_own_script():
    assert only(chunks().text("我")) == 'data: {"choices":[{"delta":{"content":"我"}' + DELTA_TAIL


def test_reasoning_stands_beside_null_content_and_the_first_text_ends_it():
    thinking = chunks(thinks=True)
    assert only(thinking.reasoning("嗯")) == (
        'data: {"choices":[{"delta":{"content":null,"reasoning_content":"嗯"}' + DELTA_TAIL
    )
    assert only(thinking.text("我")) == (
        'data: {"choices":[{"delta":{"content":"我","reasoning_content":null}' + DELTA_TAIL
    )
    assert only(thinking.text("我")) == 'data: {"choices":[{"delta":{"content":"我"}' + DELTA_TAIL


def test_audio_has_an_id_and_an_expiry():
    [(content, encoded)] = chunks().audio(b"/v8A")
    assert encoded == b"/v8A"
    assert content.decode() == (
        'data: {"choices":[{"delta":{"audio":{"data":"/v8A","expires_at":17,"id":"audio_7f"}}' + DELTA_TAIL
    )


def test_a_transcript_is_of_the_audio():
    assert only(chunks(transcript=True).text("我")) == (
        'data: {"choices":[{"delta":{"audio":{"transcript":"我"}}' + DELTA_TAIL
    )


def test_the_end_is_the_reason_the_usage_without_choices_and_exactly_done():
    stop, usage, done = chunks().end("stop", {"total_tokens": 3})
    assert stop.decode() == (
        'data: {"choices":[{"finish_reason":"stop","delta":{"content":""},"index":0,"logprobs":null}],' + TAIL
    )
    assert usage.decode() == (
        'data: {"choices":[],' + TAIL.replace('"usage":null', '"usage":{"total_tokens":3}')
    )
    assert done == DONE == b"data: [DONE]\n\n"
    stop, done = chunks(thinks=True, include_usage=False).end("stop", {})
    assert '"delta":{"content":"","reasoning_content":null}' in stop.decode()
    assert done == DONE


def test_an_event_is_json_without_blanks():
    assert event({"error": {"message": "否"}}).decode() == 'data: {"error":{"message":"否"}}\n\n'
