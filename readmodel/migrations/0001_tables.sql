-- The engine's own.

CREATE TABLE ledger (
  chain TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE models (
  name TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  height BIGINT NOT NULL,
  since BIGINT NOT NULL,
  hash TEXT NOT NULL
);

CREATE TABLE reconciliations (
  height BIGINT NOT NULL PRIMARY KEY,
  checked BIGINT NOT NULL,
  different BIGINT NOT NULL,
  detail TEXT NOT NULL,
  time_ms BIGINT NOT NULL
);

-- Blocks.

CREATE TABLE blocks (
  height INTEGER PRIMARY KEY,
  time_ms BIGINT NOT NULL,
  hash TEXT NOT NULL,
  transactions BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  outcomes BIGINT NOT NULL
);
CREATE INDEX blocks_time ON blocks (time_ms, height);

CREATE TABLE transactions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  height BIGINT NOT NULL,
  time_ms BIGINT NOT NULL,
  kind TEXT NOT NULL,
  party TEXT NOT NULL,
  reference TEXT NOT NULL,
  status TEXT NOT NULL,
  fault TEXT NOT NULL,
  original TEXT NOT NULL
);
CREATE INDEX transactions_id ON transactions (id);
CREATE INDEX transactions_party ON transactions (party, seq);
CREATE INDEX transactions_kind ON transactions (kind, seq);
CREATE INDEX transactions_status ON transactions (status, seq);

-- Payments. Texts that are mostly empty are indexed where they are not.

