"""Health of a container, asked of the web.

    python docker/ask.py ADDRESS [PART ...]

ADDRESS is for example http://web:8000/healthz. With parts, only these parts of the answer count.
"""

import json
import os
import sys
import urllib.error
import urllib.request


def main(address: str, *parts: str) -> int:
    host = os.environ["ALLOWED_HOSTS"].split(",")[0]
    question = urllib.request.Request(address, headers={"Host": host})
    try:
        answer, status = urllib.request.urlopen(question, timeout=8), 200
    except urllib.error.HTTPError as ill:
        answer, status = ill, ill.code
    report = json.load(answer)
    if parts:
        return 1 if any(report[part]["ok"] is False for part in parts) else 0
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
