"""Alembic migrations of the catalogue."""

HEAD = "0009"
"""The newest revision, known here so that a catalogue that is up to date costs no import of Alembic."""
