package identity

import (
	"bytes"
	"crypto/sha512"
	"encoding/binary"
	"math/rand"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"
	"pgregory.net/rapid"

	"causeway/core/kernel/wire"
)

// half is a key A or a point R: [x]B plus a point of small order, in one of its encodings.
type half struct {
	encoding []byte
	x        scalar.Scalar
}

// halves are all encodings of points of small order, then the rest honest points and points
// of mixed order, in turn.
func halves(t testing.TB, label string, rest int) []half {
	var out []half
	for _, text := range smallOrderEdwards {
		var h half
		h.encoding, h.x = unhex(t, text), *scalar.New()
		out = append(out, h)
	}
	for i := range rest {
		var h half
		h.x = *wideScalar(t, []byte(label), []byte{byte(i)})
		var point, small curve.EdwardsPoint
		point.MulBasepoint(curve.ED25519_BASEPOINT_TABLE, &h.x)
		if i%2 == 1 {
			if _, err := small.SetCompressedY((*curve.CompressedEdwardsY)(unhex(t, smallOrderEdwards[6+i%4]))); err != nil {
				t.Fatal(err)
			}
			point.Add(&point, &small)
		}
		var compressed curve.CompressedEdwardsY
		h.encoding = append(h.encoding, compressed.SetEdwardsPoint(&point)[:]...)
		out = append(out, h)
	}
	return out
}

func wideScalar(t testing.TB, parts ...[]byte) *scalar.Scalar {
	h := sha512.New()
	for _, part := range parts {
		h.Write(part)
	}
	s, err := scalar.New().SetBytesModOrderWide(h.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sign gives the signature (R, r + ka + more).
func (a half) sign(t testing.TB, r half, id wire.Hash, more uint64) Item {
	s := wideScalar(t, r.encoding, a.encoding, id[:])
	s.Mul(s, &a.x)
	s.Add(s, &r.x)
	s.Add(s, scalar.NewFromUint64(more))
	text := make([]byte, 32)
	if err := s.ToBytes(text); err != nil {
		t.Fatal(err)
	}
	return Item{ID: id, Sig: &Signature{Alg: Ed25519, Key: a.encoding, Sig: append(append([]byte(nil), r.encoding...), text...)}}
}

// TestAllPairsInOneBatch takes every pair of a key and an R among all encodings of points of
// small order, honest points and points of mixed order, together in one batch: with the right
// S all are valid, and with a wrong one none; then with a few wrong ones among the right.
func TestAllPairsInOneBatch(t *testing.T) {
	var right, wrong []Item
	for i, a := range halves(t, "a", 6) {
		for k, r := range halves(t, "r", 6) {
			id := wire.Sum([]byte{byte(i), byte(k)})
			right, wrong = append(right, a.sign(t, r, id, 0)), append(wrong, a.sign(t, r, id, 1))
		}
	}
	if valid := agree(t, NewVerifier(64, 16), right); valid != len(right) {
		t.Errorf("%d valid, expected all %d", valid, len(right))
	}
	if valid := agree(t, NewVerifier(64, 16), wrong); valid != 0 {
		t.Errorf("%d valid, expected none", valid)
	}
	random := rand.New(rand.NewSource(1))
	for range 4 {
		mixed, bad := append([]Item(nil), right...), map[int]bool{}
		for range 1 + random.Intn(6) {
			at := random.Intn(len(mixed))
			mixed[at], bad[at] = wrong[at], true
		}
		if valid := agree(t, NewVerifier(1024, 0), mixed); valid != len(mixed)-len(bad) {
			t.Errorf("%d valid, expected %d", valid, len(mixed)-len(bad))
		}
	}
}

// TestErrorsDoNotCancel pairs signatures whose errors add up to zero: with coefficients that
// are equal or can be foreseen, the batch would accept them.
func TestErrorsDoNotCancel(t *testing.T) {
	a, r := halves(t, "a", 1), halves(t, "r", 1)
	var items []Item
	for i := range 100 {
		item := a[len(a)-1].sign(t, r[len(r)-1], wire.Sum([]byte{byte(i)}), 0)
		s := scalar.New()
		if _, err := s.SetCanonicalBytes(item.Sig.Sig[32:]); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			s.Add(s, scalar.NewFromUint64(7))
		} else {
			s.Sub(s, scalar.NewFromUint64(7))
		}
		if err := s.ToBytes(item.Sig.Sig[32:]); err != nil {
			t.Fatal(err)
		}
		items = append(items, item)
	}
	for _, n := range []int{2, 3, 31, 32, 33, 64, 100} {
		if valid := agree(t, NewVerifier(0, 0), items[:n]); valid != 0 {
			t.Errorf("%d of %d valid", valid, n)
		}
	}
}

// TestCoefficients: each depends on everything in the batch and on its place.
func TestCoefficients(t *testing.T) {
	draw := func(digests ...wire.Hash) (out [][32]byte) {
		b := batch{terms: make([]term, len(digests))}
		for _, digest := range digests {
			b.places = append(b.places, place{digest: digest})
		}
		b.weigh()
		for i := range b.terms {
			var text [32]byte
			if err := b.terms[i].z.ToBytes(text[:]); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text[16:], make([]byte, 16)) {
				t.Errorf("the coefficient %x has more than 128 bits", text)
			}
			out = append(out, text)
		}
		return out
	}
	x, y := wire.Sum([]byte("x")), wire.Sum([]byte("y"))
	seen := map[[32]byte]bool{}
	count := 0
	for _, batch := range [][]wire.Hash{{x, y}, {y, x}, {x, x}, {x, x, x}, {x}, {x, y, x, y, x}} {
		for _, z := range draw(batch...) {
			seen[z] = true
			count++
		}
	}
	if len(seen) != count {
		t.Errorf("%d different coefficients of %d", len(seen), count)
	}
	if again := draw(x, y); !seen[again[0]] || !seen[again[1]] {
		t.Error("the same batch has other coefficients")
	}
}

