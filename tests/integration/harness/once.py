"""httpx's single requests, each on a connection of its own, but not with a TLS context of its own.

A context costs ten times what such a request does, and the emulators speak plain HTTP anyway.
"""

import ssl
from functools import partial

import httpx

TLS = ssl.create_default_context()

get = partial(httpx.get, verify=TLS)
post = partial(httpx.post, verify=TLS)
put = partial(httpx.put, verify=TLS)
request = partial(httpx.request, verify=TLS)
