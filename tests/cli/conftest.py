import subprocess
from subprocess import PIPE

import pytest
from command_line import BOUND_SECONDS, PROGRAM, environment, run


@pytest.fixture
def cli(tmp_path):
    """Runs the program to its end, in the test's folder."""

    async def _cli(*arguments, stdin=b"", **variables):
        return await run(*arguments, folder=tmp_path, stdin=stdin, **variables)

    return _cli


@pytest.fixture
def started(tmp_path):
    """Starts the program in the test's folder, in a process group of its own; it ends with the test."""
    processes = []

    def start(*arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, **variables):
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=tmp_path,
            env=environment(*arguments, **variables),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            process_group=0,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        with process:
            pass


@pytest.fixture(scope="session")
def emulator_url():
    """An emulator that sends as fast as it can, for all tests."""
    arguments = ("emulator", "--first-audio", "0", "--real-time-factor", "0", "--until-stdin-closes")
    with subprocess.Popen(
        [*PROGRAM, *arguments], env=environment(), stdin=PIPE, stdout=PIPE, text=True
    ) as emulator:
        yield emulator.stdout.readline().strip()
        emulator.stdin.close()
        assert emulator.wait(BOUND_SECONDS) == 0
