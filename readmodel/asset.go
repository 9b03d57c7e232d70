package readmodel

import (
	"context"

	"causeway/core/feature/asset"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
)

// Asset is what can have balances.
type Asset struct {
	ID           ledger.AssetID    `db:"id" json:"id" doc:"id"`
	Name         string            `db:"name" json:"name" doc:"name"`
	Kind         ledger.AssetKind  `db:"kind" json:"kind" doc:"stablecoin, cbdc, deposit, real_asset, receivable, vault_share"`
	Backing      ledger.Backing    `db:"backing" json:"backing" doc:"what bounds its supply: reserved, liability, claim"`
	Scale        int64             `db:"scale" json:"scale" doc:"decimals: how many digits of an amount stand behind the point"`
	Currency     string            `db:"currency" json:"currency" doc:"ISO 4217, of money"`
	Authority    guard.AuthorityID `db:"authority" json:"authority" doc:"registered under"`
	Issuer       identity.LEI      `db:"issuer" json:"issuer" doc:"LEI"`
	Custodian    identity.LEI      `db:"custodian" json:"custodian" doc:"LEI of who attests reserves"`
	Approval     string            `db:"approval" json:"approval" doc:"approval or filing reference"`
	ExpiresMs    int64             `db:"expires_ms" json:"expires_ms" doc:"the approval expires, Unix ms"`
	Cap          money.Amount      `db:"cap" json:"cap" doc:"liability: cap; claim: evidenced units"`
	MaxAgeMs     int64             `db:"max_age_ms" json:"max_age_ms" doc:"reserved: oldest attestation that still counts, ms"`
	RedeemIn     int64             `db:"redeem_in" json:"redeem_in" doc:"business days to redeem; 0: not redeemed"`
	Calendar     string            `db:"calendar" json:"calendar" doc:"whose business days"`
	Paused       bool              `db:"paused" json:"paused" doc:"1: by somebody"`
	Retired      bool              `db:"retired" json:"retired" doc:"1: ended"`
	Frozen       string            `db:"frozen" json:"frozen" doc:"reference of the freeze in force"`
	FrozenBy     guard.AuthorityID `db:"frozen_by" json:"frozen_by" doc:"whose freeze it is"`
	RegisteredMs int64             `db:"registered_ms" json:"registered_ms" doc:"block time, Unix ms; 0: when the history begins"`
	Seq          int64             `db:"seq" json:"seq,string" doc:"place of the last change"`
}

var assets = newTable[Asset]("assets", 1, "Registered assets.")

var assetModel = &model{
	name: "asset", version: 1, tables: layouts(assets),
	seed: func(u *unit, s state.Reader, at seedAt) {
		ledger.ListAssets(s, "", func(a ledger.Asset) bool {
			u.asset(&a, &touch{lastSeq: at.height << heightShift})
			return true
		})
	},
	apply: func(u *unit, b *block) {
		b.events(func(a *act, n int, e *txn.Event) {
			if id := assetOf(e); id != "" {
				u.touch("asset", string(id), seqOf(b.height, a.index, n), b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
					if a, ok := ledger.FindAsset(s, ledger.AssetID(id)); ok {
						u.asset(&a, t)
					}
				})
			}
		})
	},
}

// assetOf is the asset whose record an event is about.
func assetOf(e *txn.Event) ledger.AssetID {
	switch e.Name {
	case "asset.was_registered":
		return decode[asset.RegisteredEvent](e).Asset
	case "asset.was_updated":
		return decode[asset.UpdatedEvent](e).Asset
	case "asset.was_paused":
		return decode[asset.PausedEvent](e).Asset
	case "asset.was_unpaused":
		return decode[asset.UnpausedEvent](e).Asset
	case "asset.was_retired":
		return decode[asset.RetiredEvent](e).Asset
	case "asset.was_frozen":
		return ledger.AssetID(decode[supervision.FrozenEvent](e).ID)
	case "asset.was_unfrozen":
		return ledger.AssetID(decode[supervision.UnfrozenEvent](e).ID)
	}
	return ""
}

func (u *unit) asset(a *ledger.Asset, t *touch) {
	row := Asset{
		ID: a.ID, Name: a.Name, Kind: a.Kind, Backing: a.Backing, Scale: int64(a.Scale), Currency: a.Currency, Authority: a.Authority, Issuer: a.Issuer,
		Custodian: a.Custodian, Approval: a.Approval, ExpiresMs: a.Expires, Cap: a.Cap, MaxAgeMs: a.MaxAgeMs, RedeemIn: int64(a.RedeemIn),
		Calendar: a.Calendar, Paused: a.Paused, Retired: a.Retired, Frozen: a.Frozen, FrozenBy: a.FrozenBy, RegisteredMs: t.firstMs, Seq: t.lastSeq,
	}
	if before, known := get(u, assets, string(a.ID)); known {
		row.RegisteredMs = before.RegisteredMs
	}
	put(u, assets, row)
}

// Assets lists assets by id.
func (s *Store) Assets(ctx context.Context, p Page) ([]Asset, string, error) {
	return list(ctx, s, assets, query{order: []string{"id"}}, p)
}

// Asset finds an asset by its id.
func (s *Store) Asset(ctx context.Context, id ledger.AssetID) (Asset, bool, error) {
	return find(ctx, s, assets, "id", string(id))
}
