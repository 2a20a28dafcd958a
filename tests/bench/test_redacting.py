import json

import pytest
from canary import CANARY

from omni_stream.bench import Case, Folder, Load, config_of, report
from omni_stream.bench.redacting import redacted, without_secrets


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {CANARY}",
        f'"authorization": "bearer {CANARY}"',
        f"https://user:{CANARY}@example.com/v1",
        f"https://{CANARY}@example.com/v1",
        f"https://example.com/v1?key={CANARY}",
        f"https://example.com/v1?a=b&api_key={CANARY}&c=d",
        f"https://example.com/v1?access_token={CANARY}",
        "sk-0123456789abcdef0123",
    ],
)
def test_a_key_is_known_by_how_it_is_written(text):
    assert CANARY not in redacted(text)
    assert "0123456789abcdef" not in redacted(text)
    assert "***" in redacted(text)


@pytest.mark.parametrize(
    "text",
    ["Tell me of the bearer of bad news.", "http://127.0.0.1:80/v1", "a key=value", "ask-me-anything-at-all"],
)
def test_other_text_stays(text):
    assert redacted(text) == text


def test_a_key_of_the_environment_is_found_anywhere_but_a_short_word_is_none(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("DASHSCOPE_API_KEY", "e")
    assert redacted(f"He said {CANARY}.") == "He said ***."


def test_no_secret_of_a_config_is_kept_or_shown(tmp_path, results_of):
    secrets = {
        "headers": {"Authorization": CANARY, "X-Api-Key": CANARY, "xi-api-key": CANARY, "Cookie": CANARY},
        "extra_body": {"options": [{"token": CANARY, "max_tokens": 5, "client_secret": CANARY}]},
        "base_url": f"https://me:{CANARY}@example.com/v1",
        "api_key": CANARY,
        "password": None,
    }
    config = config_of([Case("Hello!")], Load(concurrency=1), service=secrets, more=secrets)
    Folder(tmp_path / "run", config).close()
    kept = json.loads((tmp_path / "run" / "config.json").read_text())
    assert kept["service"]["extra_body"] == {
        "options": [{"token": "***", "max_tokens": 5, "client_secret": "***"}]
    }
    assert kept["service"]["base_url"] == "https://***@example.com/v1"
    assert kept["service"]["password"] is None
    for text in (json.dumps(kept), report(kept, results_of([]).summary())):
        assert CANARY not in text
    by_hand = Folder(tmp_path / "other", {"service": secrets})
    by_hand.close()
    assert CANARY not in (by_hand.path / "config.json").read_text()
    assert without_secrets("text") == "text"
