package readmodel

import (
	"context"
	"encoding/hex"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
)

// LedgerBlock is a committed block.
type LedgerBlock struct {
	Height       int64  `db:"height" json:"height" doc:"height"`
	TimeMs       int64  `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
	Hash         string `db:"hash" json:"hash" doc:"hash of the block, hexadecimal"`
	Transactions int64  `db:"transactions" json:"transactions" doc:"how many transactions it has"`
	Refused      int64  `db:"refused" json:"refused" doc:"how many of them were refused"`
	Outcomes     int64  `db:"outcomes" json:"outcomes" doc:"how many outcomes its log has: transactions, payments of batches, ends of what waited, timers"`
}

// Transaction is a transaction in a block, and how it ended there.
type Transaction struct {
	Seq       int64        `db:"seq" json:"seq,string" doc:"place in the ledger"`
	ID        string       `db:"id" json:"id" doc:"id, hexadecimal"`
	Height    int64        `db:"height" json:"height" doc:"height of its block"`
	TimeMs    int64        `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
	Kind      string       `db:"kind" json:"kind" doc:"kind; empty: nobody known has signed it"`
	Party     identity.LEI `db:"party" json:"party" doc:"LEI of the party that sent it"`
	Reference string       `db:"reference" json:"reference" doc:"client reference"`
	Status    string       `db:"status" json:"status" doc:"how it ended in its block: done, settled, held, refused, proposed, duplicate, returned, cancelled, partial"`
	Fault     string       `db:"fault" json:"fault" doc:"name of the refusal"`
	Original  string       `db:"original" json:"original" doc:"id of the record that it repeats, answers or approves"`
}

var (
	blocks       = newTable[LedgerBlock]("blocks", 1, "Committed blocks, empty ones too.")
	transactions = newTable[Transaction]("transactions", 1, "What was submitted and stands in a block, refused or not.")
)

var blockModel = &model{
	name: "block", version: 1, tables: layouts(blocks, transactions),
	seed: func(*unit, state.Reader, seedAt) {},
	apply: func(u *unit, b *block) {
		row := LedgerBlock{Height: b.height, TimeMs: b.timeMs, Hash: hex.EncodeToString(b.hash), Transactions: int64(b.txs), Outcomes: int64(len(b.acts))}
		for i := range b.acts {
			a := &b.acts[i]
			if a.role != transaction {
				continue
			}
			if a.result.Fault != 0 {
				row.Refused++
			}
			put(u, transactions, Transaction{
				Seq: a.seq, ID: a.id.String(), Height: b.height, TimeMs: b.timeMs, Kind: a.kind, Party: a.party, Reference: a.reference,
				Status: a.result.Status.String(), Fault: faultName(a.result.Fault), Original: hashText(a.result.Original),
			})
		}
		put(u, blocks, row)
	},
}

// faultName is empty where nothing was refused.
func faultName(number uint16) string {
	if f := fault.Numbered(number); f != nil {
		return f.Name
	}
	return ""
}

// hashText is empty for no hash.
func hashText(h [32]byte) string {
	if h == [32]byte{} {
		return ""
	}
	return hex.EncodeToString(h[:])
}

// Blocks lists blocks, newest first.
func (s *Store) Blocks(ctx context.Context, p Page) ([]LedgerBlock, string, error) {
	return list(ctx, s, blocks, query{order: []string{"height"}, newest: true}, p)
}

// Block finds a block.
func (s *Store) Block(ctx context.Context, height int64) (LedgerBlock, bool, error) {
	return find(ctx, s, blocks, "height", height)
}

// TransactionFilter narrows a list of transactions; at most one of its fields is set.
type TransactionFilter struct {
	Party  identity.LEI
	Kind   string
	Status string
	Height int64
}

// Transactions lists transactions, newest first.
func (s *Store) Transactions(ctx context.Context, f TransactionFilter, p Page) ([]Transaction, string, error) {
	q := query{order: []string{"seq"}, newest: true}
	q.equal("party", string(f.Party))
	q.equal("kind", f.Kind)
	q.equal("status", f.Status)
	if f.Height > 0 {
		q.between("seq", seqOf(f.Height, 0, 0), seqOf(f.Height+1, 0, 0))
	}
	return list(ctx, s, transactions, q, p)
}

// Transaction finds a transaction by its id.
func (s *Store) Transaction(ctx context.Context, id string) (Transaction, bool, error) {
	return find(ctx, s, transactions, "id", id)
}
