"""How gunicorn serves the pages in a hospital: `gunicorn tace_site.wsgi --config tace_site/gunicorn.py`."""

import multiprocessing
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
# Each process has its own connections to the database: processes × DATABASE_POOL_SIZE must fit PostgreSQL's limit.
workers = int(os.environ.get("WEB_PROCESSES", max(2, multiprocessing.cpu_count())))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 30
# A process that served so many pages is replaced, some earlier than others: what leaked goes with it.
max_requests, max_requests_jitter = 20_000, 2_000
# The heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  # nosec B108
control_socket_disable = True
# Our own log has a line for each request, without names; gunicorn's own would write whole addresses.
accesslog = None
