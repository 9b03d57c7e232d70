// Signatures over a transaction's id, verified as every validator does (core/kernel/identity):
// Ed25519 by ZIP-215; P-256, passkeys and secp256k1 with low s only; SM2.

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { concat, equal, toBase64Url, toHex } from "./bytes.js";
import { passkeyBytesMax, scanClientData } from "./clientdata.js";
import { type LedgerError, refusal } from "./errors.js";
import { type IdentityAlgorithm, words } from "./kinds_gen.js";
import { isSM2Key, verifySM2 } from "./sm2.js";

/** How a key signs; x25519 keys are for encryption and never do. */
export type Algorithm = IdentityAlgorithm;

/** Algorithms that sign. */
export type SigningAlgorithm = Exclude<Algorithm, "x25519">;

/** One signature over an id. It stands outside of the signed body. */
export interface Signature {
  algorithm: Algorithm;
  /** The public key: 32 bytes for Ed25519, else 33 of a compressed point. */
  key: Uint8Array;
  /** R ‖ S for Ed25519, r ‖ s in big-endian for the others: 64 bytes. */
  signature: Uint8Array;
  /** Passkeys only. */
  authenticatorData?: Uint8Array;
  /** Passkeys only: clientDataJSON as it was signed. */
  clientData?: Uint8Array;
}

/** The number of an algorithm on the wire. */
export function numberOf(algorithm: Algorithm): number {
  return words.IdentityAlgorithm![algorithm]!;
}

/** The algorithm of a number; undefined if there is none. */
export function algorithmOf(number: number): Algorithm | undefined {
  const found = Object.entries(words.IdentityAlgorithm!).find(([, n]) => n === number);
  return found?.[0] as Algorithm | undefined;
}

const sizes: Readonly<Record<Algorithm, number>> = { ed25519: 32, p256: 33, webauthn: 33, secp256k1: 33, sm2: 33, x25519: 32 };

function malformedKey(algorithm: Algorithm, found: string): LedgerError {
  return refusal("key.malformed", "key", found, `a canonical ${algorithm} key of ${sizes[algorithm]} bytes`);
}

const compressed = (key: Uint8Array): boolean => key.length === 33 && (key[0] === 2 || key[0] === 3);

function isPoint(of: typeof p256, key: Uint8Array): boolean {
  return compressed(key) && of.utils.isValidPublicKey(key, true);
}

/** Refuses what the ledger would not register as a key that signs. */
export function checkPublicKey(algorithm: SigningAlgorithm, key: Uint8Array): void {
  if (key.length !== sizes[algorithm]) throw malformedKey(algorithm, `${key.length} bytes`);
  switch (algorithm) {
    case "ed25519": {
      let point;
      try {
        point = ed25519.Point.fromBytes(key);
      } catch {
        throw malformedKey(algorithm, "no point of the curve in its one encoding");
      }
      if (point.isSmallOrder()) throw refusal("key.small_order", "key");
      return;
    }
    case "p256":
    case "webauthn":
      if (!isPoint(p256, key)) throw malformedKey(algorithm, "no point of the curve");
      return;
    case "secp256k1":
      if (!isPoint(secp256k1, key)) throw malformedKey(algorithm, "no point of the curve");
      return;
    case "sm2":
      if (!compressed(key) || !isSM2Key(key)) throw malformedKey(algorithm, "no point of the curve");
  }
}

/**
 * Verifies a signature of its own key over an id, or throws the ledger's refusal. rpIdHash is
 * what is registered with a passkey. Whether the key is registered and in scope only the
 * ledger knows.
 */
export function verifySignature(id: Uint8Array, s: Signature, rpIdHash: Uint8Array = new Uint8Array(32)): void {
  checkShape(s);
  switch (s.algorithm) {
    case "ed25519":
      return verdict(() => ed25519.verify(s.signature, id, s.key, { zip215: true }));
    case "p256":
      return verifyECDSA(p256, "p256", s.key, sha256(id), s.signature);
    case "webauthn":
      return verifyPasskey(id, s, rpIdHash);
    case "secp256k1":
      return verifyECDSA(secp256k1, "secp256k1", s.key, sha256(id), s.signature);
    case "sm2":
      if (!compressed(s.key) || !isSM2Key(s.key)) throw malformedKey("sm2", "no point of the curve");
      return verdict(() => verifySM2(s.key, id, s.signature));
  }
}

