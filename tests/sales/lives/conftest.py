from tests.sales.services.office import fixture_t, office, office_url

__all__ = ["fixture_t", "office", "office_url"]
