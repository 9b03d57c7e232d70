package readmodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"causeway/core/kernel/state"
)

// Config is the reader's settings; the zero value of each means its default.
type Config struct {
	Poll           time.Duration // between looks for a new block; 25 ms
	Outcomes       int           // written in one SQL transaction, about; 5,000
	ReconcileEvery time.Duration // comparisons with the state; 30 s, negative: never
	RetryMax       time.Duration // longest pause after a failure; 15 s
	Logger         *slog.Logger  // nil: silent

	broken func(model string, height int64) // tests break models here
}

func (c *Config) complete() {
	if c.Poll == 0 {
		c.Poll = 25 * time.Millisecond
	}
	if c.Outcomes == 0 {
		c.Outcomes = 5000
	}
	if c.ReconcileEvery == 0 {
		c.ReconcileEvery = 30 * time.Second
	}
	if c.RetryMax == 0 {
		c.RetryMax = 15 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.broken == nil {
		c.broken = func(string, int64) {}
	}
}

// blocksAtOnce bounds how many blocks one SQL transaction takes.
const blocksAtOnce = 500

// Reader writes committed blocks to a database. Run is one goroutine; the rest is safe beside it.
type Reader struct {
	source  Source
	setting string
	config  Config
	models  []*model

	lock   sync.Mutex // guards what others ask for
	store  *Store
	health Health

	// What follows belongs to Run.
	places      map[string]place
	failed      map[string]failure
	reconciled  time.Time
	sampleAfter string // mark of the balance that was compared last
}

// place is how far a model has come.
type place struct {
	height int64
	since  int64 // history begins after this height
	hash   string
}

// failure is a model that panicked: it is left alone for a while.
type failure struct {
	text  string
	until time.Time
}

// failureRest is how long a model that panicked is left alone.
const failureRest = time.Minute

// NewReader makes a reader; the setting is that of Open. Nothing is opened before Run.
func NewReader(source Source, setting string, config Config) *Reader {
	config.complete()
	return &Reader{source: source, setting: setting, config: config, models: models, failed: map[string]failure{}}
}

// Run pulls blocks until the context ends. Whatever happens to the database, or in a model, it
// tries again: it returns nothing, and nobody waits for it.
func (r *Reader) Run(ctx context.Context) {
	defer r.close()
	pause := time.Duration(0)
	for ctx.Err() == nil {
		moved, err := r.Step(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			pause = min(max(2*pause, 100*time.Millisecond), r.config.RetryMax)
			r.config.Logger.Warn("the read models wait", "error", err, "pause", pause)
		case moved:
			pause = 0
			continue
		default:
			pause = 0
		}
		select {
		case <-time.After(max(pause, r.config.Poll)):
		case <-ctx.Done():
		}
	}
}

// Step does what there is to do at once: it opens the database, takes blocks in, compares.
// It says whether there may be more to do. A panic in it is an error.
func (r *Reader) Step(ctx context.Context) (moved bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the reader panicked: %v", p)
			r.config.Logger.Error("the reader panicked", "panic", p, "stack", string(debug.Stack()))
			if r.store != nil {
				r.store.disconnect()
			}
		}
		r.report(err)
	}()
	if err := r.open(ctx); err != nil {
		return false, err
	}
	top := r.source.Ledger().Height()
	for _, height := range r.heights() {
		if height > top {
			return false, fmt.Errorf("the database is at height %d, this node at %d: it waits", height, top)
		}
		advanced, err := r.advance(ctx, height, top)
		if err != nil {
			return false, err
		}
		moved = moved || advanced
	}
	if !moved {
		err = r.reconcileNow(ctx)
	}
	return moved, err
}

// open opens the database, or opens it again, and finds out how far each model has come.
func (r *Reader) open(ctx context.Context) error {
	if r.store == nil {
		store, err := Open(ctx, r.setting)
		if err != nil {
			return err
		}
		r.lock.Lock()
		r.store = store
		r.lock.Unlock()
		r.places = nil
	}
	if r.places != nil {
		return nil
	}
	places, err := r.begin(ctx)
	if err == nil {
		r.places = places
	}
	return err
}

