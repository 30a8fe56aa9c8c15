"""The one settings file. What differs between installations comes from the environment (see .env.example)."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from botocore.config import Config
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from investcrm import env
from investcrm.core.api.defaults import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from investcrm.local.places import broker_url, private_database_url, private_redis_url, private_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

DATABASE_URL = env.text("DATABASE_URL", "")
REDIS_URL = env.text("REDIS_URL", "") or private_redis_url()
DEBUG = env.flag("DEBUG", False)
# Demonstration data and logins exist only where the private database is used: never beside a named database.
DEMO = env.flag("INVESTCRM_DEMO", False) and not DATABASE_URL
SECRET_KEY = env.text("SECRET_KEY") if DATABASE_URL else env.text("SECRET_KEY", "") or private_secret_key()
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.text("SITE_URL", "http://localhost:8000")
HTTPS = env.flag("HTTPS", False)
# How many proxies of one's own a request passes: that many addresses at the end of X-Forwarded-For are believed.
PROXIES = env.integer("PROXIES", 0)

INSTALLED_APPS = [
    "investcrm.core",
    "teams",
    "projects",
    "visits",
    "pipeline",
    "sync",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "csp",
]

MIDDLEWARE = [
    "investcrm.core.middleware.ClientAddressMiddleware",
    "investcrm.core.api.problems.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "investcrm.core.middleware.CompressPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "investcrm.core.middleware.UserLanguageMiddleware",
    "investcrm.core.middleware.UserTimeZoneMiddleware",
    "investcrm.core.middleware.HtmxLoginRedirectMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "investcrm.core.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "investcrm.urls"
WSGI_APPLICATION = "investcrm.wsgi.application"
# Selects of hundreds of options are drawn in Python.
FORM_RENDERER = "investcrm.core.widgets.PlainRenderer"

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
                "django.template.context_processors.i18n",
            ],
            "builtins": ["investcrm.core.templatetags.crm", "investcrm.core.templatetags.ui"],
        },
    }
]

DATABASES = {
    "default": {
        **dj_database_url.parse(DATABASE_URL or private_database_url(), conn_max_age=600, conn_health_checks=True),
        "ENGINE": "django.db.backends.postgresql",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The web keeps working while Redis is away: a failed cache read is a miss, a failed write is forgotten.
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.text("CACHE_PREFIX", "investcrm"),
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 2, "SOCKET_TIMEOUT": 2},
    }
}

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "visits:today"
ACCOUNT_ADAPTER = "teams.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by administrators, who know the address
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "investcrm"
# Who must use a second factor: administrators, everybody, or nobody.
REQUIRE_SECOND_FACTOR = env.choice("REQUIRE_SECOND_FACTOR", "nobody", {"nobody", "administrators", "everybody"})
SESSION_COOKIE_AGE = env.integer("SESSION_DAYS", 14) * 86_400

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.text("MEDIA_ROOT", "") or str(BASE_DIR / "var" / "media")
# Documents lie in a folder, or in an S3-compatible service where a bucket is named.
S3_BUCKET = env.text("S3_BUCKET", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.text("S3_ENDPOINT_URL", "") or None,
            "region_name": env.text("S3_REGION", "") or None,
            "access_key": env.text("S3_ACCESS_KEY", "") or None,
            "secret_key": env.text("S3_SECRET_KEY", "") or None,
            "default_acl": None,
            "file_overwrite": False,
            # One part in memory at a time; with threads it would be ten.
            "use_threads": False,
            # Services other than Amazon's often refuse the checksums that its newer clients add by themselves.
            "client_config": Config(
                s3={"addressing_style": env.choice("S3_ADDRESSING_STYLE", "auto", {"auto", "path", "virtual"})},
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=10,
                # a service puts the parts of a large file together before it answers
                read_timeout=300,
            ),
        },
    }
    if S3_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(Path(MEDIA_ROOT) / "documents"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Pieces of files on their way in; several web machines share this folder.
UPLOAD_ROOT = env.text("UPLOAD_ROOT", "") or str(Path(MEDIA_ROOT) / "uploads")
# What may be uploaded, by the ending of its name. What a browser would run (HTML, SVG) is not on the list.
DOCUMENT_TYPES = env.items(
    "DOCUMENT_TYPES",
    "pdf,doc,docx,xls,xlsx,ppt,pptx,wps,et,dps,ofd,txt,csv,md,rtf,odt,ods,odp,jpg,jpeg,png,gif,webp,heic,tif,tiff,bmp,"
    "mp3,m4a,wav,mp4,mov,avi,mkv,zip,rar,7z,dwg,dxf,eml,msg",
)
DOCUMENT_MAX_MB = env.integer("DOCUMENT_MAX_MB", 5120)
PICTURE_MAX_MB = env.integer("PICTURE_MAX_MB", 25)

# A folder of more fonts for PDF and the charts in mails, beside our own; pages are set by the browser.
CHART_FONT_DIR = env.text("CHART_FONT_DIR", "")

# Mail is a row first (core.OutboxMessage) and is sent by the worker; see investcrm/core/outbox.py.
EMAIL_BACKEND = "investcrm.core.outbox.OutboxBackend"
OUTBOX_EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST", "")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "") or "localhost"
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "investcrm@localhost")

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
# A killed worker's task comes back after the visibility timeout, which must exceed the longest task and ETA
# (the time limit above); without the two unacked settings kombu restores nothing (it looks every 30 × 1 s).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1200,
    "unacked_restore_interval": 30,
    "unacked_restore_throttle": 1,
    "global_keyprefix": env.text("CELERY_PREFIX", "investcrm:"),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / "var" / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "send-outbox": {"task": "core.send_outbox", "schedule": 60.0},
    "forget-mails": {"task": "core.forget_mails", "schedule": 3600.0},
    "forget-answers": {"task": "core.forget_answers", "schedule": 3600.0},
    "give-positions": {"task": "core.give_positions", "schedule": 60.0},
    "fold-tallies": {"task": "pipeline.fold_tallies", "schedule": 60.0},
    "check-ledger": {"task": "pipeline.check_ledger", "schedule": 3600.0},
    "sweep-uploads": {"task": "projects.sweep_uploads", "schedule": 3600.0},
    # Whatever is due by now and was not told yet: a run that was missed is made up for by the next one.
    "tell-protection-endings": {"task": "projects.tell_protection_endings", "schedule": 3600.0},
    "tell-due-requests": {"task": "visits.tell_due_requests", "schedule": 3600.0},
    # Whatever period has passed its cut-off and has no report yet; whoever was not reminded this morning.
    "make-reports": {"task": "pipeline.make_reports", "schedule": 120.0},
    "write-report-mails": {"task": "pipeline.write_report_mails", "schedule": 60.0},
    "follow-merges": {"task": "visits.follow_merges", "schedule": 300.0},
    "send-reminders": {"task": "visits.send_reminders", "schedule": 300.0},
    "forget-imports": {"task": "sync.forget_imports", "schedule": 3600.0},
    "continue-imports": {"task": "sync.continue_imports", "schedule": 60.0},
    "close-left-accounts": {"task": "teams.close_left_accounts", "schedule": 3600.0},
    "send-webhooks": {"task": "sync.send_webhooks", "schedule": 5.0},
    "prune-feed": {"task": "sync.prune_feed", "schedule": 3600.0},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "investcrm.core.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# How many requests to the API an account, or an address without a key, may send in a minute.
API_RATE = env.integer("API_RATE", 1200)
# How many days a cursor of the change feed stays good; what only the feed reads is thrown away afterwards.
FEED_KEPT_DAYS = env.integer("FEED_KEPT_DAYS", 30)
# Networks, such as 10.2.0.0/16, that webhooks may be sent to although they are private.
WEBHOOK_ALLOWED_NETWORKS = env.items("WEBHOOK_ALLOWED_NETWORKS")

REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": None,
    "USER_SERIALIZER": None,
}
KNOX_TOKEN_MODEL = "sync.ApiKey"  # noqa: S105 - a model, no secret
# Our keys are a table of their own; knox's would stand beside it, unused, and keep tests from emptying the accounts.
MIGRATION_MODULES = {"knox": None}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
