import json

import pytest

from omni_stream.errors import (
    ApiError,
    AuthenticationError,
    InvalidRequestError,
    QuotaError,
    RateLimitError,
    ServerError,
)
from omni_stream.sse import ServerSentEvent
from omni_stream.wire.faults import (
    MESSAGE_CHARACTERS,
    api_error_from_body,
    error_in_body,
    error_in_document,
    error_in_event,
)


def refused(status, body, *, request_id=None):
    return api_error_from_body(
        status, body if isinstance(body, str) else json.dumps(body), request_id=request_id
    )


@pytest.mark.parametrize(
    ("status", "code", "kind", "retryable"),
    [
        (400, "invalid_parameter_error", InvalidRequestError, False),
        (400, "data_inspection_failed", InvalidRequestError, False),
        (400, "Arrearage", QuotaError, False),
        (401, "invalid_api_key", AuthenticationError, False),
        (401, "InvalidApiKey", AuthenticationError, False),
        (403, "Model.AccessDenied", AuthenticationError, False),
        (403, "AllocationQuota.FreeTierOnly", QuotaError, False),
        (404, "model_not_found", InvalidRequestError, False),
        (429, "Throttling", RateLimitError, True),
        (429, "Throttling.RateQuota", RateLimitError, True),
        (429, "Throttling.AllocationQuota", RateLimitError, True),
        (429, "limit_requests", RateLimitError, True),
        (429, "PostpaidBillOverdue", QuotaError, False),
        (429, "CommodityNotPurchased", QuotaError, False),
        (429, "whatever", RateLimitError, True),
        (402, "", QuotaError, False),
        (500, "internal_error", ServerError, True),
        (500, "InternalError.Algo", ServerError, True),
        (500, "RequestTimeOut", ServerError, True),
        (503, "ModelUnavailable", ServerError, True),
        (503, "", ServerError, True),
        (None, "ModelServingError", ServerError, True),
        (None, "Throttling.BurstRate", RateLimitError, True),
        (None, "something_else", InvalidRequestError, False),
        (None, "", ApiError, False),
    ],
)
def test_the_code_decides_and_else_the_status(status, code, kind, retryable):
    error = error_in_document({"error": {"message": "no", "code": code}}, status=status)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.status == status


def test_a_quota_of_money_is_told_from_one_of_tokens_a_minute():
    money = {"error": {"code": "insufficient_quota", "message": "check your plan and billing details"}}
    tokens = {"error": {"code": "insufficient_quota", "message": "Allocated quota exceeded"}}
    assert type(error_in_document(money, status=429)) is QuotaError
    assert type(error_in_document(tokens, status=429)) is RateLimitError


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "no voice", "type": "invalid_request_error", "param": None, "code": "bad"}},
        {"code": "bad", "message": "no voice"},
        {"error": "no voice"},
        {"detail": "no voice"},
        {"message": "no voice"},
        'data: {"error":{"code":"bad","message":"no voice"},"id":"chatcmpl-8"}\n\n',
        'data: {"error":{"code":"bad","message":"no voice"}}',
        ':HTTP_STATUS/400\nevent:error\ndata:{"code":"bad","message":"no voice"}\n\n',
        "event: error\ndata: no voice",
        "  no voice \n",
    ],
)
def test_each_shape_of_a_refusal_says_what_is_wrong(body):
    error = refused(400, body)
    assert type(error) is InvalidRequestError
    assert (error.message, error.status) == ("no voice", 400)


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"error": null}'])
@pytest.mark.parametrize("status", [418, 599])
def test_a_refusal_that_says_nothing_is_one_all_the_same(body, status):
    error = refused(status, body)
    assert error.status == status
    assert error.message


def test_the_request_id_is_the_bodys_then_the_headers_then_the_answers():
    fault = {"error": {"message": "no"}, "id": "chatcmpl-1"}
    assert refused(400, {**fault, "request_id": "r"}, request_id="h").request_id == "r"
    assert refused(400, fault, request_id="h").request_id == "h"
    assert refused(400, fault).request_id == "chatcmpl-1"


def test_who_may_not_ask_is_told_to_check_the_key():
    assert "; check the key" in str(refused(401, {"error": {"message": "no"}}))


def test_a_numeric_code_is_a_status():
    error = error_in_document({"error": {"code": 429, "message": "slow down", "metadata": {}}})
    assert (type(error), error.status) == (RateLimitError, 429)


def test_a_status_in_a_comment_is_the_events():
    event = ServerSentEvent("{}", comments=["HTTP_STATUS/503"])
    error = error_in_event(event, {})
    assert (type(error), error.status) == (ServerError, 503)
    assert error_in_event(ServerSentEvent("{}", comments=["HTTP_STATUS/200"]), {}) is None


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"choices": []},
        {"error": None},
        {"code": "", "message": "m"},
        {"code": "c", "choices": [1], "message": "m"},
    ],
)
def test_what_is_no_error_is_none(document):
    assert error_in_document(document) is None


@pytest.mark.parametrize("body", ["<html>", "", '{"choices": []}', "data: {}\n\n"])
def test_a_success_without_an_error_in_it_is_none(body):
    assert error_in_body(body, status=200, request_id=None) is None


def test_a_json_error_in_a_success_has_no_status():
    error = error_in_body('{"error": {"message": "no"}}', status=200, request_id=None)
    assert (error.message, error.status) == ("no", None)


def test_a_message_is_one_line_of_bounded_length_without_terminal_codes():
    error = refused(400, {"error": {"message": "a\nb\x1b[31m" + "c" * 5_000}})
    assert error.message.startswith("a b [31mccc")
    assert len(error.message) == MESSAGE_CHARACTERS


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ({"code": "1002", "type": "rate_limit"}, RateLimitError, "1002"),
        ({"code": "unknown", "type": "server_error"}, ServerError, "unknown"),
        ({"code": "invalid_api_key", "type": "server_error"}, AuthenticationError, "invalid_api_key"),
        ({"code": 429, "status": "RESOURCE_EXHAUSTED"}, RateLimitError, "RESOURCE_EXHAUSTED"),
        ({"code": 401, "status": "UNAUTHENTICATED"}, AuthenticationError, "UNAUTHENTICATED"),
        ({"code": 403, "status": "PERMISSION_DENIED"}, AuthenticationError, "PERMISSION_DENIED"),
        ({"code": 503, "status": "UNAVAILABLE"}, ServerError, "UNAVAILABLE"),
        ({"code": 400, "status": "INVALID_ARGUMENT"}, InvalidRequestError, "INVALID_ARGUMENT"),
        ({"code": None, "type": "quota_exceeded"}, QuotaError, "quota_exceeded"),
    ],
)
def test_where_the_code_says_nothing_its_kind_does(fault, kind, code):
    error = error_in_document({"error": {"message": "no", **fault}})
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    ("status", "detail", "kind", "code"),
    [
        (401, {"status": "invalid_api_key", "message": "no"}, AuthenticationError, "invalid_api_key"),
        (401, {"status": "quota_exceeded", "message": "no"}, QuotaError, "quota_exceeded"),
        (429, {"status": "too_many_concurrent_requests", "message": "no"}, RateLimitError, None),
        (429, {"code": "system_busy", "message": "no"}, ServerError, "system_busy"),
        (422, {"code": 7, "message": "no"}, InvalidRequestError, ""),
    ],
)
def test_a_detail_may_have_its_code_beside_what_it_says(status, detail, kind, code):
    error = refused(status, {"detail": detail})
    assert (type(error), error.message, error.status) == (kind, "no", status)
    assert code is None or error.code == code
