// Keys of WebCrypto: Ed25519 and P-256. The private key is made so that nobody can export it;
// kept in IndexedDB it stays with this origin of this browser.

import { InputError } from "./bytes.js";
import { checkPublicKey, lowerS } from "./signature.js";
import { type Signer } from "./transaction.js";

/** Algorithms that WebCrypto keys can have here. */
export type WebCryptoAlgorithm = "ed25519" | "p256";

const parameters = {
  ed25519: { name: "Ed25519" },
  p256: { name: "ECDSA", namedCurve: "P-256" },
} as const;

/** A new key pair whose private key cannot be exported. A browser without Ed25519 throws NotSupportedError: take p256 there. */
export async function generateWebCryptoKey(algorithm: WebCryptoAlgorithm): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(parameters[algorithm], false, ["sign", "verify"])) as CryptoKeyPair;
}

/** Signs with a key pair of WebCrypto, whether it can be exported or not. */
export async function webCryptoSigner(pair: CryptoKeyPair): Promise<Signer> {
  const algorithm = algorithmOf(pair.privateKey);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const publicKey = algorithm === "ed25519" ? raw : compress(raw);
  checkPublicKey(algorithm, publicKey);
  const how = algorithm === "ed25519" ? { name: "Ed25519" } : { name: "ECDSA", hash: "SHA-256" };
  return {
    algorithm,
    publicKey,
    async sign(id) {
      const signature = new Uint8Array(await crypto.subtle.sign(how, pair.privateKey, id as BufferSource));
      // WebCrypto gives r ‖ s; about half of the time s is the greater one.
      return { algorithm, key: publicKey.slice(), signature: lowerS(algorithm, signature) };
    },
  };
}

function algorithmOf(key: CryptoKey): WebCryptoAlgorithm {
  const { name, namedCurve } = key.algorithm as KeyAlgorithm & { namedCurve?: string };
  if (name === "Ed25519") return "ed25519";
  if (name === "ECDSA" && namedCurve === "P-256") return "p256";
  throw new InputError(`a key of ${name} ${namedCurve ?? ""} signs for no algorithm of the ledger`);
}

/** The compressed form (SEC 1 §2.3.3) of an uncompressed point 04 ‖ x ‖ y. */
export function compress(point: Uint8Array): Uint8Array {
  if (point.length !== 65 || point[0] !== 4) throw new InputError("this is no uncompressed point");
  const out = point.slice(0, 33);
  out[0] = 2 + (point[64]! & 1);
  return out;
}
