"""Each limit that Alibaba Cloud's Qwen-Omni guide states, in its own numbers, within and beyond.

The names in capitals are the guide's sections.  A MB is 10^6 bytes; "not exceed"
(不超过, 不能超过), "limited to" (限制为) and "at most" (最多, 最长) let the number itself
through, "greater than" (大于) and "must be less than" (必须小于) do not.
"""

import pytest

from omni_stream.catalog import find_provider
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, MediaFacts, Video
from omni_stream.request import Conversation, chat_request

DASHSCOPE = find_provider("dashscope")
MB = 1_000_000
FLASH = (
    "qwen3-omni-flash",
    "qwen3-omni-flash-2025-12-01",
    "qwen3-omni-flash-2025-09-15",
    "qwen3-omni-flash-0915",
)
TURBO = (
    "qwen-omni-turbo",
    "qwen-omni-turbo-latest",
    "qwen-omni-turbo-2025-03-26",
    "qwen-omni-turbo-0326",
    "qwen-omni-turbo-2025-01-19",
    "qwen-omni-turbo-0119",
)
OPEN = ("qwen2.5-omni-7b",)
URL = "https://media.test/medium"
PICTURE = {"type": "image_url", "image_url": {"url": URL}}


def ask(*contents, model, facts=None, **options):
    """Check a request of user messages with those contents."""
    messages = [{"role": "user", "content": content} for content in contents]
    request = chat_request(messages, provider=DASHSCOPE, model=model, **options)
    request.check(dict.fromkeys(request.body.media, facts) if facts else {})
    return request


def takes(voice, model):
    try:
        ask("Hi", model=model, voice=voice)
    except UsageError:
        return False
    return True


def refused(rule, *contents, **options):
    with pytest.raises(UsageError, match=rule):
        ask(*contents, **options)


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
def test_image_size(model):
    """图片+文本输入: a single image file does not exceed 10 MB."""
    ask([Image(b"A")], model=model, facts=MediaFacts(kind="image", bytes=10 * MB))
    over = MediaFacts(kind="image", bytes=10 * MB + 1)
    refused(
        "size of image .* at most 10,000,000 bytes, .* is 10,000,001", [Image(b"A")], model=model, facts=over
    )


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
@pytest.mark.parametrize(("width", "height"), [(11, 10), (10, 11), (10, 10)])
def test_image_sides(model, width, height):
    """图片+文本输入: width and height are both greater than 10 pixels."""
    ask([Image(b"A")], model=model, facts=MediaFacts(kind="image", width=11, height=11))
    small = MediaFacts(kind="image", width=width, height=height)
    refused(
        "(width|height) of image .* more than 10 pixels, .* is 10", [Image(b"A")], model=model, facts=small
    )


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
def test_image_ratio(model):
    """图片+文本输入: the ratio does not exceed 200:1 or 1:200."""
    for width, height in ((2200, 11), (11, 2200)):
        ask([Image(b"A")], model=model, facts=MediaFacts(kind="image", width=width, height=height))
    for width, height in ((2201, 11), (11, 2201)):
        narrow = MediaFacts(kind="image", width=width, height=height)
        refused("side ratio of image .* at most 200 to 1", [Image(b"A")], model=model, facts=narrow)


@pytest.mark.parametrize(
    ("model", "units", "options"),
    [
        *((model, 49_152, {}) for model in FLASH),
        *((model, 16_384, {"thinking": True}) for model in FLASH),
        *((model, 30_720, {}) for model in TURBO),
    ],
)
def test_tokens_of_all_images(model, units, options):
    """图片+文本输入: all images together must be less than the model's maximum input."""
    side = 28 if model in TURBO else 32
    large, strip, rest = Image(b"A"), Image(b"A"), Image(b"A")
    facts = {
        large: MediaFacts(
            kind="image", width=40 * side, height=32 * side
        ),  # 1280 tokens, the most of an image
        strip: MediaFacts(kind="image", width=200 * side, height=side),  # 200, the most in one row
    }
    larges = units // 1280 - 1
    strips = (units - 1280 * larges - 5) // 200
    within = units - 1280 * larges - 200 * strips - 1

    def check(tokens):
        facts[rest] = MediaFacts(kind="image", width=tokens * side, height=side)
        content = [large] * larges + [strip] * strips + [rest]
        messages = [{"role": "user", "content": content}]
        chat_request(messages, provider=DASHSCOPE, model=model, **options).check(facts)

    check(within)
    with pytest.raises(
        UsageError, match=rf"all images together are less than {units:,} tokens .* {units:,};"
    ):
        check(within + 1)


