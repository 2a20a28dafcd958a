"""The command line, ``omni-stream``.

Rules.  Answers go to standard output, all else to standard error.  A terminal
is drawn on only where the answer's text is shown on it; elsewhere there is not
one control code.  An error is one sentence and an exit code (``ending``).  What
only some calls need (rich, the emulator) is imported when it is needed.
"""

import gc

gc.set_threshold(100_000)  # what is imported stays: to look for garbage in it took a tenth of the start

from omni_stream.cli.app import app  # noqa: E402 -- see above

__all__ = ["app"]
