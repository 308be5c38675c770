"""The counter, wired: complaints, registrations, callers' own orders and calls back, on the house's database."""

from calls.bus import Bus
from calls.clock import Clock
from db.cipher import Cipher
from db.work import Database
from ivr.counter.counter import Counter
from server.home import Home
from server.orders import HouseOrders


def counter_of(db: Database, bus: Bus, clock: Clock, home: Home) -> Counter:
    return Counter(orders=HouseOrders(db, bus, clock, Cipher.of(home.path)))
