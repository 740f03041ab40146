"""All settings, read once from the environment.

A missing secret stops the start. DEMO=1 is for one machine and invented people: state under
VAR_DIR, no Redis, mails as files.
"""

import sys
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# --- What kind of run -----------------------------------------------------------------------
TESTING = "pytest" in sys.modules
DEMO = env.bool("DEMO", False)
DEBUG = False
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()
SITE_URL = env.str("SITE_URL", "http://localhost:8000" if DEMO or TESTING else "")
SECRET_KEY = env.str("SECRET_KEY", "only-for-demo-and-tests" if DEMO or TESTING else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])  # older keys, while second factors under them exist
if not SECRET_KEY or not SITE_URL:
    raise ImproperlyConfigured("Set SECRET_KEY and SITE_URL in the environment; docs/operations.md says how.")
if not (DEMO or TESTING) and len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 40 random characters.")
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEMO or TESTING else [])

# --- Apps -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "portal.User"
INSTALLED_APPS = [
    "portal",
    "surveys",
    "portfolios",
    "events",
    "mentoring",
    "selection",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "django.contrib.humanize",  # the session and passkey pages of allauth use its filters
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_structlog",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.middleware.UnavailableWhenBusy",
    "portal.middleware.local_time",
    "portal.middleware.AccessMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
                "portal.context_processors.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database and cache ---------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'leerlijn.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail under load.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",  # what is deleted is not in a copy of the file either
    }
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True, OPTIONS={"connect_timeout": 5})
REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- People and sign-in (portal.md G1) ------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    # guardian's own backend is absent on purpose: it would honour expired grants.
    "portal.sharing.GrantBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORDS = env.bool("PASSWORDS", False)
SIGNUP = env.str("SIGNUP", "invitation")  # or "open"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
ACCOUNT_ADAPTER = "portal.signin.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"] if PASSWORDS else ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_FORMS = {
    "login": "portal.forms.account.SignInForm",
    "request_login_code": "portal.forms.account.RequestCodeForm",
}
ACCOUNT_SESSION_REMEMBER = True  # no box to tick: a session lasts SESSION_COOKIE_AGE
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # as portal.fresh_code
GUEST_HOME = "portfolios:guest_reader"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,10/10m/key",
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "signup": "10/m/ip",
    "confirm_identity": "3/h/user",
    "import_people": "10/h/user",
    "guest_code": "5/h/key,30/h/ip",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "portal.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Leerlijn"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False  # it writes a row on every request
SOCIALACCOUNT_ADAPTER = "portal.oidc.InstitutionAdapter"
OIDC_PROVIDERS = env.json("OIDC_PROVIDERS", None) or []
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "portal.oidc.Institution", "OAUTH_PKCE_ENABLED": True, "APPS": OIDC_PROVIDERS}
}
SOCIALACCOUNT_FORMS = {"disconnect": "portal.forms.account.UnlinkForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # wants guardian's own backend, which we refuse
if not SECURE:
    SILENCED_SYSTEM_CHECKS += [f"security.W{n:03}" for n in (4, 8, 12, 16)]

# --- Language and time (G11) ----------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- Files ----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
COLLECTED = env.bool("COLLECTED_STATIC", False)  # the image sets it, for collectstatic and after it
STATIC_ROOT = env.path("STATIC_ROOT", VAR_DIR / "static") if COLLECTED else None
WHITENOISE_USE_FINDERS = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- Mail -----------------------------------------------------------------------------------
MAIL_DIR = VAR_DIR / "mail"
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR
else:
    if env.str("EMAIL_URL", "smtp:").partition(":")[0] not in ("smtp", "smtps", "submission", "consolemail"):
        raise ImproperlyConfigured("EMAIL_URL starts with smtp:, smtps: or submission: (STARTTLS).")
    _mail = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
    _smtp = _mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    EMAIL_BACKEND = "portal.mail.Background" if _smtp else _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
    EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "Leerlijn <leerlijn@example.org>")

# --- Background work (G6); all in seconds ---------------------------------------------------
TICK = env.int("TICK_SECONDS", 30)  # between two looks at what is due
HEARTBEAT = env.int("HEARTBEAT_SECONDS", 30)
SILENCE = env.int("SILENCE_SECONDS", 90)  # a part that did not sign for so long is ill
FORGOTTEN = env.int("FORGOTTEN_SECONDS", 900)  # a worker that did not sign for so long was replaced
DEAF = env.int("DEAF_SECONDS", 400)  # longer than any task: a worker that hears nothing for so long ends itself
OVERDUE = env.int("OVERDUE_SECONDS", 300)  # a mail that should have left so long ago is a fault
LEASE = timedelta(seconds=env.int("LEASE_SECONDS", 120))  # for sending one mail; after it somebody else tries

# --- Headers (promises.md) ------------------------------------------------------------------
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked inside the network, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
if SECURE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # the QR code of an authenticator app is a data: picture
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": [
            "'self'",
            *sorted({p["settings"]["server_url"].split("/.well-known")[0] for p in OIDC_PROVIDERS}),
        ],
    }
}

# --- Logs: one line a request, never personal data ------------------------------------------
# What may never stand in a line is not gathered for it either.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED, DJANGO_STRUCTLOG_USER_ID_FIELD = False, None
from portal.logs import LOGGING  # noqa: E402, F401
