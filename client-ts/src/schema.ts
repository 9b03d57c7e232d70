// Structs on the wire, described by tables: which fields there are, under which keys, in which
// form, and when a field is left out. kinds_gen.ts has the tables of all payloads.

import { equal, fromHash, fromHex, InputError, toHex } from "./bytes.js";
import { Reader, Writer } from "./cbor.js";

/** Minor units of an asset: 0 to 2^127-1. Texts are digits without leading zeros; what is read is always text. */
export type Amount = string | bigint;

/** A number of 64 bits that JSON writes as text. What is read is always text. */
export type Decimal = string | bigint;

/** An integer of 64 bits. A number must be a safe integer; what is read is a bigint only where it is not. */
export type Integer = number | bigint;

/** 64 lower-case hexadecimal digits. */
export type Hash = string;

/** Lower-case hexadecimal. */
export type Hex = string;

/** Texts and the numbers that stand for them on the wire. */
export type Words = Readonly<Record<string, number>>;

/** How a value is written: in JSON, and on the wire. */
export type Form =
  | "text"
  | "bool"
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "i32"
  | "i64"
  | "decimal"
  | "amount"
  | "hash"
  | "hex"
  | "uetr"
  | "bytes" // a Uint8Array
  | "raw" // a Uint8Array: an encoded value, kept as it is
  | { readonly list: Form }
  | { readonly struct: string }
  | { readonly words: string }
  | { readonly flags: string };

/**
 * A field: key on the wire, name, form, and when it is there: it must; filled: unless it is
 * empty; given: unless it is undefined or null. True at the end: JSON shows the empty value
 * although the wire leaves it out.
 */
export type Field = readonly [key: number, name: string, form: Form, presence: "must" | "filled" | "given", shown?: boolean];

/** Tables that refer to each other. */
export interface Tables {
  readonly structs: Readonly<Record<string, readonly Field[]>>;
  readonly words: Readonly<Record<string, Words>>;
}

/** Most that an amount can be. */
export const amountMax = (1n << 127n) - 1n;

const bitsOf = { u8: 8, u16: 16, u32: 32, u64: 64 } as const;

/** Encodes a struct. What it does not have, and what has another form, is refused by name. */
export function encode(tables: Tables, struct: string, value: unknown): Uint8Array {
  const w = new Writer();
  writeStruct(tables, struct, value, w, struct);
  return w.done();
}

/** Decodes a struct from its canonical encoding and refuses any other. */
export function decode(tables: Tables, struct: string, data: Uint8Array): Record<string, unknown> {
  const r = new Reader(data);
  const value = readStruct(tables, struct, r);
  r.done();
  if (!equal(encode(tables, struct, value), data)) r.refuse("not the canonical encoding");
  return value;
}

function fieldsOf(tables: Tables, struct: string): readonly Field[] {
  const fields = tables.structs[struct];
  if (fields === undefined) throw new InputError(`there is no struct ${struct}`);
  return fields;
}

function writeStruct(tables: Tables, struct: string, value: unknown, w: Writer, path: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new InputError(`${path} is no object`);
  const fields = fieldsOf(tables, struct);
  const given = value as Record<string, unknown>;
  const known = new Set(fields.map((f) => f[1]));
  for (const name of Object.keys(given)) {
    if (!known.has(name) && given[name] !== undefined) throw new InputError(`${path} has no field ${name}`);
  }
  const there = fields.filter(([, name, , presence]) => {
    const v = given[name];
    if (v === undefined || v === null) {
      if (presence === "must") throw new InputError(`${path}.${name} is missing`);
      return false;
    }
    return presence !== "filled" || !empty(v);
  });
  w.map(there.length);
  for (const [key, name, form] of there) {
    w.uint(key);
    writeValue(tables, form, given[name], w, `${path}.${name}`);
  }
}

function empty(v: unknown): boolean {
  return v === "" || v === false || v === 0 || v === 0n || (Array.isArray(v) && v.length === 0) || (v instanceof Uint8Array && v.length === 0);
}

