"""Certificates made at test time, good and bad."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import trustme


class Authority:
    """A certificate authority of its own."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def trusting(self) -> ssl.SSLContext:
        """A client's context that trusts this authority, and no other."""
        context = ssl.create_default_context()
        self._ca.configure_trust(context)
        return context

    def server(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """A server's context with a certificate for `names` (127.0.0.1 by default)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        yesterday = datetime.now(UTC) - timedelta(days=1)
        ends = {"not_before": yesterday - timedelta(days=1), "not_after": yesterday} if expired else {}
        self._ca.issue_cert(*(names or ("127.0.0.1",)), **ends).configure_cert(context)
        return context
