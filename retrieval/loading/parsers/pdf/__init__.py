"""Parser of PDF files, by PDFium.

Read `parser` first. `words` come from PDFium; `columns` puts those of a page in reading
order, `rows` on baselines, and `lines` makes lines of text of them.
"""
