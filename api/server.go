package api

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"causeway/core/kernel/fault"
)

// Config is the interface's settings; the zero value of each means its default.
type Config struct {
	Version  string        // of this software
	WaitMax  time.Duration // for a transaction to be committed; 30 s
	ReadWait time.Duration // for min_height; 5 s
	Rate     float64       // requests per second of one connection; 1,000, negative: unlimited
	Burst    float64       // beyond the rate; twice the rate
	Streams  int64         // of events at once; 256
	Logger   *slog.Logger  // nil: silent
}

func (c *Config) complete() {
	if c.Version == "" {
		c.Version = "1"
	}
	if c.WaitMax == 0 {
		c.WaitMax = 30 * time.Second
	}
	if c.ReadWait == 0 {
		c.ReadWait = 5 * time.Second
	}
	if c.Rate == 0 {
		c.Rate = 1000
	}
	if c.Burst == 0 {
		c.Burst = 2 * max(c.Rate, 1)
	}
	if c.Streams == 0 {
		c.Streams = 256
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

// API answers requests.
type API struct {
	node     Node
	receipts Receipts
	config   Config
	huma     huma.API
	handler  http.Handler
	streams  atomic.Int64 // open now
}

// New builds the interface on a node.
func New(node Node, receipts Receipts, config Config) *API {
	config.complete()
	a := &API{node: node, receipts: receipts, config: config}
	mux := http.NewServeMux()
	a.huma = humago.New(routes{mux}, a.describe())
	a.huma.UseMiddleware(a.atHeight)
	a.submissions()
	a.transactions()
	a.blocks()
	a.catalog()
	a.events()
	a.records()
	mux.Handle("GET /docs", a.docs())
	mux.Handle("GET /healthz", node.Health())
	mux.Handle("GET /readyz", node.Ready())
	mux.Handle("GET /metrics", node.Metrics())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, fault.RequestRoute.With("address", r.Method+" "+r.URL.Path, "an address of /openapi.json"))
	})
	a.handler = a.outermost(mux)
	return a
}

// routes lets ids have slashes in them: "CN-SH/3" is one id.
type routes struct{ *http.ServeMux }

func (r routes) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	if strings.HasSuffix(pattern, "/v1/{noun}/{id}") {
		pattern = strings.TrimSuffix(pattern, "}") + "...}"
	}
	r.ServeMux.HandleFunc(pattern, handler)
}

func (a *API) describe() huma.Config {
	c := huma.DefaultConfig("Causeway ledger", a.config.Version)
	c.Info.Description = "Every change is a signed transaction; every answer is public, read from committed state, and names its height. " +
		"Visibility per party comes with sign-in: until then listen on loopback or a private network. " +
		"Amounts are strings of digits in minor units of their asset."
	c.DocsPath, c.SchemasPath = "", "" // the docs page is our own: it loads nothing from elsewhere
	c.CreateHooks = nil
	return c
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Server is a server for this interface with limits on time and size. Events write their own
// deadlines.
func (a *API) Server(address string) *http.Server {
	return &http.Server{
		Addr: address, Handler: a,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: a.config.WaitMax + 30*time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, bucketKey{}, &bucket{})
		},
		ErrorLog: slog.NewLogLogger(a.config.Logger.Handler(), slog.LevelWarn),
	}
}

// outermost limits the rate of a connection and turns a panic into a coded answer.
func (a *API) outermost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recovered := recover(); recovered != nil {
				if recovered == http.ErrAbortHandler {
					panic(recovered)
				}
				a.config.Logger.Error("a request panicked", "path", r.URL.Path, "panic", recovered, "stack", string(debug.Stack()))
				writeProblem(w, fault.InternalBug.Err())
			}
		}()
		if b, ok := r.Context().Value(bucketKey{}).(*bucket); ok && a.config.Rate > 0 && !b.take(time.Now(), a.config.Rate, a.config.Burst) {
			writeProblem(w, fault.RequestTooMany.Err())
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

type bucketKey struct{}

// bucket is one connection's allowance: it fills with time and each request takes one.
type bucket struct {
	lock sync.Mutex
	used float64
	at   time.Time
}

func (b *bucket) take(now time.Time, rate, burst float64) bool {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.used = max(0, b.used-now.Sub(b.at).Seconds()*rate)
	b.at = now
	if b.used+1 > burst {
		return false
	}
	b.used++
	return true
}

// atHeight waits for min_height and names the height that is read from.
func (a *API) atHeight(ctx huma.Context, next func(huma.Context)) {
	if ctx.Method() != http.MethodGet {
		next(ctx)
		return
	}
	err := a.waitFor(ctx.Context(), ctx.Query("min_height"))
	ctx.SetHeader("X-Ledger-Height", number(a.node.Ledger().Height()))
	if err != nil {
		_, w := humago.Unwrap(ctx)
		writeProblem(w, err)
		return
	}
	next(ctx)
}
