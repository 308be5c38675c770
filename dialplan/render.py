"""The exchange's dialplan: offer each call to a live controller at once, look after the caller if there is none.

Pure text. What a caller supplies (number called, own number, name) reaches the controller as it came; here it stands
in no expression, in no file name, and in no record unless filtered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialplan.classes import EMERGENCY, OUTSIDE

CLAIM_MS = 500  # how long a controller may take to claim a call; then the fallback serves (SURVIVAL §4)
LEASE = 30  # s of the dead man's switch with which a controller gets a call: for its first words it need not set it
TAKE = 4  # s that a controller of an older exchange has to take its call (SURVIVAL §2)
OPERATOR_RINGS = 20  # s
MESSAGE_MOST = 180  # s
MESSAGE_SILENCE = 5  # s

# One printable character, then anything or nothing: every number that SIP can carry, known or not.
ANY = "_[!-~]!"


class UnusableName(ValueError):
    """Something given for the dialplan cannot stand in it; the text says what."""


@dataclass(frozen=True, slots=True)
class FallbackWords:
    """What a caller hears while no controller is there: sounds (absolute path without extension), Mandarin first.

    apology   also says that 1 reaches the operator and that otherwise a message is taken
    operator  while the operator is being rung
    message   before the tone
    """

    apology: Sequence[str]
    message: Sequence[str]
    thanks: Sequence[str]
    operator: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """How a call is offered. `broadcast` False: an exchange without StasisBroadcast (before 22.7); then `controller`
    must keep its heartbeat in the global variable HB_<controller> (epoch seconds). The seconds of the dead man's switch
    are told with the call."""

    broadcast: bool = True
    controller: str = "one"

    def steps(self, otherwise: str = "fallback,s,1") -> list[str]:
        """otherwise: where the call goes if nobody takes it."""
        if self.broadcast:
            return [
                "Answer(,i)",  # i: without waiting for the caller's first packet
                f"Set(TIMEOUT(absolute)={LEASE})",
                f"StasisBroadcast({CLAIM_MS},^lp-,{LEASE})",
                f'GotoIf($["${{STASISSTATUS}}"="SUCCESS"]?done:{otherwise})',
            ]
        return [
            "Answer(,i)",
            f"GotoIf($[${{EPOCH}}-0${{GLOBAL(HB_{_word(self.controller)})}}>3]?{otherwise})",
            f"Set(TIMEOUT(absolute)={TAKE})",
            f"Stasis(lp-{self.controller},{TAKE})",
            "Set(TIMEOUT(absolute)=0)",
            f'GotoIf($["${{STASISSTATUS}}"="SUCCESS"]?done:{otherwise})',
        ]


OFFER = Offer()


def render(
    words: FallbackWords,
    *,
    operator: str,
    extensions: Sequence[str] = (),
    way_out: str = "PJSIP/{number}@town",
    offer: Offer = OFFER,
) -> str:
    """extensions.conf of the exchange.

    operator    the extension that the fallback offers; "" = none
    extensions  the phones: without a controller they can still dial each other
    way_out     the channel of a line outside: without a controller for emergencies alone; "" = none
    Raises UnusableName.
    """
    blocks = [
        _HEAD,
        _context("incoming", [*_offered(offer), *_DEAD_MAN, *_gone()]),
        _context("inside", [*_inside(extensions, way_out, offer), *_offered(offer), *_DEAD_MAN, *_gone()]),
        _context("fallback", _fallback(words, operator)),
        _context("note", _NOTE),
        _context("tones", _TONES),
        _context("lamp", _LAMP),
    ]
    return "\n".join(blocks)


_HEAD = """\
; Made by Loupan (dialplan/render.py): changes here are lost at the next start.
[general]
static = yes
writeprotect = yes
"""

# Stasis must run in the context that holds T: whoever outlives his controller leaves through here (SURVIVAL §2.3).
_DEAD_MAN = [
    "; the controller's lease on a call has run out",
    "exten => T,1,Set(LP_STATUS=${IF($[${LEN(${SHARED(CCSTATE)})}=0]?UNCLAIMED:ORPHANED)})",
    " same => n,Goto(fallback,s,1)",
]


def _offered(offer: Offer, number: str = ANY, alone: str = "") -> list[str]:
    """alone: the channel that is rung if no controller takes the call; else the fallback looks after the caller."""
    first, *rest = offer.steps("alone") if alone else offer.steps()
    lines = [f"exten => {number},1,{first}", *(f" same => n,{step}" for step in rest), " same => n(done),Hangup()"]
    if alone:
        lines += [
            " same => n(alone),Set(TIMEOUT(absolute)=0)",
            " same => n,Set(LP_STATUS=ALONE)",
            f" same => n,Dial({alone},60)",
            " same => n,Hangup(${HANGUPCAUSE})",
        ]
    return lines


def _inside(extensions: Sequence[str], way_out: str, offer: Offer) -> list[str]:
    """Who dials whom is the controller's to decide: levels, do not disturb, forwards."""
    lines: list[str] = []
    for extension in extensions:
        lines += _offered(offer, _word(extension), f"PJSIP/{extension}")
    if way_out:
        for number in sorted(EMERGENCY):
            for dialled in (number, OUTSIDE + number):
                lines += _offered(offer, dialled, way_out.format(number=number))
    return lines


