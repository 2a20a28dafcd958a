"""Each fault of the emulator through the package's own client: what it promises of such a day."""

import asyncio
import time

import aiohttp
import pytest

import omni_stream as omni
from omni_stream.emulator import Emulator
from omni_stream.emulator.documented_error import STREAM_SHAPES, documented_errors

PROMPT = "Say: one two three four five six"
SHORT = omni.Timeouts(first_event=1.0, idle=0.4, content_idle=0.8)


@pytest.fixture
async def emulator():
    async with Emulator(first_audio_seconds=0, real_time_factor=0) as running:
        yield running


async def heard(emulator, script=None, *, retries=0, timeouts=SHORT, strict=True, prompt=PROMPT):
    """The reply to the prompt, read to its end, and its PCM."""
    headers = {"X-Emulator-Fault": script} if script else None
    async with (
        omni.Client(base_url=emulator.base_url, timeouts=timeouts, retries=retries, strict=strict) as client,
        client.ask(prompt, extra_headers=headers) as reply,
    ):
        return reply, b"".join([bytes(frame) async for frame in reply.audio()])


@pytest.mark.parametrize(
    ("script", "error", "sentence"),
    [
        ("stall", omni.StreamStalled, "0.4 s"),
        ("heartbeats", omni.StreamStalled, "0.8 s"),
        ("reset", omni.StreamTruncated, None),
        ("truncate", omni.StreamTruncated, None),
        ("early-end", omni.StreamTruncated, None),
        ("wrong-length", omni.StreamTruncated, None),
        ("bad-json", omni.ProtocolError, "JSON"),
        ("bad-base64", omni.ProtocolError, "base64"),
        ("error:Throttling/object", omni.RateLimitError, "Throttling"),
        ("error:Throttling/string", omni.ApiError, "throttled"),
        ("error:Throttling/event", omni.RateLimitError, "HTTP 429, Throttling"),
        ("error:Throttling/flat", omni.RateLimitError, "Throttling"),
    ],
)
async def test_what_breaks_a_stream_is_a_typed_error_with_what_had_come(emulator, script, error, sentence):
    with pytest.raises(error, match=sentence) as failed:
        await heard(emulator, script)
    spoken = await emulator.speak("one two three four five six")
    assert 0.3 * spoken.seconds < failed.value.partial.audio_seconds < 0.7 * spoken.seconds
    assert failed.value.partial.text.startswith("one ")


@pytest.mark.parametrize("script", ["slow-headers", "stall@event0", "heartbeats@0%"])
async def test_a_reply_that_never_begins_is_a_timeout(emulator, script):
    timeouts = omni.Timeouts(first_event=0.5)
    with pytest.raises(omni.TimeoutError, match=r"0\.5 s"):
        await heard(emulator, script, timeouts=timeouts)


@pytest.mark.parametrize(
    "script", ["drip", "drip:7", "odd-byte", "no-done", "after-done", "stall:0.1", "heartbeats:0.2"]
)
async def test_what_breaks_nothing_is_heard_as_if_it_were_not_there(emulator, script):
    begin = time.monotonic()
    reply, pcm = await heard(emulator, script, prompt="Say: one two")
    assert time.monotonic() - begin < 30
    assert pcm == (await emulator.speak("one two")).pcm
    assert reply.finish_reason == "stop"


async def test_a_lost_half_of_a_sample_is_the_only_loss(emulator):
    _, pcm = await heard(emulator, "odd-byte@100%")
    assert pcm == (await emulator.speak("one two three four five six")).pcm[:-2]


@pytest.mark.parametrize("script", ["bad-json", "bad-base64"])
async def test_a_client_that_is_not_strict_goes_on_after_one_spoiled_event(emulator, script):
    reply, pcm = await heard(emulator, script, strict=False)
    whole = (await emulator.speak("one two three four five six")).pcm
    assert len(whole) - 3840 <= len(pcm) < len(whole)
    assert reply.finish_reason == "stop"


async def test_two_refusals_and_then_a_fine_answer_are_one_answer(emulator):
    async with Emulator(first_audio_seconds=0, real_time_factor=0, faults=["status:500x2"]) as failing:
        _, pcm = await heard(failing, retries=2)
        assert pcm == (await failing.speak("one two three four five six")).pcm
        _, again = await heard(failing)
        assert again == pcm


