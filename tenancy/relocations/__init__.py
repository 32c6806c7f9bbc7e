"""Moving a municipality to another database while it works (移転).

Its rows are copied by logical replication while residents go on booking. Only at the end its own
intake stops for a short while: what is still under way ends, both sides are compared row by row,
and the directory points to the new place. A killed move is taken up where it was by the same
command; until the directory was changed it can be given up, and leaves nothing.
"""

from ._refusals import NotReady, RelocationRefused, Unequal
from ._way import ongoing, relocate, turn_back

__all__ = ["NotReady", "RelocationRefused", "Unequal", "ongoing", "relocate", "turn_back"]
