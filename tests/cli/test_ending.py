import pytest
import typer

import omni_stream as omni
from omni_stream.cli.ending import EXIT_CODES, ExitCode, exit_code, told_in_a_sentence


def with_partial(error):
    error.partial = omni.Partial()
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (omni.UsageError("x"), 2),
        (omni.ConnectError("x"), 3),
        (omni.TimeoutError("x"), 3),
        (with_partial(omni.TimeoutError("x")), 1),
        (omni.AuthenticationError("x"), 4),
        (omni.QuotaError("x"), 1),
        (omni.StreamTruncated("x"), 1),
        (omni.SinkError("x"), 5),
        (omni.OmniStreamError("x"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_error_has_its_code(error, code, capsys):
    assert exit_code(error) == code
    with pytest.raises(typer.Exit) as caught, told_in_a_sentence(debug=False, kept=lambda: "some came"):
        raise error
    assert caught.value.exit_code == code
    said, came = capsys.readouterr().err.splitlines()
    assert said.startswith("omni-stream: ")
    assert came == "some came"


def test_the_help_names_every_code():
    assert all(f"{code.value} " in EXIT_CODES for code in ExitCode)


def test_a_fault_of_our_own_is_not_hidden():
    with pytest.raises(ZeroDivisionError), told_in_a_sentence(debug=False):
        1 / 0  # noqa: B018
