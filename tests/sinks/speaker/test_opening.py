"""Which device is meant, and what is said where it cannot be had."""

import os
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

import pytest

from omni_stream import Device, SinkError, Speaker, UsageError
from omni_stream.sinks.speaker.device import find, find_again

NAMES = ["HDA Intel: ALC257", "USB Audio: Headset", "USB Audio: Microphone", "default", "default"]
DEVICES = [
    Device(n + 2, name, "ALSA", 2, 48_000, 0.01, 0.04, is_default=n == 4) for n, name in enumerate(NAMES)
]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [(None, 6), (4, 4), ("HDA Intel: ALC257", 2), ("hda", 2), ("HEADSET", 3), ("default", 6), ("DEFAULT", 6)],
)
def test_a_device_is_found_by_number_name_or_a_part_of_it(wanted, index):
    assert find(DEVICES, wanted).index == index


def test_without_a_default_it_is_the_first():
    assert find(DEVICES[:4], None).index == 2


@pytest.mark.parametrize("wanted", ["Bluetooth", 0, 7])
def test_one_that_is_not_there_is_told_with_those_that_are(wanted):
    with pytest.raises(SinkError, match=rf"no sound device {wanted!r}; there is 2: HDA Intel: ALC257"):
        find(DEVICES, wanted)


def test_a_part_of_several_names_is_told_with_these():
    with pytest.raises(UsageError, match="'usb' may be any of 3: USB Audio: Headset, 4: USB"):
        find(DEVICES, "usb")


def named(*names):
    return [Device(n, name, "ALSA", 2, 48_000, 0.01, 0.04, is_default=n == 0) for n, name in enumerate(names)]


@pytest.mark.parametrize(
    ("wanted", "lost", "now", "index"),
    [
        (None, "HDMI", ["Headset", "HDMI"], 0),  # the default is another one
        (1, "Headset", ["Headset", "HDMI"], 0),  # and so is a number
        ("head", "Headset", ["Another headset", "Headset"], 1),
        ("head", "Headset", ["HDMI", "Another headset"], 1),
        (1, "USB: Audio (hw:1,0)", ["HDMI (hw:0,3)", "HDMI (hw:1,0)", "USB: Audio (hw:2,0)"], 2),
        (1, "USB: Audio (hw:1,0)", ["USB: Audio (hw:2,0)", "USB: Audio (hw:1,0)"], 1),
    ],
)
def test_after_a_loss_it_is_the_same_by_name(wanted, lost, now, index):
    (device,) = named(lost)
    assert find_again(named(*now), wanted, device).index == index


@pytest.mark.parametrize("wanted", ["Headset", 1])
def test_after_a_loss_another_is_not_taken_for_it(wanted):
    (device,) = named("Headset")
    with pytest.raises(SinkError, match="there is no sound device 'Headset'"):
        find_again(named("HDMI", "Loudspeaker"), wanted, device)


@pytest.mark.parametrize(
    "options",
    [
        {"device": ""},
        {"device": -1},
        {"device": True},
        {"device": 1.5},
        {"latency": "medium"},
        {"latency": -0.1},
        {"latency": 11},
        {"ahead_seconds": 0},
        {"ahead_seconds": 61},
        {"least_speed": 0.8},
        {"volume": 1.1},
        {"volume": float("nan")},
        {"volume": True},
        {"on_loss": "retry"},
    ],
)
def test_what_is_out_of_range_is_refused_when_it_is_made(options):
    with pytest.raises(UsageError):
        Speaker(**options)


def test_a_card_is_listed_with_what_it_can_do(make_card, child):
    card = make_card(channels=2)
    (said,) = child(card, "lists").all("devices")
    (device,) = said["devices"]
    assert (device["name"], device["host"], device["channels"]) == ("card", "ALSA", 2)
    assert device["is_default"]
    assert 0 < device["low_latency_seconds"] < device["high_latency_seconds"] < 0.2


def test_a_device_that_is_not_there_is_an_error_that_names_those_that_are(make_card, child):
    (failed,) = child(make_card(), "cannot_be_opened", device="Bluetooth").all("failed")
    assert failed["error"] == "SinkError"
    assert "there is no sound device 'Bluetooth'; there is 0: card" in failed["message"]


def test_a_device_that_another_program_has_is_said_to_be_busy(make_card, child):
    card = make_card()
    program = child(card, "looks_before", then="cannot_be_opened")
    assert program.until("listed")["count"] == 1
    with card.busy():
        program.go_on()
        (failed,) = program.all("failed")
    assert failed["error"] == "SinkError"
    assert "the sound device 'card' cannot be opened" in failed["message"]
    assert "another program has it" in failed["message"]


def test_a_device_that_was_not_there_before_is_looked_for_anew(make_card, child):
    card = make_card()
    with card.busy():  # so that it is not listed
        program = child(card, "looks_before", then="plays")
        assert program.until("listed")["count"] == 0
    program.go_on()
    (closed,) = program.all("closed")
    assert closed["heard_seconds"] == 1


def test_without_any_device_it_says_what_to_do(make_card, child):
    card = make_card()
    card._configuration.write_text("pcm.absent { type card }\n")
    (failed,) = child(card, "cannot_be_opened").all("failed")
    assert "there is no sound device: plug one in" in failed["message"]


def command_line(*arguments, card=None, before=()):
    environment = card.environment() if card is not None else dict(os.environ)
    program = Path(sys.executable).with_name("omni-stream")
    ended = subprocess.run(
        [*before, program, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_the_command_line_lists_devices(make_card):
    card = make_card(channels=2)
    code, out, err = command_line("devices", card=card)
    assert (code, err) == (0, "")
    head, row = [line.split("\t") for line in out.splitlines()]
    assert dict(zip(head, row, strict=True)) | {"Latency, ms": ""} == {
        "Device": "card",
        "Number": "0",
        "Default": "yes",
        "Channels": "2",
        "Rate, Hz": "48000",
        "Latency, ms": "",
        "Interface": "ALSA",
    }
    code, out, _ = command_line("devices", "--json", card=card)
    assert code == 0
    assert '"name": "card"' in out


def test_the_command_line_says_in_a_sentence_that_there_is_none(make_card):
    card = make_card()
    card._configuration.write_text("pcm.absent { type card }\n")
    code, out, err = command_line("devices", card=card)
    assert (code, out) == (5, "")
    assert err.count("\n") == 1
    assert "there is no sound device: plug one in" in err


def test_the_command_line_says_in_a_sentence_what_to_install(tmp_path):
    library = find_library("portaudio")
    known = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    folders = [line.split()[-1] for line in known.splitlines() if library in line]
    hidden = tmp_path / "hidden"
    hidden.touch()
    script = f'mount --bind {hidden} "$(readlink -f {folders[0]})" && exec "$0" "$@"'
    hiding = ("unshare", "--mount", "sh", "-c", script)
    if subprocess.run([*hiding, "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    code, out, err = command_line("devices", before=hiding)
    assert (code, out) == (5, "")
    assert err.count("\n") == 1
    assert "get it with `apt install libportaudio2`" in err
