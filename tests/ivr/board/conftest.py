from tests.db.engines import *  # noqa: F403
