"""What is true everywhere. `local`, `test` and `production` hold only what differs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry

from config import embedded, env

BASE_DIR = env.BASE_DIR
DATA_DIR = env.data_dir()

# --- product
PUBLIC_BASE_URL = env.url("PUBLIC_BASE_URL", "http://127.0.0.1:8000")
STAGE_UPLOADS = env.flag("STAGE_UPLOADS", default=True)  # send all but the last chunk ahead of the due time
STEPS_AT_ONCE = env.count(
    "STEPS_AT_ONCE", default=400
)  # claimed, over all workers: what they begin within a lease
UPLOADS_AT_ONCE = env.count("UPLOADS_AT_ONCE", default=4)  # over all upload workers: four threads each
CRASHPOINTS = False  # only the fault tests let a process end itself at a named step

# --- TikTok
TIKTOK_API_BASE_URL = env.url("TIKTOK_API_BASE_URL", "https://open.tiktokapis.com")
TIKTOK_AUTH_BASE_URL = env.url("TIKTOK_AUTH_BASE_URL", "https://www.tiktok.com")
TIKTOK_CLIENT_KEY = env.text("TIKTOK_CLIENT_KEY", "")
TIKTOK_CLIENT_SECRET = env.text("TIKTOK_CLIENT_SECRET", "")
TIKTOK_CLIENT_SECRET_PREVIOUS = env.text("TIKTOK_CLIENT_SECRET_PREVIOUS", "")  # for webhooks only
TIKTOK_REDIRECT_URI = env.text("TIKTOK_REDIRECT_URI", f"{PUBLIC_BASE_URL}/connect/callback/")
TIKTOK_SCOPES = env.words("TIKTOK_SCOPES", "user.info.basic,user.info.profile,video.publish,video.upload")
TIKTOK_APP_AUDITED = env.flag("TIKTOK_APP_AUDITED", default=False)
TIKTOK_POSTS_PER_DAY = env.count("TIKTOK_POSTS_PER_DAY", default=15)  # of one creator (tiktok-api.md 14)
TIKTOK_VIDEO_SOURCE = env.one_of("TIKTOK_VIDEO_SOURCE", "file_upload", "pull_from_url")
TIKTOK_SITE_VERIFICATION = env.site_files("TIKTOK_SITE_VERIFICATION")

# --- applications
INSTALLED_APPS = [
    "accounts.apps.OncueAdminConfig",  # django.contrib.admin, behind our sign-in
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "config",
    "scheduler",
    "tiktok",
    "accounts",
]
MIDDLEWARE = [
    "accounts.tracing.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.body_limit.BodyLimit",  # before the next one, which reads forms
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.devices.SeenMiddleware",
    "accounts.middleware.WorkspaceMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.service_status.for_pages",
            ],
            "builtins": ["template_partials.templatetags.partials", "accounts.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "config.forms.OncueRenderer"

# --- data
DATABASES = {"default": env.database(embedded.database_settings(DATA_DIR))}
DATABASES["default"] |= {"ENGINE": "config.database", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
REDIS_URL = env.text("REDIS_URL", embedded.redis_url(DATA_DIR))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # A page must not wait for a broker that is away; redis-py's own default takes seconds to give up.
        "OPTIONS": {"socket_timeout": 2, "retry": Retry(NoBackoff(), 1)},
    }
}
MEDIA_ROOT, _media_storage = env.media("MEDIA_STORAGE_URL", DATA_DIR / "media")
MEDIA_KEEP_FREE_BYTES = 1_000_000_000
MEDIA_QUOTA_BYTES = env.count("MEDIA_QUOTA_GB", default=50) * 10**9  # of one workspace; 0 is no limit
STORAGES = {
    "default": _media_storage,
    "staticfiles": {"BACKEND": "config.static_files.Storage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
LARGEST_FORM_BYTES = 4 * 1024 * 1024  # its files included; parts of uploads have limits of their own

# --- background work: the broker carries wake-ups, the rows are the schedule (design 4.4)
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # of no weight: a task is acknowledged when it begins
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "socket_timeout": 10,  # a broker that vanished without a word is told from one that is silent
    "health_check_interval": 10,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # an outage has no length after which giving up helps
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
CELERY_WORKER_CONSUMER = "config.consumer:Consumer"
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TRACK_STARTED = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody commands workers; signs of life have their own way
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = "UTC"

# --- time and language
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en-gb"
USE_I18N = False

# --- static files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ProductWordsValidator"},
]

# --- accounts (allauth; the app's own adapter and rules)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "add_email": "accounts.forms.AddEmailForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Beside allauth's own: the links for creators who are not here.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "connect_link": "60/m/ip",
    "connect_link_leave": "20/m/ip,10/10m/key",
    "connect_link_make": "30/h/user",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PASSWORD_MIN_LENGTH = None  # AUTH_PASSWORD_VALIDATORS decide
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None  # "Stay signed in" decides
ALLAUTH_TRUSTED_PROXY_COUNT = env.count("TRUSTED_PROXIES", default=0)  # whose X-Forwarded-For is believed

# --- second step and passkeys (allauth)
MFA_ADAPTER = "tiktok.second_step.SealingAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Oncue"
MFA_TOTP_TOLERANCE = 0  # a code is remembered as used for as long as it is valid, and no longer
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # nobody is in without a verified one, and who has a second step may change it
)
MFA_FORMS = {
    "authenticate": "accounts.second_step.AuthenticateForm",
    "reauthenticate": "accounts.second_step.ReauthenticateForm",
    "activate_totp": "accounts.second_step.ActivateTOTPForm",
    "authenticate_webauthn": "accounts.second_step.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.second_step.ReauthenticatePasskeyForm",
    "login_webauthn": "accounts.second_step.LoginPasskeyForm",
    "add_webauthn": "accounts.second_step.AddPasskeyForm",
}

# --- mail
EMAIL_BACKEND = "config.mail.ConsoleAndFileBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Oncue <oncue@localhost>")
ADMINS = [("Operator", address) for address in env.words("OPERATOR_EMAIL")]  # told what only they can mend

# --- what the browser may do (ui.md section 7)
_tiktok_auth = urlsplit(TIKTOK_AUTH_BASE_URL)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "media-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", f"{_tiktok_auth.scheme}://{_tiktok_auth.netloc}"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.discretion.DiscreetFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
