package api

import (
	"bytes"
	"html/template"
	"net/http"
	"reflect"
	"sort"

	"github.com/danielgtaylor/huma/v2"
)

// The page loads nothing: no script, no font, no other host.
var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
code{font-family:ui-monospace,monospace;background:#f0f0f0;padding:.1em .3em}section{border-top:1px solid #ccc;padding:1rem 0}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Description}}</p><p>Machine-readable: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).
Kinds and nouns: <a href="/v1/catalog">/v1/catalog</a>. Refusals: <a href="/v1/faults">/v1/faults</a>.</p>
{{range .Operations}}<section><h2><code>{{.Method}} {{.Path}}</code></h2><p><strong>{{.Summary}}</strong></p>{{with .Description}}<p>{{.}}</p>{{end}}
{{with .Parameters}}<table><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>{{range .}}<tr><td><code>{{.Name}}</code></td><td>{{.In}}</td><td>{{.Description}}</td></tr>{{end}}</table>{{end}}</section>
{{end}}</body></html>
`))

type documented struct {
	Method, Path, Summary, Description string
	Parameters                         []*huma.Param
}

func (a *API) docs() http.Handler {
	description := a.huma.OpenAPI()
	var operations []documented
	for path, item := range description.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post} {
			if op != nil {
				operations = append(operations, documented{method, path, op.Summary, op.Description, op.Parameters})
			}
		}
	}
	sort.Slice(operations, func(i, j int) bool {
		return operations[i].Path+operations[i].Method < operations[j].Path+operations[j].Method
	})
	var page bytes.Buffer
	err := docsPage.Execute(&page, map[string]any{"Title": description.Info.Title, "Description": description.Info.Description, "Operations": operations})
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err != nil {
			writeProblem(w, err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		_, _ = w.Write(page.Bytes()) // the client may be gone
	})
}

func (a *API) schema(v any) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}

func (a *API) response(description string, v any) *huma.Response {
	return &huma.Response{Description: description, Content: map[string]*huma.MediaType{"application/json": {Schema: a.schema(v)}}}
}
