"""Real disks that fail: a full one, a read-only one, a limit on the size of files."""

import contextlib
import resource
import subprocess

import pytest


@contextlib.contextmanager
def mounted(folder, *options):
    """A file system in memory at ``folder``; skips where this user may mount none."""
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder], check=False, capture_output=True
    )
    if mount.returncode:
        pytest.skip(f"needs the right to mount: {mount.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def file_size_limit(limit_bytes):
    """No file of this process grows beyond ``limit_bytes`` (EFBIG)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
