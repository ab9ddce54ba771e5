# Python's cryptography as a reader: prints what it sees of each PKCS#12 file named, with its password.
import hashlib
import sys

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

for path, password in zip(sys.argv[1::2], sys.argv[2::2]):
    try:
        store = pkcs12.load_pkcs12(open(path, "rb").read(), password.encode())
    except Exception as error:
        print(path, "no", repr(error))
        continue
    key = store.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    others = [other.certificate for other in store.additional_certs]
    digests = [hashlib.sha256(c.public_bytes(Encoding.DER)).hexdigest() for c in [store.cert.certificate] + others]
    print(path, "key", store.cert.friendly_name.decode(), hashlib.sha256(key).hexdigest(), *digests)
