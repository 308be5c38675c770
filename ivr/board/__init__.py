"""Bulletin boards (SPEC §4.6), and what is recorded for them by telephone."""
