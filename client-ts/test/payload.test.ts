import assert from "node:assert/strict";
import { test } from "node:test";

import { decodePayload, EncodingError, encodePayload, fromHex, InputError, type Kind, kinds, LedgerError, toHex } from "../src/index.js";
import { Reader, Writer } from "../src/cbor.js";
import { encode } from "../src/schema.js";
import { random, seed, vectors } from "./vectors.js";

test("every payload of every kind has Go's bytes, both ways", () => {
  const seen = new Set<string>();
  for (const p of vectors.payloads) {
    seen.add(p.kind);
    assert.equal(toHex(encodePayload(p.kind, p.json as never)), p.cbor, `${p.kind}, ${p.name}`);
    assert.deepEqual(decodePayload(p.kind, p.version, fromHex(p.cbor)), p.json, `${p.kind}, ${p.name}`);
  }
  assert.deepEqual([...seen].sort(), Object.keys(kinds).sort());
});

test("what a kind does not have, or has in another form, is refused by name", () => {
  const send = { from: "A", to: "B", asset: "e-CNY", amount: "5", purpose: "CGODDR" };
  const refused: [RegExp, Record<string, unknown>][] = [
    [/has no field fee/, { ...send, fee: "1" }],
    [/from is missing/, { ...send, from: undefined }],
    [/amount is no integer/, { ...send, amount: 5 }],
    [/amount is no integer/, { ...send, amount: "05" }],
    [/amount is no integer/, { ...send, amount: "5.00" }],
    [/amount is no integer/, { ...send, amount: "-5" }],
    [/amount is -5/, { ...send, amount: -5n }],
    [/amount is 170141183460469231731687303715884105728/, { ...send, amount: 1n << 127n }],
    [/to is no text/, { ...send, to: 7 }],
    [/fix_target is neither/, { ...send, fix_target: "yes" }],
    [/num is no integer/, { ...send, worst_rate: { num: 108, den: "100" } }],
    [/remittance: a hash/, { ...send, remittance: "00" }],
    [/remittance: bytes are written/, { ...send, remittance: "A".repeat(64) }],
    [/uetr: a UETR/, { ...send, uetr: "eb6305c9-1f7f-19de-aed0-16487c27b42d" }],
    [/documents is no list/, { ...send, documents: {} }],
    [/documents\[0\] has no field name/, { ...send, documents: [{ kind: "invoice", hash: "0".repeat(64), name: "x" }] }],
    [/surrogate/, { ...send, from: "\ud800" }],
  ];
  for (const [why, payload] of refused) {
    assert.throws(() => encodePayload("payment.send", payload as never), (e) => e instanceof InputError && why.test(e.message), String(why));
  }
  assert.throws(() => encodePayload("payment.burn" as Kind, send as never), (e) => e instanceof LedgerError && e.is("tx.kind_unknown"));
  assert.throws(() => encodePayload("toString" as Kind, send as never), LedgerError);
  assert.throws(() => decodePayload("payment.send", 2, new Uint8Array()), (e) => e instanceof LedgerError && e.is("tx.version_unknown"));
  const nested = { kind: "approval.propose", version: 1, payload: {} };
  assert.throws(() => encodePayload("approval.propose", nested as never), (e) => e instanceof LedgerError && e.is("approval.kind_not_proposable"));
});

test("numbers at every edge", () => {
  for (const { digits, cbor } of vectors.integers) {
    const w = new Writer();
    w.int(BigInt(digits));
    assert.equal(toHex(w.done()), cbor, digits);
    const r = new Reader(fromHex(cbor));
    assert.equal(r.int(64), BigInt(digits));
    r.done();
  }
  for (const { digits, cbor } of vectors.amounts) {
    const fields = { structs: { A: [[1, "a", "amount", "must"]] }, words: {} } as const;
    assert.equal(toHex(encode(fields, "A", { a: digits })), `a101${cbor}`, digits);
    assert.equal(toHex(encode(fields, "A", { a: BigInt(digits) })), `a101${cbor}`, digits);
  }
  // An i64 that is no safe integer stays exact.
  const far = decodePayload("protocol.activate", 1, encodePayload("protocol.activate", { version: 1, height: (1n << 63n) - 1n }));
  assert.equal((far as { height: unknown }).height, (1n << 63n) - 1n);
});

test("other encodings of the same values are refused", () => {
  const r = random(seed);
  for (const p of vectors.payloads) {
    const good = fromHex(p.cbor);
    for (let i = 0; i < 40; i++) {
      const bad = good.slice();
      bad[r(bad.length)]! ^= 1 << r(8);
      let value;
      try {
        value = decodePayload(p.kind, p.version, bad);
      } catch (error) {
        assert.ok(error instanceof EncodingError || error instanceof InputError, `seed ${seed}: ${p.kind}: ${error}`);
        continue;
      }
      assert.equal(toHex(encodePayload(p.kind, value as never)), toHex(bad), `seed ${seed}: ${p.kind}`);
    }
  }
  const close = "a1016141"; // account.close {1: "A"}
  assert.deepEqual(decodePayload("account.close", 1, fromHex(close)), { id: "A" });
  for (const [why, hex] of Object.entries({
    "a byte more": `${close}00`, "cut": "a10161", "a long head": "b801016141", "a long length": "a101780141", "an indefinite map": "bf016141ff",
    "an indefinite text": "a1017f6141ff", "a tag": "a101c06141", "null": "a101f6", "an unknown key": "a202614101614100", "a key twice": "a201614101614100",
    "no key": "a0", "not UTF-8": "a10161ff", "bytes": "a1014141", "an array": "816141", "nothing": "",
  })) {
    assert.throws(() => decodePayload("account.close", 1, fromHex(hex)), EncodingError, why);
  }
  const pause = "a30161410261420363782079"; // asset.pause with an authority
  assert.deepEqual(decodePayload("asset.pause", 1, fromHex(pause)), { asset: "A", authority: "B", reference: "x y" });
  assert.throws(() => decodePayload("asset.pause", 1, fromHex("a30161410260036378 2079".replace(" ", ""))), /left out where it is empty/);
});
