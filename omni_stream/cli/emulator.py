"""``omni-stream emulator``."""

# ruff: noqa: FBT002, PLR0917 -- typer makes options of parameters

from __future__ import annotations

from typing import Annotated

import typer

from omni_stream.cli.ending import told_in_a_sentence


def emulator(
    port: Annotated[
        int, typer.Option(metavar="N", help="Port of 127.0.0.1 to listen on; 0 takes a free one.")
    ] = 0,
    api_key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY", help="The only key to accept, made up for a test: others can see it here."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="What answers depend on beside the prompt.")] = 0,
    first_audio: Annotated[
        float, typer.Option(metavar="SECONDS", help="From a request to its first audio.")
    ] = 0.3,
    real_time_factor: Annotated[
        float, typer.Option(metavar="FACTOR", help="Seconds of sending for a second of speech; 0: at once.")
    ] = 0.5,
    chunk: Annotated[float, typer.Option(metavar="SECONDS", help="Speech in one event.")] = 0.08,
    text_lead: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long before its audio a word is sent.")
    ] = 1.5,
    jitter: Annotated[
        float, typer.Option(metavar="SECONDS", help="Each event is late by up to this, by the seed.")
    ] = 0.0,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="Send the text as the audio's transcript, as Turbo has done.")
    ] = False,
    replay: Annotated[
        str | None, typer.Option(metavar="FILE", help="Answer each request with this recording of `ask`.")
    ] = None,
    replay_speed: Annotated[
        float, typer.Option(metavar="FACTOR", help="How much faster than recorded.")
    ] = 1.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCRIPT",
            help="What goes wrong, KIND[@WHEN][:ARGUMENT][xTIMES]: stall@2s:5, status:500x2 ... Repeatable.",
        ),
    ] = None,
    send_log: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A file that is told when each piece was sent, as JSON lines."),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log on standard error: requests, word times, tracebacks.")
    ] = False,
    until_stdin_closes: Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)] = False,
) -> None:
    """Answer as Qwen-Omni does, on this machine, with real speech and no key.

    Prints its base URL as one line and runs until Ctrl-C; any client can use it. With another path
    in place of the URL's it answers as another service does: /v1 as OpenAI, /vllm-omni/v1,
    /sglang-omni/v1, /gemini/v1beta, /minimax/v1, /mistral/v1, /elevenlabs/v1 as those.
    """
    with told_in_a_sentence(debug=debug):
        from omni_stream import emulator as server  # noqa: PLC0415 -- `ask` starts without it

        server.run(
            server.Emulator(
                port=port,
                api_key=api_key,
                seed=seed,
                first_audio_seconds=first_audio,
                real_time_factor=real_time_factor,
                chunk_seconds=chunk,
                text_lead_seconds=text_lead,
                jitter_seconds=jitter,
                transcript=transcript,
                replay=replay,
                replay_speed=replay_speed,
                faults=fault or (),
                send_log=send_log,
            ),
            until_stdin_closes=until_stdin_closes,
        )
