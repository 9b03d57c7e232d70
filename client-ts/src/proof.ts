// Proofs of the state's tree, in the form of ICS-23's SmtSpec: presence is a path of siblings
// from the leaf to the root, absence is the presence of the two neighbours between which the
// key's hash would stand. The sides are not part of a proof: they are the bits of SHA-256(key),
// so a leaf can stand in one place only (core/kernel/state/proof).

import { sha256 } from "@noble/hashes/sha2.js";

import { compare, concat, equal, fromHash } from "./bytes.js";
import { InvalidProofError } from "./errors.js";
import { decode, type Field, type Hash, type Tables } from "./schema.js";

/** One key of the tree with its value and its siblings, from the leaf up to the root. */
export interface Leaf {
  key: Uint8Array;
  value: Uint8Array;
  siblings?: Hash[];
}

/** For presence leaf; for absence the neighbours: one is missing at an end of the tree, both in an empty one. */
export interface Proof {
  leaf?: Leaf;
  left?: Leaf;
  right?: Leaf;
}

/** What a proof is on the wire. */
export const proofStructs: Readonly<Record<string, readonly Field[]>> = {
  Proof: [
    [1, "leaf", { struct: "Leaf" }, "given"],
    [2, "left", { struct: "Leaf" }, "given"],
    [3, "right", { struct: "Leaf" }, "given"],
  ],
  Leaf: [
    [1, "key", "bytes", "must"],
    [2, "value", "bytes", "must"],
    [3, "siblings", { list: "hash" }, "filled"],
  ],
};

const tables: Tables = { structs: proofStructs, words: {} };

/** Most siblings that a leaf can have: one per bit of its path. */
const deepest = 256;

function refuse(why: string): never {
  throw new InvalidProofError(why);
}

/** Reads the canonical encoding of a proof. */
export function decodeProof(data: Uint8Array): Proof {
  try {
    return decode(tables, "Proof", data) as unknown as Proof;
  } catch (error) {
    throw new InvalidProofError(error instanceof Error ? error.message : "", { cause: error });
  }
}

/** Checks that under a root key has a value, or, where the value is empty, that there is no such key. */
export function verifyProof(root: Uint8Array, p: Proof, key: Uint8Array, value: Uint8Array): void {
  if (value.length > 0) present(root, p, key, value);
  else absent(root, p, key);
}

function present(root: Uint8Array, p: Proof, key: Uint8Array, value: Uint8Array): void {
  if (!p.leaf || p.left || p.right) refuse("it is not one of presence");
  if (!equal(p.leaf.key, key) || !equal(p.leaf.value, value)) refuse("it is of another key or value");
  under(root, p.leaf);
}

function absent(root: Uint8Array, p: Proof, key: Uint8Array): void {
  if (p.leaf) refuse("it is not one of absence");
  if (key.length === 0) refuse("the key is empty");
  if (!p.left && !p.right) {
    if (root.length !== 32 || root.some((b) => b !== 0)) refuse("without neighbours the tree would be empty");
    return;
  }
  const path = sha256(key);
  if (p.left) {
    under(root, p.left);
    if (compare(sha256(p.left.key), path) >= 0) refuse("the left neighbour is not left of the key");
  }
  if (p.right) {
    under(root, p.right);
    if (compare(sha256(p.right.key), path) <= 0) refuse("the right neighbour is not right of the key");
  }
  adjacent(p);
}

/** Checks that nothing stands between the neighbours, or beyond the only one. */
function adjacent(p: Proof): void {
  let parting = -1; // depth at which the two paths part
  if (p.left && p.right) {
    const [left, right] = [sha256(p.left.key), sha256(p.right.key)];
    for (parting = 0; bit(left, parting) === bit(right, parting); ) parting++;
    if (parting >= siblingsOf(p.left).length || parting >= siblingsOf(p.right).length) refuse("one neighbour stands above the other");
  }
  if (p.left && !outermost(p.left, 1, parting)) refuse("something stands right of the left neighbour");
  if (p.right && !outermost(p.right, 0, parting)) refuse("something stands left of the right neighbour");
}

/** Whether below the depth of parting nothing stands on that side of the leaf. */
function outermost(l: Leaf, side: number, parting: number): boolean {
  const path = sha256(l.key);
  const siblings = siblingsOf(l);
  return siblings.every((sibling, i) => {
    const depth = siblings.length - 1 - i;
    return depth <= parting || bit(path, depth) === side || /^0*$/.test(sibling);
  });
}

function siblingsOf(l: Leaf): readonly Hash[] {
  return l.siblings ?? [];
}

function bit(path: Uint8Array, depth: number): number {
  return (path[depth >> 3]! >> (7 - (depth & 7))) & 1;
}

/** Checks that the leaf stands in the tree with that root. */
function under(root: Uint8Array, l: Leaf): void {
  if (l.key.length === 0 || l.value.length === 0) refuse("a key or value is empty");
  const siblings = siblingsOf(l);
  if (siblings.length > deepest) refuse(`a leaf cannot have ${siblings.length} siblings`);
  const path = sha256(l.key);
  let node = sha256(concat(Uint8Array.of(0), path, sha256(l.value)));
  siblings.forEach((text, i) => {
    const sibling = fromHash(text);
    const right = bit(path, siblings.length - 1 - i) === 1;
    node = sha256(right ? concat(Uint8Array.of(1), sibling, node) : concat(Uint8Array.of(1), node, sibling));
  });
  if (!equal(node, root)) refuse("it leads to another root");
}
