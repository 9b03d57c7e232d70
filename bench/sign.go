package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"causeway/core/feature/payment"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// payments pre-signs count payments as DECISIONS 28 describes them: own key per payer, UETR,
// end-to-end id, client reference, remittance hash, one document reference. Payers are
// uniform; payees uniform or, with zipf, few of them get most.
func payments(count, accounts, from int, zipf bool) [][]byte {
	txs := make([][]byte, count)
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), uint64(from)))
			popular := rand.NewZipf(random, 1.1, 8, uint64(accounts-1))
			for i := w; i < count; i += workers {
				payer := random.IntN(accounts)
				payee := random.IntN(accounts)
				if zipf {
					payee = int(popular.Uint64())
				}
				if payee == payer {
					payee = (payer + 1) % accounts
				}
				txs[i] = sign(from+i, payer, payee)
			}
		})
	}
	wg.Wait()
	return txs
}

func sign(n, payer, payee int) []byte {
	remittance := wire.Sum([]byte("remittance"), binary.BigEndian.AppendUint64(nil, uint64(n)))
	document := wire.Sum([]byte("document"), binary.BigEndian.AppendUint64(nil, uint64(n)))
	var uetr payment.UETR
	copy(uetr[:], remittance[16:])
	uetr[6], uetr[8] = uetr[6]&0x0f|0x40, uetr[8]&0x3f|0x80
	send := payment.Send{From: accountID(payer), To: accountID(payee), Asset: asset, Amount: money.FromUint64(uint64(1000 + n%9000)),
		Purpose: "CGODDR", UETR: &uetr, EndToEnd: fmt.Sprintf("E2E-%012d", n), Remittance: &remittance,
		Documents: []txn.Document{{Kind: "invoice", Hash: document, Ref: fmt.Sprintf("INV-%010d", n)}}}
	body := txn.Body{Kind: payment.SendKind.Name, Version: payment.SendKind.Version, Party: payerLEI(payer),
		Reference: fmt.Sprintf("R%014d", n), Expires: time.Now().Add(12 * time.Hour).UnixMilli(), Payload: wire.Marshal(&send)}
	raw := wire.Marshal(&body)
	signature, err := payerKey(payer).Sign(txn.ID(chain, raw))
	check(err)
	t := txn.Transaction{Body: raw, Signatures: []identity.Signature{signature}}
	return t.Encode()
}
