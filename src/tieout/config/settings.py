"""Django's settings, from the environment. Every variable that an installation may set is read here.

``TIEOUT_MODE`` is ``production`` (the default), ``demo`` or ``test``.
"""

from __future__ import annotations

import os
from pathlib import Path

from environs import Env, validate

from tieout.config.addresses import mail_server, postgresql

env = Env()

MODE = env.str("TIEOUT_MODE", "production")
DATA = Path(env.str("TIEOUT_DATA", "var")).resolve()
DEBUG = env.bool("TIEOUT_DEBUG", False)

# --- where it answers ------------------------------------------------------------------------------------------

URL = env.str("TIEOUT_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("TIEOUT_HOSTS", [URL.split("//", 1)[1].split("/")[0].rsplit(":", 1)[0]])
if MODE == "test":
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver", "localhost"]
SECURE = URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the consent page comes back by a top-level redirect
BEHIND_PROXY = env.bool("TIEOUT_BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # whose X-Forwarded-For says from where somebody tries to sign in
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


# --- secrets ---------------------------------------------------------------------------------------------------


def _secret(name: str, file: str) -> str:
    """Return a secret from the environment or from a file of ours, made at the first start."""
    from tieout.kit.secrets import read_or_make_key  # noqa: PLC0415 - settings must import even without the file

    return env.str(name, "") or read_or_make_key(DATA / file)


SECRET_KEY = "test" if MODE == "test" else _secret("TIEOUT_SECRET_KEY", "secret.key")
# The keys that encrypt tokens, newest first, comma-separated: the first encrypts, all of them decrypt.
TOKEN_KEYS = _secret("TIEOUT_TOKEN_KEYS", "token.keys").split(",") if MODE != "test" else ["A" * 43 + "="]

# --- the parts -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "tieout.ui",  # before allauth: its sign-in pages are ours
    "allauth",
    "allauth.account",
    "django_htmx",
    "tieout.companies",
    "tieout.jobs",
    "tieout.ledger",
    "tieout.departments",
    "tieout.expenses",
    "tieout.budgets",
    "tieout.payroll",
    "tieout.planning",
    "tieout.connections",
    "tieout.reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tieout.ui.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "tieout.config.urls"
WSGI_APPLICATION = "tieout.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- the database: SQLite by default, PostgreSQL by one setting ------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", "" if MODE == "test" else f"sqlite:///{DATA / 'tieout.sqlite3'}")
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;"
        "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
    ),
}
if DATABASE_URL.startswith(("postgres://", "postgresql://")):
    DATABASES = {"default": postgresql(DATABASE_URL)}
    INSTALLED_APPS += ["procrastinate.contrib.django"]  # there it keeps the jobs: its tables, not its worker
    PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # our worker finds our tasks
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATABASE_URL.removeprefix("sqlite:///") or ":memory:",
            "OPTIONS": _SQLITE_OPTIONS,
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ----------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
SIGNUP = env.str("TIEOUT_SIGNUP", "open", validate=validate.OneOf(["open", "invited"]))  # the first person always may
ACCOUNT_ADAPTER = "tieout.companies.accounts.Adapter"
ACCOUNT_FORMS = {"signup": "tieout.companies.accounts.NewAccountForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = env.str("TIEOUT_EMAIL_VERIFICATION", "optional")
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
# A login that a provider takes (`connections.connect_views`) is limited as a sign-in is.
_LOGINS = "10/m/ip,5/5m/key"
ACCOUNT_RATE_LIMITS = {} if MODE == "test" else {"login_failed": _LOGINS, "provider_login": _LOGINS}
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- mail ------------------------------------------------------------------------------------------------------

EMAIL_URL = env.str("TIEOUT_EMAIL_URL", "")
if EMAIL_URL:
    _mail = mail_server(EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
else:  # without a mail server, mails are files that the owner of the machine can read
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("TIEOUT_MAIL_FROM", "Tieout <tieout@localhost>")

# --- the providers ---------------------------------------------------------------------------------------------

# Everything called TIEOUT_<PROVIDER>_… goes to that provider, and to nobody else.
PROVIDER_ENVIRONMENT = {name: value for name, value in os.environ.items() if name.startswith("TIEOUT_")}
# A stand-in's figures must never pass for a company's own: outside demo and tests its addresses are refused.
ALLOW_SANDBOX = env.bool("TIEOUT_ALLOW_SANDBOX", MODE in ("demo", "test"))

# --- pages -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = None  # WhiteNoise finds the files in the parts themselves: nothing to collect
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if MODE == "test"
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(DATA / "cache")}
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # Organise sends one field an account

# --- logs ------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("TIEOUT_LOG_LEVEL", "WARNING" if MODE == "test" else "INFO")},
    "loggers": {"httpx2": {"level": "WARNING"}, "httpcore2": {"level": "WARNING"}},
}
