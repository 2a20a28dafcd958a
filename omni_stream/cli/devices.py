"""``omni-stream devices``."""

# ruff: noqa: FBT002 -- typer makes options of parameters

from __future__ import annotations

from typing import Annotated

import typer

import omni_stream as omni
from omni_stream.cli.ending import told_in_a_sentence
from omni_stream.cli.listing import Column, show_json, show_table

_COLUMNS = (
    Column("Device", 5),
    Column("Number", 4, is_number=True),
    Column("Default", 3),
    Column("Channels", 2, is_number=True),
    Column("Rate, Hz", 2, is_number=True),
    Column("Latency, ms", 1, is_number=True),
    Column("Interface", 0),
)


def devices(
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines, a device each, with all fields.")
    ] = False,
) -> None:
    """Show the sound devices that can play."""
    with told_in_a_sentence(debug=False):
        found = omni.devices()
        if not found:
            raise omni.SinkError(
                "there is no sound device: plug one in, or start the system's sound server"
                " (on Linux, programs reach it through ALSA: get `libasound2-plugins`, or `pipewire-alsa`)"
            )
        if json:
            show_json(found)
        else:
            show_table(_COLUMNS, [_row(device) for device in found])


def _row(device: omni.Device) -> tuple[str, ...]:
    latencies = (device.low_latency_seconds, device.high_latency_seconds)
    return (
        device.name,
        str(device.index),
        "yes" if device.is_default else "",
        str(device.channels),
        str(device.rate),
        " to ".join(f"{1_000 * seconds:.0f}" for seconds in latencies),
        device.host,
    )
