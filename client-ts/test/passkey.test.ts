import assert from "node:assert/strict";
import { test } from "node:test";

import {
  assertion, buildBody, createPasskey, fromDER, InputError, LedgerError, type Passkey, passkeySigner, registrationOf, signTransaction, toHex,
  verifyTransaction,
} from "../src/index.js";
import { generateWebCryptoKey, webCryptoSigner } from "../src/webcrypto.js";
import { Authenticator } from "./authenticator.js";

async function registered(): Promise<{ device: Authenticator; passkey: Passkey }> {
  const device = new Authenticator();
  const passkey = await createPasskey({ rpId: "localhost", rpName: "Causeway", userName: "treasurer", credentials: device });
  return { device, passkey };
}

const body = buildBody("approval.approve", { proposal: "0".repeat(64) }, { party: "529900T8BM49AURSDO55", expires: 1_760_000_000_000 });

test("a passkey signs transactions that the ledger accepts, however its authenticator chooses s", async () => {
  const { device, passkey } = await registered();
  assert.equal(passkey.publicKey.length, 33);
  assert.equal(registrationOf(passkey).rp_id_hash, "49960de5880e8c687434170f6476605b8fe4aeb9a28632c7995cf3ba831d9763");
  const signer = passkeySigner(passkey, device);
  for (let i = 0; i < 64; i++) verifyTransaction("chain", (await signTransaction("chain", { ...body, expires: i }, signer)).bytes);
  assert.ok(device.high > 8 && device.high < 56, `${device.high} of 64 signatures had a high s`);
});

test("what the ledger would refuse is refused where it was made", async () => {
  const { device, passkey } = await registered();
  device.flags = 0x01;
  await assert.rejects(() => signTransaction("chain", body, passkeySigner(passkey, device)), (e) => e instanceof LedgerError && e.is("passkey.user_unverified"));
  device.flags = 0x05;
  const other = { ...passkey, rpId: "example.com" };
  const answer = (await device.get({ publicKey: { challenge: new Uint8Array(32), rpId: "localhost", userVerification: "required", allowCredentials: [{ type: "public-key", id: passkey.credentialId as BufferSource }] } })) as PublicKeyCredential;
  const response = answer.response as AuthenticatorAssertionResponse;
  assert.equal(toHex(assertion(passkey, new Uint8Array(32), response).key), toHex(passkey.publicKey));
  assert.throws(() => assertion(other, new Uint8Array(32), response), (e) => e instanceof LedgerError && e.is("passkey.relying_party_wrong"));
  assert.throws(() => assertion(passkey, new Uint8Array(32).fill(1), response), (e) => e instanceof LedgerError && e.is("passkey.challenge_wrong"));
  await assert.rejects(() => createPasskey({ rpId: "localhost", rpName: "", userName: "", credentials: { create: () => Promise.resolve(null) } }), InputError);
});

test("a signature in DER has one form", () => {
  const good = Buffer.from("3006020101020200ff", "hex");
  assert.throws(() => fromDER(good), InputError, "a length that is not its own");
  assert.equal(toHex(fromDER(Buffer.from("3007020101020200ff", "hex"))), "00".repeat(31) + "01" + "00".repeat(31) + "ff");
  for (const bad of ["", "30", "3006020101020101ff", "300602010102018f", "3007020200010201ff", "3008020200010202000f", "3006030101020101", "3005020102020", "300602000102010100"]) {
    assert.throws(() => fromDER(Buffer.from(bad, "hex")), InputError, bad);
  }
});

test("keys that nobody can export sign too", async () => {
  for (const algorithm of ["ed25519", "p256"] as const) {
    const pair = await generateWebCryptoKey(algorithm);
    assert.equal(pair.privateKey.extractable, false);
    const signer = await webCryptoSigner(pair);
    assert.equal(signer.algorithm, algorithm);
    for (let i = 0; i < 16; i++) verifyTransaction("chain", (await signTransaction("chain", { ...body, expires: i }, signer)).bytes);
  }
  const foreign = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-384" }, false, ["sign", "verify"])) as CryptoKeyPair;
  await assert.rejects(() => webCryptoSigner(foreign), InputError);
});
