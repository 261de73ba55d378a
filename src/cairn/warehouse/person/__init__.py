"""The person index without a database: which records are one child, and what that child is called.

*identity* keeps ids from run to run; *verdicts* holds what people decided, against any evidence;
*circles* says how little must be looked at again when records come or go; *golden* chooses the
value that stands for a person; *alarms* finds people who are more than one child; *doubt* asks
about those where an answer changes most; *estimate* turns the answers into how right it all is.
"""

from cairn.warehouse.person.identity import assign

__all__ = ["assign"]
