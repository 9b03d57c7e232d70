// Package rulebooks holds the sample rulebooks as data, in a form that a lawyer can read, and
// turns that form into what the ledger stores.
//
// A file says amounts with their decimals ("20,000,000.00"), windows in words ("rolling 24
// hours in 24 parts") and deadlines as "72 hours". Reading is strict: an unknown word is an
// error that names the rule, and the result has passed the same checks as on the ledger. What a
// rule means is decided by core/kernel/guard alone.
package rulebooks

import (
	"embed"
	"fmt"

	"causeway/core/kernel/guard"
)

//go:embed */rulebook.yaml
var files embed.FS

// IDs are the authorities that have a sample rulebook, parents before children.
var IDs = []guard.AuthorityID{"charter", "CN", "CN-SH", "CN-SH-GT", "HK"}

// Text is the file of an authority's sample rulebook.
func Text(id guard.AuthorityID) ([]byte, error) {
	data, err := files.ReadFile(string(id) + "/rulebook.yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no sample rulebook of %q", id)
	}
	return data, nil
}

// Load reads an authority's sample rulebook.
func Load(id guard.AuthorityID) (*guard.Rulebook, error) {
	data, err := Text(id)
	if err != nil {
		return nil, err
	}
	book, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s/rulebook.yaml: %w", id, err)
	}
	if book.Authority != id {
		return nil, fmt.Errorf("%s/rulebook.yaml is the rulebook of %q", id, book.Authority)
	}
	return book, nil
}
