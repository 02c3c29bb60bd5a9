"""Examples for the OpenAPI document: invented documents of an invented province, in the shapes that the API has."""

from __future__ import annotations

from typing import Any

from assistant.docx_notes import DOCX_MEDIA_TYPE
from assistant.transcript import PDF_MEDIA_TYPE
from assistant.web.events import MEDIA_TYPE
from ingest.page_picture import MEDIA_TYPE as PICTURE_MEDIA_TYPE

_JSON = "application/json"
_NUMBER = "112/KH-UBND"
_KEY = "112|KH|UBND"
_ID = "6f1c0a9e2b7d4c3851e0f9aa"
_JOB_ID = "0b0f6f0e-5c0e-4c54-9a3c-2f1f0a4b7d11"
_CONVERSATION_ID = "9d1f7c52-3b8a-4c0e-8a43-6a5d2f1e0b77"
_CURSOR = "WyJrZS1ob2FjaC0xMTIuZG9jeCJd"
_QUOTE = "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh."
_TITLE = "Kế hoạch số hóa hồ sơ lưu trữ"
_SOURCE = {
    "number": _NUMBER, "date": "2024-03-15", "type": "Kế hoạch", "issuer": "UBND tỉnh Sông Lam", "title": _TITLE,
}  # fmt: skip
_EVIDENCE = {
    "document": "ke-hoach-112.docx", "document_id": _ID, "page": 1, "section": "I. MỤC TIÊU", "quote": _QUOTE,
    "start": 310, "end": 363,
}  # fmt: skip
_CITATION = {"marker": 1, "number": _NUMBER, "key": _KEY, **_EVIDENCE, "source": _SOURCE}
_ANSWER = {
    "outcome": "answered",
    "text": "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh [1].",
    "citations": [_CITATION],
    "mode": "extractive",
    "language": "vi",
    "verified": True,
    "candidates": [],
    "record": _NUMBER,
    "standalone_question": "Kinh phí của Kế hoạch 112/KH-UBND là bao nhiêu?",
    "timings_ms": {"retrieval": 21.4, "answer": 3.2, "total": 24.6},
    "removed": 0,
    "fallback": None,
}
_STREAMED = 'event: piece\ndata: "Kinh phí thực hiện "\n\nevent: answer\ndata: {"outcome": "answered", "text": "…"}\n\n'
_STATUS = {"state": "completed", "date": "2025-12-12", "as_of": "2025-12-19", "evidence": _EVIDENCE}
_RECORD = {
    "number": _NUMBER, "key": _KEY, "type": "Kế hoạch", "issuer": "UBND tỉnh Sông Lam", "date": "2024-03-15",
    "title": _TITLE, "held_in": ["ke-hoach-112.docx"], "current_status": _STATUS, "timeline": [_STATUS],
    "conflicts": [], "relations": [], "mentions": 4,
}  # fmt: skip
_LOOKUP = {"query": _NUMBER, "outcome": "found", "record": _RECORD, "candidates": [], "suggestions": []}
_FOUND_NUMBER = {
    "surface": _NUMBER, "start": 12, "end": 23, "canonical": _NUMBER, "key": _KEY, "number": "112", "type": "KH",
    "issuer": "UBND", "year": None, "date": None, "partial": False, "blank": False, "repaired": False,
    "confidence": 1.0,
}  # fmt: skip
_DOCUMENT = {
    "document_id": _ID,
    "file": "ke-hoach-112.docx",
    "folder": "/srv/van-ban",
    "status": "indexed",
    "title": _TITLE,
    "kind": "docx",
    "pages": 2,
    "chunks": 6,
    "text_source": "digital",
    "header": _SOURCE | {"key": _KEY, "subject": "Số hóa hồ sơ lưu trữ", "signer": None, "confidence": 0.98},
    "signatures": [],
    "warnings": [],
}
_PAGES = [{"page": 1, "source": "digital", "characters": 1840, "confidence": None, "failed": False}]
_WANTED = {
    "number": "77/QĐ-UBND", "key": "77|QD|UBND", "type": "Quyết định", "issuer": "UBND tỉnh Sông Lam",
    "date": "2024-01-10", "title": None, "mentions": 9,
}  # fmt: skip
_OVERVIEW = {
    "documents": {
        "total": 3, "pages": 4, "by_type": [{"name": "Báo cáo", "count": 2}, {"name": "Kế hoạch", "count": 1}],
        "by_issuer": [{"name": "Sở Nội vụ", "count": 2}, {"name": "UBND tỉnh Sông Lam", "count": 1}],
        "by_year": [{"name": "2025", "count": 2}, {"name": "2024", "count": 1}],
        "by_text_source": [{"name": "digital", "count": 3}],
    },
    "records": {"total": 4, "held": 3},
    "missing": {"total": 1, "most_wanted": [_WANTED]},
    "statuses": {
        "total": [{"name": "none", "count": 3}, {"name": "completed", "count": 1}],
        "by_issuer": [{"name": "UBND tỉnh Sông Lam", "count": 2, "states": {"completed": 1, "none": 1}}],
        "by_year": [{"name": "2025", "count": 1, "states": {"completed": 1}}],
    },
}  # fmt: skip
_JOB: dict[str, Any] = {
    "id": _JOB_ID, "kind": "upload", "state": "running", "created_at": "2026-01-05T02:11:09.120000+00:00",
    "started_at": "2026-01-05T02:11:09.180000+00:00", "finished_at": None,
    "progress": {"done": 1, "total": 2, "file": "bao-cao-301.pdf"}, "document_id": None, "files": [], "error": None,
}  # fmt: skip
_CONVERSATION = {
    "id": _CONVERSATION_ID, "title": "Kinh phí số hóa", "language": "vi",
    "created_at": "2026-01-05T02:11:09.120000+00:00", "updated_at": "2026-01-05T02:12:30.000000+00:00", "turns": 2,
}  # fmt: skip
_FEEDBACK = {"id": _JOB_ID, "given_at": "2026-01-05T02:13:00.000000+00:00"}
_PAST = {
    "turn": 1, "said_at": "2026-01-05T02:12:30.000000+00:00", "question": "Kinh phí là bao nhiêu?",
    "answer": {
        **_ANSWER,
        "citations": [_CITATION | {"state": "unchanged", "quote_stands": True, "document_id_now": _ID}],
    },
    "version": "0.1.0", "settings": "3f0c9d1be87a5524",
}  # fmt: skip

