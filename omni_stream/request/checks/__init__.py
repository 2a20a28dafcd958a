"""What the catalog knows that a model does not take, found before anything is sent.

Rules.
1. Limits are those of the model's row in the catalog.  An error names the rule, the value, the limit and a
   remedy, in one sentence.
2. Where the sources disagree, or a rule only stands in for one that they do not state, it is a warning.
3. A model without a row, or asked of another provider than its own, is warned of once and never refused.
4. What is not known of a medium, such as the size of what is at a URL, is not guessed: it is logged as
   unchecked, at level INFO.
5. ``check=False`` leaves all of this out, and nothing else.

What looks at media (``media``, ``tokens``) is imported by those that have any, and not here.
"""

from omni_stream.request.checks.answer import check_answer
from omni_stream.request.checks.known import row_to_check_by
from omni_stream.request.checks.messages import check_messages
from omni_stream.request.checks.unchecked import Unchecked

__all__ = [
    "Unchecked",
    "check_answer",
    "check_messages",
    "row_to_check_by",
]
