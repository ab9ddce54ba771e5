// Java as maker and reader of keystores: run by the tests as a single source file.
//
//   java Keystores.java make             writes every kind of store, from key.der, whole.pem and root.pem here
//   java Keystores.java read FILE TYPE STORE-PASSWORD KEY-PASSWORD [FILE …]
//                                        prints each entry, with digests of what Java sees, or why it sees none
//   java Keystores.java call PORT TRUST FILE TYPE PASSWORD [FILE …]
//                                        calls https://localhost:PORT/ with each identity, trusting the JKS TRUST

import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;
import java.security.spec.*;
import java.util.*;
import javax.crypto.KeyGenerator;
import javax.net.ssl.*;

class Keystores {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("make")) {
            make();
        } else if (args[0].equals("call")) {
            for (int i = 3; i + 2 < args.length; i += 3) {
                call(Integer.parseInt(args[1]), args[2], args[i], args[i + 1], args[i + 2].toCharArray());
            }
        } else {
            for (int i = 1; i + 3 < args.length; i += 4) {
                try {
                    read(args[i], args[i + 1], args[i + 2].toCharArray(), args[i + 3].toCharArray());
                } catch (IOException | GeneralSecurityException refusal) {
                    System.out.println(args[i] + " no " + refusal);
                }
            }
        }
    }

    static void make() throws Exception {
        byte[] der = Files.readAllBytes(Path.of("key.der"));
        PrivateKey key = null;
        for (String algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            try {
                key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
                break;
            } catch (GeneralSecurityException ignored) {
                // Another algorithm, then.
            }
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Certificate[] chain;
        Certificate root;
        try (InputStream whole = new FileInputStream("whole.pem"); InputStream one = new FileInputStream("root.pem")) {
            chain = factory.generateCertificates(whole).toArray(new Certificate[0]);
            root = factory.generateCertificate(one);
        }
        char[] store = "storepass".toCharArray();
        char[] own = "keypass".toCharArray();
        for (String type : new String[] {"JKS", "JCEKS"}) {
            KeyStore made = KeyStore.getInstance(type);
            made.load(null, null);
            made.setKeyEntry("first", key, store, chain);
            made.setKeyEntry("second", key, own, chain);
            made.setCertificateEntry("größe 🔑", root);
            if (type.equals("JCEKS")) {
                for (String algorithm : new String[] {"AES", "DESede", "HmacSHA256"}) {
                    made.setKeyEntry(algorithm, KeyGenerator.getInstance(algorithm).generateKey(), store, null);
                }
            }
            save(made, type.toLowerCase(), store);
        }
        KeyStore wide = KeyStore.getInstance("JKS");
        wide.load(null, null);
        wide.setKeyEntry("mine", key, "пароль €".toCharArray(), chain);
        save(wide, "wide.jks", "пароль €".toCharArray());

        String[][] profiles = {
            {"new.p12", "PBEWithHmacSHA256AndAES_256", "PBEWithHmacSHA256AndAES_256", "HmacPBESHA256"},
            {"old.p12", "PBEWithSHA1AndRC2_40", "PBEWithSHA1AndDESede", "HmacPBESHA1"},
            {"rc4.p12", "PBEWithSHA1AndRC4_128", "PBEWithSHA1AndRC4_40", "HmacPBESHA1"},
            {"512.p12", "PBEWithHmacSHA512AndAES_128", "PBEWithHmacSHA384AndAES_256", "HmacPBESHA512"},
            {"open.p12", "NONE", "PBEWithHmacSHA1AndAES_128", "NONE"},
        };
        for (String[] profile : profiles) {
            Security.setProperty("keystore.pkcs12.certProtectionAlgorithm", profile[1]);
            Security.setProperty("keystore.pkcs12.keyProtectionAlgorithm", profile[2]);
            Security.setProperty("keystore.pkcs12.macAlgorithm", profile[3]);
            KeyStore made = KeyStore.getInstance("PKCS12");
            made.load(null, null);
            made.setKeyEntry("first", key, store, chain);
            made.setKeyEntry("second", key, store, chain);
            made.setCertificateEntry("anchor", root);
            if (!profile[2].contains("RC4")) {
                made.setKeyEntry("aes", KeyGenerator.getInstance("AES").generateKey(), store, null);
            }
            save(made, profile[0], store);
        }
    }

    static void save(KeyStore made, String name, char[] password) throws Exception {
        try (OutputStream out = new FileOutputStream(name)) {
            made.store(out, password);
        }
    }

    static void read(String file, String type, char[] storePassword, char[] keyPassword) throws Exception {
        KeyStore store = load(file, type, storePassword);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, keyPassword);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        List<String> aliases = Collections.list(store.aliases());
        Collections.sort(aliases);
        for (String alias : aliases) {
            StringBuilder line = new StringBuilder(file);
            if (store.isKeyEntry(alias)) {
                Key key = store.getKey(alias, keyPassword);
                line.append(" key ").append(alias).append(' ').append(sha256(key.getEncoded()));
                for (Certificate certificate : store.getCertificateChain(alias)) {
                    line.append(' ').append(sha256(certificate.getEncoded()));
                }
            } else {
                line.append(" trusted ").append(alias).append(' ')
                    .append(sha256(store.getCertificate(alias).getEncoded()));
            }
            line.append(" created ").append(store.getCreationDate(alias).getTime());
            new PrintStream(System.out, true, "UTF-8").println(line);
        }
    }

    static void call(int port, String trustFile, String file, String type, char[] password) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(load(file, type, password), password);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(load(trustFile, "JKS", password));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        HttpsURLConnection connection =
            (HttpsURLConnection) new java.net.URL("https://localhost:" + port + "/").openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setReadTimeout(20000);
        System.out.println(file + " " + connection.getResponseCode());
        connection.disconnect();
    }

    static KeyStore load(String file, String type, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = new FileInputStream(file)) {
            store.load(in, password);
        }
        return store;
    }

    static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
