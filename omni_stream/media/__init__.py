"""What is sent beside text: pictures, sound and video, as values.

Nothing is opened or read here: a medium says where its content is, and facts say
what was found in it.
"""

from omni_stream.media.facts import MediaFacts
from omni_stream.media.frames import Frames
from omni_stream.media.medium import Audio, Image, Medium, Video
from omni_stream.media.source import Kind, Readable, Source, check_source, memory_of, shown_source, url_of

__all__ = [
    "Audio",
    "Frames",
    "Image",
    "Kind",
    "MediaFacts",
    "Medium",
    "Readable",
    "Source",
    "Video",
    "check_source",
    "memory_of",
    "shown_source",
    "url_of",
]
