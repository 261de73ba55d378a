"""Read the settings of a deployment from environment variables, once, into one frozen value.

Every setting that a partnership may change is a variable named here and in no other module.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_DEFAULT_PORT = 8000
_LAST_PORT = 65535
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class InvalidEnvironment(Exception):
    """A variable has a value that Cairn cannot use; the message names it and says what to write."""


MAIL_SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server of a deployment; `security` is one of `MAIL_SECURITY`."""

    host: str
    port: int
    user: str
    password: str
    security: str
    sender: str


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Where nightly backups go, the public keys they are encrypted to, and how long they stay."""

    data: str
    keys: str
    recipients: tuple[str, ...]
    kept_days: int


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of a deployment.

    `hosts` are the names under which browsers may reach the site. Without `mail` it sends none,
    and without `backup` it makes no backups. `tls_certificate` is the file of the certificate that
    the proxy in front of it shows, for the date on the status page.
    """

    data: Path
    hosts: tuple[str, ...]
    database_url: str
    identity_database_url: str
    engine: str
    time_zone: str
    license: str
    mail: MailServer | None
    backup: BackupSettings | None = None
    tls_certificate: Path | None = None
    port: int = _DEFAULT_PORT

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the site, so that plain http crosses no network."""
        return set(self.hosts) <= set(LOOPBACK_HOSTS)

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins from which forms are accepted when a proxy ends TLS in front of Cairn."""
        return () if self.is_loopback else tuple(f"https://{host}" for host in self.hosts)

    @property
    def site(self) -> str:
        """The address of the site, for links in email."""
        if self.is_loopback:
            return f"http://127.0.0.1:{self.port}"
        return f"https://{self.hosts[0]}"


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Read the variables.

    Raises:
        InvalidEnvironment: a value that no deployment can use.
    """
    data = Path(variables.get("CAIRN_DATA") or "cairn-data").expanduser().absolute()
    host_list = variables.get("CAIRN_HOSTS", "")
    hosts = tuple(host.strip() for host in host_list.split(",") if host.strip()) or LOOPBACK_HOSTS
    if "*" in hosts:
        raise InvalidEnvironment(
            "CAIRN_HOSTS may not be '*': name the host that people type, e.g. cairn.county.example."
        )
    engine = variables.get("CAIRN_ENGINE") or "duckdb"
    if engine not in ("duckdb", "spark"):
        raise InvalidEnvironment(
            f"CAIRN_ENGINE is {engine!r}: write 'duckdb' (the default) or 'spark'."
        )
    return Environment(
        data=data,
        hosts=hosts,
        database_url=variables.get("DATABASE_URL") or f"sqlite:///{data / 'governance.sqlite3'}",
        identity_database_url=(
            variables.get("IDENTITY_DATABASE_URL") or f"sqlite:///{data / 'identities.sqlite3'}"
        ),
        engine=engine,
        time_zone=variables.get("CAIRN_TIME_ZONE") or "America/New_York",
        license=variables.get("CAIRN_LICENSE", "").strip(),
        mail=_read_mail_server(variables),
        backup=_read_backup_settings(variables),
        tls_certificate=_read_path(variables.get("CAIRN_TLS_CERTIFICATE", "")),
        port=_read_port(variables.get("CAIRN_PORT", "")),
    )


def _read_port(text: str) -> int:
    """Read the port in links to a site that only this machine reaches."""
    port = int(text or _DEFAULT_PORT) if text.isdecimal() or not text else 0
    if not 1 <= port <= _LAST_PORT:
        raise InvalidEnvironment(
            f"CAIRN_PORT is {text!r}: write a number from 1 to {_LAST_PORT}, such as 8080."
        )
    return port


def _read_path(text: str) -> Path | None:
    return Path(text.strip()).expanduser() if text.strip() else None


def _read_backup_settings(variables: Mapping[str, str]) -> BackupSettings | None:
    """Read where backups go; none without `CAIRN_BACKUP`."""
    data = variables.get("CAIRN_BACKUP", "").strip()
    if not data:
        return None
    keys = variables.get("CAIRN_BACKUP_KEYS", "").strip()
    recipients = tuple(variables.get("CAIRN_BACKUP_RECIPIENTS", "").replace(",", " ").split())
    if not keys or not recipients:
        raise InvalidEnvironment(
            "CAIRN_BACKUP needs CAIRN_BACKUP_KEYS, another place for the keys, and "
            "CAIRN_BACKUP_RECIPIENTS, the public key (age1...) that backups are encrypted to."
        )
    days = variables.get("CAIRN_BACKUP_DAYS") or "30"
    if not days.isdecimal() or not int(days):
        raise InvalidEnvironment(f"CAIRN_BACKUP_DAYS is {days!r}: write a number, such as 30.")
    return BackupSettings(data=data, keys=keys, recipients=recipients, kept_days=int(days))


def _read_mail_server(variables: Mapping[str, str]) -> MailServer | None:
    """Read the mail server; none without `CAIRN_MAIL_HOST`."""
    host = variables.get("CAIRN_MAIL_HOST", "").strip()
    if not host:
        return None
    security = variables.get("CAIRN_MAIL_SECURITY") or "starttls"
    if security not in MAIL_SECURITY:
        raise InvalidEnvironment(
            f"CAIRN_MAIL_SECURITY is {security!r}: write 'starttls' (the default), 'tls' or 'none'."
        )
    if security == "none" and host not in LOOPBACK_HOSTS:
        raise InvalidEnvironment(
            "CAIRN_MAIL_SECURITY may be 'none' only for a mail server on this machine."
        )
    sender = variables.get("CAIRN_MAIL_FROM", "").strip()
    if "@" not in sender:
        raise InvalidEnvironment(
            "CAIRN_MAIL_FROM must be the address that email comes from, such as "
            "cairn@county.example."
        )
    port = variables.get("CAIRN_MAIL_PORT") or ("465" if security == "tls" else "587")
    if not port.isdecimal():
        raise InvalidEnvironment(f"CAIRN_MAIL_PORT is {port!r}: write a number, such as 587.")
    return MailServer(
        host=host,
        port=int(port),
        user=variables.get("CAIRN_MAIL_USER", ""),
        password=variables.get("CAIRN_MAIL_PASSWORD", ""),
        security=security,
        sender=sender,
    )


def load_secret_key(data: Path) -> str:
    """Load the key that signs sessions.

    It is made once, in a file that only its owner can read (0600). Two processes may start
    together: the first to link its file into place wins, and both read the winner's.
    """
    path = data / "secret.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = data / f"secret.key.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(48)))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
