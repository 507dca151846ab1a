"""Django settings, read from the environment (see `docs/settings.md`); unknown `SEAWALL_*` names stop the start."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from seawall.project.environment import BadEnvironment, Environment

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent

MODE = env.choice("MODE", "development", ("production", "demo", "development", "test"), "what this process is for")
PRODUCTION = MODE == "production"
DATA_DIR = env.path("DATA_DIR", "~/.local/share/seawall", "keys and the embedded database live here")
DEBUG = env.flag("DEBUG", False, "show Django's error pages; refused in production")
SECRET_KEY = env.text("SECRET_KEY", "", "signs sessions; required in production, at least 50 characters")
SIGNING_KEY = env.text("SIGNING_KEY", "", "signs the evidence log, 64 hexadecimal digits; empty: kept in the folder")
ALLOWED_HOSTS = env.words("HOSTS", "127.0.0.1,localhost,[::1]", "host names this site answers to")
CSRF_TRUSTED_ORIGINS = env.words("ORIGINS", "", "origins allowed to post, e.g. the https address behind a proxy")
SECURE_COOKIES = env.flag("SECURE_COOKIES", PRODUCTION, "send cookies over https only")
REQUIRE_MFA = env.flag("REQUIRE_MFA", PRODUCTION, "insurer's staff must use a second factor")
SCAN_ALLOW = env.words("SCAN_ALLOW", "", "CIDR ranges the scanner may reach although they are not public")
SCAN_RESOLVER = env.text("SCAN_RESOLVER", "", "name server for scans as address:port; empty means the system's")
SCAN_PORTS = env.words("SCAN_PORTS", "", "port mapping for a lab, e.g. 443:8443; refused in production")
SCAN_ROOTS = env.text(
    "SCAN_ROOTS", "", "PEM file of further certificates that scans trust, for a lab or on-premise use"
)
SCAN_RATE = env.number("SCAN_RATE", 2, "requests a second that scans send to one host")
FEEDS = env.words("FEEDS", "", "public feeds to fetch by themselves, as kind=URL; empty: nothing is fetched")
UPLOAD_LIMIT = env.number("UPLOAD_LIMIT", 20 * 1024 * 1024, "largest upload in bytes")
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai", "zone in which pages show times")
_url = env.text("DATABASE_URL", "", "PostgreSQL 15 or newer; empty means the embedded server")
env.finish()

if PRODUCTION and (DEBUG or len(SECRET_KEY) < 50 or SCAN_PORTS):
    raise BadEnvironment(
        "seawall: production needs a SEAWALL_SECRET_KEY of 50 characters, no SEAWALL_DEBUG and no SEAWALL_SCAN_PORTS"
    )
if not SECRET_KEY:
    SECRET_KEY = "development-only-" + str(DATA_DIR)

try:
    _database = conninfo_to_dict(_url)
except ProgrammingError as error:
    raise BadEnvironment("seawall: DATABASE_URL should look like postgresql://user@host/name") from error
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(_database.pop("dbname", "seawall")),
        "USER": str(_database.pop("user", "seawall")),
        "PASSWORD": str(_database.pop("password", "")),
        "HOST": str(_database.pop("host", "")),
        "PORT": str(_database.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {key: str(value) for key, value in _database.items()},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "seawall.records.parties",
    "seawall.records.journal",
    "seawall.records.vault",
    "seawall.records.releases",
    "seawall.records.feeds",
    "seawall.lifecycle.strategy",
    "seawall.lifecycle.identify",
    "seawall.lifecycle.protect",
    "seawall.lifecycle.detect",
    "seawall.lifecycle.respond",
    "seawall.lifecycle.recover",
    "seawall.entrypoints.web",
    "seawall.entrypoints.jobs",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "seawall.entrypoints.web.middleware.ViewerMiddleware",
]
ROOT_URLCONF = "seawall.project.urls"
WSGI_APPLICATION = "seawall.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "entrypoints" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "seawall.entrypoints.web.context.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "seawall.entrypoints.web.accounts.ClosedSignup"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Seawall"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 63072000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["seawall.entrypoints.jobs.tasks"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
