"""The counter: what callers have done there. Complaints, registrations, their own orders, calls back (SPEC §4.8)."""
