// Keys in memory, for services, tests and the development network. In a browser prefer a
// passkey, or a WebCrypto key that cannot be exported: a script on the page can take these.

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { concat, InputError, toBase64Url, toUtf8 } from "./bytes.js";
import { type Signature } from "./signature.js";
import { type Signer } from "./transaction.js";

/** Algorithms that a key in memory can have. */
export type KeyAlgorithm = "ed25519" | "p256" | "secp256k1" | "webauthn";

/** A private key in memory. Its secret cannot be read back from it. */
export class Key implements Signer {
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: Uint8Array;
  /** Relying party of a software passkey; "" for other keys. */
  readonly rpId: string;
  readonly #secret: Uint8Array;

  private constructor(algorithm: KeyAlgorithm, secret: Uint8Array, rpId: string) {
    if ((rpId !== "") !== (algorithm === "webauthn")) throw new InputError("a passkey, and no other key, has a relying party");
    if (secret.length !== 32) throw new InputError("a private key is 32 bytes");
    this.algorithm = algorithm;
    this.rpId = rpId;
    this.#secret = secret.slice();
    this.publicKey = algorithm === "ed25519" ? ed25519.getPublicKey(secret) : curveOf(algorithm).getPublicKey(secret, true);
  }

  /** A new random key. A software passkey needs the domain of its relying party. */
  static generate(algorithm: KeyAlgorithm, rpId = ""): Key {
    const secret = algorithm === "ed25519" ? ed25519.utils.randomSecretKey() : curveOf(algorithm).utils.randomSecretKey();
    return new Key(algorithm, secret, rpId);
  }

  /** The key of 32 secret bytes: an Ed25519 seed, or a scalar. */
  static fromSecret(algorithm: KeyAlgorithm, secret: Uint8Array, rpId = ""): Key {
    return new Key(algorithm, secret, rpId);
  }

  /**
   * The key of a label under a seed, as client/keyring derives it (HKDF-SHA-256). It exists for
   * the public development seed, where everybody knows every key: such keys protect nothing.
   */
  static fromSeed(algorithm: KeyAlgorithm, seed: Uint8Array | string, label: string, rpId = ""): Key {
    const material = typeof seed === "string" ? toUtf8(seed) : seed;
    for (let attempt = 0; ; attempt++) {
      const info = toUtf8(`causeway/development-key/1/${algorithm}/${attempt}/${label}`);
      const secret = hkdf(sha256, material, undefined, info, 32);
      // The rare bytes that are no private key give way to the next derivation.
      if (algorithm === "ed25519" || curveOf(algorithm).utils.isValidSecretKey(secret)) return new Key(algorithm, secret, rpId);
    }
  }

  /** Nonces follow RFC 6979, so a weak source of randomness cannot give the key away. */
  sign(id: Uint8Array): Signature {
    const { algorithm, publicKey } = this;
    switch (algorithm) {
      case "ed25519":
        return { algorithm, key: publicKey.slice(), signature: ed25519.sign(id, this.#secret) };
      case "p256":
      case "secp256k1":
        return { algorithm, key: publicKey.slice(), signature: this.#ecdsa(sha256(id)) };
      case "webauthn":
        return this.#assert(id);
    }
  }

  #ecdsa(digest: Uint8Array): Uint8Array {
    return curveOf(this.algorithm).sign(digest, this.#secret, { prehash: false, lowS: true, format: "compact" });
  }

  /** Answers a challenge as an authenticator would. It proves no presence of a person, whatever its flags say. */
  #assert(id: Uint8Array): Signature {
    const clientData = toUtf8(
      JSON.stringify({ type: "webauthn.get", challenge: toBase64Url(id), origin: `https://${this.rpId}`, crossOrigin: false }),
    );
    const presentAndVerified = 0x05;
    const authenticatorData = concat(sha256(toUtf8(this.rpId)), Uint8Array.of(presentAndVerified, 0, 0, 0, 0));
    const signature = this.#ecdsa(sha256(concat(authenticatorData, sha256(clientData))));
    return { algorithm: "webauthn", key: this.publicKey.slice(), signature, authenticatorData, clientData };
  }

  /** A logged key betrays nothing. */
  toJSON(): string {
    return `${this.algorithm} key`;
  }
}

function curveOf(algorithm: KeyAlgorithm): typeof p256 {
  return algorithm === "secp256k1" ? secp256k1 : p256;
}
