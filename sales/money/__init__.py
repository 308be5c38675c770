"""The arithmetic of the trade (SPEC §2.5–2.8): pure functions over integer fen, hundredths of m² and Decimal rates.

Nothing here reads a clock, a setting or a row: what a rule needs is an argument. A figure nobody could mean (negative,
beyond 10^15 fen, a rate outside 0..1) is refused by `amount.py` with `E_MONEY` or `E_VALIDATION`.
"""