// ErrOtherLedger says that the database is of another chain, or of another fork of this one.
var ErrOtherLedger = errors.New("the database is that of another ledger")

// begin reads the places of all models. One that is new, or has another version than the
// database, is emptied and begins at the beginning; the others stay where they are.
func (r *Reader) begin(ctx context.Context) (map[string]place, error) {
	u, err := r.store.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer u.drop()
	if err := r.sameLedger(u); err != nil {
		return nil, err
	}
	places := map[string]place{}
	var genesis state.Reader // made once, if a model needs it
	for _, m := range r.models {
		var version int64
		var p place
		row := r.store.conn.QueryRowContext(ctx, r.store.bound("SELECT version, height, since, hash FROM models WHERE name = ?"), m.name)
		err := row.Scan(&version, &p.height, &p.since, &p.hash)
		switch {
		case err == nil && version == m.version:
			places[m.name] = p
			continue
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return nil, err
		}
		r.config.Logger.Info("a read model begins anew", "model", m.name, "version", m.version, "was", version)
		u.reset(m)
		if places[m.name], err = r.seed(u, m, &genesis); err != nil {
			return nil, err
		}
	}
	u.place(r.models, places)
	return places, u.commit()
}

// sameLedger claims an empty database, and refuses that of another chain.
func (r *Reader) sameLedger(u *unit) error {
	var chain string
	own := r.source.Ledger().ChainID()
	err := u.store.conn.QueryRowContext(u.ctx, "SELECT chain FROM ledger").Scan(&chain)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = u.store.conn.ExecContext(u.ctx, u.store.bound("INSERT INTO ledger (chain) VALUES (?)"), own)
		return err
	case err != nil:
		return err
	case chain != own:
		return fmt.Errorf("%w: it has %s, this node %s", ErrOtherLedger, chain, own)
	}
	return nil
}

// seed begins a model: at genesis, or, where blocks are gone, at the present height.
func (r *Reader) seed(u *unit, m *model, genesis *state.Reader) (place, error) {
	if _, err := r.source.Block(1); errors.Is(err, ErrGone) {
		return r.reseed(u, m)
	}
	if *genesis == nil {
		var err error
		if *genesis, err = r.source.Genesis(); err != nil {
			return place{}, err
		}
	}
	u.now = *genesis
	m.seed(u, u.now, seedAt{})
	return place{}, u.err
}

// place writes how far models have come, with the rows that took them there.
func (u *unit) place(list []*model, places map[string]place) {
	for _, m := range list {
		p := places[m.name]
		statement, err := u.store.prepare(u.ctx, "INSERT INTO models (name, version, height, since, hash) VALUES (?, ?, ?, ?, ?)"+
			" ON CONFLICT (name) DO UPDATE SET version = excluded.version, height = excluded.height, since = excluded.since, hash = excluded.hash")
		if err == nil {
			_, err = statement.ExecContext(u.ctx, m.name, m.version, p.height, p.since, p.hash)
		}
		if err != nil {
			u.fail(err)
		}
	}
}

