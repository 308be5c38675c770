"""The composition root: settings, wiring, the command line. Knows everyone; nobody imports it."""
