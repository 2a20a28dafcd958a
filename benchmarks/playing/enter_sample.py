"""A question, and its answer played, as the service's own samples do it, with openai and PyAudio.

``python enter_sample.py BASE_URL PROMPT``.  Each piece of audio is decoded when it comes, and written to
the device in the same loop.
"""

import base64
import sys
import time

import pyaudio
from openai import OpenAI


def main(base_url: str, prompt: str) -> None:
    """Ask, and play."""
    client = OpenAI(api_key="any", base_url=base_url)
    device = pyaudio.PyAudio()
    stream = device.open(format=pyaudio.paInt16, channels=1, rate=24_000, output=True)
    completion = client.chat.completions.create(
        model="qwen3-omni-flash",
        messages=[{"role": "user", "content": prompt}],
        modalities=["text", "audio"],
        audio={"voice": "Cherry", "format": "wav"},
        stream=True,
        stream_options={"include_usage": True},
    )
    for chunk in completion:
        if not chunk.choices:
            continue
        audio = getattr(chunk.choices[0].delta, "audio", None)
        if audio and audio.data:
            stream.write(base64.b64decode(audio.data))
        elif chunk.choices[0].delta.content:
            print(chunk.choices[0].delta.content, end="", flush=True)
    time.sleep(0.8)
    stream.stop_stream()
    stream.close()
    device.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