function writeValue(tables: Tables, form: Form, v: unknown, w: Writer, path: string): void {
  if (typeof form === "object") {
    if ("struct" in form) return writeStruct(tables, form.struct, v, w, path);
    if ("list" in form) {
      if (!Array.isArray(v)) throw new InputError(`${path} is no list`);
      w.array(v.length);
      v.forEach((item, i) => writeValue(tables, form.list, item, w, `${path}[${i}]`));
      return;
    }
    return w.uint("words" in form ? numberOf(tables, form.words, v, path) : flagsOf(tables, form.flags, v, path));
  }
  switch (form) {
    case "text":
      return w.text(text(v, path));
    case "bool":
      if (typeof v !== "boolean") throw new InputError(`${path} is neither true nor false`);
      return w.bool(v);
    case "u8":
    case "u16":
    case "u32":
    case "u64":
      return w.uint(integer(v, 0n, (1n << BigInt(bitsOf[form])) - 1n, path));
    case "i32":
      return w.int(integer(v, -(1n << 31n), (1n << 31n) - 1n, path));
    case "i64":
      return w.int(integer(v, -(1n << 63n), (1n << 63n) - 1n, path));
    case "decimal":
      return w.uint(decimal(v, (1n << 64n) - 1n, path));
    case "amount":
      return w.bytes(amountBytes(v, path));
    case "hash":
      return w.bytes(named(path, () => fromHash(text(v, path))));
    case "hex":
      return w.bytes(named(path, () => fromHex(text(v, path))));
    case "uetr":
      return w.bytes(uetrBytes(text(v, path), path));
    case "bytes":
      return w.bytes(bytes(v, path));
    case "raw":
      return w.raw(bytes(v, path));
  }
}

