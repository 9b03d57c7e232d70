// As much of Protocol Buffers as the engine's headers and commits need. Fields are written in
// the order of their numbers, zero and empty ones left out, as gogoproto does.

import { concat, fromUtf8, toUtf8 } from "./bytes.js";

const mask = (1n << 64n) - 1n;

/** A varint; negative numbers as their two's complement of 64 bits. */
export function varint(n: bigint): Uint8Array {
  const out: number[] = [];
  let left = n & mask;
  for (; left > 0x7fn; left >>= 7n) out.push(Number(left & 0x7fn) | 0x80);
  out.push(Number(left));
  return Uint8Array.from(out);
}

const none = new Uint8Array();
const tag = (field: number, type: number): Uint8Array => varint(BigInt((field << 3) | type));

/** A number, unless it is zero. */
export function numberField(field: number, n: bigint): Uint8Array {
  return n === 0n ? none : concat(tag(field, 0), varint(n));
}

/** A number as 8 bytes, little-endian, unless it is zero. */
export function fixedField(field: number, n: bigint): Uint8Array {
  if (n === 0n) return none;
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigInt64(0, n, true);
  return concat(tag(field, 1), out);
}

/** Bytes, unless they are empty. */
export function bytesField(field: number, data: Uint8Array): Uint8Array {
  return data.length === 0 ? none : messageField(field, data);
}

export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, toUtf8(text));
}

/** A message, also an empty one. */
export function messageField(field: number, message: Uint8Array): Uint8Array {
  return concat(tag(field, 2), varint(BigInt(message.length)), message);
}

/** The fields of a message by number, each in the order of its occurrence. */
export class Message {
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>();

  /** Reads a message; throws on what is none. Whether it is in its one encoding is for the caller to find by writing it again. */
  constructor(data: Uint8Array) {
    let at = 0;
    const number = (): bigint => {
      let n = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const b = data[at++];
        if (b === undefined || shift > 63n) throw new RangeError("protobuf: a number that does not end");
        n |= BigInt(b & 0x7f) << shift;
        if (b < 0x80) return n & mask;
      }
    };
    while (at < data.length) {
      const head = number();
      const field = Number(head >> 3n);
      let value: bigint | Uint8Array;
      if ((head & 7n) === 0n) value = number();
      else if ((head & 7n) === 2n) {
        const length = number();
        if (length > BigInt(data.length - at)) throw new RangeError("protobuf: a field that does not end");
        value = data.slice(at, (at += Number(length)));
      } else throw new RangeError("protobuf: a field of a type that does not occur");
      const known = this.#fields.get(field);
      if (known) known.push(value);
      else this.#fields.set(field, [value]);
    }
  }

  /** An integer of 64 bits with its sign; 0 where it is left out. */
  int(field: number): bigint {
    return BigInt.asIntN(64, this.uint(field));
  }

  uint(field: number): bigint {
    const value = this.#fields.get(field)?.at(-1) ?? 0n;
    if (typeof value !== "bigint") throw new TypeError("protobuf: a field of another type");
    return value;
  }

  bytes(field: number): Uint8Array {
    return this.list(field).at(-1) ?? none;
  }

  text(field: number): string {
    return fromUtf8(this.bytes(field));
  }

  message(field: number): Message {
    return new Message(this.bytes(field));
  }

  list(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).map((value) => {
      if (typeof value === "bigint") throw new TypeError("protobuf: a field of another type");
      return value;
    });
  }
}
