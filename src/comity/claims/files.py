"""The text of DOCX and PDF files, by the libraries of the extra `text`; a file that would unpack to more than a text is refused."""

from __future__ import annotations

import io
import zipfile

from comity.core import BadDataError, NotHeldError

UNPACKED = 200_000_000
"""Bytes; no Word file of words alone is larger."""
PAGES = 5_000


def docx_text(data: bytes, name: str) -> str:
    """The paragraphs and table rows of a Word file in their order; BadDataError for one that is damaged, locked or unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(i.file_size for i in packed.infolist())
            if size > UNPACKED or (len(data) and size > 200 * len(data) and size > 20_000_000):
                raise BadDataError(f"{name}: unpacks to {size:,} bytes from {len(data):,}; this is no text, and nothing was unpacked")
            if any(i.flag_bits & 1 for i in packed.infolist()):
                raise BadDataError(f"{name}: protected by a password; save it without one")
            if "word/document.xml" not in packed.namelist():
                raise BadDataError(f"{name}: not a Word file (it has no word/document.xml)")
    except (zipfile.BadZipFile, OSError) as error:
        raise BadDataError(f"{name}: damaged, or not a Word file ({error})") from error
    try:
        import docx
    except ImportError as error:
        raise NotHeldError(f"{name}: reading a Word file needs the extra `text` (pip install 'comity[text]')") from error
    try:
        held = docx.Document(io.BytesIO(data))
        out = []
        for block in held.iter_inner_content():
            if hasattr(block, "rows"):
                out += ["; ".join(dict.fromkeys(c.text for c in row.cells)) for row in block.rows]
            else:
                text = "".join(r.text for r in block.runs if not r.font.hidden) if block.runs and not block.hyperlinks else block.text
                out.append(f"- {text}" if (block.style is not None and "List" in (block.style.name or "")) else text)
    except Exception as error:
        raise BadDataError(f"{name}: damaged, or not a Word file ({type(error).__name__})") from error
    return "\n\n".join(out)


def pdf_text(data: bytes, name: str) -> str:
    """The text layer of a PDF; BadDataError for one that is damaged, protected or has no text."""
    try:
        import pypdf
    except ImportError as error:
        raise NotHeldError(f"{name}: reading a PDF needs the extra `text` (pip install 'comity[text]')") from error
    try:
        held = pypdf.PdfReader(io.BytesIO(data))
        if held.is_encrypted and not held.decrypt(""):
            raise BadDataError(f"{name}: protected by a password; save it without one")
        pages = [p.extract_text() or "" for p in held.pages[:PAGES]]
    except BadDataError:
        raise
    except Exception as error:
        raise BadDataError(f"{name}: damaged, or not a PDF ({type(error).__name__})") from error
    text = "\n\n".join(pages)
    if not text.strip():
        raise BadDataError(f"{name}: no text layer (a scan?); give the text itself")
    return text
