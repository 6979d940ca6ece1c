"""One small reader a format: bytes in, ``ReadText`` out. Which one is told from the content, not from the name.

A reader knows nothing of clauses. It says what the characters are, which of them the page itself set beside the text
(running heads, page numbers, a site's menus), where they were printed, and which of them form a grid.
"""
