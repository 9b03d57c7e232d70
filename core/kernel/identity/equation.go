package identity

import (
	"crypto/sha512"
	"encoding/binary"
	"math/bits"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"
)

// An Ed25519 signature (R, S) by the key A over M is valid if S < L and
//
//	[8]([S]B − R − [k]A) = 0  with k = SHA-512(R ‖ A ‖ M) mod L
//
// (RFC 8032 §5.1.7, the equation with the cofactor), where A and R are any encodings that name
// points, canonical or not, and of any order (ZIP-215). R and A are hashed as they were sent.
//
// Many are valid, up to a chance of 2^-128, if for coefficients zᵢ of 128 bits that nobody
// could foresee
//
//	[8](∑[zᵢ]Rᵢ + ∑[zᵢkᵢ mod L]Aᵢ − [∑zᵢSᵢ mod L]B) = 0
//
// (Bernstein, Duif, Lange, Schwabe, Yang: High-speed high-security signatures, §5). Reducing
// mod L changes [x]A by a point of small order at most, which the factor of 8 takes away: so
// the two equations agree about all points, as they would not without the cofactor.
//
// The library's own batch does the same with keys either in their encoding, whose square root
// costs a quarter of the whole, or in its expanded form, whose tables make it nine times as
// large and are of no use to a large batch. We keep keys as points, and so write the equation
// on the library's curve ourselves.

// term is one signature in the equations.
type term struct {
	r, a     curve.EdwardsPoint
	s, k     scalar.Scalar
	z, zk    scalar.Scalar // the coefficient and its product with k; only in a batch
	freshKey bool          // a was decoded, not found in the table
}

// set reads a signature of a shape that was checked; false if it cannot be valid.
func (t *term) set(item *Item, keys *table[curve.EdwardsPoint]) bool {
	key, sig := (*[32]byte)(item.Sig.Key), (*[SignatureSize]byte)(item.Sig.Sig)
	if !scalar.ScMinimalVartime(sig[32:]) {
		return false
	}
	if t.freshKey = !keys.get(key, &t.a); t.freshKey {
		if _, err := t.a.SetCompressedY((*curve.CompressedEdwardsY)(key)); err != nil {
			return false
		}
	}
	if _, err := t.r.SetCompressedY((*curve.CompressedEdwardsY)(sig[:32])); err != nil {
		return false
	}
	var text [96]byte
	copy(text[:], sig[:32])
	copy(text[32:], key[:])
	copy(text[64:], item.ID[:])
	hash := sha512.Sum512(text[:])
	_, tooLong := t.k.SetBytesModOrderWide(hash[:])
	_, tooShort := t.s.SetBits(sig[32:])
	return tooLong == nil && tooShort == nil
}

// weigh gives the signature its coefficient.
func (t *term) weigh(z *[16]byte) {
	var wide [32]byte
	copy(wide[:], z[:])
	if _, err := t.z.SetBits(wide[:]); err != nil {
		panic(err) // 32 bytes are never refused
	}
	t.zk.Mul(&t.z, &t.k)
}

// holds is the equation of one signature.
func (t *term) holds() bool {
	var minusA, sum curve.EdwardsPoint
	return sum.TripleScalarMulBasepointVartime(&t.k, minusA.Neg(&t.a), &t.s, &t.r).IsSmallOrder()
}

// equation is the one of many signatures; it keeps its buffers.
type equation struct {
	points  []*curve.EdwardsPoint
	scalars []*scalar.Scalar
}

func (e *equation) holds(terms []term) bool {
	var sum product
	var base scalar.Scalar
	e.points = append(e.points[:0], curve.ED25519_BASEPOINT_POINT)
	e.scalars = append(e.scalars[:0], &base)
	for i := range terms {
		t := &terms[i]
		sum.add(&t.z, &t.s)
		e.points = append(e.points, &t.r, &t.a)
		e.scalars = append(e.scalars, &t.z, &t.zk)
	}
	sum.reduce(&base)
	base.Neg(&base)
	var point curve.EdwardsPoint
	return point.MultiscalarMulVartime(e.scalars, e.points).IsSmallOrder()
}

// product is a sum of products as an integer of 512 bits, little end first: adding before
// reducing costs a tenth of a reduction each. With z < 2^128 and s < 2^253 it has room for
// 2^131 of them.
type product [8]uint64

func (p *product) add(z, s *scalar.Scalar) {
	a, b := words(z), words(s)
	for i, x := range a[:2] {
		var carry, c uint64
		for j, y := range b {
			high, low := bits.Mul64(x, y)
			low, c = bits.Add64(low, p[i+j], 0)
			high += c
			p[i+j], c = bits.Add64(low, carry, 0)
			carry = high + c
		}
		for j := i + len(b); j < len(p); j++ {
			p[j], carry = bits.Add64(p[j], carry, 0)
		}
	}
}

func (p *product) reduce(out *scalar.Scalar) {
	var text [64]byte
	for i, word := range p {
		binary.LittleEndian.PutUint64(text[8*i:], word)
	}
	if _, err := out.SetBytesModOrderWide(text[:]); err != nil {
		panic(err) // 64 bytes are never refused
	}
}

func words(s *scalar.Scalar) (out [4]uint64) {
	var text [32]byte
	if err := s.ToBytes(text[:]); err != nil {
		panic(err) // 32 bytes are never refused
	}
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(text[8*i:])
	}
	return out
}
