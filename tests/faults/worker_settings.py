"""The product's settings for workers under faults: the same code, less patience, so that a test need not wait."""

from tace_site.settings import *  # noqa: F403

EMAIL_TIMEOUT = 2
MESSAGE_LEASE_SECONDS = 6
MESSAGE_RETRY_SECONDS = [1] * 60
# Whoever is woken sweeps, even while another does.
SWEEP_RETRY_SECONDS = 0
