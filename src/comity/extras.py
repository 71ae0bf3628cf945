"""Which extra installs a package that a command may lack, and how the lack is told."""

from __future__ import annotations

EXTRAS = {
    "scipy": "models", "numba": "models", "pandas": "models", "pyfixest": "models", "sklearn": "text", "docx": "text", "pypdf": "text",
    "holidays": "plan", "icalendar": "plan", "pycountry": "map", "pyspark": "spark", "starlette": "web", "uvicorn": "web",
}  # fmt: skip
"""By package, as it is imported, the extra that installs it."""


def needs(what: str, package: str) -> str:
    """A sentence: what needs which package, and the command that installs it, for a package from the index and in a clone."""
    extra = EXTRAS[package]
    return f"{what} needs {package}: pip install 'comity[{extra}]', in a clone pip install -e '.[{extra}]'"
