"""The automatic attendant 自动总机: extensions, the directory by name, the lines outside (SPEC §4.2 X, §4.4)."""