CREATE TABLE payments (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  batch TEXT NOT NULL,
  item BIGINT NOT NULL,
  party TEXT NOT NULL,
  payee_party TEXT NOT NULL,
  payer TEXT NOT NULL,
  payee TEXT NOT NULL,
  from_sovereign TEXT NOT NULL,
  to_sovereign TEXT NOT NULL,
  source_asset TEXT NOT NULL,
  target_asset TEXT NOT NULL,
  amount TEXT NOT NULL,
  fix_target BIGINT NOT NULL,
  worst_rate TEXT NOT NULL,
  paid TEXT NOT NULL,
  received TEXT NOT NULL,
  returned TEXT NOT NULL,
  purpose TEXT NOT NULL,
  uetr TEXT NOT NULL,
  end_to_end TEXT NOT NULL,
  reference TEXT NOT NULL,
  remittance TEXT NOT NULL,
  documents TEXT NOT NULL,
  status TEXT NOT NULL,
  fault TEXT NOT NULL,
  height BIGINT NOT NULL,
  time_ms BIGINT NOT NULL,
  end_seq BIGINT NOT NULL,
  end_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX payments_id ON payments (id);
CREATE INDEX payments_party ON payments (party, seq);
CREATE INDEX payments_payee_party ON payments (payee_party, seq);
CREATE INDEX payments_status ON payments (status, seq);
CREATE INDEX payments_purpose ON payments (purpose, seq);
CREATE INDEX payments_uetr ON payments (uetr, seq) WHERE uetr <> '';
CREATE INDEX payments_end_to_end ON payments (end_to_end, seq) WHERE end_to_end <> '';
CREATE INDEX payments_batch ON payments (batch, seq) WHERE batch <> '';

CREATE TABLE payment_changes (
  payment TEXT NOT NULL,
  seq BIGINT NOT NULL,
  time_ms BIGINT NOT NULL,
  status TEXT NOT NULL,
  fault TEXT NOT NULL,
  amount TEXT NOT NULL,
  reason TEXT NOT NULL,
  carrier TEXT NOT NULL,
  PRIMARY KEY (payment, seq)
) WITHOUT ROWID;

-- Accounts' money.

CREATE TABLE entries (
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  seq BIGINT NOT NULL,
  time_ms BIGINT NOT NULL,
  direction TEXT NOT NULL,
  amount TEXT NOT NULL,
  balance TEXT NOT NULL,
  counterparty TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (account, asset, seq)
) WITHOUT ROWID;

CREATE TABLE balances (
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  total TEXT NOT NULL,
  reserved TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (account, asset)
) WITHOUT ROWID;
CREATE INDEX balances_asset ON balances (asset, account);

CREATE TABLE reservations (
  id TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount TEXT NOT NULL,
  time_ms BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX reservations_account ON reservations (account, id);

-- Holds and proposals.

CREATE TABLE holds (
  id TEXT NOT NULL PRIMARY KEY,
  party TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  fault TEXT NOT NULL,
  waiting TEXT NOT NULL,
  answered TEXT NOT NULL,
  since_ms BIGINT NOT NULL,
  deadline_ms BIGINT NOT NULL,
  closed_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
CREATE INDEX holds_since ON holds (since_ms, id);
CREATE INDEX holds_party ON holds (party, since_ms, id);
CREATE INDEX holds_status ON holds (status, since_ms, id);

CREATE TABLE hold_answers (
  hold TEXT NOT NULL,
  seq BIGINT NOT NULL,
  authority TEXT NOT NULL,
  answer TEXT NOT NULL,
  reason TEXT NOT NULL,
  time_ms BIGINT NOT NULL,
  PRIMARY KEY (hold, seq)
) WITHOUT ROWID;

CREATE TABLE queues (
  authority TEXT NOT NULL,
  hold TEXT NOT NULL,
  deadline_ms BIGINT NOT NULL,
  PRIMARY KEY (authority, hold)
) WITHOUT ROWID;

CREATE TABLE proposals (
  id TEXT NOT NULL PRIMARY KEY,
  party TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  reference TEXT NOT NULL,
  status TEXT NOT NULL,
  fault TEXT NOT NULL,
  maker TEXT NOT NULL,
  signed TEXT NOT NULL,
  needed BIGINT NOT NULL,
  four_eyes BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  closed_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
CREATE INDEX proposals_created ON proposals (created_ms, id);
CREATE INDEX proposals_party ON proposals (party, created_ms, id);
CREATE INDEX proposals_status ON proposals (status, created_ms, id);
CREATE INDEX proposals_party_status ON proposals (party, status, created_ms, id);

CREATE TABLE approvals (
  proposal TEXT NOT NULL,
  seq BIGINT NOT NULL,
  answer TEXT NOT NULL,
  officers TEXT NOT NULL,
  time_ms BIGINT NOT NULL,
  PRIMARY KEY (proposal, seq)
) WITHOUT ROWID;

-- Parties, accounts, authorities.

CREATE TABLE parties (
  lei TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  home TEXT NOT NULL,
  residency TEXT NOT NULL,
  class TEXT NOT NULL,
  roles TEXT NOT NULL,
  parent TEXT NOT NULL,
  bic TEXT NOT NULL,
  policy TEXT NOT NULL,
  frozen TEXT NOT NULL,
  frozen_by TEXT NOT NULL,
  since_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
CREATE INDEX parties_home ON parties (home, lei);
CREATE INDEX parties_class ON parties (class, lei);
CREATE INDEX parties_parent ON parties (parent, lei);

CREATE TABLE officers (
  party TEXT NOT NULL,
  id TEXT NOT NULL,
  roles TEXT NOT NULL,
  active BIGINT NOT NULL,
  PRIMARY KEY (party, id)
) WITHOUT ROWID;

CREATE TABLE keys (
  id TEXT NOT NULL PRIMARY KEY,
  party TEXT NOT NULL,
  officer TEXT NOT NULL,
  scope TEXT NOT NULL,
  added_ms BIGINT NOT NULL,
  revoked_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
CREATE INDEX keys_party ON keys (party, id);

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  authority TEXT NOT NULL,
  type TEXT NOT NULL,
  external TEXT NOT NULL,
  receiver TEXT NOT NULL,
  frozen TEXT NOT NULL,
  frozen_by TEXT NOT NULL,
  closed BIGINT NOT NULL,
  opened_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
CREATE INDEX accounts_owner ON accounts (owner, id);
CREATE INDEX accounts_authority ON accounts (authority, id);

CREATE TABLE authorities (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  parent TEXT NOT NULL,
  sovereign TEXT NOT NULL,
  party TEXT NOT NULL,
  calendar TEXT NOT NULL,
  version BIGINT NOT NULL,
  seq BIGINT NOT NULL
);

CREATE TABLE rulebooks (
  authority TEXT NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  hash TEXT NOT NULL,
  rules TEXT NOT NULL,
  from_ms BIGINT NOT NULL,
  proposed_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (authority, version)
);

CREATE TABLE quota_uses (
  scope TEXT NOT NULL,
  authority TEXT NOT NULL,
  subject TEXT NOT NULL,
  counters TEXT NOT NULL,
  time_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (scope, authority, subject)
);

-- Assets, reserves, redemptions, foreign exchange.

CREATE TABLE assets (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  backing TEXT NOT NULL,
  scale BIGINT NOT NULL,
  currency TEXT NOT NULL,
  authority TEXT NOT NULL,
  issuer TEXT NOT NULL,
  custodian TEXT NOT NULL,
  approval TEXT NOT NULL,
  expires_ms BIGINT NOT NULL,
  cap TEXT NOT NULL,
  max_age_ms BIGINT NOT NULL,
  redeem_in BIGINT NOT NULL,
  calendar TEXT NOT NULL,
  paused BIGINT NOT NULL,
  retired BIGINT NOT NULL,
  frozen TEXT NOT NULL,
  frozen_by TEXT NOT NULL,
  registered_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);

CREATE TABLE reserves (
  asset TEXT NOT NULL PRIMARY KEY,
  supply TEXT NOT NULL,
  total TEXT NOT NULL,
  eligible TEXT NOT NULL,
  custodian TEXT NOT NULL,
  statement TEXT NOT NULL,
  as_of_ms BIGINT NOT NULL,
  breached_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);

CREATE TABLE reserve_changes (
  asset TEXT NOT NULL,
  seq BIGINT NOT NULL,
  time_ms BIGINT NOT NULL,
  change TEXT NOT NULL,
  amount TEXT NOT NULL,
  supply TEXT NOT NULL,
  eligible TEXT NOT NULL,
  PRIMARY KEY (asset, seq)
) WITHOUT ROWID;

CREATE TABLE allowances (
  asset TEXT NOT NULL,
  minter TEXT NOT NULL,
  left_to_mint TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (asset, minter)
) WITHOUT ROWID;

CREATE TABLE redemptions (
  id TEXT NOT NULL PRIMARY KEY,
  asset TEXT NOT NULL,
  holder TEXT NOT NULL,
  account TEXT NOT NULL,
  amount TEXT NOT NULL,
  status TEXT NOT NULL,
  requested_ms BIGINT NOT NULL,
  deadline_ms BIGINT NOT NULL,
  breached_ms BIGINT NOT NULL,
  paid_ms BIGINT NOT NULL,
  reference TEXT NOT NULL,
  closed_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
CREATE INDEX redemptions_requested ON redemptions (requested_ms, id);
CREATE INDEX redemptions_asset ON redemptions (asset, requested_ms, id);
CREATE INDEX redemptions_holder ON redemptions (holder, requested_ms, id);
CREATE INDEX redemptions_status ON redemptions (status, requested_ms, id);

CREATE TABLE quotes (
  id TEXT NOT NULL PRIMARY KEY,
  maker TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  rate TEXT NOT NULL,
  size TEXT NOT NULL,
  size_left TEXT NOT NULL,
  status TEXT NOT NULL,
  posted_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  closed_ms BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
CREATE INDEX quotes_posted ON quotes (posted_ms, id);
CREATE INDEX quotes_maker ON quotes (maker, posted_ms, id);
CREATE INDEX quotes_status ON quotes (status, posted_ms, id);

CREATE TABLE trades (
  seq INTEGER PRIMARY KEY,
  quote TEXT NOT NULL,
  payment TEXT NOT NULL,
  maker TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  source_amount TEXT NOT NULL,
  target_amount TEXT NOT NULL,
  time_ms BIGINT NOT NULL
);
CREATE INDEX trades_quote ON trades (quote, seq);
CREATE INDEX trades_payment ON trades (payment, seq);
CREATE INDEX trades_maker ON trades (maker, seq);
