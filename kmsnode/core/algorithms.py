"""The algorithms on offer, one row each.

A row is data only: what the key is for, what it is made of, how it may be used and which suite it belongs
to. How an HSM does it is `hsm`'s affair; how a protocol spells it is `wire`'s. Rows of one usage stand in
order of preference: the first that a node's compliance allows is what CreateKey makes.
"""

import enum
from collections.abc import Container
from dataclasses import dataclass


class Usage(enum.StrEnum):
    """What a key is for, as KMS API 2019-01-18 spells it (field KeyUsage). The list is open; we add to it."""

    ENCRYPT_DECRYPT = "ENCRYPT_DECRYPT"
    ASYMMETRIC_DECRYPT_RSA_2048 = "ASYMMETRIC_DECRYPT_RSA_2048"
    ASYMMETRIC_DECRYPT_RSA_3072 = "ASYMMETRIC_DECRYPT_RSA_3072"
    ASYMMETRIC_DECRYPT_RSA_4096 = "ASYMMETRIC_DECRYPT_RSA_4096"
    ASYMMETRIC_DECRYPT_SM2 = "ASYMMETRIC_DECRYPT_SM2"
    ASYMMETRIC_SIGN_VERIFY_RSA_2048 = "ASYMMETRIC_SIGN_VERIFY_RSA_2048"
    ASYMMETRIC_SIGN_VERIFY_RSA_3072 = "ASYMMETRIC_SIGN_VERIFY_RSA_3072"
    ASYMMETRIC_SIGN_VERIFY_RSA_4096 = "ASYMMETRIC_SIGN_VERIFY_RSA_4096"
    ASYMMETRIC_SIGN_VERIFY_ECC = "ASYMMETRIC_SIGN_VERIFY_ECC"
    ASYMMETRIC_SIGN_VERIFY_ECDSA384 = "ASYMMETRIC_SIGN_VERIFY_ECDSA384"
    ASYMMETRIC_SIGN_VERIFY_SM2 = "ASYMMETRIC_SIGN_VERIFY_SM2"
    ASYMMETRIC_SIGN_VERIFY_ED25519 = "ASYMMETRIC_SIGN_VERIFY_ED25519"
    GENERATE_VERIFY_MAC = "GENERATE_VERIFY_MAC"
    PQC_ENCRYPT_DECRYPT = "PQC_ENCRYPT_DECRYPT"
    PQC_SIGN_VERIFY = "PQC_SIGN_VERIFY"


class KeyKind(enum.StrEnum):
    """What the material is."""

    AES = "AES"
    SM4 = "SM4"
    HMAC = "HMAC"
    RSA = "RSA"
    EC = "EC"
    SM2 = "SM2"
    ED25519 = "ED25519"
    ML_KEM = "ML_KEM"
    ML_DSA = "ML_DSA"


class Scheme(enum.StrEnum):
    """One way to use a key. The names are the API's where it has one."""

    AES_GCM = "AES_GCM"
    SM4_GCM = "SM4_GCM"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    SM2_C1C3C2 = "SM2"
    SM2_C1C3C2_ASN1 = "SM2_C1C3C2_ASN1"
    ML_KEM_768 = "ML_KEM_768"
    RSA_PSS_SHA_256 = "RSA_PSS_SHA_256"
    RSA_PKCS1_SHA_256 = "RSA_PKCS1_SHA_256"
    ECC_P256_R1 = "ECC_P256_R1"
    ECC_P384_R1 = "ECC_P384_R1"
    SM2DSA = "SM2DSA"
    ED25519 = "ED25519"
    ML_DSA_65 = "ML_DSA_65"
    HMAC_SHA_256 = "HMAC_SHA_256"


class Suite(enum.StrEnum):
    """A family of standards a customer may be held to."""

    FIPS = "fips"
    GM = "gm"


class Compliance(enum.StrEnum):
    """What a node offers (`compliance` in its configuration)."""

    ANY = "any"
    FIPS = "fips"  # FIPS algorithms, in the HSM only
    GM = "gm"  # SM algorithms, in software where the HSM lacks them
    GM_HARDWARE = "gm-hardware"  # SM algorithms, in the HSM only


@dataclass(frozen=True, slots=True)
class Algorithm:
    name: str  # in every key record; never reused for another meaning
    number: int  # 1 byte in ciphertext headers and wrapped material; never reused
    usage: Usage
    kind: KeyKind
    bits: int
    schemes: tuple[Scheme, ...]
    suite: Suite
    listed: str = ""  # what ListAlgorithms calls it, when that is not `name`
    nonce_bytes: int = 0
    tag_bytes: int = 0
    plaintext_max_bytes: int = 0
    software: bool = False  # may be done in software, material sealed by the HSM, when the HSM cannot

    @property
    def shown(self) -> str:
        return self.listed or self.name


