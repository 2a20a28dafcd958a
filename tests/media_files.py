"""Real pictures, recordings and videos of a given size and length, small and made at once."""

import io
from fractions import Fraction

import av
import numpy as np
from PIL import Image

SOUND = {  # name: container, codec, rate
    "mp3": ("mp3", "libmp3lame", 16_000),
    "aac": ("adts", "aac", 16_000),
    "m4a": ("ipod", "aac", 16_000),
    "wav": ("wav", "pcm_s16le", 16_000),
    "flac": ("flac", "flac", 16_000),
    "ogg": ("ogg", "libopus", 48_000),
    "amr": ("amr", "libopencore_amrnb", 8_000),
    "3gp": ("3gp", "aac", 16_000),
    "aiff": ("aiff", "pcm_s16be", 16_000),
    "mka": ("matroska", "libopus", 48_000),
}
HASTE = {"libx264": {"preset": "ultrafast"}, "libvpx": {"deadline": "realtime", "cpu-used": "8"}}
VIDEO = {  # name: container, codec of the pictures, of the sound
    "mp4": ("mp4", "libx264", "aac"),
    "mov": ("mov", "libx264", "aac"),
    "mkv": ("matroska", "libx264", "aac"),
    "webm": ("webm", "libvpx", "libopus"),
    "avi": ("avi", "mpeg4", "libmp3lame"),
    "flv": ("flv", "flv1", "libmp3lame"),
    "3gp": ("3gp", "mpeg4", "aac"),
}


def sound(name, *, seconds):
    """The bytes of a recording of a tone."""
    container, codec, rate = SOUND[name]
    written = io.BytesIO()
    with av.open(written, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout="mono")
        _add_sound(output, stream, rate, seconds)
    return written.getvalue()


def video(name, *, width=64, height=48, frames, fps=Fraction(25), has_sound=True):
    """The bytes of a video whose pictures get lighter, with a tone as long as they are if it has sound."""
    container, picture_codec, sound_codec = VIDEO[name]
    rate = 48_000 if name == "webm" else 44_100
    written = io.BytesIO()
    with av.open(written, "w", format=container) as output:
        pictures = output.add_stream(picture_codec, rate=fps, width=width, height=height, pix_fmt="yuv420p")
        pictures.codec_context.max_b_frames = 0
        pictures.options = HASTE.get(picture_codec, {})
        tone = output.add_stream(sound_codec, rate=rate, layout="mono") if has_sound else None
        for number in range(frames):
            shade = np.full((height, width, 3), number % 256, np.uint8)
            picture = av.VideoFrame.from_ndarray(shade, format="rgb24").reformat(format="yuv420p")
            picture.pts, picture.time_base = number, 1 / Fraction(fps)
            output.mux(pictures.encode(picture))
        output.mux(pictures.encode(None))
        if tone is not None:
            _add_sound(output, tone, rate, float(frames / fps))
    return written.getvalue()


def picture(name, *, width, height, **options):
    """The bytes of a picture of one colour."""
    written = io.BytesIO()
    Image.new("RGB" if name != "GIF" else "P", (width, height), 7).save(written, name, **options)
    return written.getvalue()


def _add_sound(output, stream, rate, seconds):
    count = round(rate * seconds)
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(count) / rate)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts = rate, 0
    context = stream.codec_context
    resampler = av.AudioResampler(context.format, "mono", rate, context.frame_size or 0)
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        output.mux(stream.encode(part))
    output.mux(stream.encode(None))
