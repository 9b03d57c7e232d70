// Block headers and the votes for them, as CometBFT encodes, hashes and signs them. What is
// accepted here is what client/receipt accepts: one encoding of each, and every vote valid.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { compare, concat, equal, toHex } from "./bytes.js";
import { InvalidProofError } from "./errors.js";
import { merkleRoot } from "./merkle.js";
import { bytesField, fixedField, Message, messageField, numberField, textField, varint } from "./protobuf.js";
import { type Field, type Integer } from "./schema.js";

export function refuse(why: string): never {
  throw new InvalidProofError(why);
}

interface Timestamp {
  seconds: bigint;
  nanos: bigint;
}

interface BlockId {
  hash: Uint8Array;
  total: bigint; // of parts
  partsHash: Uint8Array;
}

/** What a receipt needs of a header. */
export interface Header {
  chain: string;
  height: number;
  /** RFC 3339 with as many decimals as there are. */
  time: string;
  hash: Uint8Array;
  lastBlock: Uint8Array;
  data: Uint8Array;
  validators: Uint8Array;
  nextValidators: Uint8Array;
  app: Uint8Array;
  lastResults: Uint8Array;
}

interface Vote {
  flag: bigint; // 1 absent, 2 for the block, 3 for no block
  address: Uint8Array;
  time: Timestamp;
  signature: Uint8Array;
}

interface Commit {
  height: bigint;
  round: bigint;
  block: BlockId;
  votes: Vote[];
}

const blockProtocol = 11n;
const chainMax = 50;
const votesMax = 10_000;
const powerMax = ((1n << 63n) - 1n) / 8n;
const voteBytesMax = 3309; // the longest signature that the engine knows
const zeroTime = -62135596800n; // the first second of year 1: what an absent vote has
const endOfTime = 253402300800n;

/** A header, its commit and those who may vote, as they stand in a file. */
export interface SignedHeader {
  header: Uint8Array;
  commit: Uint8Array;
  validators: { key: Uint8Array; power: Integer }[];
}

export const headerStructs: Readonly<Record<string, readonly Field[]>> = {
  SignedHeader: [
    [1, "header", "bytes", "must"],
    [2, "commit", "bytes", "must"],
    [3, "validators", { list: { struct: "Validator" } }, "must"],
  ],
  Validator: [
    [1, "key", "bytes", "must"],
    [2, "power", "i64", "must"],
  ],
};

/**
 * Verifies that more than two thirds of the listed validators signed the header, and that the
 * header names this list. Every vote is verified, also those beyond two thirds and those for no
 * block: no byte of the commit may go unread.
 */
export function openHeader(s: SignedHeader, chain: string): Header {
  const header = readHeader(s.header, chain);
  const commit = readCommit(s.commit);
  checkOrder(s.validators);
  if (!equal(validatorsHash(s.validators), header.validators)) refuse(`the validators listed at height ${header.height} are not those of its header`);
  if (s.validators.length !== commit.votes.length) refuse(`${s.validators.length} validators and ${commit.votes.length} votes`);
  if (commit.height !== BigInt(header.height) || !equal(commit.block.hash, header.hash)) refuse(`the commit is not of header ${header.height}`);
  let total = 0n;
  let tally = 0n;
  s.validators.forEach(({ key, power }, i) => {
    const vote = commit.votes[i]!;
    total += BigInt(power);
    if (vote.flag === 1n) return;
    if (!equal(addressOf(key), vote.address)) refuse(`votes[${i}] of height ${header.height} is another validator's`);
    if (!validVote(key, vote, signBytes(chain, commit, vote))) refuse(`votes[${i}] of height ${header.height} has a wrong signature`);
    if (vote.flag === 2n) tally += BigInt(power);
  });
  if (tally <= (total * 2n) / 3n) refuse(`only ${tally} of the power ${total} signed height ${header.height}`);
  return header;
}

