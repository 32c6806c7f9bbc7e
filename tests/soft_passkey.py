"""A passkey made of software: what a browser and its authenticator would answer, right or wrong."""

import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


@dataclass
class SoftPasskey:
    """One passkey; what it says of its page, its host and its owner can be told."""

    origin: str = "http://staff.mihon.localhost"
    host: str = "staff.mihon.localhost"
    is_verified: bool = True
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))  # fmt: skip
    credential_id: bytes = b"a-soft-passkey-0"

    def _flags(self, more=0):
        return FLAG.UP | more | (FLAG.UV if self.is_verified else 0)

    def _client_data(self, kind, options):
        challenge = websafe_decode(options["publicKey"]["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin)

    def _told(self, **response):
        sent = {name: websafe_encode(bytes(value)) for name, value in response.items()}
        name = websafe_encode(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": sent})

    def make(self, options):
        """The answer to being made."""
        client = self._client_data(CollectedClientData.TYPE.CREATE, options)
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        data = AuthenticatorData.create(sha256(self.host.encode()), self._flags(FLAG.AT), self.counter, credential)  # fmt: skip
        return self._told(clientDataJSON=client, attestationObject=AttestationObject.create("none", data, {}))  # fmt: skip

    def use(self, options):
        """The answer to being used."""
        client = self._client_data(CollectedClientData.TYPE.GET, options)
        data = AuthenticatorData.create(sha256(self.host.encode()), self._flags(), self.counter)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._told(clientDataJSON=client, authenticatorData=data, signature=signature)
