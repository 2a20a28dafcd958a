"""The decoder without the client: any HTTP library will do, here the standard library's.

Run it as: python decoder_with_urllib.py PROMPT FILE

DASHSCOPE_BASE_URL and DASHSCOPE_API_KEY say whom to ask.  `StreamDecoder` does no
I/O: it takes the body's bytes as they are read, cut anywhere.
"""

import json
import os
import sys
import urllib.request
import wave

import omni_stream as omni


def request_for(prompt: str) -> urllib.request.Request:
    """The request that asks for a spoken answer to `prompt`."""
    body = {
        "model": "qwen3-omni-flash",
        "messages": [{"role": "user", "content": prompt}],
        "modalities": ["text", "audio"],
        "audio": {"voice": "Cherry", "format": "wav"},
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {os.environ.get('DASHSCOPE_API_KEY', 'none')}",
    }
    url = f"{os.environ['DASHSCOPE_BASE_URL']}/chat/completions"
    return urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 -- the caller's own URL


def main(prompt: str, path: str) -> None:
    """Write the answer's text to the terminal, and its speech to the file at `path`."""
    decoder, spoken = omni.StreamDecoder(), omni.SpokenText()
    with (
        urllib.request.urlopen(request_for(prompt)) as response,  # noqa: S310 -- likewise
        wave.open(path, "wb") as file,
    ):
        file.setparams((1, 2, 24_000, 0, "NONE", "not compressed"))
        while not decoder.done:
            content = response.read1()
            items = decoder.feed(content) if content else decoder.close()
            print(*spoken(items), sep="", end="", flush=True)
            for item in items:
                if isinstance(item, omni.AudioFrame):
                    file.writeframes(item)
    print(f"\n{decoder.usage}")


if __name__ == "__main__":
    main(*sys.argv[1:])
