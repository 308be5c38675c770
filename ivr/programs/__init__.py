"""Flows in code, one file each. A new program is a new file and one line here."""

from ivr.programs import opening_hours

__all__ = ["opening_hours"]
