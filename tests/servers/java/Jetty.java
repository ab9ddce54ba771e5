// Jetty, embedded.

import java.util.*;
import javax.servlet.http.*;
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

public final class Jetty {
    public static void main(String[] arguments) throws Exception {
        Server server = new Server(new QueuedThreadPool(200));
        for (int at = 2; at < arguments.length; at++) {
            server.addConnector(connector(server, Sites.Site.of(arguments[at]), arguments[0], arguments[1]));
        }
        server.setHandler(new AbstractHandler() {
            @Override
            public void handle(String target, Request request, HttpServletRequest in, HttpServletResponse out)
                    throws java.io.IOException {
                out.setContentType("text/plain");
                out.getWriter().println("hello");
                request.setHandled(true);
            }
        });
        server.start();
        server.join();
    }

    static ServerConnector connector(Server server, Sites.Site site, String trust, String lists) throws Exception {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(site.keystore());
        tls.setKeyStorePassword(new String(Sites.PASSWORD));
        tls.setTrustStore(Sites.anchors(trust));
        tls.setCrlPath(lists);
        tls.setValidatePeerCerts(true);
        tls.setNeedClientAuth(site.required());
        tls.setIncludeProtocols(site.tls());
        tls.setExcludeProtocols();
        HttpConfiguration http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer(false));
        ServerConnector connector = new ServerConnector(server, null, null, null, 1, 1,
            new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(site.port());
        return connector;
    }
}
