"""How fast a number is looked up among very many: inside the process, and through the HTTP API.

`python -m evals.benchmarks.registry [MENTIONS]` (1,000,000 by default) fills a catalogue in a temporary folder with
synthetic documents and mentions, which takes a minute or two, and prints percentiles of wall time in milliseconds,
beside them the median of processor time, which a busy machine disturbs less.
"""

from __future__ import annotations

import datetime
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from assistant.config import Settings
from assistant.service import Assistant, open_library
from evals.benchmarks._timing import Times, say, stream
from ingest.numbers import make_key
from vectorstore.catalogue import Catalogue
from vectorstore.identities import name_start
from vectorstore.tables import documents, pages, references, relations, statements

MENTIONS = 1_000_000
A_DOCUMENT = 500
"""Mentions in a synthetic document; each record is mentioned once or twice."""
LOOK_UPS = 1_000
_WARM = 3
_TYPES = (("QĐ", "Quyết định"), ("KH", "Kế hoạch"), ("BC", "Báo cáo"), ("TB", "Thông báo"), ("TTr", "Tờ trình"))
_ISSUERS = ("UBND", "STTTT", "SXD", "SYT", "SGDĐT", "VPUB", "HĐND", "SNV", "STC", "BQLKCN")
_BATCH = 20_000
_WORDS = (
    "nâng cấp", "cải tạo", "phát triển", "tăng cường", "quản lý", "kiểm tra", "đào tạo", "hạ tầng", "dịch vụ", "đô thị",
    "môi trường", "giao thông", "nhân lực", "thông tin", "truyền thông", "y tế", "giáo dục", "văn hóa", "tài chính",
    "nhà ở", "khu vực", "ven sông", "phía đông", "trung tâm", "công nghiệp", "du lịch", "nông nghiệp", "thủy lợi",
)  # fmt: skip


