"""The counterpart of each sample request of the guide: what this package sends is the sample's body."""

import base64
import json
import re
import struct
import zlib

import av
import numpy as np
import pytest
from peers import Peer, chat
from request.guide_samples import HOST, NOTED, ROLE, SAMPLES, WHO

import omni_stream as omni

CONVERSATION = [
    {"role": "user", "content": [omni.Audio(f"{HOST}/welcome.mp3"), "这段音频在说什么"]},
    {"role": "assistant", "content": ["欢迎使用"]},
    {"role": "user", "content": ["介绍一下这家公司"]},
]
RECORDING_WITHOUT_FORMAT = {"type": "input_audio", "input_audio": {"data": f"{HOST}/welcome.mp3"}}
FOOTBALL = [f"football{number}.jpg" for number in (1, 2, 3, 4)]


def about(medium, question):
    return omni.Conversation().user(medium, question)


COUNTERPARTS = {
    "快速开始": lambda client, _: client.ask(WHO),
    "开启/关闭思考模式": lambda client, _: client.ask(WHO, thinking=True),
    "图片+文本输入": lambda client, _: client.ask(
        about(omni.Image(f"{HOST}/dog_and_girl.jpeg"), "图中是什么")
    ),
    "音频+文本输入": lambda client, _: client.ask(
        about(omni.Audio(f"{HOST}/cherry.wav"), "这段音频在说什么")
    ),
    "图片列表形式": lambda client, _: client.ask(
        about(omni.Frames([f"{HOST}/{name}" for name in FOOTBALL]), "描述这个视频")
    ),
    "视频文件形式": lambda client, _: client.ask(about(omni.Video(f"{HOST}/1.mp4"), "视频的内容是什么")),
    "多轮对话": lambda client, _: client.ask(CONVERSATION, modalities=["text"]),
    "解析输出的Base64 编码的音频数据": lambda client, _: client.ask(WHO, voice="Cherry"),
    "输入 Base64 编码的本地文件: 图片": lambda client, folder: client.ask(
        about(omni.Image(folder / "eagle.png"), "图中是什么")
    ),
    "输入 Base64 编码的本地文件: 音频": lambda client, folder: client.ask(
        about(omni.Audio(str(folder / "welcome.mp3")), "这段音频在说什么")
    ),
    "输入 Base64 编码的本地文件: 视频文件": lambda client, folder: client.ask(
        about(omni.Video((folder / "spring_mountain.mp4").read_bytes()), "她在唱什么")
    ),
    "输入 Base64 编码的本地文件: 图片列表": lambda client, folder: client.ask(
        about(omni.Frames([folder / name for name in FOOTBALL]), "描述这个视频")
    ),
    "常见问题: 设置角色": lambda client, _: client.ask(
        omni.Conversation(system=ROLE, system_as="turns").user(WHO), model="qwen-omni-turbo"
    ),
}

ODDITIES = {
    # Node's package sends this as it stands, so that the sample most probably does not turn thinking on.
    ("开启/关闭思考模式", "Node.js"): lambda client, _: client.ask(
        WHO, modalities=["text"], extra_body={"extra_body": {"enable_thinking": True}}
    ),
    # Here alone, the format of a recording is left out.
    ("多轮对话", "curl"): lambda client, _: client.ask(
        [{"role": "user", "content": [RECORDING_WITHOUT_FORMAT, "这段音频在说什么"]}, *CONVERSATION[1:]],
        modalities=["text"],
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files that the samples send, small."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "eagle.png").write_bytes(png(64, 48))
    for number, name in enumerate(FOOTBALL):
        film(folder / name, "mjpeg", format="image2", pixels="yuvj420p", first=number, count=1)
    film(folder / "spring_mountain.mp4", "mpeg4", format="mp4", pixels="yuv420p", count=50)
    sound(folder / "welcome.mp3")
    return folder


def png(width, height):
    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes(width)) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def film(path, codec, *, format, pixels, first=0, count):
    with av.open(str(path), "w", format=format) as file:
        stream = file.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        for number in range(first, first + count):
            picture = np.full((48, 64, 3), number, np.uint8)
            file.mux(
                stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixels))
            )
        file.mux(stream.encode())


def sound(path):
    with av.open(str(path), "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=24_000, layout="mono")
        noise = np.random.default_rng(1).integers(-9999, 9999, (1, 24_000), np.int16)
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.sample_rate = 24_000
        file.mux(stream.encode(frame))
        file.mux(stream.encode())


def encoded(folder, text):
    """``text`` with the base64 of a file for each name in braces."""
    return re.sub(
        r"\{([\w.]+)\}", lambda found: base64.b64encode((folder / found[1]).read_bytes()).decode(), text
    )


@pytest.mark.parametrize(("section", "language"), SAMPLES)
async def test_the_counterpart_of_a_sample_sends_its_body(section, language, folder, monkeypatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-of-the-test")
    call = ODDITIES.get((section, language), COUNTERPARTS[section])
    async with Peer(chat.answer) as peer, omni.Client(base_url=peer.base_url) as client:
        async with call(client, folder) as reply:
            await reply.audio().into(omni.NullSink())
        (request,) = peer.requests
    sample = json.loads(encoded(folder, json.dumps(SAMPLES[section, language])))
    assert json.loads(request.body) == sample


def test_each_sample_has_a_counterpart():
    assert {section for section, _ in SAMPLES} == set(COUNTERPARTS)
    assert set(ODDITIES) < set(SAMPLES)
    assert NOTED in str(omni.Conversation(system=ROLE, system_as="turns").messages)
