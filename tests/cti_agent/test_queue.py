"""Who is offered to whom: by hand, and against a queue that is looked through from end to end (SPEC §2.4.10)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from cti_agent.pool import RANKS, Pool, Ready, Strategy
from cti_agent.queue import MOST, OVERFLOW, STICKY, Full, Offer, Queue, Waiting

SALES, FINANCE = frozenset({"sales"}), frozenset({"finance"})
BOTH = SALES | FINANCE


def served(queue: Queue, now: float = 100.0) -> list[Offer]:
    return list(queue.offers(now))


def seats(*given: Ready, strategy: Strategy = Strategy.LONGEST_IDLE) -> Queue:
    queue = Queue(strategy)
    for seat in given:
        queue.ready(seat)
    return queue


WANG = Ready("8001", since=50.0, skills=SALES, calls=9, offered=10.0)
LI = Ready("8002", since=40.0, skills=SALES, calls=12, offered=20.0)
ZHAO = Ready("8003", since=60.0, skills=BOTH, calls=3, offered=30.0)


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        (Strategy.LONGEST_IDLE, ["8002", "8001", "8003"]),
        (Strategy.ROUND_ROBIN, ["8001", "8002", "8003"]),
        (Strategy.LEAST_CALLS, ["8003", "8001", "8002"]),
    ],
)
def test_whose_turn_it_is(strategy: Strategy, order: list[str]) -> None:
    queue = seats(WANG, LI, ZHAO, strategy=strategy)
    for n in range(4):
        queue.enter(Waiting(f"call {n}", since=90.0 + n))
    assert served(queue) == [Offer(f"call {n}", (seat,)) for n, seat in enumerate(order)]
    assert [one.call for one in queue.waiting()] == ["call 3"]


def test_all_ring_who_can_and_the_next_caller_waits() -> None:
    queue = seats(WANG, LI, ZHAO, strategy=Strategy.RING_ALL)
    queue.enter(Waiting("first", 90.0, skills=SALES))
    queue.enter(Waiting("second", 91.0))
    assert served(queue) == [Offer("first", ("8002", "8001", "8003"))]
    assert queue.position("second") == 1


def test_priority_first_then_who_has_waited_longer() -> None:
    queue = Queue()
    for call, since, priority in (("a", 10.0, 0), ("b", 20.0, 0), ("c", 30.0, 5), ("d", 5.0, 0)):
        queue.enter(Waiting(call, since, priority))
    assert [one.call for one in queue.waiting()] == ["c", "d", "a", "b"]
    assert [queue.position(call) for call in "abcd"] == [3, 4, 1, 2]


def test_who_needs_a_skill_waits_for_it_and_holds_up_nobody() -> None:
    queue = seats(WANG)
    queue.enter(Waiting("of finance", 10.0, skills=FINANCE))
    queue.enter(Waiting("of sales", 20.0, skills=SALES))
    assert served(queue) == [Offer("of sales", ("8001",))]
    queue.ready(ZHAO)
    assert served(queue) == [Offer("of finance", ("8003",))]


def test_ones_own_seller_first_and_after_ten_seconds_anybody() -> None:
    queue = seats(WANG)
    queue.enter(Waiting("call", since=100.0, own="8002"))
    assert served(queue, 100.0 + STICKY - 0.1) == []
    assert queue.due(100.0) == STICKY
    assert served(queue, 100.0 + STICKY) == [Offer("call", ("8001",))]
    queue = seats(WANG, LI)
    queue.enter(Waiting("call", since=100.0, own="8001"))
    assert served(queue, 100.0) == [Offer("call", ("8001",))], "though it is another one's turn"


def test_after_a_minute_everybody_is_asked_once() -> None:
    queue = Queue()
    queue.enter(Waiting("early", 0.0))
    queue.enter(Waiting("late", 30.0))
    assert queue.due(10.0) == OVERFLOW - 10.0
    assert queue.overdue(OVERFLOW) == ("early",)
    assert queue.overdue(OVERFLOW + 1) == ()
    assert queue.due(OVERFLOW) == 30.0
    assert queue.overdue(OVERFLOW + 30.0) == ("late",)
    assert queue.due(OVERFLOW + 30.0) is None


def test_nobody_is_offered_twice_and_who_comes_back_stands_where_they_stood() -> None:
    queue = seats(WANG)
    first, second = Waiting("first", 10.0), Waiting("second", 20.0)
    queue.enter(first)
    queue.enter(second)
    assert served(queue) == [Offer("first", ("8001",))]
    assert served(queue) == []
    queue.back(first)
    assert queue.position("first") == 1
    queue.ready(LI)
    assert served(queue) == [Offer("first", ("8002",))]


def test_who_was_asked_and_comes_back_from_an_offer_is_not_asked_again() -> None:
    queue, caller = seats(WANG), Waiting("call", 0.0, skills=FINANCE)
    queue.enter(caller)
    assert queue.overdue(OVERFLOW) == ("call",)
    queue.ready(ZHAO)
    assert served(queue) == [Offer("call", ("8003",))]
    queue.back(caller)
    assert queue.overdue(OVERFLOW + 20.0) == ()
    queue.leave("call")
    queue.enter(caller)
    assert queue.overdue(OVERFLOW + 20.0) == ("call",), "who hangs up and calls again is somebody new"


def test_a_full_queue_takes_nobody_but_those_who_come_back() -> None:
    queue = Queue()
    for n in range(MOST):
        queue.enter(Waiting(f"call {n}", float(n)))
    with pytest.raises(Full):
        queue.enter(Waiting("one more", 99.0))
    queue.enter(Waiting("call 3", 3.0))  # twice is once
    queue.back(Waiting("was offered", 0.5))
    assert len(queue) == MOST + 1
    assert queue.position("was offered") == 2
    assert queue.leave("nobody") is None


class Lives(RuleBasedStateMachine):
    """Seats and callers come and go; beside the queue a list of each, looked through from end to end."""

    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.now, self.number = 0.0, 0
        self.callers: list[Waiting] = []
        self.seats: dict[str, Ready] = {}

    @initialize(strategy=st.sampled_from([one for one in Strategy if one is not Strategy.RING_ALL]))
    def begin(self, strategy: Strategy) -> None:
        self.queue = Queue(strategy, most=8)

    @rule(
        priority=st.integers(0, 2),
        skills=st.sampled_from([frozenset(), SALES, FINANCE]),
        own=st.sampled_from(["", "1"]),
    )
    def comes(self, priority: int, skills: frozenset[str], own: str) -> None:
        self.number += 1
        caller = Waiting(f"{self.number}", self.now, priority, skills, own)
        try:
            self.queue.enter(caller)
        except Full:
            assert len(self.callers) >= 8
        else:
            self.callers.append(caller)

    @rule(at=st.integers(0, 7))
    def hangs_up(self, at: int) -> None:
        if at < len(self.callers):
            assert self.queue.leave(self.callers.pop(at).call) is not None

    @rule(
        seat=st.sampled_from("1234"), skills=st.sampled_from([SALES, FINANCE, BOTH]), calls=st.integers(0, 3),
        offered=st.floats(0, 100),
    )  # fmt: skip
    def is_ready(self, seat: str, skills: frozenset[str], calls: int, offered: float) -> None:
        ready = Ready(seat, self.now, skills, calls, offered)
        self.queue.ready(ready)
        self.seats.pop(seat, None)
        self.seats[seat] = ready

    @rule(seat=st.sampled_from("1234"))
    def is_not_ready(self, seat: str) -> None:
        self.queue.unready(seat)
        self.seats.pop(seat, None)

    @rule(seconds=st.floats(0.0, 30.0))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def are_offered(self) -> None:
        wanted = []
        for caller in sorted(self.callers, key=lambda one: (-one.priority, one.since)):
            able = [seat for seat in self.seats.values() if seat.skills >= caller.skills]
            if caller.own and (mine := [seat for seat in able if seat.seat == caller.own]):
                able = mine
            elif caller.own and self.now - caller.since < STICKY:
                continue
            if able:
                chosen = min(able, key=RANKS[self.queue.pool.strategy])
                wanted.append(Offer(caller.call, (chosen.seat,)))
                del self.seats[chosen.seat]
                self.callers.remove(caller)
        assert list(self.queue.offers(self.now)) == wanted

    @invariant()
    def they_agree(self) -> None:
        if hasattr(self, "queue"):
            assert len(self.queue) == len(self.callers)
            assert {one.seat for one in self.queue.pool} == set(self.seats)
            assert [self.queue.position(one.call) for one in self.queue.waiting()] == [*range(1, len(self.queue) + 1)]


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.booleans(), st.floats(0, 1e6)), max_size=60))
def test_a_pool_forgets_nobody_and_nothing_of_who_was_put_anew(deeds: list[tuple[str, bool, float]]) -> None:
    pool, there = Pool(), dict[str, Ready]()
    for seat, put, since in deeds:
        if put:
            pool.put(Ready(seat, since))
            there.pop(seat, None)
            there[seat] = Ready(seat, since)
        else:
            assert pool.take(seat) == there.pop(seat, None)
        first = min(there.values(), key=lambda one: one.since, default=None)
        assert pool.next() == (first.seat if first else None)
        assert set(pool.all()) == set(there)
        assert len(pool) == len(there)
