"""Every setting, all from the environment. Nonsense stops the start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from nameplate.hosts import hosts_of

BASE_DIR = Path(__file__).resolve().parent


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} is “{value}”; say 1 or 0.")
    return value in {"1", "true", "yes", "on"}


def _number(name: str, default: int, low: int, high: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name} is “{value}”; say a whole number from {low} to {high}.")
    return int(value)


DEBUG = _flag("NAMEPLATE_DEBUG", False)
PRODUCTION = _flag("NAMEPLATE_PRODUCTION", False)
"""Serving others than this machine: needs its own secret key, host names and HTTPS."""

DATA = Path(os.environ.get("NAMEPLATE_DATA", "data")).expanduser().resolve()
"""Where the embedded database, files and the generated secret key live."""


def _refuse_unwritable(why: str) -> None:
    raise ImproperlyConfigured(f"NAMEPLATE_DATA is “{DATA}”, where nothing can be written ({why}); name a folder of your own.")


try:
    DATA.mkdir(parents=True, exist_ok=True)
except OSError as error:
    _refuse_unwritable(error.strerror or "no such place")
if not os.access(DATA, os.W_OK | os.X_OK):
    _refuse_unwritable("it belongs to somebody else")


def _secret_key() -> str:
    given = os.environ.get("NAMEPLATE_SECRET_KEY", "")
    if given:
        if len(given) < 40:
            raise ImproperlyConfigured("NAMEPLATE_SECRET_KEY is shorter than 40 characters; make a long random one.")
        return given
    if PRODUCTION:
        raise ImproperlyConfigured("NAMEPLATE_SECRET_KEY is not set; production needs a long random one.")
    path = DATA / "secret-key"
    try:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be read ({error.strerror}); it must be this account's own file.") from None


SECRET_KEY = _secret_key()

ALLOWED_HOSTS = hosts_of(os.environ.get("NAMEPLATE_ALLOWED_HOSTS", ""))
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("NAMEPLATE_ALLOWED_HOSTS is not set; name the hosts that production answers for.")
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []


PORT = _number("PORT", 8000, 1, 65535)
SERVING_THREADS = _number("NAMEPLATE_THREADS", 8, 1, 200)
"""Requests answered at the same time, per process; also how many database connections a process may open."""
SERVING_WORKERS = _number("NAMEPLATE_WORKERS", 0, 0, 64)
"""Processes that serve from PostgreSQL; 0 is one per processor, to four. SQLite has one."""


def _sqlite(path: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Opening the file, its pragmas and the cold cache cost 2.7 ms of a page's 5.9 at a million units: each thread keeps its connection.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Six writers, 1,200 read-then-write transactions: 79 lock errors by default, none with IMMEDIATE.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY;"
                "PRAGMA cache_size=-32768; PRAGMA journal_size_limit=67108864;"
            ),
        },
    }


def _postgresql(url: str) -> dict[str, object]:
    try:
        parts = urlparse(url)
        port = str(parts.port or "")
    except ValueError:
        # What Python says of it may hold a piece of the password.
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read; say postgres://user:password@host:5432/name, with “/”, “#”, “@” and “:” in the password "
            "written as %2F, %23, %40 and %3A."
        ) from None
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database; say postgres://user:password@host/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket's folder is named as libpq's own URLs name it: postgres://user@/name?host=/folder.
        "HOST": parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0],
        "PORT": port,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": SERVING_THREADS, "timeout": 20},
            "options": "-c lock_timeout=15000 -c jit=off",
        },
    }


def _database(url: str) -> dict[str, object]:
    if not url:
        return _sqlite(str(DATA / "nameplate.sqlite3"))
    scheme = url.partition("://")[0]
    if scheme in {"postgres", "postgresql"}:
        return _postgresql(url)
    if url.startswith("sqlite:///") and url != "sqlite:///":
        return _sqlite(url.removeprefix("sqlite:///"))
    begins = "names no file" if scheme == "sqlite" else f"begins with “{scheme}”"
    raise ImproperlyConfigured(f"DATABASE_URL {begins}; say postgres://… or sqlite:////folder/file.")


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "nameplate",
]

MIDDLEWARE = [
    "nameplate.web.health.health",
    "nameplate.api.door.door",
    "nameplate.functions.remembering",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "nameplate.web.limits.body_limit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nameplate.web.sign_in.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nameplate.web.hiding.HiddenPages",
    "nameplate.web.errors.RefusalMiddleware",
]

ROOT_URLCONF = "nameplate.urls"
CSRF_FAILURE_VIEW = "nameplate.web.errors.csrf_failure"
WSGI_APPLICATION = "nameplate.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nameplate.web.hiding.functions_on",
            ],
        },
    },
]

AUTH_USER_MODEL = "nameplate.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/serials"
ACCOUNT_ADAPTER = "nameplate.web.sign_in.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = _number("NAMEPLATE_TRUSTED_PROXIES", 0, 0, 10)

# Rate limits are counted in the database: they hold for every worker and survive a restart.
# At Django's default of 300 entries anybody could push a count out by failing at 300 other names.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "nameplate_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# What outlives a request is queued in the database, in the transaction that asks for it, and worked on by `nameplate worker`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("NAMEPLATE_TIME_ZONE", "UTC")
"""The company's time zone: business dates are dates in it."""
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError):
    raise ImproperlyConfigured(f"NAMEPLATE_TIME_ZONE is “{TIME_ZONE}”; say one like Europe/Tallinn.") from None

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
"""50,000 serials of 120 characters are 6 MB; JSON and form encoding add to it."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOG_LEVEL = os.environ.get("NAMEPLATE_LOG_LEVEL", "info").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured(f"NAMEPLATE_LOG_LEVEL is “{LOG_LEVEL.lower()}”; say debug, info, warning or error.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Whoever asks for another host, with thousands of parameters or at an endless address gets 400; a traceback for each would let any
    # scanner fill the log.
    "loggers": {f"django.security.{name}": {"level": "CRITICAL"} for name in ("DisallowedHost", "TooManyFieldsSent", "DisallowedRedirect")},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
