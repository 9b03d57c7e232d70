package readmodel

import (
	"encoding/json"
	"fmt"

	"causeway/core/kernel/state"
)

// model is one read model: tables, how they begin, and what a block changes in them. A version
// that differs from the database's empties its tables and makes them anew; the others go on.
type model struct {
	name    string
	version int64
	tables  []*layout
	// seed writes what the state says at the height before the first block that is applied: of
	// genesis, or of a later height where earlier blocks are gone. It may be called again with
	// fewer keys.
	seed func(u *unit, s state.Reader, at seedAt)
	// apply writes what a block changes.
	apply func(u *unit, b *block)
}

// seedAt is the height and the time of a seeding.
type seedAt struct{ height, timeMs int64 }

// models is the one list of read models. A new one is a file, a line here, and a migration.
var models = []*model{
	blockModel, paymentModel, balanceModel, holdModel, proposalModel, partyModel, accountModel,
	authorityModel, quotaModel, assetModel, reserveModel, redemptionModel, quoteModel,
}

// shaped is a table of any row type.
type shaped interface{ shape() *layout }

func layouts(list ...shaped) (all []*layout) {
	for _, t := range list {
		all = append(all, t.shape())
	}
	return all
}

func (l *layout) shape() *layout { return l }

// tableText is JSON of something small, as a column.
func tableText(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("readmodel: %T: %v", v, err))
	}
	if string(data) == "null" {
		return "[]"
	}
	return string(data)
}