function validVote(key: Uint8Array, vote: Vote, message: Uint8Array): boolean {
  try {
    return vote.signature.length === 64 && ed25519.verify(vote.signature, message, key, { zip215: true });
  } catch {
    return false;
  }
}

/** The part of SHA-256 that names a validator. */
export function addressOf(key: Uint8Array): Uint8Array {
  return sha256(key).slice(0, 20);
}

/** The hash of a validator set in its order. */
export function validatorsHash(list: readonly { key: Uint8Array; power: Integer }[]): Uint8Array {
  return merkleRoot(list.map(({ key, power }) => concat(messageField(1, bytesField(1, key)), numberField(2, BigInt(power)))));
}

/** A set stands by power, the greatest first, then by address. */
export function before(a: { key: Uint8Array; power: Integer }, b: { key: Uint8Array; power: Integer }): number {
  const difference = BigInt(b.power) - BigInt(a.power);
  return difference === 0n ? compare(addressOf(a.key), addressOf(b.key)) : difference < 0n ? -1 : 1;
}

/** Refuses what is no validator set in its own order. */
export function checkOrder(list: readonly { key: Uint8Array; power: Integer }[]): void {
  if (list.length === 0 || list.length > votesMax) refuse(`${list.length} validators`);
  const seen = new Set<string>();
  let total = 0n;
  list.forEach((v, i) => {
    if (v.key.length !== 32 || seen.has(toHex(v.key))) refuse(`validators[${i}] has no Ed25519 key of its own`);
    seen.add(toHex(v.key));
    const power = BigInt(v.power);
    if (power <= 0n || power > powerMax - total) refuse(`validators[${i}] has the power ${power}`);
    total += power;
    if (i > 0 && before(list[i - 1]!, v) >= 0) refuse(`validators[${i}] stands in the wrong place`);
  });
}

function parsed<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidProofError) throw error;
    throw new InvalidProofError(`${what}: ${error instanceof Error ? error.message : ""}`, { cause: error });
  }
}

function hashOf(data: Uint8Array, what: string): Uint8Array {
  if (data.length !== 0 && data.length !== 32) refuse(`the ${what} has ${data.length} bytes`);
  return data;
}

function readTime(m: Message): Timestamp {
  const [seconds, nanos] = [m.int(1), m.int(2)];
  if (seconds < zeroTime || seconds >= endOfTime || nanos < 0n || nanos >= 1_000_000_000n) refuse("a time out of range");
  return { seconds, nanos };
}

const timeBytes = (t: Timestamp): Uint8Array => concat(numberField(1, t.seconds), numberField(2, t.nanos));

function readBlockId(m: Message): BlockId {
  const parts = m.message(2);
  const total = parts.uint(1);
  if (total >> 32n !== 0n) refuse("a number of parts out of range");
  return { hash: hashOf(m.bytes(1), "block hash"), total, partsHash: hashOf(parts.bytes(2), "hash of the parts") };
}

function blockIdBytes(b: BlockId): Uint8Array {
  return concat(bytesField(1, b.hash), messageField(2, concat(numberField(1, b.total), bytesField(2, b.partsHash))));
}