def _fallback(words: FallbackWords, operator: str) -> list[str]:
    sound = {name: "&".join(_path(p) for p in getattr(words, name)) for name in ("apology", "message", "thanks")}
    lines = [
        "exten => s,1,Set(TIMEOUT(absolute)=0)",
        "; an orphan may come from the middle of an attempt of its own to dial somebody",
        " same => n,Set(DIALSTATUS=)",
        "; TIMEOUT or FAILED; nothing at all: the heartbeat was stale and the call was offered to nobody",
        " same => n,ExecIf($[${LEN(${LP_STATUS})}=0]?Set(LP_STATUS=${STASISSTATUS}))",
        " same => n,ExecIf($[${LEN(${LP_STATUS})}=0]?Set(LP_STATUS=STALE))",
        " same => n,Set(LP_FILE=${ASTSPOOLDIR}/fallback/${UNIQUEID}.wav)",
        " same => n,Answer(,i)",
    ]
    if operator:
        lines += [
            f" same => n,Read(LP_KEY,{sound['apology']},1,,1,2)",
            ' same => n,GotoIf($["${LP_KEY}"="1"]?operator)',
        ]
    else:
        lines += [f" same => n,Playback({sound['apology']})"]
    lines += [
        f" same => n(message),Playback({sound['message']})",
        f" same => n,Record(${{LP_FILE}},{MESSAGE_SILENCE},{MESSAGE_MOST},k)",
        f" same => n,Playback({sound['thanks']})",
        " same => n,Hangup()",
    ]
    if operator:
        if words.operator:
            lines += [f" same => n(operator),Playback({'&'.join(_path(p) for p in words.operator)})"]
        label = "" if words.operator else "(operator)"
        lines += [
            f" same => n{label},Dial(PJSIP/{_word(operator)},{OPERATOR_RINGS})",
            ' same => n,GotoIf($["${DIALSTATUS}"="ANSWER"]?done:message)',
            " same => n(done),Hangup()",
        ]
    first, then = _line(began="$[0${FILTER(0-9,${CUT(UNIQUEID,.,1)})}+0]")
    return [*lines, f"exten => h,1,{first}", f" same => n,{then}"]


_NOW = "${STRFTIME(,,%s.%3q)}"


def _line(began: str) -> tuple[str, str]:
    """Two steps that write one JSON line for a call, for the ledger to read in later. Calls are answered as they come
    in, so that the answer is the start; the id of a channel begins with its second.

    A channel that was in a controller's hands is forbidden to touch files for the rest of its life (Asterisk:
    live_dangerously), so the line is handed to a channel made for it, which writes it in the context `note`.
    """
    quoted = {
        "uniqueid": "${UNIQUEID}",
        "linkedid": "${CHANNEL(linkedid)}",
        "caller": "${FILTER(0-9*#+,${CALLERID(num)})}",
        "callee": "${FILTER(0-9*#+,${CALLERID(dnid)})}",
        "status": "${FILTER(A-Z,${LP_STATUS})}",
        "ccstate": "${FILTER(\\x20\\x21\\x23-\\x5b\\x5d-\\x7e,${SHARED(CCSTATE)})}",
        "operator": "${FILTER(A-Z,${DIALSTATUS})}",
    }
    plain = {"start": began, "answer": began, "end": _NOW, "cause": "$[0${FILTER(0-9,${HANGUPCAUSE})}+0]"}
    # No value can hold a quotation mark or a backslash: they are ours, or filtered.
    members = [f'"{name}":"{value}"' for name, value in quoted.items()]
    members += [f'"{name}":{value}' for name, value in plain.items()]
    return (
        "Set(LP_LINE=" + ",".join(members) + ")",
        "Originate(Local/${UNIQUEID}@note,app,NoOp,,,5,av(__LP_LINE=${URIENCODE(${LP_LINE})}))",
    )


