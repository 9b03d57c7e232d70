// Receipts: files that prove, without any network, that the ledger carried out a transaction
// and with what result (docs/reference/receipt-format.md). What is verified, and what is
// refused, is what client/receipt verifies and refuses.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, equal, fromHash, toHex, toUtf8 } from "./bytes.js";
import { faultName, InvalidProofError } from "./errors.js";
import { type Header, readHeader, refuse } from "./header.js";
import { climb } from "./merkle.js";
import { decodePayload } from "./payload.js";
import { bytesField, numberField } from "./protobuf.js";
import { decode, encode, type Field, type Hash, type Hex, type Integer, type Tables } from "./schema.js";
import { algorithmOf, type Signature, verifySignature } from "./signature.js";
import { type Body, readTransaction, transactionId } from "./transaction.js";
import { type Anchor, anchorStructs, type Trust, verifyAnchor } from "./trust.js";

/** Most bytes of a file. */
export const fileBytesMax = 32 << 20;

const format = "causeway/receipt/1";

/** How a transaction ended. */
export type Status =
  | "done" | "settled" | "held" | "refused" | "proposed" | "duplicate" | "returned" | "cancelled" | "expired" | "partial";

const statuses: readonly string[] = ["", "done", "settled", "held", "refused", "proposed", "duplicate", "returned", "cancelled", "expired", "partial"];
const refused = 4;

/** An amount that went from one account to another; an empty side issues or burns. */
export interface Posting {
  from: string;
  to: string;
  asset: string;
  /** Minor units. */
  amount: string;
}

/** Something the transaction carried out under another id. Its postings are known if its own result stands in the file. */
export interface ReceiptItem {
  id: Hash;
  status: Status;
  fault: string;
  faultNumber: number;
  detailed: boolean;
  postings: Posting[];
}

/** What a receipt proves. */
export interface Receipt {
  chain: string;
  id: Hash;
  height: number;
  /** Of the block, RFC 3339: what expiry, dates and windows were judged by. */
  time: string;
  party: string;
  kind: string;
  version: number;
  reference: string;
  /** JSON form of what was signed; undefined for a kind or version that this SDK does not know. */
  payload: unknown;
  payloadBytes: Uint8Array;
  status: Status;
  /** Why it was refused; "" if it was not. */
  fault: string;
  faultNumber: number;
  /** Who paid whom. */
  postings: Posting[];
  /** Data is canonical CBOR of the event's own type. */
  events: { name: string; data: Uint8Array }[];
  /** The record it repeats, answers or approves. */
  original: Hash | undefined;
  items: ReceiptItem[];
  signers: { algorithm: string; key: Hex }[];
  /** Hash of the signed header, of the height after. */
  header: Hash;
}

interface Item {
  id: Hash;
  status: number;
  fault?: number;
  hash: Hash;
}

interface Result {
  status: number;
  fault?: number;
  postings?: { from?: string; to?: string; asset: string; amount: string }[];
  events?: { name: string; data: Uint8Array }[];
  items?: Item[];
  original: Hash;
  trace: Hash;
}

interface Part {
  id: Hash;
  result: Result;
}

interface File {
  format: string;
  anchor: Anchor;
  block: Uint8Array;
  transaction: Uint8Array;
  result: Result;
  sides: Integer;
  inBlock?: Hash[];
  inResults?: Hash[];
  parts?: Part[];
}

const structs: Readonly<Record<string, readonly Field[]>> = {
  ...anchorStructs,
  File: [
    [1, "format", "text", "must"],
    [2, "anchor", { struct: "Anchor" }, "must"],
    [3, "block", "bytes", "must"],
    [4, "transaction", "bytes", "must"],
    [5, "result", { struct: "Result" }, "must"],
    [6, "sides", "u64", "must"],
    [7, "inBlock", { list: "hash" }, "filled"],
    [8, "inResults", { list: "hash" }, "filled"],
    [9, "parts", { list: { struct: "Part" } }, "filled"],
  ],
  Part: [
    [1, "id", "hash", "must"],
    [2, "result", { struct: "Result" }, "must"],
  ],
  Result: [
    [1, "status", "u8", "must"],
    [2, "fault", "u16", "filled"],
    [3, "postings", { list: { struct: "Posting" } }, "filled"],
    [4, "events", { list: { struct: "Event" } }, "filled"],
    [5, "items", { list: { struct: "Item" } }, "filled"],
    [6, "original", "hash", "must"],
    [7, "trace", "hash", "must"],
    [8, "bound", "bytes", "filled"],
    [9, "party", "text", "filled"],
  ],
  Posting: [
    [1, "from", "text", "filled"],
    [2, "to", "text", "filled"],
    [3, "asset", "text", "must"],
    [4, "amount", "amount", "must"],
  ],
  Event: [
    [1, "name", "text", "must"],
    [2, "data", "raw", "must"],
  ],
  Item: [
    [1, "id", "hash", "must"],
    [2, "status", "u8", "must"],
    [3, "fault", "u16", "filled"],
    [4, "hash", "hash", "must"],
  ],
};

const tables: Tables = { structs, words: {} };

/** Reads a file in its one encoding; whatever is wrong with it, it proves nothing. */
export function readFile<F>(of: Tables, struct: string, data: Uint8Array): F {
  if (data.length > fileBytesMax) refuse(`${data.length} bytes are too many`);
  return proving(() => decode(of, struct, data) as F);
}

function proving<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidProofError) throw error;
    throw new InvalidProofError(error instanceof Error ? error.message : "", { cause: error });
  }
}

