// What the Go side has written: client-ts/testdata/vectors.json.

import { readFileSync } from "node:fs";

import type { Algorithm, Kind, Noun } from "../src/index.js";

interface Payload {
  kind: Kind;
  name: string;
  version: number;
  json: unknown;
  cbor: string;
}

interface Vectors {
  payloads: Payload[];
  integers: { digits: string; cbor: string }[];
  amounts: { digits: string; cbor: string }[];
  keys: { algorithm: Algorithm; seed: string; label: string; rp_id: string; public: string }[];
  transactions: {
    name: string;
    chain: string;
    seed: string;
    payload: Payload;
    party: string;
    reference: string;
    expires: number;
    signers: { algorithm: Algorithm; label: string }[];
    body: string;
    id: string;
    transaction: string;
    explain: string;
  }[];
  signatures: {
    name: string;
    algorithm: Algorithm;
    id: string;
    key: string;
    signature: string;
    authenticator_data?: string;
    client_data?: string;
    rp_id_hash: string;
    fault: string;
    low?: string;
  }[];
  client_data: { text: string; fault: string }[];
  state_keys: { noun: Noun; id: string; key: string }[];
  proofs: { root: string; key: string; value: string; proof: string }[];
  chain: {
    genesis: string;
    checkpoint: { chain: string; height: number; validators: string };
    receipts: { name: string; file: string; proves: Record<string, unknown> }[];
    states: { noun: Noun; id: string; file: string; value: string; height: number }[];
  };
}

/** A file beside the tests, wherever they were compiled to. */
export const testdata = (name: string): URL => new URL(`../../testdata/${name}`, import.meta.url);

export const vectors = JSON.parse(readFileSync(testdata("vectors.json"), "utf8")) as Vectors;

/** A small generator of numbers, so that a failure can be repeated: its seed is in the message. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** make test fixes it with RAPID_SEED, as for the property tests of Go; 0 and none mean another one each time. */
export const seed = Number(process.env["RAPID_SEED"] ?? 0) || Math.floor(Math.random() * 2 ** 31);

/**
 * Which bytes of a file a test changes: one in so many, from a place that the seed decides, and
 * all of them where EVERY_BYTE is set (make soak), since each costs some signatures.
 */
export function places(length: number, oneIn: number): number[] {
  const step = process.env["EVERY_BYTE"] ? 1 : oneIn;
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step + (seed % step)).filter((i) => i < length);
}
