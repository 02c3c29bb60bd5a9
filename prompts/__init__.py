"""The sentences that the assistant says, by language; each set carries a version."""
