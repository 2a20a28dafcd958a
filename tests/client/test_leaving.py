import traceback

from omni_stream.client.key import Key
from omni_stream.client.leaving import bare
from omni_stream.errors import ConnectError, Partial, ProtocolError

KEY = Key("sk-key-0123456789")


def fail(cause):
    raise ConnectError("no sk-key-0123456789") from cause


def failed(cause):
    try:
        fail(cause)
    except ConnectError as error:
        error.__context__ = cause
        return error


def test_an_error_leaves_without_the_frames_it_went_through():
    error = bare(failed(ValueError("sk-key-0123456789")), KEY)
    assert error.__traceback__ is None
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "".join(traceback.format_exception(error)) == "omni_stream.errors.ConnectError: no [key]\n"


def test_an_error_of_the_operating_system_stays_as_its_cause():
    error = bare(failed(ConnectionRefusedError(111, "refused")), None)
    assert error.__cause__.errno == 111
    assert error.__cause__.__traceback__ is None


def test_what_was_received_is_kept_without_the_key():
    error = ProtocolError("broken", excerpt=b"a sk-key-01")
    error.partial = Partial("you said sk-key-0123456789", "", "", 1.5, 3)
    error.events = ["sk-key-0123456789"]
    bare(error, KEY)
    assert error.partial == Partial("you said [key]", "", "", 1.5, 3)
    assert error.excerpt == b"a [key]"
    assert error.events == ()
