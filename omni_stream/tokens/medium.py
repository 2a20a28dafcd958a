"""Tokens of a medium that was inspected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from omni_stream.errors import UsageError
from omni_stream.tokens.picture import image
from omni_stream.tokens.sound import audio
from omni_stream.tokens.video_file import video

if TYPE_CHECKING:
    from omni_stream.media import MediaFacts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a medium costs; pictures and sound are billed apart, at prices of their own.

    Attributes:
        pictures: Tokens of a picture, or of the pictures of a video.
        sound: Tokens of a recording, or of the sound of a video.
    """

    pictures: int = 0
    sound: int = 0

    @property
    def total(self) -> int:
        """Both."""
        return self.pictures + self.sound


def of(facts: MediaFacts, *, model: str, as_coded: bool = False) -> Estimate:
    """Tokens of what ``omni.inspect`` found, by ``image``, ``audio`` and ``video``.

    The sound of a video counts as long as the video.  It is named for how it reads,
    ``tokens.of(facts)``, and counts no more than what is known: of a URL, say,
    nothing is.

    Args:
        facts: What is known of the medium.
        model: The model that is to see or hear it; see ``find_rules`` for those without rules.
        as_coded: Count pictures and videos as the guide's code does; see ``image`` and ``video``.

    Raises:
        UsageError: Something that the count depends on is not known, or is out of the range that
            ``image``, ``audio`` or ``video`` takes.
    """
    if facts.kind == "audio":
        return Estimate(sound=audio(_known(facts.seconds, "seconds", facts), model=model))
    height, width = _known(facts.height, "height", facts), _known(facts.width, "width", facts)
    if facts.kind == "image":
        return Estimate(pictures=image(height, width, model=model, as_coded=as_coded))
    frames, fps = _known(facts.frames, "frames", facts), _known(facts.fps, "fps", facts)
    pictures = video(height, width, frames=frames, fps=fps, model=model, as_coded=as_coded)
    if not _known(facts.has_sound, "has_sound", facts):
        return Estimate(pictures)
    return Estimate(pictures, audio(_known(facts.seconds, "seconds", facts), model=model))


def _known(value: T | None, name: str, facts: MediaFacts) -> T:
    if value is None:
        raise UsageError(
            f"the tokens of this {facts.kind} depend on its {name}, which is not known;"
            " give a local file that shows it, or count with numbers of your own"
        )
    return value
