import pytest

from omni_stream.client.endpoint import find_endpoint
from omni_stream.client.key import Key
from omni_stream.errors import UsageError

BEIJING = "https://dashscope.aliyuncs.com/compatible-mode/v1"
SINGAPORE = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
VARIABLES = ("DASHSCOPE_API_KEY", "DASHSCOPE_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL")


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def found(key=None, **arguments):
    endpoint = find_endpoint(key=None if key is None else Key(key), **arguments)
    sent = endpoint.key and str(endpoint.key.authorization()).removeprefix("Bearer ")
    return endpoint.provider.name, endpoint.base_url, sent


@pytest.mark.parametrize(
    ("variables", "arguments", "expected"),
    [
        pytest.param({"DASHSCOPE_API_KEY": "d"}, {}, ("dashscope", BEIJING, "d"), id="the defaults"),
        pytest.param(
            {"OPENAI_API_KEY": "o"}, {}, ("openai", "https://api.openai.com/v1", "o"), id="the other provider"
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d", "OPENAI_API_KEY": "o", "OPENAI_BASE_URL": "https://gate.example/v1"},
            {},
            ("dashscope", BEIJING, "d"),
            id="one provider's variables are not mixed with another's",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d", "OPENAI_API_KEY": "o"},
            {"provider": "openai"},
            ("openai", "https://api.openai.com/v1", "o"),
            id="the provider named",
        ),
        pytest.param(
            {"OPENAI_API_KEY": "o", "OPENAI_BASE_URL": "https://gate.example/v1/"},
            {},
            ("openai", "https://gate.example/v1", "o"),
            id="the provider's own base URL",
        ),
        pytest.param(
            {"DASHSCOPE_BASE_URL": "http://127.0.0.1:8080/v1"},
            {},
            ("dashscope", "http://127.0.0.1:8080/v1", None),
            id="a loopback base URL needs no key",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d"}, {"key": "mine"}, ("dashscope", BEIJING, "mine"), id="the key given"
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d"},
            {"region": "singapore"},
            ("dashscope", SINGAPORE, "d"),
            id="the region given",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d", "DASHSCOPE_BASE_URL": "https://gate.example/v1"},
            {"region": "beijing"},
            ("dashscope", BEIJING, "d"),
            id="a region given beats the environment",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d", "OPENAI_API_KEY": "o"},
            {"base_url": "https://api.openai.com/v1"},
            ("openai", "https://api.openai.com/v1", "o"),
            id="a base URL takes the key of its host's provider",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d", "OPENAI_API_KEY": "o"},
            {"base_url": "https://work.cn-beijing.maas.aliyuncs.com/compatible-mode/v1"},
            ("dashscope", "https://work.cn-beijing.maas.aliyuncs.com/compatible-mode/v1", "d"),
            id="a workspace host is its provider's",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d", "OPENAI_API_KEY": "o"},
            {"base_url": "https://gate.example/v1"},
            ("dashscope", "https://gate.example/v1", "d"),
            id="an unknown host takes the default provider's key",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d", "OPENAI_API_KEY": "o"},
            {"base_url": "https://gate.example/v1", "provider": "openai"},
            ("openai", "https://gate.example/v1", "o"),
            id="an unknown host takes the named provider's key",
        ),
        pytest.param(
            {},
            {"base_url": "http://[::1]:80/v1"},
            ("dashscope", "http://[::1]:80/v1", None),
            id="IPv6 loopback",
        ),
        pytest.param(
            {"DASHSCOPE_API_KEY": "d"},
            {"base_url": "http://LOCALHOST:80/v1"},
            ("dashscope", "http://LOCALHOST:80/v1", "d"),
            id="a loopback host gets a key where there is one",
        ),
        pytest.param(
            {},
            {"base_url": "http://10.0.0.5:8000/v1"},
            ("dashscope", "http://10.0.0.5:8000/v1", None),
            id="a LAN server",
        ),
        pytest.param(
            {},
            {"base_url": "http://10.0.0.5:8000/v1", "key": "its-own"},
            ("dashscope", "http://10.0.0.5:8000/v1", "its-own"),
            id="a LAN server with its own key",
        ),
    ],
)
def test_one_provider_gives_key_and_address(environment, variables, arguments, expected):
    for name, value in variables.items():
        environment.setenv(name, value)
    assert found(**arguments) == expected


