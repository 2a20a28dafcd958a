"""The ways to read a reply, one a file, each by the same two functions where it has both.

``decode(reads, append)`` goes from bytes in memory to PCM, ``connect(base_url)`` is a client
whose every turn asks for a reply over HTTP and goes from there.
"""
