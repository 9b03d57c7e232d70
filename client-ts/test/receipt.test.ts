import assert from "node:assert/strict";
import { test } from "node:test";

import {
  decodeProof, fromBase64, fromHex, InvalidProofError, type Receipt, stateKey, toHex, type Trust, TrustError, verifyBalance, verifyProof,
  verifyReceipt, verifyRecord, verifyState,
} from "../src/index.js";
import { places, random, seed, vectors } from "./vectors.js";

const { genesis, checkpoint, receipts, states } = vectors.chain;
const trust: Trust = { genesis };

interface GoPosting {
  from?: string;
  to?: string;
  asset: string;
  amount: string;
}

const postings = (list: unknown): unknown => ((list ?? []) as GoPosting[]).map(({ from = "", to = "", asset, amount }) => ({ from, to, asset, amount }));

/** What Go says of a receipt, in our names. */
function expected(go: Record<string, unknown>): Omit<Receipt, "payload" | "payloadBytes" | "events"> {
  return {
    chain: go["chain"], id: go["id"], height: go["height"], time: go["time"], party: go["party"], kind: go["kind"], version: go["version"],
    reference: go["reference"] ?? "", status: go["status"], fault: go["fault"] ?? "", faultNumber: go["fault_number"] ?? 0,
    postings: postings(go["postings"]), original: go["original"], signers: go["signers"], header: go["header"],
    items: ((go["items"] ?? []) as Record<string, unknown>[]).map((i) => ({
      id: i["id"], status: i["status"], fault: i["fault"] ?? "", faultNumber: i["fault_number"] ?? 0, detailed: i["detailed"], postings: postings(i["postings"]),
    })),
  } as Omit<Receipt, "payload" | "payloadBytes" | "events">;
}

test("every receipt proves what it proves in Go", () => {
  for (const { name, file, proves } of receipts) {
    const data = fromBase64(file);
    const { payload, payloadBytes, events, ...rest } = verifyReceipt(data, trust);
    assert.deepEqual(rest, expected(proves), name);
    assert.ok(payload !== undefined && payloadBytes.length > 0 && Array.isArray(events), name);
  }
});

test("every changed byte is refused", () => {
  const r = random(seed);
  for (const { name, file } of receipts) {
    const data = fromBase64(file);
    for (const i of places(data.length, name === "a batch" ? 23 : 197)) {
      const bad = data.slice();
      bad[i]! ^= 1 << r(8);
      assert.throws(() => verifyReceipt(bad, trust), InvalidProofError, `seed ${seed}: ${name}: byte ${i} of ${data.length}`);
    }
    for (let cut = 0; cut < data.length; cut += 593) assert.throws(() => verifyReceipt(data.subarray(0, cut), trust), InvalidProofError);
    const more = new Uint8Array(data.length + 1);
    more.set(data);
    assert.throws(() => verifyReceipt(more, trust), InvalidProofError);
  }
});

test("who is trusted decides", () => {
  const data = fromBase64(receipts[0]!.file);
  const document = JSON.parse(genesis) as { chain_id: string; initial_height: string; validators: { power: string }[] };
  const changed = (change: (d: typeof document) => void): Trust => {
    const d = structuredClone(document);
    change(d);
    return { genesis: JSON.stringify(d) };
  };
  assert.equal(verifyReceipt(data, changed((d) => d.validators.reverse())).height, receipts[0]!.proves["height"], "the order in the document means nothing");
  const refused = [changed((d) => (d.chain_id = "other")), changed((d) => d.validators.pop()), changed((d) => (d.validators[0]!.power = "11")), checkpoint];
  for (const other of refused) assert.throws(() => verifyReceipt(data, other), InvalidProofError);
  const none: unknown[] = [
    { genesis: "" }, { genesis: "{}" }, { genesis: "[]" }, changed((d) => (d.validators = [])), changed((d) => (d.validators[0]!.power = "0")),
    changed((d) => (d.chain_id = "")), { chain: "", height: 0, validators: "" }, { chain: "c", height: 1, validators: "0".repeat(64) },
  ];
  for (const nothing of none) assert.throws(() => verifyReceipt(data, nothing as Trust), TrustError, JSON.stringify(nothing).slice(0, 80));
});

test("proofs of state, from the genesis and from a checkpoint", () => {
  for (const { noun, id, file, value, height } of states) {
    const data = fromBase64(file);
    for (const known of [trust, checkpoint]) {
      const proven = verifyRecord(data, known, noun, id);
      assert.deepEqual([toHex(proven.value), proven.height], [value, height], `${noun} ${id}`);
    }
    assert.throws(() => verifyRecord(data, trust, noun, `${id}x`.replace(/@(\d+)x$/, "@9$1")), InvalidProofError);
    assert.throws(() => verifyReceipt(data, trust), InvalidProofError, "a proof of state is no receipt");
  }
  assert.throws(() => verifyState(fromBase64(receipts[0]!.file), trust), InvalidProofError, "a receipt is no proof of state");
  const fileOf = (id: string): Uint8Array => fromBase64(states.find((s) => s.noun === "balance" && s.id === id)!.file);
  const balance = verifyBalance(fileOf("IMPORT-CNY/e-CNY"), trust, "IMPORT-CNY", "e-CNY");
  assert.ok(balance.total > 0n && balance.reserved === 30_000_000n, "what is held for ever is reserved");
  assert.equal(verifyBalance(fileOf("NOBODY/e-CNY"), trust, "NOBODY", "e-CNY").total, 0n);
  assert.throws(() => verifyBalance(fileOf("MILL-CNY/e-CNY"), trust, "IMPORT-CNY", "e-CNY"), InvalidProofError);
});

test("no byte of a proof of state can be changed", () => {
  for (const { noun, id, file, value } of states.slice(1, 3)) {
    const data = fromBase64(file);
    for (const i of places(data.length, 23)) {
      const bad = data.slice();
      bad[i]! ^= 1 << i % 8;
      // Another absent key between the same neighbours is proven absent too, but not this one.
      assert.throws(() => verifyRecord(bad, trust, noun, id), InvalidProofError, `${noun} ${id} (${value.length > 0}): byte ${i}`);
    }
  }
});

test("proofs of the tree, of presence and absence", () => {
  const presence = vectors.proofs.filter((p) => p.value !== "").length;
  assert.ok(presence > 3 && presence < vectors.proofs.length - 3);
  for (const v of vectors.proofs) {
    const [root, key, value, encoded] = [v.root, v.key, v.value, v.proof].map(fromHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    verifyProof(root, decodeProof(encoded), key, value);
    assert.throws(() => verifyProof(root, decodeProof(encoded), key, Uint8Array.of(1, ...value)), InvalidProofError);
    assert.throws(() => verifyProof(root.map((b) => b ^ 1), decodeProof(encoded), key, value), InvalidProofError);
    if (value.length > 0) assert.throws(() => verifyProof(root, decodeProof(encoded), key, new Uint8Array()), InvalidProofError, "present, so not absent");
    for (let i = 0; i < encoded.length; i++) {
      const bad = encoded.slice();
      bad[i]! ^= 1 << i % 8;
      assert.throws(() => verifyProof(root, decodeProof(bad), key, value), InvalidProofError, `byte ${i}`);
    }
  }
});

test("keys of the state are Go's", () => {
  for (const { noun, id, key } of vectors.state_keys) {
    if (key === "") assert.throws(() => stateKey(noun, id), Error, `${noun} ${id}`);
    else assert.equal(toHex(stateKey(noun, id)), key, `${noun} ${id}`);
  }
  assert.throws(() => stateKey("queue", "x"), /cannot be proven/);
});
