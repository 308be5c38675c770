"""Lives of rooms and customers: whatever anybody does in whatever order, what must always hold, holds."""

from tests.sales.lives.buying import Buying
from tests.sales.lives.holding import Holding
from tests.sales.lives.paying import Paying
from tests.sales.lives.selling import Selling


class Life(Holding, Buying, Paying, Selling):
    """One house from the state of fixture T on."""
