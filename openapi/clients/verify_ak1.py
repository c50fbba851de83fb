"""Verifies what the QR code of an AK-1 card holds, as an employer's app does that has no network at the gate.

    verify_ak1.py keep BASE DIRECTORY    once a day: keeps the published keys and the cards that do not hold
    verify_ak1.py check DIRECTORY CODE   at the gate: prints what the card states, or why it does not hold

It needs PyJWT with cryptography. Compare number and initials with the card and the identity card.
"""

import base64
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
    jwt.PyJWS().decode(revoked["signature"].replace("..", f".{payload}."), key, algorithms=["EdDSA"])
    directory.joinpath("keys.json").write_text(json.dumps(keys))
    directory.joinpath("revoked.json").write_text(revoked["statement"])


def check(directory: Path, code: str) -> dict:
    keys, revoked = (json.loads(directory.joinpath(name).read_text()) for name in ("keys.json", "revoked.json"))
    statement = code.split("#")[1]
    header = jwt.get_unverified_header(statement)
    assert header["typ"] == "ak1+jwt", "this is something else"
    claims = jwt.decode(statement, jwt.PyJWK(keys[header["kid"]], algorithm="EdDSA"), algorithms=["EdDSA"])
    since = revoked["cards"].get(claims["jti"])
    assert since is None, f"this card does not hold since {since}"
    return claims


if sys.argv[1] == "keep":
    keep(sys.argv[2], Path(sys.argv[3]))
else:
    print(check(Path(sys.argv[2]), sys.argv[3]))
