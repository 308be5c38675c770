"""Tables of the sales desk. Importing this package makes them all known."""

from sales.models.customer import Customer
from sales.models.price import PriceItem, PriceList, PriceListState
from sales.models.project import Building, Developer, Layout, Project, ProjectText, ServiceProject
from sales.models.room import Room, RoomState

__all__ = [
    "Building",
    "Customer",
    "Developer",
    "Layout",
    "PriceItem",
    "PriceList",
    "PriceListState",
    "Project",
    "ProjectText",
    "Room",
    "RoomState",
    "ServiceProject",
]
