"""Reports: one small file each, over the tables of others, of which they write none (SPEC §3)."""
