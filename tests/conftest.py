"""What every test stands on: a fresh data folder, the two databases, no network, known people."""

import gc
import importlib
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path

# What is imported and collected stays until the end. Looked through for garbage again and again, it
# costs a fifth of the work of a run.
gc.disable()

if "PYTEST_XDIST_WORKER" in os.environ:
    # A second process of the same run: pytest-django read the settings, with the folder that the
    # first process chose, before this file was. Each test has a folder of its own in any case.
    _DATA = Path(os.environ["CAIRN_DATA"])
else:
    _FOLDER = tempfile.TemporaryDirectory(prefix="cairn-tests-")
    _DATA = Path(_FOLDER.name, "data")
    os.environ["CAIRN_DATA"] = str(_DATA)
if os.environ.get("PYTHONDONTWRITEBYTECODE"):
    # What one process compiles, the others and the next run load, from a folder that is pytest's in
    # any case; the programs that tests start read the variable, see `pytest_collection_finish`.
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(
        Path(__file__).parents[1] / ".pytest_cache" / "bytecode"
    )
    sys.dont_write_bytecode = False
os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
for name in ("CAIRN_HOSTS", "CAIRN_ENGINE", "CAIRN_KEY"):
    os.environ.pop(name, None)

import pytest  # noqa: E402
from django.conf import settings as django_settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402
from hypothesis import settings as drawing  # noqa: E402
from pytest_django import DjangoDbBlocker, Settings  # noqa: E402
from tests.migrated_databases import (  # noqa: E402
    begin_migration,
    loading_instead_of_migrating,
    restoring_instead_of_emptying,
)

if _DATA != django_settings.CAIRN_DATA:
    raise pytest.UsageError(
        "The settings were read before the tests chose their data folder: "
        "unset DJANGO_SETTINGS_MODULE and run again."
    )

from cairn.policy.vocabulary.access import Role  # noqa: E402
from cairn.policy.vocabulary.organizations import OrganizationKind  # noqa: E402

# A shared machine is slow at times; what is tested is never the time.
drawing.register_profile("cairn", deadline=None)
drawing.load_profile("cairn")


