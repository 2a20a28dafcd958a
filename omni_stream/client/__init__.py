"""Sends a request and hands out its reply: connections, time limits, retries, closing.

This room knows no grammar of event streams and no JSON of a service.  Read it
from ``client`` (what a program holds) over ``reply`` (one question, one
answer) and ``incoming`` (the items of one response, and what ends them) to
``transport`` and ``response``, the only files that know aiohttp.
"""

from omni_stream.client.client import Client
from omni_stream.client.reply import Reply
from omni_stream.client.timeouts import Timeouts
from omni_stream.wire.spoken import SpokenText

__all__ = ["Client", "Reply", "SpokenText", "Timeouts"]
