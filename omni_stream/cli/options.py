"""The options that ``ask`` and ``chat`` share."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_stream.cli.service import LIMITS

Voice = Annotated[str | None, typer.Option(metavar="NAME", help="Voice, such as Cherry or Ethan.")]
Model = Annotated[str | None, typer.Option(metavar="NAME", help="Model, such as qwen3-omni-flash.")]
System = Annotated[str | None, typer.Option(metavar="TEXT", help="The system message.")]
TextOnly = Annotated[bool, typer.Option("--text-only", help="Ask for no speech.")]
Play = Annotated[
    bool,
    typer.Option("--play", help="Play the speech while it comes, too; the text is shown when it is heard."),
]
Images = Annotated[
    list[str] | None,
    typer.Option("--image", metavar="FILE|URL", help="A picture that the question is about; again for more."),
]
Sounds = Annotated[
    list[str] | None,
    typer.Option("--audio", metavar="FILE|URL", help="A recording that it is about; again for more."),
]
Videos = Annotated[
    list[str] | None,
    typer.Option("--video", metavar="FILE|URL", help="A video file that it is about; again for more."),
]
Frames = Annotated[
    list[str] | None,
    typer.Option(
        "--frames",
        metavar="FILE|URL",
        help="A picture of a video that is given as pictures, or a pattern in quotes such as 'shot-*.png';"
        " again for more.",
    ),
]
NoCheck = Annotated[
    bool,
    typer.Option("--no-check", help="Let the service judge what the model is known not to take."),
]
Thinking = Annotated[
    bool, typer.Option("--thinking", help="Let the model think first; it does not speak then.")
]
ConversationFile = Annotated[
    str | None,
    typer.Option(
        "--conversation",
        metavar="FILE",
        help="Go on with the conversation kept in FILE, made if it is not there; a complete answer is added.",
    ),
]
BaseUrl = Annotated[str | None, typer.Option(metavar="URL", help="The address before /chat/completions.")]
Region = Annotated[
    str | None, typer.Option(metavar="NAME", help="The provider's region, instead of a base URL.")
]
Provider = Annotated[str | None, typer.Option(metavar="NAME", help="Whose key and defaults to use.")]
Timeout = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=SECONDS", help=f"A time limit, one of {', '.join(LIMITS)}; again for more."),
]
Retries = Annotated[
    int, typer.Option(min=0, metavar="N", help="How often to try again before the answer begins.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Log on standard error, and show tracebacks.")]
