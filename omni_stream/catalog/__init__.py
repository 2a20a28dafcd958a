"""What is known of models and providers, as data files and their readers.

The catalog informs and never decides: a name that is not in it is not an
error, since services add models and voices at any time.  Its rows live in the
JSON files of this folder, each with a note on its sources, are read once, and
are values.
"""

from omni_stream.catalog.model import Model, find_model, models
from omni_stream.catalog.provider import Provider, find_provider, provider_of_host, providers

__all__ = [
    "Model",
    "Provider",
    "find_model",
    "find_provider",
    "models",
    "provider_of_host",
    "providers",
]
