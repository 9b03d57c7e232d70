package txn

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

func drawAmount(t *rapid.T) money.Amount {
	a, _ := money.FromParts(rapid.Uint64Range(0, 1<<63-1).Draw(t, "hi"), rapid.Uint64().Draw(t, "lo"))
	return a
}

func drawHash(t *rapid.T) wire.Hash {
	return wire.Sum(rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "hash of"))
}

func drawText(t *rapid.T, label string) string {
	return rapid.OneOf(rapid.Just(""), rapid.StringN(0, 12, -1), rapid.StringN(200, 300, -1)).Draw(t, label)
}

func drawStep(t *rapid.T) guard.Step {
	optional := func(label string) *money.Amount {
		if !rapid.Bool().Draw(t, label) {
			return nil
		}
		a := drawAmount(t)
		return &a
	}
	return guard.Step{
		Authority: guard.AuthorityID(drawText(t, "authority")), Version: rapid.Uint32().Draw(t, "version"), Rule: drawText(t, "rule"),
		Verdict: guard.Verdict(rapid.IntRange(0, 3).Draw(t, "verdict")), Fault: rapid.Uint16().Draw(t, "fault"), Scope: drawText(t, "scope"),
		Unit: drawText(t, "unit"), Measured: optional("measured"), Limit: optional("limit"), Found: drawText(t, "found"), Want: drawText(t, "want"),
		PassesAt: rapid.Int64().Draw(t, "passes"), Headroom: optional("headroom"), Quiet: rapid.Bool().Draw(t, "quiet"), Answered: rapid.Bool().Draw(t, "answered"),
	}
}

func drawOutcome(t *rapid.T) (o Outcome) {
	few := func(label string) int { return rapid.SampledFrom([]int{0, 1, 2, 30}).Draw(t, label) }
	o.Result = Result{
		Status: Status(rapid.IntRange(1, 10).Draw(t, "status")), Fault: rapid.Uint16().Draw(t, "fault"), Original: drawHash(t), Trace: drawHash(t),
		Bound: rapid.SliceOfN(rapid.Byte(), 0, 16).Draw(t, "bound"), Party: identity.LEI(drawText(t, "party")),
	}
	for range few("postings") {
		o.Result.Postings = append(o.Result.Postings, ledger.Posting{From: ledger.AccountID(drawText(t, "from")), To: ledger.AccountID(drawText(t, "to")), Asset: ledger.AssetID(drawText(t, "asset")), Amount: drawAmount(t)})
	}
	for range few("events") {
		o.Result.Events = append(o.Result.Events, Event{Name: drawText(t, "event"), Data: wire.Marshal(drawText(t, "data"))})
	}
	for range few("items") {
		o.Result.Items = append(o.Result.Items, Item{ID: drawHash(t), Status: Settled, Fault: rapid.Uint16().Draw(t, "item fault"), Hash: drawHash(t)})
	}
	for range few("steps") {
		o.Private.Steps = append(o.Private.Steps, drawStep(t))
	}
	for range few("charges") {
		o.Private.Charges = append(o.Private.Charges, guard.Charge{
			Subject: drawText(t, "subject"), Authority: guard.AuthorityID(drawText(t, "authority")), Rule: drawText(t, "rule"), Out: drawAmount(t), In: drawAmount(t),
			Ref: quota.BucketRef{Start: rapid.Int64().Draw(t, "start"), End: rapid.Int64().Draw(t, "end")},
		})
	}
	o.Private.Field, o.Private.Found, o.Private.Want = drawText(t, "field"), drawText(t, "found"), drawText(t, "want")
	o.Tx = rapid.Uint32().Draw(t, "tx")
	return o
}

// TestOutcomeEncode: written by hand, an outcome is what the one encoding makes of it, and its
// parts have the hashes that they are proven by.
func TestOutcomeEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, id := drawOutcome(t), drawHash(t)
		if want := wire.Sum(wire.Marshal(o.Private)); rapid.Bool().Draw(t, "sealed") {
			if o.seal([]byte("what was there before")); o.Result.Trace != want {
				t.Fatalf("hash of the private part %s, want %s", o.Result.Trace, want)
			}
		}
		data, hash := o.Encode(id)
		if want := wire.Marshal(o); !bytes.Equal(data, want) {
			t.Fatalf("encoded %x, want %x", data, want)
		}
		if want := wire.Sum([]byte("causeway/result/1"), id[:], wire.Marshal(o.Result)); hash != want || o.Result.Hash(id) != want {
			t.Fatalf("hash %s and %s, want %s", hash, o.Result.Hash(id), want)
		}
	})
}
