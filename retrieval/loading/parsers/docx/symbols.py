"""Characters of symbol fonts, which Word stores by their place in the font."""

# By font, the first place of a run of characters, and the characters. The encoding of
# Symbol: https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt
_RUNS = {
    "symbol": {
        0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
        0x40: "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
        0x61: "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
        0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…",
        0xC0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊",
        0xE5: "∑",
        0xF2: "∫",
    },
    "wingdings": {
        0x6C: "●",
        0x6E: "■□",
        0x71: "❑❒",
        0xA7: "▪☐",
        0xDF: "←→↑↓",
        0xFB: "✗✓☒☑",
    },
    "wingdings 2": {0x4F: "✗✓☒☑☒", 0xA3: "☐"},
}
_SYMBOLS = {
    font: {
        start + n: letter for start, run in runs.items() for n, letter in enumerate(run)
    }
    for font, runs in _RUNS.items()
}
_PRIVATE = range(0xF000, 0xF100)  # where Word puts the characters of symbol fonts


def symbol(font: str, code: str) -> str:
    """Return the character at a place in a font; "" for one that Unicode lacks.

    Args:
        font: Name of the font.
        code: The place, in hexadecimal digits.

    >>> symbol("Symbol", "F0B3"), symbol("Wingdings", "F0FE"), symbol("Arial", "2265")
    ('≥', '☑', '≥')
    """
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    symbols = _SYMBOLS.get(font.lower())
    if symbols:
        low = place - _PRIVATE.start if place in _PRIVATE else place
        return symbols.get(low, "")
    is_letter = 0x20 <= place < 0xD800 or 0xF900 <= place < 0x110000
    return chr(place) if is_letter else ""
