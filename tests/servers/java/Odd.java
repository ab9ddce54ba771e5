import java.io.*;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import javax.net.ssl.*;

/** A client that presents what no keystore would hold: a certificate of another key, or one that cannot be read. */
public class Odd {
    public static void main(String[] a) throws Exception {
        List<X509Certificate> chain = new ArrayList<>();
        String pem = Files.readString(Path.of(a[0]));
        pem = pem.substring(pem.indexOf("-----BEGIN CERTIFICATE"));
        for (Certificate one : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes()))) {
            chain.add((X509Certificate) one);
        }
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
        pairs.initialize(new ECGenParameterSpec("secp256r1"));
        PrivateKey key = pairs.generateKeyPair().getPrivate();
        for (String kind : new String[] {"mismatched", "malformed"}) {
            X509Certificate[] shown = chain.toArray(new X509Certificate[0]);
            if (kind.equals("malformed")) {
                shown = new X509Certificate[] {new Garbled(shown[0])};
            }
            for (int i = 1; i < a.length; i += 2) {
                System.out.println(kind + " " + a[i] + " " + call(Integer.parseInt(a[i + 1]), a[i], key, shown));
            }
        }
    }

    static String call(int port, String version, PrivateKey key, X509Certificate[] shown) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new Given(key, shown)}, new TrustManager[] {new Anybody()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(new Patient(port), "localhost", port, true)) {
            socket.setSoTimeout(10000);
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            // In TLS 1.3 a refusal comes only now; writing at once could lose it.
            Thread.sleep(150);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes());
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
            return line == null ? "closed" : line.trim();
        } catch (SSLException e) {
            String said = String.valueOf(e.getMessage());
            return said.contains("fatal alert") ? said : "closed";
        } catch (IOException e) {
            return "closed";
        }
    }

    /** Goes on to read where it can no longer write: a server's last words are there. */
    static class Patient extends Socket {
        Patient(int port) throws IOException { super("127.0.0.1", port); }
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = super.getOutputStream();
            return new OutputStream() {
                public void write(int b) { write(new byte[] {(byte) b}, 0, 1); }
                public void write(byte[] b, int from, int count) {
                    try { out.write(b, from, count); } catch (IOException e) { /* told by the next read */ }
                }
            };
        }
    }

    static class Given extends X509ExtendedKeyManager {
        final PrivateKey key;
        final X509Certificate[] shown;
        Given(PrivateKey key, X509Certificate[] shown) { this.key = key; this.shown = shown; }
        public String chooseClientAlias(String[] t, Principal[] i, Socket s) {
            return Arrays.asList(t).contains("EC") ? "odd" : null;
        }
        public String[] getClientAliases(String t, Principal[] i) { return new String[] {"odd"}; }
        public String chooseServerAlias(String t, Principal[] i, Socket s) { return null; }
        public String[] getServerAliases(String t, Principal[] i) { return null; }
        public X509Certificate[] getCertificateChain(String alias) { return shown; }
        public PrivateKey getPrivateKey(String alias) { return key; }
    }

    static class Anybody extends X509ExtendedTrustManager {
        public void checkClientTrusted(X509Certificate[] c, String t) { }
        public void checkServerTrusted(X509Certificate[] c, String t) { }
        public void checkClientTrusted(X509Certificate[] c, String t, Socket s) { }
        public void checkServerTrusted(X509Certificate[] c, String t, Socket s) { }
        public void checkClientTrusted(X509Certificate[] c, String t, SSLEngine e) { }
        public void checkServerTrusted(X509Certificate[] c, String t, SSLEngine e) { }
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }

    /** All of a good certificate but its bytes. */
    static class Garbled extends X509Certificate {
        final X509Certificate good;
        Garbled(X509Certificate good) { this.good = good; }
        public byte[] getEncoded() throws CertificateEncodingException {
            byte[] bytes = good.getEncoded().clone();
            // The version's tag becomes one that must not stand there.
            bytes[8] = (byte) 0x55;
            return bytes;
        }
        public void checkValidity() { }
        public void checkValidity(Date d) { }
        public int getVersion() { return good.getVersion(); }
        public BigInteger getSerialNumber() { return good.getSerialNumber(); }
        public Principal getIssuerDN() { return good.getIssuerDN(); }
        public Principal getSubjectDN() { return good.getSubjectDN(); }
        public Date getNotBefore() { return good.getNotBefore(); }
        public Date getNotAfter() { return good.getNotAfter(); }
        public byte[] getTBSCertificate() throws CertificateEncodingException { return good.getTBSCertificate(); }
        public byte[] getSignature() { return good.getSignature(); }
        public String getSigAlgName() { return good.getSigAlgName(); }
        public String getSigAlgOID() { return good.getSigAlgOID(); }
        public byte[] getSigAlgParams() { return good.getSigAlgParams(); }
        public boolean[] getIssuerUniqueID() { return null; }
        public boolean[] getSubjectUniqueID() { return null; }
        public boolean[] getKeyUsage() { return good.getKeyUsage(); }
        public int getBasicConstraints() { return good.getBasicConstraints(); }
        public void verify(PublicKey k) { }
        public void verify(PublicKey k, String p) { }
        public String toString() { return good.toString(); }
        public PublicKey getPublicKey() { return good.getPublicKey(); }
        public boolean hasUnsupportedCriticalExtension() { return false; }
        public Set<String> getCriticalExtensionOIDs() { return good.getCriticalExtensionOIDs(); }
        public Set<String> getNonCriticalExtensionOIDs() { return good.getNonCriticalExtensionOIDs(); }
        public byte[] getExtensionValue(String o) { return good.getExtensionValue(o); }
    }
}
