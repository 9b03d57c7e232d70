package main

import (
	"fmt"
	"strings"

	"causeway/readmodel"
)

const readModelsIntro = `# Read models

What has happened on the ledger, as SQL tables beside a node: for lists, statements and reports. ` + "`causeway start`" + ` and ` + "`causeway dev`" + ` keep them in
` + "`data/readmodel.db`" + ` of the home (SQLite); ` + "`--readmodel`" + ` or ` + "`CAUSEWAY_READMODEL_DSN`" + ` names another file, a PostgreSQL database
(` + "`postgres://…`" + `) or ` + "`off`" + `. Query the database itself, with a role that cannot write: the reader is its only writer. Whoever can read it sees the whole ledger.

- **One position.** A block's rows and the position are written in one transaction, so a reader that was killed goes on where the rows end. All
  tables of a model are as of its ` + "`height`" + ` in ` + "`models`" + `, and its history begins after ` + "`since`" + ` (0: genesis).
- **Rebuild equals incremental.** When a reader has caught up, its tables are the same whenever and however fast it has read. Delete the database and
  it is made anew. Rows of events (payments, entries, balances, reservations, reserves, trades, changes, answers) are exact at every height. Rows that
  show a record (parties, officers, keys, accounts, assets, authorities, rulebooks, holds, queues, proposals, redemptions) are that record at the
  reader's height as long as the node keeps its history (1,000 heights), and while it is further behind may be newer than the height. ` + "`quota_uses`" + ` are
  always as new as they can be.
- **Versions.** Each model has one; another one in the database empties that model's tables and makes them anew while the others go on.
- **Retention.** Where the node no longer has the blocks that a reader needs, it begins anew with what the state has at the present height: parties, accounts,
  balances, open holds and so on are there, earlier payments are not, and statements begin with an ` + "`opening`" + ` line.
- **Compared.** Every half minute, when caught up, supplies, reserves, counts of what is open and a thousand balances, each time the next ones, are compared
  with the state of the same height. The result stands in ` + "`reconciliations`" + ` and in the status.
- **Not here.** Traces of rules, and what a refusal found and wanted, are private and are not copied.

## Types

| type | SQLite and PostgreSQL | |
|---|---|---|
| text | TEXT | sorted by bytes in both; never null, empty where there is none. Ids and hashes are lower-case hexadecimal |
| number | BIGINT | times are Unix ms; booleans are 0 or 1 |
| amount | TEXT, 39 digits | minor units with leading zeros, so that they sort as numbers. Divide by 10^scale of the asset |

Amounts go up to 2^127−1, beyond what SQLite adds. PostgreSQL sums exactly: ` + "`sum(paid::numeric)`" + `. In SQLite ` + "`sum(CAST(paid AS INTEGER))`" + ` is exact up to
9,223,372,036,854,775,807 minor units and fails beyond, it never rounds.

A place (` + "`seq`" + `) is height × 2^30 + place in the block's log × 2^10 + a number within the outcome: larger is later, across all tables. Lists are read with
` + "`WHERE seq < ? ORDER BY seq DESC LIMIT 50`" + ` along an index, never with OFFSET.

Besides the tables below, ` + "`ledger`" + ` names the chain, ` + "`models`" + ` has name, version, height, since and hash of the last block, ` + "`reconciliations`" + ` height, checked, different, detail
and time_ms.
`

// readModelsPage describes the tables.
func readModelsPage() []byte {
	var b strings.Builder
	b.WriteString(generated + readModelsIntro)
	model := ""
	for _, t := range readmodel.Schema() {
		if t.Model != model {
			model = t.Model
			fmt.Fprintf(&b, "\n## %s\n\nVersion %d.\n", model, t.Version)
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n| column | type | |\n|---|---|---|\n", t.Name, t.About)
		for _, c := range t.Columns {
			name := "`" + c.Name + "`"
			if c.Key {
				name = "**" + name + "**"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", name, c.Type, c.About)
		}
	}
	return []byte(b.String())
}
