from tests.sales.services.office import office

__all__ = ["office"]
