"""Bodies as https://ai.google.dev/api/generate-content and its guides show them."""

import json

import pytest

from omni_stream.catalog import find_provider
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, MediaFacts, Video
from omni_stream.request import Inline
from omni_stream.request.gemini import gemini_request

GEMINI = find_provider("gemini")
PNG = bytes.fromhex("89504e470d0a1a0a")


def body_of(prompt, **arguments):
    (written,) = gemini_request(prompt, provider=GEMINI, **arguments).body.pieces
    return json.loads(written)


def parts_of(*content):
    return body_of([{"role": "user", "content": list(content)}])["contents"][0]["parts"]


def test_a_text_is_one_turn_of_the_user():
    assert body_of("Hi") == {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


def test_turns_and_the_system_have_gemini_s_names():
    body = body_of(
        [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello."},
            {"role": "user", "content": [{"type": "text", "text": "Who are you?"}]},
        ]
    )
    assert body == {
        "systemInstruction": {"parts": [{"text": "Be short."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Hi"}]},
            {"role": "model", "parts": [{"text": "Hello."}]},
            {"role": "user", "parts": [{"text": "Who are you?"}]},
        ],
    }


def test_the_options_of_sampling_and_thinking_have_gemini_s_names():
    body = body_of("Hi", temperature=0.5, top_p=0.9, seed=7, max_tokens=100, stop="END", thinking=True)
    assert body["generationConfig"] == {
        "temperature": 0.5,
        "topP": 0.9,
        "seed": 7,
        "maxOutputTokens": 100,
        "stopSequences": ["END"],
        "thinkingConfig": {"includeThoughts": True},
    }
    assert body_of("Hi", stop=["a", "b"])["generationConfig"] == {"stopSequences": ["a", "b"]}
    assert body_of("Hi", thinking=False)["generationConfig"] == {"thinkingConfig": {"thinkingBudget": 0}}


def test_extra_body_is_merged_into_what_is_there():
    body = body_of("Hi", seed=7, extra_body={"generationConfig": {"topK": 3}, "safetySettings": []})
    assert body["generationConfig"] == {"seed": 7, "topK": 3}
    assert body["safetySettings"] == []


def test_what_is_at_a_url_is_a_file_and_what_is_in_a_data_uri_is_inline():
    assert parts_of(Image("https://a.test/a.png"), "What is it?") == [
        {"fileData": {"fileUri": "https://a.test/a.png"}},
        {"text": "What is it?"},
    ]
    assert parts_of(Video("https://a.test/a", media_type="video/mp4")) == [
        {"fileData": {"mimeType": "video/mp4", "fileUri": "https://a.test/a"}}
    ]
    assert parts_of(Image("data:image/png;base64,aGk=")) == [
        {"inlineData": {"mimeType": "image/png", "data": "aGk="}}
    ]


def test_frames_are_a_part_for_each_picture():
    urls = [f"https://a.test/{number}.png" for number in range(3)]
    assert parts_of(Frames(urls)) == [{"fileData": {"fileUri": url}} for url in urls]


def test_a_local_medium_leaves_holes_for_its_type_and_its_content():
    picture = Image(PNG)
    request = gemini_request([{"role": "user", "content": [picture, "Hi"]}], provider=GEMINI)
    assert [piece for piece in request.body.pieces if isinstance(piece, Inline)] == [
        Inline(picture, "media-type"),
        Inline(picture, "bare"),
    ]
    before, hole, after = request.body.filled(
        {picture: MediaFacts(kind="image", media_type="image/png")}
    ).pieces
    assert hole == Inline(picture, "bare")
    assert json.loads(before + b"aGk=" + after)["contents"][0]["parts"][0] == {
        "inlineData": {"mimeType": "image/png", "data": "aGk="}
    }
    assert [placed.kind for placed in request.media] == ["image"]


def test_the_caller_s_word_for_the_type_counts():
    sound = Audio(b"xyz", media_type="audio/ogg")
    request = gemini_request([{"role": "user", "content": [sound]}], provider=GEMINI)
    assert b'"mimeType":"audio/ogg"' in request.body.filled({sound: MediaFacts(kind="audio")}).pieces[0]


def test_a_type_that_nobody_knows_is_asked_for():
    sound = Audio(b"xyz")
    request = gemini_request([{"role": "user", "content": [sound]}], provider=GEMINI)
    with pytest.raises(
        UsageError, match=r'the type of the audio .* is not known; say it, as in media_type="audio/'
    ):
        request.body.filled({sound: MediaFacts(kind="audio")})


def test_parts_in_the_words_of_chat_completions_are_translated():
    assert parts_of(
        {"type": "image_url", "image_url": {"url": "https://a.test/a.png"}},
        {"type": "video_url", "video_url": {"url": "https://a.test/a.mp4"}},
        {"type": "video", "video": ["https://a.test/1.png", "https://a.test/2.png"]},
        {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
        {"type": "input_audio", "input_audio": {"data": "data:;base64,aGk=", "format": "mp3"}},
        {"type": "input_audio", "input_audio": {"data": "https://a.test/a.wav", "format": "wav"}},
    ) == [
        {"fileData": {"fileUri": "https://a.test/a.png"}},
        {"fileData": {"fileUri": "https://a.test/a.mp4"}},
        {"fileData": {"fileUri": "https://a.test/1.png"}},
        {"fileData": {"fileUri": "https://a.test/2.png"}},
        {"inlineData": {"mimeType": "audio/wav", "data": "aGk="}},
        {"inlineData": {"mimeType": "audio/mp3", "data": "aGk="}},
        {"fileData": {"mimeType": "audio/wav", "fileUri": "https://a.test/a.wav"}},
    ]


@pytest.mark.parametrize(
    ("prompt", "arguments", "rule"),
    [
        ("Hi", {"voice": "Kore"}, "gemini answers questions in text, which speak"),
        ("Hi", {"modalities": ["text", "audio"]}, "gemini answers questions in text"),
        ("Hi", {"thinking": "yes"}, "thinking is True, False or None"),
        ("Hi", {"extra_body": 7}, "extra_body is a mapping"),
        ([{"role": "tool", "content": "x"}], {}, r"messages\[0\] is of the 'tool'"),
        (
            [{"role": "user", "content": [{"type": "file", "file": {}}]}],
            {},
            r"a part of messages\[0\] has no form for Gemini: its type is 'file'",
        ),
        ([{"role": "user", "content": [{"type": "image_url"}]}], {}, "has no form for Gemini"),
        ([{"role": "user", "content": [Image("data:,hi")]}], {}, "a data URI that says its media type"),
    ],
)
def test_what_gemini_does_not_take_is_refused(prompt, arguments, rule):
    with pytest.raises(UsageError, match=rule):
        gemini_request(prompt, provider=GEMINI, **arguments)


def test_the_answer_is_text_and_text_may_be_asked_for():
    assert gemini_request("Hi", provider=GEMINI, modalities=["text"]).modalities == ("text",)