def number_of(at: int) -> tuple[int, str, str, str]:
    """(sequence, type code, type, issuer's code) of the n-th record; each pair of codes starts again at 1."""
    code, name = _TYPES[at % len(_TYPES)]
    issuer = _ISSUERS[at // len(_TYPES) % len(_ISSUERS)]
    return at // (len(_TYPES) * len(_ISSUERS)) + 1, code, name, issuer


def canonical_of(at: int) -> str:
    """The n-th record's number."""
    sequence, code, _, issuer = number_of(at)
    return f"{sequence}/{code}-{issuer}"


def subject_of(at: int) -> str:
    """What the n-th record is about."""
    words = [_WORDS[at // len(_WORDS) ** place % len(_WORDS)] for place in range(4)]
    return f"{' '.join(words)} lần {at}"


def fill(catalogue: Catalogue, count: int, on_progress: Callable[[int], None] | None = None) -> None:
    """Write synthetic documents with `count` mentions; every second one has a status and every third a relation."""
    with catalogue.begin() as connection:
        for first in range(0, count, _BATCH):
            rows: dict[Any, list[dict[str, Any]]] = {}
            for start in range(first, min(first + _BATCH, count), A_DOCUMENT):
                for table, row in _document_rows(start, min(start + A_DOCUMENT, count)):
                    rows.setdefault(table, []).append(row)
            for table in (documents, pages, references, statements, relations):
                if table in rows:
                    connection.execute(insert(table), rows[table])
            if on_progress:
                on_progress(min(first + _BATCH, count))
        catalogue.count_change(connection)


def _document_rows(start: int, end: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    identity = f"d{start // A_DOCUMENT:09d}"
    day = datetime.date(2015, 1, 1) + datetime.timedelta(days=start // A_DOCUMENT % 3650)
    sentences = [
        f"{number_of(at)[2]} số {canonical_of(at)} về {subject_of(at)} đang được triển khai.\n"
        for at in range(start, end)
    ]
    text = "".join(sentences)
    yield documents, _document(identity, day, text)
    yield pages, {"document_id": identity, "number": 1, "start": 0, "end": len(text), "source": "digital"}
    offset = 0
    for ordinal, (at, sentence) in enumerate(zip(range(start, end), sentences, strict=True)):
        yield references, _mention(identity, ordinal, at, offset, sentence)
        if ordinal % 2 == 0:
            yield statements, {
                "document_id": identity, "ordinal": ordinal, "reference": ordinal, "state": "in_progress",
                "date": None, "as_of": day, "actor": None, "start": offset, "end": offset + len(sentence) - 1,
                "cue": "đang", "quantities": [],
            }  # fmt: skip
        if ordinal % 3 == 1:
            yield relations, {
                "document_id": identity, "ordinal": ordinal, "source": ordinal, "kind": "implements",
                "target": ordinal - 1, "start": offset, "end": offset + len(sentence) - 1, "cue": "triển khai",
            }  # fmt: skip
        offset += len(sentence)


def _document(identity: str, day: datetime.date, text: str) -> dict[str, Any]:
    return {
        "id": identity, "root": "/benchmark", "place": f"{identity}.txt", "state": "live", "content_hash": identity,
        "size": len(text), "mtime_ns": 0, "kind": "txt", "title": identity, "number": None, "key": None, "date": day,
        "issuer": None, "issuing_place": None, "type": "Báo cáo", "subject": None, "signer": None,
        "header_confidence": 1.0, "encoding": "unicode", "text_source": "digital", "page_count": 1, "chunk_count": 0,
        "warnings": [], "failed_pages": [], "text": text, "added_at": "2026-01-01T00:00:00",
    }  # fmt: skip


def _mention(identity: str, ordinal: int, at: int, offset: int, sentence: str) -> dict[str, Any]:
    sequence, code, name, issuer = number_of(at)
    canonical = canonical_of(at)
    start = offset + sentence.index(canonical)
    subject = offset + sentence.index(" về ") + 1
    return {
        "document_id": identity, "ordinal": ordinal, "start": start, "end": start + len(canonical),
        "sentence_start": offset, "sentence_end": offset + len(sentence) - 1, "page": 1, "surface": canonical,
        "canonical": canonical, "key": make_key(canonical), "sequence": str(sequence), "type_code": code,
        "issuer_code": issuer, "year": None, "partial": False, "blank": False, "repaired": False, "diacritics": True,
        "confidence": 1.0, "type": name, "date": None, "issuer": None, "subject_start": subject,
        "subject_end": offset + sentence.index(" đang "), "own": False, "name": name_start(f"về {subject_of(at)}"),
    }  # fmt: skip


def queries(count: int, number: int, seed: int = 7) -> dict[str, list[str]]:
    """What is looked up, by kind: exact numbers, numbers as people type them, numbers that nobody gave."""
    chance = random.Random(seed)  # noqa: S311
    chosen = [canonical_of(chance.randrange(count)) for _ in range(number)]
    return {
        "exact": chosen,
        "typed without diacritics": [one.replace("Đ", "D").replace("/", " ").lower() for one in chosen],
        "not found": [one.replace("/", "9/").replace("-", "-Z") for one in chosen[: number // 10]],
        "bare number": [one.split("/")[0] for one in chosen[: number // 20]],
    }


def through_api(assistant: Assistant, settings: Settings, asked: Sequence[str]) -> Times:
    """Each look-up through `GET /api/v1/status`, over one connection that is kept open."""
    import httpx
    import uvicorn

    from assistant.web.app import create_app, open_socket

    with closing(open_socket("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(assistant, settings), log_level="warning"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        serving.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as client:
                while not server.started:
                    time.sleep(0.05)
                return stream(lambda number: client.get("/api/v1/status", params={"number": number}), asked, 0)
        finally:
            server.should_exit = True
            serving.join()


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, measure and print."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    count = int(given[0]) if given else MENTIONS
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        # Whatever the environment says: a benchmark must not write into an installation.
        settings = Settings(data_dir=Path(folder), database_url="", chroma_url="")
        began = time.perf_counter()
        library = open_library(settings)
        assistant = Assistant(library)
        try:
            fill(library.catalogue, count)
            say(f"{count} mentions written in {time.perf_counter() - began:.0f} s")
            for kind, asked in queries(count, LOOK_UPS).items():
                say(f"{kind}: {stream(assistant.status, [*asked[:_WARM], *asked], _WARM)} ({len(asked)} look-ups)")
            asked = queries(count, LOOK_UPS, seed=11)["exact"]
            say(f"exact: {through_api(assistant, settings, asked)} ({len(asked)} look-ups over HTTP)")
        finally:
            assistant.close()


if __name__ == "__main__":
    main()
