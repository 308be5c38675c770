"""Who is at a station: callers, the other parties called for them, and flows that are not done yet; and what the
exchange tells of each, delivered at once."""

from collections.abc import Callable
from typing import Any

from asterisk.ari import events
from asterisk.ari.events import Event
from asterisk.leg import Leg
from asterisk.line import Line
from asterisk.visit import Visit


class Register:
    """visits: a caller's channel → the visit. legs: another party's channel → the line of the caller it is for."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.legs: dict[str, Line] = {}
        self._winding_up: set[Visit] = set()
        self._delivery: dict[type[Event], Callable[[Any], None]] = {
            events.ChannelDtmfReceived: self._key,
            events.ChannelDestroyed: self._destroyed,
            events.ChannelHangupRequest: self._hanging_up,
            events.PlaybackFinished: self._playback_finished,
            events.RecordingFinished: self._recording_finished,
            events.RecordingFailed: self._recording_failed,
            events.ChannelLeftBridge: self._left_bridge,
        }

    @property
    def all(self) -> tuple[Visit, ...]:
        """Also those whose caller has gone while the flow has something left to do."""
        return (*self.visits.values(), *self._winding_up)

    @property
    def open(self) -> int:
        """Calls whose end has not been told yet."""
        return len(self.visits) + len(self._winding_up)

    # -- comings and goings ----------------------------------------------------------------------------------------

    def leg(self, channel: str, line: Line | None) -> None:
        if line is None:
            self.legs.pop(channel, None)
        else:
            self.legs[channel] = line

    def gone(self, line: Line) -> None:
        """The caller's line has been released; the flow may still have something to do."""
        visit = self.visits.pop(line.channel, None)
        if visit is not None:
            self._winding_up.add(visit)
            visit.line_gone()

    def closed(self, visit: Visit) -> None:
        self._winding_up.discard(visit)

    def close_all(self, cause: int, by: str) -> None:
        """Every call here is known to be gone."""
        for visit in tuple(self.visits.values()):
            visit.call.line.over(cause, by)

    def let_go(self) -> None:
        """Stop attending to everybody without touching anybody."""
        for visit in self.all:
            visit.let_go()
        self.visits.clear()
        self.legs.clear()

    # -- events: each returns at once ------------------------------------------------------------------------------

    def deliver(self, event: Event) -> None:
        deliver = self._delivery.get(type(event))
        if deliver is not None:
            deliver(event)

    def leg_of(self, channel: str) -> Leg | None:
        line = self.legs.get(channel)
        visit = self.visits.get(line.channel) if line is not None else None
        return visit.call.leg if visit is not None else None

    def _taping(self, channel: str) -> Visit | None:
        """Also a caller who has just hung up has a recording to be closed."""
        return self.visits.get(channel) or next(
            (visit for visit in self._winding_up if visit.call.line.channel == channel), None
        )

    def _key(self, event: events.ChannelDtmfReceived) -> None:
        if visit := self.visits.get(event.channel):
            visit.call.pressed(event.digit, event.at)

    def _hanging_up(self, event: events.ChannelHangupRequest) -> None:
        if visit := self.visits.get(event.channel):
            visit.call.line.released(event.cause, event.soft)

    def _destroyed(self, event: events.ChannelDestroyed) -> None:
        if visit := self.visits.get(event.channel):
            visit.call.line.released(event.cause, True)
        elif leg := self.leg_of(event.channel):
            leg.ended(event.cause, event.tech_cause)

    def _left_bridge(self, event: events.ChannelLeftBridge) -> None:
        if leg := self.leg_of(event.channel):
            leg.ended(16)
        elif visit := self.visits.get(event.channel):
            visit.call.left_bridge(event.bridge)

    def _playback_finished(self, event: events.PlaybackFinished) -> None:
        if visit := self.visits.get(event.target):
            visit.call.prompt.finished(event.playback, event.state)

    def _recording_finished(self, event: events.RecordingFinished) -> None:
        if visit := self._taping(event.target):
            visit.call.tape.finished(event.name, event.seconds)

    def _recording_failed(self, event: events.RecordingFailed) -> None:
        if visit := self._taping(event.target):
            visit.call.tape.failed(event.name, event.cause)
