package receipt

import (
	"fmt"
	"math/bits"

	"causeway/core/kernel/wire"
)

// A path leads from a leaf to the root of a tree as RFC 6962 §2.1 hashes it. Bit i of sides says
// whether at step i the node is the right one. The place of a leaf and the size of the tree are
// left out on purpose: paths of the same form exist in trees of different sizes, so a root does
// not bind those two numbers.

// climb computes the root that a leaf and its siblings lead to.
func climb(leaf []byte, sides uint64, siblings []wire.Hash) wire.Hash {
	node := wire.Sum([]byte{0}, leaf)
	for i := range siblings {
		if sides>>i&1 == 0 {
			node = wire.Sum([]byte{1}, node[:], siblings[i][:])
		} else {
			node = wire.Sum([]byte{1}, siblings[i][:], node[:])
		}
	}
	return node
}

// checkSides refuses bits beyond the path and paths longer than sides can say.
func checkSides(sides uint64, siblings []wire.Hash) error {
	if len(siblings) > 63 || sides>>len(siblings) != 0 {
		return refuse("a path of %d steps has the sides %b", len(siblings), sides)
	}
	return nil
}

// pathTo computes the path of leaves[index].
func pathTo(leaves [][]byte, index int) (sides uint64, siblings []wire.Hash) {
	if len(leaves) == 1 {
		return 0, nil
	}
	split := 1 << (bits.Len(uint(len(leaves)-1)) - 1)
	if index < split {
		sides, siblings = pathTo(leaves[:split], index)
		return sides, append(siblings, merkleRoot(leaves[split:]))
	}
	sides, siblings = pathTo(leaves[split:], index-split)
	return sides | 1<<len(siblings), append(siblings, merkleRoot(leaves[:split]))
}

func merkleRoot(leaves [][]byte) wire.Hash {
	if len(leaves) == 1 {
		return wire.Sum([]byte{0}, leaves[0])
	}
	split := 1 << (bits.Len(uint(len(leaves)-1)) - 1)
	left, right := merkleRoot(leaves[:split]), merkleRoot(leaves[split:])
	return wire.Sum([]byte{1}, left[:], right[:])
}

func checkIndex(index, count int) error {
	if index < 0 || index >= count {
		return fmt.Errorf("receipt: a block of %d transactions has none at %d", count, index)
	}
	return nil
}
