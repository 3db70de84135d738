"""Words as the service reads them: see Words::assign in mappings/knowledge/word_index.cpp."""

import csv
import gzip
import re
import unicodedata

# No-break space, U+2000..U+203F and the byte order mark join nothing.
_INVISIBLE = re.compile("[\u00a0\u2000-\u203f\ufeff]")
_PIECE = re.compile("[a-z0-9\u0080-\U0010ffff]+|[/%]")
_UNFOLDED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})


def to_words(text):
    """Lower case, blanks between words; '/' and '%' stand alone."""
    return " ".join(_PIECE.findall(_INVISIBLE.sub(" ", text.lower())))


def fold(text):
    """Without accents and umlauts."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_UNFOLDED))
    return "".join(c for c in plain if not unicodedata.combining(c))


def rows(path):
    """Rows of a CSV file, packed or not, by column name."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as file:
        yield from csv.DictReader(file)


def listed(path):
    """The lines of a list of our own, folded; '#' begins a remark."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {fold(line.strip()) for line in lines if line.strip() and not line.startswith("#")}


class Phrases:
    """Phrases looked for on word boundaries."""

    def __init__(self, phrases=()):
        self._by_first = {}
        for phrase in phrases:
            self.add(phrase)

    def add(self, phrase):
        words = tuple(phrase.split())
        if words:
            self._by_first.setdefault(words[0], set()).add(words)

    def within(self, phrase, shorter_only=False):
        """True if one of the phrases stands in the given one."""
        words = tuple(phrase.split())
        for start, word in enumerate(words):
            for known in self._by_first.get(word, ()):
                if words[start:start + len(known)] == known and not (shorter_only and known == words):
                    return True
        return False
