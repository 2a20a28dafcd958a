from omni_stream.emulator.wire import DONE, Chunks, error

CHUNKS = Chunks("qwen3-omni-flash", id="7f", created=17)
TAIL = (
    '"object":"chat.completion.chunk","usage":null,"created":17,"system_fingerprint":null,'
    '"model":"qwen3-omni-flash","id":"chatcmpl-7f"}\n\n'
)
DELTA_TAIL = ',"finish_reason":null,"index":0,"logprobs":null}],' + TAIL


def test_the_first_event_names_the_role():
    assert CHUNKS.first(thinks=False).decode() == (
        'data: {"choices":[{"delta":{"content":"","role":"assistant"},"index":0,'
        '"logprobs":null,"finish_reason":null}],' + TAIL
    )
    assert CHUNKS.first(thinks=True).decode() == (
        'data: {"choices":[{"delta":{"content":null,"role":"assistant","reasoning_content":""},"index":0,'
        '"logprobs":null,"finish_reason":null}],' + TAIL
    )


def test_text_is_in_its_own_script():
    assert CHUNKS.text("我").decode() == 'data: {"choices":[{"delta":{"content":"我"}' + DELTA_TAIL
    assert CHUNKS.text("我", ends_reasoning=True).decode() == (
        'data: {"choices":[{"delta":{"content":"我","reasoning_content":null}' + DELTA_TAIL
    )


def test_reasoning_stands_beside_null_content():
    assert CHUNKS.reasoning("嗯").decode() == (
        'data: {"choices":[{"delta":{"content":null,"reasoning_content":"嗯"}' + DELTA_TAIL
    )


def test_audio_has_an_id_and_an_expiry():
    assert CHUNKS.audio(b"/v8A").decode() == (
        'data: {"choices":[{"delta":{"audio":{"data":"/v8A","expires_at":17,"id":"audio_7f"}}' + DELTA_TAIL
    )


def test_a_transcript_is_of_the_audio():
    assert CHUNKS.transcript("我").decode() == (
        'data: {"choices":[{"delta":{"audio":{"transcript":"我"}}' + DELTA_TAIL
    )


def test_stop_gives_its_reason_first():
    assert CHUNKS.stop("stop", thinks=False).decode() == (
        'data: {"choices":[{"finish_reason":"stop","delta":{"content":""},"index":0,"logprobs":null}],' + TAIL
    )
    assert '"delta":{"content":"","reasoning_content":null}' in CHUNKS.stop("stop", thinks=True).decode()


def test_usage_comes_without_choices():
    assert CHUNKS.usage({"total_tokens": 3}).decode() == (
        'data: {"choices":[],' + TAIL.replace('"usage":null', '"usage":{"total_tokens":3}')
    )


def test_the_end_is_exactly_done():
    assert DONE == b"data: [DONE]\n\n"


def test_an_error_is_an_event():
    assert error({"error": {"message": "否"}}).decode() == 'data: {"error":{"message":"否"}}\n\n'
