package guard

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/money"
)

// TestRoomsAreLeftBehind: what is judged in a room that others were judged in before comes to
// the same, step by step and charge by charge, as in a room of its own.
func TestRoomsAreLeftBehind(t *testing.T) {
	const parties = 4
	_, store := benchStore(t, parties)
	huge, _ := money.FromParts(1<<40, 1)
	rapid.Check(t, func(rt *rapid.T) {
		g, again, alone := New(), store.Begin(2), store.Begin(2)
		var room Room
		for range rapid.IntRange(1, 12).Draw(rt, "payments") {
			from := rapid.IntRange(0, parties-1).Draw(rt, "from")
			order, postings := benchOrder(t, again, benchAccount(from), benchAccount((from+1)%parties))
			switch rapid.IntRange(0, 5).Draw(rt, "what is odd") {
			case 0:
				order.Documents = nil
			case 1:
				order.Purpose = Purpose{Code: "NONE"}
			case 2:
				order.SourceAmount = huge // above what is allowed, and what needs no review
			case 3:
				order.SourceAsset, order.TargetAsset = "NONE", "NONE"
			}
			if payer := *order.Payer; rapid.IntRange(0, 4).Draw(rt, "frozen") == 0 {
				account := *payer.Account
				account.Frozen, payer.Account = "f", &account
				order.Payer = &payer
			}
			prior := Prior{}
			if rapid.Bool().Draw(rt, "answered") {
				prior.Answered = []Waiting{{Authority: "CN-SH", Rules: []string{"review"}}}
			}
			got, err1 := g.Judge(&room, again, benchNow, order, postings, prior)
			want, err2 := g.Judge(new(Room), alone, benchNow, order, postings, prior)
			if (err1 == nil) != (err2 == nil) || err1 != nil && err1.Error() != err2.Error() {
				rt.Fatalf("%v and %v", err1, err2)
			}
			if err1 != nil {
				continue
			}
			if got.Verdict != want.Verdict || len(got.Waiting) != len(want.Waiting) || !bytes.Equal(written(got.Steps), written(want.Steps)) {
				rt.Fatalf("%+v, alone %+v", got, want)
			}
			if got.Verdict == Refuse {
				continue
			}
			var booked, bookedAlone Charges
			if held := rapid.Bool().Draw(rt, "held"); held || got.Held() {
				booked, bookedAlone = got.Charge(again, true), want.Charge(alone, true)
			} else {
				booked = got.Settle(again, &Prior{})
				bookedAlone = want.Charge(alone, false) // reads the counters anew
			}
			if !bytes.Equal(booked.AppendCBOR(nil), bookedAlone.AppendCBOR(nil)) {
				rt.Fatalf("charged %+v, alone %+v", booked, bookedAlone)
			}
		}
		root, _ := again.Seal()
		if other, _ := alone.Seal(); root != other {
			rt.Fatalf("root %s, alone %s", root, other)
		}
	})
}

func written(steps []Step) (to []byte) {
	for i := range steps {
		to = steps[i].AppendCBOR(to)
	}
	return to
}
