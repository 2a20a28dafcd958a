"""What holds for every test."""

from hypothesis import settings

# How long an example takes is the machine's affair; whoever bounds work counts it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
