package core_test

import (
	"maps"
	"testing"

	"causeway/client/keyring"
	"causeway/core/feature/issuance"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// Whatever moves value moves it once, however often it is sent.
func TestReplayMovesNothing(t *testing.T) {
	for _, m := range movers() {
		t.Run(m.name, func(t *testing.T) {
			l := testkit.New(t, guardedWorld())
			tx := m.prepare(l, little)
			both := l.Block(tx, tx) // twice in one block
			if got, why := end(l, both[0]); why != nil {
				t.Fatalf("ended %s: %s", got, testkit.Explain(both[0]))
			}
			refused(t, both[1], fault.TxReplayed)
			before := l.Totals()
			refused(t, l.Block(tx)[0], fault.TxReplayed) // and in a later one
			if after := l.Totals(); !maps.Equal(before, after) {
				t.Fatalf("the replay moved value: %v, then %v", before, after)
			}
		})
	}
}

// A transaction altered in any bit has no effect, spends no id, and does not hinder the one
// that was signed.
func TestAlteredTransactionsDoNothing(t *testing.T) {
	for _, m := range movers() {
		t.Run(m.name, func(t *testing.T) {
			l := testkit.New(t, guardedWorld())
			tx := m.prepare(l, little)
			var altered [][]byte
			for at := range tx {
				for bit := at % 3; bit < 8; bit += 3 {
					c := append([]byte(nil), tx...)
					c[at] ^= 1 << bit
					altered = append(altered, c)
				}
			}
			altered = append(altered, tx[:len(tx)-1], append(append([]byte(nil), tx...), 0))
			before := l.Totals()
			for i, r := range l.Block(altered...) {
				if r.Fault == nil {
					t.Fatalf("alteration %d was carried out", i)
				}
				if class := r.Fault.Class; class != fault.Invalid && class != fault.Unauthenticated && class != fault.NotFound {
					t.Fatalf("alteration %d came as far as %s", i, testkit.Explain(r))
				}
			}
			if after := l.Totals(); !maps.Equal(before, after) {
				t.Fatalf("altered transactions moved value")
			}
			if got, why := end(l, l.Block(tx)[0]); why != nil {
				t.Fatalf("the true one ended %s %v", got, why)
			}
		})
	}
}

// Amounts at the end of the range are refused or settled, never wrapped.
func TestAmountsAtTheEndOfTheRange(t *testing.T) {
	almost, _ := money.Max.Sub(money.FromUint64(1))
	for _, m := range movers() {
		for _, amount := range []money.Amount{money.Max, almost} {
			if m.name == "approval of a proposal" || m.name == "answer to a hold" || m.name == "burn" || m.name == "return" {
				continue // their amount was bounded when they began
			}
			t.Run(m.name, func(t *testing.T) {
				w := guardedWorld()
				w.Rulebooks, w.Entity("IMPORT").Tiers = nil, nil
				l := testkit.New(t, w)
				tx := m.prepare(l, amount)
				before := l.Totals()
				r := l.Block(tx)[0]
				if _, why := end(l, r); why == nil || why == fault.InternalBug {
					t.Fatalf("ended %s", testkit.Explain(r))
				}
				if after := l.Totals(); !maps.Equal(before, after) {
					t.Fatal("moved value")
				}
			})
		}
	}
}

// Two amounts that fit do not add up to one that wraps.
func TestSumsDoNotWrap(t *testing.T) {
	l := testkit.New(t, guardedWorld())
	b := batchWith(payment.EachForItself, money.Max)
	b.Payments = append(b.Payments, b.Payments[0])
	b.Sum = money.Zero
	refused(t, l.Do("IMPORT", "payment.batch", b), fault.AmountOverflow)

	a := testkit.Attestation(l.Now(), 0)
	a.Composition = []issuance.Holding{{Class: "cash", Amount: money.Max, Eligible: true}, {Class: "cash", Amount: money.Max, Eligible: true}}
	a.Total = money.Max
	refused(t, l.Do("KEEPER", "reserve.attest", a), fault.AmountOverflow)

	l.Must("HARBOUR", "allowance.raise", &issuance.Raise{Asset: testkit.HKDX, Minter: testkit.LEI("HUIHAI"), Amount: money.Max}, "admin")
	refused(t, l.Do("HARBOUR", "allowance.raise", &issuance.Raise{Asset: testkit.HKDX, Minter: testkit.LEI("HUIHAI"), Amount: money.FromUint64(1)}, "admin"), fault.AmountOverflow)
	refused(t, l.Do("HUIHAI", "issuance.mint", &issuance.Mint{Asset: testkit.HKDX, To: "HUIHAI-FX", Amount: money.Max}), fault.ReservesShort)
}

// Lesson 1: stale or missing reserves stop minting, whatever the keys and allowances say.
func TestStaleReservesStopMinting(t *testing.T) {
	l := testkit.New(t, guardedWorld())
	mint := &issuance.Mint{Asset: testkit.HKDX, To: "HARBOUR-TREASURY", Amount: testkit.Units(1)}
	l.Must("HARBOUR", "issuance.mint", mint)
	l.Advance(37 * 3600_000)
	refused(t, l.Do("HARBOUR", "issuance.mint", mint), fault.ReservesStale)
	l.Must("SUPPLY", "payment.send", testkit.Pay("SUPPLY-HKD", "SUPPLY-2", testkit.HKDX, 1)) // money that is out moves on
	l.Attest(50_000_000)
	l.Must("HARBOUR", "issuance.mint", mint)
}

// Whoever alters a signature cannot spend the id of somebody else's transaction.
func TestAlteredSignatureSpendsNothing(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	body := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1))
	good := testkit.Sign(&body, l.Signers("IMPORT")...)
	bad, _, err := txn.Decode(good)
	if err != nil {
		t.Fatal(err)
	}
	bad.Signatures[0].Sig = append([]byte(nil), bad.Signatures[0].Sig...)
	bad.Signatures[0].Sig[3] ^= 1
	stranger := testkit.Sign(&body, testkit.Key("nobody"))
	none := txn.Transaction{Body: wire.Marshal(&body)}
	results := l.Block(bad.Encode(), stranger, none.Encode(), good)
	refused(t, results[0], fault.SignatureInvalid)
	refused(t, results[1], fault.KeyUnknown)
	refused(t, results[2], fault.TxUnsigned)
	status(t, results[3], txn.Settled)
}

