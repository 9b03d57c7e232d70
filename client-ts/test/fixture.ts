// What this SDK encodes and signs, for a Go test to verify: one transaction of every kind, by
// the algorithms in turn, some with several signers. Written by npm run fixture.

import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

import { buildBody, Key, type KeyAlgorithm, signExplain, signTransaction, toHex } from "../src/index.js";
import { testdata, vectors } from "./vectors.js";

const chain = "causeway-fixture-1";
const algorithms: readonly KeyAlgorithm[] = ["ed25519", "p256", "webauthn", "secp256k1"];

export async function fixture(): Promise<string> {
  const list = [];
  for (const [i, p] of vectors.payloads.entries()) {
    const signers = Array.from({ length: 1 + (i % 3) }, (_, n) => {
      const algorithm = algorithms[(i + n) % algorithms.length]!;
      return Key.fromSeed(algorithm, "from TypeScript", `signer ${n}`, algorithm === "webauthn" ? "localhost" : "");
    });
    const terms = { party: "529900T8BM49AURSDO55", reference: i % 2 === 0 ? `reference ${i}` : "", expires: 1_760_000_000_000 + i };
    const body = buildBody(p.kind, p.json as never, terms);
    const { bytes, id } = await signTransaction(chain, body, ...signers);
    const explain = await signExplain(chain, body, terms.expires, ...signers);
    list.push({ kind: p.kind, ...terms, json: p.json, id, transaction: toHex(bytes), explain: toHex(explain) });
  }
  return `${JSON.stringify({ note: "Written by npm run fixture.", chain, transactions: list }, undefined, 1)}\n`;
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(testdata("from-ts.json"), await fixture());
