package node

import (
	"context"

	abcicli "github.com/cometbft/cometbft/abci/client"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/service"
)

// client connects the engine to the application without any lock. The engine's own local
// clients hold a mutex over each call, so that CheckTx would wait for a whole FinalizeBlock or,
// with one lock per connection, for every other CheckTx. None is needed here: the consensus
// connection has one caller; Check and Preverify are safe beside Execute and each other by the
// machine's contract; snapshots read a frozen view; and the mempool itself excludes CheckTx
// during Commit.
type client struct {
	service.BaseService
	abci.Application
	recheck abcicli.Callback
}

func newClient(app abci.Application) *client {
	c := &client{Application: app, recheck: func(*abci.Request, *abci.Response) {}}
	c.BaseService = *service.NewBaseService(nil, "application", c)
	return c
}

// NewABCIClient gives each of the engine's connections its own callback.
func (a *application) NewABCIClient() (abcicli.Client, error) { return newClient(a), nil }

func (c *client) SetResponseCallback(callback abcicli.Callback) { c.recheck = callback }

func (c *client) CheckTxAsync(ctx context.Context, request *abci.RequestCheckTx) (*abcicli.ReqRes, error) {
	response, err := c.CheckTx(ctx, request)
	if err != nil {
		return nil, err
	}
	wrapped, answer := abci.ToRequestCheckTx(request), abci.ToResponseCheckTx(response)
	c.recheck(wrapped, answer)
	done := abcicli.NewReqRes(wrapped)
	done.Response = answer
	done.InvokeCallback() // no callback is set yet: this marks it as answered
	return done, nil
}

func (c *client) Error() error { return nil }

func (c *client) Flush(context.Context) error { return nil }

func (c *client) Echo(_ context.Context, text string) (*abci.ResponseEcho, error) {
	return &abci.ResponseEcho{Message: text}, nil
}
