"""How the emulator says no, in the shapes and codes of the service."""

from __future__ import annotations

from typing import Any

from omni_stream.emulator.wire import event, json_bytes

_EVENT_STREAM = "text/event-stream;charset=UTF-8"


class Refusal(Exception):  # noqa: N818 -- it is what the service does, not a fault of ours
    """A request that the service would refuse.

    Attributes:
        status: The HTTP status.
        code: The service's code.
        type: The service's kind of error.
        message: What is said, of one sentence.
        retry_after: The seconds that the client is asked to wait, None for none.
        as_events: Whether the body is the text of an event stream, as the service's refusals at times are.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str = "",
        type: str = "",
        retry_after: int | None = None,
        as_events: bool = False,
    ) -> None:
        self.message = message
        self.status = status
        self.code = code or "invalid_parameter_error"
        self.type = type or "invalid_request_error"
        self.retry_after = retry_after
        self.as_events = as_events
        super().__init__(message)

    def document(self, *, request_id: str) -> dict[str, Any]:
        """What is said, as JSON."""
        error = {"message": self.message, "type": self.type, "param": None, "code": self.code}
        return {"error": error, "request_id": request_id}

    def body(self, *, request_id: str, is_native: bool = False) -> bytes:
        """The body of the answer; DashScope's native interface has no object around what is said."""
        if self.as_events:
            error = {"code": self.code, "param": None, "message": self.message, "type": self.type}
            return event({"error": error, "id": f"chatcmpl-{request_id}"})
        if is_native:
            return json_bytes({"code": self.code, "message": self.message, "request_id": request_id})
        return json_bytes(self.document(request_id=request_id))

    def headers(self, *, request_id: str) -> dict[str, str]:
        """The headers of the answer."""
        headers = {
            "content-type": _EVENT_STREAM if self.as_events else "application/json; charset=utf-8",
            "x-request-id": request_id,
        }
        if self.retry_after is not None:
            headers["retry-after"] = str(self.retry_after)
        return headers
