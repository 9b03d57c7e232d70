package payment

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// batchesMax bounds a manifest: 1,000 batches of 1,000 payments.
const batchesMax = 1000

const dayMs = 24 * 3600_000

// File puts the manifest of a payment file on the ledger. People approve it once; each of
// its batches then executes against it, once, and only as the manifest names it.
type File struct {
	Account txn.AccountID `cbor:"1,keyasint" json:"account"` // debited by every batch
	Asset   txn.AssetID   `cbor:"2,keyasint" json:"asset"`
	Hash    wire.Hash     `cbor:"3,keyasint" json:"hash"` // salted hash of the original file
	Batches []wire.Hash   `cbor:"4,keyasint" json:"batches"`
	Count   uint32        `cbor:"5,keyasint" json:"count"`            // payments in all batches
	Sum     money.Amount  `cbor:"6,keyasint" json:"sum" unit:"asset"` // the most they may debit, minor units, at worst rates
}

// Manifest is a file's manifest on the ledger.
type Manifest struct {
	ID    wire.Hash    `cbor:"1,keyasint" json:"id"`
	Party identity.LEI `cbor:"2,keyasint" json:"party"`
	File  File         `cbor:"3,keyasint" json:"file"`
	Done  []bool       `cbor:"4,keyasint,omitempty" json:"done"` // batches carried out
	Paid  uint32       `cbor:"5,keyasint,omitempty" json:"paid"` // payments in them
	Spent money.Amount `cbor:"6,keyasint" json:"spent"`          // of Sum
	Until int64        `cbor:"7,keyasint" json:"until"`          // Unix ms, from then on nothing executes against it
}

var manifests = txn.NewTable[Manifest]("pf", "payment.file")

var fileKind = txn.Kind{
	Name: "payment.file", Version: 1,
	En:      "put the manifest of a payment file on the ledger, to be approved once",
	Zh:      "将付款文件清单登记上链，一次审批",
	New:     func() txn.Payload { return &File{} },
	Example: `{"account":"SH-IMPORT-CNY","asset":"e-CNY","hash":"6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d","batches":["0a1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d"],"count":2,"sum":"3000"}`,
}

// Validate checks the shape.
func (p *File) Validate() error {
	switch {
	case p.Account == "" || p.Asset == "":
		return fault.TxFieldMissing.With("account, asset", "", "the debited account and asset")
	case p.Hash.IsZero():
		return fault.TxFieldMissing.With("hash", "", "the salted hash of the file")
	case len(p.Batches) == 0 || len(p.Batches) > batchesMax:
		return fault.TxFieldInvalid.With("batches", itoa(len(p.Batches)), "1 to "+itoa(batchesMax))
	case int(p.Count) < len(p.Batches):
		return fault.TxFieldInvalid.With("count", itoa(int(p.Count)), "at least one payment in each batch")
	case p.Sum.IsZero():
		return fault.AmountZero.With("sum", "0", "above zero")
	}
	return nil
}

// Access: the owner of the account, with the approvals its policy asks for the whole sum, of
// files as of batches.
func (p *File) Access(c *txn.Context) (txn.Access, error) {
	_, err := c.OwnAccount(p.Account)
	return txn.Access{Account: p.Account, Asset: p.Asset, Amount: p.Sum, Spares: BatchKind.Name}, err
}

// Execute registers the manifest.
func (p *File) Execute(c *txn.Context) error {
	m := Manifest{ID: c.ID(), Party: c.Party().LEI, File: *p, Done: make([]bool, len(p.Batches))}
	// A batch sent again pays nothing twice because its references are remembered: so long.
	m.Until = c.Now() + int64(c.Params().ReferenceDays)*dayMs
	manifests.Put(c, m.ID[:], m)
	c.Emit("payment.file_was_registered", m)
	return nil
}

// ContentHash is what a manifest names a batch by: the batch without its file and part.
func (p *Batch) ContentHash() wire.Hash {
	bare := *p
	bare.File, bare.Part = nil, 0
	return wire.Sum([]byte("causeway/batch/1"), wire.Marshal(&bare))
}

// manifest finds the manifest of a batch and checks that it names this very batch.
func (p *Batch) manifest(c *txn.Context) (Manifest, error) {
	m, ok := manifests.Get(c.Reader(), p.File[:])
	if !ok || m.Party != c.Party().LEI {
		return m, fault.PaymentFileUnknown.With("file", p.File.String(), "the id of an approved payment.file of "+string(c.Party().LEI))
	}
	if c.Now() >= m.Until {
		return m, fault.PaymentFileUnknown.With("file", "past "+strconv.FormatInt(m.Until, 10), "a payment.file younger than references are remembered")
	}
	if int(p.Part) >= len(m.File.Batches) || m.File.Batches[p.Part] != p.ContentHash() || p.Payments[0].From != m.File.Account || p.Payments[0].Asset != m.File.Asset {
		return m, fault.PaymentFileMismatch.With("part", strconv.Itoa(int(p.Part)), "the batch that the manifest names at this place")
	}
	return m, nil
}

// tick marks a batch as carried out; the manifest's count and sum are upper bounds.
func (p *Batch) tick(c *txn.Context) error {
	m, err := p.manifest(c)
	if err != nil {
		return err
	}
	if m.Done[p.Part] {
		return nil // again: item references see to it that nothing is paid twice
	}
	access, err := p.Access(c)
	if err != nil {
		return err
	}
	spent, ok := m.Spent.Add(access.Amount)
	if paid := m.Paid + uint32(len(p.Payments)); !ok || m.File.Sum.Less(spent) || paid > m.File.Count {
		return fault.PaymentFileMismatch.With("sum, count", spent.Digits()+", "+itoa(int(paid)), "within the manifest's "+m.File.Sum.Digits()+", "+itoa(int(m.File.Count)))
	}
	done := append([]bool(nil), m.Done...)
	done[p.Part] = true
	m.Done, m.Spent, m.Paid = done, spent, m.Paid+uint32(len(p.Payments))
	manifests.Put(c, m.ID[:], m)
	return nil
}

var fileView = txn.View{
	Noun: "file", En: "manifests of payment files", Zh: "付款文件清单",
	Get: func(r txn.Reader, id string) (any, bool) {
		h, err := wire.ParseHash(id)
		if err != nil {
			return nil, false
		}
		return manifests.Get(r, h[:])
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		start, _ := wire.ParseHash(from)
		manifests.Scan(r, nil, start[:], func(_ []byte, m Manifest) bool { return visit(m.ID.String(), m) })
	},
}

func itoa(n int) string { return strconv.Itoa(n) }
