"""Reminders under faults: real PostgreSQL, real Redis, real workers, and a mail server that misbehaves on demand."""
