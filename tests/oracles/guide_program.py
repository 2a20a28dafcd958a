"""The two programs of Alibaba Cloud's Qwen-Omni guide that count tokens, followed step by step in floats.

The guide opens files with Pillow and OpenCV; so do ``picture_file`` and
``video_file``, for which these two are installed.  It has a model's numbers as
constants to be edited; here they are arguments.  Where its programs raise, so do these.
"""

from __future__ import annotations

import math

import cv2
from PIL import Image

FRAME_FACTOR = 2
FRAMES_A_SECOND = 2
LEAST_FRAMES = 4
MOST_RATIO = 200


def picture(height, width, *, factor):
    tall, wide = round(height / factor) * factor, round(width / factor) * factor
    least, most = 4 * factor * factor, 1280 * factor * factor
    if tall * wide > most:
        shrinking = math.sqrt((height * width) / most)
        tall = math.floor(height / shrinking / factor) * factor
        wide = math.floor(width / shrinking / factor) * factor
    elif tall * wide < least:
        growing = math.sqrt(least / (height * width))
        tall = math.ceil(height * growing / factor) * factor
        wide = math.ceil(width * growing / factor) * factor
    return int((tall * wide) / (factor * factor)) + 2


def picture_file(path, *, factor):
    with Image.open(path) as opened:
        return picture(opened.height, opened.width, factor=factor)


def video(height, width, frames, fps, *, factor, most_frames):
    taken = _taken(frames, fps, most_frames)
    tall, wide = _resized(height, width, taken, factor)
    return int(math.ceil(taken / FRAMES_A_SECOND) * tall / 32 * wide / 32) + 2


def video_file(path, *, factor, most_frames):
    opened = cv2.VideoCapture(str(path))
    height = int(opened.get(cv2.CAP_PROP_FRAME_HEIGHT))
    width = int(opened.get(cv2.CAP_PROP_FRAME_WIDTH))
    frames = int(opened.get(cv2.CAP_PROP_FRAME_COUNT))
    fps = opened.get(cv2.CAP_PROP_FPS)
    opened.release()
    return video(height, width, frames, fps, factor=factor, most_frames=most_frames)


def _taken(frames, fps, most_frames):
    least = math.ceil(LEAST_FRAMES / FRAME_FACTOR) * FRAME_FACTOR
    most = math.floor(min(most_frames, frames) / FRAME_FACTOR) * FRAME_FACTOR
    seconds = frames / fps if fps != 0 else 0
    if seconds - int(seconds) > 1 / FRAMES_A_SECOND:
        frames = math.ceil(seconds * fps)
    else:
        frames = math.ceil(int(seconds) * fps)
    taken = frames / fps * FRAMES_A_SECOND
    taken = int(min(max(taken, least), most, frames))
    if not FRAME_FACTOR <= taken <= frames:
        raise ValueError(f"{taken} frames of {frames}")
    return taken


def _resized(height, width, taken, factor):
    least, most_of_all = 128 * factor * factor, 16_384 * factor * factor
    most = max(min(768 * factor * factor, most_of_all / taken * FRAME_FACTOR), int(least * 1.05))
    if max(height, width) / min(height, width) > MOST_RATIO:
        raise ValueError(f"{height} x {width}")
    tall = max(factor, round(height / factor) * factor)
    wide = max(factor, round(width / factor) * factor)
    if tall * wide > most:
        shrinking = math.sqrt((height * width) / most)
        tall = math.floor(height / shrinking / factor) * factor
        wide = math.floor(width / shrinking / factor) * factor
    elif tall * wide < least:
        growing = math.sqrt(least / (height * width))
        tall = math.ceil(height * growing / factor) * factor
        wide = math.ceil(width * growing / factor) * factor
    return tall, wide
