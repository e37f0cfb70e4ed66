"""The site with the gallery of its components added: for the tests of the look, and for whoever draws them.

TACE_ENVIRONMENT=test python manage.py runserver --settings tests.house.gallery_settings, then /_gallery/.
"""

from tests.settings import *  # noqa: F403
from tests.settings import TEMPLATES

ROOT_URLCONF = "tests.house.gallery_urls"
ALLOWED_HOSTS = ["*"]
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], "tests/house/templates"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
