"""The ways by which a message leaves. Each sends one message or says what went wrong, and how sure it is of that."""
