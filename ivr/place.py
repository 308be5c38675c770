"""Where in a flow a caller is: all that another controller must know to go on (SURVIVAL §1, state).

Written to the channel at every step and key, so it is one short line of ASCII without `|`.
"""

from dataclasses import dataclass, fields, replace
from typing import Self
from urllib.parse import quote, unquote

MOST_CHARACTERS = 200  # of the written form: what the exchange carries (SURVIVAL §1)
PLAIN = "*#/,;= "  # what may stand unescaped, beside letters, digits and _.-~


@dataclass(frozen=True, slots=True)
class Place:
    """flow, version  the document, fixed for the whole call
    step           the step the caller is in
    lang           the language spoken to the caller
    helps, wrongs  how often the caller was silent, or wrong, since the last valid key
    keyed          keys of an entry that is not finished
    project        id of the project chosen; 0 = none yet
    entry          what the caller entered in an earlier step (a room code)
    phase          how far within the step, in the step's own words
    mailbox        the mailbox that the caller has opened with its PIN, and after a `/` the message come back to
    """

    flow: str
    version: str
    step: str
    lang: str = "zh"
    helps: int = 0
    wrongs: int = 0
    keyed: str = ""
    project: int = 0
    entry: str = ""
    phase: str = ""
    mailbox: str = ""

    def enter(self, step: str) -> Self:
        """At the beginning of another step."""
        return replace(self, step=step, keyed="", phase="")

    def __str__(self) -> str:
        """The written form. What does not fit is the phase: then the step begins anew after a resume."""
        free = ":".join(quote(word, safe=PLAIN) for word in (self.entry, self.phase, self.mailbox))
        line = (  # the other words are names and keys, which need no escaping
            f"{self.flow}:{self.version}:{self.step}:{self.lang}:{self.helps}:{self.wrongs}:{self.keyed}:{self.project}:{free}"
        )
        return line if len(line) <= MOST_CHARACTERS or not self.phase else str(replace(self, phase=""))

    @classmethod
    def read(cls, line: str) -> Self:
        """The place that was written as `line`. Raises ValueError if it is none.

        >>> Place.read(str(Place("main", "0a1b2c3d", "room_code", "en", keyed="0202"))).keyed
        '0202'
        """
        words = [unquote(word) for word in line.split(":")]
        if len(words) != len(fields(cls)) or not all(words[:4]):
            raise ValueError(f"not a place in a flow: {line!r}")
        flow, version, step, lang, helps, wrongs, keyed, project, entry, phase, mailbox = words
        return cls(flow, version, step, lang, int(helps), int(wrongs), keyed, int(project), entry, phase, mailbox)