/** Accepts the one encoding of a header and no other. */
export function readHeader(data: Uint8Array, chain: string): Header {
  return parsed("header", () => {
    const m = new Message(data);
    const version = m.message(1);
    const versionBytes = concat(numberField(1, version.uint(1)), numberField(2, version.uint(2)));
    const name = m.text(2);
    const height = m.int(3);
    const time = readTime(m.message(4));
    const last = readBlockId(m.message(5));
    const hashes = Array.from({ length: 9 }, (_, i) => m.bytes(6 + i)); // the last is the proposer's address
    const again = concat(
      messageField(1, versionBytes),
      textField(2, name),
      numberField(3, height),
      messageField(4, timeBytes(time)),
      messageField(5, blockIdBytes(last)),
      ...hashes.map((hash, i) => bytesField(6 + i, hash)),
    );
    if (!equal(again, data)) refuse("the header is not in its canonical encoding");
    if (version.uint(1) !== blockProtocol) refuse(`the header is of block protocol ${version.uint(1)}`);
    if (new TextEncoder().encode(name).length > chainMax) refuse("the header's chain id is too long");
    if (height <= 0n || height > BigInt(Number.MAX_SAFE_INTEGER)) refuse(`the header has the height ${height}`);
    hashes.forEach((hash, i) => {
      if (i !== 5 && i !== 8) hashOf(hash, `header's field ${6 + i}`); // a root may have any length
    });
    if (hashes[8]!.length !== 20) refuse("the header's proposer has no address");
    if (name !== chain) refuse(`the header is of chain "${name}", the file of "${chain}"`);
    const leaves = [versionBytes, textField(1, name), numberField(1, height), timeBytes(time), blockIdBytes(last)];
    const hash = merkleRoot([...leaves, ...hashes.map((h) => bytesField(1, h))]);
    const [, dataHash, validators, nextValidators, , app, lastResults] = hashes as [
      Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array,
    ];
    return {
      chain: name, height: Number(height), time: timeText(time), hash, lastBlock: last.hash,
      data: dataHash, validators, nextValidators, app, lastResults,
    };
  });
}

/** RFC 3339 in UTC, with the decimals that are not zero. */
function timeText({ seconds, nanos }: Timestamp): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const decimals = nanos.toString().padStart(9, "0").replace(/0+$/, "");
  return `${whole}${decimals && `.${decimals}`}Z`;
}

/** Accepts the one encoding of a commit and no other. */
function readCommit(data: Uint8Array): Commit {
  return parsed("commit", () => {
    const m = new Message(data);
    const [height, round] = [m.int(1), m.int(2)];
    const block = readBlockId(m.message(3));
    const list = m.list(4);
    if (list.length === 0 || list.length > votesMax) refuse(`commit: ${list.length} votes`);
    const votes = list.map((vote) => readVote(new Message(vote)));
    const again = concat(
      numberField(1, height),
      numberField(2, round),
      messageField(3, blockIdBytes(block)),
      ...votes.map((v) =>
        messageField(4, concat(numberField(1, v.flag), bytesField(2, v.address), messageField(3, timeBytes(v.time)), bytesField(4, v.signature))),
      ),
    );
    if (!equal(again, data)) refuse("the commit is not in its canonical encoding");
    if (height <= 0n || round < 0n || round >= 1n << 31n) refuse(`the commit is of height ${height}, round ${round}`);
    return { height, round, block, votes };
  });
}

function readVote(m: Message): Vote {
  const vote: Vote = { flag: m.uint(1), address: m.bytes(2), time: readTime(m.message(3)), signature: m.bytes(4) };
  if (vote.flag < 1n || vote.flag > 3n) refuse(`a vote has the flag ${vote.flag}`);
  if (vote.flag === 1n) {
    const { seconds, nanos } = vote.time;
    if (vote.address.length > 0 || vote.signature.length > 0 || seconds !== zeroTime || nanos !== 0n) refuse("an absent vote says something");
  } else if (vote.address.length !== 20 || vote.signature.length === 0 || vote.signature.length > voteBytesMax) {
    refuse("a vote has no address or signature");
  }
  return vote;
}

/** What a validator signs: a precommit in canonical form, with its length before it. */
function signBytes(chain: string, c: Commit, v: Vote): Uint8Array {
  const precommit = 2n;
  const message = concat(
    numberField(1, precommit),
    fixedField(2, c.height),
    fixedField(3, c.round),
    v.flag === 2n ? messageField(4, blockIdBytes(c.block)) : new Uint8Array(),
    messageField(5, timeBytes(v.time)),
    textField(6, chain),
  );
  return concat(varint(BigInt(message.length)), message);
}
