// Transactions: a body says which party wants what until when, signatures stand outside of it
// over its id (core/kernel/txn/transaction.go).

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, equal, fromHex, InputError, toHex, toUtf8 } from "./bytes.js";
import { LedgerError, refusal } from "./errors.js";
import { type Kind, type Payloads } from "./kinds_gen.js";
import { encodePayload, versionOf } from "./payload.js";
import { decode, encode, type Field, type Hash, type Integer, type Tables } from "./schema.js";
import { type Algorithm, algorithmOf, lowerS, numberOf, type Signature, type SigningAlgorithm, verifySignature } from "./signature.js";

/** Who signs: a key of the caller's, wherever it is kept. Nothing but signatures leaves it. */
export interface Signer {
  readonly algorithm: SigningAlgorithm;
  /** As registered on the ledger. */
  readonly publicKey: Uint8Array;
  /** Signs the 32 bytes of an id. */
  sign(id: Uint8Array): Promise<Signature> | Signature;
}

/** A public key that signs. */
export interface PublicKey {
  readonly algorithm: Algorithm;
  readonly publicKey: Uint8Array;
}

/** What is signed. */
export interface Body {
  kind: string;
  version: number;
  /** LEI of the party that acts. */
  party: string;
  /** The client's own, at most 64 printable ASCII characters: it binds on effect, so that the same payment is never made twice. */
  reference?: string;
  /** Unix ms, at most 24 hours ahead. */
  expires: Integer;
  /** Canonical CBOR of the kind's payload. */
  payload: Uint8Array;
  /** Binds who signs, in which order, where it is more than one key. */
  signers?: Hash;
}

/** A transaction as it is submitted. */
export interface Transaction {
  body: Uint8Array;
  signatures: Signature[];
}

const structs: Readonly<Record<string, readonly Field[]>> = {
  Transaction: [
    [1, "body", "bytes", "must"],
    [2, "signatures", { list: { struct: "Signature" } }, "filled"],
  ],
  Signature: [
    [1, "alg", "u8", "must"],
    [2, "key", "bytes", "must"],
    [3, "signature", "bytes", "must"],
    [4, "authenticatorData", "bytes", "filled"],
    [5, "clientData", "bytes", "filled"],
  ],
  Body: [
    [1, "kind", "text", "must"],
    [2, "version", "u16", "must"],
    [3, "party", "text", "must"],
    [4, "reference", "text", "filled"],
    [5, "expires", "i64", "must"],
    [6, "payload", "raw", "must"],
    [7, "signers", "hash", "given"],
  ],
};

const tables: Tables = { structs, words: {} };

const referenceMax = 64;

/** What a transaction says, besides its kind and payload. */
export interface Terms {
  /** LEI of the party that acts. */
  party: string;
  reference?: string;
  /** At most 24 hours ahead: a Date, or Unix ms. */
  expires: Date | number;
}

/** Makes the body of a transaction. */
export function buildBody<K extends Kind>(kind: K, payload: Payloads[K], terms: Terms): Body {
  const expires = terms.expires instanceof Date ? terms.expires.getTime() : terms.expires;
  const body: Body = { kind, version: versionOf(kind), party: terms.party, expires, payload: encodePayload(kind, payload) };
  if (terms.reference) body.reference = terms.reference;
  checkReference(body.reference ?? "");
  return body;
}

function checkReference(reference: string): void {
  if (reference.length > referenceMax || !/^[\x20-\x7e]*$/.test(reference)) {
    throw refusal("tx.field_invalid", "reference", reference, "at most 64 printable ASCII characters");
  }
}

/** The canonical bytes of a body: what the id is a hash of. */
export function encodeBody(body: Body): Uint8Array {
  return encode(tables, "Body", body);
}

/** The id of a transaction: SHA-256("causeway/tx/1" ‖ chain id ‖ body). Every algorithm signs it. */
export function transactionId(chain: string, body: Uint8Array): Uint8Array {
  return sha256(concat(toUtf8("causeway/tx/1"), toUtf8(chain), body));
}

/** What is signed to ask for an explanation: of another domain, so that the question can never be submitted. */
export function explainId(chain: string, body: Uint8Array): Uint8Array {
  return sha256(concat(toUtf8("causeway/explain/1"), toUtf8(chain), body));
}

/** Names the keys that sign a transaction, in their order. */
export function signerSet(keys: readonly PublicKey[]): Uint8Array {
  const parts = keys.map((k) => concat(Uint8Array.of(numberOf(k.algorithm), k.publicKey.length), k.publicKey));
  return sha256(concat(toUtf8("causeway/signers/1"), ...parts));
}

/** A body whose signers are known, ready to be signed: by all of them in one place, or by each in a place of its own. */
export interface Draft {
  readonly chain: string;
  readonly body: Uint8Array;
  readonly keys: readonly PublicKey[];
  /** What each signs. */
  readonly id: Uint8Array;
}

/** Settles who signs; the first is the maker. From here on nobody can take a signature off or change their order. */
export function prepare(chain: string, body: Body, keys: readonly PublicKey[]): Draft {
  return draft(chain, body, keys, transactionId);
}

