// The TypeScript SDK of Causeway: build, sign, submit, wait, read, follow and verify, in
// browsers and in Node. No key leaves its signer.

export type * as api from "./api_gen.js";
export { fromBase64, fromHex, InputError, toBase64, toHex } from "./bytes.js";
export { EncodingError } from "./cbor.js";
export { Client, type ClientOptions, type Pending, type ReadOptions, type Signing, type Submitted } from "./client.js";
export { AnswerError, faultName, InvalidProofError, LedgerError, OutcomeUnknownError, type Stated } from "./errors.js";
export { type Block } from "./events.js";
export { type FaultCode, faults } from "./faults_gen.js";
export { Key, type KeyAlgorithm } from "./keys.js";
export * from "./kinds_gen.js";
export { assertion, createPasskey, fromDER, type Passkey, type PasskeyOptions, passkeySigner, registrationOf } from "./passkey.js";
export { paths } from "./paths.js";
export { decodePayload, encodePayload, isKind, versionOf } from "./payload.js";
export { decodeProof, type Leaf, type Proof, verifyProof } from "./proof.js";
export { type Posting, type Receipt, type ReceiptItem, type Status, verifyReceipt } from "./receipt.js";
export { type Amount, amountMax, type Decimal, type Hash, type Hex, type Integer } from "./schema.js";
export { type Algorithm, checkPublicKey, lowerS, type Signature, type SigningAlgorithm, verifySignature } from "./signature.js";
export { type Balance, decodeBalance, type ProvenState, stateKey, verifyBalance, verifyRecord, verifyState } from "./state.js";
export {
  assemble,
  type Body,
  buildBody,
  decodeTransaction,
  type Draft,
  encodeBody,
  encodeTransaction,
  explainId,
  prepare,
  prepareExplain,
  type PublicKey,
  type Signer,
  signerSet,
  signExplain,
  signTransaction,
  type Terms,
  type Transaction,
  transactionId,
  verifyTransaction,
} from "./transaction.js";
export { type Checkpoint, checkpointOf, type Trust, TrustError } from "./trust.js";
export { generateWebCryptoKey, type WebCryptoAlgorithm, webCryptoSigner } from "./webcrypto.js";
