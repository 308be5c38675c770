"""What an installation may choose. Order: environment (LOUPAN_…), `<home>/loupan.toml`, the defaults here."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class UnusableSettings(Exception):
    """The settings contradict themselves or the rules of production; the text says what to change."""


class Settings(BaseSettings):
    """One installation. Ports of 0 mean: any free one (told on the screen)."""

    model_config = SettingsConfigDict(env_prefix="LOUPAN_", extra="forbid", frozen=True)

    home: Path = Field(default=Path("var"), description="the directory with all state of this installation")
    name: str = Field(default="one", pattern=r"^[a-z][a-z0-9]{0,15}$", description="this controller's name")
    mode: Literal["demo", "production"] = "demo"
    database: str = Field(default="", description="postgresql://… ; empty: SQLite in the home directory")
    language: Literal["zh", "en"] = Field(default="zh", description="language of messages on the screen")
    sample: Literal["development", "T"] = Field(
        default="development", description="what a new demo house begins with: the sample development, or fixture T"
    )
    voices: Literal["full", "light"] = "full"

    exchange: str = Field(
        default="", description="a remote Asterisk's ARI, e.g. http://10.0.0.7:8088/ari; empty: a private one"
    )
    exchange_spool: Path | None = Field(
        default=None, description="the remote Asterisk's spool directory as this machine sees it"
    )
    exchange_user: str = "loupan"
    exchange_password: SecretStr = SecretStr("")
    ami: str = Field(default="", description="host:port of a remote Asterisk's AMI; empty: phones are not watched")
    ami_user: str = "loupan"
    ami_password: SecretStr = SecretStr("")

    bind: str = Field(default="127.0.0.1", description="address of the private exchange")
    town_bind: str = Field(default="127.0.0.2", description="address of the simulated public network")
    sip_port: int = Field(default=15060, ge=0, le=65535)
    http_port: int = Field(default=18088, ge=0, le=65535)
    ami_port: int = Field(default=15038, ge=0, le=65535)
    rtp_ports: int = Field(default=2000, ge=100, description="how many UDP ports for voice: two a call")

    phones: tuple[str, ...] = Field(default=("8001",), description="extensions beside the operators': SIP phones")
    town: bool = Field(default=True, description="offer the simulated public network for trial calls")
    town_phones: tuple[str, ...] = Field(default=(), description="extensions whose phones the town plays")
    load_from: str = Field(default="", description="address of a load generator that may call in without a trunk")
    outside: str = Field(
        default="", description="how numbers outside are called, e.g. PJSIP/{number}@trunk; empty: through the town"
    )
    outside_by_ear: bool = Field(
        default=False, description="the line outside tells what becomes of a call by tones alone: listen to it"
    )
    grace: int = Field(
        default=30, ge=6, le=600, description="seconds a caller may be without a controller before the fallback"
    )
    drain: float = Field(default=10.0, ge=0, description="seconds that running calls get at an orderly stop")

    smtp: SecretStr = Field(
        default=SecretStr(""),
        description="mail server for messages, smtp://user:password@host:port or smtps://…; empty: no mail",
    )
    smtp_from: str = Field(default="loupan@localhost", description="who the mails are from")

    backup_at: str = Field(
        default="03:30",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description="time of the nightly backup (Asia/Shanghai); empty: none",
    )
    backup_keep: int = Field(default=14, ge=0, description="how many nightly backups are kept; 0: all")

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("bind", "town_bind")
    @classmethod
    def _address(cls, address: str) -> str:
        ip_address(address)
        return address

    @field_validator("outside")
    @classmethod
    def _channel(cls, outside: str) -> str:
        if outside and not re.fullmatch(r"[\w/@.:-]*\{number\}[\w/@.:-]*", outside):
            raise ValueError("a channel with {number} in it is expected, e.g. PJSIP/{number}@trunk")
        return outside

    @model_validator(mode="after")
    def _fit_for_production(self) -> "Settings":
        if self.mode == "production":
            weak = {"", "demo", "loupan", "ari", "ami", "password", "secret", "changeme"}
            if self.exchange and self.exchange_password.get_secret_value() in weak:
                raise ValueError(
                    "exchange_password is missing or a demo password: "
                    "in production mode set LOUPAN_EXCHANGE_PASSWORD to one of your own"
                )
            if self.ami and self.ami_password.get_secret_value() in weak:
                raise ValueError(
                    "ami_password is missing or a demo password: set LOUPAN_AMI_PASSWORD to one of your own"
                )
            if "postgres:postgres@" in self.database or "demo:demo@" in self.database:
                raise ValueError("the database address carries a demo password, which production mode refuses")
        return self

    @model_validator(mode="after")
    def _reachable(self) -> "Settings":
        if self.exchange and self.exchange_spool is None:
            raise ValueError(
                "a remote exchange leaves recordings and messages in its spool directory: "
                "set LOUPAN_EXCHANGE_SPOOL to where this machine sees it"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        first: dict[str, Any] = {**env_settings(), **init_settings()}
        home = Path(str(first.get("home", cls.model_fields["home"].default))).expanduser()
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / "loupan.toml")


def load(**overrides: Any) -> Settings:
    """The settings in force. Raises UnusableSettings with one readable line per mistake."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise UnusableSettings("\n".join(lines)) from None
