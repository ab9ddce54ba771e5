// Go's own net/http, with one listener for each site of the description.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type site struct {
	Port   int
	Tls    string
	Demand string
	Chain  string
	Key    string
	Trust  string
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	var sites []site
	if err := json.Unmarshal(must(os.ReadFile(os.Args[1])), &sites); err != nil {
		log.Fatal(err)
	}
	for _, each := range sites {
		go serve(each)
	}
	select {}
}

func serve(at site) {
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(must(os.ReadFile(at.Trust)))
	version := uint16(tls.VersionTLS13)
	if at.Tls == "TLSv1.2" {
		version = tls.VersionTLS12
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{must(tls.LoadX509KeyPair(at.Chain, at.Key))},
		ClientCAs:    trusted,
		MinVersion:   version,
		MaxVersion:   version,
		ClientAuth: map[string]tls.ClientAuthType{
			"Required":        tls.RequireAndVerifyClientCert,
			"OptionalThen403": tls.VerifyClientCertIfGiven,
			"Lax":             tls.RequestClientCert,
		}[at.Demand],
	}
	answer := func(out http.ResponseWriter, request *http.Request) {
		if at.Demand == "OptionalThen403" && len(request.TLS.PeerCertificates) == 0 {
			http.Error(out, "forbidden", http.StatusForbidden)
			return
		}
		fmt.Fprintln(out, "hello")
	}
	server := &http.Server{
		Addr:      fmt.Sprintf("127.0.0.1:%d", at.Port),
		TLSConfig: config,
		Handler:   http.HandlerFunc(answer),
	}
	log.Fatal(server.ListenAndServeTLS("", ""))
}
