"""The one settings file; read top to bottom; a missing value is a loud stop."""

from pathlib import Path

from config import env
from config.databases import POOL, databases
from config.logging import logging_of
from config.security import *  # noqa: F403 - every name of that page is a setting

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = env.secret("WAKU_SECRET_KEY")
DEBUG = False

# What this process is: which doors it opens (web, desk, hooks, live), and whether it is the demo.
WAKU_DOORS = frozenset(env.words("WAKU_DOORS", "web,desk,hooks,live"))
WAKU_DEMO = env.flag("WAKU_DEMO")
WAKU_LOOPBACK = env.flag("WAKU_LOOPBACK")  # plain http on this machine only
WAKU_BEHIND_NGINX = env.flag("WAKU_BEHIND_NGINX")  # nothing else can reach this process
WAKU_LOG_SHAPE = env.text("WAKU_LOG_SHAPE", "words")  # or json: one object a line
WAKU_LOG_REQUESTS = env.flag("WAKU_LOG_REQUESTS")  # a line for each request
WAKU_PORT_SHOWN = env.text("WAKU_PORT_SHOWN", "")  # the port in canonical links; empty for 443
WAKU_KEY_FILE = Path(env.text("WAKU_KEY_FILE"))  # wraps every municipality's keys
WAKU_SPOOL = Path(env.text("WAKU_SPOOL", str(BASE_DIR / ".waku" / "spool")))
WAKU_BACKUP_KEY_FILE = env.text("WAKU_BACKUP_KEY_FILE", "")  # seals backups; commands only
# Folders whose disks are looked at before a long work: the spool's, and PostgreSQL's where it is here.
WAKU_DATA_FOLDERS = env.words("WAKU_DATA_FOLDERS", "")
WAKU_VALKEY_URL = env.text("WAKU_VALKEY_URL")
WAKU_CARRIER_URL = env.text("WAKU_CARRIER_URL", "")  # empty: the carrier's own address
# One process: threads that answer, connections, and requests that run of one municipality while
# others ask too (docs/adr/0024). Threads are cheap; most of them only wait.
WAKU_THREADS = env.number("WAKU_THREADS", 32)
WAKU_POOL_SIZE = POOL["max_size"]
WAKU_SHARE_RUNNING = env.number("WAKU_SHARE_RUNNING", 2)
# The front door: without Valkey each web process lets in so many a minute; from one network (a
# carrier's telephones share one) so many new people a minute may stand in line.
WAKU_DOOR_ALONE_PER_MINUTE = env.number("WAKU_DOOR_ALONE_PER_MINUTE", 120)
WAKU_DOOR_OF_NETWORK = env.number("WAKU_DOOR_OF_NETWORK", 1200)
WAKU_DOOR_TUNES_ITSELF = env.flag("WAKU_DOOR_TUNES_ITSELF", default=True)
WAKU_RESIDENTS_MASTHEAD = "config.context.for_residents"
# Where who finds everything full may ask to be told; empty: by telephone.
WAKU_WAITING_LIST_PAGE = env.text("WAKU_WAITING_LIST_PAGE", "/waiting/")
WAKU_DIRECTORY_SECONDS = env.number("WAKU_DIRECTORY_SECONDS", 5)

# Who makes the live pictures; places first, because the board shows them too.
WAKU_ANNOUNCERS = {
    "places": "venues.availability.announce",
    "board": "callcentre.board.announce",
}

# What must hold after a restore and after every drill; each names what is broken.
WAKU_INVARIANTS = [
    "booking.invariants.broken",
    "notifications.invariants.broken",
    "privacy.verifying.broken",
]

# What the storeys do with restored data, which is older than the world outside.
WAKU_AFTER_RESTORE = ["tenancy.live.leap", "notifications.outbox.doubt"]

# Second places for the heads of the access log's chain (docs/adr/0019); a folder of another disk or
# host, and the ward's mailbox where the municipality names one.
WAKU_ANCHOR_FOLDER = env.text("WAKU_ANCHOR_FOLDER", "")
WAKU_ANCHOR_PLACES = {
    "file": "privacy.anchor_file.tell",
    "mail": "privacy.anchor_mail.tell",
}
WAKU_WARD_MAIL = "notifications.ward_mail.send"
WAKU_FLAGGED_AMONG = "booking.residents.flagged_among"

