"""``python -m omni_stream.cli``: the command line of this very interpreter."""

from omni_stream.cli import app

app(prog_name="omni-stream")
