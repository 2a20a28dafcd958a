"""Programs as the service's users write them: the openai SDK, and of the emulator nothing but its base URL.

Each has the shape of a way to ask that the service's guide shows.
"""

import base64
import io
import re
import socket
import subprocess
import sys
import wave
from pathlib import Path

import media_files
import numpy as np
import pytest
import soundfile
from openai import OpenAI

RATE = 24_000
PROGRAM = (
    "from omni_stream.emulator import Emulator, run;"
    "run(Emulator(first_audio_seconds=0, real_time_factor=0), until_stdin_closes=True)"
)
SPOKEN = {"modalities": ["text", "audio"], "audio": {"voice": "Cherry", "format": "wav"}}
WRITTEN = {"modalities": ["text"]}


@pytest.fixture(scope="module")
def client():
    emulator = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with emulator, OpenAI(api_key="any", base_url=emulator.stdout.readline().strip()) as client:
        yield client
        emulator.stdin.close()
        assert emulator.wait(30) == 0


def ask(client, messages, *, model="qwen3-omni-flash", **options):
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    return client.chat.completions.create(
        model=model, messages=messages, stream=True, stream_options={"include_usage": True}, **options
    )


def audio_of(delta):
    """Base64 of the audio in ``delta``: openai 3 has a type for it, and older ones a dict."""
    audio = getattr(delta, "audio", None)
    return audio.get("data") if isinstance(audio, dict) else getattr(audio, "data", None)


def heard(chunks):
    """Text, audio deltas and usage, read by the attributes that programs read."""
    text, audio, usage = "", [], None
    for chunk in chunks:
        if not chunk.choices:
            usage = chunk.usage
            continue
        delta = chunk.choices[0].delta
        text += delta.content or ""
        if encoded := audio_of(delta):
            audio.append(encoded)
    return text, audio, usage


def wav(pcm):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(pcm)
    return file.getvalue()


def with_question(part, question):
    return [{"role": "user", "content": [part, {"type": "text", "text": question}]}]


