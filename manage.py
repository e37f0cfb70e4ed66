#!/usr/bin/env python
"""Django's command line for this product."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tace_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as what_is_missing:
        sys.exit(f"{what_is_missing}. Each setting is explained in .env.example.")
