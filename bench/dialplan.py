"""What ours is compared with: the same work written by hand in Asterisk's own dialplan, and the way to the rivals.

All exchanges are configured from the same templates (modules, threads, logging), so what differs is who decides what
a caller hears, and who writes the record: ours leaves that to the ledger, the plain one to Asterisk's own CDR backend
for SQLite, as where the goals were set (SPEED.md). Another plain one that writes none is shown beside it.
"""

from pathlib import Path

PROMPT, KEY = "1001", "1002"
RIVALS = {"asyncari": ("2001", "2002"), "ari-client": ("2101", "2102"), "recipe": ("2201", "2202")}


def text(menu: Path, short: Path) -> str:
    """extensions.conf: answer, prompt, hang up · answer, menu, one key, prompt, hang up · the same for the rivals."""
    rivals = "".join(
        f"exten => {number},1,Answer(,i)\n same => n,Stasis({rival})\n same => n,Hangup()\n"
        for rival, numbers in RIVALS.items()
        for number in numbers
    )
    return f"""[general]
static = yes
[incoming]
exten => {PROMPT},1,Answer(,i)
 same => n,Playback({short})
 same => n,Hangup()
exten => {KEY},1,Answer(,i)
 same => n,Read(key,{menu},1,,1,2)
 same => n,Playback({short})
 same => n,Hangup()
{rivals}[last]
exten => words,1,Playback({short})
 same => n,Hangup()
"""
