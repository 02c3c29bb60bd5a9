"""A file becomes pages, text, a header, sections, chunks, numbers, statements. Knows no index and no question."""
