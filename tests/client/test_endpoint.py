from dataclasses import replace

import pytest

from omni_stream.catalog import find_provider, providers
from omni_stream.client.endpoint import find_endpoint
from omni_stream.client.key import Key
from omni_stream.errors import UsageError

BEIJING = "https://dashscope.aliyuncs.com/compatible-mode/v1"
SINGAPORE = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
VARIABLES = [
    variable for provider in providers() for variable in (provider.key_variable, provider.base_url_variable)
]


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
            {"ELEVENLABS_API_KEY": "e"},
            {},
            ("elevenlabs", "https://api.elevenlabs.io/v1", "e"),
            id="a provider that speaks only, where it alone is named",
        ),
        pytest.param(
            {"ELEVENLABS_API_KEY": "e", "GEMINI_API_KEY": "g"},
            {},
            ("gemini", "https://generativelanguage.googleapis.com/v1beta", "g"),
            id="a provider that answers questions comes before one that speaks only",
        ),
        pytest.param(
            {"MINIMAX_API_KEY": "m"},
            {"region": "china"},
            ("minimax", "https://api.minimaxi.com/v1", "m"),
            id="a region of one provider alone names it",
        ),
        pytest.param(
            {"VLLM_OMNI_BASE_URL": "http://10.0.0.5:8091/v1"},
            {},
            ("vllm-omni", "http://10.0.0.5:8091/v1", None),
            id="a server of one's own needs no key",
        ),
        pytest.param(
            {},
            {"provider": "vllm-omni", "base_url": "https://omni.example/v1"},
            ("vllm-omni", "https://omni.example/v1", None),
            id="nor over https",
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
        ({}, {}, r"made in its console, each for one region; a server"),
        (
            {},
            {"provider": "elevenlabs"},
            r"needs a key: set ELEVENLABS_API_KEY .* made in its console; a server",
        ),
        (
            {},
            {"provider": "vllm-omni"},
            "a server of your own: give its address as base_url, or set VLLM_OMNI_BASE",
        ),
        (
            {},
            {"provider": "sglang-omni", "region": "us"},
            "has no regions, and region is 'us'; give its base_url",
        ),
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


@pytest.mark.parametrize(
    ("provider", "base_url", "arguments", "url"),
    [
        ("openai", None, {"model": "m"}, "https://api.openai.com/v1/audio/speech"),
        (
            "dashscope",
            SINGAPORE,
            {"model": "m"},
            "https://dashscope-intl.aliyuncs.com/api/v1/services/aigc/multimodal-generation/generation",
        ),
        (
            "dashscope",
            "https://work.cn-beijing.maas.aliyuncs.com/compatible-mode/v1/",
            {"model": "m"},
            "https://work.cn-beijing.maas.aliyuncs.com/api/v1/services/aigc/multimodal-generation/generation",
        ),
        (
            "gemini",
            None,
            {"model": "gemini-x"},
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?alt=sse",
        ),
        (
            "elevenlabs",
            None,
            {"model": "m", "voice": "a/b", "format": "pcm_24000"},
            "https://api.elevenlabs.io/v1/text-to-speech/a%2Fb/stream/with-timestamps?output_format=pcm_24000",
        ),
    ],
)
def test_a_text_goes_where_the_provider_takes_it(provider, base_url, arguments, url):
    endpoint = find_endpoint(key=Key("k"), provider=provider, base_url=base_url)
    assert endpoint.url(find_provider(provider).speak, **arguments) == url


def test_a_model_stays_within_its_place_in_the_path():
    endpoint = find_endpoint(key=Key("k"), provider="gemini")
    url = endpoint.url(find_provider("gemini").speak, model="../x?key=y#z")
    assert url.endswith("/v1beta/models/..%2Fx%3Fkey%3Dy%23z:streamGenerateContent?alt=sse")


def test_a_provider_that_was_changed_keeps_its_hosts(environment):
    environment.setenv("OPENAI_API_KEY", "o")
    openai = find_provider("openai")
    changed = replace(openai, speak=replace(openai.speak, default_voice="coral"))
    assert found(provider=changed) == ("openai", "https://api.openai.com/v1", "o")
    with pytest.raises(UsageError, match="belongs to openai, and the provider is mine"):
        found(provider=replace(changed, name="mine", hosts=("mine.example",)))
