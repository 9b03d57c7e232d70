// Package identity knows who acts on the ledger: legal entities by LEI (ISO 17442), their
// officers, the officers' public keys, and whether a signature is valid.
//
// Signature verification is consensus: the same bytes have the same verdict on every machine,
// alone or in a batch, whatever has been cached. Five algorithms sign (RFC 8032 Ed25519 by
// ZIP-215, P-256, WebAuthn passkeys, secp256k1, SM2 of GB/T 32918), each with one accepted
// encoding of keys and signatures. The package never holds or sees a private key.
package identity
