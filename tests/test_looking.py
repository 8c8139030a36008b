"""Which tokenizer is chosen for a text by looking at its beginning."""

import sys
from pathlib import Path

import pytest

from w2v.errors import W2VError
from w2v.text import tokenize
from w2v.text.looking import choose, glued_to

README = Path(__file__).parent.parent / "README.md"
PENN_TREEBANK = """ pierre <unk> N years old will join the board as a nonexecutive director nov. N
 mr. <unk> is chairman of <unk> n.v. the dutch publishing group
 a form of asbestos once used to make kent cigarette filters has caused a high percentage of cancer deaths
 the asbestos fiber <unk> is unusually <unk> once it enters the <unk> with even brief exposures to it causing symptoms
"""
CUT = {  # what is split at white space and left as it is
    "lower case": "the cat sat on the mat and don't you know it was well-known in new_york",
    "Penn Treebank without punctuation": PENN_TREEBANK,
    "punctuation set apart": "the cat sat , and the dog ( a terrier ) barked at mr. smith . `` no , '' he said .",
    "russian": "кошка сидит на ковре собака лает и кот убегает",
    "arabic": "القط يجلس على السجادة والكلب ينبح",
    "chinese": "我 来到 北京 清华大学 ， 然后 Tom 去 了 上海 。",
    "japanese": "わたし は 東京 へ 行き まし た 。 今日 は いい 天気 です ね 。",
    "hashtags and emoji": "#metoo is @user trending 😍 lol :)",
    "one word": "hello",
    "nothing": "",
    "only marks": "... !",
}
PROSE = {  # what goes to `words`
    "prose": "The cat sat on the mat. A dog barked, and the cat ran away!",
    "README": README.read_text(encoding="utf-8"),
    "lower case": "the cat sat, and the dog barked. no, he said; it's not so.",
    "short words": "the cat sat.\nthe dog ran.",
    "capitals": "The cat sat , and the Dog barked at Mr. Smith .",
    "upper case": "THE CAT SAT",
    "CamelCase": "fooBar BazQux getElementById innerHTML",
    "code": "def scan(text, place):\n    return text[place], (1, 2)\n",
    "french": "le chat s'assoit ; le chien aboie : « non ! » dit-il, puis il s'en va, et voilà.",
    "russian": "Кошка сидит на ковре. Собака лает, и кот убегает!",
    "arabic": "القط يجلس على السجادة، والكلب ينبح. أين القط؟",
    "hindi": "बिल्ली चटाई पर बैठी है। कुत्ता भौंकता है, और बिल्ली भागती है।",
    "korean": "고양이가 매트 위에 앉았다. 개가 짖었고, 고양이는 도망갔다.",
    "emoji": "I love it 😍😍! so good 👍 really :)",
    "one word": "Hello",
    "one line": "The cat sat on the mat.",
    "english with a chinese name": "The capital of China is Beijing (北京), which is large.",
}
SCRIPTS = {
    "chinese": "我来到北京清华大学，然后去了上海。《妄想女友》是2015年的电视剧。",
    "phrases": "妄想 女友 是2015年開始播放的電視劇，主演是 廣瀨愛麗絲 與淺利陽介。",
    "with english": "我用 Python 写 machine learning 程序，很好用。Numpy 也不错",
}
JAPANESE = "わたしは東京へ行きました。今日はいい天気ですね。明日も晴れるでしょう。"
THAI = "แมวนั่งบนเสื่อสุนัขเห่าและแมวก็วิ่งหนี"


@pytest.fixture
def _with_rjieba(monkeypatch):
    monkeypatch.setattr(tokenize, "_rjieba", lambda: None)


@pytest.fixture
def _without_rjieba(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    tokenize._rjieba.cache_clear()


@pytest.mark.parametrize("text", CUT.values(), ids=CUT)
def test_text_that_is_cut_into_words_is_left_as_it_is(text):
    choice = choose(text)
    assert (choice.tokenizer, choice.note) == ("whitespace", None)
    assert "tokenizer='words' cuts" in choice.why


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_other_text_goes_to_words(text):
    choice = choose(text)
    assert (choice.tokenizer, choice.note) == ("words", None)
    assert "tokenizer='whitespace' keeps it" in choice.why


def test_prose_of_gensims_tests_goes_to_words():
    gensim = pytest.importorskip("gensim.test.utils")
    with open(gensim.datapath("lee_background.cor"), encoding="utf-8") as file:
        assert choose(file.read()).why.startswith("the text has capitals and punctuation")


@pytest.mark.usefixtures("_with_rjieba")
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_chinese_goes_to_chinese(text):
    choice = choose(text)
    assert (choice.tokenizer, choice.note) == ("chinese", None)
    assert "each character as a word" in choice.why


@pytest.mark.usefixtures("_without_rjieba")
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_without_its_package_chinese_is_cut_by_characters_and_told_how_to_get_words(text):
    choice = choose(text)
    assert choice.tokenizer == "words"
    assert "for words pip install 'w2v[zh]'" in choice.why


@pytest.mark.usefixtures("_with_rjieba")
def test_of_scripts_for_which_there_is_no_tokenizer_a_note_says_so():
    assert choose(JAPANESE).tokenizer == "chinese"
    assert "Japanese, which is written without spaces" in choose(JAPANESE).note
    assert "Thai" in choose(THAI).note
    assert choose("แมว นั่ง บน เสื่อ สุนัข เห่า และ แมว ก็ วิ่ง หนี").note is None


@pytest.mark.usefixtures("_with_rjieba")
def test_where_punctuation_is_to_be_kept_a_tokenizer_is_chosen_that_can():
    assert choose(CUT["lower case"], keep_punctuation=True).tokenizer == "words"
    assert choose(CUT["chinese"], keep_punctuation=True).tokenizer == "chinese"


def test_a_rare_exception_changes_nothing():
    """A name in capitals in a hundred lower-case words, or an abbreviation in each line."""
    words = [f"w{number}" for number in range(100)]
    assert choose(" ".join([*words, "USA"])).tokenizer == "whitespace"
    assert choose(" ".join([*words, "USA", "Rome", "Paris", "Oslo", "end,"])).why.startswith("the text has capitals;")
    assert choose("\n".join(f"in {word} on sept. 3 by mr. x inc. again" for word in words)).tokenizer == "whitespace"


@pytest.mark.parametrize("word", ["sat,", "(the", "he.", "“so", "है।", "end!?", '"a', "السجادة،"])
def test_punctuation_at_a_word(word):
    assert glued_to(word)


@pytest.mark.parametrize(
    "word", ["don't", "'s", "n't", "well-known", "#a", "@b", ":)", "...", "3.14", "a", "<unk>", "u.s"]
)
def test_no_punctuation_at_a_word(word):
    assert not glued_to(word)


def test_the_choice_can_be_spelled_out_in_an_error():
    with pytest.raises(W2VError, match="there are auto, whitespace"):
        tokenize.get_tokenizer("automatic")


def test_names_of_products_and_nodes_stay_as_they_are():
    """Their capitals mean something, and marks within them part nothing."""
    assert choose("SKU-29/A Q44_P:1 N8\nN8 N12 SKU-30/B user_3\n" * 20).tokenizer == "whitespace"
    assert choose("The 3 cats and the 2 dogs of Ann saw Bob.\n" * 20).tokenizer == "words"
