// What a verifier trusts, and the way from there to a signed header.

import { equal, fromBase64, fromHash, toHex } from "./bytes.js";
import { addressOf, before, checkOrder, type Header, headerStructs, openHeader, refuse, type SignedHeader, validatorsHash } from "./header.js";
import { type Field, type Hash } from "./schema.js";

/** Says which validators sign the block of a height. */
export interface Checkpoint {
  chain: string;
  height: number;
  /** ValidatorsHash of that height's header. */
  validators: Hash;
}

/**
 * What a verifier knows from elsewhere than from the file or its sender: the text of the
 * network's genesis.json, or a checkpoint.
 */
export type Trust = { genesis: string } | Checkpoint;

/** The text is no genesis of a network, or the checkpoint is not whole. */
export class TrustError extends Error {
  override readonly name = "TrustError";
}

/** A signed header with what leads to it: the last header that each former validator set signed. */
export interface Anchor {
  chain: string;
  changes?: SignedHeader[];
  head: SignedHeader;
}

export const anchorStructs: Readonly<Record<string, readonly Field[]>> = {
  ...headerStructs,
  Anchor: [
    [1, "chain", "text", "must"],
    [2, "changes", { list: { struct: "SignedHeader" } }, "filled"],
    [3, "head", { struct: "SignedHeader" }, "must"],
  ],
};

/** The trusted point; a genesis is one at the first height. */
export function checkpointOf(trust: Trust): Checkpoint {
  if ("genesis" in trust) return genesisCheckpoint(trust.genesis);
  const { chain, height, validators } = trust;
  if (!chain || !Number.isSafeInteger(height) || height < 1 || !/^[0-9a-f]{64}$/.test(validators) || /^0*$/.test(validators)) {
    throw new TrustError("neither a genesis nor a whole checkpoint to trust");
  }
  return { chain, height, validators };
}

interface GenesisValidator {
  address?: string;
  pub_key?: { type?: string; value?: string };
  power?: string;
}

function genesisCheckpoint(text: string): Checkpoint {
  let genesis: { chain_id?: unknown; initial_height?: unknown; validators?: unknown };
  try {
    genesis = JSON.parse(text) as typeof genesis;
  } catch (error) {
    throw new TrustError("the genesis is no JSON", { cause: error });
  }
  const chain = genesis.chain_id;
  const height = Number(genesis.initial_height ?? "1") || 1;
  if (typeof chain !== "string" || chain === "" || new TextEncoder().encode(chain).length > 50) throw new TrustError("the genesis names no chain");
  if (!Number.isSafeInteger(height) || height < 1) throw new TrustError("the genesis has no first height");
  if (!Array.isArray(genesis.validators) || genesis.validators.length === 0) throw new TrustError("the genesis has no validators");
  try {
    const set = (genesis.validators as GenesisValidator[]).map(genesisValidator).sort(before);
    checkOrder(set);
    return { chain, height, validators: toHex(validatorsHash(set)) };
  } catch (error) {
    throw new TrustError(`the genesis: ${error instanceof Error ? error.message : ""}`, { cause: error });
  }
}

function genesisValidator(v: GenesisValidator): { key: Uint8Array; power: bigint } {
  if (v.pub_key?.type !== "tendermint/PubKeyEd25519" || typeof v.pub_key.value !== "string") throw new TrustError("a validator has no Ed25519 key");
  const key = fromBase64(v.pub_key.value);
  if (v.address && v.address.toLowerCase() !== toHex(addressOf(key))) throw new TrustError("a validator has another's address");
  if (typeof v.power !== "string" || !/^[1-9][0-9]*$/.test(v.power)) throw new TrustError("a validator has no power");
  return { key, power: BigInt(v.power) };
}

/** Walks from the trusted point to the head. Changes before that point are verified like all others and must arrive at it. */
export function verifyAnchor(a: Anchor, trust: Trust): Header {
  const known = checkpointOf(trust);
  if (a.chain !== known.chain) refuse(`it is of chain "${a.chain}", not of "${known.chain}"`);
  let height = 0;
  let next: Uint8Array | undefined;
  let arrived = false;
  const step = (s: SignedHeader): Header => {
    const header = openHeader(s, known.chain);
    if (header.height <= height) refuse(`height ${header.height} does not follow height ${height}`);
    if (next !== undefined && !equal(header.validators, next)) refuse(`height ${header.height} is signed by other validators than those named before it`);
    if (height < known.height && known.height <= header.height) {
      if (!equal(header.validators, fromHash(known.validators))) refuse(`its validators are not those trusted at height ${known.height}`);
      arrived = true;
    }
    [height, next] = [header.height, header.nextValidators];
    return header;
  };
  (a.changes ?? []).forEach((change, i) => {
    const header = step(change);
    if (equal(header.nextValidators, header.validators)) refuse(`changes[${i}] changes nothing`);
  });
  const head = step(a.head);
  if (!arrived) refuse(`it is of height ${head.height}, which lies before the trusted height ${known.height}`);
  return head;
}
