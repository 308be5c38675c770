"""Conferences by telephone: rooms and who may come in (S4-31). Broadcasts belong here, too."""
