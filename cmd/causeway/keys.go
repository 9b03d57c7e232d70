package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"causeway/client/keyring"
	"causeway/core/kernel/identity"
)

// keyFile is a key file as commands show it.
type keyFile struct {
	Name      string `json:"name"`
	Algorithm string `json:"algorithm"`
	Public    string `json:"public"`
	Protected bool   `json:"protected"`
	File      string `json:"file"`
}

func (a *app) keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "Make and look at key files; secrets never leave them"}
	cmd.AddCommand(a.keysGenerate(), a.keysList(), a.keysShow())
	return cmd
}

// keyPath is a name in the folder of keys, or a path.
func (a *app) keyPath(name string) string {
	if strings.ContainsRune(name, os.PathSeparator) || strings.HasSuffix(name, ".json") {
		return name
	}
	return filepath.Join(a.config.Keys, name+".json")
}

func (a *app) keysGenerate() *cobra.Command {
	var algorithm, rpID string
	var clear bool
	cmd := &cobra.Command{
		Use: "generate NAME", Short: "Make a new key, encrypted under a passphrase", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			of, err := identity.ParseAlgorithm(algorithm)
			if err != nil {
				return usage("--algorithm %q: ed25519, p256, webauthn, secp256k1, sm2 or x25519", algorithm)
			}
			var key *keyring.Key
			if of == identity.WebAuthn {
				key, err = keyring.GeneratePasskey(rpID)
			} else {
				key, err = keyring.Generate(of)
			}
			if err != nil {
				return err
			}
			path := a.keyPath(args[0])
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return err
			}
			if err := a.save(path, key, clear); err != nil {
				return err
			}
			return a.showKey(args[0], path)
		},
	}
	cmd.Flags().StringVar(&algorithm, "algorithm", "ed25519", "ed25519, p256, webauthn, secp256k1, sm2, x25519")
	cmd.Flags().StringVar(&rpID, "rp-id", "localhost", "relying party of a webauthn key")
	cmd.Flags().BoolVar(&clear, "unprotected", false, "keep the secret in clear: for development only")
	complete(cmd, "algorithm", []string{"ed25519", "p256", "webauthn", "secp256k1", "sm2", "x25519"})
	return cmd
}

func (a *app) save(path string, key *keyring.Key, clear bool) error {
	if clear {
		a.say("the secret in %s is in clear: for development only", "%s 中的私钥为明文：仅供开发使用", path)
		return keyring.SaveUnprotected(path, key)
	}
	phrase, err := a.passphrase(path)
	if err != nil {
		return err
	}
	// Typed twice, since a slip would lock the key away for ever.
	again, err := a.passphrase(a.text("once more, ", "再次输入，") + path)
	if err != nil {
		return err
	}
	if !bytes.Equal(phrase, again) {
		return usage("the two passphrases differ; no key was made")
	}
	return keyring.Save(path, key, phrase)
}

func (a *app) showKey(name, path string) error {
	k, err := inspect(name, path)
	if err != nil {
		return err
	}
	return a.print(k)
}

func inspect(name, path string) (keyFile, error) {
	file, err := keyring.Inspect(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return keyFile{}, notFound("there is no key file %s", path)
		}
		return keyFile{}, &exit{exitUsage, err}
	}
	return keyFile{Name: name, Algorithm: file.Algorithm.String(), Public: hex.EncodeToString(file.Public), Protected: file.Protected(), File: path}, nil
}

func (a *app) keysShow() *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show the public part of a key file", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.showKey(args[0], a.keyPath(args[0])) },
	}
}

func (a *app) keysList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the key files", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			entries, err := os.ReadDir(a.config.Keys)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
			list := []keyFile{}
			for _, entry := range entries {
				name, ok := strings.CutSuffix(entry.Name(), ".json")
				if !ok {
					continue
				}
				k, err := inspect(name, filepath.Join(a.config.Keys, entry.Name()))
				if err != nil {
					a.say("%s is left out: %v", "略过 %s：%v", entry.Name(), err)
					continue
				}
				list = append(list, k)
			}
			return a.print(list)
		},
	}
}
