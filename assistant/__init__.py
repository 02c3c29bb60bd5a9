"""A question becomes an answer that its evidence states."""

__version__ = "0.1.0"
