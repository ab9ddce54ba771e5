// The JDK's own HttpsServer.

import com.sun.net.httpserver.*;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import javax.net.ssl.*;

public final class Jdk {
    public static void main(String[] arguments) throws Exception {
        for (int at = 2; at < arguments.length; at++) {
            start(Sites.Site.of(arguments[at]), arguments[0], arguments[1]);
        }
    }

    static void start(Sites.Site site, String trust, String lists) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", site.port()), 64);
        server.setExecutor(Executors.newCachedThreadPool());
        server.setHttpsConfigurator(new HttpsConfigurator(Sites.context(site, trust, lists)) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ours = getSSLContext().getDefaultSSLParameters();
                ours.setProtocols(new String[] {site.tls()});
                ours.setNeedClientAuth(site.required());
                if (site.optional()) {
                    ours.setWantClientAuth(true);
                }
                parameters.setSSLParameters(ours);
            }
        });
        server.createContext("/", exchange -> {
            boolean out = false;
            if (site.optional()) {
                try {
                    ((HttpsExchange) exchange).getSSLSession().getPeerCertificates();
                } catch (SSLPeerUnverifiedException nobody) {
                    out = true;
                }
            }
            byte[] body = (out ? "forbidden\n" : "hello\n").getBytes();
            exchange.sendResponseHeaders(out ? 403 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
