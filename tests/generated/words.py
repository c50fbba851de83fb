"""Writes what the caller sees as dictionaries into the working directory, and prints what is the caller's own.

Usage: words.py URL TOKEN
"""

import json
import sys
import urllib.request

NOBODY = "00000000-0000-0000-0000-000000000000"


def get(path):
    url, token = sys.argv[1:]
    request = urllib.request.Request(f"{url}/v1/{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def ids(name, query=""):
    """The ids of a list, or one that nobody has where the caller sees none."""
    rows = get(f"{name}?limit=20{query}")["data"]
    found = [row["id"] for row in rows] or [NOBODY]
    with open(f"{name}.dict", "w", encoding="utf-8") as dictionary:
        dictionary.writelines(f"{json.dumps(one)}\n" for one in found)
    return found


company = ids("companies")[0]
vacancy = ids("vacancies", f"&company_id={company}")[0]
for name in ("vacancy-reports", "placement-reports", "placements", "clients", "grants"):
    ids(name)
# Its own roles, and those of the companies' admins, one of whom calls next.
subject, grants, page = get("me")["subject"], [], get("grants?limit=100")
while True:
    mine = [row for row in page["data"] if row["subject"] == subject or row["role"] == "company_admin"]
    grants += [row["id"] for row in mine]
    if page["next"] is None:
        break
    page = get(f"grants?limit=100&cursor={page['next']}")
print(f"DISNAKER_OWN_COMPANY={company}", f"DISNAKER_OWN_VACANCY={vacancy}", f"DISNAKER_OWN_GRANTS={','.join(grants)}")
