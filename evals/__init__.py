"""Suites of questions, measures, and the figures that the product is held to."""
