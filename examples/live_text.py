"""Read the answer while it comes: its text on the terminal, its speech counted.

Run it as: python live_text.py PROMPT
"""

import asyncio
import sys

import omni_stream as omni


async def main(prompt: str) -> None:
    """Show each event of the answer to `prompt` as it comes."""
    speech_seconds = 0.0
    spoken = omni.SpokenText()  # some services tell the words twice, as text and as transcript
    async with omni.Client() as client, client.ask(prompt) as reply:
        async for item in reply.decoded():
            print(*spoken([item]), sep="", end="", flush=True)
            match item:
                case omni.AudioFrame():
                    speech_seconds += item.seconds
                case omni.Usage(total_tokens=tokens):
                    print(f"\n{tokens} tokens, {speech_seconds:.1f} s of speech")
                case omni.Finished(reason=reason):
                    print(f"complete: {reason}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
