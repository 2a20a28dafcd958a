"""What holds for every test."""

from hypothesis import settings

# How long an example takes is the machine's affair; whoever bounds work counts it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

pytest_plugins = ["canary"]  # which looks for the tests' key wherever no key may be
