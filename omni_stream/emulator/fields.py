"""The fields of a request's JSON, each of the type that it must have, or the service's refusal."""

from __future__ import annotations

import json
from typing import Any

from omni_stream.emulator.refusal import Refusal


def json_object(body: bytes | bytearray) -> dict[str, Any]:
    """The JSON object that a body is."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal("The request body is not valid JSON.") from None
    if not isinstance(asked, dict):
        raise Refusal("The request body must be a JSON object.")
    return asked


def text(asked: dict[str, Any], name: str, default: str = "") -> str:
    """A text, without lone surrogates, which JSON allows and no encoding takes."""
    value = asked.get(name, default)
    if not isinstance(value, str):
        raise Refusal(f"{name} must be a string.")
    return clean(value)


def clean(text: str) -> str:
    """``text`` without lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def member(asked: dict[str, Any], name: str) -> dict[str, Any]:
    """An object, empty if there is none."""
    value = asked.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal(f"{name} must be an object.")
    return value


def full_list(value: object, name: str) -> list[object]:
    """A list that is not empty."""
    if not isinstance(value, list) or not value:
        raise Refusal(f"{name} must be a list that is not empty.")
    return value


def is_strings(value: object) -> bool:
    """Whether ``value`` is a list of texts."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def flag(asked: dict[str, Any], name: str, *, default: bool = False) -> bool:
    """True or false."""
    value = asked.get(name)
    if value is not None and not isinstance(value, bool):
        raise Refusal(f"{name} must be true or false.")
    return default if value is None else bool(value)


def number(asked: dict[str, Any], name: str, *, least: int = 0) -> int | None:
    """A whole number, None if there is none."""
    value = asked.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise Refusal(f"{name} must be a whole number from {least}.")
    return value


def speaks(asked: dict[str, Any], *, default: bool) -> bool:
    """Whether audio is asked for beside text, by ``modalities``."""
    modalities = asked.get("modalities")
    if modalities is None:
        return default
    chosen = set(modalities) if is_strings(modalities) else set()
    if chosen not in ({"text"}, {"text", "audio"}):
        raise Refusal('modalities must be ["text"] or ["text","audio"].')
    return "audio" in chosen
