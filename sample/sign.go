package sample

import (
	"fmt"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

func sign(chain string, p Party, s Step, expires int64) ([]byte, wire.Hash, error) {
	kind, ok := core.Kinds.Kind(s.Kind)
	if !ok {
		return nil, wire.Hash{}, fmt.Errorf("there is no kind %q", s.Kind)
	}
	body, err := core.NewBody(s.Payload, kind, txn.Body{Party: p.LEI, Expires: expires})
	if err != nil {
		return nil, wire.Hash{}, err
	}
	keys := make([]keyring.Signer, len(s.Signers))
	for i, role := range s.Signers {
		if keys[i], err = Key(role); err != nil {
			return nil, wire.Hash{}, err
		}
	}
	return keyring.SignTransaction(chain, body, keys...)
}
