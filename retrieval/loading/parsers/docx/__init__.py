"""Parser of Word files; read `parser` first.

`numbering` counts the items of lists and the headings, `symbols` holds the characters
of symbol fonts, and `diagrams` reads SmartArt and charts.
"""
