// Against a real development network: bin/causeway dev.

import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import {
  buildBody, Client, createPasskey, generateWebCryptoKey, Key, LedgerError, passkeySigner, registrationOf, signTransaction, type PaymentSend,
  toHex, webCryptoSigner,
} from "../src/index.js";
import { Authenticator } from "./authenticator.js";

const binary = process.env["CAUSEWAY"] ?? fileURLToPath(new URL("../../../bin/causeway", import.meta.url));
const seed = "causeway public development seed: never trust these keys";
const party = "9999000HAILANGROUP40";
const maker = Key.fromSeed("ed25519", seed, "hailan.maker");
const checker = Key.fromSeed("ed25519", seed, "hailan.checker");

let home = "";
let network: ChildProcess;
let url = "";
let client: Client;
let genesis = "";

const payment = (n: number): PaymentSend => ({
  from: "HAILAN-CNY", to: "KOWLOON-HKD", asset: "e-CNY", target_asset: "HKDX", amount: "100000", fix_target: true,
  worst_rate: { num: "108", den: "100" }, purpose: "CGODDR", end_to_end: `TS-${n}`,
  documents: ["invoice", "customs_declaration"].map((kind, i) => ({ kind, ref: `${kind} ${n}`, hash: `${n}${i}`.padStart(64, "0") })),
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

before(async () => {
  home = mkdtempSync(join(tmpdir(), "causeway-ts-"));
  const port = await freePort();
  network = spawn(binary, ["dev", "--home", join(home, "network"), "--listen", `127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const heard = (part: Buffer): void => {
      said += part.toString();
      if (said.includes("The network is running")) resolve();
    };
    network.stdout!.on("data", heard);
    network.stderr!.on("data", heard);
    network.on("error", (e) => reject(new Error(`${binary}: ${e.message}: make build`)));
    network.on("exit", (code) => reject(new Error(`causeway dev ended with ${code}:\n${said}`)));
  });
  genesis = readFileSync(join(home, "network", "genesis.json"), "utf8");
  url = `http://127.0.0.1:${port}`;
  client = new Client(url);
});

after(async () => {
  network?.removeAllListeners("exit");
  if (network?.exitCode === null && network.kill("SIGINT")) await new Promise((resolve) => network.on("exit", resolve));
  rmSync(home, { recursive: true, force: true });
});

test("ask, pay, pay again, follow, prove", async () => {
  const by = { party, reference: "ts-1", signers: [maker] };
  const told = await client.ask("payment.send", { ...payment(1), documents: [] }, by);
  assert.equal(told.fault, "rule.evidence_missing");
  assert.ok(told.trace!.some((step) => step.verdict === "refuse"));
  await assert.rejects(() => client.send("payment.send", { ...payment(1), documents: [] }, by), (e) => e instanceof LedgerError && e.is("rule.evidence_missing") && e.height! > 0);

  const { height: from } = await client.status();
  const paid = await client.send("payment.send", payment(1), by);
  assert.ok(paid.status === "settled");
  assert.equal(paid.result.postings!.at(-1)!.amount, "100000");
  const again = await client.send("payment.send", payment(1), by);
  assert.ok(again.status === "duplicate" && again.result.original === paid.id, "the reference stands for this payment");
  assert.equal((await client.wait(paid.id)).status, "settled");

  for await (const block of client.events(from + 1)) {
    if (block.outcomes.some((o) => o.id === paid.id)) {
      assert.equal(block.height, paid.height);
      break;
    }
  }
  const receipt = await client.provenReceipt(paid.id, { genesis });
  assert.equal(receipt.status, "settled");
  assert.deepEqual(receipt.payload, payment(1));
  assert.equal(Date.parse(receipt.time), Date.parse((await client.block(paid.height)).time));

  const record = await client.get("balance", "KOWLOON-HKD/HKDX", { minHeight: paid.height });
  await client.submit((await signTransaction(await client.chain(), buildBody("payment.send", payment(2), { party, expires: Date.now() + 60_000 }), maker)).bytes);
  await client.list("account", { minHeight: paid.height + 2 });
  const balance = await client.provenBalance("KOWLOON-HKD", "HKDX", { genesis });
  assert.ok(balance.height >= paid.height && balance.total >= BigInt((record.value as { total: string }).total));
  assert.equal((await client.provenBalance("KOWLOON-HKD", "NOTHING", { genesis })).total, 0n);
  let accounts = 0;
  for await (const account of client.all("account")) accounts += account.noun === "account" ? 1 : 0;
  assert.ok(accounts > 3);
});

test("bytes that are in a block already say how they ended there", async () => {
  const chain = await client.chain();
  const terms = { party, expires: Date.now() + 60_000 };
  const good = await signTransaction(chain, buildBody("payment.send", payment(3), terms), maker);
  const first = await client.submit(good.bytes);
  assert.deepEqual(await client.submit(good.bytes), first);
  const bad = await signTransaction(chain, buildBody("payment.send", { ...payment(4), documents: [] }, terms), maker);
  for (let i = 0; i < 2; i++) {
    await assert.rejects(() => client.submit(bad.bytes), (e) => e instanceof LedgerError && e.is("rule.evidence_missing") && e.id === bad.id);
  }
  const pending = await client.submit((await signTransaction(chain, buildBody("payment.send", payment(5), terms), maker)).bytes, { wait: false });
  assert.equal(pending.status, "pending");
  assert.equal((await client.wait(pending.id)).status, "settled");
});

test("a passkey and a key that nobody can export are registered, and pay", async () => {
  const device = new Authenticator();
  const passkey = await createPasskey({ rpId: "localhost", rpName: "Causeway", userName: "hailan.maker", credentials: device });
  const withPasskey = passkeySigner(passkey, device);
  const kept = await webCryptoSigner(await generateWebCryptoKey("p256"));
  const k1 = Key.generate("secp256k1");
  // Each new key signs its own registration, besides those whom the policy wants.
  const registrations = [
    { signer: withPasskey, of: registrationOf(passkey) },
    { signer: kept, of: { algorithm: "p256" as const, public: toHex(kept.publicKey) } },
    { signer: k1, of: { algorithm: "secp256k1" as const, public: toHex(k1.publicKey) } },
  ];
  for (const { signer, of } of registrations) {
    const added = await client.send("key.add", { officer: "maker", scope: { kinds: ["payment.*"] }, ...of }, { party, signers: [maker, checker, signer] });
    assert.equal(added.status, "done");
  }
  for (let i = 0; i < 12; i++) {
    const paid = await client.send("payment.send", payment(100 + i), { party, signers: [registrations[i % 3]!.signer] });
    assert.equal(paid.status, "settled");
  }
});

test("the example of the README does what the README says", async () => {
  const example = fileURLToPath(new URL("../../examples/first-payment.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [example, url, join(home, "network", "genesis.json")]);
  const lines = stdout.trimEnd().split("\n");
  const said = [/^without documents: refused, rule\.evidence_missing$/, /^refused in block \d+: rule\.evidence_missing: /, /^with them: settled, transaction [0-9a-f]{64}$/];
  for (const [i, line] of said.entries()) assert.match(lines[i]!, line);
  assert.ok(lines.slice(3).every((line) => line.startsWith("proven: ")) && lines.length === 6, stdout);
});
