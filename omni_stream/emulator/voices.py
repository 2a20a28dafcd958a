"""Which espeak-ng voice speaks for which voice of the service.

No two voices of the catalog share all parameters.  The names that espeak-ng
gives to its variants are those of the files in its ``voices/!v``; some of them (anika)
speak faster than their rate says.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """How espeak-ng is to speak.

    Attributes:
        variant: The timbre, one of espeak-ng's voice variants.
        pitch: 0 (low) to 100.
        range: How far the pitch moves, 0 (monotone) to 100.
        rate: Words a minute.
        chinese: The espeak-ng language for text in Han characters.
        english: The espeak-ng language for all other text.
    """

    variant: str
    pitch: int
    range: int
    rate: int
    chinese: str = "cmn"
    english: str = "en"


_VOICES = {
    "Cherry": EspeakVoice("f2", 55, 60, 180),
    "Serena": EspeakVoice("f3", 45, 40, 165),
    "Ethan": EspeakVoice("m3", 55, 55, 180),
    "Chelsie": EspeakVoice("f5", 62, 70, 182),
    "Momo": EspeakVoice("f4", 70, 75, 185),
    "Vivian": EspeakVoice("f1", 60, 55, 190),
    "Moon": EspeakVoice("m1", 50, 45, 175),
    "Maia": EspeakVoice("linda", 52, 50, 170),
    "Kai": EspeakVoice("m7", 40, 35, 155),
    "Nofish": EspeakVoice("m2", 55, 50, 182),
    "Bella": EspeakVoice("f5", 78, 65, 172),
    "Jennifer": EspeakVoice("linda", 42, 62, 176, english="en-us"),
    "Ryan": EspeakVoice("max", 50, 80, 195),
    "Katerina": EspeakVoice("f1", 36, 60, 160),
    "Aiden": EspeakVoice("m1", 62, 60, 178, english="en-us"),
    "Eldric Sage": EspeakVoice("grandpa", 22, 35, 145),
    "Mia": EspeakVoice("f2", 66, 38, 158),
    "Mochi": EspeakVoice("f2", 80, 45, 175),
    "Bellona": EspeakVoice("Annie", 48, 85, 178),
    "Vincent": EspeakVoice("m5", 18, 55, 160),
    "Bunny": EspeakVoice("f4", 84, 70, 180),
    "Neil": EspeakVoice("m3", 42, 28, 186),
    "Elias": EspeakVoice("m6", 44, 40, 165),
    "Arthur": EspeakVoice("grandpa", 36, 48, 152),
    "Nini": EspeakVoice("f5", 70, 48, 154),
    "Ebona": EspeakVoice("grandma", 26, 28, 148),
    "Seren": EspeakVoice("f3", 36, 26, 148),
    "Pip": EspeakVoice("f1", 88, 85, 200),
    "Stella": EspeakVoice("f4", 60, 82, 188),
    "Bodega": EspeakVoice("m4", 44, 78, 188),
    "Sonrisa": EspeakVoice("anika", 58, 75, 165),
    "Alek": EspeakVoice("m8", 34, 40, 165),
    "Dolce": EspeakVoice("m7", 32, 62, 150),
    "Sohee": EspeakVoice("Annie", 66, 60, 170),
    "Ono Anna": EspeakVoice("f5", 88, 85, 192),
    "Lenn": EspeakVoice("m2", 40, 45, 170),
    "Emilien": EspeakVoice("m4", 56, 55, 165),
    "Andre": EspeakVoice("m6", 32, 46, 162),
    "Radio Gol": EspeakVoice("max", 64, 95, 210),
    "Jada": EspeakVoice("f1", 52, 75, 196),
    "Dylan": EspeakVoice("m1", 74, 66, 190),
    "Li": EspeakVoice("m5", 40, 35, 156),
    "Marcus": EspeakVoice("m8", 22, 58, 168),
    "Roy": EspeakVoice("m4", 66, 72, 186),
    "Peter": EspeakVoice("m2", 66, 78, 192),
    "Sunny": EspeakVoice("f3", 62, 68, 184),
    "Eric": EspeakVoice("m6", 58, 72, 194),
    "Rocky": EspeakVoice("m3", 66, 66, 188, chinese="yue"),
    "Kiki": EspeakVoice("f4", 50, 56, 176, chinese="yue"),
}

_OTHERS = ("f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8")


def espeak_voice(name: str) -> EspeakVoice:
    """How espeak-ng speaks for the voice of that name; for a name not known here, the same on every call."""
    known = _VOICES.get(name)
    if known is not None:
        return known
    number, variant = divmod(zlib.crc32(name.encode()), len(_OTHERS))
    number, pitch = divmod(number, 50)
    number, tune = divmod(number, 50)
    return EspeakVoice(_OTHERS[variant], 30 + pitch, 35 + tune, 160 + number % 40)