@pytest.mark.parametrize(
    ("models", "most", "seconds"), [(FLASH, 100 * MB, 20 * 60), (TURBO, 10 * MB, 3 * 60)]
)
def test_audio(models, most, seconds):
    """音频+文本输入: one file; Flash 100 MB and 20 minutes, Turbo 10 MB and 3 minutes."""
    for model in models:
        edge = MediaFacts(kind="audio", bytes=most, seconds=seconds)
        ask([Audio(b"A")], model=model, facts=edge)
        refused("size of audio", [Audio(b"A")], model=model, facts=MediaFacts(kind="audio", bytes=most + 1))
        longer = MediaFacts(kind="audio", seconds=seconds + 0.001)
        refused("duration of audio", [Audio(b"A")], model=model, facts=longer)


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
@pytest.mark.parametrize("make", [Audio, Video])
def test_one_file_in_a_message(model, make):
    """音频+文本输入, 视频文件形式: only one file; 多轮对话: other messages may have others."""
    ask([make(URL), "1"], [make(URL), "2"], model=model)
    refused("at most 1 .* in a message, and messages.0. has 2", [make(URL), make(URL)], model=model)


@pytest.mark.parametrize(("models", "least", "most"), [(FLASH, 2, 128), (TURBO, 4, 80)])
def test_picture_list(models, least, most):
    """图片列表形式: Flash 2 to 128 pictures, Turbo 4 to 80."""
    for model in models:
        ask([Frames([URL] * least)], [Frames([URL] * most)], model=model)
        for count in (least - 1, most + 1):
            urls = {"type": "video", "video": [URL] * count}
            refused(f"messages.0. has {count}", [Frames([URL] * count)], model=model)
            refused(f"messages.0. has {count}", [urls], model=model)


@pytest.mark.parametrize(("models", "most", "seconds"), [(FLASH, 256 * MB, 150), (TURBO, 150 * MB, 40)])
def test_video_file(models, most, seconds):
    """视频文件形式: Flash 256 MB and 150 s, Turbo 150 MB and 40 s."""
    for model in models:
        ask([Video(b"A")], model=model, facts=MediaFacts(kind="video", bytes=most, seconds=seconds))
        refused("size of video", [Video(b"A")], model=model, facts=MediaFacts(kind="video", bytes=most + 1))
        longer = MediaFacts(kind="video", seconds=seconds + 0.001)
        refused("duration of video", [Video(b"A")], model=model, facts=longer)


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
@pytest.mark.parametrize(
    "parts",
    [
        [Image(URL), Audio(URL)],
        [Image(URL), Video(URL)],
        [Audio(URL), Frames([URL] * 4)],
        [Image(URL), Frames([URL] * 4)],
        [PICTURE, {"type": "input_audio", "input_audio": {"data": URL}}],
    ],
)
def test_one_kind_in_a_message(model, parts):
    """使用方式, 多轮对话: text and one other modality in a user message; different ones may differ."""
    ask(*([part] for part in parts), model=model)
    refused("one kind of media beside text in a message", [*parts, "What?"], model=model)


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
def test_assistant_messages(model):
    """多轮对话: assistant messages hold text alone."""
    question, text = {"role": "user", "content": "Hi"}, {"type": "text", "text": "Hello"}

    def check(part):
        answer = {"role": "assistant", "content": [part]}
        chat_request([question, answer, question], provider=DASHSCOPE, model=model)

    check(text)
    with pytest.raises(UsageError, match=r"text alone .* messages\[1\] of the assistant has image"):
        check(PICTURE)


