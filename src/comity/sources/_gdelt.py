"""The addresses of GDELT's lists of its event files; their rows are read by `comity.events`."""

from __future__ import annotations

from comity.core import Remote

MASTER_LIST = Remote(url="https://data.gdeltproject.org/gdeltv2/masterfilelist.txt", file="masterfilelist.txt")
"""GDELT 2.0 from February 2015: a line for each file with bytes, MD5 and address, events as *.export.CSV.zip every fifteen minutes."""
SUMS = Remote(url="https://data.gdeltproject.org/events/md5sums", file="md5sums")
"""GDELT 1.0 from 1979: a line for each file with its MD5 and name, two spaces between; years, months from 2006, days from April 2013."""
SIZES = Remote(url="https://data.gdeltproject.org/events/filesizes", file="filesizes")
"""GDELT 1.0: a line for each file with its bytes and name."""
LISTS = (MASTER_LIST, SUMS, SIZES)
