package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"causeway/client"
	"causeway/client/keyring"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/sample"
)

// signing is who signs, and for which party.
type signing struct {
	party identity.LEI
	keys  []keyring.Signer
}

// signers reads --as and --key; the first key is the maker's. The party is --sender, the sample
// party of the role, or whoever the ledger knows the key of.
func (a *app) signers(ctx context.Context, net *network) (*signing, error) {
	s := &signing{party: identity.LEI(a.config.Sender)}
	if a.config.As != "" {
		if err := a.sampleKeys(ctx, net, s); err != nil {
			return nil, err
		}
	}
	for _, path := range commas(a.config.Key) {
		key, err := keyring.Load(path, func() ([]byte, error) { return a.passphrase(path) })
		if err != nil {
			return nil, &exit{exitUsage, err}
		}
		s.keys = append(s.keys, key)
	}
	if len(s.keys) == 0 {
		return nil, usage("nobody signs: give --key FILE, or --as ROLE on a development network")
	}
	if s.party != "" {
		return s, nil
	}
	party, err := net.owner(ctx, s.keys[0].Algorithm(), s.keys[0].Public())
	if err != nil {
		return nil, fmt.Errorf("whose key is this? say --sender LEI: %w", err)
	}
	s.party = party
	return s, nil
}

// sampleKeys are known to everybody, so they are used on development networks alone.
func (a *app) sampleKeys(ctx context.Context, net *network, s *signing) error {
	chain, err := net.id(ctx)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(chain, sample.Chain) {
		return usage("--as is for development networks; %q is none", chain)
	}
	for i, role := range commas(a.config.As) {
		if !strings.Contains(role, ".") {
			role += "." + sample.Maker
		}
		key, err := sample.Key(role)
		if err != nil {
			return &exit{exitUsage, err}
		}
		s.keys = append(s.keys, key)
		handle, _, _ := strings.Cut(role, ".")
		if p, ok := sample.Find(handle); ok && i == 0 && s.party == "" {
			s.party = p.LEI
		}
	}
	return nil
}

func commas(text string) []string {
	var list []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// passphrase asks at the terminal, or takes CAUSEWAY_PASSPHRASE where nobody can be asked.
func (a *app) passphrase(path string) ([]byte, error) {
	if phrase, set := a.env("CAUSEWAY_PASSPHRASE"); set {
		return []byte(phrase), nil
	}
	in, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return nil, usage("%s is encrypted: set CAUSEWAY_PASSPHRASE, or run this at a terminal", path)
	}
	fmt.Fprintf(a.err, a.text("passphrase of %s: ", "%s 的口令："), path)
	phrase, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(a.err)
	return phrase, err
}

// request is a transaction before it is signed.
type request struct {
	kind      txn.Kind
	payload   txn.Payload
	reference string
	expires   time.Duration
}

func (s *signing) body(r request) (txn.Body, error) {
	return client.Build(r.kind.Name, r.payload, s.party, r.reference, time.Now().Add(r.expires))
}

// sign makes the bytes to submit. The id is known from here on, so that nothing is ever sent
// whose outcome could not be asked for later.
func (s *signing) sign(chain string, r request) (raw []byte, id wire.Hash, err error) {
	body, err := s.body(r)
	if err != nil {
		return nil, id, err
	}
	return keyring.SignTransaction(chain, body, s.keys...)
}

// ask makes the bytes of an explain request, which can never be submitted.
func (s *signing) ask(chain string, r request) ([]byte, error) {
	body, err := s.body(r)
	if err != nil {
		return nil, err
	}
	return client.SignExplain(chain, body, time.Now(), s.keys...)
}
