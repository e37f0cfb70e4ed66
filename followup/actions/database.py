"""What tells a database that is away from a row that is bad."""

from django.db import InterfaceError, OperationalError

# The work ends here and is tried again soon; anything else is one row's fault, and the others go on.
AWAY = (OperationalError, InterfaceError)
