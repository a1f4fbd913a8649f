package io.sshdftp.dist;

import java.nio.file.Path;

/** The one version of TLS that a server is to speak. */
enum TlsVersion {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    /** As OpenSSL and ProFTPD call it. */
    final String protocol;

    TlsVersion(String protocol) {
        this.protocol = protocol;
    }

    /** A file for OPENSSL_CONF. */
    Path opensslConfiguration(Hosts hosts) {
        return FtpServer.write(hosts.open.resolve(protocol + ".cnf"), """
                openssl_conf = all
                [all]
                ssl_conf = ssl
                [ssl]
                system_default = versions
                [versions]
                MinProtocol = %1$s
                MaxProtocol = %1$s
                """.formatted(protocol));
    }
}