# What the storeys above tell an auditor about a resident, an account or a call; see privacy.traces.
WAKU_TRACES = [
    "booking.traces.of_events",
    "notifications.traces.of_attempts",
    "callcentre.traces.of_calls",
    "callcentre.traces.of_notes",
]
WAKU_SUBJECTS = {"find": "booking.subjects.find", "reveal": "booking.subjects.reveal"}

ALLOWED_HOSTS = ["*"]  # the exact table of hosts decides: tenancy.entrances.http

INSTALLED_APPS = [
    "config",
    "tenancy.directory",
    "tenancy",
    "privacy",
    "shared",
    "venues",
    "notifications",
    "frontdoor",
    "booking",
    "callcentre",
    "exchange",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "simple_history",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    *(["config.demo"] if WAKU_DEMO else []),  # its pages exist nowhere else
]

MIDDLEWARE = [
    "config.counting.CountedRequests",
    *(["config.proxy.BehindNginx"] if WAKU_BEHIND_NGINX else []),
    "tenancy.entrances.http.MunicipalityMiddleware",
    "privacy.middleware.CircumstancesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "privacy.middleware.NothingStoredMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # below the headers: its files carry them too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tenancy.entrances.http.SameOriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenancy.sessions.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "tenancy.policies.PolicyMiddleware",
]

ROOT_URLCONF = "config.urls_nowhere"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenancy.context.municipality",
                "config.context.masthead",
            ],
        },
    },
]

LOGGING = logging_of(WAKU_LOG_SHAPE)  # every process writes through the allow-list

DATABASES = databases()
DATABASE_ROUTERS = ["tenancy.routers.MunicipalityRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": WAKU_VALKEY_URL,
        "KEY_FUNCTION": "tenancy.current.cache_key",
    },
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [WAKU_VALKEY_URL], "prefix": "waku"},
    },
}

AUTH_USER_MODEL = "tenancy.Staff"
AUTHENTICATION_BACKENDS = ["tenancy.authentication.StaffBackend"]
PASSWORD_HASHERS = ["tenancy.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login_name",)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "tenancy.passwords.HouseWordsValidator"},
]

# Staff sign in with a name, a password and a second factor; nobody signs up by themselves.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_FORMS = {"login": "privacy.forms.SignInForm"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "privacy.sign_in.SignInAdapter"
ACCOUNT_RATE_LIMITS = False  # allauth counts in the cache; privacy.budgets counts in PostgreSQL
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser
ACCOUNT_LOGIN_TIMEOUT = 300  # seconds between password and code
MFA_ADAPTER = "privacy.sign_in.SealedSecrets"
MFA_FORMS = {"authenticate": "privacy.forms.CodeForm"}
MFA_RECOVERY_CODE_DIGITS = 10
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1

CSRF_FAILURE_VIEW = "shared.views.errors.csrf_failure"

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "shared.static_urls.KeptAddresses"},
}
WHITENOISE_USE_FINDERS = True

CELERY_BROKER_URL = WAKU_VALKEY_URL

# Mail leaves through one SMTP server; STARTTLS is demanded everywhere but on this machine.
MAILERS = {
    "default": {
        "OPTIONS": {
            "host": env.text("WAKU_MAIL_HOST", "127.0.0.1"),
            "port": env.number("WAKU_MAIL_PORT", 25),
            "username": env.text("WAKU_MAIL_NAME", ""),
            "password": env.secret("WAKU_MAIL_PASSWORD", ""),
            "use_tls": not WAKU_LOOPBACK,
            "timeout": 15,
        },
    },
}

SECURE_SSL_REDIRECT = not WAKU_LOOPBACK
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if WAKU_BEHIND_NGINX else None
SESSION_COOKIE_AGE = 12 * 3600

# HSTS preload binds the whole domain of the ward for years: the ward decides, not we.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
