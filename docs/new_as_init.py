"""Shows what `__new__` takes as a class's signature, where there is no `__init__`.

The classes of the native module, and what inherits from them, are made by `__new__`.
"""

from __future__ import annotations

import griffe


class NewAsInit(griffe.Extension):
    """Gives a class that has a `__new__` of its own an `__init__` of the same parameters."""

    def on_class(self, *, cls: griffe.Class, **_: object) -> None:
        """Called for each class once its members are there."""
        new = cls.members.get("__new__")
        if isinstance(new, griffe.Function) and "__init__" not in cls.members:
            own, *others = new.parameters
            own = griffe.Parameter("self", kind=own.kind)
            cls.set_member(
                "__init__", griffe.Function("__init__", parameters=griffe.Parameters(own, *others))
            )
