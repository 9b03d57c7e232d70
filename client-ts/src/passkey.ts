// Passkeys: WebAuthn credentials with P-256 as signers. The id is the challenge; what the
// authenticator answers is turned into the ledger's form: DER into r ‖ s, and s lowered, since
// about half of what authenticators make is high.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, equal, InputError, toHex, toUtf8 } from "./bytes.js";
import { Reader } from "./cbor.js";
import { type Hash } from "./schema.js";
import { checkAssertion, checkPublicKey, lowerS, type Signature } from "./signature.js";
import { type Signer } from "./transaction.js";

/** What to remember of a passkey. None of it is secret. */
export interface Passkey {
  /** Which credential to ask the browser for. */
  credentialId: Uint8Array;
  /** The compressed point, as registered on the ledger. */
  publicKey: Uint8Array;
  /** Domain of the relying party. */
  rpId: string;
}

/** What key.add and party.register want to know of a passkey. */
export function registrationOf(p: Passkey): { algorithm: "webauthn"; public: string; rp_id_hash: Hash } {
  return { algorithm: "webauthn", public: toHex(p.publicKey), rp_id_hash: toHex(sha256(toUtf8(p.rpId))) };
}

/** What the authenticator and the browser show to the user. */
export interface PasskeyOptions {
  /** Domain of the page or a domain above it; WebAuthn refuses IP addresses. */
  rpId: string;
  rpName: string;
  /** Shown in lists of passkeys. */
  userName: string;
  /** At most 64 bytes that name nobody; random where it is left out. */
  userId?: Uint8Array;
  /** Where credentials come from: navigator.credentials by default. */
  credentials?: Pick<CredentialsContainer, "create">;
}

const es256 = -7;

/** Makes a passkey with the user's consent. Register it with a transaction that it signs too. */
export async function createPasskey(o: PasskeyOptions): Promise<Passkey> {
  const credentials = o.credentials ?? navigator.credentials;
  const credential = (await credentials.create({
    publicKey: {
      rp: { id: o.rpId, name: o.rpName },
      user: { id: source(o.userId ?? random(32)), name: o.userName, displayName: o.userName },
      challenge: source(random(32)), // nothing is judged by the attestation
      pubKeyCredParams: [{ type: "public-key", alg: es256 }],
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      attestation: "none",
    },
  })) as PublicKeyCredential | null;
  if (credential === null) throw new InputError("no passkey was made");
  const response = credential.response as AuthenticatorAttestationResponse;
  const data = attestedOf(authenticatorDataOf(new Uint8Array(response.attestationObject)));
  if (!equal(data.rpIdHash, sha256(toUtf8(o.rpId)))) throw new InputError("the passkey was made for another relying party");
  checkPublicKey("webauthn", data.publicKey);
  return { credentialId: new Uint8Array(credential.rawId), publicKey: data.publicKey, rpId: o.rpId };
}

/** Signs with a passkey: each signature asks its user. */
export function passkeySigner(p: Passkey, from?: Pick<CredentialsContainer, "get">): Signer {
  return {
    algorithm: "webauthn",
    publicKey: p.publicKey,
    async sign(id) {
      const credential = (await (from ?? navigator.credentials).get({
        publicKey: {
          challenge: source(id),
          rpId: p.rpId,
          allowCredentials: [{ type: "public-key", id: source(p.credentialId) }],
          userVerification: "required",
        },
      })) as PublicKeyCredential | null;
      if (credential === null) throw new InputError("no passkey has answered");
      return assertion(p, id, credential.response as AuthenticatorAssertionResponse);
    },
  };
}

/** The ledger's form of an authenticator's answer; what the ledger would refuse is refused here. */
export function assertion(
  p: Passkey,
  id: Uint8Array,
  response: Pick<AuthenticatorAssertionResponse, "authenticatorData" | "clientDataJSON" | "signature">,
): Signature {
  const authenticatorData = new Uint8Array(response.authenticatorData);
  const clientData = new Uint8Array(response.clientDataJSON);
  checkAssertion(id, authenticatorData, clientData, sha256(toUtf8(p.rpId)));
  const signature = lowerS("webauthn", fromDER(new Uint8Array(response.signature)));
  return { algorithm: "webauthn", key: p.publicKey.slice(), signature, authenticatorData, clientData };
}

/** Reads the DER SEQUENCE of two INTEGERs that WebAuthn signatures are, as r ‖ s. */
export function fromDER(der: Uint8Array): Uint8Array {
  const out = new Uint8Array(64);
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) throw new InputError("the signature is no DER of two integers");
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const half = der.subarray(at + 2, at + 2 + length);
    const padded = length > 1 && half[0] === 0;
    const least = !padded || half[1]! >= 0x80;
    const digits = padded ? half.subarray(1) : half;
    if (der[at] !== 2 || length === 0 || half.length !== length || half[0]! >= 0x80 || !least || digits.length > 32) {
      throw new InputError("the signature is no DER of two integers");
    }
    out.set(digits, end - digits.length);
    at += 2 + length;
  }
  if (at !== der.length) throw new InputError("the signature is no DER of two integers");
  return out;
}

/** The authenticator data inside of an attestation object; fmt and attStmt are not judged. */
export function authenticatorDataOf(attestationObject: Uint8Array): Uint8Array {
  const r = new Reader(attestationObject);
  for (let pairs = r.map(); pairs > 0; pairs--) {
    const name = r.text();
    if (name === "authData") return r.bytes();
    r.raw();
  }
  throw new InputError("the attestation has no authenticator data");
}

/** Relying party and public key (COSE, RFC 9053 §7.1.1) of authenticator data with an attested credential. */
export function attestedOf(data: Uint8Array): { rpIdHash: Uint8Array; publicKey: Uint8Array } {
  const attested = 0x40;
  if (data.length < 55 || (data[32]! & attested) === 0) throw new InputError("the authenticator data names no key");
  const idLength = (data[53]! << 8) | data[54]!;
  const r = new Reader(data.subarray(55 + idLength)); // after the key may come extensions
  const key = new Map<bigint, bigint | Uint8Array>();
  for (let pairs = r.map(); pairs > 0; pairs--) key.set(r.int(64), r.major() === 2 ? r.bytes() : r.int(64));
  const [x, y] = [key.get(-2n), key.get(-3n)];
  const coordinates = x instanceof Uint8Array && y instanceof Uint8Array && x.length === 32 && y.length === 32;
  if (key.get(1n) !== 2n || key.get(3n) !== BigInt(es256) || key.get(-1n) !== 1n || !coordinates) {
    throw new InputError("the passkey is not of P-256 with SHA-256");
  }
  return { rpIdHash: data.slice(0, 32), publicKey: concat(Uint8Array.of(2 + (y[31]! & 1)), x) };
}

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

const source = (bytes: Uint8Array): BufferSource => bytes as BufferSource;
