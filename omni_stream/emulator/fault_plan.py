"""Which faults a request meets.

* A request whose header ``X-Emulator-Fault`` has scripts, separated by commas,
  meets those and no others; with an empty one it meets none.  Any other request
  meets those that the emulator was given.
* A fault with TIMES is used up when it has hit so many requests.  One of a header
  then lets the next request with this script through and begins anew, so that one
  emulator serves any number of tests.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.emulator.documented_error import ANSWER_SHAPES, documented_errors
from omni_stream.emulator.fault_script import Said, Status, read_fault
from omni_stream.emulator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.emulator.fault_script import Fault

HEADER = "X-Emulator-Fault"

MOST_SCRIPTS = 20
"""Of a request: of more nobody could tell which one did what."""

_MOST_COUNTED = 1_000  # scripts of headers whose hits are counted; a test suite has a handful


class FaultPlan:
    """Deals the faults out to requests.

    Args:
        scripts: Those of every request.

    Raises:
        UsageError: One of them is no script, or they are over 20.
    """

    def __init__(self, scripts: Sequence[str]) -> None:
        _check_number(scripts)
        self._own = [read_fault(script) for script in scripts]
        self._own_hits = [0] * len(self._own)
        self._header_hits: Counter[str] = Counter()

    def faults(self, header: str | None) -> list[Fault]:
        """The faults of the next request's stream; the request is counted as hit by them.

        Raises:
            Refusal: ``header`` has something that is no script, or a fault refuses the request.
        """
        met = self._of_the_emulator() if header is None else self._of_a_header(header)
        for fault in met:
            match fault.argument:
                case Status(status, retry_after):
                    raise Refusal(
                        "A fault script refuses this request.",
                        status=status,
                        code="fault_script",
                        retry_after=retry_after,
                    )
                case Said(name, shape) if shape in ANSWER_SHAPES:
                    raise documented_errors()[name].refusal(shape)
        return met

    def _of_a_header(self, header: str) -> list[Fault]:
        scripts = [script.strip() for script in header.split(",") if script.strip()]
        try:
            _check_number(scripts)
            return [fault for script in scripts if (fault := self._next(script))]
        except omni.UsageError as error:
            raise Refusal(str(error), code="invalid_fault_script") from None

    def _of_the_emulator(self) -> list[Fault]:
        met = []
        for index, fault in enumerate(self._own):
            if fault.times is None or self._own_hits[index] < fault.times:
                self._own_hits[index] += 1
                met.append(fault)
        return met

    def _next(self, script: str) -> Fault | None:
        fault = read_fault(script)
        if fault.times is None:
            return fault
        if script not in self._header_hits and len(self._header_hits) >= _MOST_COUNTED:
            self._header_hits.clear()
        if self._header_hits[script] < fault.times:
            self._header_hits[script] += 1
            return fault
        del self._header_hits[script]
        return None


def _check_number(scripts: Sequence[str]) -> None:
    if isinstance(scripts, str):
        raise omni.UsageError('faults is a list of fault scripts, and not one text; give ["stall@50%:5"]')
    if len(scripts) > MOST_SCRIPTS:
        raise omni.UsageError(f"a request has at most {MOST_SCRIPTS} faults, and these are {len(scripts)}")
