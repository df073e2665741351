"""Text recognition (OCR) in pictures of pages, by Tesseract.

Read `pages` first. `language_data` finds the data of Tesseract's languages.
"""
