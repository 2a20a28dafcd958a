import json
import signal
import stat

import pytest
from command_line import BOUND_SECONDS
from peers import Peer, chat

import omni_stream as omni
from omni_stream.cli.conversation_file import conversation_in, keep

SAID = omni.Conversation(system="Be terse.").user("One?").assistant("One.")


@pytest.fixture
def kept(tmp_path):
    """The messages that are kept in the test's folder."""
    return lambda: omni.Conversation.from_json((tmp_path / "chat.json").read_bytes()).messages


def asked(peer):
    return [json.loads(request.body)["messages"] for request in peer.requests]


async def test_a_question_continues_what_is_kept(cli, kept, tmp_path):
    options = ("--conversation", "chat.json", "--text-only")
    async with Peer(chat.answer) as peer:
        url = ("--base-url", peer.base_url)
        assert (await cli("ask", "One?", "--system", "Be terse.", *options, *url)).code == 0
        assert (await cli("ask", "Two?", *options, *url)).code == 0
    system, one, answer = kept()[:3]
    assert (system["content"], one["content"], answer["role"]) == ("Be terse.", "One?", "assistant")
    assert asked(peer) == [list(kept()[:2]), list(kept()[:4])]
    assert [message["role"] for message in kept()[3:]] == ["user", "assistant"]
    assert [path.name for path in tmp_path.iterdir()] == ["chat.json"]


@pytest.mark.parametrize(
    "options",
    [("--json",), ("--json", "-o", "a.wav"), ("-o", "-"), ("--record", "reply.jsonl"), ("--thinking",), ()],
    ids=" ".join,
)
async def test_it_goes_with_every_way_to_take_an_answer(cli, emulator_url, kept, options):
    ended = await cli("ask", "Say: Hi.", "--conversation", "chat.json", "--base-url", emulator_url, *options)
    assert ended.code == 0
    question, answer = kept()
    assert question == {"role": "user", "content": "Say: Hi."}
    assert "Hi." in answer["content"]
    assert "reasoning" not in json.dumps(answer)


async def truncated(call):
    await call.head()
    for piece in chat.ANSWER[:4]:
        await call.chunk(piece)


async def test_an_answer_that_fails_leaves_the_file_as_it_was(cli, tmp_path):
    ask = ("ask", "Hi", "--text-only", "--conversation", "chat.json", "--base-url")
    async with Peer(truncated, chat.answer, truncated) as peer:
        assert (await cli(*ask, peer.base_url)).code == 1
        assert list(tmp_path.iterdir()) == []
        assert (await cli(*ask, peer.base_url)).code == 0
        before = (tmp_path / "chat.json").read_bytes()
        assert (await cli(*ask, peer.base_url)).code == 1
    assert (tmp_path / "chat.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["chat.json"]


def test_ctrl_c_leaves_the_file_as_it_was(started, tmp_path):
    keep(SAID, tmp_path / "chat.json")
    before = (tmp_path / "chat.json").read_bytes()
    process = started("ask", "你是谁", "--conversation", "chat.json")
    process.stdout.read(3)
    process.send_signal(signal.SIGINT)
    assert process.wait(BOUND_SECONDS) == 130
    assert (tmp_path / "chat.json").read_bytes() == before


async def test_an_answer_without_text_is_not_added(cli, tmp_path):
    async def silent(call):
        await call.head()
        for piece in (chat.ROLE, chat.audio(chat.PCM), chat.STOP, chat.DONE):
            await call.chunk(piece)
        await call.end()

    async with Peer(silent) as peer:
        ended = await cli("ask", "Hi", "--conversation", "chat.json", "--base-url", peer.base_url)
    assert ended.code == 0
    assert "the answer has no text, so nothing is added" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["answer.wav"]


@pytest.mark.parametrize(
    "content",
    [b"precious", b"", b'{"messages": []}', b"[1]", b"\xff\xfe", b'{"omni_stream_conversation": 2}'],
)
def test_what_is_no_conversation_is_never_replaced(tmp_path, content):
    file = tmp_path / "chat.json"
    file.write_bytes(content)
    for use in (lambda: conversation_in(str(file), system=None), lambda: keep(SAID, file)):
        with pytest.raises(omni.UsageError, match=r"chat\.json holds no conversation: "):
            use()
    assert file.read_bytes() == content


async def test_a_file_that_is_no_conversation_ends_it_before_anything_is_sent(cli, tmp_path):
    (tmp_path / "notes.txt").write_text("precious")
    async with Peer(chat.answer) as peer:
        ended = await cli("ask", "Hi", "--conversation", "notes.txt", "--base-url", peer.base_url)
    assert ended.code == 2
    assert "notes.txt holds no conversation" in ended.sentence
    assert (tmp_path / "notes.txt").read_text() == "precious"
    assert peer.requests == []


def test_a_folder_is_no_conversation(tmp_path):
    with pytest.raises(omni.UsageError, match="is no file"):
        conversation_in(str(tmp_path), system=None)


def test_a_system_message_is_for_a_new_conversation(tmp_path):
    file = str(tmp_path / "chat.json")
    assert conversation_in(file, system="Be terse.").messages == SAID.messages[:1]
    keep(SAID, file)
    assert conversation_in(file, system=None).messages == SAID.messages
    with pytest.raises(omni.UsageError, match="--system is for a new conversation"):
        conversation_in(file, system="Be terse.")


async def test_a_folder_that_is_not_there_is_told_before_anything_is_sent(cli):
    async with Peer(chat.answer) as peer:
        ended = await cli("ask", "Hi", "--conversation", "no/chat.json", "--base-url", peer.base_url)
    assert ended.code == 5
    assert "no is no folder that can be written to" in ended.sentence
    assert peer.requests == []


def test_only_an_earlier_state_is_replaced(tmp_path):
    file = tmp_path / "chat.json"
    keep(SAID, file)
    further = omni.Conversation.from_json(SAID.to_json()).user("Two?").assistant("Two.")
    keep(further, file)
    keep(further, file)
    for other in (SAID, omni.Conversation().user("Two?").assistant("Two.")):
        with pytest.raises(omni.UsageError, match="holds another conversation"):
            keep(other, file)
    assert omni.Conversation.from_json(file.read_bytes()).messages == further.messages


async def test_what_another_has_added_meanwhile_is_not_lost(cli, tmp_path, kept):
    further = omni.Conversation.from_json(SAID.to_json()).user("Two?").assistant("Two.")

    async def answered_late(call):
        keep(further, tmp_path / "chat.json")
        await chat.answer(call)

    keep(SAID, tmp_path / "chat.json")
    async with Peer(answered_late) as peer:
        ended = await cli("ask", "Hi", "--conversation", "chat.json", "--base-url", peer.base_url)
    assert ended.code == 2
    assert "chat.json holds another conversation" in ended.sentence
    assert kept() == further.messages
    assert ended.text == "Hello\n"


def test_a_link_stays_one_and_a_mode_stays_as_it_is(tmp_path):
    file, link = tmp_path / "chat.json", tmp_path / "link.json"
    link.symlink_to(file)
    keep(SAID, link)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    keep(SAID, link)
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_a_text_that_no_encoding_has_comes_back(tmp_path):
    odd = omni.Conversation().user("One?").assistant("half a pair: \ud83d")
    keep(odd, tmp_path / "chat.json")
    keep(odd, tmp_path / "chat.json")
    assert conversation_in(str(tmp_path / "chat.json"), system=None).messages == odd.messages
