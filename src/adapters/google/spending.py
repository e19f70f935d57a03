"""A turn for every call of the Sheets API, and what its refusals say of the quotas."""

import re
from urllib.parse import urlsplit

from aiogoogle.models import Request

from application.connections.google_ports import Spending

_SPREADSHEET = re.compile(r"/v4/spreadsheets/([^/:]+)")
_READS_BY_POST = (":getByDataFilter", ":batchGetByDataFilter", "/developerMetadata:search")
"""Methods of the Sheets API that read although they are posted."""


def spending_of(request: Request) -> Spending:
    """Reads are what changes nothing."""
    reading = request.method == "GET" or urlsplit(request.url or "").path.endswith(_READS_BY_POST)
    return Spending.READ if reading else Spending.WRITE


def spreadsheet_of(request: Request) -> str:
    """The id of the spreadsheet that the request is about; empty where it makes one."""
    found = _SPREADSHEET.search(urlsplit(request.url or "").path)
    return found.group(1) if found else ""
