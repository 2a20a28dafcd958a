import dataclasses

import pytest

from omni_stream import catalog


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("dashscope.aliyuncs.com", "dashscope"),
        ("DashScope-Intl.aliyuncs.com", "dashscope"),
        ("dashscope-us.aliyuncs.com.", "dashscope"),
        ("ws-1.cn-beijing.maas.aliyuncs.com", "dashscope"),
        ("ws-1.ap-southeast-1.maas.aliyuncs.com", "dashscope"),
        ("api.openai.com", "openai"),
        ("eu.api.openai.com", "openai"),
    ],
)
def test_a_provider_owns_its_hosts_and_their_subdomains(host, name):
    assert catalog.provider_of_host(host).name == name


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil-aliyuncs.com",
        "evildashscope.aliyuncs.com",
        "aliyuncs.com",
        "maas.aliyuncs.com.evil.example",
        "dashscope.oss-cn-beijing.aliyuncs.com",
        "myapi.openai.com",
        "127.0.0.1",
        "localhost",
    ],
)
def test_a_look_alike_belongs_to_nobody(host):
    assert catalog.provider_of_host(host) is None


def test_beijing_is_dashscopes_default_region():
    dashscope = catalog.find_provider("dashscope")
    assert list(dashscope.regions) == ["beijing", "singapore", "us"]
    assert dashscope.regions["singapore"] == "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
    assert (dashscope.ask.default_model, dashscope.ask.default_voice, dashscope.ask.audio_format) == (
        "qwen3-omni-flash",
        "Cherry",
        "wav",
    )


def test_openai_wants_pcm16():
    openai = catalog.find_provider("openai")
    assert openai.regions == {"global": "https://api.openai.com/v1"}
    assert (openai.ask.default_model, openai.ask.default_voice, openai.ask.audio_format) == (
        "gpt-audio",
        "alloy",
        "pcm16",
    )


@pytest.mark.parametrize("provider", catalog.providers(), ids=lambda provider: provider.name)
def test_a_provider_links_to_its_errors_rate_limits_and_prices(provider):
    assert "guide" in provider.links
    assert not provider.regions or {"errors", "rate limits", "prices"} <= set(provider.links)
    assert all(url.startswith("https://") for url in provider.links.values())


def test_dashscopes_links_are_those_of_the_guide():
    links = catalog.find_provider("dashscope").links
    assert links["errors"] == "https://help.aliyun.com/zh/model-studio/error-code"
    assert links["rate limits"] == "https://help.aliyun.com/zh/model-studio/rate-limit"
    assert links["prices"] == "https://help.aliyun.com/zh/model-studio/models#90e80b9e42ged"
    assert links["free quota"] == "https://help.aliyun.com/zh/model-studio/new-free-quota"


def test_who_answers_questions_comes_before_who_only_speaks():
    answers = [provider.ask is not None for provider in catalog.providers()]
    assert answers == sorted(answers, reverse=True)


@pytest.mark.parametrize(
    ("name", "header"),
    [("openai", "Authorization"), ("gemini", "x-goog-api-key"), ("elevenlabs", "xi-api-key")],
)
def test_a_key_has_the_header_of_its_service(name, header):
    assert catalog.find_provider(name).key_header == header


def test_a_server_of_ones_own_has_no_regions():
    own = [provider.name for provider in catalog.providers() if not provider.regions]
    assert own == ["vllm-omni", "sglang-omni"]


def test_an_unknown_provider_is_none():
    assert catalog.find_provider("acme") is None


@pytest.mark.parametrize("provider", catalog.providers(), ids=lambda provider: provider.name)
def test_every_row_is_whole(provider):
    for call in filter(None, (provider.ask, provider.speak)):
        assert call.path.startswith("/")
        model = catalog.find_model(call.default_model)
        assert model is None or model.provider == provider.name
        assert model is None or not model.voices or call.default_voice in model.voices
        assert call.audio_format in {
            call.audio_format if call is provider.ask else "",
            *call.formats.values(),
        }
        assert set(call.formats) <= {"pcm", "wav", "mp3", "opus", "aac", "flac"}
    for url in provider.regions.values():
        assert catalog.provider_of_host(url.split("/")[2]) is provider


def test_a_provider_is_a_value():
    provider = catalog.find_provider("dashscope")
    assert hash(provider) == hash(dataclasses.replace(provider))
    with pytest.raises(dataclasses.FrozenInstanceError):
        provider.name = "other"
    with pytest.raises(TypeError):
        provider.regions["mars"] = "https://example.test"


def test_providers_say_in_which_part_they_take_sound_at_a_url():
    parts = {provider.name: provider.audio_by_url for provider in catalog.providers() if provider.ask}
    assert parts["dashscope"] == "input_audio"
    assert parts["openai"] is None
    assert parts["vllm-omni"] == parts["sglang-omni"] == "audio_url"
