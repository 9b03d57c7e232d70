package keyring

import (
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// SignTransaction signs a body; the first signer is the maker. Where several sign, the body
// names them first, so that nobody on the way can take a signature off or change their order.
func SignTransaction(chain string, body txn.Body, signers ...Signer) (raw []byte, id wire.Hash, err error) {
	return signed(body, func(b []byte) wire.Hash { return txn.ID(chain, b) }, signers)
}

// SignExplain signs a question about a body, over another domain than SignTransaction: the
// answerer can never submit it.
func SignExplain(chain string, body txn.Body, signers ...Signer) (raw []byte, err error) {
	raw, _, err = signed(body, func(b []byte) wire.Hash { return txn.ExplainID(chain, b) }, signers)
	return raw, err
}

func signed(body txn.Body, idOf func([]byte) wire.Hash, signers []Signer) (raw []byte, id wire.Hash, err error) {
	keys := make([]txn.PublicKey, len(signers))
	for i, s := range signers {
		keys[i] = txn.PublicKey{Algorithm: s.Algorithm(), Public: s.Public()}
	}
	body.Signers = nil
	if len(keys) > 1 {
		set := txn.SignerSet(keys)
		body.Signers = &set
	}
	t := txn.Transaction{Body: wire.Marshal(&body)}
	id = idOf(t.Body)
	for _, s := range signers {
		signature, err := s.Sign(id)
		if err != nil {
			return nil, id, err
		}
		t.Signatures = append(t.Signatures, signature)
	}
	return t.Encode(), id, nil
}
