"""What ours is compared with: the same work written by hand in Asterisk's own dialplan, and the way to the rivals.

All exchanges are configured from the same templates (modules, threads, logging), so what differs is who decides what
a caller hears, and who writes the record: ours leaves that to the ledger, the plain one to Asterisk's own CDR backend
for SQLite, as where the goals were set (SPEED.md). Another plain one that writes none is shown beside it.
"""

from pathlib import Path

PROMPT, KEY, WALK = "1001", "1002", "1003"
RIVALS = {"asyncari": ("2001", "2002"), "ari-client": ("2101", "2102"), "recipe": ("2201", "2202")}

MENUS = {  # the same three menus as in flows/bench_walk.json
    "garden": {"1": "tower", "2": "court", "3": "garden", "9": "last", "*": "court", "0": "tower"},
    "tower": {"1": "garden", "2": "tower", "3": "court", "9": "last", "*": "garden", "0": "court"},
    "court": {"1": "court", "2": "garden", "3": "tower", "9": "last", "*": "tower", "0": "garden"},
}


def text(menu: Path, short: Path) -> str:
    """extensions.conf: answer, prompt, hang up · answer, menu, one key, prompt, hang up · the same for the rivals."""
    rivals = "".join(
        f"exten => {number},1,Answer(,i)\n same => n,Stasis({rival})\n same => n,Hangup()\n"
        for rival, numbers in RIVALS.items()
        for number in numbers
    )
    walk = "\n".join(
        f"[{name}]\nexten => s,1,Background({menu}&{menu}&{menu}&{menu})\n same => n,WaitExten(6)\n"
        + "".join(f"exten => {key},1,Goto({to},{'words' if to == 'last' else 's'},1)\n" for key, to in leads.items())
        for name, leads in MENUS.items()
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
exten => {WALK},1,Answer(,i)
 same => n,Goto(garden,s,1)
{rivals}
{walk}
[last]
exten => words,1,Playback({short})
 same => n,Hangup()
"""