async def test_a_retry_waits_as_long_as_it_is_asked_to(emulator):
    begin = time.monotonic()
    await heard(emulator, "status:429/1x1", retries=1)
    assert time.monotonic() - begin >= 1
    with pytest.raises(omni.RateLimitError) as refused:
        await heard(emulator, "status:429/600", retries=2)
    assert refused.value.retry_after == 600


CLASSES = {
    "InvalidParameter": omni.InvalidRequestError,
    "invalid_parameter_error": omni.InvalidRequestError,
    "empty_audio": omni.InvalidRequestError,
    "Arrearage": omni.QuotaError,
    "data_inspection_failed": omni.InvalidRequestError,
    "InvalidApiKey": omni.AuthenticationError,
    "invalid_api_key": omni.AuthenticationError,
    "Model.AccessDenied": omni.AuthenticationError,
    "AllocationQuota.FreeTierOnly": omni.QuotaError,
    "ModelNotFound": omni.InvalidRequestError,
    "model_not_found": omni.InvalidRequestError,
    "model_not_supported": omni.InvalidRequestError,
    "Throttling": omni.RateLimitError,
    "Throttling.RateQuota": omni.RateLimitError,
    "limit_requests": omni.RateLimitError,
    "Throttling.BurstRate": omni.RateLimitError,
    "limit_burst_rate": omni.RateLimitError,
    "Throttling.AllocationQuota": omni.RateLimitError,
    "insufficient_quota": omni.RateLimitError,
    "CommodityNotPurchased": omni.QuotaError,
    "PrepaidBillOverdue": omni.QuotaError,
    "PostpaidBillOverdue": omni.QuotaError,
    "Audio.DecoderError": omni.InvalidRequestError,
    "InternalError": omni.ServerError,
    "internal_error": omni.ServerError,
    "InternalError.Algo": omni.ServerError,
    "RequestTimeOut": omni.ServerError,
    "ModelServingError": omni.ServerError,
    "ModelUnavailable": omni.ServerError,
}
RETRYABLE = {omni.RateLimitError, omni.ServerError}


def test_every_documented_error_is_tested():
    assert set(CLASSES) == set(documented_errors())


@pytest.mark.parametrize("name", CLASSES)
async def test_a_documented_error_is_of_its_class_in_every_shape(emulator, name):
    documented = documented_errors()[name]
    for shape in ("json", "sse", *STREAM_SHAPES):
        place = "@event0" if shape in STREAM_SHAPES else ""
        if shape == "string":
            continue  # it names no code
        with pytest.raises(omni.ApiError) as failed:
            await heard(emulator, f"error{place}:{name}/{shape}")
        error = failed.value
        assert type(error) is CLASSES[name], shape
        assert error.code == documented.code
        assert error.message == documented.message
        assert error.retryable == (type(error) in RETRYABLE)
        assert error.request_id
        if shape in {"json", "sse", "event"}:
            assert error.status == documented.status


async def test_a_header_that_is_no_script_is_refused(emulator):
    with pytest.raises(omni.InvalidRequestError, match=r"KIND\[@WHEN\].*invalid_fault_script"):
        await heard(emulator, "stall@later")


async def test_one_emulator_serves_clean_and_faulty_requests_at_once(emulator):
    outcomes = await asyncio.gather(
        heard(emulator), heard(emulator, "reset"), heard(emulator, "error:Arrearage"), return_exceptions=True
    )
    assert isinstance(outcomes[0], tuple)
    assert [type(outcome) for outcome in outcomes[1:]] == [omni.StreamTruncated, omni.QuotaError]


async def test_a_promised_length_is_not_kept(emulator, chat):
    async with aiohttp.ClientSession() as session:
        headers = {"X-Emulator-Fault": "wrong-length@100%"}
        url = f"{emulator.base_url}/chat/completions"
        async with session.post(url, json=chat("Say: one"), headers=headers) as response:
            assert int(response.headers["Content-Length"]) > 1_000_000
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()
