// A first payment against `causeway dev`: ask, pay, prove. Usage, from client-ts:
//   node examples/first-payment.mjs http://localhost:8480 ../dev-home/genesis.json

import { readFile } from "node:fs/promises";

import { Client, Key, LedgerError } from "@causeway/client";

const [url = "http://localhost:8480", genesisFile = "../dev-home/genesis.json"] = process.argv.slice(2);
const client = new Client(url);

// The sample's keys come from a public seed: everybody has them.
const seed = "causeway public development seed: never trust these keys";
const maker = Key.fromSeed("ed25519", seed, "hailan.maker");
const by = { party: "9999000HAILANGROUP40", signers: [maker] };

const payment = {
  from: "HAILAN-CNY",
  to: "KOWLOON-HKD",
  asset: "e-CNY",
  target_asset: "HKDX",
  amount: "100000", // minor units: HKD 1,000.00
  fix_target: true,
  worst_rate: { num: "108", den: "100" },
  purpose: "CGODDR",
};

// Ask before sending: nothing is changed.
const told = await client.ask("payment.send", payment, by);
console.log(`without documents: ${told.status}, ${told.fault}`);

// Send all the same: a refusal is an error with a stable code.
try {
  await client.send("payment.send", payment, by);
} catch (error) {
  if (!(error instanceof LedgerError) || !error.is("rule.evidence_missing")) throw error;
  console.log(`refused in block ${error.height}: ${error.message}`);
}

const documents = [
  { kind: "invoice", ref: "KPC-INV-1", hash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae" },
  { kind: "customs_declaration", ref: "222920261000000001", hash: "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9" },
];
const paid = await client.send("payment.send", { ...payment, documents }, by);
console.log(`with them: ${paid.status}, transaction ${paid.id}`);

// Prove it: against the genesis alone, whatever the node says.
const trust = { genesis: await readFile(genesisFile, "utf8") };
const receipt = await client.provenReceipt(paid.id, trust);
for (const p of receipt.postings) console.log(`proven: block ${receipt.height}, ${p.from} to ${p.to}, ${p.amount} minor units of ${p.asset}`);
const balance = await client.provenBalance("KOWLOON-HKD", "HKDX", trust);
console.log(`proven: after block ${balance.height} KOWLOON-HKD had ${balance.total} minor units of HKDX`);