/** Refuses what no key could make valid. */
function checkShape(s: Signature): void {
  const size: number | undefined = sizes[s.algorithm];
  if (size === undefined) throw refusal("signature.algorithm_unknown", "algorithm", s.algorithm);
  if (s.algorithm === "x25519") throw refusal("key.encryption_only", "algorithm", s.algorithm);
  if (s.key.length !== size) throw malformedKey(s.algorithm, `${s.key.length} bytes`);
  if (s.signature.length !== 64) throw refusal("signature.malformed", "signature", `${s.signature.length} bytes`, "64 bytes");
  const data = (s.authenticatorData?.length ?? 0) + (s.clientData?.length ?? 0);
  if (s.algorithm !== "webauthn" && data > 0) throw refusal("signature.malformed", "client_data", "passkey data", `none for ${s.algorithm}`);
  if (data > passkeyBytesMax) throw refusal("passkey.too_long", "client_data", `${data} bytes`, `at most ${passkeyBytesMax}`);
}

function verdict(verify: () => boolean): void {
  let valid = false;
  try {
    valid = verify();
  } catch {
    // the library throws where a part is out of range: no signature of anybody's
  }
  if (!valid) throw refusal("signature.invalid", "signature");
}

const big = (data: Uint8Array): bigint => BigInt(`0x${toHex(data)}`);

function verifyECDSA(curve: typeof p256, algorithm: Algorithm, key: Uint8Array, digest: Uint8Array, signature: Uint8Array): void {
  if (!isPoint(curve, key)) throw malformedKey(algorithm, "no point of the curve");
  const n = curve.Point.Fn.ORDER;
  const [r, s] = [big(signature.subarray(0, 32)), big(signature.subarray(32))];
  // The order of these two differs by curve in the ledger's table; the codes are part of it.
  if (curve === secp256k1 && r >= n) throw refusal("signature.invalid", "signature");
  if (s < n && s > n >> 1n) throw refusal("signature.high_s", "signature", "", "s at most n / 2");
  verdict(() => curve.verify(signature, digest, key, { prehash: false, lowS: false, format: "compact" }));
}

/** r ‖ s with the lower of the two values of s that verify; what the ledger accepts. Ed25519 and SM2 have no such twin. */
export function lowerS(algorithm: Algorithm, signature: Uint8Array): Uint8Array {
  if (signature.length !== 64) throw refusal("signature.malformed", "signature", `${signature.length} bytes`, "64 bytes");
  if (algorithm !== "p256" && algorithm !== "webauthn" && algorithm !== "secp256k1") return signature.slice();
  const n = (algorithm === "secp256k1" ? secp256k1 : p256).Point.Fn.ORDER;
  const s = big(signature.subarray(32));
  const out = signature.slice();
  if (s > n >> 1n && s < n) {
    let low = n - s;
    for (let i = 63; i >= 32; i--, low >>= 8n) out[i] = Number(low & 0xffn);
  }
  return out;
}

// Flags of the authenticator data (WebAuthn level 2 §6.1).
const userPresent = 0x01;
const userVerified = 0x04;
const attestedData = 0x40;
const extensions = 0x80;

function verifyPasskey(id: Uint8Array, s: Signature, rpIdHash: Uint8Array): void {
  checkAssertion(id, s.authenticatorData ?? new Uint8Array(), s.clientData ?? new Uint8Array(), rpIdHash);
  const digest = sha256(concat(s.authenticatorData!, sha256(s.clientData!)));
  verifyECDSA(p256, "p256", s.key, digest, s.signature);
}

/** What the ledger asks of an assertion besides its signature; throws its refusal. */
export function checkAssertion(id: Uint8Array, authenticatorData: Uint8Array, clientData: Uint8Array, rpIdHash: Uint8Array): void {
  const { type, challenge } = scanClientData(clientData);
  if (type !== "webauthn.get") throw refusal("passkey.type_wrong", "client_data.type", type, "webauthn.get");
  const want = toBase64Url(id);
  if (challenge !== want) throw refusal("passkey.challenge_wrong", "client_data.challenge", challenge, want);
  checkAuthenticatorData(authenticatorData, rpIdHash);
}

function checkAuthenticatorData(data: Uint8Array, rpIdHash: Uint8Array): void {
  const malformed = (want: string): LedgerError =>
    refusal("passkey.authenticator_data_malformed", "authenticator_data", `${data.length} bytes`, want);
  if (data.length < 37) throw malformed("at least 37 bytes");
  if (!equal(data.subarray(0, 32), rpIdHash)) {
    throw refusal("passkey.relying_party_wrong", "authenticator_data.rp_id_hash", toHex(data.subarray(0, 32)), toHex(rpIdHash));
  }
  const flags = data[32]!;
  const field = "authenticator_data.flags";
  if (!(flags & userPresent)) throw refusal("passkey.user_absent", field, String(flags), "bit 0 set");
  if (!(flags & userVerified)) throw refusal("passkey.user_unverified", field, String(flags), "bit 2 set");
  if (flags & attestedData) throw refusal("passkey.attested_data", field, String(flags), "bit 6 clear");
  if (!(flags & extensions) && data.length !== 37) throw malformed("37 bytes without extensions");
  if (flags & extensions && data.length === 37) throw malformed("extensions after 37 bytes");
}
