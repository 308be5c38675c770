"""`./run backup` and `./run restore` on the screen: how far it is, what came of it, what to be careful of."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from calls.clock import SystemClock
from db.cipher import KEY_FILE
from server.archive import Manifest
from server.backup import Tell, backup, retain
from server.home import Home
from server.restore import restore
from server.settings import Settings


async def make(
    settings: Settings, screen: Console, file: Path | None, *, keep: int, recordings: bool, key: bool
) -> None:
    """Back up, then delete what is more than `keep` backups in the home's backup directory. Raises Refused."""
    zh = settings.language == "zh"
    with _bar(screen) as bar:
        path, manifest = await backup(settings, file, SystemClock().now(), _teller(bar), recordings=recordings, key=key)
    _say(screen, f"{path} {'已备份并核对' if zh else 'is written and compared'}: {_sum(manifest, zh)}")
    if manifest.key == "left out":
        kept = settings.home / KEY_FILE
        screen.print(
            f"[yellow]![/yellow] {kept} 不在备份中:没有它,证件号和银行账号无法解读,请另行妥善保存(或使用 --with-key)。"
            if zh
            else f"[yellow]![/yellow] {kept} is not in it: without that key, identity and bank numbers cannot be read. "
            "Keep it safe elsewhere (or say --with-key).",
            highlight=False,
        )
    for old in retain(Home(settings.home).backups, keep):
        screen.print(f"[dim]{'已删除旧备份' if zh else 'old backup deleted'}: {old.name}[/dim]", highlight=False)


async def bring_back(settings: Settings, screen: Console, file: Path, *, replace: bool) -> None:
    """Restore. Raises Refused, HomeTaken."""
    zh = settings.language == "zh"
    with _bar(screen) as bar:
        manifest = await restore(settings, file, SystemClock().now(), _teller(bar), replace=replace)
    _say(screen, f"{'已恢复并核对' if zh else 'restored and compared'}: {_sum(manifest, zh)}")
    if manifest.key == "left out" and not (settings.home / KEY_FILE).exists():
        screen.print(
            f"[yellow]![/yellow] 请先将原来的 {KEY_FILE} 放入 {settings.home},再启动。"
            if zh
            else f"[yellow]![/yellow] put the old {KEY_FILE} into {settings.home} before the first start.",
            highlight=False,
        )


def _sum(manifest: Manifest, zh: bool) -> str:
    rows = sum(table.rows for table in manifest.tables.values())
    if zh:
        files = f"{len(manifest.files)} 个文件"
        return f"{len(manifest.tables)} 张表 {rows} 行,{files}({manifest.engine},版本 {manifest.revision})"
    return (
        f"{rows} rows of {len(manifest.tables)} tables, {len(manifest.files)} files "
        f"({manifest.engine}, revision {manifest.revision})"
    )


def _say(screen: Console, words: str) -> None:
    screen.print(f"[green]✓[/green] {words}", highlight=False)


def _bar(screen: Console) -> Progress:
    return Progress(TextColumn("{task.description:<32}"), BarColumn(), TextColumn("{task.completed}/{task.total}"),
                    console=screen, transient=True)  # fmt: skip


def _teller(bar: Progress) -> Tell:
    task = bar.add_task("…", total=None)

    def tell(part: str, number: int, of: int) -> None:
        bar.update(task, description=part[-32:], completed=number, total=of)

    return tell
