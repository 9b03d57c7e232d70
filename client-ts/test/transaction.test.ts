import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  assemble, type Body, buildBody, decodeTransaction, encodeTransaction, fromHex, InputError, Key, type KeyAlgorithm, LedgerError,
  prepare, signExplain, signTransaction, toHex, verifyTransaction,
} from "../src/index.js";
import { fixture } from "./fixture.js";
import { places, testdata, vectors } from "./vectors.js";

const keyOf = (seed: string, s: { algorithm: string; label: string }): Key =>
  Key.fromSeed(s.algorithm as KeyAlgorithm, seed, s.label, s.algorithm === "webauthn" ? "localhost" : "");

test("keys follow from a seed as in Go", () => {
  for (const k of vectors.keys) assert.equal(toHex(Key.fromSeed(k.algorithm as KeyAlgorithm, k.seed, k.label, k.rp_id).publicKey), k.public);
});

test("the same transaction has the same bytes, id and signatures as in Go", async () => {
  for (const v of vectors.transactions) {
    const terms = { party: v.party, reference: v.reference, expires: v.expires };
    const body = buildBody(v.payload.kind, v.payload.json as never, terms);
    const signers = v.signers.map((s) => keyOf(v.seed, s));
    const prepared = prepare(v.chain, body, signers);
    assert.equal(toHex(prepared.body), v.body, v.name);
    assert.equal(toHex(prepared.id), v.id, v.name);
    const { bytes, id } = await signTransaction(v.chain, body, ...signers);
    assert.equal(toHex(bytes), v.transaction, v.name);
    assert.equal(id, v.id);
    assert.equal(toHex(await signExplain(v.chain, body, v.expires, ...signers)), v.explain, v.name);
  }
});

test("what Go has signed is verified, and nothing else", () => {
  for (const v of vectors.transactions) {
    const data = fromHex(v.transaction);
    const verified = verifyTransaction(v.chain, data);
    assert.equal(verified.id, v.id);
    assert.equal(toHex(encodeTransaction(decodeTransaction(data).transaction)), v.transaction);
    assert.throws(() => verifyTransaction("another-chain", data), LedgerError);
    assert.throws(() => verifyTransaction(v.chain, fromHex(v.explain)), LedgerError, "a question is no transaction");
    const { transaction } = decodeTransaction(data);
    if (transaction.signatures.length > 1) {
      const fewer = encodeTransaction({ ...transaction, signatures: transaction.signatures.slice(1) });
      const turned = encodeTransaction({ ...transaction, signatures: [...transaction.signatures].reverse() });
      for (const bad of [fewer, turned]) assert.throws(() => verifyTransaction(v.chain, bad), (e) => e instanceof LedgerError && e.is("tx.signers_differ"));
    }
    for (const i of places(data.length, v.name === "maker and checker" ? 1 : 11)) {
      const bad = data.slice();
      bad[i]! ^= 1 << i % 8;
      assert.throws(() => verifyTransaction(v.chain, bad), Error, `${v.name}: byte ${i} was changed and accepted`);
    }
  }
});

test("each signs in a place of its own", async () => {
  const maker = Key.generate("ed25519");
  const checker = Key.generate("webauthn", "localhost");
  const body = buildBody("approval.approve", { proposal: "0".repeat(64) }, { party: "529900T8BM49AURSDO55", expires: new Date(1_760_000_000_000) });
  const prepared = prepare("chain", body, [maker, checker]);
  const [first, second] = [maker.sign(prepared.id), checker.sign(prepared.id)];
  const bytes = assemble(prepared, [first, second]);
  assert.equal(toHex(bytes), toHex((await signTransaction("chain", body, maker, checker)).bytes));
  assert.throws(() => assemble(prepared, [second, first]), InputError);
  assert.throws(() => assemble(prepared, [first]), InputError);
  assert.throws(() => assemble(prepared, [maker.sign(new Uint8Array(32)), second]), (e) => e instanceof LedgerError && e.is("signature.invalid"));
  assert.throws(() => prepare("chain", body, []), InputError);
  assert.throws(() => prepare("", body, [maker]), InputError);
});

test("references are printable ASCII of at most 64 characters", () => {
  const build = (reference: string): Body => buildBody("approval.approve", { proposal: "0".repeat(64) }, { party: "P", reference, expires: 1 });
  assert.equal(build("x".repeat(64)).reference, "x".repeat(64));
  for (const bad of ["x".repeat(65), "ü", "a\nb", "\x7f"]) assert.throws(() => build(bad), (e) => e instanceof LedgerError && e.is("tx.field_invalid"));
});

test("a printed key shows no secret", () => {
  const k = Key.fromSecret("p256", new Uint8Array(32).fill(7));
  assert.equal(JSON.stringify({ k }), '{"k":"p256 key"}');
  assert.ok(!Object.keys(k).includes("secret"));
  assert.throws(() => Key.fromSecret("p256", new Uint8Array(32)), "zero is no scalar");
  assert.throws(() => Key.generate("webauthn"), InputError);
});

test("the fixture that Go verifies is what this SDK makes", async () => {
  assert.equal(readFileSync(testdata("from-ts.json"), "utf8"), await fixture(), "from-ts.json is stale: run npm run fixture");
});