function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: ${error.message}`);
    throw error;
  }
}

function text(v: unknown, path: string): string {
  if (typeof v !== "string") throw new InputError(`${path} is no text`);
  return v;
}

function bytes(v: unknown, path: string): Uint8Array {
  if (!(v instanceof Uint8Array)) throw new InputError(`${path} is no Uint8Array`);
  return v;
}

function integer(v: unknown, least: bigint, most: bigint, path: string): bigint {
  if (typeof v !== "bigint" && !(typeof v === "number" && Number.isSafeInteger(v))) throw new InputError(`${path} is no integer`);
  const n = BigInt(v);
  if (n < least || n > most) throw new InputError(`${path} is ${n}, not from ${least} to ${most}`);
  return n;
}

/** Digits without leading zeros, or a bigint. A number is refused: from 2^53 on it would not be exact. */
function decimal(v: unknown, most: bigint, path: string): bigint {
  if (typeof v !== "bigint" && !(typeof v === "string" && /^(0|[1-9][0-9]{0,38})$/.test(v))) {
    throw new InputError(`${path} is no integer of minor units: digits in a text, or a bigint`);
  }
  const n = BigInt(v);
  if (n < 0n || n > most) throw new InputError(`${path} is ${n}, not from 0 to ${most}`);
  return n;
}

function amountBytes(v: unknown, path: string): Uint8Array {
  let n = decimal(v, amountMax, path);
  const out = new Uint8Array(16);
  for (let i = 15; i >= 0; i--, n >>= 8n) out[i] = Number(n & 0xffn);
  return out;
}

/** Reads the 16 bytes of an amount. */
export function amountOf(data: Uint8Array): bigint {
  if (data.length !== 16) throw new InputError("an amount is 16 bytes");
  const n = data.reduce((sum, b) => (sum << 8n) | BigInt(b), 0n);
  if (n > amountMax) throw new InputError("an amount exceeds 2^127-1");
  return n;
}

const uetrForm = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function uetrBytes(v: string, path: string): Uint8Array {
  if (!uetrForm.test(v)) throw new InputError(`${path}: a UETR is a version 4 UUID in lower case`);
  return fromHex(v.replaceAll("-", ""));
}

function uetrText(data: Uint8Array, r: Reader): string {
  const h = toHex(data);
  const v = [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
  return uetrForm.test(v) ? v : r.refuse("a UETR that is no version 4 UUID");
}

function numberOf(tables: Tables, table: string, v: unknown, path: string): number {
  const words = tables.words[table] ?? {};
  if (typeof v !== "string" || !Object.hasOwn(words, v)) throw new InputError(`${path} is none of ${Object.keys(words).join(", ")}`);
  return words[v]!;
}

function flagsOf(tables: Tables, table: string, v: unknown, path: string): number {
  let all = 0;
  for (const word of text(v, path).split(/\s+/).filter((part) => part !== "")) {
    const flag = numberOf(tables, table, word, path);
    if ((all & flag) !== 0) throw new InputError(`${path} has ${word} twice`);
    all |= flag;
  }
  return all;
}

function readStruct(tables: Tables, struct: string, r: Reader): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  let left = r.map();
  let next = left > 0 ? r.uint(64) : undefined;
  for (const [key, name, form, presence, shown] of fieldsOf(tables, struct)) {
    if (next === undefined || next !== BigInt(key)) {
      if (presence === "must") r.refuse(`${struct}.${name} is missing`);
      if (shown) value[name] = zero(form);
      continue;
    }
    value[name] = readValue(tables, form, r);
    if (presence === "filled" && empty(value[name])) r.refuse(`${struct}.${name} is left out where it is empty`);
    left--;
    next = left > 0 ? r.uint(64) : undefined;
  }
  if (left > 0) r.refuse(`${struct} has a field that is unknown, twice there, or out of order`);
  r.leave();
  return value;
}

function zero(form: Form): unknown {
  if (typeof form === "object") return "list" in form ? [] : "";
  return form === "text" || form === "hex" ? "" : form === "bool" ? false : 0;
}

function readValue(tables: Tables, form: Form, r: Reader): unknown {
  if (typeof form === "object") {
    if ("struct" in form) return readStruct(tables, form.struct, r);
    if ("list" in form) {
      const items = Array.from({ length: r.array() }, () => readValue(tables, form.list, r));
      r.leave();
      return items;
    }
    return "words" in form ? wordOf(tables, form.words, r) : wordsOf(tables, form.flags, r);
  }
  switch (form) {
    case "text":
      return r.text();
    case "bool":
      return r.bool();
    case "u8":
    case "u16":
    case "u32":
      return Number(r.uint(bitsOf[form]));
    case "u64":
      return safe(r.uint(64));
    case "i32":
      return Number(r.int(32));
    case "i64":
      return safe(r.int(64));
    case "decimal":
      return r.uint(64).toString();
    case "amount": {
      const data = r.fixed(16);
      if (data[0]! > 0x7f) r.refuse("an amount that exceeds 2^127-1");
      return amountOf(data).toString();
    }
    case "hash":
      return toHex(r.fixed(32));
    case "hex":
      return toHex(r.bytes());
    case "uetr":
      return uetrText(r.fixed(16), r);
    case "bytes":
      return r.bytes();
    case "raw":
      return r.raw();
  }
}

function safe(n: bigint): Integer {
  const small = Number(n);
  return Number.isSafeInteger(small) ? small : n;
}

function wordOf(tables: Tables, table: string, r: Reader): string {
  const n = Number(r.uint(8));
  const found = Object.entries(tables.words[table] ?? {}).find(([, number]) => number === n);
  return found?.[0] ?? r.refuse(`${n} is no ${table}`);
}

function wordsOf(tables: Tables, table: string, r: Reader): string {
  const n = Number(r.uint(8));
  const found = Object.entries(tables.words[table] ?? {}).filter(([, flag]) => (n & flag) !== 0);
  if (found.reduce((sum, [, flag]) => sum | flag, 0) !== n) r.refuse(`${n} is no ${table}`);
  return found.map(([word]) => word).join(" ");
}
