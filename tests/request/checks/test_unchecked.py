from omni_stream.media import Image
from omni_stream.request.checks.unchecked import MOST_TOLD, Unchecked
from omni_stream.request.placed import placed_medium


def told(unchecked, caplog):
    caplog.set_level("INFO", "omni_stream")
    unchecked.tell()
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def test_nothing_is_told_of_nothing(caplog):
    assert told(Unchecked(), caplog) == []


def test_a_fact_is_told_once_of_what_has_one_name(caplog):
    unchecked = Unchecked()
    for fact in ("size", "tokens", "size"):
        for _ in range(100):
            unchecked.add(placed_medium(1, Image("https://media.test/a.png")), fact)
    assert told(unchecked, caplog) == [("INFO", "unchecked: size and tokens of the image in messages[1]")]


def test_a_line_has_an_end(caplog):
    unchecked = Unchecked()
    for number in range(MOST_TOLD + 3):
        unchecked.add(placed_medium(0, Image(f"{number}.png")), "size")
    ((_, line),) = told(unchecked, caplog)
    assert line.count("size of the image") == MOST_TOLD
    assert line.endswith("; 3 more")
