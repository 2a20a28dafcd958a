"""A warning that is the same for each request, said once."""

from __future__ import annotations

import logging
from functools import lru_cache

_log = logging.getLogger("omni_stream.request")


@lru_cache(maxsize=1024)  # far more than the models and voices of one program
def warn_once(message: str) -> None:
    """Log ``message`` at level WARNING, the first time that it is given."""
    _log.warning("%s", message)
