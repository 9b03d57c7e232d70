// Bytes and their texts. Every text has one form: what would be read in two ways is refused.

/** A problem of the caller's input that no table of the ledger knows: a text that is no hexadecimal, say. */
export class InputError extends Error {
  override readonly name = "InputError";
}

const digits = "0123456789abcdef";

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const b of bytes) text += digits[b >> 4]! + digits[b & 15]!;
  return text;
}

/** Reads lower-case hexadecimal, as the ledger writes it, and nothing else. */
export function fromHex(text: string): Uint8Array {
  if (typeof text !== "string" || text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) {
    throw new InputError("bytes are written in lower-case hexadecimal");
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Reads a hash: 64 lower-case hexadecimal digits. */
export function fromHash(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes.length !== 32) throw new InputError("a hash is 64 lower-case hexadecimal digits");
  return bytes;
}

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const b of bytes) text += String.fromCharCode(b);
  return btoa(text);
}

/** Reads base64 with padding. */
export function fromBase64(text: string): Uint8Array {
  let decoded: string;
  try {
    decoded = atob(text);
  } catch {
    throw new InputError("bytes are written in base64");
  }
  return Uint8Array.from(decoded, (c) => c.charCodeAt(0));
}

/** Base64 for addresses, without padding (RFC 4648 §5): the form of a passkey's challenge. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Orders bytes as a memory comparison does. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return compare(a, b) === 0;
}

const encoder = new TextEncoder();
// A byte order mark is a character of the text like any other; the default would drop it.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8. Half of a surrogate pair would silently become another character: it is refused. */
export function toUtf8(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw new InputError("a text has half of a surrogate pair");
  return encoder.encode(text);
}

/** Reads UTF-8; throws a TypeError on anything else. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
