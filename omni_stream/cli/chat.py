"""``omni-stream chat``."""

# ruff: noqa: FBT002, PLR0917 -- typer makes options of parameters

from __future__ import annotations

from typing import Annotated

import typer
from anyio.from_thread import start_blocking_portal

from omni_stream.cli import options  # noqa: TC001 -- typer reads the annotations
from omni_stream.cli.conversation_file import conversation_in
from omni_stream.cli.destination import check_plays, speech_folder
from omni_stream.cli.ending import say, told_in_a_sentence
from omni_stream.cli.question import Question
from omni_stream.cli.service import Service, timeouts
from omni_stream.cli.session import Keeping, Session
from omni_stream.cli.typed import is_at_a_terminal, typed_lines


def chat(
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Folder for the speech, made if it is not there; by default this one. Each answer is a file"
            " of its own: answer.wav, answer-2.wav and so on.",
        ),
    ] = None,
    voice: options.Voice = None,
    model: options.Model = None,
    system: options.System = None,
    play: options.Play = False,
    text_only: options.TextOnly = False,
    no_check: options.NoCheck = False,
    thinking: options.Thinking = False,
    conversation: options.ConversationFile = None,
    base_url: options.BaseUrl = None,
    region: options.Region = None,
    provider: options.Provider = None,
    timeout: options.Timeout = None,
    retries: options.Retries = 2,
    debug: options.Debug = False,
) -> None:
    """Talk with a model: each line is a question, and it knows those before.

    The commands /image FILE, /audio FILE, /video FILE, /voice NAME, /save FILE, /help and /quit are lines
    too. Ctrl-C stops an answer, of which nothing is added to the conversation; Ctrl-C or Ctrl-D at the
    prompt ends the session. With --play, Enter interrupts an answer, of which what was heard is added; what
    was typed before that is asked next. Its exit code is that of the last failure.

    The key is read from the environment, as for `ask`. Without one, the built-in emulator answers.
    """
    with told_in_a_sentence(debug=debug):
        question = Question(
            conversation_in(conversation, system=system),
            model,
            voice,
            text_only=text_only,
            thinking=thinking,
            check=not no_check,
        )
        check_plays(play, speaks=question.speaks)
        service = Service(base_url, region, provider, timeouts(timeout or []), retries)
        keeping = Keeping(speech_folder(output, speaks=question.speaks), conversation)
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(service.client()) as client,
        ):
            session = Session(portal, client, question, keeping, plays=play, debug=debug)
            if is_at_a_terminal():
                say("/help lists the commands, and Ctrl-D ends the session")
            exit_code = session.run(typed_lines())
    raise typer.Exit(exit_code)
