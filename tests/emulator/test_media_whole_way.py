"""Media of the package's own client, as the emulator finds them when they have come over a socket."""

import media_files
import pytest

import omni_stream as omni

FLASH = "qwen3-omni-flash"


async def told(emulator, medium, *, model=FLASH, check=True):
    """What the emulator says of the medium, and the reply."""
    messages = [{"role": "user", "content": [medium, "What is this?"]}]
    async with (
        omni.Client(base_url=emulator.base_url) as client,
        client.ask(messages, model=model, modalities=["text"], check=check) as reply,
    ):
        return "".join([piece async for piece in reply.text()]), reply


@pytest.mark.parametrize(
    ("kind", "name", "make"),
    [
        (omni.Image, "lake.png", lambda: media_files.picture("PNG", width=640, height=480)),
        (omni.Image, "lake.webp", lambda: media_files.picture("WEBP", width=1024, height=31)),
        (omni.Audio, "talk.mp3", lambda: media_files.sound("mp3", seconds=3)),
        (omni.Audio, "talk.wav", lambda: media_files.sound("wav", seconds=0.4)),
        (omni.Video, "game.mp4", lambda: media_files.video("mp4", width=320, height=240, frames=50)),
        (omni.Video, "mute.mkv", lambda: media_files.video("mkv", frames=30, has_sound=False)),
    ],
)
async def test_what_is_told_and_counted_is_what_was_inspected(emulator, tmp_path, kind, name, make):
    (tmp_path / name).write_bytes(make())
    medium = kind(tmp_path / name)
    facts = omni.inspect(medium)
    text, reply = await told(emulator, medium)
    assert f"({facts.format}, {facts.bytes} bytes, " in text
    if facts.width:
        assert f"{facts.width} by {facts.height} pixels" in text
    if facts.seconds:
        assert f"{facts.seconds:.1f} seconds" in text
    details = reply.usage.details["prompt_tokens_details"]
    media = reply.usage.input_tokens - details["text_tokens"]
    assert media == omni.tokens.of(facts, model=FLASH).total


async def test_a_list_of_pictures_comes_as_one_film(emulator):
    pictures = [media_files.picture("JPEG", width=64, height=48)] * 4
    text, _ = await told(emulator, omni.Frames(pictures))
    assert f"the video of 4 pictures (JPEG, {sum(map(len, pictures))} bytes, 64 by 48 pixels, " in text


@pytest.mark.parametrize(
    ("medium", "message"),
    [
        (lambda: omni.Image(media_files.picture("PNG", width=10, height=99)), "10 is not more than 10"),
        (lambda: omni.Frames(["https://media.test/1.jpg"] * 129), "129 is not at least 2 and at most 128"),
    ],
)
async def test_what_the_client_would_not_send_unasked_is_refused_by_the_service(emulator, medium, message):
    with pytest.raises(omni.UsageError):
        await told(emulator, medium())
    with pytest.raises(omni.InvalidRequestError, match=message) as refused:
        await told(emulator, medium(), check=False)
    assert refused.value.status == 400
