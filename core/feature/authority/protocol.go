package authority

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// ActivateProtocol puts the next protocol version into force at a height, for every node at
// once: a node without it stops there and says so.
type ActivateProtocol struct {
	Version uint32 `cbor:"1,keyasint" json:"version"`
	Height  int64  `cbor:"2,keyasint" json:"height"`
}

var activateProtocolKind = txn.Kind{
	Name: "protocol.activate", Version: 1,
	En:      "Put the next protocol version into force at a future height.",
	Zh:      "在未来的指定高度启用下一协议版本。",
	New:     func() txn.Payload { return new(ActivateProtocol) },
	Example: `{"version":2,"height":250000}`,
}

// heightsAhead is the least notice that nodes get.
const heightsAhead = 10

// Validate checks that both are there.
func (p *ActivateProtocol) Validate() error {
	if p.Version == 0 || p.Height <= 0 {
		return fault.TxFieldMissing.With("version", "", "a version and a height")
	}
	return nil
}

// Access is for the charter's supervisor.
func (p *ActivateProtocol) Access(c *txn.Context) (txn.Access, error) {
	return exactly(c, c.Charter().ID)
}

// Execute records the activation. Versions follow one another, in heights as in numbers.
func (p *ActivateProtocol) Execute(c *txn.Context) error {
	last := txn.Activation{Version: 1}
	txn.ListActivations(c.Reader(), func(a txn.Activation) bool {
		last = a
		return true
	})
	if p.Version != last.Version+1 {
		return fault.ProtocolVersion.With("version", strconv.Itoa(int(p.Version)), strconv.Itoa(int(last.Version)+1))
	}
	if least := max(last.Height, c.Height()+heightsAhead); p.Height <= least {
		return fault.ProtocolVersion.With("height", strconv.FormatInt(p.Height, 10), "above "+strconv.FormatInt(least, 10))
	}
	c.SaveActivation(txn.Activation(*p))
	c.Emit("protocol.was_activated", ProtocolActivated(*p))
	return nil
}

// ProtocolActivated says from which height on a protocol version is in force.
type ProtocolActivated struct {
	Version uint32 `cbor:"1,keyasint" json:"version"`
	Height  int64  `cbor:"2,keyasint" json:"height"`
}
