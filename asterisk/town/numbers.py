"""What the numbers of the town do when they are called, and how its phones behave. Rendered as its dialplan."""

from collections.abc import Iterable
from dataclasses import dataclass

TALK = "Playback(hello-world)", "Wait(1)", "Echo()"
# The same numbers as subscribers are called: here, in Beijing, by mobile, in Hong Kong. 83990010 is 90010.
SUBSCRIBERS = {"839XXXXX": 3, "010839XXXXX": 6, "139839XXXXX": 6, "00852839XXXXX": 8}


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the public network. `steps` are dialplan applications, one after the other."""

    digits: str
    what: str
    steps: tuple[str, ...]


NUMBERS = (
    Number("90001", "fax machine that receives", (
        "Answer(,i)", "Set(FAXOPT(localstationid)=TOWN)", "Set(FAXOPT(ecm)=yes)",
        "ReceiveFAX(${ASTSPOOLDIR}/fax/${UNIQUEID}.tif,f)",
    )),
    Number("90002", "person: says hello, then listens", ("Answer(,i)", "Playback(hello-world)", "Wait(3600)")),
    Number("90003", "answering machine: long greeting, beep, listens", (
        "Answer(,i)", "Playback(vm-intro&vm-intro&beep)", "Wait(60)",
    )),
    Number("90004", "echo", ("Answer(,i)", "Echo()")),
    Number("90005", "1000 Hz for a minute", ("Answer(,i)", "Playtones(1000/60000)", "Wait(60)")),
    Number("90006", "answers and is silent", ("Answer(,i)", "Wait(3600)")),
    Number("90007", "person: says hello, hangs up after 3 s", ("Answer(,i)", "Playback(hello-world)", "Wait(3)")),
    Number("90008", "rings 3 s, then a person", ("Ringing()", "Wait(3)", "Answer(,i)", *TALK)),
    Number("90009", "fax machine that sends spool/fax/out.tif", (
        "Answer(,i)", "Set(FAXOPT(ecm)=yes)", "SendFAX(${ASTSPOOLDIR}/fax/out.tif,d)",
    )),
    Number("90010", "busy: cause 17", ("Hangup(17)",)),
    Number("90011", "unallocated: cause 1", ("Hangup(1)",)),
    Number("90012", "rings and nobody answers, cause 19 after a minute", ("Ringing()", "Wait(60)", "Hangup(19)")),
    Number("90013", "network congested: cause 34", ("Hangup(34)",)),
    Number("90014", "rejects the call: cause 21", ("Hangup(21)",)),
    Number("90015", "busy tone unanswered, cause 17", ("Progress()", "Playtones(busy)", "Wait(6)", "Hangup(17)")),
    Number("90016", "answers, then busy tone", ("Answer(,i)", "Playtones(busy)", "Wait(15)")),
    Number("90017", "answers, then ringing tone", ("Answer(,i)", "Playtones(ring)", "Wait(25)")),
    Number("90018", "answers, then vacant-number tone", ("Answer(,i)", "Playtones(info)", "Wait(10)")),
    Number("90019", "answers, then congestion tone", ("Answer(,i)", "Playtones(congestion)", "Wait(15)")),
    Number("90020", "answers, then dial tone", ("Answer(,i)", "Playtones(dial)", "Wait(15)")),
    Number("90021", "rings 3 s, then nobody has answered: cause 19", ("Ringing()", "Wait(3)", "Hangup(19)")),
    Number("90022", "answers, then ringing tone for 8 s, then a person", (
        "Answer(,i)", "Playtones(ring)", "Wait(8)", "StopPlaytones()", *TALK,
    )),
)  # fmt: skip

# How a phone that the town plays behaves when it is rung; chosen at any time by the global PHONE_<extension>.
BEHAVIOURS: dict[str, tuple[str, ...]] = {
    "answer": ("Answer(,i)", *TALK),
    "ring_then_answer": ("Ringing()", "Wait(2)", "Answer(,i)", *TALK),
    "talk_3s": ("Answer(,i)", "Playback(hello-world)", "Wait(3)"),
    "tone": ("Answer(,i)", "Playtones(1000/60000)", "Wait(60)"),
    "ring": ("Ringing()", "Wait(300)", "Hangup(19)"),
    "busy": ("Hangup(17)",),
    "reject": ("Hangup(21)",),
    "congested": ("Hangup(34)",),
    "absent": ("Hangup(1)",),
}
USUAL = "answer"


def dialplan(phones: Iterable[str] = ()) -> str:
    """extensions.conf of the town. `phones` are the extensions it plays at the exchange."""
    lines = ["; Made by Loupan: the numbers of the simulated public network.", "[incoming]"]
    for number in NUMBERS:
        lines += [f"; {number.what}", *_extension(number.digits, number.steps)]
    for phone in phones:
        chosen = f'${{IF($["${{PHONE_{phone}}}"=""]?{USUAL}:${{PHONE_{phone}}})}}'
        lines += [f"; the phone {phone}", f"exten => {phone},1,Goto(phone-{chosen},s,1)"]
    for pattern, prefix in SUBSCRIBERS.items():
        lines += [f"; {pattern}", f"exten => _{pattern},1,Goto(${{EXTEN:{prefix}}},1)"]
    lines += ["; every other number does not exist", *_extension("_X.", ("Hangup(1)",))]
    for name, steps in BEHAVIOURS.items():
        lines += ["", f"[phone-{name}]", *_extension("s", steps)]
    return "\n".join(lines) + "\n"


def _extension(pattern: str, steps: Iterable[str]) -> list[str]:
    first, *rest = (*steps, "Hangup()")
    return [f"exten => {pattern},1,{first}", *(f" same => n,{step}" for step in rest)]
