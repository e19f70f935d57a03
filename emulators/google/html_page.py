"""The frame around every page of the emulator."""

from html import escape

from aiohttp import web

_STYLE = """
:root{--line:#dadce0;--ink:#202124;--faint:#5f6368;--head:#f8f9fa;--accent:#188038}
*{box-sizing:border-box}body{margin:0;font:14px/1.45 system-ui,Arial,sans-serif;color:var(--ink);background:#fff}
header{display:flex;gap:16px;align-items:baseline;padding:12px 20px;border-bottom:1px solid var(--line)}
header h1{font-size:18px;margin:0;font-weight:500}header a,header span{color:var(--faint);font-size:13px}
main{padding:16px 20px}h2{font-size:15px;margin:24px 0 8px}
a{color:#1967d2;text-decoration:none}a:hover{text-decoration:underline}
table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:4px 8px;text-align:left;vertical-align:top}
th{background:var(--head);font-weight:500;color:var(--faint)}code,pre{font:12px/1.5 ui-monospace,Consolas,monospace}
.card{max-width:460px;margin:40px auto;border:1px solid var(--line);border-radius:12px;padding:28px}
.card h1{font-size:22px;font-weight:500;margin:0 0 8px}.card label{display:block;padding:6px 0}
.card fieldset{border:1px solid var(--line);border-radius:8px;margin:14px 0}.card legend{color:var(--faint)}
button{font:inherit;border:1px solid var(--line);border-radius:6px;padding:8px 18px;background:#fff;cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:#fff}.faint{color:var(--faint)}
.tabs a{display:inline-block;padding:6px 14px;border:1px solid var(--line);border-bottom:0;border-radius:8px 8px 0 0}
.tabs a.on{background:#e6f4ea;color:var(--accent);font-weight:600}.tabs a.hid{opacity:.5}
.grid{overflow:auto;max-height:76vh;border:1px solid var(--line)}.grid table{border-collapse:separate;border-spacing:0}
.grid th,.grid td{border-width:0 1px 1px 0;white-space:nowrap;max-width:420px;overflow:hidden;text-overflow:ellipsis}
.grid thead th{position:sticky;top:0;z-index:3;text-align:center}
.grid tbody th{position:sticky;left:0;z-index:1;text-align:right}
.grid tr.frozen td,.grid tr.frozen th{position:sticky;background:#f1f3f4;font-weight:600;z-index:2}
td.n{text-align:right}.note{border-top:6px solid #fbbc04}
"""


def page(title: str, body: str, status: int = 200, extra: str = "") -> web.Response:
    """An HTML answer. `title` is escaped here; `body` and `extra` are markup."""
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<header><h1>{escape(title)}</h1>{extra}</header><main>{body}</main></html>"
    )
    return web.Response(text=text, status=status, content_type="text/html")


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A table; cells are markup."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
