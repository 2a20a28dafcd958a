"""Loopback peers that misbehave on purpose, byte by byte; for any test that needs a bad server.

from peers import Peer, chat

async def script(call):
    await call.head()
    await call.chunk(chat.text("Hello"))
    call.reset()

async with Peer(script) as peer:
    ... peer.base_url ... peer.requests ... peer.sent_bytes
"""

from peers import chat
from peers.black_hole import black_hole
from peers.call import Call, Request
from peers.certificates import Authority
from peers.peer import Peer, Script

__all__ = ["Authority", "Call", "Peer", "Request", "Script", "black_hole", "chat"]