// heights are those at which models stand, the highest first: a model that is made anew does
// not keep the others from following the chain.
func (r *Reader) heights() (list []int64) {
	for _, m := range r.models {
		if h := r.places[m.name].height; !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// at are the models that stand at a height and may go on.
func (r *Reader) at(height int64) (list []*model) {
	for _, m := range r.models {
		if r.places[m.name].height != height {
			continue
		}
		if f, ok := r.failed[m.name]; ok && time.Now().Before(f.until) {
			continue
		}
		list = append(list, m)
	}
	return list
}

// next is the height at which other models stand, or the top: so far models go alone.
func (r *Reader) next(height, top int64) int64 {
	for _, m := range r.models {
		if h := r.places[m.name].height; h > height {
			top = min(top, h)
		}
	}
	return top
}

// advance takes one SQL transaction's worth of blocks in for the models that stand at a height.
func (r *Reader) advance(ctx context.Context, height, top int64) (moved bool, err error) {
	list := r.at(height)
	if len(list) == 0 || height >= r.next(height, top) {
		return false, nil
	}
	if err := r.follows(height, list); err != nil {
		return false, err
	}
	u, err := r.store.begin(ctx)
	if err != nil {
		return false, err
	}
	defer u.drop()
	last, broken, err := r.take(u, list, height, r.next(height, top))
	switch {
	case errors.Is(err, ErrGone):
		return true, r.restart(u, list)
	case err != nil:
		return false, err
	case broken != nil:
		return true, nil // the others go on without it
	}
	places := r.moved(list, last)
	u.place(list, places)
	if err := u.commit(); err != nil {
		return false, err
	}
	for name, p := range places {
		r.places[name] = p
		delete(r.failed, name)
	}
	return true, nil
}

// moved are the places of models after a block.
func (r *Reader) moved(list []*model, last *block) map[string]place {
	places := map[string]place{}
	for _, m := range list {
		places[m.name] = place{last.height, r.places[m.name].since, fmt.Sprintf("%x", last.hash)}
	}
	return places
}

// follows makes sure that the chain goes on where the tables end.
func (r *Reader) follows(height int64, list []*model) error {
	want := r.places[list[0].name].hash
	if want == "" {
		return nil
	}
	b, err := r.source.Block(height)
	if err != nil {
		return nil // it is gone, which the next block will show
	}
	if got := fmt.Sprintf("%x", b.Hash); got != want {
		return fmt.Errorf("%w: height %d has the hash %s there, %s here", ErrOtherLedger, height, want, got)
	}
	return nil
}

// take applies blocks after a height, at most to another, as many as one SQL transaction takes.
func (r *Reader) take(u *unit, list []*model, height, to int64) (last *block, broken *model, err error) {
	outcomes := 0
	var blocks []*block
	for len(blocks) < blocksAtOnce && outcomes < r.config.Outcomes && height < to {
		height++
		b, err := read(r.source, height)
		if err != nil {
			return nil, nil, err
		}
		blocks = append(blocks, b)
		outcomes += len(b.acts)
		if err := u.ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	store := r.source.Ledger().Store()
	u.now = store
	for _, m := range list {
		if !r.apply(u, m, blocks, &past{store: store, height: height}) {
			return nil, m, u.err
		}
	}
	return blocks[len(blocks)-1], nil, u.err
}

// apply lets one model take blocks in. A panic is that model's: it rests, and says so.
func (r *Reader) apply(u *unit, m *model, blocks []*block, after state.Reader) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			r.failed[m.name] = failure{fmt.Sprintf("heights %d to %d: %v", blocks[0].height, blocks[len(blocks)-1].height, p), time.Now().Add(failureRest)}
			r.config.Logger.Error("a read model panicked", "model", m.name, "panic", p, "stack", string(debug.Stack()))
			ok = false
		}
	}()
	for _, b := range blocks {
		r.config.broken(m.name, b.height)
		m.apply(u, b)
	}
	u.settle(after)
	return true
}

// restart begins models anew at the present height: the blocks that they need are gone.
func (r *Reader) restart(u *unit, list []*model) error {
	places := map[string]place{}
	for _, m := range list {
		r.config.Logger.Warn("blocks are gone: a read model begins anew at the present height", "model", m.name)
		u.reset(m)
		p, err := r.reseed(u, m)
		if err != nil {
			return err
		}
		places[m.name] = p
	}
	u.place(list, places)
	if err := u.commit(); err != nil {
		return err
	}
	for name, p := range places {
		r.places[name] = p
	}
	return nil
}

func (r *Reader) close() {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.store != nil {
		_ = r.store.Close() // everything that counts is committed
		r.store = nil
	}
}

// ErrNotOpen says that the database could not be opened yet; the reader's health says why.
var ErrNotOpen = errors.New("the read models are not there yet")

// Store is the database to query.
func (r *Reader) Store() (*Store, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.store == nil {
		return nil, ErrNotOpen
	}
	return r.store, nil
}
