"""A run as one page that needs nothing else: pictures are in it, and no script is.

Whoever reads it may have a phone or a wide screen, a light or a dark one.  Pictures are drawn for the width
of a phone, and stand side by side where there is more.
"""

from omni_stream.bench.report.page import report

__all__ = ["report"]
