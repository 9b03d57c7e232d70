// Payloads: from the JSON form of a kind to its canonical bytes, and back.

import { fromHex, toHex } from "./bytes.js";
import { refusal } from "./errors.js";
import { type Kind, kinds, type Payloads, structs, words } from "./kinds_gen.js";
import { decode, encode, type Tables } from "./schema.js";

const tables: Tables = { structs, words };

/** Whether there is such a kind. */
export function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name);
}

function rowOf(kind: string): (typeof kinds)[Kind] {
  if (!isKind(kind)) throw refusal("tx.kind_unknown", "kind", kind, "a kind of the catalogue");
  return kinds[kind];
}

/** The version of a kind that this SDK encodes. */
export function versionOf(kind: Kind): number {
  return rowOf(kind).version;
}

/**
 * The canonical bytes of a payload. What the ledger checks besides the form (lengths, ranges,
 * what belongs together) it says itself; ask before sending with `Client.explain`.
 */
export function encodePayload<K extends Kind>(kind: K, payload: Payloads[K]): Uint8Array {
  const row = rowOf(kind);
  return encode(tables, row.struct, row.embeds ? embedded(payload) : payload);
}

/** A payload inside of another one stands there encoded. */
function embedded(outer: unknown): unknown {
  const { kind, payload } = outer as { kind?: unknown; payload?: unknown };
  if (typeof kind !== "string" || typeof payload !== "object" || payload === null) return outer;
  if (rowOf(kind).embeds) throw refusal("approval.kind_not_proposable", "kind", kind, "a kind that embeds no other");
  return { ...(outer as object), payload: toHex(encodePayload(kind as Kind, payload as never)) };
}

/** The JSON form of a payload's canonical bytes; it refuses any other bytes. */
export function decodePayload(kind: string, version: number, data: Uint8Array): unknown {
  const row = rowOf(kind);
  if (row.version !== version) throw refusal("tx.version_unknown", `version of ${kind}`, String(version), String(row.version));
  const value = decode(tables, row.struct, data);
  return row.embeds ? extracted(value) : value;
}

/** The reverse of embedded; what cannot be read stays in hexadecimal. */
function extracted(outer: Record<string, unknown>): unknown {
  try {
    const { kind, version, payload } = outer as { kind: string; version: number; payload: string };
    if (rowOf(kind).embeds) return outer;
    return { ...outer, payload: decodePayload(kind, version, fromHex(payload)) };
  } catch {
    return outer;
  }
}

