import re
from pathlib import Path

import exchange

CATALOGUE = Path(exchange.__file__).parent / "locale/en/LC_MESSAGES/django.po"


class TestEnglish:
    def test_says_everything(self):
        entries = CATALOGUE.read_text().split("\n\n")[1:]

        assert [
            entry for entry in entries if re.search(r'^msgstr(\[\d])? ""$', entry, re.MULTILINE)
        ] == []
        assert "#, fuzzy" not in CATALOGUE.read_text()

    def test_keeps_the_columns_of_a_table(self):
        pairs = re.findall(r'^msgid "(.*)"\nmsgstr "(.*)"$', CATALOGUE.read_text(), re.MULTILINE)

        assert [one for one, two in pairs if one.count("|") != two.count("|")] == []

    def test_is_compiled_from_the_same_words(self):
        compiled = CATALOGUE.with_suffix(".mo").read_bytes()

        for words in re.findall(r'^msgstr "(.+)"$', CATALOGUE.read_text(), re.MULTILINE):
            assert words.replace('\\"', '"').encode() in compiled
