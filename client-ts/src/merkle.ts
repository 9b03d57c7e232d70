// Merkle trees as RFC 6962 §2.1 hashes them: those of the engine's headers and validator sets.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, fromHash } from "./bytes.js";
import { type Hash } from "./schema.js";

const leafOf = (data: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(0), data));
const innerOf = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(1), left, right));

/** The root over at least one leaf. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leafOf(leaves[0]!);
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return innerOf(merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)));
}

/** The root that a leaf and its siblings lead to. Bit i of sides says whether at step i the node is the right one. */
export function climb(leaf: Uint8Array, sides: bigint, siblings: readonly Hash[]): Uint8Array {
  return siblings.reduce((node, text, i) => {
    const sibling = fromHash(text);
    return (sides >> BigInt(i)) & 1n ? innerOf(sibling, node) : innerOf(node, sibling);
  }, leafOf(leaf));
}