/** Checks a receipt against what the reader trusts and says what it proves. Whether its id is the one of interest is for the caller to compare. */
export function verifyReceipt(data: Uint8Array, trust: Trust): Receipt {
  const f = readFile<File>(tables, "File", data);
  if (f.format !== format) refuse(`its format is "${f.format}", not "${format}"`);
  const head = verifyAnchor(f.anchor, trust);
  const block = readHeader(f.block, f.anchor.chain);
  if (block.height !== head.height - 1 || !equal(block.hash, head.lastBlock)) refuse(`header ${head.height} does not follow the block's header ${block.height}`);
  const { id, body, signers } = transactionOf(f, block.chain);
  checkPaths(f, id, block, head);
  const r = f.result;
  return {
    chain: block.chain, id: toHex(id), height: block.height, time: block.time,
    party: body.party, kind: body.kind, version: body.version, reference: body.reference ?? "",
    payload: payloadOf(body), payloadBytes: body.payload,
    ...outcomeOf(r),
    postings: postingsOf(r), events: r.events ?? [],
    original: /^0*$/.test(r.original) ? undefined : r.original,
    items: provenItems(f, id), signers, header: toHex(head.hash),
  };
}

function payloadOf(body: Body): unknown {
  try {
    return decodePayload(body.kind, body.version, body.payload);
  } catch {
    return undefined; // a later version's: its bytes are proven all the same
  }
}

/** Reads the signed bytes. What was carried out must have been signed validly, so a contradiction would mean that the ledger itself is broken. */
function transactionOf(f: File, chain: string): { id: Uint8Array; body: Body; signers: { algorithm: string; key: Hex }[] } {
  const { transaction, body } = proving(() => readTransaction(f.transaction));
  const id = transactionId(chain, transaction.body);
  const signers = transaction.signatures.map(({ alg, ...rest }) => {
    const algorithm = algorithmOf(alg) ?? "unknown";
    if (f.result.status !== refused) {
      // Which relying party is registered only the ledger knows: the one that is stated is taken.
      const rpIdHash = new Uint8Array(32);
      rpIdHash.set((rest.authenticatorData ?? new Uint8Array()).subarray(0, 32));
      proving(() => verifySignature(id, { algorithm, ...rest } as Signature, rpIdHash));
    }
    return { algorithm, key: toHex(rest.key) };
  });
  return { id, body, signers };
}

/** Proves that these bytes stood in the block, and that this was their result. */
function checkPaths(f: File, id: Uint8Array, block: Header, head: Header): void {
  const [inBlock, inResults, sides] = [f.inBlock ?? [], f.inResults ?? [], BigInt(f.sides)];
  if (inBlock.length !== inResults.length) refuse("its two paths have different lengths");
  if (inBlock.length > 63 || sides >> BigInt(inBlock.length) !== 0n) refuse(`a path of ${inBlock.length} steps has the sides ${sides}`);
  if (!equal(climb(sha256(f.transaction), sides, inBlock), block.data)) refuse(`the transaction did not stand in block ${block.height}`);
  const leaf = concat(numberField(1, BigInt(f.result.fault ?? 0)), bytesField(2, resultHash(f.result, id)));
  if (!equal(climb(leaf, sides, inResults), head.lastResults)) refuse(`this is not the result of the transaction in block ${block.height}`);
}

/** The result data in the block: it binds the canonical result to the id it is recorded under. */
function resultHash(r: Result, id: Uint8Array): Uint8Array {
  return sha256(concat(toUtf8("causeway/result/1"), id, encode(tables, "Result", r)));
}

function outcomeOf(r: { status: number; fault?: number }): { status: Status; fault: string; faultNumber: number } {
  const number = r.fault ?? 0;
  return { status: (statuses[r.status] ?? "unknown") as Status, fault: faultName(number), faultNumber: number };
}

function postingsOf(r: Result): Posting[] {
  return (r.postings ?? []).map(({ from = "", to = "", asset, amount }) => ({ from, to, asset, amount }));
}

function itemOf(i: Item): ReceiptItem {
  return { id: i.id, ...outcomeOf(i), detailed: false, postings: [] };
}

/** Proves each part by the hash that the result, or an earlier part, has of it. */
function provenItems(f: File, carrier: Uint8Array): ReceiptItem[] {
  const named = [...(f.result.items ?? [])];
  const items = named.map(itemOf);
  const known = new Set<Hash>();
  (f.parts ?? []).forEach((part, i) => {
    if (known.has(part.id)) refuse(`parts[${i}] stands twice`);
    known.add(part.id);
    const at = named.findLastIndex((item) => item.id === part.id && isHashOf(item.hash, part, carrier));
    if (at < 0) refuse(`parts[${i}] is not what the transaction carried out`);
    Object.assign(items[at]!, { detailed: true, postings: postingsOf(part.result) });
    named.push(...(part.result.items ?? []));
    items.push(...(part.result.items ?? []).map(itemOf));
  });
  return items;
}

/** Tries the log ids under which a part can be recorded: its own, that of its end, and that of a payment which another rule holds afresh. */
function isHashOf(hash: Hash, part: Part, carrier: Uint8Array): boolean {
  const id = fromHash(part.id);
  const logs = [id, sha256(concat(toUtf8("causeway/final/1"), id)), sha256(concat(toUtf8("causeway/held-again/1"), id, carrier))];
  return logs.some((log) => toHex(resultHash(part.result, log)) === hash);
}
