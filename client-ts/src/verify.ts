// What verifies without any network: receipts, proofs of state, signatures.

export { fromBase64, fromHex, InputError, toHex } from "./bytes.js";
export { EncodingError } from "./cbor.js";
export { InvalidProofError, LedgerError } from "./errors.js";
export { decodePayload } from "./payload.js";
export { decodeProof, type Leaf, type Proof, verifyProof } from "./proof.js";
export { type Posting, type Receipt, type ReceiptItem, type Status, verifyReceipt } from "./receipt.js";
export { type Balance, decodeBalance, type ProvenState, stateKey, verifyBalance, verifyRecord, verifyState } from "./state.js";
export { checkPublicKey, type Signature, verifySignature } from "./signature.js";
export { decodeTransaction, verifyTransaction } from "./transaction.js";
export { type Checkpoint, checkpointOf, type Trust, TrustError } from "./trust.js";
