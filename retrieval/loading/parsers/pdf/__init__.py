"""Parser of PDF files, by PDFium.

Read `parser` first. `words` come from PDFium, and `visibility` leaves out those that no
reader sees. `grids` finds the cells of tables by `rulings`, `columns` puts the words of
a page in reading order, `rows` on baselines, `gaps` finds the cells of other tables,
and `lines` makes lines of text of them.
"""
