"""On what and with what it was measured."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

PACKAGES = (
    "omni_stream",
    "openai",
    "httpx2",
    "httpx",
    "httpx-sse",
    "aiohttp",
    "orjson",
    "msgspec",
    "pybase64",
    "uvloop",
)


def describe_machine() -> dict[str, str]:
    """The processor, the system, the date, and how busy the machine was before."""
    load, _, _ = os.getloadavg()
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "load before": f"{load:.1f}",
    }


def describe_packages() -> dict[str, str]:
    """The version of each package that takes part."""
    return {name: version(name) for name in PACKAGES}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
