// Proofs of state: files that prove that after a block a record of the ledger had a value, or
// that there was none. And the keys of records: a proof of absence holds for every key between
// the same two neighbours, so which key was asked for has to be compared.

import { concat, equal, fromHash, fromHex, InputError, toUtf8 } from "./bytes.js";
import { InvalidProofError } from "./errors.js";
import { refuse } from "./header.js";
import { type Noun, nouns } from "./kinds_gen.js";
import { type Proof, proofStructs, verifyProof } from "./proof.js";
import { readFile } from "./receipt.js";
import { amountOf, type Field, type Tables } from "./schema.js";
import { type Algorithm, numberOf } from "./signature.js";
import { type Anchor, anchorStructs, type Trust, verifyAnchor } from "./trust.js";

const format = "causeway/state/1";

/** What a proof of state proves. */
export interface ProvenState {
  chain: string;
  /** After the block of this height. */
  height: number;
  root: Uint8Array;
  key: Uint8Array;
  /** Encoded as the ledger stores it; empty: there was none. */
  value: Uint8Array;
}

interface File {
  format: string;
  anchor: Anchor;
  key: Uint8Array;
  proof: Proof;
}

const structs: Readonly<Record<string, readonly Field[]>> = {
  ...anchorStructs,
  ...proofStructs,
  File: [
    [1, "format", "text", "must"],
    [2, "anchor", { struct: "Anchor" }, "must"],
    [3, "key", "bytes", "must"],
    [4, "proof", { struct: "Proof" }, "must"],
  ],
};

const tables: Tables = { structs, words: {} };

/** Checks a proof of state. Whether its key is the one of interest is for the caller to compare: see verifyRecord. */
export function verifyState(data: Uint8Array, trust: Trust): ProvenState {
  const f = readFile<File>(tables, "File", data);
  if (f.format !== format) refuse(`its format is "${f.format}", not "${format}"`);
  const head = verifyAnchor(f.anchor, trust);
  if (head.app.length !== 32) refuse(`header ${head.height} has no root`);
  const value = f.proof.leaf?.value ?? new Uint8Array();
  if (f.proof.leaf && value.length === 0) refuse("the value is empty");
  verifyProof(head.app, f.proof, f.key, value);
  return { chain: head.chain, height: head.height - 1, root: head.app, key: f.key, value };
}

/** Checks that a file proves a record, by noun and id, or that there is none: then the value is empty. */
export function verifyRecord(data: Uint8Array, trust: Trust, noun: Noun, id: string): ProvenState {
  const key = stateKey(noun, id);
  const proven = verifyState(data, trust);
  if (!equal(proven.key, key)) throw new InvalidProofError(`it is not about ${noun} ${id}`);
  return proven;
}

/** What an account has of an asset. Reserved is the part of total that holds, quotes and redemptions keep from being spent. */
export interface Balance {
  total: bigint;
  reserved: bigint;
}

/** Checks that a file proves a balance, and reads it. Without a record there is nothing in the account. */
export function verifyBalance(data: Uint8Array, trust: Trust, account: string, asset: string): Balance & { height: number } {
  const { value, height } = verifyRecord(data, trust, "balance", `${account}/${asset}`);
  return { ...decodeBalance(value), height };
}

/** Reads a stored balance: 16 bytes, or 32 with a reservation. */
export function decodeBalance(value: Uint8Array): Balance {
  if (value.length === 0) return { total: 0n, reserved: 0n };
  if (value.length !== 16 && value.length !== 32) throw new InputError("a balance is 16 or 32 bytes");
  const total = amountOf(value.slice(0, 16));
  if (value.length === 16) return { total, reserved: 0n };
  const reserved = amountOf(value.slice(16));
  if (reserved === 0n || reserved > total) throw new InputError("a reservation is above zero and within the balance");
  return { total, reserved };
}

/** The key under which the ledger keeps a record. */
export function stateKey(noun: Noun, id: string): Uint8Array {
  const recipe = Object.hasOwn(nouns, noun) ? nouns[noun] : undefined;
  if (recipe === undefined) throw new InputError(`a ${noun} cannot be proven`);
  const [prefix, how] = recipe;
  return concat(toUtf8(prefix), keyOf(how, noun, id));
}

function keyOf(how: NonNullable<(typeof nouns)[Noun]>[1], noun: Noun, id: string): Uint8Array {
  const last = id.slice(id.lastIndexOf("/") + 1);
  switch (how) {
    case "id":
      return toUtf8(id);
    case "slashed":
      return toUtf8(id.replace("/", "\0"));
    case "pair":
      return toUtf8(id.includes("/") ? id.replace("/", "\0") : `${id}\0`);
    case "hash":
      return fromHash(id);
    case "last hash":
      return fromHash(last);
    case "bytes":
      return fromHex(id);
    case "public key": {
      const [, name, digits] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(last) ?? [];
      if (name === undefined || digits === undefined) throw new InputError(`${id} is no id of a ${noun}`);
      return concat(Uint8Array.of(numberOf(name as Algorithm)), fromHex(digits));
    }
    case "edition": {
      const [, authority, number] = /^([^@]*)@([0-9]{1,10})$/.exec(id) ?? [];
      const version = Number(number);
      if (authority === undefined || !(version < 2 ** 32)) throw new InputError(`${id} is no id of a ${noun}: a version is named, as in CN@1`);
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, version);
      return concat(toUtf8(`${authority}\0`), bytes);
    }
  }
}