@pytest.mark.parametrize(
    ("variables", "arguments", "rule"),
    [
        ({}, {}, "needs a key: set DASHSCOPE_API_KEY or give api_key"),
        ({"OPENAI_API_KEY": "o"}, {"provider": "dashscope"}, "needs a key: set DASHSCOPE_API_KEY"),
        ({"OPENAI_API_KEY": "o"}, {"region": "singapore"}, "needs a key: set DASHSCOPE_API_KEY"),
        ({"DASHSCOPE_API_KEY": "d"}, {"provider": "openai"}, "needs a key: set OPENAI_API_KEY"),
        ({}, {"base_url": "https://gate.example/v1"}, "needs a key"),
        (
            {},
            {"base_url": "http://127.evil.example:80/v1", "provider": "qwen"},
            "provider is a Provider, or one of 'dashscope'",
        ),
        (
            {"DASHSCOPE_API_KEY": "d"},
            {"region": "mars"},
            "region of dashscope is one of 'beijing', 'singapore'",
        ),
        ({"DASHSCOPE_API_KEY": "d"}, {"region": "us", "base_url": BEIJING}, "give one of them"),
        ({"DASHSCOPE_API_KEY": "a b"}, {}, "DASHSCOPE_API_KEY is no key"),
        ({}, {"key": "", "base_url": BEIJING}, "api_key is empty"),
        (
            {"DASHSCOPE_API_KEY": "d"},
            {"base_url": "https://api.openai.com/v1", "provider": "dashscope"},
            "belongs to openai, and the provider is dashscope",
        ),
        (
            {"DASHSCOPE_API_KEY": "d", "DASHSCOPE_BASE_URL": "https://api.openai.com/v1"},
            {},
            "the host of DASHSCOPE_BASE_URL",
        ),
        ({"DASHSCOPE_API_KEY": "d"}, {"base_url": "http://dashscope.aliyuncs.com/v1"}, "plain http"),
        ({"DASHSCOPE_API_KEY": "d"}, {"base_url": "http://10.0.0.5/v1"}, "must not carry DASHSCOPE_API_KEY"),
        (
            {"DASHSCOPE_API_KEY": "d"},
            {"base_url": "http://127.evil.example/v1"},
            "must not carry DASHSCOPE_API_KEY",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(environment, variables, arguments, rule):
    for name, value in variables.items():
        environment.setenv(name, value)
    with pytest.raises(UsageError, match=rule):
        found(**arguments)


@pytest.mark.parametrize(
    ("base_url", "rule"),
    [
        ("", "begins with https://host"),
        ("127.0.0.1:8000/v1", "begins with https://host"),
        ("ftp://127.0.0.1/v1", "begins with https://host"),
        ("http:///v1", "begins with https://host"),
        ("http://127.0.0.1:99999/v1", "is no address"),
        ("http://[::1/v1", "is no address"),
        ("http://127.0.0.1/v1\r\nX: y", "a blank, a control character"),
        ("http://127.0.0.1/a b", "a blank"),
        ("https://api。openai.com/v1", "not ASCII"),
        ("http://ann:secret-password@127.0.0.1/v1", "a name or password"),
        ("http://127.0.0.1/v1?key=secret-password", "a query"),
        ("http://127.0.0.1/v1#secret-password", "a fragment"),
        ("http://127.0.0.1/v1/chat/completions", "which is added; leave it out"),
        ("http://127.0.0.1/" + "a" * 2048, "at most 2048 characters"),
        (7, "is an address"),
    ],
)
def test_what_is_no_base_url_is_refused_and_not_shown(base_url, rule):
    with pytest.raises(UsageError, match=rule) as caught:
        find_endpoint(base_url=base_url)
    assert "secret-password" not in str(caught.value)
