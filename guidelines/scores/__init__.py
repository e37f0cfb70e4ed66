"""The published scores, one module a subject. Each cites its paper beside its numbers and grades before it rounds."""
