"""Voice mail 语音信箱: mailboxes, their messages and who may hear them (SPEC §2.4.11, §4.5; S4-30, 183, 184)."""
