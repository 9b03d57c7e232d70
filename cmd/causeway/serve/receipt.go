package serve

import (
	"time"

	"causeway/client/receipt/issue"
	"causeway/core/kernel/fault"
)

// headerWait is how long the header after a block may take: an idle chain makes one a second.
const headerWait = 4 * time.Second

// Receipt makes the file that proves a transaction and its result.
func (b Backend) Receipt(id [32]byte, trusted int64) ([]byte, error) {
	return afterHeader(func() ([]byte, error) { return issue.Receipt(b.Ledger(), b.Node, id, trusted) })
}

// State makes the file that proves what the ledger holds under a key.
func (b Backend) State(key []byte, trusted int64) ([]byte, error) {
	return afterHeader(func() ([]byte, error) { return issue.State(b.Ledger(), b.Node, key, trusted) })
}

// afterHeader tries again while the header that proves a block is still being made.
func afterHeader(proved func() ([]byte, error)) ([]byte, error) {
	for end := time.Now().Add(headerWait); ; time.Sleep(10 * time.Millisecond) {
		data, err := proved()
		if fault.Of(err) != fault.ReceiptNotYet || time.Now().After(end) {
			return data, err
		}
	}
}
