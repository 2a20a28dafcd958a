"""What each sample of Alibaba Cloud's Qwen-Omni guide sends, as JSON, by section and language.

A Python sample sends what it gives the openai package as ``extra_body`` at the top
level; Node's package knows no such option and sends it as a field of that name.
Texts are shortened, and the guide's media hosts are another's; the structure is
the guide's.  ``{eagle.png}`` stands for the base64 of that file.
"""

from __future__ import annotations

from typing import Any

HOST = "https://media.test"
WHO = "你是谁"
ROLE, NOTED = "你是一个商场的导购员", "好的，我记住了你的设定。"  # noqa: RUF001 -- what is sent by default


def body(messages: list[Any], *, spoken: bool = True, model: str = "qwen3-omni-flash") -> dict[str, Any]:
    """What all samples have in common."""
    audio = {"audio": {"voice": "Cherry", "format": "wav"}} if spoken else {}
    return {
        "model": model,
        "messages": messages,
        "modalities": ["text", "audio"] if spoken else ["text"],
        "stream": True,
        "stream_options": {"include_usage": True},
        **audio,
    }


def about(part: dict[str, Any], question: str) -> list[Any]:
    """A medium, and then a question about it."""
    return [{"role": "user", "content": [part, {"type": "text", "text": question}]}]


def turns(recording: dict[str, Any]) -> list[Any]:
    """The messages of the sample of several turns."""
    return [
        *about({"type": "input_audio", "input_audio": recording}, "这段音频在说什么"),
        {"role": "assistant", "content": [{"type": "text", "text": "欢迎使用"}]},
        {"role": "user", "content": [{"type": "text", "text": "介绍一下这家公司"}]},
    ]


TEXT = body([{"role": "user", "content": WHO}])
THINKING = body([{"role": "user", "content": WHO}], spoken=False)
IMAGE = body(about({"type": "image_url", "image_url": {"url": f"{HOST}/dog_and_girl.jpeg"}}, "图中是什么"))
AUDIO = body(
    about(
        {"type": "input_audio", "input_audio": {"data": f"{HOST}/cherry.wav", "format": "wav"}},
        "这段音频在说什么",
    )
)
FRAMES = body(
    about(
        {"type": "video", "video": [f"{HOST}/football{number}.jpg" for number in (1, 2, 3, 4)]},
        "描述这个视频",
    )
)
VIDEO = body(about({"type": "video_url", "video_url": {"url": f"{HOST}/1.mp4"}}, "视频的内容是什么"))
LOCAL_IMAGE = body(
    about({"type": "image_url", "image_url": {"url": "data:image/png;base64,{eagle.png}"}}, "图中是什么")
)
LOCAL_AUDIO = body(
    about(
        {"type": "input_audio", "input_audio": {"data": "data:;base64,{welcome.mp3}", "format": "mp3"}},
        "这段音频在说什么",
    )
)
LOCAL_VIDEO = body(
    about({"type": "video_url", "video_url": {"url": "data:;base64,{spring_mountain.mp4}"}}, "她在唱什么")
)
LOCAL_FRAMES = body(
    about(
        {
            "type": "video",
            "video": [f"data:image/jpeg;base64,{{football{number}.jpg}}" for number in (1, 2, 3, 4)],
        },
        "描述这个视频",
    )
)
SEVERAL_TURNS = body(turns({"data": f"{HOST}/welcome.mp3", "format": "mp3"}), spoken=False)
SEVERAL_TURNS_IN_CURL = body(turns({"data": f"{HOST}/welcome.mp3"}), spoken=False)  # without a format
ROLE_ON_TURBO = body(
    [
        {"role": "user", "content": ROLE},
        {"role": "assistant", "content": NOTED},
        {"role": "user", "content": WHO},
    ],
    model="qwen-omni-turbo",
)

SAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("快速开始", "Python"): TEXT,
    ("快速开始", "Node.js"): TEXT,
    ("快速开始", "curl"): TEXT,
    ("开启/关闭思考模式", "Python"): {**THINKING, "enable_thinking": True},
    ("开启/关闭思考模式", "Node.js"): {**THINKING, "extra_body": {"enable_thinking": True}},
    ("开启/关闭思考模式", "curl"): {**THINKING, "enable_thinking": True},
    ("图片+文本输入", "Python"): IMAGE,
    ("图片+文本输入", "Node.js"): IMAGE,
    ("图片+文本输入", "curl"): IMAGE,
    ("音频+文本输入", "Python"): AUDIO,
    ("音频+文本输入", "Node.js"): AUDIO,
    ("音频+文本输入", "curl"): AUDIO,
    ("图片列表形式", "Python"): FRAMES,
    ("图片列表形式", "Node.js"): FRAMES,
    ("图片列表形式", "curl"): FRAMES,
    ("视频文件形式", "Python"): VIDEO,
    ("视频文件形式", "Node.js"): VIDEO,
    ("视频文件形式", "curl"): VIDEO,
    ("多轮对话", "Python"): SEVERAL_TURNS,
    ("多轮对话", "Node.js"): SEVERAL_TURNS,
    ("多轮对话", "curl"): SEVERAL_TURNS_IN_CURL,
    ("解析输出的Base64 编码的音频数据", "Python"): TEXT,
    ("解析输出的Base64 编码的音频数据", "Node.js"): TEXT,
    ("输入 Base64 编码的本地文件: 图片", "Python"): LOCAL_IMAGE,
    ("输入 Base64 编码的本地文件: 图片", "Node.js"): LOCAL_IMAGE,
    ("输入 Base64 编码的本地文件: 音频", "Python"): LOCAL_AUDIO,
    ("输入 Base64 编码的本地文件: 音频", "Node.js"): LOCAL_AUDIO,
    ("输入 Base64 编码的本地文件: 视频文件", "Python"): LOCAL_VIDEO,
    ("输入 Base64 编码的本地文件: 视频文件", "Node.js"): LOCAL_VIDEO,
    ("输入 Base64 编码的本地文件: 图片列表", "Python"): LOCAL_FRAMES,
    ("输入 Base64 编码的本地文件: 图片列表", "Node.js"): LOCAL_FRAMES,
    ("常见问题: 设置角色", "Python"): ROLE_ON_TURBO,
    ("常见问题: 设置角色", "Node.js"): ROLE_ON_TURBO,
    ("常见问题: 设置角色", "curl"): ROLE_ON_TURBO,
}
"""Every sample of the guide that sends a request."""
