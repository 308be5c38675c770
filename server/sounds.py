"""`./run prompts`: the shipped sounds, made and judged."""

from rich.console import Console

from prompts import shipped
from server.settings import Settings
from server.setup import prepare


async def build(settings: Settings, screen: Console) -> None:
    """Render what is new or changed since the last time."""
    await prepare(settings, screen)
    count = await shipped.build(lambda text: screen.print(text, highlight=False))
    screen.print(f"{count} sentences rendered" if count else "nothing has changed")


def examine() -> list[str]:
    """Everything wrong with the shipped prompts, a sentence each."""
    return [problem.what for problem in shipped.doctor()]