_OAEP = (Scheme.RSAES_OAEP_SHA_1, Scheme.RSAES_OAEP_SHA_256)
_RSA_SIGN = (Scheme.RSA_PSS_SHA_256, Scheme.RSA_PKCS1_SHA_256)
_SM2_DECRYPT = (Scheme.SM2_C1C3C2_ASN1, Scheme.SM2_C1C3C2)


def _gcm(name: str, number: int, kind: KeyKind, bits: int, scheme: Scheme, suite: Suite) -> Algorithm:
    return Algorithm(
        name,
        number,
        Usage.ENCRYPT_DECRYPT,
        kind,
        bits,
        (scheme,),
        suite,
        nonce_bytes=12,
        tag_bytes=16,
        plaintext_max_bytes=4096,
        software=kind is KeyKind.SM4,
    )


def _rsa(number: int, bits: int, purpose: str, schemes: tuple[Scheme, ...]) -> Algorithm:
    usage = Usage[f"ASYMMETRIC_{purpose}_RSA_{bits}"]
    name = f"RSA_{bits}_{purpose}"
    return Algorithm(name, number, usage, KeyKind.RSA, bits, schemes, Suite.FIPS, listed=f"RSA_{bits}")


def _ec(name: str, number: int, usage: Usage, bits: int, scheme: Scheme) -> Algorithm:
    return Algorithm(name, number, usage, KeyKind.EC, bits, (scheme,), Suite.FIPS, listed=scheme)


def _sm2(name: str, number: int, usage: Usage, schemes: tuple[Scheme, ...]) -> Algorithm:
    return Algorithm(name, number, usage, KeyKind.SM2, 256, schemes, Suite.GM, listed="SM2", software=True)


def _other(
    name: str, number: int, usage: Usage, kind: KeyKind, bits: int, scheme: Scheme, software: bool
) -> Algorithm:
    return Algorithm(name, number, usage, kind, bits, (scheme,), Suite.FIPS, software=software)


_U, _K, _S = Usage, KeyKind, Scheme
ALL = (
    _gcm("AES_256", 1, _K.AES, 256, _S.AES_GCM, Suite.FIPS),
    _gcm("SM4", 2, _K.SM4, 128, _S.SM4_GCM, Suite.GM),
    _rsa(3, 2048, "DECRYPT", _OAEP),
    _rsa(4, 3072, "DECRYPT", _OAEP),
    _rsa(5, 4096, "DECRYPT", _OAEP),
    _rsa(6, 2048, "SIGN_VERIFY", _RSA_SIGN),
    _rsa(7, 3072, "SIGN_VERIFY", _RSA_SIGN),
    _rsa(8, 4096, "SIGN_VERIFY", _RSA_SIGN),
    _ec("ECC_P256", 9, _U.ASYMMETRIC_SIGN_VERIFY_ECC, 256, _S.ECC_P256_R1),
    _ec("ECC_P384", 10, _U.ASYMMETRIC_SIGN_VERIFY_ECDSA384, 384, _S.ECC_P384_R1),
    _sm2("SM2_DECRYPT", 11, _U.ASYMMETRIC_DECRYPT_SM2, _SM2_DECRYPT),
    _sm2("SM2_SIGN_VERIFY", 12, _U.ASYMMETRIC_SIGN_VERIFY_SM2, (_S.SM2DSA,)),
    _other("ED25519", 13, _U.ASYMMETRIC_SIGN_VERIFY_ED25519, _K.ED25519, 256, _S.ED25519, software=True),
    _other("HMAC_SHA_256", 14, _U.GENERATE_VERIFY_MAC, _K.HMAC, 256, _S.HMAC_SHA_256, software=False),
    _other("ML_KEM_768", 15, _U.PQC_ENCRYPT_DECRYPT, _K.ML_KEM, 768, _S.ML_KEM_768, software=True),
    _other("ML_DSA_65", 16, _U.PQC_SIGN_VERIFY, _K.ML_DSA, 65, _S.ML_DSA_65, software=True),
)
BY_NAME = {row.name: row for row in ALL}
BY_NUMBER = {row.number: row for row in ALL}
assert len(BY_NAME) == len(BY_NUMBER) == len(ALL)


def offered(compliance: Compliance, in_hsm: Container[str]) -> tuple[Algorithm, ...]:
    """The rows a node offers for new keys; `in_hsm` holds the names its token can do itself."""
    return tuple(row for row in ALL if _allowed(row, compliance, row.name in in_hsm))


def _allowed(row: Algorithm, compliance: Compliance, in_hsm: bool) -> bool:
    match compliance:
        case Compliance.ANY:
            return in_hsm or row.software
        case Compliance.GM:
            return row.suite is Suite.GM and (in_hsm or row.software)
        case Compliance.GM_HARDWARE:
            return row.suite is Suite.GM and in_hsm
        case Compliance.FIPS:
            return row.suite is Suite.FIPS and in_hsm
