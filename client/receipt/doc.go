// Package receipt verifies, without any network, that the ledger carried out a transaction or
// held a value: from a file and from the network's genesis (or a checkpoint) alone.
//
// A receipt proves the exact transaction and its result by Merkle paths (RFC 6962 §2.1) to the
// header of its block H and to that of H+1, which more than two thirds of the validators signed;
// each change of the validators since genesis stands in the file, signed by those before it. A
// file has one encoding, and every byte of it is bound by a hash or a signature: whatever is
// changed is refused. As with any light client, the proof is as good as the honesty of two
// thirds of each former validator set, whose keys must not fall into one hand later.
package receipt

import (
	"errors"
	"fmt"
)

// ErrInvalid is what every refused file is.
var ErrInvalid = errors.New("the file proves nothing")

func refuse(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, arguments...))
}

// FileBytesMax bounds a file before anything of it is read.
const FileBytesMax = 32 << 20