func TestSumOfProducts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum product
		want, got := scalar.New(), scalar.New()
		bytesOf := func(name string, low int) *scalar.Scalar {
			text := make([]byte, 32)
			for i := range low {
				text[i] = rapid.SampledFrom([]byte{0, 1, 0x7f, 0x80, 0xfe, 0xff}).Draw(t, name)
			}
			s, err := scalar.New().SetBits(text)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		for range rapid.IntRange(0, 40).Draw(t, "count") {
			z, s := bytesOf("z", 16), bytesOf("s", 32)
			sum.add(z, s)
			want.Add(want, scalar.New().Mul(z, s))
		}
		if sum.reduce(got); got.Equal(want) != 1 {
			t.Fatalf("%v, expected %v", got, want)
		}
	})
}

// TestFewAllocations: the buffers of a batch are used again; what is left is the verdicts and
// three lists of the library's sum.
func TestFewAllocations(t *testing.T) {
	items := distinctItems(batchSize)
	v := NewVerifier(len(items), 0)
	v.VerifyAll(items)
	if n := testing.AllocsPerRun(5, func() { v.VerifyAll(items) }); n > float64(len(items))/8 {
		t.Errorf("%v allocations for %d signatures", n, len(items))
	}
}

// FuzzBatch puts signatures made of any parts into one batch: three bytes choose the key, R
// and the error of each, and further bytes replace parts of the first.
func FuzzBatch(f *testing.F) {
	as, rs := halves(f, "a", 4), halves(f, "r", 4)
	f.Add([]byte{0, 0, 0, 15, 15, 0, 17, 3, 1}, []byte(nil), uint8(0))
	f.Add([]byte{14, 14, 0, 15, 15, 0}, binary.LittleEndian.AppendUint64(nil, 3), uint8(32))
	f.Add(bytes.Repeat([]byte{14, 15, 0}, 80), unhex(f, smallOrderEdwards[11]), uint8(0))
	f.Fuzz(func(t *testing.T, choices, replaced []byte, at uint8) {
		var items []Item
		for ; len(choices) >= 3 && len(items) < 100; choices = choices[3:] {
			a, r := as[int(choices[0])%len(as)], rs[int(choices[1])%len(rs)]
			id := wire.Sum([]byte{byte(len(items) / 2)})
			items = append(items, a.sign(t, r, id, uint64(choices[2]%4/3)))
		}
		if len(items) > 0 {
			sig := items[0].Sig
			text := append(append([]byte(nil), sig.Key...), sig.Sig...)
			copy(text[int(at)%len(text):], replaced)
			sig.Key, sig.Sig = text[:32], text[32:]
		}
		agree(t, NewVerifier(64, 0), items)
	})
}
