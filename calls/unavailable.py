"""What a port of data raises when its source is silent."""


class Unavailable(Exception):
    """A source of data does not answer: the caller is told so and offered a person (SPEC §4.1, errors)."""
