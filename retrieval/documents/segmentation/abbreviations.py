"""Abbreviations that never end a sentence, and some that may, by language.

The lists correct `sentencex` where it splits a sentence after an abbreviation, or does
not split where it should.
"""

from functools import cache

import regex
import stopwordsiso

_FRAME = r"(?<![\p{{L}}\p{{M}}\p{{N}}.-])(?:{})\.$"
# Abbreviations that stand before a name, or never last.
_NEVER_LAST = {
    "": "Dr Prof Mr Mrs Ms Mme Mlle St Mt Gen Lt Col Sgt Capt Rev Hon Sen Rep Gov "
    "Fig Figs Vol Vols App Bd Nr Abs Art Ph Mag Ing Dipl bzw vs e.g i.e viz cf "
    "approx al pp resp",
    "ar": "د م أ ا دكتور مهندس ص هـ",
    "de": "Fa Hr Fr Hrn med jur phil rer nat habil Gem gem z Ziff Kap Anm Verf Hg Hrsg "
    "Jh Str ca evtl ggf inkl zzgl vgl sog geb gest Mio Mrd Tsd Pfr",
    "en": "Atty Asst Amb Brig Messrs Pres Supt Det Insp Cmdr Maj Adm Ald Cllr Pvt Cpl "
    "Sec Dist Dept",
    "es": "Sr Sra Sres Srta Dra D Dña Av Avda pág págs aprox núm n art ej Ud Uds Lic",
    "fr": "M MM Pr Me Mgr Sté env av bd chap éd p pp ex art coll réf",
    "hi": "डॉ प्रो श्री श्रीमती कु पं सु डा एड",
    "it": "Sig Sigg Dott Avv Ing Arch On pag pagg art ca es Geom Rag",
    "nl": "Dhr Mevr Mw drs ir mr blz bijv ca nr resp evt incl excl",
    "pl": "dr prof inż mgr hab im ul al pl os ok np tj zob por str rys tab ks św gen "
    "płk nr m.in tzw red mec",
    "pt": "Sr Sra Dra Av pág págs aprox núm n art ex Exmo Exma Eng Arq D",
    "ru": "им ул пр пер пл д корп кв см рис табл стр гл проф акад доц инж св "
    "т е напр др.-греч англ нем фр лат ср о оз р",
    "sv": "dr prof s sid kap fig ca bl t.ex d.v.s dvs fr.o.m t.o.m nr kl resp inkl",
    "tr": "Dr Prof Doç Av Bkz bkz s şek Yrd Öğr Gör Müh Cad Sok Mah",
    "vi": "GS TS PGS ThS BS KS CN TP Q P Tp NXB",
}
_SHORT = regex.compile(r"(?<![\p{L}\p{M}])[\p{L}\p{M}]{1,5}\.$|[^\p{L}\p{M}]\.$")
_CITY = r"(?<!\d\s?)г"  # in Russian; after a year it may end a sentence
# Abbreviations that stand before a number.
_BEFORE_NUMBERS = (
    "No Nos p S s c ca env approx aprox circa ok n no nr art Jan Feb Mar Apr Jun Jul "
    "Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun janv févr "
    "avr juil sept oct nov déc ene abr ago dic Okt Dez Jän fig figs pag sec ch chap "
    "vol par eq ex"
)
# Days and months, which stand before one another: "Sat. Sept. 4".
_DATE_PART = regex.compile(
    r"(?<!\p{L})(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.\s+"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?\s"
)
# Abbreviations, and words that look like one, that may end a sentence.
_MAY_END = regex.compile(
    r"(?<![\p{L}\p{M}])(?:May|No|etc|usw|etw|руб|т\.\s?[дп]|m\.m|vb|Co|Inc|Ltd|Corp|"
    r"°\s?[CF]|U\.S|U\.K|U\.S\.A|E\.U|[ap]\.m|zł|(?<=[\p{L}.] )\d{1,2})\.(?P<blank>\s+)"
    r"(?P<next>\p{Lu}[\p{L}\p{M}]*)"
)
_FREELY = regex.compile(r"(?:May|руб|т\.\s?[дп]|°\s?[CF]|vb)\.$")


@cache
def _last_of(language: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    never = f"{_NEVER_LAST['']} {_NEVER_LAST.get(language, '')}".split()
    numbers = [*never, *_BEFORE_NUMBERS.split()]
    city = [_CITY] if language == "ru" else []
    frames = (
        _FRAME.format("|".join([*map(regex.escape, words), *city]))
        for words in (never, numbers)
    )
    before_all, before_numbers = map(regex.compile, frames)
    return before_all, before_numbers


def continues_sentence(left: str, right: str, language: str) -> bool:
    """Return whether the sentence at the end of one text continues in the next.

    >>> continues_sentence("See Vol.", "3 of the log.", "en")
    True
    >>> continues_sentence("It rained.", "Tea!", "en")
    False
    """
    first = right.lstrip("([„“\"'«—–- ")[:1]
    if not left.endswith("."):
        return first.islower() and left[-1:] in ")]"
    if first.islower() and _SHORT.search(left):
        return True
    if _DATE_PART.search(f"{left[-6:]} {right} "):
        return True
    before_all, before_numbers = _last_of(language)
    if before_all.search(left):
        return True
    return first.isdecimal() and before_numbers.search(left) is not None


def sentence_ends(text: str, language: str) -> list[int]:
    """Return the offsets where sentences end within a span that should be split.

    Each is that of the blank after the sentence.

    >>> sentence_ends("The rule holds from May. Councillors agreed.", "en")
    [24]
    """
    found = []
    for match in _MAY_END.finditer(text):
        is_free = _FREELY.search(text, match.start(), match.start("blank"))
        if is_free or _starts_sentences(match["next"], language):
            found.append(match.start("blank"))
    return found


def _starts_sentences(word: str, language: str) -> bool:
    """Return whether a word is capitalised only at the start of a sentence."""
    return word.lower() in stopwordsiso.stopwords(language) and len(word) > 1
