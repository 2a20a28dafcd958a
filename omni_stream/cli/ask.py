"""``omni-stream ask``."""

# ruff: noqa: FBT002, PLR0917 -- typer makes options of parameters

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from omni_stream.cli.answering import answer
from omni_stream.cli.destination import file_of, wav_sink
from omni_stream.cli.ending import say, told_in_a_sentence
from omni_stream.cli.question import Question, prompt_text
from omni_stream.cli.screen import screen
from omni_stream.cli.service import LIMITS, Service, timeouts
from omni_stream.cli.tally import Tally

if TYPE_CHECKING:
    import omni_stream as omni


def ask(
    prompt: Annotated[
        str, typer.Argument(metavar="PROMPT", help="What to ask; - reads it from standard input.")
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="WAV file for the speech; - streams it to standard output, with the text on standard error."
            " By default answer.wav, or answer-2.wav and so on where that is taken.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
    voice: Annotated[str | None, typer.Option(metavar="NAME", help="Voice, such as Cherry or Ethan.")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Model, such as qwen3-omni-flash.")
    ] = None,
    system: Annotated[str | None, typer.Option(metavar="TEXT", help="The system message.")] = None,
    text_only: Annotated[bool, typer.Option("--text-only", help="Ask for no speech.")] = False,
    thinking: Annotated[
        bool, typer.Option("--thinking", help="Let the model think first; it does not speak then.")
    ] = False,
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print the events as JSON lines, audio as base64 of its PCM (with -o FILE its place alone).",
        ),
    ] = False,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address before /chat/completions.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="NAME", help="The provider's region, instead of a base URL.")
    ] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose key and defaults to use.")
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Save what the server sends, to play it with `emulator --replay`."),
    ] = None,
    timeout: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=SECONDS", help=f"A time limit, one of {', '.join(LIMITS)}; again for more."
        ),
    ] = None,
    retries: Annotated[
        int, typer.Option(min=0, metavar="N", help="How often to try again before the answer begins.")
    ] = 2,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log on standard error, and show tracebacks.")
    ] = False,
) -> None:
    """Ask a question; the answer's text is shown, and its speech saved, while they come.

    The key is read from the environment (DASHSCOPE_API_KEY or OPENAI_API_KEY), where other users of this
    machine cannot see it. Without one, the built-in emulator answers.
    """
    tally = Tally()
    sink: omni.WavSink | None = None
    with told_in_a_sentence(debug=debug, kept=lambda: tally.kept(file_of(sink))):
        speaks = not (text_only or thinking)
        sink = wav_sink(output, speaks=speaks, json=json, overwrite=overwrite)
        asyncio.run(
            answer(
                Question(prompt_text(prompt), system, model, voice, text_only=text_only, thinking=thinking),
                Service(base_url, region, provider, timeouts(timeout or []), retries),
                screen=screen(json=json, pcm=sink is None, text_on_stderr=output == "-", plain=debug),
                sink=sink,
                tally=tally,
                record=record,
                overwrite=overwrite,
            )
        )
        say(tally.summary(file_of(sink)))
