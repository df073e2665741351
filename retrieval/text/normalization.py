"""Normalisation of word forms and spellings that no stemmer unites.

Irregular English forms, British and American spellings, and, in any language, short
names of months, days and units, which come from CLDR by way of Babel.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

import regex
from babel import Locale, UnknownLocaleError
from babel.units import UnknownUnitError, format_unit

# The first form of each family is the lemma of the others.
_IRREGULAR = """
arise arose arisen|awake awoke awoken|bear bore borne|beat beaten|become became
begin began begun|bend bent|bite bit bitten|bleed bled|blow blew blown
break broke broken|breed bred|bring brought|build built|burn burnt|buy bought
catch caught|choose chose chosen|cling clung|come came|creep crept|deal dealt
dig dug|draw drew drawn|dream dreamt|drink drank drunk|drive drove driven|dwell dwelt
eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|flee fled
fling flung|fly flew flown|forbid forbade forbidden|forget forgot forgotten
forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given
go went gone|grow grew grown|hang hung|hear heard|hide hid hidden
hold held|keep kept|kneel knelt|know knew known|lay laid|lead led|lean leant
leap leapt|learn learnt|leave left|lend lent|lie lain|light lit|lose lost
make made|mean meant|meet met|mistake mistook mistaken|overcome overcame
pay paid|prove proven|ride rode ridden|ring rang rung|rise rose risen|run ran
say said|see saw seen|seek sought|sell sold|send sent|sew sewn|shake shook shaken
shine shone|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk
sit sat|sleep slept|slide slid|smell smelt|speak spoke spoken|speed sped
spell spelt|spend spent|spill spilt|spin spun|spit spat|spoil spoilt|spring sprang
stand stood|steal stole stolen|stick stuck|sting stung|strike struck stricken
string strung|strive strove striven|swear swore sworn|sweep swept|swell swollen
swim swam swum|swing swung|take took taken|teach taught|tear tore torn|tell told
think thought|throw threw thrown|tread trod trodden|undergo underwent undergone
understand understood|undertake undertook undertaken|uphold upheld|upset
wake woke woken|wear wore worn|weave wove woven|weep wept|win won
withdraw withdrew withdrawn|withhold withheld|withstand withstood|wring wrung
write wrote written
child children|man men|woman women|person people|foot feet|tooth teeth|goose geese
mouse mice|louse lice|ox oxen|die dice|penny pence|wife wives|life lives|knife knives
leaf leaves|loaf loaves|half halves|wolf wolves|shelf shelves|thief thieves
calf calves|self selves|elf elves|hoof hooves|scarf scarves|wharf wharves
crisis crises|analysis analyses|basis bases|thesis theses|oasis oases|axis axes
diagnosis diagnoses|hypothesis hypotheses|parenthesis parentheses|emphasis emphases
criterion criteria|phenomenon phenomena|bacterium bacteria|datum data
curriculum curricula|memorandum memoranda|stadium stadia|fungus fungi|nucleus nuclei
cactus cacti|alumnus alumni|stimulus stimuli|radius radii|focus foci|index indices
matrix matrices|vertex vertices|appendix appendices|lens lenses|bus buses|gas gases
plus pluses|virus viruses|campus campuses|bonus bonuses|census censuses
"""
_AMERICAN = {
    "tyre": "tire",
    "plough": "plow",
    "programme": "program",
    "kerb": "curb",
    "cheque": "check",
    "jewellery": "jewelry",
    "aluminium": "aluminum",
    "mould": "mold",
    "moult": "molt",
}
# British spellings to American ones. Words that only look British change as well, but
# in articles and questions alike.
_SPELLINGS = (
    (r"(?<=\w{2})our(s|ed|ing|ful|able|ite|ites|al|hood|er|ers|less)?$", r"or\1"),
    (r"(?<=\w[bt])re(s|d)?$", r"er\1"),
    (r"(?<=\w{2})is(e|es|ed|ing|er|ers|ation|ations)$", r"iz\1"),
    (r"(?<=\w{2}l)ys(e|es|ed|ing)$", r"yz\1"),
    (r"(?<=\w{2})ogue(s)?$", r"og\1"),
    (r"(?<=\w{2}[ef])ence$", r"ense"),
    (r"^grey", "gray"),
    (r"aeroplane", "airplane"),
    (rf"^({'|'.join(_AMERICAN)})(s?)$", None),
)
_PATTERNS = tuple(
    (re.compile(pattern), replacement) for pattern, replacement in _SPELLINGS
)
_UNITS = (
    "length-kilometer length-centimeter length-millimeter length-foot length-inch "
    "length-yard length-mile mass-kilogram mass-milligram mass-pound mass-ounce "
    "mass-metric-ton volume-milliliter area-hectare area-acre duration-hour "
    "duration-minute duration-second power-kilowatt power-megawatt "
    "digital-kilobyte digital-megabyte digital-gigabyte digital-terabyte"
).split()
_NUMBER = regex.compile(r"^[\d.,\s]+|(?<![\d.,\s])[\d.,\s]+$")
_AMBIGUOUS = frozenset(
    "ac am do di fr in mar may mer mi min mo sa sat sec set so sun wed".split()
)


@cache
def irregular_lemmas() -> Mapping[str, str]:
    """Return the lemmas of irregular English forms, by the form."""
    lines = _IRREGULAR.replace("\n", "|").split("|")
    families = [line.split() for line in lines if line.strip()]
    forms: dict[str, str] = {}
    for first, *others in families:
        for form in others:
            forms.setdefault(form, first)
    return MappingProxyType(forms)


def to_american(word: str) -> str:
    """Return the American spelling of an English word in lower case.

    >>> to_american("colour"), to_american("centres"), to_american("organised")
    ('color', 'centers', 'organized')
    """
    for pattern, replacement in _PATTERNS:
        if replacement is None:
            if match := pattern.fullmatch(word):
                return _AMERICAN[match[1]] + match[2]
        else:
            word = pattern.sub(replacement, word)
    return word


@cache
def short_name_expansions(language: str) -> Mapping[str, str]:
    """Return the long names of months, days and units by the short ones, lower case.

    >>> names = short_name_expansions("en")
    >>> names["feb"], names["km"]
    ('february', 'kilometer')
    """
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, str] = {}
    for times in (locale.months, locale.days):
        wide, short = times["format"]["wide"], times["format"]["abbreviated"]
        names |= {short[n]: wide[n] for n in wide}
    if language == "en":
        names |= {"Sept": "September", "Tues": "Tuesday", "Thurs": "Thursday"}
    names |= dict(_unit_names(language))
    return MappingProxyType(
        {
            bare: name.casefold()
            for short, name in names.items()
            if (bare := short.casefold().rstrip("."))
            and bare != name.casefold()
            and len(bare) > 1
            and " " not in bare + name
            and bare not in _AMBIGUOUS
        }
    )


def _unit_names(language: str) -> Iterator[tuple[str, str]]:
    for unit in _UNITS:
        try:
            singular = _name(unit, 1, "long", language)
            yield _name(unit, 2, "short", language), singular
            yield _name(unit, 1, "short", language), singular
            yield _name(unit, 2, "long", language), singular
            if language == "en":
                for number in (1, 2):
                    yield _name(unit, number, "long", "en_GB"), singular
        except UnknownUnitError:
            continue


def _name(unit: str, number: int, length: str, locale: str) -> str:
    written = format_unit(number, unit, length, locale=locale)  # type: ignore[arg-type]
    return _NUMBER.sub("", written)
