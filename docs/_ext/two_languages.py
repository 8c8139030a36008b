"""A search that finds English words by their stem and Chinese ones by pairs of characters.

Chinese is written without spaces. Each pair of neighbouring characters is a term, of the pages and of what is searched
for alike, as in Lucene's CJKAnalyzer: so no dictionary has to be in the page.
"""

import re

from sphinx.application import Sphinx
from sphinx.search import languages
from sphinx.search.en import SearchEnglish

HAN = re.compile(r"[\u3400-\u9fff]+")


class EnglishAndChinese(SearchEnglish):
    """Sphinx's English, and pairs of Chinese characters."""

    lang = "en-zh"
    language_name = "English"  # by which the script of the stemmer is named
    js_splitter_code = r"""
function splitQuery(query) {
    const terms = [];
    for (const word of query.split(/[^\p{Letter}\p{Number}_]+/gu)) {
        for (const part of word.split(/([\u3400-\u9fff]+)/)) {
            if (!/^[\u3400-\u9fff]{2,}$/.test(part)) { if (part) terms.push(part); continue; }
            for (let i = 0; i + 2 <= part.length; i++) terms.push(part.slice(i, i + 2));
        }
    }
    return terms;
}
"""

    def split(self, input: str) -> list[str]:
        """The terms of a text."""
        terms = []
        for word in super().split(input):
            terms += [part for part in HAN.split(word) if part]
            for run in HAN.findall(word):
                terms += [run[i : i + 2] for i in range(max(1, len(run) - 1))]
        return terms


def setup(app: Sphinx) -> dict[str, bool]:
    languages[EnglishAndChinese.lang] = EnglishAndChinese
    return {"parallel_read_safe": True, "parallel_write_safe": True}
