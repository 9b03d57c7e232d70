// SM2 signatures (GB/T 32918.2-2016), verified only: receipts prove transactions that were
// signed so, and this SDK makes no such keys.

import { mod } from "@noble/curves/abstract/modular.js";
import { weierstrass } from "@noble/curves/abstract/weierstrass.js";

import { concat, toHex, toUtf8 } from "./bytes.js";
import { sm3 } from "./sm3.js";

const curve = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};

const Point = weierstrass<bigint>(curve);

/** The default user id of GB/T 35276; the ledger knows no other. */
const userId = toUtf8("1234567812345678");

const bytes32 = (n: bigint): Uint8Array => {
  const out = new Uint8Array(32);
  for (let i = 31; i >= 0; i--, n >>= 8n) out[i] = Number(n & 0xffn);
  return out;
};
const number = (data: Uint8Array): bigint => BigInt(`0x${toHex(data)}`);

/** Whether 33 bytes are a compressed point of the curve. */
export function isSM2Key(key: Uint8Array): boolean {
  try {
    Point.fromBytes(key);
    return true;
  } catch {
    return false;
  }
}

/** Verifies r ‖ s over a message by a compressed key that is a point of the curve. */
export function verifySM2(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const r = number(signature.subarray(0, 32));
  const s = number(signature.subarray(32));
  const { n } = curve;
  if (r < 1n || r >= n || s < 1n || s >= n) return false;
  const t = mod(r + s, n);
  if (t === 0n) return false;
  const point = Point.fromBytes(key);
  const own = point.toAffine();
  const { a, b, Gx, Gy } = curve;
  const z = sm3(concat(Uint8Array.of(0, 8 * userId.length), userId, ...[a, b, Gx, Gy, own.x, own.y].map(bytes32)));
  const e = number(sm3(concat(z, message)));
  const sum = Point.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(t));
  return !sum.is0() && mod(e + sum.toAffine().x, n) === r;
}
