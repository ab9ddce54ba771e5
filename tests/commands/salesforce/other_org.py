"""A second, independent org: reads every request with Python's own XML and JSON parsers, and writes down what it read.

Arguments: certificate, key, CA of the clients, file for the requests, kind of behaviour, and its argument.
Prints the port of logins and the port of mutual TLS.
"""
import http.server
import json
import ssl
import sys
import threading
import xml.etree.ElementTree as ET

CERT, KEY, CA, LOG, KIND, ARGUMENT = sys.argv[1:7]
SESSION = "00Dpy!AQ.Secret_Session<&"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
PARTNER = "{urn:partner.soap.sforce.com}"
BULK = "{http://www.force.com/2009/06/asyncapi/dataload}"
lock = threading.Lock()


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def envelope(content):
    # Another layout than any other server's: prefixes, attributes, comments, CDATA.
    return (
        "<?xml version='1.0'?><!-- <sessionId>no</sessionId> -->\n<E:Envelope xmlns:E='http://schemas.xmlsoap.org/soap/envelope/'"
        " xmlns:xsi='x' xmlns:p='urn:partner.soap.sforce.com'>\n<E:Body>\n" + content + "\n</E:Body></E:Envelope>"
    )


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.handle_one(body)

    def do_GET(self):
        self.handle_one(b"")

    def handle_one(self, body):
        mutual = self.server.mutual
        seen = {
            "mutual": mutual,
            "certificate": bool(mutual and self.connection.getpeercert()),
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        root = None
        if body:
            root = ET.fromstring(body)
            seen["root"] = root.tag
            seen["texts"] = {one.tag: one.text for one in root.iter() if one.text}
            seen["tags"] = [one.tag for one in root.iter()]
        with lock, open(LOG, "a") as log:
            log.write(json.dumps(seen) + "\n")
        self.reply(root, seen)

    def reply(self, root, seen):
        if root is not None and root.find(f"{SOAP}Body/{PARTNER}login") is not None:
            return self.login(seen)
        if KIND == "echo":
            given = seen["headers"].get("authorization", "") + str(seen.get("texts"))
            return self.send(500, "text/plain", "you sent " + given + escape(given), ("X-Echo", SESSION))
        if seen["mutual"] and not seen["certificate"]:
            return self.send(400, "text/html", "<h3>Client certificate error:<i>No client certificate provided.</i></h3>")
        if not seen["mutual"] and KIND != "lax":
            return self.refuse()
        if self.path.endswith("/limits"):
            return self.send(200, "application/json", json.dumps({"DailyApiRequests": {"Max": 5, "Remaining": 4}}))
        if "/services/async/" in self.path:
            state = "Open" if root is None else root.findtext(f"{BULK}state") or "Open"
            text = f"<b:jobInfo xmlns:b='http://www.force.com/2009/06/asyncapi/dataload'><b:id>750000000000001</b:id><b:state>{state}</b:state></b:jobInfo>"
            return self.send(201 if root is not None else 200, "application/xml", text)
        self.send(200, "text/xml", envelope("<p:getUserInfoResponse><p:result><p:userName>a&amp;b</p:userName></p:result></p:getUserInfoResponse>"))

    def refuse(self):
        if self.path.startswith("/services/Soap/"):
            return self.send(500, "text/xml", envelope(
                "<E:Fault><faultcode>sf:MUTUAL_AUTHENTICATION_FAILED</faultcode><faultstring>MUTUAL_AUTHENTICATION_FAILED: no</faultstring></E:Fault>"))
        self.send(403, "application/json", json.dumps([{"errorCode": "MUTUAL_AUTHENTICATION_FAILED", "message": "no"}]))

    def login(self, seen):
        if KIND == "redirect":
            return self.send(302, "text/html", "moved", ("Location", ARGUMENT + "?sid=" + escape(SESSION)))
        if KIND == "echo":
            # All that a careless server might repeat, and some of it where nobody expects it.
            password = seen["texts"][PARTNER + "password"]
            text = envelope(
                f"<E:Fault><faultcode>x:ODD</faultcode><faultstring>{escape(password)} is wrong</faultstring>"
                f"<detail><![CDATA[{password}]]></detail></E:Fault>")
            return self.send(500, "text/xml", text, ("X-Echo", password))
        if KIND == "noise":
            return self.send(200, "text/html", "<html>welcome</html>")
        host = self.headers["Host"]
        url = ARGUMENT or f"https://{host}/services/Soap/u/62.0/00Dpy"
        self.send(200, "text/xml", envelope(
            "<p:loginResponse><p:result><p:odd>" + escape(SESSION) + "</p:odd>"
            f"<p:serverUrl xsi:type='xsd:string'>{escape(url)}</p:serverUrl>"
            f"<p:sessionId xsi:type='xsd:string'>{escape(SESSION)}</p:sessionId></p:result></p:loginResponse>"))

    def send(self, status, kind, text, *headers):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def start(mutual):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERT, KEY)
    if mutual:
        context.load_verify_locations(CA)
        context.verify_mode = ssl.CERT_OPTIONAL
    server = Server(("127.0.0.1", 0), Handler)
    server.mutual = mutual
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


print(start(False), start(True), flush=True)
sys.stdin.read()
