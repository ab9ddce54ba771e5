// What the servers in Java have in common: a site per argument, its key, and whom it trusts.

import java.io.FileInputStream;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.cert.*;
import java.util.*;
import javax.net.ssl.*;

final class Sites {
    static final char[] PASSWORD = "changeit".toCharArray();

    /** One argument: port|version|demand|keystore. */
    record Site(int port, String tls, String demand, String keystore) {
        static Site of(String argument) {
            String[] parts = argument.split("\\|");
            return new Site(Integer.parseInt(parts[0]), parts[1], parts[2], parts[3]);
        }

        boolean required() {
            return demand.equals("Required");
        }

        boolean optional() {
            return demand.equals("OptionalThen403");
        }
    }

    static Collection<? extends java.security.cert.Certificate> certificates(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    static Collection<? extends CRL> lists(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCRLs(in);
        }
    }

    static KeyStore anchors(String file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (var certificate : certificates(file)) {
            store.setCertificateEntry("anchor" + number++, certificate);
        }
        return store;
    }

    static SSLContext context(Site site, String trust, String lists) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(site.keystore())) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors(trust), new X509CertSelector());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists(lists))));
        parameters.setRevocationEnabled(true);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(new CertPathTrustManagerParameters(parameters));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
