"""What a caller asks for -> the body of a request.

Pure: nothing here sends, reads an environment or waits.  A request is checked
before it is encoded, and encoded once, so that what the caller changes later
is not sent and nothing is sent that JSON cannot say.
"""

from typing import TYPE_CHECKING

__all__ = [
    "Body",
    "ChatRequest",
    "Conversation",
    "Inline",
    "Media",
    "Placed",
    "Prompt",
    "SpeechRequest",
    "call_to_ask",
    "call_to_speak",
    "chat_request",
    "chat_shape",
    "speech_request",
    "those_who_speak",
]

if TYPE_CHECKING:
    from omni_stream.request.body import Body, Inline
    from omni_stream.request.calls import call_to_ask, call_to_speak, those_who_speak
    from omni_stream.request.chat import ChatRequest, chat_request
    from omni_stream.request.conversation import Conversation
    from omni_stream.request.messages import Prompt
    from omni_stream.request.parts import Media
    from omni_stream.request.placed import Placed
    from omni_stream.request.shapes import chat_shape
    from omni_stream.request.speak import SpeechRequest, speech_request
else:  # or a type checker would believe in any name
    from omni_stream.offering import offered

    __getattr__ = offered(
        __name__,
        {
            "body": "Body Inline",
            "calls": "call_to_ask call_to_speak those_who_speak",
            "chat": "ChatRequest chat_request",
            "conversation": "Conversation",
            "messages": "Prompt",
            "parts": "Media",
            "placed": "Placed",
            "shapes": "chat_shape",
            "speak": "SpeechRequest speech_request",
        },
    )
