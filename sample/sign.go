package sample

import (
	"fmt"

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
	t := txn.Transaction{Body: wire.Marshal(&body)}
	id := txn.ID(chain, t.Body)
	for _, role := range s.Signers {
		key, err := Key(role)
		if err != nil {
			return nil, id, err
		}
		signature, err := key.Sign(id)
		if err != nil {
			return nil, id, err
		}
		t.Signatures = append(t.Signatures, signature)
	}
	return t.Encode(), id, nil
}