PROBLEM: dict[str, Any] = {
    "type": "about:blank",
    "title": "Không thực hiện được",
    "status": 422,
    "detail": "Câu hỏi trống: xin nhập câu hỏi hoặc số văn bản.",
    "request_id": "5f0c1d2e3a4b5c6d",
}
"""An error; `status` is set to that of each place where it stands."""

_FILE = "(binary)"

EXAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/ask"): {
        "body": {"question": "Kinh phí của Kế hoạch 112/KH-UBND là bao nhiêu?", "history": [], "language": "vi"},
        "answer": {_JSON: _ANSWER, MEDIA_TYPE: _STREAMED},
    },
    ("get", "/status"): {
        "parameters": {"number": "112/KH-UBND ngày 15/3/2024", "format": "json"},
        "answer": {_JSON: _LOOKUP, DOCX_MEDIA_TYPE: _FILE},
    },
    ("post", "/numbers"): {
        "body": {"text": "Theo Kế hoạch 112/KH-UBND", "resolve": False},
        "answer": {_JSON: {"numbers": [_FOUND_NUMBER]}},
    },
    ("get", "/search"): {
        "parameters": {"q": "kinh phí số hóa", "top_k": 5},
        "answer": {
            _JSON: {
                "query": "kinh phí số hóa",
                "hits": [
                    {"rank": 1, "score": 0.871, "document_id": _ID, "page": 1, "section": "I. MỤC TIÊU", "text": _QUOTE}
                ],
            }
        },
    },
    ("get", "/records"): {
        "parameters": {"type": "Kế hoạch", "issuer": "UBND tỉnh Sông Lam", "year": 2024, "status": "completed"},
        "answer": {_JSON: {"total": 1, "next": None, "records": [_RECORD]}},
    },
    ("get", "/documents"): {
        "parameters": {"q": "số hóa", "type": "KH", "year": 2024, "limit": 20},
        "answer": {_JSON: {"total": 41, "offset": 0, "next": _CURSOR, "documents": [_DOCUMENT]}},
    },
    ("post", "/documents"): {"body": {"files": [_FILE]}, "answer": {_JSON: _JOB}},
    ("get", "/documents/{document_id}"): {
        "parameters": {"document_id": _ID},
        "answer": {_JSON: _DOCUMENT | {"page_list": _PAGES}},
    },
    ("put", "/documents/{document_id}"): {
        "parameters": {"document_id": _ID},
        "body": {"file": _FILE},
        "answer": {_JSON: _JOB | {"kind": "replace", "document_id": _ID}},
    },
    ("delete", "/documents/{document_id}"): {
        "parameters": {"document_id": _ID},
        "answer": {_JSON: _JOB | {"kind": "remove", "document_id": _ID}},
    },
    ("get", "/documents/{document_id}/record"): {"parameters": {"document_id": _ID}, "answer": {_JSON: _RECORD}},
    ("get", "/pages/{document_id}/{page}"): {
        "parameters": {"document_id": _ID, "page": 1},
        "answer": {
            _JSON: {
                "document_id": _ID, "document": "ke-hoach-112.docx", "source": _SOURCE, "page": 1, "pages": 2,
                "text": f"I. MỤC TIÊU\n{_QUOTE}", "signature_notes": {"vi": [], "en": []},
                "picture": "drawn",
                "citation": {
                    "vi": "Kế hoạch số 112/KH-UBND ngày 15/03/2024 của UBND tỉnh Sông Lam, trang 1",
                    "en": "Plan No. 112/KH-UBND of 15/03/2024 of UBND tỉnh Sông Lam, page 1",
                },
            }
        },
    },
    ("get", "/pages/{document_id}/{page}/picture"): {
        "parameters": {"document_id": _ID, "page": 1}, "answer": {PICTURE_MEDIA_TYPE: "(WebP)"},
    },
    ("get", "/pages/{document_id}/{page}/highlight"): {
        "parameters": {"document_id": _ID, "page": 1, "start": 12, "end": 40},
        "answer": {_JSON: {"state": "drawn", "width": 1240, "height": 1754, "boxes": [[1210, 1895, 8720, 2075]]}},
    },
    ("get", "/overview"): {"answer": {_JSON: _OVERVIEW}},
    ("get", "/health"): {"answer": {_JSON: {"status": "ok", "ready": True, "version": "0.1.0"}}},
    ("get", "/jobs"): {"parameters": {"limit": 20}, "answer": {_JSON: {"total": 1, "next": None, "jobs": [_JOB]}}},
    ("get", "/jobs/{job_id}"): {"parameters": {"job_id": _JOB_ID}, "answer": {_JSON: _JOB}},
    ("post", "/feedback"): {
        "body": {"rating": "down", "reason": "Thiếu nguồn vốn", "conversation_id": _CONVERSATION_ID, "turn": 1},
        "answer": {_JSON: _FEEDBACK},
    },
    ("get", "/feedback"): {
        "parameters": {"rating": "down", "limit": 20},
        "answer": {
            _JSON: {
                "total": 1,
                "next": None,
                "feedback": [
                    _FEEDBACK
                    | {
                        "rating": "down", "reason": "Thiếu nguồn vốn", "question": "Kinh phí là bao nhiêu?",
                        "standalone": _ANSWER["standalone_question"], "answer": _ANSWER["text"],
                        "outcome": "answered", "mode": "extractive", "language": "vi", "citations": [_CITATION],
                        "stored": True, "version": "0.1.0", "settings": "3f0c9d1be87a5524",
                    }
                ],
            }
        },
    },
    ("get", "/conversations"): {
        "parameters": {"q": "kinh phi", "offset": 0, "limit": 20},
        "answer": {_JSON: {"total": 1, "offset": 0, "conversations": [_CONVERSATION]}},
    },
    ("post", "/conversations"): {
        "body": {"title": "Kinh phí số hóa", "language": "vi"},
        "answer": {_JSON: _CONVERSATION | {"turns": 0}},
    },
    ("get", "/conversations/{conversation_id}"): {
        "parameters": {"conversation_id": _CONVERSATION_ID},
        "answer": {_JSON: _CONVERSATION | {"exchanges": [_PAST]}},
    },
    ("get", "/conversations/{conversation_id}/export"): {
        "parameters": {"conversation_id": _CONVERSATION_ID, "format": "docx"},
        "answer": {DOCX_MEDIA_TYPE: "(DOCX)", PDF_MEDIA_TYPE: "(PDF)"},
    },
    ("patch", "/conversations/{conversation_id}"): {
        "parameters": {"conversation_id": _CONVERSATION_ID},
        "body": {"title": "Kinh phí"},
        "answer": {_JSON: _CONVERSATION | {"title": "Kinh phí"}},
    },
    ("delete", "/conversations/{conversation_id}"): {"parameters": {"conversation_id": _CONVERSATION_ID}},
    ("post", "/conversations/{conversation_id}/ask"): {
        "parameters": {"conversation_id": _CONVERSATION_ID},
        "body": {"question": "Ai ký?", "language": "vi"},
        "answer": {
            _JSON: _ANSWER | {"conversation_id": _CONVERSATION_ID, "turn": 3, "not_kept": None},
            MEDIA_TYPE: _STREAMED,
        },
    },
}  # fmt: skip
"""By method and path below the prefix: of parameters, of the body, and of the answer by media type."""
