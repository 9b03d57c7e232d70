package txn

import "causeway/core/kernel/state"

// validators are those the ledger knows of, so that a change can be measured by the whole.
var validators = state.NewTable[ValidatorChange]("w", "validator")

// ValidatorChange asks consensus to give a validator this power; zero removes it.
type ValidatorChange struct {
	PublicKey []byte `cbor:"1,keyasint" json:"public_key"` // Ed25519
	Power     int64  `cbor:"2,keyasint" json:"power"`
}

// ChangeValidator asks for a change, which takes effect two heights later.
func (c *Context) ChangeValidator(v ValidatorChange) {
	c.validators = append(c.validators, v)
	putValidator(c.block, v)
}

// SeedValidators records the validators that consensus begins with.
func SeedValidators(b *state.Block, list []ValidatorChange) {
	for _, v := range list {
		putValidator(b, v)
	}
}

func putValidator(b *state.Block, v ValidatorChange) {
	if v.Power == 0 {
		validators.Delete(b, v.PublicKey)
		return
	}
	validators.Put(b, v.PublicKey, v)
}

// FindValidator reads a validator.
func FindValidator(r Reader, public []byte) (ValidatorChange, bool) {
	return validators.Get(r, public)
}

// ListValidators visits the validators in the order of their keys.
func ListValidators(r Reader, visit func(ValidatorChange) bool) {
	validators.Scan(r, nil, nil, func(_ []byte, v ValidatorChange) bool { return visit(v) })
}

// ValidatorKey is the state key of a validator's record, for proofs.
func ValidatorKey(public []byte) []byte { return validators.Key(public) }
