"""Define Django's settings.

What a deployment may change comes from `environment`; the rest is fixed.
"""

import os

from cairn.config import databases, environment, logs
from cairn.config.installed_apps import CAIRN_APPS

ENVIRONMENT = environment.read_environment(os.environ)
CAIRN_DATA = ENVIRONMENT.data
CAIRN_ENGINE = ENVIRONMENT.engine
CAIRN_LICENSE = ENVIRONMENT.license
CAIRN_BACKUP = ENVIRONMENT.backup
CAIRN_TLS_CERTIFICATE = ENVIRONMENT.tls_certificate

# The address the running server listens on; empty outside a server. `cairn serve` sets it.
CAIRN_LISTENS_ON = ""

SECRET_KEY = environment.load_secret_key(CAIRN_DATA)
DEBUG = False
LOGGING = logs.LOGGING
ALLOWED_HOSTS = [*ENVIRONMENT.hosts]
ROOT_URLCONF = "cairn.config.urls"
WSGI_APPLICATION = "cairn.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": databases.configure_database(ENVIRONMENT.database_url),
    "identities": databases.configure_database(ENVIRONMENT.identity_database_url),
}

# The default cache is in the data folder, because all processes that answer requests count the same
# attempts to sign in. Public charts and figures, which never change, are in the memory of each
# process: beside the counted attempts they would push these out.
CACHES = {
    "default": {
        "BACKEND": "cairn.config.shared_cache.SharedCache",
        "LOCATION": CAIRN_DATA / "cache",
        # To increase a count keeps it for this long: longer than the hour that it is for.
        "TIMEOUT": 2 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "figures": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}

DATABASE_ROUTERS = ["cairn.config.databases.DatabaseRouter"]

INSTALLED_APPS = [
    "cairn.interfaces.web",
    # Before allauth, so that its pages use our templates.
    "cairn.platform.accounts",
    *(f"cairn.{app.name}" for app in CAIRN_APPS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cairn.interfaces.web.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before sessions: a reader without an account has none.
    "cairn.interfaces.web.serving.public_cache.PublicPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cairn.interfaces.web.middleware.FamilyLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cairn.platform.actions.actors.CurrentRequestMiddleware",
    "cairn.interfaces.web.middleware.NumberRangeMiddleware",
    "cairn.interfaces.web.middleware.MethodNotAllowedMiddleware",
    "cairn.interfaces.web.middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cairn.interfaces.web.navigation.add_page_shell",
            ]
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# Families and the public read in English or Spanish; staff pages are English (web/language.py).
USE_I18N = True

USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
FORMAT_MODULE_PATH = "cairn.config.formats"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# What the agreement does not cover is never written where anyone could read it, not even to a
# temporary file. Hence the one handler, which writes sealed chunks under a key in memory only.
FILE_UPLOAD_HANDLERS = ["cairn.interfaces.web.uploads.SealedUploadHandler"]

# The page of a file's columns has a field for each: 16,384 columns fit in a sheet of a workbook.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CAIRN_UPLOAD_LIMIT = 1024 * 1024 * 1024
CAIRN_WATCHED_FILE_LIMIT = 512 * 1024 * 1024

# Safety of the transport. On loopback http nothing crosses a network; anywhere else, only https.
_HTTPS = not ENVIRONMENT.is_loopback

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "cairn.interfaces.web.errors.form_expired"
CSRF_TRUSTED_ORIGINS = [*ENVIRONMENT.origins]

# Sign-in.
AUTH_USER_MODEL = "accounts.User"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cairn.platform.accounts.password_rules.DisguisedPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "cairn.platform.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "cairn.platform.accounts.forms.PasswordChangeForm",
    "reset_password_from_key": "cairn.platform.accounts.forms.FirstPasswordForm",
    "set_password": "cairn.platform.accounts.forms.MissingPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}

# The message after sign-in has the name only, not the address beside it.
ACCOUNT_USER_DISPLAY = "cairn.platform.accounts.models.get_display_name"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]

# The data manager vouches for an address when adding its person; no mail server is needed.
ACCOUNT_EMAIL_VERIFICATION = "none"

# The password link of an invitation leads to Home, where the first steps are listed. A person with
# a second factor is asked for its code first.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "web:home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True

# An office shares one address, and all its staff sign in at eight. Wrong passwords have the lower
# limits of the second line.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/5m/key",
    "reset_password_from_key": "10/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

MFA_ADAPTER = "cairn.platform.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "cairn.platform.accounts.forms.SecondFactorForm",
    "reauthenticate": "cairn.platform.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "cairn.platform.accounts.forms.SecondFactorSetupForm",
    "add_webauthn": "cairn.platform.accounts.forms.PasskeySetupForm",
    "edit_webauthn": "cairn.platform.accounts.forms.PasskeyNameForm",
    "authenticate_webauthn": "cairn.platform.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "cairn.platform.accounts.forms.PasskeyAgainForm",
    "login_webauthn": "cairn.platform.accounts.forms.PasskeySignInForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]

# A passkey alone is two factors, because the device asks for a PIN, a finger or a face each time.
# It is required also beside a password: the answer to a step that did without could else be sent
# to the sign-in without a password.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"

# Each sign-in with a passkey alone asks for a challenge and sends the answer: as many sign-ins as
# with a password.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Cairn"

# Email goes out only through `platform.notifications`, and only with a mail server of the office.
# Django's own backend stays off, so that no library sends anything.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
CAIRN_SITE = ENVIRONMENT.site
CAIRN_EMAIL_BACKEND = ""
if ENVIRONMENT.mail is not None:
    CAIRN_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = ENVIRONMENT.mail.host, ENVIRONMENT.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENVIRONMENT.mail.user, ENVIRONMENT.mail.password
    EMAIL_USE_TLS = ENVIRONMENT.mail.security == "starttls"
    EMAIL_USE_SSL = ENVIRONMENT.mail.security == "tls"
    EMAIL_TIMEOUT = 20
    DEFAULT_FROM_EMAIL = ENVIRONMENT.mail.sender

elif ENVIRONMENT.is_loopback and (CAIRN_DATA / "mailbox").is_dir():
    # The demo: its email stays in this folder, and a page shows it.
    CAIRN_EMAIL_BACKEND = "cairn.platform.notifications.demo_mailbox.DemoMailboxBackend"
    DEFAULT_FROM_EMAIL = "cairn@river-county.example"

# Long work waits in the governance database, in the same transaction as the action that asks.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
