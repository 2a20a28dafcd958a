"""Sound as the codecs write it, by FFmpeg's encoders."""

import io

import av
import numpy as np

ENCODERS = {
    "mp3": ("libmp3lame", "mp3"),
    "aac": ("aac", "adts"),
    "flac": ("flac", "flac"),
    "opus": ("libopus", "ogg"),
}
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def encoded(codec, samples, rate, *, kind="s16", **options):
    """Samples of shape (frames, channels) as a file of ``codec``; of ``kind``, they are scaled to it."""
    name, container = ENCODERS[codec]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(name, rate=rate, layout=LAYOUTS[samples.shape[1]], options=options)
        if kind != "s16":
            stream.codec_context.format = kind
        wanted = stream.codec_context.format or kind
        resampler = av.AudioResampler(wanted, stream.layout, rate, frame_size=stream.frame_size or None)
        packed = np.ascontiguousarray(samples).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format=kind, layout=stream.layout)
        frame.sample_rate, frame.pts = rate, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return file.getvalue()


def decoded(content):
    """The samples of a file as FFmpeg reads it, of shape (frames, channels), in its own kind."""
    with av.open(io.BytesIO(content)) as source:
        frames = list(source.decode(audio=0))
    channels = frames[0].layout.nb_channels
    arrays = (frame.to_ndarray() for frame in frames)
    return np.concatenate([a.T if len(a) == channels > 1 else a.reshape(-1, channels) for a in arrays])


def melody(seconds, rate, channels=1):
    """int16 of shape (frames, channels), each channel with a tone of its own."""
    time = np.arange(int(seconds * rate)) / rate
    tones = [np.sin(2 * np.pi * 220 * (1 + channel) * time) for channel in range(channels)]
    return (np.stack(tones, axis=1) * 12_000).astype(np.int16)


def page(content, *, flags=0, serial=7, position=0, continues=False):
    """A page of Ogg with one unit of up to 64 KiB."""
    lengths = [255] * (len(content) // 255) + ([] if continues else [len(content) % 255])
    head = b"OggS\0" + bytes([flags]) + position.to_bytes(8, "little") + serial.to_bytes(4, "little")
    return head + bytes(8) + bytes([len(lengths), *lengths]) + content


def opus_head(*, channels=1, pre_skip=0, version=1):
    """The header of Opus in Ogg."""
    rate = (48_000).to_bytes(4, "little")
    return b"OpusHead" + bytes([version, channels]) + pre_skip.to_bytes(2, "little") + rate + bytes(3)
