"""State machines of the sales desk (SPEC §2.3, §2.4): pure tables that can be printed."""
