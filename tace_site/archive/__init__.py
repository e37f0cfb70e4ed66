"""The whole database in one checked file, and back. Says nothing clinical; docs/backup.md tells how to use it."""
