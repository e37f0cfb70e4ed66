"""Every setting, from the environment. `.env.example` explains each variable.

TACE_ENVIRONMENT chooses one of three: `production` (the default: refuses to start half configured),
`demonstration` (what `make run` starts, on loopback only) and `test`.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

from tace_site import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("TACE_ENVIRONMENT", default="production")
if ENVIRONMENT not in {"production", "demonstration", "test"}:
    raise ImproperlyConfigured(
        f"TACE_ENVIRONMENT must be production, demonstration or test, not {ENVIRONMENT!r}"
    )
IS_PRODUCTION = ENVIRONMENT == "production"
IS_DEMONSTRATION = ENVIRONMENT == "demonstration"
IS_TEST = ENVIRONMENT == "test"


def required_in_production(read, name: str, otherwise):
    """Read a variable; in production it must be there, elsewhere `otherwise` stands in."""
    if IS_PRODUCTION:
        value = read(name)
        if not value:
            raise ImproperlyConfigured(f"Set the {name} environment variable")
        return value
    return read(name, default=otherwise)


DEBUG = False
SECRET_KEY = required_in_production(env.str, "SECRET_KEY", "not-secret-demonstration-and-tests-only")
# Earlier keys, while what they signed or encrypted is still in use.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = required_in_production(
    env.list, "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Under which address people open the site: what a link in a message begins with.
SITE_URL = env.str(
    "SITE_URL",
    default=f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
    if IS_PRODUCTION
    else f"http://127.0.0.1:{env.str('PORT', default='8000')}",
)

INSTALLED_APPS = [
    "tace_site",
    "pathway",
    "procedures",
    "followup",
    "assessments",
    "patients",
    "accounts",
    "accounts.admin_site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "simple_history",
    "django_structlog",
]

MIDDLEWARE = [
    "tace_site.middleware.LoopbackOnlyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.IdleSessionMiddleware",
    "accounts.middleware.MembershipMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "patients.middleware.MergedPatientMiddleware",
    "tace_site.logs.RequestLogMiddleware",
]

ROOT_URLCONF = "tace_site.urls"
WSGI_APPLICATION = "tace_site.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tace_site.context_processors.page_frame",
            ],
        },
    },
]

# Database. SQLite waits for a write lock from the start of a transaction: Django's defaults fail under contention.
DATABASES = {
    "default": required_in_production(env.db_url, "DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
}
if not isinstance(DATABASES["default"], dict):
    DATABASES["default"] = env.db_url_config(DATABASES["default"])
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    # Each process has a pool of its own, opened after the fork; a connection is tried before it is lent.
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if not IS_TEST:
        pool_size = env.int("DATABASE_POOL_SIZE", default=10)
        DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "tace",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# People and sign-in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pathway:home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.NewPasswordForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "set_password": "accounts.forms.sign_in.FirstPasswordForm",
    "reauthenticate": "accounts.forms.sign_in.ConfirmPasswordForm",
}
# A changed password or second factor is told by mail; an address that we do not know gets none.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,30/15m/ip", "reset_password": "5/h/key,20/h/ip"}  # nosec B105
# Behind proxies of ours the client's address is this many hops from the end of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.sign_in.CodeForm",
    "reauthenticate": "accounts.forms.sign_in.ConfirmCodeForm",
    "activate_totp": "accounts.forms.sign_in.SetUpCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Nobody signs up: the address was given by whoever invited the person, and the invitation went there.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "TACE pathway"
# accounts.session_lock notes when a session was last used; allauth's own tracking writes a row on every request.
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_SECONDS = env.int("IDLE_SECONDS", default=15 * 60)

# Language and time. A person's language and the team's time zone are activated by MembershipMiddleware.
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
# What letters to a patient can be written in; the pages themselves only where a compiled catalogue is there.
PATIENT_LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGES = [
    (code, name)
    for code, name in PATIENT_LANGUAGES
    if code == "en" or (LOCALE_PATHS[0] / to_locale(code) / "LC_MESSAGES" / "django.mo").exists()
]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# Files.
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if IS_TEST
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Mail.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="tace-pathway@localhost")

# Security. The policy allows only our own files and a nonce; Bootstrap draws two glyphs from data: images.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tace_site.views.csrf_failure"
if IS_PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # The probe asks the application server itself, without the proxy that speaks TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# Logs: one line of JSON for each event in a hospital, plain words on a person's own machine. They name no patient.
LOGGING = logs.configuration(
    level=env.str("LOG_LEVEL", default="INFO" if IS_PRODUCTION else "ERROR"), as_json=IS_PRODUCTION
)
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # debug: a request is worth one line, not two
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = env.bool("LOG_ADDRESSES", default=True)

# Worker. Correctness lives in the database; the broker only wakes workers (docs/decisions).
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {"polling_interval": 0.02}
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# The timetable keeps no state on disk: each entry is harmless to repeat, and finds its work in the database.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# One worker that is its own timetable, out of the box. In a hospital the timetable is a process of its own.
TIMETABLE_IN_WORKER = env.bool("TIMETABLE_IN_WORKER", default=not REDIS_URL)
# `/healthz` fails when the timetable has not ticked for this long.
TIMETABLE_SILENCE_SECONDS = env.int("TIMETABLE_SILENCE_SECONDS", default=60)
# A sweep starts in every hour; where one did not end, another is tried after the second number. `/healthz` fails when
# none was finished within two periods.
SWEEP_PERIOD_SECONDS, SWEEP_RETRY_SECONDS = 3600, 120
# How long one message is a worker's own: longer than a mail server may keep it waiting at every step.
MESSAGE_LEASE_SECONDS = 300
# After how long a message that did not leave is tried again; after the last of these it has failed.
MESSAGE_RETRY_SECONDS = [60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600]
# How long the file of a registry export is kept to be fetched: a number of the house, not in source.
REGISTRY_FILE_DAYS = env.int("REGISTRY_FILE_DAYS", default=14)
# Whom to call for a bleeding patient: shown on an urgent assessment, not in source ("Interventional radiology: 4711").
ON_CALL = env.str("ON_CALL", default="")
