"""``omni-stream ask``."""

# ruff: noqa: FBT002, PLR0917 -- typer makes options of parameters

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

import omni_stream as omni
from omni_stream.cli import options  # noqa: TC001 -- typer reads the annotations
from omni_stream.cli.answering import answer
from omni_stream.cli.attached import attached
from omni_stream.cli.conversation_file import conversation_in, is_answered, keep
from omni_stream.cli.destination import check_plays, file_of, speech_sink
from omni_stream.cli.ending import say, told_in_a_sentence
from omni_stream.cli.question import Question, prompt_text
from omni_stream.cli.screen import screen
from omni_stream.cli.service import Service, timeouts
from omni_stream.cli.tally import Tally

if TYPE_CHECKING:
    from omni_stream.cli.destination import SpeechSink


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
            help="File for the speech: WAV, or FLAC or Opus by its ending (.flac, .opus, .ogg); - streams WAV"
            " to standard output, with the text on standard error. By default answer.wav, or answer-2.wav and"
            " so on where that is taken.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
    play: options.Play = False,
    voice: options.Voice = None,
    model: options.Model = None,
    system: options.System = None,
    text_only: options.TextOnly = False,
    image: options.Images = None,
    audio: options.Sounds = None,
    video: options.Videos = None,
    frames: options.Frames = None,
    no_check: options.NoCheck = False,
    thinking: options.Thinking = False,
    conversation: options.ConversationFile = None,
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print the events as JSON lines, audio as base64 of its PCM (with -o FILE its place alone).",
        ),
    ] = False,
    base_url: options.BaseUrl = None,
    region: options.Region = None,
    provider: options.Provider = None,
    record: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Save what the server sends, to play it with `emulator --replay`."),
    ] = None,
    timeout: options.Timeout = None,
    retries: options.Retries = 2,
    debug: options.Debug = False,
) -> None:
    """Ask a question; the answer's text is shown, and its speech saved, while they come.

    Media are looked at first, and sent as they are read; most models take one kind in a question.

    The key is read from the environment (DASHSCOPE_API_KEY or OPENAI_API_KEY), where other users of this
    machine cannot see it. Without one, the built-in emulator answers.
    """
    tally = Tally()
    sink: SpeechSink | None = None
    with told_in_a_sentence(debug=debug, kept=lambda: tally.kept(file_of(sink))):
        media = attached(image=image, audio=audio, video=video, frames=frames)
        asked = conversation_in(conversation, system=system).user(*media, prompt_text(prompt))
        question = Question(asked, model, voice, text_only=text_only, thinking=thinking, check=not no_check)
        check_plays(play, speaks=question.speaks)
        sink = speech_sink(output, speaks=question.speaks, json=json, overwrite=overwrite)
        unheard = asyncio.run(
            answer(
                question,
                Service(base_url, region, provider, timeouts(timeout or []), retries).client(),
                screen=screen(json=json, pcm=sink is None, text_on_stderr=output == "-", plain=debug),
                sink=sink,
                tally=tally,
                record=record,
                overwrite=overwrite,
                speaker=omni.Speaker() if play else None,
            )
        )
        if conversation is not None and is_answered(asked):
            keep(asked, conversation)
        if unheard is not None:
            raise unheard
        say(tally.summary(file_of(sink)))
