"""Verifies what the QR code of an AK-1 card holds, as an employer's app does that has no network at the gate.

    verify_ak1.py keep BASE DIRECTORY    once a day: keeps the published keys and the cards that do not hold
    verify_ak1.py check DIRECTORY CODE   at the gate: prints what the card states, or why it does not hold

It needs PyJWT with cryptography. Compare number and initials with the card and the identity card.
"""

import base64
import datetime
import json
import sys
import urllib.request
from pathlib import Path

import jwt


def fetch(url: str) -> dict:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def keep(base: str, directory: Path) -> None:
    keys = {key["kid"]: key for key in fetch(f"{base}/.well-known/jwks.json")["keys"] if key["use"] == "card"}
    revoked = fetch(f"{base}/v1/verifications/ak1/revoked")
    key = jwt.PyJWK(keys[revoked["kid"]], algorithm="EdDSA")
    payload = base64.urlsafe_b64encode(revoked["statement"].encode()).decode().rstrip("=")
    signed = revoked["signature"].replace("..", f".{payload}.")
    if jwt.get_unverified_header(signed)["typ"] != "ak1-revoked+jws":
        sys.exit("this is no list of cards")
    jwt.PyJWS().decode(signed, key, algorithms=["EdDSA"])
    directory.joinpath("keys.json").write_text(json.dumps(keys))
    directory.joinpath("revoked.json").write_text(revoked["statement"])


def check(directory: Path, code: str) -> dict:
    keys, revoked = (json.loads(directory.joinpath(name).read_text()) for name in ("keys.json", "revoked.json"))
    statement = code.split("#")[1]
    header = jwt.get_unverified_header(statement)
    if header["typ"] != "ak1+jwt":
        sys.exit("this is something else")
    if datetime.date.today() - datetime.date.fromisoformat(revoked["as_of"]) > datetime.timedelta(days=7):
        sys.exit(f"the list of cards that do not hold is of {revoked['as_of']}: keep a new one")
    claims = jwt.decode(statement, jwt.PyJWK(keys[header["kid"]], algorithm="EdDSA"), algorithms=["EdDSA"])
    since = revoked["cards"].get(claims["jti"])
    if since is not None:
        sys.exit(f"this card does not hold since {since}")
    return claims


if sys.argv[1] == "keep":
    keep(sys.argv[2], Path(sys.argv[3]))
else:
    print(check(Path(sys.argv[2]), sys.argv[3]))
