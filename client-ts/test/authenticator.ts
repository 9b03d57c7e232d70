import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

import { fromDER } from "../src/index.js";

// An authenticator of Node's own cryptography: it answers as browsers do, in DER, with s as it comes.
export class Authenticator {
  readonly #keys: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly id = Buffer.from("credential 1");
  flags = 0x05;
  high = 0;

  create(options?: CredentialCreationOptions): Promise<Credential> {
    const rpIdHash = createHash("sha256").update(options!.publicKey!.rp.id!).digest();
    const jwk = this.#keys.publicKey.export({ format: "jwk" });
    const [x, y] = [Buffer.from(jwk.x!, "base64url"), Buffer.from(jwk.y!, "base64url")];
    const cose = Buffer.concat([Buffer.from("a5010203262001215820", "hex"), x, Buffer.from("225820", "hex"), y]);
    const data = Buffer.concat([rpIdHash, Buffer.from([0x45, 0, 0, 0, 0]), Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, cose]);
    const object = Buffer.concat([Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746158", "hex"), Buffer.from([data.length]), data]);
    return Promise.resolve({ rawId: bufferOf(this.id), response: { attestationObject: bufferOf(object) } } as unknown as Credential);
  }

  get(options?: CredentialRequestOptions): Promise<Credential> {
    const { challenge, rpId, userVerification, allowCredentials } = options!.publicKey!;
    assert.equal(userVerification, "required");
    assert.deepEqual(Buffer.from(allowCredentials![0]!.id as Uint8Array), this.id);
    const clientData = Buffer.from(
      JSON.stringify({ type: "webauthn.get", challenge: Buffer.from(challenge as Uint8Array).toString("base64url"), origin: "http://localhost:8480" }),
    );
    const authenticatorData = Buffer.concat([createHash("sha256").update(rpId!).digest(), Buffer.from([this.flags, 0, 0, 0, 9])]);
    const signature = sign("sha256", Buffer.concat([authenticatorData, createHash("sha256").update(clientData).digest()]), this.#keys.privateKey);
    if (fromDER(signature)[32]! >= 0x80) this.high++;
    const response = { authenticatorData: bufferOf(authenticatorData), clientDataJSON: bufferOf(clientData), signature: bufferOf(signature) };
    return Promise.resolve({ response } as unknown as Credential);
  }
}

const bufferOf = (b: Buffer): ArrayBuffer => Uint8Array.from(b).buffer;