def _gone() -> list[str]:
    """Who hangs up in the half second of the offer was in nobody's hands: no controller could claim the call, and the
    fallback never saw it. Its record is due all the same; it began just now, to the half second."""
    first, then = _line(began=_NOW)
    return [
        "; somebody has dialled “h”",
        'exten => h,1,GotoIf($["${CHANNEL(state)}"="Ring"]?fallback,s,1)',
        "; SUCCESS: a controller tells of the call; TIMEOUT, or nothing, and it ends here: the caller did not wait",
        ' same => n,GotoIf($["${STASISSTATUS}"="SUCCESS" | ${LEN(${LP_STATUS})}>0]?told)',
        " same => n,Set(LP_STATUS=GONE)",
        f" same => n,{first}",
        f" same => n,{then}",
        " same => n(told),NoOp()",
    ]


_NOTE = [
    "exten => _X.,1,Set(LP_FILE=${ASTSPOOLDIR}/fallback/${EXTEN}.wav)",
    ' same => n,Set(LP_MESSAGE="message":"${IF($[${STAT(e,${LP_FILE})}=1]?${LP_FILE}:)}")',
    " same => n,Set(FILE(${ASTSPOOLDIR}/fallback.jsonl,,,al,u)={${URIDECODE(${LP_LINE})},${LP_MESSAGE}})",
    " same => n,Hangup()",
]


# <extension>*<new>*<saved>: what a phone's lamp shows. Of an exchange without an application of its own for mailboxes,
# MinivmMWI is the one way to set one (res_stasis_mailbox is not among Debian's modules).
_LAMP = [
    "exten => _X.,1,MinivmMWI(${CUT(EXTEN,*,1)}@lamp,0,${CUT(EXTEN,*,2)},${CUT(EXTEN,*,3)})",
    " same => n,Hangup()",
]


# Who has answered on a line that tells nothing else? The extension is the application that wants to know. Between two
# ringing tones are four seconds, and AMD must not hear the second one: it would take it for a machine. So after a tone
# we listen 1 s for another, 2.2 s for a voice, and then again for a tone until one must have come. The zone is the one
# whose tones `asterisk/etc/indications.conf.j2` has; a vacant-number tone would pass for a person with AMD alone.
_TONES = [
    f"exten => {ANY},1,Set(LP_RANG=0)",
    " same => n,Set(LP_QUIET=0)",
    " same => n(listen),ToneScan(us,${IF($[${LP_QUIET}]?2.5:1)},3)",
    ' same => n,GotoIf($["${TONESCANSTATUS}"="RINGING"]?rings)',
    ' same => n,GotoIf($["${TONESCANSTATUS}"!="TIMEOUT"]?tell)',
    " same => n,AMD(${IF($[${LP_RANG} & ${LP_QUIET}=0]?2200:800)},1500,500,3000)",
    ' same => n,GotoIf($[${LP_RANG} & ${LP_QUIET}=0 & "${CUT(AMDCAUSE,-,1)}"="INITIALSILENCE"]?quiet)',
    " same => n(tell),Stasis(${EXTEN},heard,${TONESCANSTATUS},${AMDSTATUS},${CUT(AMDCAUSE,-,1)})",
    " same => n,Hangup()",
    " same => n(rings),Set(LP_RANG=1)",
    " same => n,Set(LP_QUIET=0)",
    " same => n,Wait(0.3)",
    " same => n,Goto(listen)",
    " same => n(quiet),Set(LP_QUIET=1)",
    " same => n,Goto(listen)",
]


def _context(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"[{name}]", *lines, ""])


def _word(name: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z*#+]+", name):
        raise UnusableName(f"{name!r} is no number or name of an extension: digits, letters, * # and + only")
    return name


def _path(path: str) -> str:
    if not re.fullmatch(r"[\w./+@~-]+", path):
        raise UnusableName(f"the sound {path!r} cannot stand in a dialplan: letters, digits and . / + @ ~ - _ only")
    return path
