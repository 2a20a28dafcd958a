import dataclasses

import pytest

from omni_stream import catalog

TEN = ("zh", "en", "fr", "de", "ru", "it", "es", "pt", "ja", "ko")
TWO = ("zh", "en")

# The name to send, the Chinese name, the dialect: the longest of the guide's voice tables, in its order.
NEWEST = [
    ("Cherry", "芊悦", None),
    ("Serena", "苏瑶", None),
    ("Ethan", "晨煦", None),
    ("Chelsie", "千雪", None),
    ("Momo", "茉兔", None),
    ("Vivian", "十三", None),
    ("Moon", "月白", None),
    ("Maia", "四月", None),
    ("Kai", "凯", None),
    ("Nofish", "不吃鱼", None),
    ("Bella", "萌宝", None),
    ("Jennifer", "詹妮弗", None),
    ("Ryan", "甜茶", None),
    ("Katerina", "卡捷琳娜", None),
    ("Aiden", "艾登", None),
    ("Eldric Sage", "沧明子", None),
    ("Mia", "乖小妹", None),
    ("Mochi", "沙小弥", None),
    ("Bellona", "燕铮莺", None),
    ("Vincent", "田叔", None),
    ("Bunny", "萌小姬", None),
    ("Neil", "阿闻", None),
    ("Elias", "墨讲师", None),
    ("Arthur", "徐大爷", None),
    ("Nini", "邻家妹妹", None),
    ("Ebona", "诡婆婆", None),
    ("Seren", "小婉", None),
    ("Pip", "顽屁小孩", None),
    ("Stella", "少女阿月", None),
    ("Bodega", "博德加", None),
    ("Sonrisa", "索尼莎", None),
    ("Alek", "阿列克", None),
    ("Dolce", "多尔切", None),
    ("Sohee", "素熙", None),
    ("Ono Anna", "小野杏", None),
    ("Lenn", "莱恩", None),
    ("Emilien", "埃米尔安", None),
    ("Andre", "安德雷", None),
    ("Radio Gol", "拉迪奥·戈尔", None),
    ("Jada", "上海-阿珍", "shanghai"),
    ("Dylan", "北京-晓东", "beijing"),
    ("Li", "南京-老李", "nanjing"),
    ("Marcus", "陕西-秦川", "shaanxi"),
    ("Roy", "闽南-阿杰", "minnan"),
    ("Peter", "天津-李彼得", "tianjin"),
    ("Sunny", "四川-晴儿", "sichuan"),
    ("Eric", "四川-程川", "sichuan"),
    ("Rocky", "粤语-阿强", "cantonese"),
    ("Kiki", "粤语-阿清", "cantonese"),
]

SEPTEMBER = [
    "Cherry", "Ethan", "Nofish", "Jennifer", "Ryan", "Katerina", "Elias", "Jada", "Dylan", "Sunny",
    "Li", "Marcus", "Roy", "Peter", "Rocky", "Kiki", "Eric",
]  # fmt: skip
TURBO = ["Cherry", "Serena", "Ethan", "Chelsie"]
OPEN = ["Ethan", "Chelsie"]


@pytest.mark.parametrize(
    ("model", "count", "names", "languages"),
    [
        ("qwen3-omni-flash-2025-12-01", 49, [name for name, _, _ in NEWEST], TEN),
        ("qwen3-omni-flash-2025-09-15", 17, SEPTEMBER, TEN),
        ("qwen3-omni-flash", 17, SEPTEMBER, TEN),
        ("qwen-omni-turbo", 4, TURBO, TWO),
        ("qwen-omni-turbo-latest", 4, TURBO, TWO),
        ("qwen-omni-turbo-2025-03-26", 4, TURBO, TWO),
        ("qwen-omni-turbo-2025-01-19", 4, TURBO, TWO),
        ("qwen2.5-omni-7b", 2, OPEN, TWO),
    ],
)
def test_a_models_voices_are_those_of_the_guides_table(model, count, names, languages):
    row = catalog.find_model(model)
    voices = catalog.voices_of(row)
    assert len(voices) == count
    assert [voice.name for voice in voices] == names == list(row.voices)
    assert {voice.languages for voice in voices} == {languages}
    rows = {name: (chinese_name, dialect) for name, chinese_name, dialect in NEWEST}
    assert all((voice.chinese_name, voice.dialect) == rows[voice.name] for voice in voices)


def test_every_voice_of_the_guide_is_described_in_a_few_words():
    described = [catalog.find_voice(name).description for name, _, _ in NEWEST]
    assert len(set(described)) == 49
    assert all(3 < len(text) < 70 and text.isascii() for text in described)


def test_every_voice_is_there_once_and_speaks_what_it_does_in_any_model():
    names = [voice.name for voice in catalog.voices()]
    assert len(set(names)) == len(names)
    assert set(names) == {name for model in catalog.models() for name in model.voices}
    assert names[:49] == [name for name, _, _ in NEWEST]
    assert {voice.languages for voice in catalog.voices()[:49]} == {TEN}
    assert {voice.languages for voice in catalog.voices()[49:]} == {()}
    chinese_names = [voice.chinese_name for voice in catalog.voices() if voice.chinese_name]
    assert len(set(chinese_names)) == len(chinese_names) == 49


def test_what_a_source_does_not_say_of_a_voice_is_none():
    alloy = catalog.find_voice("alloy")
    assert (alloy.chinese_name, alloy.description, alloy.dialect) == (None, None, None)


@pytest.mark.parametrize("name", ["", "cherry", "Tina", "芊悦"])
def test_an_unknown_name_is_none(name):
    assert catalog.find_voice(name) is None


def test_a_model_without_known_voices_has_none():
    assert catalog.voices_of(catalog.find_model("qwen3.5-omni-plus")) == ()
    assert catalog.voices_of(catalog.find_model("qwen3.8-omni-flash")) == ()


def test_every_row_names_languages_that_there_are():
    for voice in catalog.voices():
        for code in voice.languages:
            assert catalog.find_language(code).dialect_of is None
        assert voice.dialect is None or catalog.find_language(voice.dialect).dialect_of == "zh"


def test_a_voice_is_a_value():
    voice = catalog.voices()[0]
    assert hash(voice) == hash(dataclasses.replace(voice))
    with pytest.raises(dataclasses.FrozenInstanceError):
        voice.name = "other"
