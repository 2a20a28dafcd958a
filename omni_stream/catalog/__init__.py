"""What is known of models and providers, as data files and their readers.

The catalog informs and never decides: what to do about a name that is not in it,
or a limit that is, is the request's to say.  Its rows live in the JSON files of
this folder, each with a note on its sources, are read once, and are values.
"""

from typing import TYPE_CHECKING

__all__ = [
    "Bounds",
    "Call",
    "ClipLimits",
    "ImageLimits",
    "ImageTokenRule",
    "Language",
    "MediaLimits",
    "Model",
    "Offer",
    "Provider",
    "ReplyStyle",
    "TokenLimits",
    "TokenRules",
    "VideoTokenRule",
    "Voice",
    "find_language",
    "find_model",
    "find_provider",
    "find_voice",
    "languages",
    "models",
    "provider_of_host",
    "providers",
    "voices",
    "voices_of",
]

if TYPE_CHECKING:
    from omni_stream.catalog.bounds import Bounds
    from omni_stream.catalog.call import Call
    from omni_stream.catalog.language import Language, find_language, languages
    from omni_stream.catalog.limits import ClipLimits, ImageLimits, MediaLimits, TokenLimits
    from omni_stream.catalog.model import Model, Offer, ReplyStyle, find_model, models
    from omni_stream.catalog.provider import Provider, find_provider, provider_of_host, providers
    from omni_stream.catalog.token_rules import ImageTokenRule, TokenRules, VideoTokenRule
    from omni_stream.catalog.voice import Voice, find_voice, voices, voices_of
else:  # or a type checker would believe in any name
    from omni_stream.offering import offered

    __getattr__ = offered(
        __name__,
        {
            "bounds": "Bounds",
            "call": "Call",
            "language": "Language find_language languages",
            "limits": "ClipLimits ImageLimits MediaLimits TokenLimits",
            "model": "Model Offer ReplyStyle find_model models",
            "provider": "Provider find_provider provider_of_host providers",
            "token_rules": "ImageTokenRule TokenRules VideoTokenRule",
            "voice": "Voice find_voice voices voices_of",
        },
    )