@pytest.mark.parametrize("model", TURBO)
def test_system_messages_on_turbo(model):
    """使用方式, 常见问题: Turbo takes no system message when it speaks; the guide has two ways out."""
    role = "你是一个商场的导购员"

    def check(model, *, system_as="message", **options):
        chat = Conversation(system=role, system_as=system_as).user("你是谁")
        chat_request(chat.question(), provider=DASHSCOPE, model=model, **options)

    with pytest.raises(UsageError, match=r"no system message when it speaks.* system_as=\"turns\""):
        check(model)
    check(model, modalities=["text"])
    check("qwen3-omni-flash")  # method 1
    check(model, system_as="turns")  # method 2


@pytest.mark.parametrize("model", FLASH)
def test_thinking(model):
    """开启/关闭思考模式: Flash alone thinks, in text alone, and takes no audio parameter then."""
    assert ask("Hi", model=model, thinking=True).modalities == ("text",)
    ask("Hi", model=model, thinking=False, modalities=["text", "audio"])
    spoken = {"audio": {"voice": "Cherry", "format": "wav"}}
    for options in ({"modalities": ["text", "audio"]}, {"extra_body": spoken}):
        refused("text alone when it thinks", "Hi", model=model, thinking=True, **options)
    extra = {"enable_thinking": True}
    refused("text alone when it thinks", "Hi", model=model, extra_body=extra)


@pytest.mark.parametrize("model", TURBO + OPEN)
def test_no_thinking(model):
    """开启/关闭思考模式: Turbo takes no enable_thinking."""
    ask("Hi", model=model, thinking=False)
    refused("has no thinking mode", "Hi", model=model, thinking=True)
    refused("has no thinking mode", "Hi", model=model, extra_body={"enable_thinking": True})


@pytest.mark.parametrize(("models", "tokens"), [(FLASH, 16_384), (TURBO + OPEN, 2_048)])
def test_answer_length(models, tokens):
    """支持的模型: the maximum output, with thinking and without."""
    for model in models:
        for options in ({}, {"thinking": True}) if model in FLASH else ({},):
            ask("Hi", model=model, max_tokens=tokens, **options)
            rule = f"at most {tokens:,} tokens, and max_tokens is {tokens + 1:,}"
            refused(rule, "Hi", model=model, max_tokens=tokens + 1, **options)


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
def test_modalities(model):
    """使用方式: ["text"] or ["text", "audio"]."""
    for modalities in (["text"], ["text", "audio"]):
        ask("Hi", model=model, modalities=modalities)
        ask("Hi", model=model, extra_body={"modalities": modalities})
    refused("no service answers without text", "Hi", model=model, modalities=["audio"])
    refused("answers in the modalities", "Hi", model=model, extra_body={"modalities": ["audio"]})


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
def test_audio_format(model):
    """使用方式: audio.format is "wav" alone."""
    voice = "Ethan"
    ask("Hi", model=model, extra_body={"audio": {"voice": voice, "format": "wav"}})
    spoken = {"audio": {"voice": voice, "format": "mp3"}}
    refused("audio.format of .* is 'wav', not 'mp3'", "Hi", model=model, extra_body=spoken)


@pytest.mark.parametrize(
    ("model", "count"),
    [(FLASH[1], 49), (FLASH[2], 17), *((name, 4) for name in TURBO), (OPEN[0], 2)],
)
def test_voices(model, count):
    """音色列表: 49, 17, 4 and 2 voices; qwen3-omni-flash itself has a row of its own in test_voice."""
    every = [
        "Cherry Serena Ethan Chelsie Momo Vivian Moon Maia Kai Nofish Bella Jennifer Ryan Katerina Aiden",
        "Mia Mochi Bellona Vincent Bunny Neil Elias Arthur Nini Ebona Seren Pip Stella Bodega Sonrisa",
        "Alek Dolce Sohee Lenn Emilien Andre Jada Dylan Li Marcus Roy Peter Sunny Eric Rocky Kiki",
    ]
    names = [*" ".join(every).split(), "Eldric Sage", "Ono Anna", "Radio Gol"]
    taken = [voice for voice in names if takes(voice, model)]
    assert len(names) == 49
    assert len(taken) == count


@pytest.mark.parametrize("model", FLASH + TURBO + OPEN)
@pytest.mark.parametrize("extra", [{"stream": False}, {"stream_options": {"include_usage": False}}])
def test_streaming(model, extra):
    """快速开始, 限制: stream is true, and the usage is included, always."""
    refused("a reply", "Hi", model=model, extra_body=extra)