_HERE = Path(__file__).parent
_PURE_CORE = {"policy", "sdc", "matching", "warehouse"}
_LONGEST_FILE = "test_every_page.py"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--only-database`, for a run on another database than the one before."""
    parser.addoption(
        "--only-database", action="store_true", help="leave out what another database cannot change"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Migrate once for all processes and later runs, while these load and collect their tests."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    config.add_cleanup(_FOLDER.cleanup)
    if "DATABASE_URL" not in os.environ:
        config.add_cleanup(begin_migration())


def pytest_collection(session: pytest.Session) -> None:
    """Load the tests in the other direction than the first process of the run does.

    Else each process would compile each file at the same time; so they meet in the middle, and
    what one has compiled, the other loads. What cannot be loaded is reported by the collection.
    """
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        return
    here = session.config.rootpath
    for path in session.config.args:
        for file in sorted((here / path).rglob("test_*.py"), reverse=True):
            with suppress(Exception):
                importlib.import_module(".".join(file.relative_to(here).with_suffix("").parts))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest file, beside which the others run, then with the pure core; leave out,
    where asked, what another database cannot change.

    In a process that has run a thousand tests of pages, each of the core's many small linear
    programs takes ten times as long to free its memory.
    """
    items.sort(key=lambda item: (item.path.name != _LONGEST_FILE, not _is_of_core(item.path)))
    if not config.getoption("--only-database"):
        return
    left_out = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _uses_database(item)]


def _is_of_core(path: Path) -> bool:
    return path.relative_to(_HERE).parts[0] in _PURE_CORE


def pytest_collection_finish() -> None:
    """From here on, garbage is looked for among what tests make, and programs that tests start
    keep what they compile until the end of the run, which else is two seconds of work for each."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Draw what a test draws (keys, tokens, IDs) from its name, so that what failed fails again."""
    os.urandom = random._urandom = random.Random(item.nodeid).randbytes  # type: ignore[attr-defined]


def _uses_database(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if item.get_closest_marker("one_database"):
        return False
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(fixtures))


@pytest.fixture(scope="session")
def quick_migration() -> ExitStack:
    """Until this is closed, the databases that this run has migrated are loaded."""
    with ExitStack() as stack:
        stack.enter_context(loading_instead_of_migrating())
        return stack.pop_all()


@pytest.fixture(scope="session", autouse=True)
def rows_sealed_by_own_key() -> Iterator[None]:
    """Rows are sealed by the key of the test's own data folder, which a connection cannot keep.

    A connection of a program derives the key once: a program has one data folder. A connection of
    tests serves many, and what it wrote by the key of an earlier one would look tampered with.
    """
    from cairn.platform.audit import seal_store

    derived = property(lambda _: seal_store.derive_subkey(seal_store.KEY_LABEL))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seal_store.RowSealer, "_key", derived)
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    quick_migration: ExitStack, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """pytest-django's own, but migrated once in a run, and restored after a test that commits."""
    quick_migration.close()
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(restoring_instead_of_emptying())
        yield


@pytest.fixture(autouse=True)
def own_installation(request: pytest.FixtureRequest) -> None:
    """Each test has an installation of its own; the pure core knows of none."""
    if not _is_of_core(request.node.path):
        for name in ("own_data_folder", "quick_settings", "own_language"):
            request.getfixturevalue(name)
        if not request.node.get_closest_marker("child_process"):
            request.getfixturevalue("upload_reader_thread")


@pytest.fixture
def own_data_folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each test has a storehouse and a key of its own, as each has rows of its own."""
    folder = tmp_path_factory.mktemp("cairn") / "data"
    folder.mkdir(mode=0o700)
    settings.CAIRN_DATA = folder
    return folder


@pytest.fixture
def quick_settings(settings: Settings) -> None:
    """Tasks run at once where they are enqueued; passwords hash fast; `testserver` is us."""
    from django.core.cache import caches

    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
    # As under `cairn serve`: the demo's invented people need no second factor on loopback.
    settings.CAIRN_LISTENS_ON = "127.0.0.1"
    # Each client of a test loads the middleware, which else would list all files of the site.
    settings.WHITENOISE_AUTOREFRESH = True
    # In memory, where a test empties it quickly; both are one.
    in_memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {"default": in_memory, "figures": in_memory}
    caches["default"].clear()
    # Tests write rows that no line of the audit log announces.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "public_cache" not in name]


@pytest.fixture
def upload_reader_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read uploads in a thread: to start a process takes longer than most tests that upload.

    What is sent to the reader and what comes back are the same bytes. Tests about the process
    itself have the mark `child_process`.
    """
    from tests.upload_reader_thread import start_reader_thread

    from cairn.warehouse.readers import child_process

    monkeypatch.setattr(child_process, "_start_child", start_reader_thread)


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk() -> Iterator[None]:
    """A test does not outlive a power cut: what it writes need not have reached the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def own_language() -> Iterator[None]:
    """No test hears the language that the one before it asked for."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def emptying_lifts_the_guard() -> Iterator[None]:
    """A transactional test empties its database, which the audit triggers rightly refuse."""
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.operations import BaseDatabaseOperations

    from cairn.data.identity.guard import install_event_triggers, remove_event_triggers
    from cairn.governance.disclosure_log.guard import install_record_guard, remove_record_guard
    from cairn.platform.audit.guard import install_append_only_triggers, remove_append_only_triggers

    empty = BaseDatabaseOperations.execute_sql_flush

    def guarded(self: BaseDatabaseOperations, statements: list[str]) -> None:
        connection: BaseDatabaseWrapper = self.connection
        if connection.alias != "default":
            remove_event_triggers(connection)
            empty(self, statements)
            install_event_triggers(connection)
            return
        remove_append_only_triggers(connection)
        remove_record_guard(connection)
        empty(self, statements)
        install_append_only_triggers(connection)
        install_record_guard(connection)

    patch = pytest.MonkeyPatch()
    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", guarded)
    yield
    patch.undo()


@pytest.fixture
def organization(db: None) -> Callable[..., object]:
    """Makes an organization: `organization("river", kind=OrganizationKind.SCHOOL_DISTRICT)`."""
    from cairn.governance.partners.models import Organization

    def make(slug: str, *, kind: OrganizationKind = OrganizationKind.SCHOOL_DISTRICT) -> object:
        return Organization.objects.get_or_create(
            slug=slug, defaults={"name": slug.replace("-", " ").title(), "kind": kind.value}
        )[0]

    return make


@pytest.fixture
def cleared(db: None) -> Callable[..., None]:
    """Makes somebody, and the organizations they act for, cleared to see a child."""
    from tests.access_clearance import clear

    return clear


@pytest.fixture
def person(
    organization: Callable[..., object], cleared: Callable[..., None]
) -> Callable[..., object]:
    """Makes someone with a role: `person(Role.STEWARD, at="river")`; PUBLIC has no role at all.

    They are invented people, who need no second factor under these settings; give
    `invented=False` for someone who does. They are cleared to see a child; give
    `trained=False` for someone who is not.
    """
    from cairn.governance.partners.models import Affiliation
    from cairn.platform.accounts.models import User

    def make(
        role: Role = Role.DATA_MANAGER,
        *,
        at: str = "backbone",
        kind: OrganizationKind | None = None,
        invented: bool = True,
        trained: bool = True,
        email: str = "",
    ) -> object:
        user = User.objects.create_user(
            email or f"{role.value}-{User.objects.count()}@example.org",
            role.value.replace("_", " ").title(),
            "a long enough password",
        )
        user.is_invented = invented
        user.save()
        if role is not Role.PUBLIC:
            own = (
                OrganizationKind.BACKBONE if at == "backbone" else OrganizationKind.SCHOOL_DISTRICT
            )
            Affiliation.objects.create(
                user=user,
                organization=organization(at, kind=kind or own),
                role=role.value,
                starts=date(2020, 1, 1),
            )
        if trained:
            cleared(user)
        return user

    return make


@pytest.fixture
def browser(person: Callable[..., object]) -> Callable[..., Client]:
    """A signed-in client: `browser(user)`, or `browser(Role.STEWARD, at="river")` makes one."""

    def open_as(who: object = Role.DATA_MANAGER, **options: object) -> Client:
        client = Client()
        if who is Role.PUBLIC:
            return client
        client.force_login(person(who, **options) if isinstance(who, Role) else who)
        return client

    return open_as


def pytest_sessionfinish() -> None:
    """Leaves nothing behind on the disk."""
    for connection in connections.all(initialized_only=True):
        connection.close()


@pytest.fixture
def parses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process no table can be read: an upload has to be read in a child process."""
    from cairn.warehouse.readers import file_reader

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a file was read in the server's process")

    monkeypatch.setattr(file_reader, "_read_by_format", fail)
