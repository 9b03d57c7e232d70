import assert from "node:assert/strict";
import { test } from "node:test";

import { scanClientData } from "../src/clientdata.js";
import { checkPublicKey, fromHex, LedgerError, lowerS, type Signature, type SigningAlgorithm, toHex, verifySignature } from "../src/index.js";
import { checkAssertion } from "../src/signature.js";
import { sm3 } from "../src/sm3.js";
import { vectors } from "./vectors.js";

const codeOf = (run: () => void): string => {
  try {
    run();
    return "";
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
};

test("every signature has Go's verdict", () => {
  for (const v of vectors.signatures) {
    const s: Signature = { algorithm: v.algorithm, key: fromHex(v.key), signature: fromHex(v.signature) };
    if (v.authenticator_data) s.authenticatorData = fromHex(v.authenticator_data);
    if (v.client_data) s.clientData = fromHex(v.client_data);
    const id = fromHex(v.id);
    assert.equal(codeOf(() => verifySignature(id, s, fromHex(v.rp_id_hash))), v.fault, `${v.algorithm}, ${v.name}`);
    if (v.low) {
      assert.equal(toHex(lowerS(v.algorithm, s.signature)), v.low);
      assert.equal(toHex(lowerS(v.algorithm, fromHex(v.low))), v.low, "the normal form stays");
      assert.equal(codeOf(() => verifySignature(id, { ...s, signature: fromHex(v.low!) }, fromHex(v.rp_id_hash))), "");
    }
  }
});

test("client data is read by the consensus rule", () => {
  const rpIdHash = new Uint8Array(32);
  const authenticator = new Uint8Array(37);
  authenticator[32] = 5;
  const challenged = vectors.client_data[0]!;
  const challenge = scanClientData(fromHex(challenged.text)).challenge;
  const id = Uint8Array.from(atob(challenge.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  for (const v of vectors.client_data) {
    const text = fromHex(v.text);
    assert.equal(codeOf(() => checkAssertion(id, authenticator, text, rpIdHash)), v.fault, Buffer.from(text).toString());
  }
});

test("SM3 is that of the standard", () => {
  // GB/T 32905-2016, appendix A.
  assert.equal(toHex(sm3(Buffer.from("abc"))), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  assert.equal(toHex(sm3(Buffer.from("abcd".repeat(16)))), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
});

test("what the ledger would not register is no public key", () => {
  for (const v of vectors.keys) checkPublicKey(v.algorithm as SigningAlgorithm, fromHex(v.public));
  const small = new Uint8Array(32);
  small[0] = 1;
  assert.equal(codeOf(() => checkPublicKey("ed25519", small)), "key.small_order");
  const other = small.slice();
  other[31] = 0x80; // the same point in another encoding
  assert.equal(codeOf(() => checkPublicKey("ed25519", other)), "key.malformed");
  for (const algorithm of ["p256", "webauthn", "secp256k1", "sm2"] as const) {
    for (const bad of [new Uint8Array(33), new Uint8Array(65).fill(4), new Uint8Array(33).fill(0xff)]) {
      assert.equal(codeOf(() => checkPublicKey(algorithm, bad)), "key.malformed");
    }
  }
});
