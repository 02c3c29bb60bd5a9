"""Binary office formats through LibreOffice: each conversion a process of its own, shut in and timed."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from ingest.errors import TooLargeError, UnreadableFileError

PROGRAMS = ("soffice", "libreoffice")
MISSING = (
    "Tệp đời cũ này cần LibreOffice để đọc, nhưng máy chưa cài. Vui lòng cài gói libreoffice-writer-nogui, "
    "libreoffice-calc-nogui và libreoffice-impress-nogui (Debian/Ubuntu: apt-get install), "
    "hoặc mở tệp và lưu thành DOCX, XLSX, PPTX hay PDF rồi nạp lại."
)
TIMEOUT_S = 120.0
_MOST_BYTES = 512 * 1024 * 1024
"""Of a converted file; more is an attack and not a document."""

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop>
</item>
</oor:items>
"""
"""No macros, no links followed; settings of a fresh profile."""

_DEFAULT_CHARSET = re.compile(rb"\\fcharset1(?!\d)")
"""Of RTF fonts in the character set of the system: Windows-1252 where such files were written, ASCII to a
LibreOffice without locale."""
_FILTERS = {
    "rtf": "Rich Text Format",
    "wordml": "MS Word 2003 XML",
    "excelml": "MS Excel 2003 XML",
    "odt": "writer8",
    "docx": "MS Word 2007 XML",
    "xls": "MS Excel 97",
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "ppt": "MS PowerPoint 97",
    "pptx": "Impress MS PowerPoint 2007 XML",
}
"""What LibreOffice must take the file for, as it opens what it does not know as plain text. DOC has a filter for
each version of Word, which it tells apart itself."""

_MOST_MEMORY = 6 * 1024**3
"""Bytes of address space: LibreOffice takes about two of its own."""
_NOWHERE = "http://127.0.0.1:9"
_turn = threading.Lock()
"""One LibreOffice a process: a profile serves one at a time."""


def program() -> str | None:
    """The path of LibreOffice's program; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def converted(path: Path, kind: str, target: str, timeout_s: float = TIMEOUT_S) -> Iterator[Path]:
    """The file at `path` as a file of another format, which is gone afterwards.

    Args:
        path: the file, whatever it is called.
        kind: what `sniff` told, as an extension that LibreOffice knows: `doc`, `rtf`, `odt`, `xls`.
        target: the extension to convert to: `docx`, `xlsx`, `pptx`.
        timeout_s: seconds after which the conversion is killed.

    Raises:
        UnreadableFileError: LibreOffice is missing, cannot read the file or does not finish.
        TooLargeError: what comes out exceeds every document.
    """
    executable = program()
    if executable is None:
        raise UnreadableFileError(MISSING)
    with tempfile.TemporaryDirectory(prefix="troly-office-") as folder:
        # A copy: LibreOffice leaves its lock beside the file that it opens.
        source = Path(folder) / f"in.{kind}"
        if kind == "rtf":
            source.write_bytes(_DEFAULT_CHARSET.sub(rb"\\fcharset0", path.read_bytes()))
        else:
            shutil.copyfile(path, source)
        with _turn:
            _convert(executable, source, target, timeout_s)
        result = source.with_name(f"in.{target}") if kind != target else Path(folder) / "out" / f"in.{target}"
        if result.stat().st_size > _MOST_BYTES:
            raise TooLargeError("Tệp chuyển đổi ra quá lớn. Vui lòng kiểm tra nguồn gốc của tệp.")
        yield result


def _convert(executable: str, source: Path, target: str, timeout_s: float) -> None:
    profile = _profile(os.getpid())
    outdir = source.parent / "out" if source.suffix == f".{target}" else source.parent
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"]
    command = [
        *_shut_in(),
        executable,
        *options,
        *([f"--infilter={_FILTERS[kind]}"] if (kind := source.suffix[1:]) in _FILTERS else []),
        f"-env:UserInstallation={profile.as_uri()}",
        *("--convert-to", target, "--outdir", str(outdir), str(source)),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {"http_proxy": _NOWHERE, "https_proxy": _NOWHERE, "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(
            f"LibreOffice không chuyển xong tệp trong {timeout_s:.0f} giây. "
            "Vui lòng mở tệp, lưu thành DOCX hoặc PDF rồi nạp lại."
        ) from error
    finally:
        # LibreOffice is a script that starts programs: all of them go, on Ctrl-C too.
        _kill(process)
    if not (outdir / f"{source.stem}.{target}").is_file():
        _forget_profile()
        raise UnreadableFileError(
            "LibreOffice không mở được tệp (hỏng hoặc đặt mật khẩu). Vui lòng mở tệp, sửa, gỡ mật khẩu và lưu lại."
        )


def _kill(process: subprocess.Popen[bytes]) -> None:
    unfinished = process.poll() is None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if unfinished:
        _forget_profile()


@lru_cache(maxsize=1)
def _profile(process_id: int) -> Path:
    """The settings folder of this process (a forked one gets its own); made once, as LibreOffice takes seconds to
    fill it."""
    folder = Path(tempfile.mkdtemp(prefix=f"troly-office-profile-{process_id}-"))
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _forget_profile() -> None:
    """After a failure the profile may be locked or broken."""
    if _profile.cache_info().currsize:
        shutil.rmtree(_profile(os.getpid()), ignore_errors=True)
    _profile.cache_clear()


@lru_cache(maxsize=1)
def _shut_in() -> tuple[str, ...]:
    """What starts a program without network and with bounded memory, as far as the system lets us (util-linux)."""
    command: tuple[str, ...] = ()
    for prefix in (("prlimit", f"--as={_MOST_MEMORY}"), ("unshare", "--map-root-user", "--net")):
        if shutil.which(prefix[0]) is None:
            continue
        if subprocess.run([*command, *prefix, "true"], capture_output=True, check=False).returncode == 0:
            command = (*command, *prefix)
    return command
