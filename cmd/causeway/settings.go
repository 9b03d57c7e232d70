package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"causeway/cmd/causeway/show"
)

// defaultURL is where the development network listens.
const defaultURL = "http://localhost:8480"

// settings come from the settings file, the environment (CAUSEWAY_URL, CAUSEWAY_KEY, …) and
// flags, each over the one before.
type settings struct {
	URL    string `yaml:"url"`
	Key    string `yaml:"key"` // files, separated by commas
	As     string `yaml:"as"`  // sample roles on a development network, separated by commas
	Sender string `yaml:"sender"`
	Lang   string `yaml:"lang"`
	Output string `yaml:"output"`
	Keys   string `yaml:"keys"` // folder of key files
}

func (s *settings) environment(lookup func(string) (string, bool)) {
	for name, field := range map[string]*string{
		"URL": &s.URL, "KEY": &s.Key, "AS": &s.As, "SENDER": &s.Sender, "LANG": &s.Lang, "OUTPUT": &s.Output, "KEYS": &s.Keys,
	} {
		if text, set := lookup("CAUSEWAY_" + name); set {
			*field = text
		}
	}
}

// configDir is ~/.config/causeway, or where XDG_CONFIG_HOME says.
func (a *app) configDir() string {
	if dir, ok := a.env("XDG_CONFIG_HOME"); ok && dir != "" {
		return filepath.Join(dir, "causeway")
	}
	home, _ := a.env("HOME")
	return filepath.Join(home, ".config", "causeway")
}

// loadSettings reads the settings file, if there is one, and the environment.
func (a *app) loadSettings() error {
	path := a.settings
	if path == "" {
		path, _ = a.env("CAUSEWAY_CONFIG")
	}
	given := path != ""
	if !given {
		path = filepath.Join(a.configDir(), "config.yaml")
	}
	data, err := os.ReadFile(path)
	if err != nil && (given || !errors.Is(err, fs.ErrNotExist)) {
		return &exit{exitUsage, err}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&a.config); err != nil && !errors.Is(err, io.EOF) {
		return &exit{exitUsage, fmt.Errorf("%s: %w", path, err)}
	}
	a.config.environment(a.env)
	return nil
}

// complete puts defaults where nothing was said and checks the rest.
func (a *app) complete() error {
	if a.config.URL == "" {
		a.config.URL = defaultURL
	}
	if a.config.Keys == "" {
		a.config.Keys = filepath.Join(a.configDir(), "keys")
	}
	if a.config.Output != "" {
		a.format = show.Format(a.config.Output)
	}
	if !a.format.Valid() {
		return usage("--output %q: %s", a.format, strings.Join(show.Formats, ", "))
	}
	switch a.config.Lang {
	case "", "en":
	case "zh":
		a.lang = "zh"
	default:
		return usage("--lang %q: en or zh", a.config.Lang)
	}
	return nil
}
