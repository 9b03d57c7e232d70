package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"time"

	"causeway/core/feature/payment"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// chunk is how many payments are signed before they are written, to bound memory.
const chunk = 20_000

// writePayments pre-signs payments as DECISIONS 28 describes them: own key per payer, UETR,
// end-to-end id, client reference, remittance hash, one document reference. Payers are
// uniform; payees uniform or, with Zipf, few of them get most. They go to a file, so that the
// node's process does not have to hold them.
func (s *settings) writePayments() {
	file, err := os.Create(s.File)
	check(err)
	out := bufio.NewWriterSize(file, 1<<20)
	random := rand.New(rand.NewPCG(1, uint64(s.From)))
	popular := rand.NewZipf(random, 1.1, 8, uint64(s.Accounts-1))
	for done := 0; done < s.Payments; done += chunk {
		ends := make([][2]int, min(chunk, s.Payments-done))
		for i := range ends {
			payer, payee := random.IntN(s.Accounts), random.IntN(s.Accounts)
			if s.Zipf {
				payee = int(popular.Uint64())
			}
			if payee == payer {
				payee = (payer + 1) % s.Accounts
			}
			ends[i] = [2]int{payer, payee}
		}
		for _, tx := range signAll(s.From+done, ends) {
			_, err := out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(tx))))
			check(err)
			_, err = out.Write(tx)
			check(err)
		}
	}
	check(out.Flush())
	check(file.Close())
}

func signAll(from int, ends [][2]int) [][]byte {
	txs := make([][]byte, len(ends))
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(ends); i += workers {
				txs[i] = sign(from+i, ends[i][0], ends[i][1])
			}
		})
	}
	wg.Wait()
	return txs
}

// reader streams signed payments.
type reader struct {
	file *os.File
	in   *bufio.Reader
}

func openPayments(name string) *reader {
	file, err := os.Open(name)
	check(err)
	return &reader{file, bufio.NewReaderSize(file, 1<<20)}
}

func (r *reader) next() []byte {
	var size [4]byte
	_, err := io.ReadFull(r.in, size[:])
	check(err)
	tx := make([]byte, binary.BigEndian.Uint32(size[:]))
	_, err = io.ReadFull(r.in, tx)
	check(err)
	return tx
}

func (r *reader) close() { check(r.file.Close()) }

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
