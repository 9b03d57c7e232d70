// Canonical CBOR (RFC 8949 §4.2) with small integers as map keys, as core/kernel/wire writes
// and reads it: one encoding for every value. The reader refuses every other form where it
// meets it, so what was read writes itself as the same bytes.

import { fromUtf8, toUtf8 } from "./bytes.js";

/** Why bytes are not the canonical encoding of what was expected. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
}

/** Major types. */
const uint = 0;
const negative = 1;
const byteString = 2;
const textString = 3;
const array = 4;
const map = 5;
const tag = 6;
const simple = 7;

// Bounds of what strangers send, as the ledger has them.
const nestedMax = 16;
const itemsMax = 1 << 17;
const pairsMax = 1 << 12;

/** Writes values one after the other. */
export class Writer {
  #data = new Uint8Array(256);
  #size = 0;

  #room(more: number): void {
    if (this.#size + more <= this.#data.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#data.length, this.#size + more));
    larger.set(this.#data.subarray(0, this.#size));
    this.#data = larger;
  }

  #head(major: number, n: bigint): void {
    this.#room(9);
    const d = this.#data;
    const first = major << 5;
    let width = 0;
    if (n < 24n) d[this.#size++] = first | Number(n);
    else if (n < 0x100n) [d[this.#size++], width] = [first | 24, 1];
    else if (n < 0x10000n) [d[this.#size++], width] = [first | 25, 2];
    else if (n < 0x100000000n) [d[this.#size++], width] = [first | 26, 4];
    else [d[this.#size++], width] = [first | 27, 8];
    for (let i = width - 1; i >= 0; i--) d[this.#size++] = Number((n >> BigInt(8 * i)) & 0xffn);
  }

  uint(n: number | bigint): void {
    this.#head(uint, BigInt(n));
  }

  int(n: number | bigint): void {
    const big = BigInt(n);
    if (big < 0n) this.#head(negative, -1n - big);
    else this.#head(uint, big);
  }

  bytes(data: Uint8Array): void {
    this.#head(byteString, BigInt(data.length));
    this.raw(data);
  }

  text(text: string): void {
    const data = toUtf8(text);
    this.#head(textString, BigInt(data.length));
    this.raw(data);
  }

  array(items: number): void {
    this.#head(array, BigInt(items));
  }

  map(pairs: number): void {
    this.#head(map, BigInt(pairs));
  }

  bool(value: boolean): void {
    this.raw(Uint8Array.of(value ? 0xf5 : 0xf4));
  }

  /** Appends an encoded value as it is. */
  raw(data: Uint8Array): void {
    this.#room(data.length);
    this.#data.set(data, this.#size);
    this.#size += data.length;
  }

  done(): Uint8Array {
    return this.#data.slice(0, this.#size);
  }
}

/** Reads values one after the other. */
export class Reader {
  readonly #data: Uint8Array;
  #at = 0;
  #depth = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  refuse(why: string): never {
    throw new EncodingError(`cbor: near byte ${this.#at}: ${why}`);
  }

  /** Refuses what stands behind the value that was read. */
  done(): void {
    if (this.#at !== this.#data.length) this.refuse("the encoding goes on after its end");
  }

  /** The major type of the next value, or undefined at the end. */
  major(): number | undefined {
    const first = this.#data[this.#at];
    return first === undefined ? undefined : first >> 5;
  }

  #argument(major: number): bigint {
    const first = this.#data[this.#at];
    if (first === undefined) this.refuse("the encoding ends too early");
    if (first >> 5 !== major) this.refuse("a value of another type");
    const info = first & 31;
    if (info > 27) this.refuse("a length that is not definite");
    this.#at++;
    if (info < 24) return BigInt(info);
    const width = 1 << (info - 24);
    let n = 0n;
    for (const b of this.#take(width)) n = (n << 8n) | BigInt(b);
    const least = info === 24 ? 24n : 1n << BigInt(4 * width);
    if (n < least) this.refuse("a number that is not in its shortest form");
    return n;
  }

  #take(n: number): Uint8Array {
    if (n > this.#data.length - this.#at) this.refuse("the encoding ends too early");
    this.#at += n;
    return this.#data.subarray(this.#at - n, this.#at);
  }

  #length(major: number): number {
    const n = this.#argument(major);
    if (n > BigInt(this.#data.length - this.#at)) this.refuse("the encoding ends too early");
    return Number(n);
  }

  /** An unsigned integer of at most so many bits. */
  uint(bits: number): bigint {
    const n = this.#argument(uint);
    if (n >> BigInt(bits) !== 0n) this.refuse("a number out of range");
    return n;
  }

  /** A signed integer of at most so many bits. */
  int(bits: number): bigint {
    const below = this.major() === negative;
    const n = this.#argument(below ? negative : uint);
    if (n >> BigInt(bits - 1) !== 0n) this.refuse("a number out of range");
    return below ? -1n - n : n;
  }

  bytes(): Uint8Array {
    return this.#take(this.#length(byteString)).slice();
  }

  /** A byte string of exactly that length. */
  fixed(length: number): Uint8Array {
    const data = this.bytes();
    if (data.length !== length) this.refuse("a byte string of another length");
    return data;
  }

  text(): string {
    const data = this.#take(this.#length(textString));
    try {
      return fromUtf8(data);
    } catch {
      this.refuse("a text that is not UTF-8");
    }
  }

  bool(): boolean {
    const first = this.#data[this.#at];
    if (first !== 0xf4 && first !== 0xf5) this.refuse("a value of another type");
    this.#at++;
    return first === 0xf5;
  }

  #enter(): void {
    if (++this.#depth > nestedMax) this.refuse("nested too deep");
  }

  /** Ends an array or a map that was begun. */
  leave(): void {
    this.#depth--;
  }

  /** Begins an array and tells how many items it has. */
  array(): number {
    this.#enter();
    const n = this.#length(array);
    if (n > itemsMax) this.refuse("a list that is too long");
    return n;
  }

  /** Begins a map and tells how many pairs it has. */
  map(): number {
    this.#enter();
    const n = this.#length(map);
    if (n > pairsMax) this.refuse("a map that is too long");
    return n;
  }

  /** Any one well-formed value as it stands, whether canonical or not. */
  raw(): Uint8Array {
    const from = this.#at;
    this.#skip(this.#depth);
    return this.#data.slice(from, this.#at);
  }

  // Of a value that is kept as it came only what wire.wellFormed asks is asked: no indefinite
  // lengths, no tags.
  #skip(depth: number): void {
    const first = this.#data[this.#at];
    if (first === undefined) this.refuse("the encoding ends too early");
    const info = first & 31;
    if (info > 27) this.refuse("a length that is not definite");
    this.#at++;
    let n = BigInt(info);
    if (info > 23) {
      n = 0n;
      for (const b of this.#take(1 << (info - 24))) n = (n << 8n) | BigInt(b);
    }
    switch (first >> 5) {
      case byteString:
      case textString:
        if (n > BigInt(this.#data.length)) this.refuse("the encoding ends too early");
        this.#take(Number(n));
        return;
      case array:
      case map: {
        const of = first >> 5;
        if (n > BigInt(of === map ? pairsMax : itemsMax)) this.refuse("a list that is too long");
        if (depth + 1 > nestedMax) this.refuse("nested too deep");
        for (let left = Number(n) * (of === map ? 2 : 1); left > 0; left--) this.#skip(depth + 1);
        return;
      }
      case tag:
        return this.refuse("a value of another type");
      case simple:
        if (info === 24 && n < 32n) this.refuse("a number that is not in its shortest form");
    }
  }
}