/** The same for a question about a body; its expiry is the time of the question. */
export function prepareExplain(chain: string, body: Body, keys: readonly PublicKey[], now: Date | number): Draft {
  return draft(chain, { ...body, expires: typeof now === "number" ? now : now.getTime() }, keys, explainId);
}

function draft(chain: string, body: Body, keys: readonly PublicKey[], idOf: typeof transactionId): Draft {
  if (chain === "") throw new InputError("the id of the chain is empty: a signature would be bound to no chain");
  if (keys.length === 0) throw new InputError("nobody signs");
  const bound: Body = { ...body };
  delete bound.signers;
  if (keys.length > 1) bound.signers = toHex(signerSet(keys));
  const bytes = encodeBody(bound);
  return { chain, body: bytes, keys: [...keys], id: idOf(chain, bytes) };
}

/**
 * Puts signatures to a draft, in the order of its keys: the bytes to submit. Each is verified,
 * so that a signature of something else is found here and not by the ledger, and s is lowered
 * where an authenticator made the greater one.
 */
export function assemble(draft: Draft, signatures: readonly Signature[]): Uint8Array {
  if (signatures.length !== draft.keys.length) throw new InputError(`${draft.keys.length} keys sign, there are ${signatures.length} signatures`);
  const normal = signatures.map((s, i) => {
    const key = draft.keys[i]!;
    if (s.algorithm !== key.algorithm || !equal(s.key, key.publicKey)) throw new InputError(`signatures[${i}] is of another key`);
    const lowered = { ...s, signature: lowerS(s.algorithm, s.signature) };
    // Which relying party is registered only the ledger knows: the one that is stated is taken.
    verifySignature(draft.id, lowered, s.authenticatorData?.subarray(0, 32));
    return lowered;
  });
  return encodeTransaction({ body: draft.body, signatures: normal });
}

/** Signs a body with all keys in one place; the first signer is the maker. */
export async function signTransaction(chain: string, body: Body, ...signers: readonly Signer[]): Promise<{ bytes: Uint8Array; id: Hash }> {
  const prepared = prepare(chain, body, signers);
  return { bytes: await signed(prepared, signers), id: toHex(prepared.id) };
}

/** Signs a question: what would happen to this body now? */
export async function signExplain(chain: string, body: Body, now: Date | number, ...signers: readonly Signer[]): Promise<Uint8Array> {
  return signed(prepareExplain(chain, body, signers, now), signers);
}

// One after the other: an authenticator asks its user once at a time.
async function signed(prepared: Draft, signers: readonly Signer[]): Promise<Uint8Array> {
  const signatures: Signature[] = [];
  for (const s of signers) signatures.push(await s.sign(prepared.id));
  return assemble(prepared, signatures);
}

/** The bytes to submit. */
export function encodeTransaction(t: Transaction): Uint8Array {
  const signatures = t.signatures.map(({ algorithm, ...rest }) => ({ alg: numberOf(algorithm), ...rest }));
  return encode(tables, "Transaction", { body: t.body, signatures });
}

/** A transaction as it was read, algorithms as numbers: there may be one that this version does not know. */
export interface RawTransaction {
  body: Uint8Array;
  signatures: (Omit<Signature, "algorithm"> & { alg: number })[];
}

/** Reads a transaction and its body without a look at who has signed. */
export function readTransaction(data: Uint8Array): { transaction: RawTransaction; body: Body } {
  const { body: bytes, signatures = [] } = malformed("transaction", () => decode(tables, "Transaction", data)) as unknown as RawTransaction;
  const body = malformed("body", () => decode(tables, "Body", bytes)) as unknown as Body;
  checkReference(body.reference ?? "");
  return { transaction: { body: bytes, signatures }, body };
}

/** Reads a transaction and its body; both must be canonical. */
export function decodeTransaction(data: Uint8Array): { transaction: Transaction; body: Body } {
  const { transaction, body } = readTransaction(data);
  const signatures = transaction.signatures.map(({ alg, ...rest }) => {
    const algorithm = algorithmOf(alg);
    if (algorithm === undefined) throw refusal("signature.algorithm_unknown", "algorithm", String(alg));
    return { algorithm, ...rest };
  });
  return { transaction: { body: transaction.body, signatures }, body };
}

function malformed<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LedgerError || !(error instanceof Error)) throw error;
    throw refusal("tx.malformed", what, error.message, `canonical CBOR of a ${what}`);
  }
}

/** Verifies every signature of a transaction for a chain, and that they are the ones its body binds. */
export function verifyTransaction(chain: string, data: Uint8Array): { id: Hash; body: Body; signatures: Signature[] } {
  const { transaction, body } = decodeTransaction(data);
  const id = transactionId(chain, transaction.body);
  for (const s of transaction.signatures) verifySignature(id, s, s.authenticatorData?.subarray(0, 32));
  const keys = transaction.signatures.map((s) => ({ algorithm: s.algorithm, publicKey: s.key }));
  const bound = body.signers === undefined ? keys.length === 1 : equal(fromHex(body.signers), signerSet(keys));
  if (!bound) throw refusal("tx.signers_differ", "signers", `${keys.length} signatures`, "the keys that the body names, all of them and in their order");
  return { id: toHex(id), body, signatures: transaction.signatures };
}
