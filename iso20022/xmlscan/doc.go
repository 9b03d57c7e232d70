// Package xmlscan reads XML 1.0 with namespaces as a stream of tokens, strictly.
//
// It exists because encoding/xml forgives what a bank's receiver must refuse (undeclared
// prefixes, mismatched namespaces, document type declarations) and because a file of
// 100,000 payments has to pass in bounded memory. One token is held at a time.
//
// It never expands entities other than the five predefined ones and refuses every DOCTYPE:
// neither external files nor entity bombs can be reached. Sources: XML 1.0 (fifth edition),
// Namespaces in XML 1.0.
package xmlscan
