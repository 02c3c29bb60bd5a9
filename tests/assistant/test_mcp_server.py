"""`troly mcp`, spoken to by the SDK's own client over standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from vectorstore.library import Library


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> Path:
    """A library with two of the sample's documents."""
    folder = tmp_path_factory.mktemp("mcp")
    with Library.open(folder) as library:
        library.ingest([next(sample_documents.glob("04-*")), next(sample_documents.glob("01-*"))])
    return folder


def spoken_to(data_dir: Path, talk: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    """What a client gets out of a server process that it started."""

    async def main() -> Any:
        server = StdioServerParameters(command=sys.executable, args=["-m", "assistant", "mcp", "--data", str(data_dir)])
        async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
            await session.initialize()
            return await talk(session)

    return anyio.run(main)


def test_the_tools_say_what_they_take_and_only_read(data_dir: Path) -> None:
    listed = spoken_to(data_dir, lambda session: session.list_tools())
    tools = {tool.name: tool for tool in listed.tools}
    assert tools.keys() == {"ask", "status", "search"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools.values())
    assert tools["search"].input_schema["properties"]["top_k"]["maximum"] == 50


def test_the_tools_give_what_the_command_line_prints(data_dir: Path) -> None:
    async def talk(session: ClientSession) -> list[Any]:
        return [
            await session.call_tool("status", {"number": "2772/UBNDTP-KT"}),
            await session.call_tool("search", {"query": "2772/UBNDTP-KT", "top_k": 2}),
            await session.call_tool("ask", {"question": "2772/UBNDTP-KT"}),
            await session.call_tool("ask", {"question": "  "}),
            await session.call_tool("search", {"query": "x", "top_k": 0}),
        ]

    status, search, ask, empty, wrong = spoken_to(data_dir, talk)
    assert status.structured_content["outcome"] == "found"
    assert status.structured_content["record"]["number"] == "2772/UBNDTP-KT"
    assert [hit["rank"] for hit in search.structured_content["hits"]] == [1, 2]
    answer = ask.structured_content
    assert answer["outcome"] == "answered" and answer["citations"]
    assert all(f"[{cited['marker']}]" in answer["text"] for cited in answer["citations"])
    assert empty.is_error and "Câu hỏi trống" in empty.content[0].text
    assert wrong.is_error
