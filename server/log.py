"""The log of the service: one line per event on the screen, JSON lines in a rotating file."""

import logging
import logging.handlers
import sys
from pathlib import Path

import structlog


def open_log(directory: Path, *, quiet: bool = False) -> None:
    """Everything goes to `<directory>/loupan.log` (10 MB × 5); warnings and worse to the screen unless `quiet`."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    directory.mkdir(parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(directory / "loupan.log", maxBytes=10_000_000, backupCount=5)
    file.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.dict_tracebacks,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handlers: list[logging.Handler] = [file]
    if not quiet:
        screen = logging.StreamHandler(sys.stderr)
        screen.setLevel(logging.WARNING)
        screen.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=shared,
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
                ],
            )
        )
        handlers.append(screen)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.getLogger("panoramisk").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
