import base64
import io
import json
from dataclasses import dataclass

import aiohttp
import pytest
from multidict import CIMultiDictProxy

from omni_stream.emulator import Emulator


@dataclass(frozen=True)
class Reply:
    status: int
    headers: CIMultiDictProxy
    body: bytes

    @property
    def blocks(self):
        """The data of each event, as text."""
        assert self.body.endswith(b"\n\n")
        return [block.removeprefix("data: ") for block in self.body.decode().split("\n\n")[:-1]]

    @property
    def chunks(self):
        """The JSON of each event but the last, which is [DONE]."""
        *chunks, done = self.blocks
        assert done == "[DONE]"
        return [json.loads(chunk) for chunk in chunks]

    @property
    def deltas(self):
        return [chunk["choices"][0]["delta"] for chunk in self.chunks if chunk["choices"]]

    @property
    def text(self):
        return "".join(delta.get("content") or "" for delta in self.deltas)

    @property
    def encoded(self):
        return [delta["audio"]["data"] for delta in self.deltas if "data" in delta.get("audio", {})]

    @property
    def pcm(self):
        return base64.b64decode("".join(self.encoded), validate=True)

    @property
    def usage(self):
        return self.chunks[-1]["usage"]

    @property
    def finish_reason(self):
        return next(
            reason
            for chunk in self.chunks
            for choice in chunk["choices"]
            if (reason := choice["finish_reason"])
        )

    @property
    def error(self):
        return json.loads(self.body.removeprefix(b"data: "))["error"]


def chat(prompt, **changes):
    """A request's body that asks for speech; a change to None leaves a key out."""
    body = {
        "model": "qwen3-omni-flash",
        "messages": [{"role": "user", "content": prompt}],
        "modalities": ["text", "audio"],
        "audio": {"voice": "Cherry", "format": "wav"},
        "stream": True,
        "stream_options": {"include_usage": True},
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


@pytest.fixture(name="chat")
def _chat():
    return chat


@pytest.fixture
async def emulator():
    """An emulator that sends as fast as it can."""
    async with Emulator(first_audio_seconds=0, real_time_factor=0) as running:
        yield running


@pytest.fixture
async def post():
    """Posts a chat request (JSON, or bytes as they are) to an emulator, and reads the whole reply."""
    async with aiohttp.ClientSession() as session:

        async def _post(emulator, body, *, headers=None):
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            url = f"{emulator.base_url}/chat/completions"
            async with session.post(url, data=io.BytesIO(sent), headers=headers) as response:
                return Reply(response.status, response.headers, await response.read())

        yield _post
