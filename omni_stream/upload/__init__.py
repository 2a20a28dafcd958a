"""Local media: what is in them, and their content as it is sent.

The rules of this room:

* Everything here is synchronous and may wait for a disk; the client calls it in
  a thread.
* The content of a file object begins where the file stands; its position is put
  back.  One that cannot seek is not looked at and read once.
* A file is never held in memory: it is read in pieces, each encoded and given
  away before the next is read.
* What is sent is what was found: content whose size or time of change is another
  by then is an error, never a body that does not fit its length.
"""

from omni_stream.upload.content import is_seekable
from omni_stream.upload.encoded import PIECE_BYTES, Encoded, Form
from omni_stream.upload.inspection import inspect

__all__ = ["PIECE_BYTES", "Encoded", "Form", "inspect", "is_seekable"]
