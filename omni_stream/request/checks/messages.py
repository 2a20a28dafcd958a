"""What messages may hold: the roles that may speak of media, the kinds in one message, and how many.

A limit on a count is one of a message: different messages of a conversation may
each have their own media.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.catalog import Bounds, MediaLimits, Model
    from omni_stream.request.placed import Placed


def check_messages(
    messages: Sequence[Mapping[str, Any]], media: Sequence[Placed], model: Model, *, speaks: bool
) -> None:
    """Nothing, if ``model`` takes such messages.

    Args:
        messages: The messages.
        media: The media in them.
        model: Whom they are for.
        speaks: Whether audio is asked for.

    Raises:
        UsageError: It does not.
    """
    if speaks and model.takes_system_when_speaking is False:
        _check_system(messages, model)
    by_message: dict[int, list[Placed]] = defaultdict(list)
    for placed in media:
        by_message[placed.message].append(placed)
    for index, there in by_message.items():
        role = messages[index]["role"]
        if role != "user" and model.media.user_messages_alone:
            raise UsageError(
                f"{model.name} takes text alone in other messages than the user's, and messages[{index}]"
                f" of the {role} has {_words(there)}; put it into a user message"
            )
        _check_kinds(there, model, index)
        _check_counts(there, model, index)


def _check_system(messages: Sequence[Mapping[str, Any]], model: Model) -> None:
    index = next((index for index, message in enumerate(messages) if message["role"] == "system"), None)
    if index is not None:
        raise UsageError(
            f"{model.name} takes no system message when it speaks, and messages[{index}] is one; ask a model"
            ' that does, such as qwen3-omni-flash, or for modalities=["text"], or tell the role in turns,'
            ' with Conversation(system=..., system_as="turns")'
        )


def _check_kinds(media: list[Placed], model: Model, index: int) -> None:
    kinds = {"video" if placed.kind == "frames" else placed.kind for placed in media}
    if model.media.one_kind_a_message and len(kinds) > 1:
        raise UsageError(
            f"{model.name} takes one kind of media beside text in a message, and messages[{index}] has"
            f" {_words(media)}; put each kind into a message of its own"
        )


def _check_counts(media: list[Placed], model: Model, index: int) -> None:
    for what, bounds, count, remedy in _counts(media, model.media):
        if bounds is not None and count and not bounds.allow(count):
            raise UsageError(
                f"{model.name} takes {bounds} {what}, and messages[{index}] has {count:,}; {remedy}"
            )


def _counts(media: list[Placed], limits: MediaLimits) -> list[tuple[str, Bounds | None, int, str]]:
    images = [placed.contents[0].is_inline for placed in media if placed.kind == "image"]
    files = [placed.kind for placed in media]
    apart = "put each into a message of its own"
    counts = [
        ("recordings in a message", limits.audio.count, files.count("audio"), apart),
        ("video files in a message", limits.video.count, files.count("video"), apart),
        ("images by URL in a message", limits.image.count_by_url, images.count(False), "leave some out"),
        ("images as base64 in a message", limits.image.count_inline, images.count(True), "give some by URL"),
    ]
    frames = [len(placed.contents) for placed in media if placed.kind == "frames"]
    return counts + [
        ("pictures in a list of frames", limits.frames, count, "take others of the video's frames")
        for count in frames
    ]


def _words(media: list[Placed]) -> str:
    return " and ".join(dict.fromkeys(placed.kind for placed in media))
