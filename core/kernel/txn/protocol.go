package txn

import (
	"encoding/binary"

	"causeway/core/kernel/state"
)

// Activation puts a protocol version into force at a height.
type Activation struct {
	Version uint32 `cbor:"1,keyasint" json:"version"`
	Height  int64  `cbor:"2,keyasint" json:"height"`
}

var activations = state.NewTable[Activation]("v", "protocol")

// SaveActivation records an activation.
func (c *Context) SaveActivation(a Activation) {
	activations.Put(c.block, binary.BigEndian.AppendUint64(nil, uint64(a.Height)), a)
}

// ListActivations visits activations in the order of their heights.
func ListActivations(r Reader, visit func(Activation) bool) {
	activations.Scan(r, nil, nil, func(_ []byte, a Activation) bool { return visit(a) })
}

// ProtocolAt is the version in force at a height; 1 from genesis on.
func ProtocolAt(r Reader, height int64) uint32 {
	version := uint32(1)
	ListActivations(r, func(a Activation) bool {
		if a.Height <= height {
			version = a.Version
		}
		return a.Height <= height
	})
	return version
}
