"""A session of questions and answers.

Rules.
1. The main thread waits for what is typed and for Ctrl-C; the event loop runs in another,
   so that connections are kept while nobody types.
2. What is attached goes with the next question, whatever becomes of that.
3. A question is asked on a copy of the conversation, which takes its place when the answer
   is complete.  One that failed or was stopped leaves the conversation as it was.
4. What goes wrong is told, and the session goes on, unless the next question would fail
   likewise: the key is refused, or nobody is there to read.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.cli.answering import answer
from omni_stream.cli.attached import described, medium_at
from omni_stream.cli.conversation_file import is_answered, keep
from omni_stream.cli.destination import file_of, next_wav_sink
from omni_stream.cli.ending import ExitCode, exit_code, say, tell
from omni_stream.cli.interrupting import Interrupting
from omni_stream.cli.screen import screen
from omni_stream.cli.stoppable import run_stoppable
from omni_stream.cli.tally import Tally
from omni_stream.cli.typed import is_at_a_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from anyio.from_thread import BlockingPortal

    from omni_stream.cli.attached import Kind, Media
    from omni_stream.cli.question import Question

_HELP = """\
/image FILE  attaches a picture to the next question; a URL will do, too
/audio FILE  attaches a recording
/video FILE  attaches a video
/voice NAME  who speaks from now on
/save FILE   keeps the conversation so far in FILE
/help        shows this
/quit        ends the session, and so does Ctrl-D; Ctrl-C stops an answer, and Enter one that is played"""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where what comes is kept.

    Attributes:
        folder: The folder for speech; None where none is asked for.
        file: The file for the conversation; None for none.
    """

    folder: Path | None
    file: str | None


class Session:
    """Asks ``client``, in the loop of ``portal``.

    Args:
        portal: The way into the client's event loop.
        client: Whom to ask.
        question: How to ask, and the conversation that is continued.
        keeping: Where what comes is kept.
        plays: Whether answers are played, too.
        debug: Whether errors are told with their tracebacks.

    Raises:
        UsageError: No question can be asked so.
    """

    def __init__(
        self,
        portal: BlockingPortal,
        client: omni.Client,
        question: Question,
        keeping: Keeping,
        *,
        plays: bool,
        debug: bool,
    ) -> None:
        self._portal = portal
        self._client = client
        self._question = question
        self._keeping = keeping
        self._plays = plays
        self._debug = debug
        self._attached: list[Media] = []
        self._exit_code = ExitCode.COMPLETE
        self._is_over = False
        self._check(question)

    def run(self, lines: Iterable[str]) -> ExitCode:
        """Do what each of ``lines`` says; gives the exit code of the last failure, if there was one."""
        for line in lines:
            further: str | None = line
            while further and not self._is_over:
                further = self._do(further)
            if self._is_over:
                break
        return self._exit_code

    def _do(self, line: str) -> str | None:
        """Do what ``line`` says; gives the one that was typed meanwhile, if any."""
        if line.strip() == "/quit":
            self._is_over = True
        elif line.startswith("/"):
            self._obey(*line.split(maxsplit=1))
        elif line.strip():
            return self._ask(line)
        return None

    def _ask(self, text: str) -> str | None:
        speaker = omni.Speaker() if self._plays else None
        interrupting = Interrupting(speaker) if speaker is not None and is_at_a_terminal() else None
        tally = Tally()
        sink = None if self._keeping.folder is None else next_wav_sink(self._keeping.folder)
        with self._told(lambda: tally.kept(file_of(sink))):
            media, self._attached = self._attached, []
            question = self._question.followed_by(text, *media)
            unheard = run_stoppable(
                self._portal,
                lambda: answer(
                    question,
                    nullcontext(self._client),
                    screen=screen(json=False, pcm=False, text_on_stderr=False, plain=self._debug),
                    sink=sink,
                    tally=tally,
                    speaker=speaker,
                ),
                interrupting=interrupting,
            )
            say(tally.summary(file_of(sink)))
            if is_answered(question.conversation):
                self._question = replace(self._question, conversation=question.conversation)
                if self._keeping.file is not None:
                    keep(question.conversation, self._keeping.file)
            if unheard is not None:
                raise unheard
        return None if interrupting is None else interrupting.line

    def _obey(self, command: str, argument: str = "") -> None:
        argument = argument.strip()
        with self._told():
            match command, argument:
                case "/help", "":
                    say(_HELP)
                case "/image", name if name:
                    self._attach(name, "image")
                case "/audio", name if name:
                    self._attach(name, "audio")
                case "/video", name if name:
                    self._attach(name, "video")
                case "/voice", name if name:
                    question = replace(self._question, voice=name)
                    self._check(question)
                    self._question = question
                    say(f"{name} speaks from now on")
                case "/save", file if file:
                    self._save(file)
                case "/image" | "/audio" | "/video", _:
                    raise omni.UsageError(f"{command} is given a file or a URL, for the next question")
                case "/voice", _:
                    raise omni.UsageError("/voice is given a name, such as /voice Ethan")
                case "/save", _:
                    raise omni.UsageError("/save is given a file, such as /save chat.json")
                case _:
                    raise omni.UsageError(
                        f"there is no command {command}; /help lists them, and a blank before it asks it"
                    )

    def _attach(self, name: str, kind: Kind) -> None:
        medium = medium_at(name, kind)
        facts = omni.inspect(medium)  # what cannot be sent is said where it is named
        self._attached.append(medium)
        say(f"{described(facts)} goes with the next question")

    def _save(self, file: str) -> None:
        if not self._question.conversation.messages:
            raise omni.UsageError("there is nothing to save yet; ask something first")
        keep(self._question.conversation, file)
        say(f"the conversation is kept in {file}")

    def _check(self, question: Question) -> None:
        question.followed_by("?").prepared(self._client)  # asks nothing, as it is not entered

    @contextmanager
    def _told(self, kept: Callable[[], str | None] = lambda: None) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt as error:
            tell(error, debug=self._debug, kept=kept())
            say("nothing is added to the conversation")
        except omni.OmniStreamError as error:
            tell(error, debug=self._debug, kept=kept())
            self._exit_code = exit_code(error)
            self._is_over = isinstance(error, omni.AuthenticationError) or isinstance(
                error.__cause__, BrokenPipeError
            )
