package receipt

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/types"

	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

func readFile(path string) ([]byte, error) { return os.ReadFile(path) }

// subjectHeight is the block of the receipts below: after two changes of validators.
const subjectHeight = 7

// threeSets: four validators for heights 1 to 3, another four for 4 and 5, then three.
func threeSets(c *chain) []*types.ValidatorSet {
	first, second, third := c.set(nil, "a", "b", "c", "d"), c.set(nil, "a", "e", "f", "g"), c.set(map[string]int64{"a": 25}, "a", "e", "f")
	return []*types.ValidatorSet{first, first, first, second, second, third, third, third, third}
}

// sample is a chain with a block of five transactions, the fourth of which is the subject: a
// batch of two payments, one of them held and answered in it.
func sample(t testing.TB) (*chain, Subject, wire.Hash) {
	parts := []Part{
		{ID: wire.Sum([]byte("part 0")), Result: txn.Result{Status: txn.Settled, Postings: []ledger.Posting{{From: "X", To: "Y", Asset: "e-CNY", Amount: money.FromUint64(7)}}}},
		{ID: wire.Sum([]byte("part 1")), Result: txn.Result{Status: txn.Cancelled, Original: wire.Sum([]byte("part 1"))}},
	}
	inner := Part{ID: wire.Sum([]byte("inner")), Result: txn.Result{Status: txn.Done}}
	parts[1].Result.Items = []txn.Item{{ID: inner.ID, Status: txn.Done, Hash: inner.Result.Hash(inner.ID)}}
	b := block{}
	s := Subject{Height: subjectHeight, Index: 3, Trusted: 1, Parts: append(parts, inner)}
	var subject wire.Hash
	for i := range 5 {
		tx, id, result := payment(t, i)
		if i == s.Index {
			tx, id, result = payment(t, i, parts[0])
			result.Items = append(result.Items, txn.Item{ID: parts[1].ID, Status: txn.Cancelled, Hash: parts[1].Result.Hash(txn.FinalID(parts[1].ID))})
			s.Result, subject = result, id
		}
		b.txs, b.leaves = append(b.txs, tx), append(b.leaves, leafOf(id, &result))
	}
	s.Leaves = b.leaves
	return newChain(t, threeSets, map[int64]block{subjectHeight: b}), s, subject
}

