"""How a source, stages and a sink are joined; the only room where a queue may be, and each has a bound.

Read it from ``stage`` (what a stage is) over ``pipeline`` (how they are joined) to ``pump`` (the one
place with a task), ``chain`` and ``closing`` (how all of it ends).
"""

from omni_stream.pipeline.pipeline import Pipeline
from omni_stream.pipeline.pump import BufferStats, WhenFull
from omni_stream.pipeline.stage import Stage

__all__ = ["BufferStats", "Pipeline", "Stage", "WhenFull"]
