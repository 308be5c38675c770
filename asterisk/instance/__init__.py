"""A private Asterisk: found or fetched, configured, started, watched, adopted, stopped."""