// Two signatures by keys of one officer are one officer.
func TestOneOfficerWithTwoKeysCountsOnce(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Approvals: 2, MakerChecker: true, Kinds: []string{"payment.send"}}}
	l := testkit.New(t, w)
	second := testkit.Key("IMPORT.checker/second")
	add := &party.AddKey{Officer: "checker", Algorithm: identity.Ed25519, Public: second.Public()}
	body := l.Draft("IMPORT", "key.add", add)
	if r := l.Block(testkit.Sign(&body, testkit.Key("IMPORT.admin"), testkit.Key("IMPORT.checker"), testkit.Key("IMPORT.checker2"), second))[0]; r.Fault != nil {
		t.Fatal(testkit.Explain(r))
	}
	pay := testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1)
	body = l.Draft("IMPORT", "payment.send", pay)
	refused(t, l.Block(testkit.Sign(&body, testkit.Key("IMPORT.maker"), testkit.Key("IMPORT.checker"), second))[0], fault.TxSignerTwice)

	waits := l.Must("IMPORT", "payment.send", pay)
	l.Must("IMPORT", "approval.approve", approve(waits.ID), "checker")
	body = l.Draft("IMPORT", "approval.approve", approve(waits.ID))
	refused(t, l.Block(testkit.Sign(&body, second))[0], fault.ApprovalTwice)
}

// Every algorithm signs through the whole machine; what is altered does not pass for any.
func TestEveryAlgorithmSigns(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	for _, algorithm := range []identity.Algorithm{identity.Ed25519, identity.P256, identity.WebAuthn, identity.Secp256k1, identity.SM2} {
		t.Run(algorithm.String(), func(t *testing.T) {
			key := testkit.KeyFor(algorithm, "IMPORT.maker/"+algorithm.String())
			add := &party.AddKey{Officer: "maker", Algorithm: algorithm, Public: key.Public()}
			if algorithm == identity.WebAuthn {
				hash := wire.Hash(key.RPIDHash())
				add.RPIDHash = &hash
			}
			body := l.Draft("IMPORT", "key.add", add)
			refused(t, l.Block(testkit.Sign(&body, testkit.Key("IMPORT.admin")))[0], fault.KeyPossession)
			body = l.Draft("IMPORT", "key.add", add)
			if r := l.Block(testkit.Sign(&body, testkit.Key("IMPORT.admin"), key))[0]; r.Fault != nil {
				t.Fatal(testkit.Explain(r))
			}
			body = l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1))
			raw := testkit.Sign(&body, keyring.Signer(key))
			altered, _, err := txn.Decode(raw)
			if err != nil {
				t.Fatal(err)
			}
			altered.Signatures[0].Sig = append([]byte(nil), altered.Signatures[0].Sig...)
			altered.Signatures[0].Sig[40] ^= 4
			l.Machine().Preverify([][]byte{raw, altered.Encode(), raw}) // on one machine of the two
			l.Machine().Preverify([][]byte{raw})
			results := l.Block(altered.Encode(), raw)
			if results[0].Fault == nil || results[0].Fault.Class != fault.Unauthenticated && results[0].Fault.Class != fault.Invalid {
				t.Fatalf("altered: %s", testkit.Explain(results[0]))
			}
			status(t, results[1], txn.Settled)

			// That a signature was found valid says nothing about its key later on.
			later := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 2))
			raw = testkit.Sign(&later, keyring.Signer(key))
			l.Machine().Preverify([][]byte{raw})
			if checked := l.Machine().Check(raw, l.Now(), false); checked.Code != 0 {
				t.Fatal(checked.Log)
			}
			l.Must("IMPORT", "key.revoke", &party.RevokeKey{Algorithm: algorithm, Public: key.Public()}, "admin")
			refused(t, l.Block(raw)[0], fault.KeyRevoked)
		})
	}
}
