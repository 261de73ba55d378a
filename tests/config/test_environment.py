"""The environment is read once, and refuses what no deployment can mean."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cairn.config.environment import InvalidEnvironment, load_secret_key, read_environment


def test_without_variables_it_is_a_laptop() -> None:
    found = read_environment({})
    assert found.data == Path("cairn-data").absolute()
    assert found.is_loopback
    assert found.origins == ()
    assert found.engine == "duckdb"
    assert found.database_url == f"sqlite:///{found.data}/governance.sqlite3"
    assert found.identity_database_url == f"sqlite:///{found.data}/identities.sqlite3"


def test_a_named_host_is_reached_by_https_only() -> None:
    found = read_environment({"CAIRN_HOSTS": "cairn.county.example, localhost"})
    assert not found.is_loopback
    assert "https://cairn.county.example" in found.origins


def test_a_database_of_ones_own() -> None:
    found = read_environment(
        {"DATABASE_URL": "postgres://h/a", "IDENTITY_DATABASE_URL": "postgres://h/b"}
    )
    assert (found.database_url, found.identity_database_url) == (
        "postgres://h/a",
        "postgres://h/b",
    )


@pytest.mark.parametrize(
    ("variables", "word"),
    [({"CAIRN_HOSTS": "*"}, "CAIRN_HOSTS"), ({"CAIRN_ENGINE": "sqlite"}, "CAIRN_ENGINE")],
)
def test_a_value_that_nobody_can_mean_is_refused_by_name(
    variables: dict[str, str], word: str
) -> None:
    with pytest.raises(InvalidEnvironment, match=word):
        read_environment(variables)


def test_without_a_mail_server_no_email_is_sent() -> None:
    assert read_environment({}).mail is None


def test_a_mail_server_is_reached_by_starttls_unless_the_office_says_otherwise() -> None:
    named = {"CAIRN_MAIL_HOST": "mail.county.example", "CAIRN_MAIL_FROM": "cairn@county.example"}
    found = read_environment(named).mail
    assert found is not None
    assert (found.port, found.security) == (587, "starttls")
    found = read_environment({**named, "CAIRN_MAIL_SECURITY": "tls"}).mail
    assert found is not None
    assert found.port == 465


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http"])
def test_a_port_that_no_site_can_have_is_refused(text: str) -> None:
    assert read_environment({"CAIRN_PORT": "8080"}).port == 8080
    with pytest.raises(InvalidEnvironment, match="from 1 to 65535"):
        read_environment({"CAIRN_PORT": text})


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"CAIRN_MAIL_FROM": ""}, "CAIRN_MAIL_FROM"),
        ({"CAIRN_MAIL_PORT": "smtp"}, "CAIRN_MAIL_PORT"),
        ({"CAIRN_MAIL_SECURITY": "ssl"}, "CAIRN_MAIL_SECURITY"),
        ({"CAIRN_MAIL_SECURITY": "none"}, "only for a mail server on this machine"),
    ],
)
def test_a_mail_server_that_cannot_be_used_is_refused(variables: dict[str, str], word: str) -> None:
    named = {"CAIRN_MAIL_HOST": "mail.county.example", "CAIRN_MAIL_FROM": "cairn@county.example"}
    with pytest.raises(InvalidEnvironment, match=word):
        read_environment({**named, **variables})


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    key = load_secret_key(data)
    assert len(key) >= 50
    assert load_secret_key(data) == key
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in data.iterdir()] == ["secret.key"]


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(load_secret_key, [tmp_path] * 32))
    assert len(keys) == 1