def test_all_audio_is_joined_and_decoded_once(client):
    text, audio, usage = heard(ask(client, "介绍一下你自己", **SPOKEN))
    pcm = base64.b64decode("".join(audio))
    assert "介绍一下你自己" in text
    assert len(pcm) == sum(len(base64.b64decode(delta)) for delta in audio)
    assert len(pcm) > 8 * 2 * RATE
    assert usage.completion_tokens_details.audio_tokens == -(-len(pcm) // 2 * 25 // (RATE * 2))
    with wave.open(io.BytesIO(wav(pcm))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        assert file.getnframes() == len(pcm) // 2


def test_each_delta_is_played_when_it_comes(client):
    device, played = io.BytesIO(), 0
    for chunk in ask(client, "介绍一下你自己", **SPOKEN):
        if chunk.choices and (encoded := audio_of(chunk.choices[0].delta)):
            samples = np.frombuffer(base64.b64decode(encoded), np.int16)
            device.write(samples.tobytes())
            played += 1
    _, audio, _ = heard(ask(client, "介绍一下你自己", **SPOKEN))
    assert played == len(audio)
    assert device.getvalue() == base64.b64decode("".join(audio))


def test_each_delta_is_played_through_pyaudio(client, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).with_name("stand_in"))
    import pyaudio  # noqa: PLC0415 -- what stands in for it is to be found only here

    device = pyaudio.PyAudio()
    stream = device.open(format=pyaudio.paInt16, channels=1, rate=RATE, output=True)
    for chunk in ask(client, "介绍一下你自己", **SPOKEN):
        if chunk.choices and (encoded := audio_of(chunk.choices[0].delta)):
            stream.write(np.frombuffer(base64.b64decode(encoded), np.int16).tobytes())
    stream.stop_stream()
    stream.close()
    device.terminate()
    [(options, played)] = pyaudio.played
    assert options == {"format": pyaudio.paInt16, "channels": 1, "rate": RATE, "output": True}
    _, audio, _ = heard(ask(client, "介绍一下你自己", **SPOKEN))
    assert bytes(played) == base64.b64decode("".join(audio))


def test_all_audio_is_written_with_soundfile(client, tmp_path):
    _, audio, _ = heard(ask(client, "请说:一二三", **SPOKEN))
    samples = np.frombuffer(base64.b64decode("".join(audio)), np.int16)
    soundfile.write(tmp_path / "answer.wav", samples, samplerate=RATE)
    kept, rate = soundfile.read(tmp_path / "answer.wav", dtype="int16")
    assert rate == RATE
    assert np.array_equal(kept, samples)


MEDIA = {
    "a picture": ({"type": "image_url", "image_url": {"url": "https://media.test/a/lake.jpeg"}}, "lake.jpeg"),
    "a recording": (
        {"type": "input_audio", "input_audio": {"data": "https://media.test/talk.wav", "format": "wav"}},
        "talk.wav",
    ),
    "a film": ({"type": "video_url", "video_url": {"url": "https://media.test/game.mp4"}}, "game.mp4"),
    "a film of pictures": (
        {"type": "video", "video": [f"https://media.test/game{n}.jpg" for n in range(4)]},
        "game2.jpg",
    ),
}


@pytest.mark.parametrize("medium", MEDIA)
def test_a_medium_is_named_in_the_answer_and_counted(client, medium):
    part, name = MEDIA[medium]
    text, audio, usage = heard(ask(client, with_question(part, "这是什么"), **SPOKEN))
    assert name in text
    assert len(base64.b64decode("".join(audio))) > 8 * 2 * RATE
    assert usage.prompt_tokens > 200 or "recording" in medium
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def in_base64(path):
    return base64.b64encode(path.read_bytes()).decode("utf-8")


def local_picture(folder):
    (folder / "lake.png").write_bytes(media_files.picture("PNG", width=640, height=480))
    return {
        "type": "image_url",
        "image_url": {"url": f"data:image/png;base64,{in_base64(folder / 'lake.png')}"},
    }


def local_recording(folder):
    (folder / "talk.mp3").write_bytes(media_files.sound("mp3", seconds=3))
    return {
        "type": "input_audio",
        "input_audio": {"data": f"data:;base64,{in_base64(folder / 'talk.mp3')}", "format": "mp3"},
    }


def local_film(folder):
    (folder / "game.mp4").write_bytes(media_files.video("mp4", width=320, height=240, frames=50))
    return {"type": "video_url", "video_url": {"url": f"data:;base64,{in_base64(folder / 'game.mp4')}"}}


def local_pictures(folder):
    paths = [folder / f"game{number}.jpg" for number in range(4)]
    for path in paths:
        path.write_bytes(media_files.picture("JPEG", width=320, height=240))
    return {"type": "video", "video": [f"data:image/jpeg;base64,{in_base64(path)}" for path in paths]}


LOCAL = {
    local_picture: ["the picture (PNG, ", ", 640 by 480 pixels, 300 tokens)"],
    local_recording: ["the recording (MP3, ", " seconds, 39 tokens)"],
    local_film: ["the video (MP4, ", ", 320 by 240 pixels, 2.0 seconds, ", " tokens, 25 more for its sound)"],
    local_pictures: ["the video of 4 pictures (JPEG, ", ", 320 by 240 pixels, "],
}


@pytest.mark.parametrize("local", LOCAL)
def test_a_local_file_is_sent_as_base64_and_looked_at(client, local, tmp_path):
    text, audio, usage = heard(ask(client, with_question(local(tmp_path), "What is this?"), **SPOKEN))
    for fact in LOCAL[local]:
        assert fact in text
    told = [int(size) for size in re.findall(r"(\d+) bytes", text)]
    assert told == [sum(path.stat().st_size for path in tmp_path.iterdir())]
    assert len(base64.b64decode("".join(audio))) > 8 * 2 * RATE
    media = usage.prompt_tokens - usage.prompt_tokens_details.text_tokens
    assert media == sum(map(int, re.findall(r"(\d+) (?:tokens|more)", text)))


def test_several_pictures_are_named_in_one_answer(client):
    pictures = [
        {"type": "image_url", "image_url": {"url": f"https://media.test/{n}.png"}} for n in ("one", "two")
    ]
    messages = [{"role": "user", "content": [*pictures, {"type": "text", "text": "Which is better?"}]}]
    text, _, usage = heard(ask(client, messages, **SPOKEN))
    assert "one.png" in text
    assert "two.png" in text
    assert usage.prompt_tokens_details.image_tokens == 2 * 256


def test_the_last_turn_of_a_conversation_is_answered(client):
    recording = {"type": "input_audio", "input_audio": {"data": "https://media.test/hi.mp3", "format": "mp3"}}
    messages = [
        *with_question(recording, "里面说了什么"),
        {"role": "assistant", "content": [{"type": "text", "text": "有人在问好"}]},
        {"role": "user", "content": [{"type": "text", "text": "他是谁"}]},
    ]
    text, audio, usage = heard(ask(client, messages, **WRITTEN))
    assert "他是谁" in text
    assert "hi.mp3" not in text
    assert audio == []
    assert usage.prompt_tokens_details.audio_tokens == 125


def test_thinking_comes_before_the_answer(client):
    kinds, usage = "", None
    for chunk in ask(client, "你是谁", extra_body={"enable_thinking": True}, **WRITTEN):
        if not chunk.choices:
            usage = chunk.usage
        elif getattr(chunk.choices[0].delta, "reasoning_content", None):
            kinds += "r"
        elif chunk.choices[0].delta.content:
            kinds += "c"
    assert re.fullmatch("r+c+", kinds)
    assert usage.completion_tokens_details.reasoning_tokens > 0


def test_a_system_message_gives_a_role(client):
    messages = [
        {"role": "system", "content": "You are a pirate"},
        {"role": "user", "content": "Who are you?"},
    ]
    text, _, _ = heard(ask(client, messages, **SPOKEN))
    assert "You are a pirate" in text


@pytest.mark.parametrize("role", ["system", "user"])
def test_a_turbo_that_speaks_takes_a_role_from_turns_only(client, role):
    turns = [{"role": "assistant", "content": "好的"}] if role == "user" else []
    messages = [{"role": role, "content": "你是海盗"}, *turns, {"role": "user", "content": "你是谁"}]
    text, audio, _ = heard(ask(client, messages, model="qwen-omni-turbo", **SPOKEN))
    assert "海盗" not in text
    assert audio
    written, _, _ = heard(ask(client, messages, model="qwen-omni-turbo", **WRITTEN))
    assert ("海盗" in written) == (role == "system")


@pytest.mark.parametrize("medium", ["image_url", "video_url"])
def test_media_are_never_fetched(client, medium):
    with socket.create_server(("127.0.0.1", 0)) as host:
        host.setblocking(False)
        url = f"http://127.0.0.1:{host.getsockname()[1]}/mine.png"
        text, _, _ = heard(
            ask(client, with_question({"type": medium, medium: {"url": url}}, "这是什么"), **WRITTEN)
        )
        assert "mine.png" in text
        with pytest.raises(BlockingIOError):
            host.accept()
