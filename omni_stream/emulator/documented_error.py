"""The errors that the service documents, in every shape that it has been seen to give them.

* As the answer to a request: its status with a JSON body ("json"), or with a body
  that is the text of an event stream ("sse").
* Inside a stream that began well: an error object ("object"), an error that is a
  text ("string"), an event of type "error" whose status stands in a comment
  ("event"), or a code and a message without an error around them ("flat").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args

from omni_stream.emulator.refusal import Refusal
from omni_stream.emulator.wire import DONE, event, json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

AnswerShape = Literal["json", "sse"]
StreamShape = Literal["object", "string", "event", "flat"]
ANSWER_SHAPES: tuple[AnswerShape, ...] = get_args(AnswerShape)
STREAM_SHAPES: tuple[StreamShape, ...] = get_args(StreamShape)


@dataclass(frozen=True, slots=True)
class DocumentedError:
    """An error of the service.

    Attributes:
        code: The service's code.
        status: Its HTTP status.
        type: The service's kind of error.
        message: What is said, of one sentence.
    """

    code: str
    status: int
    type: str
    message: str

    def refusal(self, shape: AnswerShape) -> Refusal:
        """The error as the answer to a request."""
        return Refusal(
            self.message, status=self.status, code=self.code, type=self.type, as_events=shape == "sse"
        )

    def in_stream(self, shape: StreamShape, *, request_id: str) -> bytes:
        """The end of a stream that began well."""
        flat = {"request_id": request_id, "code": self.code, "message": self.message}
        match shape:
            case "object":
                return event(self.refusal("json").document(request_id=request_id)) + DONE
            case "string":
                return event({"error": self.message}) + DONE
            case "event":
                return b"id:1\nevent:error\n:HTTP_STATUS/%d\ndata:%s\n\n" % (self.status, json_bytes(flat))
            case "flat":
                return event(flat)


@cache
def documented_errors() -> Mapping[str, DocumentedError]:
    """Every error of the table, by the name that a fault script gives."""
    file = resources.files("omni_stream.emulator").joinpath("errors.json")
    return {name: _error(name, row) for name, row in json.loads(file.read_bytes())["errors"].items()}


def _error(name: str, row: Mapping[str, Any]) -> DocumentedError:
    code = row.get("code", name)
    return DocumentedError(code, row["status"], row.get("type", code), row["message"])
