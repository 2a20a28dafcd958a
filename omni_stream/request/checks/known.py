"""The row of the catalog that a request is checked by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.request.checks.warned import warn_once

if TYPE_CHECKING:
    from omni_stream.catalog import Model, Provider


def row_to_check_by(name: str, row: Model | None, provider: Provider) -> Model | None:
    """``row`` if its limits hold at ``provider``; else None, and a warning, once for a model.

    Nobody is warned of the provider's default model: who names none has chosen nothing.

    Args:
        name: The model's name as it is sent.
        row: Its row in the catalog, if it has one.
        provider: Whom it is asked of.
    """
    if row is None:
        if provider.ask is None or name != provider.ask.default_model:
            warn_once(f"model {name!r} is not in the catalog, so nothing is checked before it is sent")
    elif row.provider != provider.name:
        warn_once(
            f"the catalog knows model {name!r} of {row.provider} and not of {provider.name},"
            " so nothing is checked before it is sent"
        )
    else:
        return row
    return None
