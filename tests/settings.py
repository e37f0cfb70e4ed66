"""The product's settings under test: nothing differs but the environment and the price of a password hash."""

import os

os.environ["TACE_ENVIRONMENT"] = "test"

from tace_site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Static files are read where they lie: nothing is collected for a test.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
