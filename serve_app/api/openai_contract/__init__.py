"""OpenAI's transcription contract over the same graph: for programs that speak it already.

https://developers.openai.com/api/reference/resources/audio/subresources/transcriptions
"""

from serve_app.api.openai_contract.routes import router

__all__ = ["router"]
