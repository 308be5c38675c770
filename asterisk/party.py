"""Names and numbers as strangers send them, made fit for our screens, logs and tables."""

from asterisk.ari.events import Channel
from calls.call import Party

LONGEST = 80
WITHHELD = frozenset({"", "anonymous", "unknown", "unavailable", "private", "restricted", "asserted"})


def clean(text: str) -> str:
    """Printable, single spaces, at most 80 characters."""
    kept = "".join(c if c.isprintable() and c != "\ufffd" else " " for c in text[: LONGEST * 4])
    return " ".join(kept.split())[:LONGEST].rstrip()


def party(channel: Channel) -> Party:
    """Who calls whom. A withheld number is ""; what claims to be one keeps only what can be dialled or looked up."""
    number = clean(channel.caller)
    return Party(
        caller="" if number.lower() in WITHHELD else number,
        callee=clean(channel.exten),
        name="" if clean(channel.caller_name).lower() in WITHHELD else clean(channel.caller_name),
        linkedid=channel.id,
        channel=channel.id,
    )
