"""Settings: read from the environment once, at the edge, with every mistake reported at once."""

import contextlib
import os
import re
import secrets
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIN_SECRET_BYTES = 32
# Values from this repository's documents and compose file, and what people type when in a hurry.
KNOWN_SECRETS = ("changeme", "change-me", "secret", "mediashare", "development", "password")
DEFAULT_CREDENTIALS = ("minioadmin", "testing", "password", "changeme", "mediashare", "postgres")

ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)
GIB = 1024**3
# The cores that this process may use, which may be fewer than the machine has.
CORES = len(os.sched_getaffinity(0))
# Two at least: one of them is kept for short clips, so that none waits for a long one to end.
HALF_THE_CORES = max(2, CORES // 2)


class SettingsError(Exception):
    """The settings can't be used; the text lists every mistake, one a line."""


class Settings(BaseSettings):
    """Everything an operator can choose. Names are documented in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="MEDIASHARE_", frozen=True, extra="ignore", populate_by_name=True
    )

    env: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start on unsafe settings."
    )
    debug: bool = Field(default=False, description="Debug pages. Never in production.")
    data: Path = Field(Path("var"), description="Folder of everything embedded.")
    url: str = Field("", description="Public address, `http://localhost:PORT` if not given.")
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that the web server listens on.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="At least 32 bytes; generated under the data folder if empty."
    )
    database_url: str = Field(
        "", validation_alias="DATABASE_URL", description="SQLite under the data folder if empty."
    )
    celery_broker_url: str = Field(
        "", validation_alias="CELERY_BROKER_URL", description="A broker on disk if empty."
    )
    storage: Literal["disk", "s3"] = Field("disk", description="Where recordings are kept.")
    s3_endpoint: str = Field("", description="S3 endpoint as the servers reach it; AWS if empty.")
    s3_public_endpoint: str = Field(
        "", description="S3 endpoint as browsers reach it; `S3_ENDPOINT` if empty."
    )
    s3_region: str = Field("us-east-1", description="S3 region.")
    s3_bucket: str = Field("mediashare", description="S3 bucket; it must exist.")
    s3_path_style: bool = Field(default=True, description="Bucket in the path, not in the host.")
    s3_checksums: Literal["when_required", "when_supported"] = Field(
        "when_required", description="When the S3 client adds its own checksums."
    )
    aws_access_key_id: str = Field(
        "", validation_alias="AWS_ACCESS_KEY_ID", description="S3 access key."
    )
    aws_secret_access_key: SecretStr = Field(
        SecretStr(""), validation_alias="AWS_SECRET_ACCESS_KEY", description="S3 secret key."
    )
    accel_redirect: str = Field(
        "", description="Internal nginx location of the disk store (X-Accel-Redirect), if any."
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="How many proxies stand in front and set X-Forwarded-*."
    )
    web_processes: int = Field(1, ge=1, le=64, description="Web server processes.")
    web_threads: int = Field(256, ge=4, le=2000, description="Threads in each web process.")
    worker_concurrency: int = Field(
        2 * HALF_THE_CORES + 2,
        ge=1,
        le=256,
        description="Jobs of all queues that one worker process does at once.",
    )
    media_concurrency: int = Field(
        HALF_THE_CORES, ge=1, le=256, description="How many of them may be of the queue `media`."
    )
    speech_concurrency: int = Field(
        HALF_THE_CORES, ge=1, le=256, description="How many of them may be of the queue `speech`."
    )
    scratch_bytes: int = Field(
        0, ge=0, description="Most scratch of one worker process, in bytes; what is free if 0."
    )
    job_days: int = Field(
        30, ge=1, le=3650, description="Days until what is known of a finished job goes."
    )
    max_upload_bytes: int = Field(8 * GIB, ge=1, description="Largest recording, in bytes.")
    quota_bytes: int = Field(
        200 * GIB, ge=1, description="What one person's recordings may take, in bytes."
    )
    upload_days: int = Field(7, ge=1, le=365, description="Days until an unfinished upload goes.")
    original_days: int = Field(
        180,
        ge=0,
        le=36_500,
        description="Days that an original is kept once its files are made; 0 keeps it for ever.",
    )
    search_log_days: int = Field(
        90,
        ge=0,
        le=3650,
        description="Days that the words of searches are kept, without names; 0 keeps none.",
    )
    max_duration: int = Field(4 * 3600, ge=1, description="Longest recording, in seconds.")
    embed_origins: str = Field(
        "", description="Sites that may show players in frames, such as `https://wiki.example.com`."
    )
    min_free_bytes: int = Field(
        GIB // 2, ge=0, description="Uploads stop while the data folder has less free than this."
    )
    session_days: int = Field(30, ge=1, le=365, description="Days until one must sign in again.")
    session_idle_days: int = Field(
        14, ge=1, le=365, description="Days without a visit until one must sign in again."
    )
    asr_engine: Literal["auto", "whisper", "faster-whisper", "pocketsphinx", "remote", "none"] = (
        Field("auto", description="Speech recogniser; `remote` sends the speech elsewhere.")
    )
    asr_model: str = Field("base", description="Model of the recogniser: a name or a path.")
    asr_device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the recogniser computes; `auto` takes a GPU that it can use."
    )
    asr_remote_url: str = Field(
        "", description="Speech server that `remote` asks, such as `https://speech.example.com/v1`."
    )
    asr_remote_key: SecretStr = Field(SecretStr(""), description="Key that it wants, if any.")
    asr_remote_model: str = Field(
        "whisper-1", min_length=1, max_length=120, description="Model that it is asked for."
    )
    asr_remote_timeout: float = Field(
        120, gt=0, le=3600, description="Seconds until it is given up on one stretch of speech."
    )
    asr_remote_http: bool = Field(
        default=False,
        description="Reach it by http, on this machine or in a private network only.",
    )
    asr_remote_ca: str = Field(
        "", description="File of what proves its certificate; what the system trusts if empty."
    )
    prepublish_check: Literal["off", "advise", "require"] = Field(
        "advise", description="What is said is looked through; `require` holds episodes until then."
    )
    search_meaning: Literal["auto", "off"] = Field(
        "auto", description="Find by meaning; `auto`: where the sentence model is installed."
    )
    sandbox: Literal["auto", "bubblewrap", "none"] = Field(
        "auto", description="Sandbox around ffmpeg; `auto` takes bubblewrap where it runs."
    )
    job_lease: float = Field(
        30, gt=0, le=3600, description="Seconds until a silent worker's job goes to another."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe kind of log line."
    )

    @classmethod
    def from_env(cls) -> Self:
        """The settings of this process's environment; raises SettingsError with all mistakes."""
        try:
            return cls()
        except ValidationError as error:
            lines = [_explain(cls, dict(mistake)) for mistake in error.errors()]
            raise SettingsError("\n".join(lines)) from None

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        problems = [*self._storage_problems(), *self._url_problems()]
        problems += [*self._embed_problems(), *self._speech_problems()]
        if self.env == "production":
            problems += self._production_problems()
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _storage_problems(self) -> list[str]:
        if self.storage != "s3":
            return []
        missing = {"MEDIASHARE_S3_BUCKET": self.s3_bucket}
        return [
            f"{name}: needed when MEDIASHARE_STORAGE=s3" for name, v in missing.items() if not v
        ]

    def _url_problems(self) -> list[str]:
        parts = urlsplit(self.base_url)
        if parts.scheme in {"http", "https"} and parts.hostname and parts.path in {"", "/"}:
            return []
        return ["MEDIASHARE_URL: must look like https://clips.example.com, without a path"]

    def _embed_problems(self) -> list[str]:
        # They become part of a header: nothing but plain origins may pass.
        wrong = [origin for origin in self.embed_sources if not ORIGIN.fullmatch(origin)]
        return [
            f"MEDIASHARE_EMBED_ORIGINS: must look like https://wiki.example.com, not {origin}"
            for origin in wrong
        ]

    def _speech_problems(self) -> list[str]:
        if self.asr_engine != "remote":
            return []
        parts, problems = urlsplit(self.asr_remote_url), []
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            problems.append(
                "MEDIASHARE_ASR_REMOTE_URL: must look like https://speech.example.com/v1"
            )
        elif parts.scheme == "http" and not self.asr_remote_http:
            problems.append("MEDIASHARE_ASR_REMOTE_URL: http needs MEDIASHARE_ASR_REMOTE_HTTP=yes")
        if parts.query or parts.fragment:
            problems.append("MEDIASHARE_ASR_REMOTE_URL: must have no query and no fragment")
        if self.asr_remote_ca and not Path(self.asr_remote_ca).is_file():
            problems.append("MEDIASHARE_ASR_REMOTE_CA: there is no such file")
        key = self.asr_remote_key.get_secret_value()
        if not (key.isascii() and key.isprintable()) or " " in key:
            problems.append("MEDIASHARE_ASR_REMOTE_KEY: must be one word of plain characters")
        return problems

    def _production_problems(self) -> list[str]:
        secret = self.secret_key.get_secret_value()
        problems = []
        if len(secret.encode()) < MIN_SECRET_BYTES:
            problems.append("MEDIASHARE_SECRET_KEY: production needs one of at least 32 bytes")
        elif any(word in secret.lower() for word in KNOWN_SECRETS) or len(set(secret)) < 10:  # noqa: PLR2004 - fewer than ten different characters is a typed pattern
            problems.append("MEDIASHARE_SECRET_KEY: this one is well known or too simple")
        if self.debug:
            problems.append("MEDIASHARE_DEBUG: never in production")
        if urlsplit(self.database_url).password in {*DEFAULT_CREDENTIALS, ""}:
            problems.append("DATABASE_URL: the password is a well-known default")
        if self.storage == "s3" and {
            self.aws_access_key_id,
            self.aws_secret_access_key.get_secret_value(),
        } & set(DEFAULT_CREDENTIALS):
            problems.append("AWS_SECRET_ACCESS_KEY: the credentials are a well-known default")
        return problems

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash."""
        return (self.url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people reach us by https; cookie flags follow it."""
        return self.base_url.startswith("https://")

    @property
    def sqlalchemy_url(self) -> str:
        """The database's SQLAlchemy URL; PostgreSQL is always spoken to through psycopg."""
        if not self.database_url:
            return f"sqlite:///{self.data.resolve() / 'mediashare.db'}"
        scheme, rest = self.database_url.split("://", 1)
        return (
            f"postgresql+psycopg://{rest}"
            if scheme in {"postgres", "postgresql"}
            else (self.database_url)
        )

    @property
    def broker_is_embedded(self) -> bool:
        """Whether messages go through files under the data folder."""
        return not self.celery_broker_url

    @property
    def s3_browser_endpoint(self) -> str:
        """The S3 endpoint that browsers are sent to."""
        return self.s3_public_endpoint or self.s3_endpoint

    @property
    def embed_sources(self) -> tuple[str, ...]:
        """The origins of other sites that may show players."""
        return tuple(self.embed_origins.replace(",", " ").split())

    @property
    def media_origin(self) -> str | None:
        """The one foreign origin that pages may load media from: the S3 store's, if used."""
        if self.storage != "s3" or not self.s3_browser_endpoint:
            return None
        parts = urlsplit(self.s3_browser_endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def signing_key(self) -> str:
        """The secret that cookies are signed with; made on first use if none was given."""
        return self.secret_key.get_secret_value() or _kept_secret(self.data / "secret_key")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked: of processes that start together one wins, and none of them
        # ever reads half a secret. mkstemp makes files with mode 0600.
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text().strip()


def _explain(settings: type[Settings], mistake: dict[str, Any]) -> str:
    message = str(mistake["msg"]).removeprefix("Value error, ")
    if not mistake["loc"]:
        return message
    name = str(mistake["loc"][0])
    field = settings.model_fields.get(name)
    alias = field.validation_alias if field else name
    return f"{alias or 'MEDIASHARE_' + name.upper()}: {message}"
