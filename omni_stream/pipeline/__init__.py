"""How a source, stages and a sink are joined; the only room where a queue may be, and each has a bound.

Read it from ``stage`` (what a stage is) over ``pipeline`` (how they are joined) to ``pump`` (the one
place with a task), ``chain`` and ``closing`` (how all of it ends).
"""

from typing import TYPE_CHECKING

__all__ = ["BufferStats", "Pipeline", "Stage", "WhenFull"]

if TYPE_CHECKING:
    from omni_stream.pipeline.buffer_stats import BufferStats
    from omni_stream.pipeline.pipeline import Pipeline
    from omni_stream.pipeline.pump import WhenFull
    from omni_stream.pipeline.stage import Stage
else:  # or a type checker would believe in any name
    from omni_stream.offering import offered

    __getattr__ = offered(
        __name__,
        {"buffer_stats": "BufferStats", "pipeline": "Pipeline", "pump": "WhenFull", "stage": "Stage"},
    )
