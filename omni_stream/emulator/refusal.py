"""How the emulator says no, in the shapes and codes of the service."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 -- it is what the service does, not a fault of ours
    """A request that the service would refuse.

    Attributes:
        status: The HTTP status.
        code: The service's code.
        type: The service's kind of error.
        message: What is said, of one sentence.
    """

    def __init__(self, message: str, *, status: int = 400, code: str = "", type: str = "") -> None:
        self.message = message
        self.status = status
        self.code = code or "invalid_parameter_error"
        self.type = type or "invalid_request_error"
        super().__init__(message)

    def body(self, *, request_id: str) -> dict[str, Any]:
        """The JSON object of the answer."""
        return {
            "error": {"message": self.message, "type": self.type, "param": None, "code": self.code},
            "request_id": request_id,
        }