func build(t testing.TB, c *chain, s Subject) []byte {
	t.Helper()
	data, err := Build(c, s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAReceiptSaysWhoPaidWhom(t *testing.T) {
	c, s, id := sample(t)
	v, err := Verify(build(t, c, s), c.genesis())
	if err != nil {
		t.Fatal(err)
	}
	if v.ID != id || v.Status != txn.Settled || v.Height != subjectHeight || !v.Time.Equal(c.headers[subjectHeight-1].Time) || v.Reference != "invoice 3" {
		t.Fatalf("%+v", v)
	}
	if len(v.Postings) != 1 || v.Postings[0].From != "SH-IMPORT-CNY" || v.Postings[0].Amount != money.FromUint64(1003) || len(v.Signers) != 4 {
		t.Fatalf("%+v", v)
	}
	if len(v.Items) != 3 || !v.Items[0].Detailed || v.Items[0].Postings[0].To != "Y" || v.Items[1].Status != txn.Cancelled || !v.Items[2].Detailed {
		t.Fatalf("%+v", v.Items)
	}
}

func TestEveryChangedBitIsRefused(t *testing.T) {
	c, s, _ := sample(t)
	data, trust := build(t, c, s), c.genesis()
	for i := range data {
		for _, bit := range []int{0, i % 7} { // all bits of all bytes would take a minute
			data[i] ^= 1 << bit
			if _, err := Verify(data, trust); !errors.Is(err, ErrInvalid) {
				t.Fatalf("byte %d of %d, bit %d: %v", i, len(data), bit, err)
			}
			data[i] ^= 1 << bit
		}
	}
	for cut := 0; cut < len(data); cut += 11 {
		if _, err := Verify(data[:cut], trust); !errors.Is(err, ErrInvalid) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
	if _, err := Verify(append(bytes.Clone(data), 0), trust); !errors.Is(err, ErrInvalid) {
		t.Fatal("a byte more:", err)
	}
}

func TestEveryPlaceOfABlock(t *testing.T) {
	for _, count := range []int{1, 2, 3, 5, 8, 13} {
		b := block{}
		var ids []wire.Hash
		var results []txn.Result
		for i := range count {
			tx, id, result := payment(t, i)
			b.txs, b.leaves = append(b.txs, tx), append(b.leaves, leafOf(id, &result))
			ids, results = append(ids, id), append(results, result)
		}
		c := newChain(t, func(c *chain) []*types.ValidatorSet {
			set := c.set(nil, "a")
			return []*types.ValidatorSet{set, set, set}
		}, map[int64]block{2: b})
		trust := c.genesis()
		for i := range count {
			v, err := Verify(build(t, c, Subject{Height: 2, Index: i, Leaves: b.leaves, Result: results[i], Trusted: 1}), trust)
			if err != nil || v.ID != ids[i] {
				t.Fatalf("%d of %d: %v", i, count, err)
			}
			other := results[(i+1)%count]
			if count == 1 {
				other.Status = txn.Done
			}
			if _, err := Verify(build(t, c, Subject{Height: 2, Index: i, Leaves: b.leaves, Result: other, Trusted: 1}), trust); !errors.Is(err, ErrInvalid) {
				t.Fatalf("%d of %d with another's result: %v", i, count, err)
			}
		}
	}
}

// The paths are those of the engine's own Merkle trees.
func TestPathsAgreeWithTheEngine(t *testing.T) {
	for count := 1; count < 40; count++ {
		leaves := make([][]byte, count)
		for i := range leaves {
			leaves[i] = []byte{byte(i), byte(count)}
		}
		root, proofs := merkle.ProofsFromByteSlices(leaves)
		for i := range leaves {
			sides, siblings := pathTo(leaves, i)
			if !equal(climb(leaves[i], sides, siblings), root) || len(siblings) != len(proofs[i].Aunts) || checkSides(sides, siblings) != nil {
				t.Fatalf("leaf %d of %d", i, count)
			}
			for j := range siblings {
				if !equal(siblings[j], proofs[i].Aunts[j]) {
					t.Fatalf("leaf %d of %d, sibling %d", i, count, j)
				}
			}
		}
	}
}

func TestTrust(t *testing.T) {
	c, s, _ := sample(t)
	data := build(t, c, s)
	checkpoint := func(set, height int64) Trust {
		return Trust{Checkpoint: Checkpoint{Chain: testChain, Height: height, Validators: wire.Hash(c.sets[set-1].Hash())}}
	}
	for height := int64(1); height <= subjectHeight+1; height++ {
		if _, err := Verify(data, checkpoint(height, height)); err != nil {
			t.Fatalf("checkpoint at %d: %v", height, err)
		}
		from := s
		from.Trusted = height
		short := build(t, c, from)
		if _, err := Verify(short, checkpoint(height, height)); err != nil {
			t.Fatalf("built from %d: %v", height, err)
		}
		if height > 3 {
			if _, err := Verify(short, c.genesis()); !errors.Is(err, ErrInvalid) {
				t.Fatalf("built from %d, verified from genesis: %v", height, err)
			}
			if _, err := Verify(data, checkpoint(1, height)); !errors.Is(err, ErrInvalid) {
				t.Fatalf("other validators trusted at %d: %v", height, err)
			}
		}
	}
	if _, err := Verify(data, checkpoint(9, 9)); !errors.Is(err, ErrInvalid) {
		t.Fatal("a checkpoint after the receipt:", err)
	}
	if _, err := Verify(data, Trust{}); err == nil {
		t.Fatal("verified without any trust")
	}
	wrong := c.genesis()
	wrong.Genesis = bytes.Replace(wrong.Genesis, []byte(testChain), []byte("other-chain"), 1)
	if _, err := Verify(data, wrong); !errors.Is(err, ErrInvalid) {
		t.Fatal("another chain's genesis:", err)
	}
	stranger, _, _ := sample(t)
	stranger.sets[0] = stranger.set(nil, "x", "y", "z")
	if _, err := Verify(data, stranger.genesis()); !errors.Is(err, ErrInvalid) {
		t.Fatal("another network's validators:", err)
	}
}

// Votes: two thirds are not enough, votes for nothing count for nothing, but must be valid.
func TestVotes(t *testing.T) {
	for name, test := range map[string]struct {
		votes []types.BlockIDFlag
		good  bool
	}{
		"all four":                  {[]types.BlockIDFlag{2, 2, 2, 2}, true},
		"three and one absent":      {[]types.BlockIDFlag{2, 2, 1, 2}, true},
		"three and one for nothing": {[]types.BlockIDFlag{2, 3, 2, 2}, true},
		"two and two for nothing":   {[]types.BlockIDFlag{2, 3, 3, 2}, false},
		"two of four":               {[]types.BlockIDFlag{2, 1, 1, 2}, false},
	} {
		tx, id, result := payment(t, 0)
		b := block{txs: [][]byte{tx}, leaves: []Leaf{leafOf(id, &result)}}
		c := newChain(t, func(c *chain) []*types.ValidatorSet {
			set := c.set(nil, "a", "b", "c", "d")
			return []*types.ValidatorSet{set, set, set}
		}, map[int64]block{2: b})
		c.commits[2] = c.sign(c.headers[2], c.commits[2].BlockID, c.sets[2], func(i int) types.BlockIDFlag { return test.votes[i] })
		subject := Subject{Height: 2, Leaves: b.leaves, Result: result, Trusted: 1}
		_, err := Verify(build(t, c, subject), c.genesis())
		if (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
		for i := range c.commits[2].Signatures {
			if s := &c.commits[2].Signatures[i]; len(s.Signature) > 0 {
				s.Signature[5] ^= 1
				if _, err := Verify(build(t, c, subject), c.genesis()); !errors.Is(err, ErrInvalid) {
					t.Errorf("%s with vote %d forged: %v", name, i, err)
				}
				s.Signature[5] ^= 1
			}
		}
	}
}

func TestStateFiles(t *testing.T) {
	memory := state.NewMemory()
	store, err := state.Open(memory)
	if err != nil {
		t.Fatal(err)
	}
	var root wire.Hash
	for height := int64(1); height <= 3; height++ {
		b := store.Begin(height)
		for i := range byte(20) {
			b.Put([]byte{'b', i}, []byte{byte(height), i})
		}
		sealed, writes := b.Seal()
		memory.Apply(writes)
		store.Adopt(b)
		root = sealed
	}
	c := newChain(t, threeSets, map[int64]block{3: {root: root[:]}})
	for _, key := range [][]byte{{'b', 3}, {'b', 200}} {
		p, value, err := store.Prove(key, 3)
		if err != nil {
			t.Fatal(err)
		}
		data, err := BuildState(c, 3, key, p, 1)
		if err != nil {
			t.Fatal(err)
		}
		s, err := VerifyState(data, c.genesis())
		if err != nil || s.Height != 3 || !bytes.Equal(s.Key, key) || !bytes.Equal(s.Value, value) || s.Root != root {
			t.Fatalf("%+v %v", s, err)
		}
		for i := range data {
			data[i] ^= 1 << (i % 8)
			s, err := VerifyState(data, c.genesis())
			// Another absent key between the same neighbours is proven absent too: the caller compares.
			if err == nil && (len(value) > 0 || bytes.Equal(s.Key, key)) {
				t.Fatalf("byte %d of %d was changed and accepted", i, len(data))
			}
			data[i] ^= 1 << (i % 8)
		}
		if _, err := BuildState(c, 4, key, p, 1); err == nil {
			t.Fatal("a proof under another height's root was made into a file")
		}
	}
}

func FuzzVerify(f *testing.F) {
	c, s, _ := sample(f)
	trust := c.genesis()
	good := build(f, c, s)
	f.Add(good)
	s.Parts = nil
	f.Add(build(f, c, s))
	s.Trusted = subjectHeight
	f.Add(build(f, c, s))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if v, err := Verify(data, trust); err == nil {
			if v.Chain != testChain || v.Height != subjectHeight || v.Postings[0].Amount != money.FromUint64(1003) {
				t.Fatalf("it proves what never was: %+v", v)
			}
		}
		if _, err := VerifyState(data, trust); err == nil {
			t.Fatal("a receipt is no proof of state")
		}
	})
}
