"""Names and numbers as strangers send them, made fit for our screens, logs and tables."""

from asterisk.ari.events import Channel
from calls.call import Party

LONGEST = 80
WITHHELD = frozenset({"", "anonymous", "unknown", "unavailable", "private", "restricted", "asserted"})


def clean(text: str) -> str:
    """Printable, single spaces, at most 80 characters."""
    if text.isascii() and text.isalnum() and len(text) <= LONGEST:
        return text  # nearly every number
    kept = "".join(c if c.isprintable() and c != "\ufffd" else " " for c in text[: LONGEST * 4])
    return " ".join(kept.split())[:LONGEST].rstrip()


INSIDE = "inside"  # the context of the phones (`dialplan/render.py`)


def _own(channel: Channel) -> bool:
    """A phone's own call: a stranger who was transferred into its context has none of its rights (toll fraud)."""
    return bool(channel.caller) and channel.context == INSIDE and channel.name.startswith(f"PJSIP/{channel.caller}-")


def party(channel: Channel) -> Party:
    """Who calls whom. A withheld number is ""; what claims to be one keeps only what can be dialled or looked up."""
    number, name = clean(channel.caller), clean(channel.caller_name)
    return Party(
        caller="" if number.lower() in WITHHELD else number,
        callee=clean(channel.exten),
        name="" if name.lower() in WITHHELD else name,
        linkedid=channel.id,
        channel=channel.id,
        inside=_own(channel),
        transferred=channel.context == INSIDE and not _own(channel),
    )
