import signal

import pytest

from omni_stream.cli.terminated import terminated_as_interrupted


def test_sigterm_does_what_ctrl_c_does_and_a_second_one_nothing():
    before = signal.getsignal(signal.SIGTERM)
    with terminated_as_interrupted():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
